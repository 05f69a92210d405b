"""What every system has to bring, whatever it grades."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from grading.documents.grades_writer import grade_text
from grading.local_rules import DEFAULT
from grading.record import Findings, Record
from grading.rules.systems import COURSE_SYSTEMS, PRIMARY, SYSTEMS, grade_record
from grading.sources import CONFIDENCE
from grading.vocabulary import ANALYTES


def test_astct_comes_first_and_alone_drives_board_and_options() -> None:
    assert list(PRIMARY) == ["crs_astct_2019", "icans_astct_2019"]
    assert list(SYSTEMS)[:2] == list(PRIMARY)


@pytest.mark.parametrize("key", SYSTEMS)
def test_a_system_says_the_same_by_itself_as_beside_the_others(key: str) -> None:
    signs = {"temperature_c": Decimal(39), "hypotension": True, "ice_total": 5}
    record = Record(age_years=Decimal(60), findings=(Findings(timedelta(hours=30), **signs),))
    alone, beside = SYSTEMS[key].grade(record, DEFAULT), grade_record(record, DEFAULT)[key]
    assert alone == beside
    bare = grade_record(record, DEFAULT, {key: SYSTEMS[key]}, reasons=False)[key]
    assert bare.course == beside.course


def test_a_code_means_one_criterion_of_one_system() -> None:
    codes = [criterion.code for system in SYSTEMS.values() for criterion in system.criteria]
    codes += [code for system in COURSE_SYSTEMS.values() for code in system.sentences]
    assert [code for code, often in Counter(codes).items() if often > 1] == []


def test_a_system_with_nothing_to_say_has_the_keys_of_one_that_has() -> None:
    """Whoever reads a grades document finds null there, never no key and never 0."""
    assert set(course_of({})) >= set(COURSE_SYSTEMS)
    labs = [
        {"hour": hour, "analyte": analyte, "value": value, "unit": ANALYTES[analyte].unit}
        for hour in (-130, 2, 800)
        for analyte, value in MEASURED.items()
    ]
    looked = [{"hour": 900, "other_neuro": ["tremor"]}]
    something = course_of({"labs": labs, "assessments": looked})
    for key, nothing in course_of({}).items():
        if key in SYSTEMS:
            continue
        assert type(nothing) is type(something[key]), key
        if isinstance(nothing, dict):
            assert nothing.keys() == something[key].keys(), key
            assert nothing.get("grade") is nothing.get("score") is nothing.get("suspected") is None
        else:
            assert nothing == []
            assert something[key] != []


MEASURED = {
    "anc": 2, "platelets": 40, "hemoglobin": 9, "crp": 12, "ferritin": 900, "ldh": 300,
    "creatinine": 1, "fibrinogen": 140, "triglycerides": 200,
}  # fmt: skip


def test_what_a_result_carries_besides_stands_under_values() -> None:
    waived = {
        "format": "cartox-course-1",
        "assessments": [{"hour": 24, "temperature_c": 39}, {"hour": 30, "hypotension": True}],
        "doses": [{"hour": 26, "agent": "tocilizumab"}],
    }
    (graded,) = grade_text(json.dumps(waived), DEFAULT)
    result = graded["assessments"][1]["grades"]["crs_astct_2019"]
    assert result["values"]["fever_waived_by"] == "tocilizumab"


def course_of(parts: dict[str, Any]) -> dict[str, Any]:
    (graded,) = grade_text(json.dumps({"format": "cartox-course-1", **parts}), DEFAULT)
    course: dict[str, Any] = graded["course"]
    return course


def test_every_system_has_a_key_of_its_own_a_year_and_checked_sources() -> None:
    assert not set(SYSTEMS) & set(COURSE_SYSTEMS)
    for key, system in {**SYSTEMS, **COURSE_SYSTEMS}.items():
        assert system.key == key
        assert str(system.year) in system.label
        sources = [system.source, *(source for _, source in system.footnotes)]
        assert all(set(source.confidence) <= set(CONFIDENCE) for source in sources)
        assert all(source.confidence and source.place for source in sources)
    for system in SYSTEMS.values():
        assert all(criterion.source.place for criterion in system.criteria)
