"""What the round knows of each patient of a ward, in words: due, away, not done, calls.

A fixed number of queries for the whole ward.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from patients.models import Course, Ward
from patients.rounds.models import Escalation, Omission, Pause, RoundRow
from patients.rounds.pages.call_words import call_for_handover, call_in_a_line
from patients.rounds.rules.calls import Call, call_of
from patients.rounds.rules.clocks import Clock, NotDoneReason, PauseReason
from patients.rounds.stored_calls import event_of
from patients.words import wording

NO_ROUND = "not worked out: nothing was entered since rounds began"


@dataclass(slots=True)
class OfRound:
    """The words of one patient, and what the order of the patients asks."""

    due: tuple[str, ...] = (NO_ROUND,)
    away: tuple[str, ...] = ()
    not_done: tuple[str, ...] = ()
    call: Call | None = None
    calls: tuple[str, ...] = ()
    closed_calls: tuple[str, ...] = ()
    overdue: bool = False
    unanswered: bool = False
    due_at: datetime | None = None


@dataclass(slots=True)
class _Rows:
    """The rows of one course."""

    row: RoundRow | None = None
    pauses: list[Pause] = field(default_factory=list)
    omissions: list[Omission] = field(default_factory=list)
    closed: list[Escalation] = field(default_factory=list)


def rounds_of(
    ward: Ward, courses: Sequence[Course], since: datetime, now: datetime
) -> dict[int, OfRound]:
    """The words of every course by its key: what stands now, and what happened after `since`."""
    rows: dict[int, _Rows] = defaultdict(_Rows)
    for row in RoundRow.objects.filter(course__in=courses):
        rows[row.course_id].row = row
    withdrawn = {"withdrawn_at__isnull": True, "course__in": courses}
    for pause in Pause.objects.filter(**withdrawn, recorded_at__lte=now).order_by("from_at"):
        if pause.ended_at is None or pause.ended_at > since:
            rows[pause.course_id].pauses.append(pause)
    for omission in Omission.objects.filter(**withdrawn, recorded_at__gt=since).order_by("at"):
        rows[omission.course_id].omissions.append(omission)
    closed = Escalation.objects.filter(course__in=courses, closed_at__gt=since)
    for call in closed.order_by("closed_at").prefetch_related("events__by"):
        rows[call.course_id].closed.append(call)
    zone = ZoneInfo(ward.time_zone)
    return {course.pk: _of_course(rows[course.pk], now, zone) for course in courses}


def _of_course(rows: _Rows, now: datetime, zone: ZoneInfo) -> OfRound:
    of_round = OfRound(
        away=tuple(_pause(pause, now, zone) for pause in rows.pauses),
        not_done=tuple(_omission(omission, now, zone) for omission in rows.omissions),
        closed_calls=tuple(call_for_handover(_call(each), zone) for each in rows.closed),
    )
    if rows.row is not None and rows.row.call is not None:
        of_round.call = call = Call.from_json(rows.row.call)
        of_round.calls = (call_in_a_line(call, now, zone), call_for_handover(call, zone))
        of_round.unanswered = bool(call.awaited)
    return of_round


def _call(escalation: Escalation) -> Call:
    """A call of its events, which were read for the whole ward."""
    return call_of(escalation.uid, [event_of(row) for row in escalation.events.all()])


def _pause(pause: Pause, now: datetime, zone: ZoneInfo) -> str:
    """away for imaging 05:10 to 05:50; back."""
    why = PauseReason(pause.reason).label + (f", {pause.note}" if pause.note else "")
    begins = wording.clock_or_date(pause.from_at, now, zone)
    if pause.ended_at is not None:
        return f"was away: {why}, {begins} to {wording.clock_or_date(pause.ended_at, now, zone)}"
    until = wording.clock_or_date(pause.until_at, now, zone)
    return f"away: {why}, since {begins}, until {until}"


def _omission(omission: Omission, now: datetime, zone: ZoneInfo) -> str:
    """ICE not done 02:00: asleep, not woken."""
    why = NotDoneReason(omission.reason).label + (f", {omission.note}" if omission.note else "")
    at = wording.clock_or_date(omission.at, now, zone)
    return f"{Clock(omission.clock).label} not done {at}: {why}"
