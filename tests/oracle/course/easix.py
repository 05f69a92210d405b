"""EASIX, s-EASIX and m-EASIX before lymphodepletion: the latest values at most 24 h apart."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

from tests.oracle.course.document import Course, Entry
from tests.oracle.course.lymphodepletion import first_dose, is_before

APART_HOURS = 24
INDICES = {
    "easix": ("ldh", "platelets", "creatinine"),
    "s_easix": ("ldh", "platelets"),
    "m_easix": ("ldh", "platelets", "crp"),
}
"""LDH, divided by platelets, multiplied by the third."""
IN_MG_PER_DL = {"mg/dL": Fraction(1), "mg/L": Fraction(1, 10)}


def easix_before(course: Course, index: str) -> dict[str, Any]:
    """The hour of the latest value of the latest set, and the index; None where there is none."""
    first = first_dose(course)
    before = [lab for lab in course.labs if is_before(course, lab, first)]
    measured = [[lab for lab in before if lab.get("analyte") == name] for name in INDICES[index]]
    together = [labs for labs in product(*measured) if spread(labs) <= APART_HOURS]
    if not together:
        return {"hour": None, "value": None}
    latest_entered_first = reversed(together)
    labs = max(
        latest_entered_first, key=lambda labs: sorted((lab.hour for lab in labs), reverse=True)
    )
    return {"hour": float(max(lab.hour for lab in labs)), "value": round(float(value_of(labs)), 6)}


def spread(labs: tuple[Entry, ...]) -> Fraction:
    hours = [lab.hour for lab in labs]
    return max(hours) - min(hours)


def value_of(labs: tuple[Entry, ...]) -> Fraction:
    numbers = [lab.number("value") or Fraction(0) for lab in labs]
    third = numbers[2] * IN_MG_PER_DL[labs[2].get("unit")] if len(numbers) > 2 else 1
    return numbers[0] * third / numbers[1]
