"""Why ASTCT CRS grades came out: the criteria met, what they rest on, and every caution."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from grading.local_rules import DEFAULT
from grading.record import Baseline, Dose, Findings, Record
from grading.rules.systems import grade_record
from tests.grading.rules.one_assessment import WELL, facts, reasons

FEVER = {"temperature_c": Decimal("38.9")}


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
    met_criteria = reasons(facts("crs_astct_2019", findings))
    assert met_criteria == expected
    assert list(met_criteria) == list(expected)


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
LEFT_OUT = "norepinephrine runs by the dose record since hour 20: confirm or end it"
NO_RUN = "epinephrine is on the list and has no open run in the dose record"


@pytest.mark.parametrize(
    ("listed", "cautions"),
    [
        (None, ["vasopressors: derived from the doses running"]),
        (("norepinephrine",), []),
        (("other",), [LEFT_OUT]),
        (("norepinephrine", "other"), []),
        (("norepinephrine", "epinephrine"), [NO_RUN]),
        (("epinephrine",), [LEFT_OUT, NO_RUN]),
        (("epinephrine", "other"), [LEFT_OUT, NO_RUN]),
        ((), [LEFT_OUT]),
    ],
)
def test_the_list_and_the_doses_that_run_are_compared(
    listed: tuple[str, ...] | None, cautions: list[str]
) -> None:
    ill = FEVER | {"hypotension": True, "vasopressors": listed}
    assert facts("crs_astct_2019", ill, (RUN,))["cautions"] == cautions


def test_home_cpap_without_a_reason_is_told() -> None:
    at_night = FEVER | {"oxygen_device": "cpap"}
    result_facts = facts("crs_astct_2019", at_night, baseline=Baseline(home_cpap=True))
    assert result_facts["cautions"] == [
        "hypoxia: reason for positive pressure not stated, counted as home CPAP"
    ]
    assert result_facts["grade"] == 1


def test_a_baseline_below_the_limit_is_told() -> None:
    usual = Baseline(oxygen_device="room_air", spo2_percent=Decimal(88))
    result_facts = facts("crs_astct_2019", FEVER | {"spo2_percent": Decimal(87)}, baseline=usual)
    assert result_facts["cautions"] == ["hypoxia: the baseline saturation is below the limit"]


def test_an_unknown_age_is_told_where_a_limit_was_used() -> None:
    low = FEVER | {"hypotension": None, "systolic_mmhg": Decimal(84)}
    assert facts("crs_astct_2019", low, age_years=None)["cautions"] == [
        "age unknown: adult limits used",
        "hypotension: derived from pressure",
    ]
    assert facts("crs_astct_2019", FEVER, age_years=None)["cautions"] == []


def test_review_and_waiver_are_told_in_the_values() -> None:
    afebrile = {"hypotension": True}
    assert facts("crs_astct_2019", afebrile)["values"] == {"review": "no_fever"}
    untaken = afebrile | {"temperature_c": None}
    assert facts("crs_astct_2019", untaken)["values"] == {"review": "fever_unknown"}

    start = Findings(timedelta(hours=10), "a", **(WELL | FEVER))
    later = Findings(timedelta(hours=24), "b", **(WELL | afebrile))
    dose = Dose(timedelta(hours=12), "tocilizumab", uid="d")
    record = Record(age_years=Decimal(60), findings=(start, later), doses=(dose,))
    waived = grade_record(record, DEFAULT)["crs_astct_2019"].results[1]
    assert waived.values == {"fever_waived_by": "tocilizumab", "fever_waived_hour": 12}


def test_a_late_fever_is_told_in_the_values() -> None:
    late = Findings(timedelta(days=16), "a", **(WELL | FEVER))
    record = Record(age_years=Decimal(60), findings=(late,))
    result = grade_record(record, DEFAULT)["crs_astct_2019"].results[0]
    assert result.values == {"review": "late_fever_unattributed"}
    assert (result.review, result.would_be) == (True, 1)
