"""The facts by which a course's clocks run, taken from the course as it was graded.

Every save makes them anew, so they come from the record and the standings alone. The one fact that
needs a query, how long the label asks for daily monitoring, is read apart (`daily_until_of`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from grading.agents import DrugClass
from grading.engine.labs import labs_of
from grading.record import Findings, Record
from grading.rules.neurotoxicity.icans_facts import CAPD, instrument_of
from grading.rules.neurotoxicity.ice import recorded_total
from grading.rules.signs.runs import running_at
from grading.table.not_done import VitalsNotDone
from grading.vocabulary import NotDone
from patients.models import Course
from patients.models.standing import SystemStanding
from patients.reading.products import schedules_of
from patients.regrading.graded import Graded, local_rules
from patients.regrading.standing import death_of
from patients.rounds.rules.clocks import Clock, CourseFacts

WHOLE_ICE, WHOLE_CAPD = "ICE", "CAPD"


def has_whole_vitals(findings: Findings) -> bool:
    """Whether temperature, pressure, saturation and oxygen device were recorded together."""
    is_warm = findings.temperature_c is not None or findings.fever is not None
    has_pressure = findings.systolic_mmhg is not None or findings.hypotension is not None
    has_oxygen = findings.spo2_percent is not None and findings.oxygen_device is not None
    return is_warm and has_pressure and has_oxygen


def reason_for_no_score(findings: Findings) -> str | None:
    """The coded reason why ICE or CAPD was not done."""
    return findings.capd_not_done if findings.ice_not_done is None else findings.ice_not_done


def has_whole_score(findings: Findings) -> bool:
    """Whether ICE or CAPD was scored whole, or the reason why it was not is there."""
    return (
        recorded_total(findings) is not None
        or findings.capd_total is not None
        or reason_for_no_score(findings) is not None
    )


def facts_of(graded: Graded, standings: Mapping[str, SystemStanding]) -> CourseFacts:
    """What follows from the record alone; the clock, the ward and the pauses are added later."""
    course, record = graded.course, graded.record
    start: datetime = course.infused_at.astimezone(UTC)
    vitals, vitals_reason = _vitals(record)
    neuro, neuro_reason = _neuro(record)
    test = _examination(record)
    reasons = {Clock.VITALS.value: vitals_reason, Clock.NEURO.value: neuro_reason}
    newest_run, running_since = _vasopressors(record)
    death = death_of(record, start)
    return CourseFacts(
        starts_at=max(course.opened_at.astimezone(UTC), start),
        infused_at=None if course.infusion_planned else start,
        vitals_at=_at(start, vitals),
        neuro_at=_at(start, neuro),
        neuro_test=test,
        labs_at={
            analyte: start + results[-1].elapsed
            for analyte, results in labs_of(record).by_analyte.items()
        },
        crs=_watched(standings, "crs"),
        icans=_watched(standings, "icans"),
        icans_since=_icans_since(standings),
        vasopressor=_at(start, newest_run),
        vasopressor_since=_at(start, running_since),
        not_done={
            clock: (label, start + elapsed)
            for clock, reason in reasons.items()
            if reason is not None
            for label, elapsed in [reason]
        },
        score=_score(record, test, start),
        died_at=None if death is None else death.at.astimezone(UTC),
        closed_at=None if course.closed_at is None else course.closed_at.astimezone(UTC),
    )


Reason = tuple[str, timedelta]
"""The label of the reason why a part was not done, and the time of its entry."""


def _at(start: datetime, elapsed: timedelta | None) -> datetime | None:
    return None if elapsed is None else start + elapsed


def _vitals(record: Record) -> tuple[timedelta | None, Reason | None]:
    """The newest whole set of vital signs, and the newest reason after it."""
    reason: Reason | None = None
    for findings in reversed(record.findings):
        if has_whole_vitals(findings):
            is_newer = reason is not None and reason[1] > findings.elapsed
            return findings.elapsed, reason if is_newer else None
        if reason is None and findings.vitals_not_done is not None:
            reason = VitalsNotDone(findings.vitals_not_done).label, findings.elapsed
    return None, reason


def _neuro(record: Record) -> tuple[timedelta | None, Reason | None]:
    """The newest ICE or CAPD, and its reason where it stands for the points.

    Of two entries of one time the one with the points counts.
    """
    newest = next((each for each in reversed(record.findings) if has_whole_score(each)), None)
    if newest is None:
        return None, None
    same_time = [each for each in record.findings if each.elapsed == newest.elapsed]
    reason = reason_for_no_score(newest)
    if reason is None or any(True for each in same_time for _ in _points(each)):
        return newest.elapsed, None
    return newest.elapsed, (NotDone(reason).label, newest.elapsed)


def _points(findings: Findings) -> Iterator[tuple[str, int]]:
    """The whole scores of one assessment, each with the name of its test."""
    ice = recorded_total(findings)
    if ice is not None:
        yield WHOLE_ICE, ice
    if findings.capd_total is not None and findings.capd_not_done is None:
        yield WHOLE_CAPD, findings.capd_total


def _examination(record: Record) -> str:
    """ICE, or CAPD where that is the test at this age."""
    last = record.findings[-1] if record.findings else Findings(timedelta(0))
    return WHOLE_CAPD if instrument_of(last, record, local_rules())[0] == CAPD else WHOLE_ICE


def _score(record: Record, test: str, start: datetime) -> dict[str, Any] | None:
    """The newest points of the test of this patient, with those before or the baseline."""
    scored = (
        (findings, points)
        for findings in reversed(record.findings)
        for name, points in _points(findings)
        if name == test
    )
    newest, before = next(scored, None), next(scored, None)
    if newest is None:
        return None
    findings, points = newest
    baseline = record.baseline.ice_total if test == WHOLE_ICE else record.baseline.capd_total
    return {
        "test": test,
        "points": points,
        "at": start + findings.elapsed,
        "entry": findings.uid,
        "before": baseline if before is None else before[1],
        "before_at": None if before is None else start + before[0].elapsed,
    }


def _watched(standings: Mapping[str, SystemStanding], toxicity: str) -> int | None:
    """The grade by which a patient is watched: the higher one while anything is in doubt."""
    grades = (each.sort for key, each in standings.items() if key.startswith(toxicity))
    return max((grade for grade in grades if grade is not None), default=None)


def _icans_since(standings: Mapping[str, SystemStanding]) -> datetime | None:
    """The first sign of ICANS, while its episode is open."""
    for key, standing in standings.items():
        if key.startswith("icans") and standing.is_open and standing.onset is not None:
            return standing.onset.astimezone(UTC)
    return None


def _vasopressors(record: Record) -> tuple[timedelta | None, timedelta | None]:
    """When the newest run of a vasopressor began, and since when any runs, also by a list alone.

    A new rate begins no run.
    """
    running = [
        (each.since if each.started is None else each.started, each.is_run)
        for each in running_at(record, timedelta.max)
        if each.drug_class == DrugClass.VASOPRESSOR
    ]
    newest_run = max((begun for begun, is_run in running if is_run), default=None)
    return newest_run, min((begun for begun, _ in running), default=None)


def daily_until_of(course: Course) -> datetime | None:
    """The end of the last day on which a label asks for daily monitoring; None without one.

    Of the labels valid on the day of the infusion, in any region, the longest counts. Days are
    those after the last infusion. One query: asked at an admission, an amendment of the course and
    `manage.py regrade`, never at an entry. A label that was corrected reaches a course then.
    """
    if course.infusion_planned:
        return None
    later = (moment.astimezone(course.zone).date() for moment in course.later_infusion_times)
    last_infused_on = max((course.infused_on, *later))
    labels = [row for row in schedules_of(course) if row.is_valid_on(course.infused_on)]
    days = max((row.daily_days for row in labels if row.daily_days is not None), default=None)
    if days is None:
        return None
    day_after = last_infused_on + timedelta(days=days + 1)
    return datetime.combine(day_after, time(0), tzinfo=course.zone).astimezone(UTC)
