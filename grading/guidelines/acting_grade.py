"""The grade whose options stand: the one that stands, or the higher one while in doubt.

Takes   the record, the results of a system in order of time, whether an assessment has its part.
Gives   the grade with the time of its assessment, and in words why its options stand.
Source  local: an entry by which CRS cannot be graded does not end the CRS of two hours ago, and
        a sign that is put down to another cause counts until a physician has confirmed it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from grading.engine.checklists import hour
from grading.engine.course.standing import grade_that_stands, grade_to_follow
from grading.engine.result import Result, SystemGrades
from grading.engine.sentences import trimmed
from grading.engine.system import System
from grading.record import Record


@dataclass(frozen=True, slots=True)
class ActingGrade:
    """The grade to act on, in review the would-be grade. `why` is empty where there is none."""

    grade: int | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class EndOfCourse:
    """What stands of one system at the end of a course, and the newest result, with their times.

    `stands` is None before the first grade, `newest` before the first assessment of the part.
    """

    stands: Result | None = None
    at: timedelta = timedelta(0)
    newest: Result | None = None
    newest_at: timedelta = timedelta(0)
    is_reassessed: bool = True
    """False where the newest result did not replace the grade that stands."""


def end_of_course(system: System, record: Record, grades: SystemGrades) -> EndOfCourse:
    """The grade of a system that stands at the end.

    The walk begins at the last exact grade, which replaced all that stood before it.
    """
    findings, results = record.findings, grades.results
    backwards = range(len(results) - 1, -1, -1)
    newest = next((place for place in backwards if system.has_part(findings[place])), None)
    if newest is None:
        return EndOfCourse()
    graded: list[int] = []
    for place in range(newest, -1, -1):
        result = results[place]
        if result.has_grade():
            graded.append(place)
            if not result.at_least and not result.review:
                break
    if not graded:
        return EndOfCourse(newest=results[newest], newest_at=findings[newest].elapsed)
    graded.reverse()
    standing = grade_that_stands([results[place] for place in graded]).place if graded[1:] else 0
    at = graded[-1 if standing is None else standing]
    times = findings[at].elapsed, findings[newest].elapsed
    return EndOfCourse(results[at], times[0], results[newest], times[1], at == newest)


def acting_grade(system: System, record: Record, grades: SystemGrades) -> ActingGrade:
    """The grade that stands, or what it would be with every sign counted, with its reason."""
    end = end_of_course(system, record, grades)
    grade = grade_to_follow(end.stands, end.newest)
    if grade is None:
        return ActingGrade()
    parts = [] if end.stands is None else [_in_words(system, end.stands, end.at)]
    if not end.is_reassessed:
        age = trimmed(hour(record.findings[-1].elapsed) - hour(end.at))
        parts.append(f"{age} h before the last entry, not reassessed")
    if end.stands is None or grade != end.stands.shown:
        parts.append(f"{grade} with every sign counted, not confirmed by a physician")
    return ActingGrade(grade, ", ".join(parts))


def _in_words(system: System, result: Result, elapsed: timedelta) -> str:
    """CRS at least 3 (ASTCT 2019) at hour 20."""
    shown = f"at least {result.shown}" if result.at_least else f"{result.shown}"
    at = trimmed(hour(elapsed))
    if result.review:
        return f"{system.label} in review at hour {at}, would be {shown}"
    return f"{system.name} {shown} ({system.standard} {system.year}) at hour {at}"
