"""Every local decision is named with its reason, and changing it changes what it says it does."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from grading.engine.labs import assumed_upper_limits
from grading.guidelines.step import next_step
from grading.guidelines.tocilizumab import tocilizumab_ledger
from grading.local_rules import DEFAULT, LocalRules, decisions
from grading.record import Baseline, Dose, Event, Findings, Lab, Record
from grading.rules.systems import grade_course, grade_record, rules_version
from grading.vocabulary import ANALYTES
from tests.grading.blood_counts.day_cases import daily_course
from tests.grading.blood_counts.late_samples import LATE_SAMPLES
from tests.grading.guidelines.situations import situation


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def entry(hour: float = 24, temperature: str = "38.5", **signs: Any) -> Findings:
    normal: dict[str, Any] = {
        "hypotension": False,
        "vasopressors": (),
        "oxygen_device": "room_air",
        "consciousness": "spontaneous",
        "seizure": "none",
        "motor": "none",
        "icp": (),
    }
    return Findings(
        hours(hour), f"{hour:06.2f}", temperature_c=Decimal(temperature), **{**normal, **signs}
    )


ADULT: dict[str, Any] = {"age_years": Decimal(40)}


def course(*findings: Findings, **more: Any) -> Record:
    return Record(**{**ADULT, **more}, findings=findings)


def pressed(systolic: int, diastolic: int | None = None) -> dict[str, Any]:
    return {
        "hypotension": None,
        "systolic_mmhg": Decimal(systolic),
        "diastolic_mmhg": None if diastolic is None else Decimal(diastolic),
    }


LATER_FEBRILE = Record(**ADULT, findings=(entry(24 * 15),), later_infusions=(hours(24 * 10),))
LIVER = (
    Lab(hours(6), "ast", Decimal(240), unit="U/L"),
    Lab(hours(6), "bilirubin_total", Decimal(3), unit="mg/dL"),
    Lab(hours(6), "creatinine", Decimal("0.8"), unit="mg/dL"),
)
SAMPLES: dict[str, tuple[Any, Record]] = {
    "undetermined_counts": (False, course(entry(attribution={"fever": "undetermined"}))),
    "fever_exemption_antipyretic": (
        False,
        course(
            entry(), entry(48, "36.5", hypotension=True), doses=(Dose(hours(30), "paracetamol"),)
        ),
    ),
    "crs_onset_window_days": (20, course(entry(24 * 16))),
    "crs_window_anchor": ("first", LATER_FEBRILE),
    "resolution_hours": (48, course(entry(), entry(48, "36.5"), entry(73, "36.5"))),
    "episode_unseen_hours": (96, course(entry(), entry(48, "36.5"), entry(120))),
    "hfnc_low_flow": (
        "flow",
        course(entry(oxygen_device="high_flow_nasal_cannula", oxygen_flow_l_min=Decimal(6))),
    ),
    "mask_low_flow": (
        "flow",
        course(entry(oxygen_device="facemask", oxygen_flow_l_min=Decimal(5))),
    ),
    "vasopressin_alone_counts": (
        False,
        course(entry(hypotension=True, vasopressors=("vasopressin",))),
    ),
    "inotropes_count": (True, course(entry(hypotension=True, vasopressors=("dobutamine",)))),
    "terlipressin_is_vasopressin": (
        False,
        course(entry(hypotension=True, vasopressors=("norepinephrine", "terlipressin"))),
    ),
    "hypotension_from_pressure": (False, course(entry(**pressed(80)))),
    "adult_systolic_below_mmhg": (Decimal(100), course(entry(**pressed(95)))),
    "adult_mean_below_mmhg": (Decimal(60), course(entry(**pressed(92, 48)))),
    "child_systolic_base_mmhg": (
        Decimal(80),
        course(entry(**pressed(75)), age_years=Decimal(2)),
    ),
    "neonate_systolic_below_mmhg": (
        Decimal(65),
        course(entry(**pressed(62)), age_years=Decimal("0.04")),
    ),
    "chronic_hypotension_baseline_mmhg": (
        Decimal(90),
        course(entry(**pressed(88)), baseline=Baseline(systolic_mmhg=Decimal(95))),
    ),
    "chronic_hypotension_fall_mmhg": (
        Decimal(5),
        course(entry(**pressed(88)), baseline=Baseline(systolic_mmhg=Decimal(95))),
    ),
    "low_saturation_counts": (False, course(entry(spo2_percent=Decimal(84)))),
    "adult_spo2_at_or_below_percent": (Decimal(92), course(entry(spo2_percent=Decimal(91)))),
    "child_spo2_below_percent": (
        Decimal(92),
        course(entry(spo2_percent=Decimal(91)), age_years=Decimal(9)),
    ),
    "unstated_positive_pressure_counts": (False, course(entry(oxygen_device="cpap"))),
    "limits_where_age_unknown": ("none", course(entry(**pressed(80)), age_years=None)),
    "capd_below_years": (13, course(entry(ice_total=8), age_years=Decimal(12))),
    "capd_zero_counts": (True, course(entry(capd_total=0), age_years=Decimal(8))),
    "capd_baseline_excuses": (
        False,
        course(entry(capd_total=5), age_years=Decimal(8), baseline=Baseline(capd_total=6)),
    ),
    "fio2_from_flow": (
        False,
        course(entry(oxygen_device="nasal_cannula", oxygen_flow_l_min=Decimal(5))),
    ),
    "organ_labs_within_hours": (12, course(entry(24), labs=LIVER)),
    "organ_toxicity_alone": (True, course(entry(24, "36.8"), labs=LIVER)),
    "sedation_removes_consciousness": (
        False,
        course(entry(ice_not_done="sedated", consciousness="touch")),
    ),
}
TOCILIZUMAB = ("tocilizumab_total", "tocilizumab_per_24_h", "tocilizumab_interval_hours")
UPPER_LIMITS = {
    "uln_ferritin_ng_ml": "ferritin",
    "uln_ast_u_l": "ast",
    "uln_alt_u_l": "alt",
    "uln_bilirubin_mg_dl": "bilirubin_total",
    "uln_creatinine_mg_dl": "creatinine",
    "uln_ldh_u_l": "ldh",
    "uln_bilirubin_direct_mg_dl": "bilirubin_direct",
    "uln_inr": "inr",
    "uln_pt_s": "pt",
    "uln_aptt_s": "aptt",
}


def counts(analyte: str, values: dict[int, str], **more: Any) -> Record:
    return daily_course(analyte, {**dict.fromkeys(range(32), "900"), **values}, **more)


def before_infusion(**days: float) -> tuple[Lab, ...]:
    """A result of each analyte on its day."""
    return tuple(
        Lab(timedelta(days=day), name, Decimal(30), unit=ANALYTES[name].unit)
        for name, day in days.items()
    )


def lymphodepleted(**days: float) -> Record:
    """A course with a CRP early and one late, and a dose of each drug on its day."""
    labs = (*before_infusion(crp=-40), *before_infusion(crp=-5))
    doses = tuple(Dose(timedelta(days=day), agent) for agent, day in days.items())
    return Record(labs=labs, doses=doses)


NEVER_ABOVE = {**dict.fromkeys(range(2, 15), "300"), 40: "3000"}
TWO_RUNS = dict.fromkeys([*range(2, 8), *range(11, 17)], "300")
EASIX_VALUES = {"ldh": -6, "creatinine": -6, "platelets": -4.5}
COURSE_SAMPLES: dict[str, tuple[Any, Record]] = {
    "icaht_duration": ("cumulative", counts("anc", TWO_RUNS)),
    "icaht_never_above": ("strict", counts("anc", dict.fromkeys(range(3, 31), "300"))),
    "icaht_rounding": ("nearest_10", counts("anc", {5: "504"})),
    "icaht_maxgap": (1, counts("anc", {5: "300", 6: "?", 7: "?", 8: "300"})),
    "hematotox_ties": ("none", Record(labs=before_infusion(crp=-6))),
    "lymphodepletion_within_days": (
        20,
        Record(labs=before_infusion(crp=-18), doses=(Dose(hours(-24 * 16), "bendamustine"),)),
    ),
    "lymphodepletion_unrecorded_day": (-7, Record(labs=before_infusion(crp=-6))),
    "lymphodepletion_apart_hours": (24, lymphodepleted(fludarabine=-6, cyclophosphamide=-4)),
    "lymphodepletion_earliest_day": (-42, lymphodepleted(bendamustine=-35)),
    "icaht_never_days": (13, counts("anc", {**dict.fromkeys(range(32), "?"), **NEVER_ABOVE})),
    "icaht_never_death_days": (
        2,
        daily_course("anc", {2: "300", 4: "300"}, events=(Event(timedelta(days=7), "death"),)),
    ),
    "lln_anc_10_9_l": (
        Decimal(2),
        Record(labs=(Lab(hours(24), "anc", Decimal("1.9"), unit="10*9/L"),)),
    ),
    "lln_platelets_10_9_l": (
        Decimal(140),
        Record(labs=(Lab(hours(24), "platelets", Decimal(145), unit="10*9/L"),)),
    ),
    "easix_apart_hours": (48, Record(labs=before_infusion(**EASIX_VALUES))),
}
OTHERS = {
    *COURSE_SAMPLES,
    *TOCILIZUMAB,
    *UPPER_LIMITS,
    *LATE_SAMPLES,
    "igg_prompt",
    "igg_prompt_mg_dl",
    "weight_fresh_hours",
    "differing_steroid_lines",
}


@pytest.mark.parametrize("name", SAMPLES)
def test_changing_a_decision_changes_a_grade(name: str) -> None:
    value, record = SAMPLES[name]
    assert grade_record(record, replace(DEFAULT, **{name: value})) != grade_record(record, DEFAULT)


@pytest.mark.parametrize("name", COURSE_SAMPLES)
def test_changing_a_decision_changes_a_result_of_the_course(name: str) -> None:
    value, record = COURSE_SAMPLES[name]
    graded, other = grade_record(record, DEFAULT), replace(DEFAULT, **{name: value})
    assert grade_course(record, graded, other) != grade_course(record, graded, DEFAULT)


@pytest.mark.parametrize("name", TOCILIZUMAB)
def test_changing_a_tocilizumab_decision_changes_the_ledger(name: str) -> None:
    doses = tuple(Dose(hours(hour), "tocilizumab") for hour in (0, 9, 18))
    at = hours(23) if name != "tocilizumab_interval_hours" else hours(24.5)
    other = replace(DEFAULT, **{name: 2 if name != "tocilizumab_interval_hours" else 6})
    record = Record(doses=doses)
    assert tocilizumab_ledger(record, at, other) != tocilizumab_ledger(record, at, DEFAULT)


@pytest.mark.parametrize("name", UPPER_LIMITS)
def test_changing_an_assumed_upper_limit_changes_that_of_its_analyte_alone(name: str) -> None:
    before = assumed_upper_limits(DEFAULT)
    after = assumed_upper_limits(replace(DEFAULT, **{name: Decimal(999)}))
    assert after == {**before, UPPER_LIMITS[name]: Decimal(999)}


def test_an_older_weight_is_accepted_where_the_ward_says_so() -> None:
    record = Record(weight_kg=Decimal(70), weighed=hours(-30))
    assert tocilizumab_ledger(record, hours(0), DEFAULT).cautions == ("the weight is 30 h old",)
    fresh = replace(record, weighed=hours(-24))
    assert tocilizumab_ledger(fresh, hours(0), DEFAULT).cautions == ()
    relaxed = replace(DEFAULT, weight_fresh_hours=48)
    assert tocilizumab_ledger(record, hours(0), relaxed).cautions == ()


@pytest.mark.parametrize(("age", "age_text"), [(71, "71 h"), (72, "3 days"), (113, "4 days")])
def test_the_age_of_a_weight_is_told_in_days_from_three_days_on(age: int, age_text: str) -> None:
    record = Record(weight_kg=Decimal(70), weighed=hours(-age))
    assert tocilizumab_ledger(record, hours(0), DEFAULT).cautions == (
        f"the weight is {age_text} old",
    )


def test_a_ward_can_leave_out_where_other_sources_differ() -> None:
    only_review = replace(DEFAULT, differing_steroid_lines="review")
    assert any(option.differs_from for option in next_step(situation(crs=2)))
    assert not any(option.differs_from for option in next_step(situation(crs=2, local=only_review)))


def test_every_decision_is_tried_above_and_has_its_reason() -> None:
    names = {item.name for item in dataclasses.fields(LocalRules)}
    assert names == set(SAMPLES) | OTHERS
    assert all(item["reason"] and item["place"] for item in decisions(DEFAULT))


def test_the_rules_version_names_the_decisions_it_was_made_under() -> None:
    other = replace(DEFAULT, crs_onset_window_days=21)
    assert rules_version(other) != rules_version(DEFAULT)
    assert rules_version(replace(DEFAULT)) == rules_version(DEFAULT)
