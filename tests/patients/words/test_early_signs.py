"""What was seen before the infusion is said in words, whatever it was put down to."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from grading.local_rules import DEFAULT
from grading.record import Baseline, Dose, Findings, Record
from patients.regrading.early_signs import early_signs
from patients.words.early_signs import early_signs_in_words
from tests.grading.rules.one_assessment import WELL

BEFORE = timedelta(minutes=-1)
MEASURED_WELL: dict[str, Any] = WELL | {
    "systolic_mmhg": Decimal(120),
    "diastolic_mmhg": Decimal(70),
    "spo2_percent": Decimal(97),
}
LOW = {"systolic_mmhg": Decimal(84), "diastolic_mmhg": Decimal(50)}
CANNULA = {"oxygen_device": "nasal_cannula", "oxygen_flow_l_min": Decimal(2)}

CRS = {
    "well": ({}, ""),
    "37.9": ({"temperature_c": Decimal("37.9")}, ""),
    "38.0": ({"temperature_c": Decimal(38)}, "38.0 °C"),
    "fever and hypotension": (
        {"temperature_c": Decimal(39), "hypotension": True},
        "39.0 °C, low pressure",
    ),
    "a fever without a number": ({"temperature_c": None, "fever": True}, "fever"),
    "a low pressure that nobody named": ({**LOW, "hypotension": None}, "low pressure"),
    "a low pressure against a no": (LOW, "low pressure"),
    "a vasopressor": (
        {"hypotension": True, "vasopressors": ("norepinephrine",)},
        "low pressure, norepinephrine",
    ),
    "oxygen": (CANNULA, "nasal cannula 2 L/min"),
    "a low saturation": ({"spo2_percent": Decimal(86)}, "SpO2 86 %"),
    "put down to an infection": (
        {"temperature_c": Decimal(39), "attribution": {"fever": "other"}},
        "39.0 °C",
    ),
}
ICANS = {
    "well": ({}, ""),
    "ICE": ({"ice_total": 7}, "ICE 7"),
    "ICE in part": (
        {"ice_total": None, "ice": {"year": 0, "month": 0, "city": 1}},
        "ICE at most 8",
    ),
    "unarousable": (
        {"ice_total": None, "ice_not_done": "unarousable", "consciousness": "unarousable"},
        "unarousable",
    ),
    "asleep is no sign": ({"ice_total": None, "ice_not_done": "asleep"}, ""),
    "wakes to voice": ({"consciousness": "voice"}, "wakes to voice"),
    "a seizure": ({"seizure": "resolved"}, "seizure resolved"),
    "weakness": ({"motor": "deep_focal_weakness"}, "deep focal weakness"),
    "pressure in the head": ({"icp": ("papilledema",)}, "papilledema"),
    "several": ({"ice_total": 9, "consciousness": "touch"}, "ICE 9, wakes to touch"),
}


def words(toxicity: str, record: Record, elapsed: timedelta = BEFORE, **recorded: Any) -> str:
    findings = Findings(elapsed, **{**MEASURED_WELL, **recorded})
    return early_signs_in_words(early_signs(findings, record, DEFAULT).get(toxicity, {}))


ADULT = Record(age_years=Decimal(60))


@pytest.mark.parametrize("name", CRS)
def test_signs_at_the_bedside(name: str) -> None:
    findings, phrase = CRS[name]
    assert words("crs", ADULT, **findings) == (f"before the infusion: {phrase}" if phrase else "")


@pytest.mark.parametrize("name", ICANS)
def test_neurologic_signs(name: str) -> None:
    findings, phrase = ICANS[name]
    assert words("icans", ADULT, **findings) == (f"before the infusion: {phrase}" if phrase else "")


def test_from_the_infusion_on_the_grade_says_it() -> None:
    sick = {"temperature_c": Decimal(39), "ice_total": 3}
    for toxicity in ("crs", "icans"):
        assert words(toxicity, ADULT, **sick) != ""
        assert words(toxicity, ADULT, timedelta(0), **sick) == ""


def test_what_is_usual_for_the_patient_is_no_sign() -> None:
    usual = Baseline(
        ice_total=7, oxygen_device="nasal_cannula", oxygen_flow_l_min=Decimal(2), capd_total=4
    )
    record = Record(age_years=Decimal(60), baseline=usual)
    assert words("icans", record, ice_total=7) == ""
    assert words("icans", record, ice_total=6) == "before the infusion: ICE 6"
    assert words("crs", record, **CANNULA) == ""
    more = {**CANNULA, "oxygen_flow_l_min": Decimal(3)}
    assert words("crs", record, **more) == "before the infusion: nasal cannula 3 L/min"


def test_a_child_is_examined_by_capd() -> None:
    child = Record(age_years=Decimal(6), baseline=Baseline(capd_total=4))
    assert words("icans", child, ice_total=None, capd_total=4) == ""
    assert words("icans", child, ice_total=None, capd_total=5) == "before the infusion: CAPD 5"


def test_a_run_that_is_open_is_said_with_the_low_pressure() -> None:
    run = Dose(timedelta(hours=-2), "norepinephrine", "vasopressor")
    record = Record(age_years=Decimal(60), doses=(run,))
    phrase = words("crs", record, vasopressors=None, hypotension=None)
    assert phrase == "before the infusion: low pressure, norepinephrine"
