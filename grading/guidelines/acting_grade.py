"""The grade whose options stand: the current one, or the last that was given.

Takes   the record, the results of a system in order of time, whether an assessment has its part.
Gives   the grade with the time of its assessment, and in words why its options stand.
Source  local: an entry by which CRS cannot be graded does not end the CRS of two hours ago.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from grading.engine.checklists import hour
from grading.engine.result import Result, SystemGrades
from grading.engine.sentences import trimmed
from grading.engine.system import System
from grading.record import Record


@dataclass(frozen=True, slots=True)
class ActingGrade:
    """The grade to act on, in review the would-be grade. `why` is empty where there is none."""

    grade: int | None = None
    why: str = ""


def acting_grade(system: System, record: Record, grades: SystemGrades) -> ActingGrade:
    """The current grade; where it cannot be told, the last plain one if that was above 0."""
    assessed = _latest_first(system, record, grades)
    elapsed, current = next(assessed, (timedelta(0), Result()))
    if current.shown is not None:
        return ActingGrade(current.shown, _in_words(system, current, elapsed))
    for before, result in assessed:
        if result.grade is None or result.review:
            continue
        if result.grade == 0:
            break
        age = trimmed(hour(record.findings[-1].elapsed) - hour(before))
        why = f"{_in_words(system, result, before)}, {age} h before the last entry"
        return ActingGrade(result.grade, f"{why}, by which {system.name} cannot be graded")
    return ActingGrade()


def _latest_first(
    system: System, record: Record, grades: SystemGrades
) -> Iterator[tuple[timedelta, Result]]:
    """The results of the assessments that have the part of the system, the latest first."""
    rows = zip(reversed(record.findings), reversed(grades.results), strict=True)
    return ((row.elapsed, result) for row, result in rows if system.has_part(row))


def _in_words(system: System, result: Result, elapsed: timedelta) -> str:
    """CRS at least 3 (ASTCT 2019) at hour 20."""
    shown = f"at least {result.shown}" if result.at_least else f"{result.shown}"
    at = trimmed(hour(elapsed))
    if result.review:
        return f"{system.label} in review at hour {at}, would be {shown}"
    return f"{system.name} {shown} ({system.standard} {system.year}) at hour {at}"
