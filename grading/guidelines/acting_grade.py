"""The grade whose options stand: the one that stands, until a later entry replaces it.

Takes   the record, the results of a system in order of time, whether an assessment has its part.
Gives   what stands at the end of a course, and the newest result.
Source  local: an entry by which CRS cannot be graded does not end the CRS of two hours ago.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from grading.engine.course.standing import grade_that_stands
from grading.engine.result import Result, SystemGrades
from grading.engine.system import System
from grading.record import Record


@dataclass(frozen=True, slots=True)
class EndOfCourse:
    """What stands of one system at the end of a course, and the newest result, with their times.

    `stands` is None before the first grade, `newest` before the first assessment of the part.
    `place` and `newest_place` are those of their assessments in the record.
    """

    stands: Result | None = None
    at: timedelta = timedelta(0)
    newest: Result | None = None
    newest_at: timedelta = timedelta(0)
    is_reassessed: bool = True
    """False where the newest result did not replace the grade that stands."""
    place: int | None = None
    newest_place: int | None = None


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
        newest_at = findings[newest].elapsed
        return EndOfCourse(newest=results[newest], newest_at=newest_at, newest_place=newest)
    graded.reverse()
    standing = grade_that_stands([results[place] for place in graded]).place if graded[1:] else 0
    at = graded[-1 if standing is None else standing]
    return EndOfCourse(
        stands=results[at],
        at=findings[at].elapsed,
        newest=results[newest],
        newest_at=findings[newest].elapsed,
        is_reassessed=at == newest,
        place=at,
        newest_place=newest,
    )
