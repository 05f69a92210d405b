"""CRES and the seizure grade of CTCAE beside ICANS: parts, cautions, words, episodes, death."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from grading.engine.result import Result
from grading.local_rules import DEFAULT
from grading.record import Event, Findings, Record
from grading.rules.reasons import sentence
from grading.rules.systems import SYSTEMS, grade_record
from tests.grading.neurotoxicity.neuro_cases import neuro_cases

CRES, SEIZURE = "cres_cartox_2018", "seizure_ctcae_4_03"


def graded(key: str, age: int = 50, **signs: Any) -> Result:
    findings = Findings(timedelta(hours=60), **signs)
    return grade_record(Record(age_years=Decimal(age), findings=(findings,)), DEFAULT)[key].results[
        0
    ]


@pytest.mark.parametrize(
    ("signs", "start"),
    [
        ({"ice_total": 5}, "CARTOX-10 4 to 6: an ICE sum"),
        ({"ice_total": 10}, "CARTOX-10 9 to 10: an ICE sum"),
        ({"ice_not_done": "refused"}, "CARTOX-10 not done: refused"),
        ({"motor": "mild"}, "mild weakness counts"),
        ({"icp": ("posturing",)}, "posturing: not in the CARTOX table, not counted"),
        ({"icp": ("papilledema",), "papilledema_stage": 0}, "contradictory: papilledema"),
        ({"ice_total": 8, "consciousness": "unarousable"}, "contradictory: unarousable"),
        ({"ice_not_done": "sedated", "consciousness": "touch"}, "consciousness: sedated"),
        ({"motor": "mild", "attribution": {"motor": "undetermined"}}, "motor: attribution undet"),
    ],
)
def test_cres_says_how_it_read_what_the_table_does_not_have(
    signs: dict[str, Any], start: str
) -> None:
    assert any(caution.startswith(start) for caution in graded(CRES, **signs).cautions)


def test_a_child_examined_by_capd_alone_is_told_why_there_is_no_score() -> None:
    caution = "CARTOX-10 is for those able to do it: CAPD cannot be turned into it"
    assert caution in graded(CRES, 6, capd_total=12).cautions
    assert caution not in graded(CRES, 6, capd_total=12, ice_total=8).cautions


def test_an_ambiguous_seizure_says_so_and_one_of_undetermined_cause_too() -> None:
    signs = {"seizure": "resolved", "seizure_kind": "nonconvulsive", "seizure_multiple": False}
    result = graded(SEIZURE, **signs, attribution={"seizure": "undetermined"})
    assert result.cautions == (
        "the printed text allows grade 1 to 2",
        "seizure: attribution undetermined",
    )


@pytest.mark.parametrize(
    ("name", "value", "parts"),
    [
        ("head_of_government", 0, {CRES}),
        ("papilledema_stage", 1, {CRES}),
        ("csf_opening_mmhg", Decimal(20), {CRES}),
        ("motor", "none", {CRES}),
        ("seizure", "none", {CRES, SEIZURE}),
        ("seizure_kind", "focal", {CRES, SEIZURE}),
        ("seizure_multiple", True, {CRES, SEIZURE}),
        ("temperature_c", Decimal(39), set()),
    ],
)
def test_what_makes_each_part(name: str, value: Any, parts: set[str]) -> None:
    findings = Findings(timedelta(hours=60), **{name: value})
    assert {key for key in (CRES, SEIZURE) if SYSTEMS[key].has_part(findings)} == parts


def test_without_its_part_each_names_what_it_needs() -> None:
    assert graded(SEIZURE, motor="none").missing == ("seizure",)
    needed = ("consciousness", "seizure", "motor", "ICP", "CARTOX-10")
    assert graded(CRES, temperature_c=Decimal(39)).missing == needed


def test_every_case_is_told_in_words_without_a_gap() -> None:
    assert neuro_cases()
    for case in neuro_cases():
        graded_course = grade_record(case.record, DEFAULT)
        for key in case.expected:
            for reason in graded_course[key].results[0].because:
                text = sentence(reason)
                assert text
                assert "{" not in text
                assert not text.endswith(": ")


def test_the_words_name_the_points_the_stage_and_the_kind() -> None:
    signs = {"icp": ("papilledema",), "papilledema_stage": 2, "seizure_kind": "focal"}
    texts = {sentence(met) for met in graded(CRES, ice_total=5, **signs).because}
    assert texts == {
        "CARTOX-10 4 to 6",
        "papilledema, stage 2, CSF opening pressure not measured",
        "seizure: focal",
    }


def test_a_death_attributed_to_icans_ends_both_in_5() -> None:
    findings = (Findings(timedelta(hours=60), seizure="resolved", seizure_kind="focal"),)
    death = Event(timedelta(hours=70), "death", attributed_to="icans")
    course = grade_record(Record(findings=findings, events=(death,)), DEFAULT)
    assert (course[CRES].course.peak, course[SEIZURE].course.peak) == (5, 5)


def test_episodes_follow_the_assessments_that_have_the_part() -> None:
    rows = [
        Findings(timedelta(hours=hour), f"{hour:03d}", seizure=seizure)
        for hour, seizure in ((24, "prolonged"), (36, "none"), (61, "none"))
    ]
    rows.insert(2, Findings(timedelta(hours=48), "048", temperature_c=Decimal(37)))
    course = grade_record(Record(findings=tuple(rows)), DEFAULT)[SEIZURE].course
    assert (course.peak, course.onset, course.resolved) == (
        4,
        timedelta(hours=24),
        timedelta(hours=36),
    )
