"""Why a grade came out: the criteria that were met, what each saw, and every caution."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from grading.local_rules import DEFAULT
from grading.record import Baseline, Dose, Findings, Record
from grading.rules.systems import PRIMARY, grade_record

WELL: dict[str, Any] = {
    "temperature_c": Decimal("36.8"),
    "hypotension": False,
    "vasopressors": (),
    "oxygen_device": "room_air",
    "ice_total": 10,
    "consciousness": "spontaneous",
    "seizure": "none",
    "motor": "none",
    "icp": (),
}
UNAROUSABLE_ELSEWHERE = (
    "not examined as unarousable counts, although consciousness is attributed to another cause"
)
FEVER = {"temperature_c": Decimal("38.9")}


def facts(
    system: str, findings: dict[str, Any], doses: tuple[Dose, ...] = (), **about: Any
) -> dict[str, Any]:
    """One assessment at 24 h, well but for `findings`, of an adult unless said otherwise."""
    seen = Findings(timedelta(hours=24), "a", **(WELL | findings))
    who = {"age_years": Decimal(60)} | about
    record = Record(findings=(seen,), doses=doses, **who)
    return grade_record(record, systems=PRIMARY)[system].results[0].facts()


def reasons(found: dict[str, Any]) -> dict[str, Any]:
    return {met["code"]: met["saw"] for met in found["because"]}


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        (FEVER, {"fever": {"temperature_c": 38.9}}),
        ({"temperature_c": None, "fever": True}, {"fever": {"fever": True}}),
        (
            FEVER | {"hypotension": True, "systolic_mmhg": Decimal(84)},
            {
                "hypotension_no_vasopressor": {
                    "hypotension": True,
                    "systolic_mmhg": 84,
                    "vasopressors": [],
                },
                "fever": {"temperature_c": 38.9},
            },
        ),
        (
            FEVER
            | {
                "hypotension": None,
                "systolic_mmhg": Decimal(84),
                "diastolic_mmhg": Decimal(50),
                "vasopressors": None,
            },
            {
                "hypotension_no_vasopressor": {
                    "hypotension": True,
                    "systolic_mmhg": 84,
                    "diastolic_mmhg": 50,
                },
                "fever": {"temperature_c": 38.9},
            },
        ),
        (
            FEVER | {"hypotension": True, "vasopressors": ("vasopressin", "norepinephrine")},
            {
                "hypotension_one_vasopressor": {
                    "hypotension": True,
                    "vasopressors": ["norepinephrine", "vasopressin"],
                },
                "fever": {"temperature_c": 38.9},
            },
        ),
        (
            FEVER | {"hypotension": True, "vasopressors": ("epinephrine", "norepinephrine")},
            {
                "hypotension_multiple_vasopressors": {
                    "hypotension": True,
                    "vasopressors": ["epinephrine", "norepinephrine"],
                },
                "fever": {"temperature_c": 38.9},
            },
        ),
        (
            FEVER
            | {
                "oxygen_device": "nasal_cannula",
                "oxygen_flow_l_min": Decimal(2),
                "spo2_percent": Decimal(93),
            },
            {
                "oxygen_low_flow": {
                    "oxygen_device": "nasal_cannula",
                    "oxygen_flow_l_min": 2,
                    "spo2_percent": 93,
                },
                "fever": {"temperature_c": 38.9},
            },
        ),
        (
            FEVER | {"oxygen_device": "cpap", "positive_pressure_for": "hypoxia"},
            {
                "positive_pressure": {"oxygen_device": "cpap", "positive_pressure_for": "hypoxia"},
                "fever": {"temperature_c": 38.9},
            },
        ),
        (
            FEVER | {"spo2_percent": Decimal(84)},
            {
                "hypoxia_untreated": {"oxygen_device": "room_air", "spo2_percent": 84},
                "fever": {"temperature_c": 38.9},
            },
        ),
    ],
)
def test_crs_says_which_criteria_were_met_and_what_they_saw(
    findings: dict[str, Any], expected: dict[str, Any]
) -> None:
    found = reasons(facts("crs_astct_2019", findings))
    assert found == expected
    assert list(found) == list(expected)


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ({"ice_total": 8}, {"ice_7_9": {"ice_total": 8}}),
        ({"ice_total": None, "ice": {"year": 1, "month": 1}}, {}),
        (
            {"ice_total": None, "ice": {"naming": 0, "attention": 0}},
            {"ice_3_6": {"ice_at_most": 6}},
        ),
        (
            {"ice_total": None, "ice_not_done": "aphasia"},
            {"ice_0_2": {"ice_not_done": "aphasia"}},
        ),
        (
            {"ice_total": None, "ice_not_done": "unarousable", "consciousness": "unarousable"},
            {
                "ice_unarousable": {"ice_not_done": "unarousable"},
                "unarousable": {"consciousness": "unarousable"},
            },
        ),
        ({"consciousness": "voice"}, {"wakes_to_voice": {"consciousness": "voice"}}),
        ({"seizure": "prolonged"}, {"seizure_prolonged": {"seizure": "prolonged"}}),
        (
            {"motor": "deep_focal_weakness"},
            {"deep_focal_weakness": {"motor": "deep_focal_weakness"}},
        ),
        ({"icp": ("focal_edema",)}, {"focal_edema": {"icp": ["focal_edema"]}}),
    ],
)
def test_icans_says_which_criteria_were_met_and_what_they_saw(
    findings: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert reasons(facts("icans_astct_2019", findings)) == expected


def test_a_child_is_told_by_capd() -> None:
    child = {"ice_total": None, "capd_total": 12}
    found = facts("icans_astct_2019", child, age_years=Decimal(5))
    assert reasons(found) == {"capd_9_32": {"capd_total": 12}}
    unable = {"ice_total": None, "capd_not_done": "unarousable"}
    found = facts("icans_astct_2019", unable, age_years=Decimal(5))
    assert reasons(found)["capd_unarousable"] == {"capd_not_done": "unarousable"}


def test_capd_1_is_told_by_its_own_cell_where_a_ward_counts_capd_0_too() -> None:
    local = replace(DEFAULT, capd_zero_counts=True)
    for points, code in ((0, "capd_0"), (1, "capd_1_8")):
        child = Findings(timedelta(hours=24), capd_total=points, consciousness="spontaneous")
        record = Record(age_years=Decimal(5), findings=(child,))
        (result,) = grade_record(record, local)["icans_astct_2019"].results
        assert [met.code for met in result.because] == [code]


def test_a_capd_within_the_baseline_is_told_in_the_values() -> None:
    child = {"ice_total": None, "capd_total": 7}
    usual = {"age_years": Decimal(5), "baseline": Baseline(capd_total=9)}
    found = facts("icans_astct_2019", child, **usual)
    assert (found["grade"], found["because"]) == (0, [])
    assert found["values"] == {"capd_within_baseline": 9, "capd_total": 7}


@pytest.mark.parametrize(
    ("findings", "cautions"),
    [
        ({}, []),
        (
            {"hypotension": None, "systolic_mmhg": Decimal(84)},
            ["hypotension: derived from pressure"],
        ),
        (
            {"systolic_mmhg": Decimal(84)},
            ["hypotension: answered no, the pressure is low"],
        ),
        (
            {"vasopressors": ("norepinephrine",)},
            ["hypotension: answered no while a vasopressor runs"],
        ),
        (
            {"spo2_percent": Decimal(84)},
            ["hypoxia: low saturation without new oxygen, untreated"],
        ),
        (
            {"oxygen_device": "high_flow_nasal_cannula", "oxygen_flow_l_min": Decimal(6)},
            ["hypoxia: high-flow system at 6 L/min or less, graded by device"],
        ),
        ({"oxygen_device": "high_flow_nasal_cannula", "oxygen_flow_l_min": Decimal("6.1")}, []),
        (
            {"oxygen_device": "bipap"},
            ["hypoxia: reason for positive pressure not stated, counted as hypoxia"],
        ),
        (
            {"oxygen_device": "bipap", "positive_pressure_for": "airway_protection"},
            ["hypoxia: positive pressure to protect the airway, not counted"],
        ),
        (
            {"oxygen_device": "cpap", "positive_pressure_for": "home_cpap"},
            ["hypoxia: home CPAP as before, not counted"],
        ),
        ({"oxygen_device": "bipap", "positive_pressure_for": "hypoxia"}, []),
        (
            {"attribution": {"fever": "undetermined"}},
            ["fever: attribution undetermined"],
        ),
        (
            {"hypotension": True, "attribution": {"hypotension": "undetermined"}},
            ["hypotension: attribution undetermined"],
        ),
        ({"attribution": {"hypotension": "undetermined"}}, []),
    ],
)
def test_crs_cautions_of_how_it_was_read(findings: dict[str, Any], cautions: list[str]) -> None:
    assert facts("crs_astct_2019", FEVER | findings)["cautions"] == cautions


RUN = Dose(timedelta(hours=20), "norepinephrine", uid="d")


@pytest.mark.parametrize(
    ("listed", "cautions"),
    [
        (None, ["vasopressors: derived from the doses running"]),
        (("norepinephrine",), []),
        (("other",), []),
        (("norepinephrine", "other"), []),
        (("epinephrine",), ["vasopressors: the list and the doses running disagree"]),
        (("epinephrine", "other"), ["vasopressors: the list and the doses running disagree"]),
        ((), ["vasopressors: the list and the doses running disagree"]),
    ],
)
def test_the_list_and_the_doses_that_run_are_compared(
    listed: tuple[str, ...] | None, cautions: list[str]
) -> None:
    ill = FEVER | {"hypotension": True, "vasopressors": listed}
    assert facts("crs_astct_2019", ill, (RUN,))["cautions"] == cautions


def test_home_cpap_without_a_reason_is_told() -> None:
    at_night = FEVER | {"oxygen_device": "cpap"}
    found = facts("crs_astct_2019", at_night, baseline=Baseline(home_cpap=True))
    assert found["cautions"] == [
        "hypoxia: reason for positive pressure not stated, counted as home CPAP"
    ]
    assert found["grade"] == 1


def test_a_baseline_below_the_limit_is_told() -> None:
    usual = Baseline(oxygen_device="room_air", spo2_percent=Decimal(88))
    found = facts("crs_astct_2019", FEVER | {"spo2_percent": Decimal(87)}, baseline=usual)
    assert found["cautions"] == ["hypoxia: the baseline saturation is below the limit"]


def test_an_unknown_age_is_told_where_a_limit_was_used() -> None:
    low = FEVER | {"hypotension": None, "systolic_mmhg": Decimal(84)}
    assert facts("crs_astct_2019", low, age_years=None)["cautions"] == [
        "age unknown: adult limits used",
        "hypotension: derived from pressure",
    ]
    assert facts("crs_astct_2019", FEVER, age_years=None)["cautions"] == []


@pytest.mark.parametrize(
    ("findings", "cautions"),
    [
        ({}, []),
        ({"ice_total": None, "ice_not_done": "asleep"}, ["ICE not done: asleep"]),
        (
            {"ice_total": None, "ice_not_done": "sedated", "consciousness": "touch"},
            ["ICE not done: sedated", "consciousness: sedated, taken out of the grade"],
        ),
        (
            {"icp": ("diffuse_edema",), "other_neuro": ("intracranial_hemorrhage",)},
            ["intracranial hemorrhage: edema is not counted as ICANS"],
        ),
        (
            {"motor": "mild"},
            ["motor: mild weakness is not an ICANS criterion; watch for deep focal weakness"],
        ),
        (
            {"consciousness": "unarousable", "ice_total": 9},
            ["contradictory: unarousable, yet the examination was done; the worse counts"],
        ),
        (
            {"consciousness": "unarousable", "ice_total": None, "ice": {"naming": 1}},
            ["contradictory: unarousable, yet the examination was done; the worse counts"],
        ),
        ({"consciousness": "unarousable", "ice_total": 0}, []),
        (
            {"consciousness": "unarousable", "ice_total": None, "ice_not_done": "aphasia"},
            ["contradictory: awake aphasia, yet unarousable; the worse counts"],
        ),
        (
            {"consciousness": "voice", "ice_total": None, "ice_not_done": "unarousable"},
            ["contradictory: examination not done as unarousable, yet awake; the worse counts"],
        ),
        ({"consciousness": "touch", "ice_total": None, "ice_not_done": "unarousable"}, []),
        (
            {
                "consciousness": "touch",
                "ice_total": None,
                "ice_not_done": "unarousable",
                "attribution": {"consciousness": "other"},
            },
            [
                UNAROUSABLE_ELSEWHERE,
            ],
        ),
        (
            {"seizure": "resolved", "attribution": {"seizure": "undetermined"}},
            ["seizure: attribution undetermined"],
        ),
    ],
)
def test_icans_cautions_of_how_it_was_read(findings: dict[str, Any], cautions: list[str]) -> None:
    assert facts("icans_astct_2019", findings)["cautions"] == cautions


def test_an_unknown_age_names_the_examination_that_was_used() -> None:
    assert facts("icans_astct_2019", {}, age_years=None)["cautions"] == ["age unknown: ICE used"]
    by_capd = {"ice_total": None, "capd_total": 3}
    assert facts("icans_astct_2019", by_capd, age_years=None)["cautions"] == [
        "age unknown: CAPD used"
    ]


def test_review_and_waiver_are_told_in_the_values() -> None:
    afebrile = {"hypotension": True}
    assert facts("crs_astct_2019", afebrile)["values"] == {"review": "no_fever"}
    untaken = afebrile | {"temperature_c": None}
    assert facts("crs_astct_2019", untaken)["values"] == {"review": "fever_unknown"}

    start = Findings(timedelta(hours=10), "a", **(WELL | FEVER))
    later = Findings(timedelta(hours=24), "b", **(WELL | afebrile))
    dose = Dose(timedelta(hours=12), "tocilizumab", uid="d")
    record = Record(age_years=Decimal(60), findings=(start, later), doses=(dose,))
    waived = grade_record(record)["crs_astct_2019"].results[1]
    assert waived.values == {"fever_waived_by": "tocilizumab", "fever_waived_hour": 12}


def test_a_late_fever_is_told_in_the_values() -> None:
    late = Findings(timedelta(days=16), "a", **(WELL | FEVER))
    record = Record(age_years=Decimal(60), findings=(late,))
    result = grade_record(record)["crs_astct_2019"].results[0]
    assert result.values == {"review": "late_fever_unattributed"}
    assert (result.review, result.would_be) == (True, 1)
