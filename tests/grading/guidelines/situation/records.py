"""Records for tests of the situation, and the situation of a record at an hour."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from grading.decisions.step_choices import STEP_AS_PRINTED, StepChoices
from grading.guidelines.situation.of_course import CourseGraded, situation_at
from grading.guidelines.situation.situation import Situation
from grading.local_rules import DEFAULT, LocalRules
from grading.record import Dose, Findings, Lab, Record
from grading.rules.systems import grade_course, grade_record
from tests.grading.guidelines.situations import hours

VASOPRESSORS = {3: ("norepinephrine",), 4: ("norepinephrine", "epinephrine")}
AWAKE = {"consciousness": "spontaneous", "seizure": "none", "motor": "none", "icp": ()}
NO_CRS: dict[str, Any] = {
    "temperature_c": Decimal("36.8"),
    "hypotension": False,
    "vasopressors": (),
    "oxygen_device": "room_air",
}


def crs(at: float, grade: int, **more: Any) -> Findings:
    """An assessment with CRS of this grade; `more` are further findings, or others instead."""
    values = NO_CRS | {
        "temperature_c": Decimal("38.6" if grade else "36.8"),
        "hypotension": grade >= 2,
        "vasopressors": VASOPRESSORS.get(grade, ()),
    }
    return Findings(hours(at), f"f{at:g}", **(values | more))


def icans(at: float, ice: int | None, **more: Any) -> Findings:
    """An examination with this ICE and nothing else, unless it is among `more`."""
    return Findings(hours(at), f"i{at:g}", ice_total=ice, **(AWAKE | more))


def dose(at: float, agent: str, amount: str | None = None, unit: str = "mg", **more: Any) -> Dose:
    value = None if amount is None else Decimal(amount)
    return Dose(hours(at), agent, "", value, unit if value is not None else None, **more)


def lab(at: float, analyte: str, value: str, unit: str | None, **more: Any) -> Lab:
    return Lab(hours(at), analyte, Decimal(value), unit=unit, uid=f"l{at:g}", **more)


def record(findings: Iterable[Findings] = (), **more: Any) -> Record:
    """A course of an adult of 72 kg."""
    usual: dict[str, Any] = {
        "age_years": Decimal(60),
        "weight_kg": Decimal(72),
        "weighed": hours(-2),
    }
    return Record(**(usual | {"findings": tuple(findings)} | more))


def graded(of: Record, local: LocalRules = DEFAULT) -> CourseGraded:
    grades = grade_record(of, local)
    return CourseGraded(of, grades, grade_course(of, grades, local))


def situation_of_record(
    of: Record,
    now: float,
    local: LocalRules = DEFAULT,
    choices: StepChoices = STEP_AS_PRINTED,
) -> Situation:
    """The situation of a record at an hour."""
    return situation_at(graded(of, local), hours(now), local, choices)
