"""The pattern of MNT: each boundary on both sides, and never a grade."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from grading.engine.result import Result
from grading.local_rules import DEFAULT
from grading.record import Event, Findings, Record
from grading.rules.neurotoxicity.mnt import CLUSTERS
from grading.rules.systems import COURSE_SYSTEMS
from tests.grading.blood_counts.late_samples import (
    LATE_SAMPLES,
    PARKINSONISM_SINCE_CRS,
    neuro,
)
from tests.grading.hyperinflammation.hyper_cases import hours, of_course

PATTERN = ("micrographia", "memory_loss")


def mnt(*findings: Findings, **more: Any) -> Result | None:
    return of_course(Record(age_years=Decimal(60), findings=findings, **more)).get("mnt")


def suspected(*findings: Findings) -> bool | None:
    result = mnt(*findings)
    assert result is not None
    answer: bool | None = result.values["suspected"]
    return answer


@pytest.mark.parametrize("name", LATE_SAMPLES)
def test_changing_a_decision_changes_what_is_said_of_the_course(name: str) -> None:
    value, record = LATE_SAMPLES[name]
    assert of_course(record, replace(DEFAULT, **{name: value})) != of_course(record)


def test_each_symptom_stands_in_one_cluster() -> None:
    listed = [symptom for symptoms in CLUSTERS.values() for symptom in symptoms]
    assert len(listed) == len(set(listed)) == 12


def test_t83_tremor_and_micrographia_are_one_cluster() -> None:
    result = mnt(neuro(600, "tremor", "micrographia"))
    assert result is not None
    assert result.values == {
        "suspected": False,
        "clusters": {"movement": ["tremor", "micrographia"]},
    }


@pytest.mark.parametrize(
    ("symptoms", "expected"),
    [
        (("micrographia", "memory_loss"), True),
        (("rigidity", "apathy"), True),
        (("attention_deficit", "reduced_facial_expression"), True),
        (("memory_loss", "cognitive_change"), False),
        (("tremor",), False),
        ((), False),
        (("headache", "ataxia", "cranial_nerve_palsy"), False),
    ],
)
def test_two_of_three_clusters_make_a_suspicion(symptoms: tuple[str, ...], expected: bool) -> None:
    assert suspected(neuro(600, *symptoms)) is expected


def test_symptoms_of_different_days_join() -> None:
    assert suspected(neuro(600, "micrographia"), neuro(700, "apathy")) is True


def test_t84_the_pattern_during_icans_is_not_mnt() -> None:
    during = neuro(144, *PATTERN, ice_total=5)
    assert suspected(during) is False
    assert suspected(neuro(120, ice_total=5), during) is False


def test_the_pattern_during_crs_is_not_mnt() -> None:
    assert suspected(neuro(48, *PATTERN, temperature_c=Decimal(39))) is False


def test_the_pattern_after_recovery_is() -> None:
    recovery = (neuro(144, ice_total=5), neuro(168), neuro(192))
    assert suspected(*recovery, neuro(650, *PATTERN)) is True


def test_recovery_that_nobody_can_tell_leaves_it_open() -> None:
    ill = neuro(48, temperature_c=Decimal(39))
    only_neuro = Findings(hours(650), "z", other_neuro=PATTERN)
    assert suspected(ill, only_neuro) is None
    assert suspected(only_neuro) is None
    result = mnt(ill, only_neuro)
    assert result is not None
    assert result.cautions == ("recovery from CRS and ICANS cannot be told",)


def test_one_cluster_is_none_whatever_the_recovery() -> None:
    assert suspected(Findings(hours(650), "z", other_neuro=("tremor",))) is False


def test_an_all_clear_that_has_not_lasted_leaves_it_open() -> None:
    course_of_crs = (neuro(48, temperature_c=Decimal(39)), neuro(72, *PATTERN))
    assert suspected(*course_of_crs) is None
    assert suspected(*course_of_crs, neuro(96)) is True


def test_symptoms_put_down_to_another_cause_do_not_count() -> None:
    assert suspected(neuro(600, *PATTERN, attribution={"other_neuro": "other"})) is False
    unclear = mnt(neuro(600, *PATTERN, attribution={"other_neuro": "undetermined"}))
    assert unclear is not None
    assert unclear.values["suspected"] is True
    assert unclear.cautions == ("other_neuro: attribution undetermined",)


def test_symptoms_known_before_the_infusion_do_not_count() -> None:
    assert suspected(neuro(-24, "tremor"), neuro(600, "tremor", "memory_loss")) is False


def test_a_symptom_that_persists_after_recovery_counts() -> None:
    record = PARKINSONISM_SINCE_CRS
    assert of_course(record)["mnt"].values["suspected"] is True
    strict = replace(DEFAULT, mnt_persisting_counts=False)
    assert of_course(record, strict)["mnt"].values["suspected"] is False


def test_where_nobody_looked_there_is_nothing_to_say() -> None:
    assert mnt(neuro(600, other_neuro=None)) is None
    assert mnt(neuro(-24, *PATTERN)) is None


def test_the_grade_of_mnt_is_a_physicians() -> None:
    result = mnt(neuro(600), events=(Event(hours(610), "mnt", grade=3),))
    assert result is not None
    assert (result.grade, result.values["suspected"]) == (3, False)
    alone = mnt(events=(Event(hours(610), "mnt"),))
    assert alone is not None
    assert (alone.grade, alone.values["suspected"]) == (None, None)


def test_the_document_of_mnt_says_why() -> None:
    result = mnt(neuro(600, *PATTERN))
    assert result is not None
    document = COURSE_SYSTEMS["mnt"].document(result)
    assert {"suspected", "clusters", "because"} <= set(document)
    assert [reason["text"] for reason in document["because"]] == [
        "movement: micrographia (from hour 600)",
        "cognition: memory loss (from hour 600)",
    ]
    assert COURSE_SYSTEMS["mnt"].document(Result.from_facts(result.facts())) == document
