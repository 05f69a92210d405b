"""The standing of each system that drives the board in one course, from its grades."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from grading.engine.course.standing import grade_that_stands
from grading.engine.result import Result, SystemGrades
from grading.engine.system import System
from grading.event_kinds import EventKind
from grading.guidelines.after_death import died_at
from grading.record import INFUSION, Findings, Record
from grading.rules.systems import PRIMARY
from patients.models.standing import Death, LastGraded, NotReassessed, SystemStanding
from patients.regrading.early_signs import Signs, early_signs
from patients.regrading.graded import Graded, local_rules
from patients.regrading.who_put_aside import with_people

Assessed = tuple[Findings, Result]
"""One assessment that has the part of a system, and the system's result for it."""


def standings_of(graded: Graded) -> dict[str, SystemStanding]:
    """The standing of every primary system, by its key."""
    standings = {
        key: _standing(PRIMARY[key], graded, grades)
        for key, grades in graded.grades.items()
        if key in PRIMARY
    }
    return with_people(standings, graded)


def _standing(system: System, graded: Graded, grades: SystemGrades) -> SystemStanding:
    """Only assessments that have the part of the system are walked through.

    An entry with ICE alone therefore never hides a CRS grade.
    """
    start: datetime = graded.course.infused_at
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
    standing = grade_that_stands([result for _, result in assessed])
    findings, current = assessed[-1]
    place = len(assessed) - 1 if standing.place is None else standing.place
    stands_at = start + assessed[place][0].elapsed
    before = _last_graded(system, (assessed[each] for each in standing.earlier_plain), graded)
    is_review = standing.stands is not None and standing.stands.review
    return SystemStanding(
        current=current,
        assessed_at=start + findings.elapsed,
        not_reassessed=(
            None
            if standing.is_reassessed or standing.stands is None
            else NotReassessed(standing.stands, stands_at)
        ),
        since=start + _unchanged_from([assessed[each] for each in standing.stood] or assessed),
        previous=None if before is None else before.grade,
        peak=grades.course.peak,
        onset=onset,
        resolved=resolved,
        clear_since=_clear_since(start, assessed) if onset and resolved is None else None,
        last_graded=before if is_review else None,
        early_signs=(
            _early_signs(system, findings, graded)
            or _early_signs(system, assessed[place][0], graded)
        ),
        death=death,
    )


def _early_signs(system: System, findings: Findings, graded: Graded) -> Signs:
    if findings.elapsed >= INFUSION:
        return {}
    return early_signs(findings, graded.record, local_rules()).get(system.toxicity, {})


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


def _last_graded(system: System, earlier: Iterable[Assessed], graded: Graded) -> LastGraded | None:
    """The last of the earlier grades, newest first, with which the one that stands is compared.

    A 0 beside signs before the infusion is none.
    """
    for findings, result in earlier:
        if result.grade is not None and not _early_signs(system, findings, graded):
            at = graded.course.infused_at + findings.elapsed
            return LastGraded(result.grade, result.at_least, at, result.unconfirmed)
    return None


def _unchanged_from(stood: Sequence[Assessed]) -> timedelta:
    """The time from which what stands has stood without a break; the last null without any."""
    findings, last = stood[-1]
    start = findings.elapsed
    for findings, result in reversed(stood):
        if (result.grade, result.would_be) != (last.grade, last.would_be):
            break
        start = findings.elapsed
    return start
