"""The standing of each system that drives the board in one course, from its grades."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from grading.engine.result import Result, SystemGrades
from grading.engine.system import System
from grading.record import Findings
from grading.rules.systems import PRIMARY
from patients.models.standing import LastGraded, SystemStanding
from patients.regrading.graded import Graded

Assessed = tuple[Findings, Result]
"""One assessment that has the part of a system, and the system's result for it."""


def standings_of(graded: Graded) -> dict[str, SystemStanding]:
    """The standing of every primary system, by its key."""
    return {
        key: _standing(PRIMARY[key], graded, grades)
        for key, grades in graded.grades.items()
        if key in PRIMARY
    }


def _standing(system: System, graded: Graded, grades: SystemGrades) -> SystemStanding:
    """The current result is that of the latest assessment which has the part of the system.

    An entry with ICE alone therefore never hides a CRS grade.
    """
    start: datetime = graded.course.infused_at
    assessed = [
        (findings, result)
        for findings, result in zip(graded.record.findings, grades.results, strict=True)
        if system.has_part(findings)
    ]
    onset = None if grades.course.onset is None else start + grades.course.onset
    if not assessed:
        return SystemStanding(peak=grades.course.peak, onset=onset)
    *earlier, (findings, current) = assessed
    is_plain = current.grade is not None and not current.review
    return SystemStanding(
        current=current,
        assessed_at=start + findings.elapsed,
        since=start + _unchanged_from(assessed),
        previous=next(
            (each.grade for _, each in reversed(earlier) if each.grade is not None), None
        ),
        peak=grades.course.peak,
        onset=onset,
        last_graded=None if is_plain else _last_graded(start, earlier),
    )


def _last_graded(start: datetime, earlier: Sequence[Assessed]) -> LastGraded | None:
    for findings, result in reversed(earlier):
        if result.grade is not None and not result.review:
            return LastGraded(result.grade, result.at_least, start + findings.elapsed)
    return None


def _unchanged_from(assessed: Sequence[Assessed]) -> timedelta:
    """The time from which the current answer has stood without a break."""
    findings, current = assessed[-1]
    start = findings.elapsed
    for findings, result in reversed(assessed):
        if (result.grade, result.would_be) != (current.grade, current.would_be):
            break
        start = findings.elapsed
    return start
