"""A sign put down to another cause lowers the grade, and what it took away is told."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from grading.documents.result_writer import with_reasons, without_reasons
from grading.engine.put_aside import PutAside
from grading.engine.result import Result, SystemGrades
from grading.local_rules import DEFAULT, LocalRules
from grading.record import Findings, Record
from grading.rules.systems import SYSTEMS, grade_record
from tests.grading.rules.one_assessment import WELL

SHOCK: dict[str, Any] = {
    "temperature_c": Decimal("38.4"),
    "hypotension": True,
    "vasopressors": ("norepinephrine", "epinephrine"),
    "oxygen_device": "mechanical_ventilation",
    "positive_pressure_for": "hypoxia",
}
CONFUSED: dict[str, Any] = {"ice_total": 2, "seizure": "prolonged", "seizure_kind": "generalized"}
NEURO = ("icans_astct_2019", "icans_ctcae_6_0", "cres_cartox_2018", "seizure_ctcae_4_03")
CRS = tuple(key for key in SYSTEMS if key.startswith("crs_"))


def graded(
    *entries: dict[str, Any], local: LocalRules = DEFAULT, reasons: bool = True
) -> dict[str, SystemGrades]:
    findings = tuple(
        Findings(timedelta(hours=24 + place), str(place), **(WELL | entry))
        for place, entry in enumerate(entries)
    )
    record = Record(age_years=Decimal(60), findings=findings)
    return grade_record(record, local, reasons=reasons)


def first(
    key: str, entry: dict[str, Any], *, local: LocalRules = DEFAULT, reasons: bool = True
) -> Result:
    return graded(entry, local=local, reasons=reasons)[key].results[0]


def elsewhere(*signs: str) -> dict[str, Any]:
    return {"attribution": dict.fromkeys(signs, "other")}


@pytest.mark.parametrize("key", CRS)
def test_every_crs_system_carries_the_grade_with_every_sign_counted(key: str) -> None:
    lowered = first(key, SHOCK | elsewhere("fever", "hypotension", "hypoxia"))
    whole = first(key, SHOCK)
    assert lowered.if_all_counted == whole.bounds[1] > lowered.bounds[1]
    (caution,) = (item for item in lowered.cautions if "put down to another cause" in item)
    assert caution.startswith("fever, hypotension, hypoxia: ")
    assert caution.endswith(f"with every sign counted this is {lowered.if_all_counted}")
    assert whole.if_all_counted is None


@pytest.mark.parametrize("key", NEURO)
def test_every_neurotoxicity_system_carries_it_too(key: str) -> None:
    lowered, whole = first(key, CONFUSED | elsewhere("ice", "seizure")), first(key, CONFUSED)
    assert lowered.if_all_counted == whole.bounds[1] > lowered.bounds[1]
    assert any("put down to another cause" in item for item in lowered.cautions)


@pytest.mark.parametrize("key", [*CRS, *NEURO])
def test_without_reasons_the_number_stays_and_the_caution_goes(key: str) -> None:
    entry = SHOCK | CONFUSED | elsewhere("hypotension", "hypoxia", "ice", "seizure")
    lowered, bare = first(key, entry), first(key, entry, reasons=False)
    assert (bare.if_all_counted, bare.cautions) == (lowered.if_all_counted, ())
    assert lowered.if_all_counted is not None
    assert json.loads(without_reasons(bare))["if_all_counted"] == lowered.if_all_counted


def test_the_caution_names_the_signs_that_are_there_and_no_other() -> None:
    entry = SHOCK | {"hypotension": False, "vasopressors": ()} | elsewhere("hypotension", "hypoxia")
    (caution,) = first("crs_astct_2019", entry).cautions
    assert caution == "hypoxia: put down to another cause; with every sign counted this is 4"


def test_it_is_no_part_of_peak_episode_or_day() -> None:
    course = graded(SHOCK | elsewhere("fever", "hypotension", "hypoxia"))["crs_astct_2019"].course
    assert (course.peak, course.onset, course.daily) == (0, None, {1: 0})


def test_a_ward_where_undetermined_does_not_count_is_told_as_well() -> None:
    entry = SHOCK | {"attribution": {"hypotension": "undetermined", "hypoxia": "undetermined"}}
    assert first("crs_astct_2019", entry).if_all_counted is None
    only_car_t = replace(DEFAULT, undetermined_counts=False)
    result = first("crs_astct_2019", entry, local=only_car_t)
    assert (result.grade, result.if_all_counted) == (1, 4)


def test_of_a_range_the_highest_is_carried() -> None:
    entry = {"oxygen_device": "bipap", "positive_pressure_for": "hypoxia", **elsewhere("hypoxia")}
    result = first("crs_mskcc_2018", entry)
    assert (result.grade, result.if_all_counted) == (0, 4)


def test_the_document_has_it_only_where_there_is_one() -> None:
    assert "if_all_counted" not in json.loads(with_reasons(first("crs_astct_2019", SHOCK)))
    assert "if_all_counted" not in first("crs_astct_2019", SHOCK).facts()
    lowered = first("crs_astct_2019", SHOCK | elsewhere("hypoxia", "hypotension"))
    assert json.loads(with_reasons(lowered))["if_all_counted"] == 4
    assert Result.from_facts(lowered.facts()).put_aside == lowered.put_aside


@pytest.mark.parametrize("reasons", [True, False])
@pytest.mark.parametrize("key", SYSTEMS)
def test_every_system_names_the_signs_put_aside_and_the_entry_that_says_so(
    key: str, *, reasons: bool
) -> None:
    lowering = SHOCK | CONFUSED | elsewhere("hypotension", "hypoxia", "ice", "seizure")
    plain, lowered = graded(WELL, lowering, reasons=reasons)[key].results
    assert plain.put_aside == ()
    assert lowered.put_aside
    crs, hour = {"hypotension", "hypoxia"}, timedelta(hours=25)
    for aside in lowered.put_aside:
        assert aside == PutAside(aside.sign, elapsed=hour, uid="1")
        assert (aside.sign in crs) == key.startswith("crs_")
    if not reasons:
        assert "uid" not in json.loads(without_reasons(lowered))["put_aside"][0]


def test_the_same_findings_at_another_hour_name_their_own_entry() -> None:
    entry = SHOCK | elsewhere("hypoxia", "hypotension")
    early, late = graded(entry, entry)["crs_astct_2019"].results
    assert [early.put_aside[0].uid, late.put_aside[0].uid] == ["0", "1"]


@pytest.mark.parametrize(
    ("confirmed", "is_confirmed", "to_sort_by"),
    [((), False, 4), ((False,), False, 4), ((True, False), False, 4), ((True, True), True, 1)],
)
def test_order_and_calls_follow_the_higher_grade_until_every_sign_is_confirmed(
    confirmed: tuple[bool, ...], is_confirmed: bool, to_sort_by: int
) -> None:
    aside = tuple(PutAside("hypoxia", confirmed=each) for each in confirmed)
    result = Result(1, if_all_counted=4, put_aside=aside)
    assert (result.is_confirmed, result.to_sort_by, result.shown) == (is_confirmed, to_sort_by, 1)


def test_a_lower_grade_with_every_sign_counted_lowers_nothing() -> None:
    in_review = Result(review=True, would_be=4, if_all_counted=2)
    assert (in_review.to_sort_by, Result(2).to_sort_by, Result(2).is_confirmed) == (4, 2, True)
    assert Result(if_all_counted=3).to_sort_by == 3
