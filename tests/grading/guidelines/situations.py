"""Situations for tests, from a few words: grades, doses, laboratory values, patient."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from grading.guidelines.line import Option
from grading.guidelines.situation.situation import (
    BedsideNow,
    DosesNow,
    GradeNow,
    PatientNow,
    Reading,
    Situation,
)
from grading.guidelines.step import next_step
from grading.guidelines.tocilizumab import tocilizumab_ledger
from grading.local_rules import DEFAULT, LocalRules
from grading.record import Dose, Record


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def situation(
    *,
    now: float = 48,
    crs: int | GradeNow | None = None,
    icans: int | GradeNow | None = None,
    doses: Iterable[Dose] = (),
    labs: dict[str, str] | None = None,
    bedside: BedsideNow | None = None,
    weight_kg: str | None = "72",
    age_years: str | None = "60",
    indication: str | None = None,
    local: LocalRules = DEFAULT,
    **more: Any,
) -> Situation:
    """A situation at hour `now`; `labs` in canonical units by analyte, all fresh.

    What `more` names is a field of `Situation` as it is.
    """
    given = tuple(sorted(doses, key=lambda dose: dose.elapsed))
    weight = None if weight_kg is None else Decimal(weight_kg)
    age = None if age_years is None else Decimal(age_years)
    record = Record(weight_kg=weight, weighed=hours(now - 1), doses=given)
    is_child = (age is not None and age < 18) or (weight is not None and weight < 40)
    values: dict[str, Any] = {
        "now": hours(now),
        "crs": _grade(crs, now),
        "icans": _grade(icans, now),
        "bedside": bedside or BedsideNow(),
        "labs": {
            name: Reading(name, Decimal(value), f"{name} {value}", hours(now - 2))
            for name, value in (labs or {}).items()
        },
        "doses": DosesNow(given, tocilizumab_ledger(record, hours(now), local)),
        "patient": PatientNow(age, is_child, weight, hours(now - 1), True, indication=indication),
        "local": local,
    }
    return replace(Situation(hours(now)), **(values | more))


def _grade(grade: int | GradeNow | None, now: float) -> GradeNow:
    if isinstance(grade, GradeNow):
        return grade
    return GradeNow() if grade is None else GradeNow(grade, hours(now), onset=hours(now - 6))


def codes(of: Situation) -> list[str]:
    """The codes of the options that stand."""
    return [option.code for option in next_step(of)]


def option(code: str, of: Situation) -> Option:
    """The option of this code; fails where it does not stand."""
    (only,) = [each for each in next_step(of) if each.code == code]
    return only
