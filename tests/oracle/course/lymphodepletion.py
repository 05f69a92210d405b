"""Before lymphodepletion: the last group of doses ahead of the infusion, and CAR-HEMATOTOX."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.oracle.course.document import Course, Entry

AGENTS = {"fludarabine", "bendamustine", "cyclophosphamide"}
EARLIEST_DAY, UNRECORDED_DAY, APART_HOURS = -28, -5, 72
FACTORS = {
    "platelets": {"10*9/L": Fraction(1)},
    "anc": {"10*9/L": Fraction(1000), "/uL": Fraction(1)},
    "hemoglobin": {"g/dL": Fraction(1), "g/L": Fraction(1, 10)},
    "crp": {"mg/dL": Fraction(1), "mg/L": Fraction(1, 10)},
    "ferritin": {"ng/mL": Fraction(1)},
}
"""To the units of the printed table: 10⁹/L, /µL, g/dL, mg/dL, ng/mL."""


def first_dose(course: Course) -> Fraction | None:
    """The hour of the first dose of the last group; None where there is none.

    Within a group no two doses follow each other by more than 72 h. What lies ahead was bridging.
    """
    hours = [
        dose.hour
        for dose in course.doses
        if dose.get("agent") in AGENTS and dose.hour < 0 and course.day(dose.hour) >= EARLIEST_DAY
    ]
    first = None
    for hour in sorted(hours, reverse=True):
        if first is not None and first - hour > APART_HOURS:
            break
        first = hour
    return first


def is_before(course: Course, lab: Entry, first: Fraction | None) -> bool:
    """At or before the first dose; without one, on Day −5 or earlier."""
    return course.day(lab.hour) <= UNRECORDED_DAY if first is None else lab.hour <= first


def latest_before(course: Course) -> dict[str, Fraction]:
    """The latest value of each analyte before lymphodepletion, in the units of the table."""
    first, latest = first_dose(course), {}
    for lab in course.labs:
        factors = FACTORS.get(lab.get("analyte"))
        value = lab.number("value")
        if factors is not None and value is not None and is_before(course, lab, first):
            latest[lab.get("analyte")] = value * factors[lab.get("unit")]
    return latest


def points(analyte: str, value: Fraction) -> int:
    """The points of one item; equality at ANC, hemoglobin and CRP gives the point."""
    if analyte == "platelets":
        return 0 if value > 175 else 1 if value >= 75 else 2
    if analyte == "anc":
        return int(value <= 1200)
    if analyte == "hemoglobin":
        return int(value <= 9)
    if analyte == "crp":
        return int(value >= 3)
    return 0 if value < 650 else 1 if value <= 2000 else 2


def car_hematotox(course: Course) -> dict[str, Any]:
    """Score, or its range where a value is missing; high from 2 points."""
    values = latest_before(course)
    low = sum(points(analyte, value) for analyte, value in values.items())
    missing = FACTORS.keys() - values.keys()
    high = low + sum(2 if analyte in {"platelets", "ferritin"} else 1 for analyte in missing)
    risk = "high" if low >= 2 else "low" if high < 2 else None
    if missing:
        return {
            "score": None,
            "low": low,
            "high": high,
            "risk": "high" if low >= 2 else None,
            "missing": missing,
        }
    return {"score": low, "risk": risk, "missing": set()}
