"""The standing of each system that drives the board in one course, from its grades."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from grading.engine.result import Result, SystemGrades
from grading.engine.system import System
from grading.event_kinds import EventKind
from grading.guidelines.after_death import died_at
from grading.record import Findings, Record
from grading.rules.systems import PRIMARY
from patients.models.standing import Death, LastGraded, SystemStanding
from patients.regrading.early_signs import early_signs
from patients.regrading.graded import Graded, local_rules

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
    record, local = graded.record, local_rules()
    assessed = [
        (findings, result)
        for findings, result in zip(graded.record.findings, grades.results, strict=True)
        if system.has_part(findings)
    ]
    onset, resolved = (
        None if elapsed is None else start + elapsed
        for elapsed in (grades.course.onset, grades.course.resolved)
    )
    death = death_of(graded.record, start)
    if not assessed:
        return SystemStanding(peak=grades.course.peak, onset=onset, resolved=resolved, death=death)
    *earlier, (findings, current) = assessed
    counted = [
        each for each in earlier if system.toxicity not in early_signs(each[0], record, local)
    ]  # a 0 beside signs before the infusion is no grade to compare with
    is_plain = current.grade is not None and not current.review
    return SystemStanding(
        current=current,
        assessed_at=start + findings.elapsed,
        since=start + _unchanged_from(assessed),
        previous=next(
            (each.grade for _, each in reversed(counted) if each.grade is not None), None
        ),
        peak=grades.course.peak,
        onset=onset,
        resolved=resolved,
        clear_since=_clear_since(start, assessed) if onset and resolved is None else None,
        last_graded=None if is_plain else _last_graded(start, counted),
        early_signs=early_signs(findings, record, local).get(system.toxicity, {}),
        death=death,
    )


def death_of(record: Record, start: datetime) -> Death | None:
    """The death that was recorded; `start` is the time of the infusion."""
    at = died_at(record)
    deaths = (event for event in record.events if event.kind == EventKind.DEATH)
    cause = next((event.attributed_to for event in deaths), None)
    return None if at is None else Death(start + at, cause)


def _clear_since(start: datetime, assessed: Sequence[Assessed]) -> datetime | None:
    """The first all-clear after the last sign of the course; None where there is none."""
    since = None
    for findings, result in reversed(assessed):
        if result.grade != 0 or result.review:
            break
        if result.is_clear():
            since = start + findings.elapsed
    return since


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
