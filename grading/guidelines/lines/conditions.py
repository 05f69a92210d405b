"""Conditions that many lines share, each with the fact that it gives."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from grading.guidelines.line import Why
from grading.guidelines.situation.situation import Fact, GradeNow, Reading, Situation
from grading.laboratory.analytes import ANALYTES

Condition = Callable[[Situation], Why]


def grade_fact(name: str, grade: GradeNow) -> Fact:
    """CRS 3; in review CRS 3 if the signs are CRS; with the remark on the grade."""
    shown = f"{name} {'at least ' if grade.at_least else ''}{grade.grade}"
    words = f"{shown} if the signs are {name}, in review" if grade.is_review else shown
    return Fact(", ".join(filter(None, (words, grade.remark))), grade.at, grade.uid)


def _between(name: str, grade: GradeNow, lowest: int, highest: int) -> Why:
    """A grade between these, both included, as a fact."""
    if grade.grade is None or not lowest <= grade.grade <= highest:
        return None
    return (grade_fact(name, grade),)


def crs_from(lowest: int, highest: int = 4) -> Condition:
    """CRS of a grade between these, both included; in review its would-be grade."""
    return lambda situation: _between("CRS", situation.crs, lowest, highest)


def icans_from(lowest: int, highest: int = 4) -> Condition:
    """ICANS of a grade between these, both included."""
    return lambda situation: _between("ICANS", situation.icans, lowest, highest)


def worse_again(grade: GradeNow, moment: timedelta) -> timedelta | None:
    """When a toxicity rose, where it had been lower than at a moment since; None where not."""
    then = next((each for each in reversed(grade.history) if each.at <= moment), None)
    then = then or next(iter(grade.history), None)
    later = [each for each in grade.history if each.at > moment]
    lower = [place for place, each in enumerate(later) if then and each.grade < then.grade]
    risen = later[lower[-1] + 1 :] if lower else []
    return risen[0].at if risen else None


def reading_fact(reading: Reading) -> Fact:
    """A laboratory value as a fact."""
    return Fact(reading.text, reading.at, reading.uid)


def not_usable(situation: Situation, analyte: str) -> Fact | None:
    """Why no value of today is there: not recorded, not readable, too old; None where one is."""
    if situation.lab(analyte) is not None:
        return None
    older = situation.labs.get(analyte)
    if older is None:
        label = ANALYTES[analyte].in_sentence
        return Fact(situation.labs_not_used.get(analyte, f"{label} not recorded"))
    return Fact(f"{older.text}, too old to be used", older.at, older.uid)


def beyond(
    situation: Situation,
    analyte: str,
    *,
    below: Decimal | None = None,
    above: Decimal | None = None,
) -> tuple[Fact, ...]:
    """A value that is fresh enough, as a fact where it surely lies beyond a limit; else empty."""
    reading = situation.lab(analyte)
    if reading is None:
        return ()
    is_low = below is not None and reading.is_below(below)
    is_high = above is not None and reading.is_above(above)
    return (reading_fact(reading),) if is_low or is_high else ()
