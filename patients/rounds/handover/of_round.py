"""What the round knows of each patient of a ward, in words: due, away, not done, calls.

A fixed number of queries for the whole ward.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Q

from patients.models import Course, Ward
from patients.rounds.call_pages.call_words import call_for_handover, call_in_a_line
from patients.rounds.due.ward import CourseRound, rounds_of
from patients.rounds.due.words import due_in_words
from patients.rounds.models import Escalation, Omission, Pause
from patients.rounds.rules.calls import Call, call_of
from patients.rounds.rules.clocks import Clock, DueState, NotDoneReason, PauseReason
from patients.rounds.stored_calls import event_of
from patients.words import wording


@dataclass(slots=True)
class OfRound:
    """The words of one patient, and what the order of the patients asks."""

    due: tuple[str, ...] = ()
    away: tuple[str, ...] = ()
    not_done: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    closed_calls: tuple[str, ...] = ()
    overdue: bool = False
    unanswered: bool = False
    due_at: datetime | None = None


@dataclass(slots=True)
class _Rows:
    """The rows of one course."""

    pauses: list[Pause] = field(default_factory=list)
    omissions: list[Omission] = field(default_factory=list)
    closed: list[Escalation] = field(default_factory=list)


def words_of_rounds(
    ward: Ward, courses: Sequence[Course], since: Mapping[int, datetime], now: datetime
) -> dict[int, OfRound]:
    """The words of every course by its key: what stands now, and what happened since then."""
    rows: dict[int, _Rows] = defaultdict(_Rows)
    rounds = rounds_of([course.uid for course in courses])
    earliest = min(since.values(), default=now)
    standing = {"withdrawn_at__isnull": True, "course__in": courses}
    recent = Q(ended_at__isnull=True) | Q(ended_at__gt=earliest)
    for pause in Pause.objects.filter(recent, **standing).order_by("from_at"):
        if pause.ended_at is None or pause.ended_at > since[pause.course_id]:
            rows[pause.course_id].pauses.append(pause)
    for omission in Omission.objects.filter(**standing, recorded_at__gt=earliest).order_by("at"):
        if omission.recorded_at > since[omission.course_id]:
            rows[omission.course_id].omissions.append(omission)
    closed = Escalation.objects.filter(course__in=courses, closed_at__gt=earliest)
    for call in closed.order_by("closed_at").prefetch_related("events__by"):
        if call.closed_at is not None and call.closed_at > since[call.course_id]:
            rows[call.course_id].closed.append(call)
    zone = ZoneInfo(ward.time_zone)
    return {
        course.pk: _of_course(rows[course.pk], rounds[course.uid], now, zone) for course in courses
    }


def _of_course(rows: _Rows, course: CourseRound, now: datetime, zone: ZoneInfo) -> OfRound:
    dues = sorted(course.dues(now), key=lambda due: due.due_at)
    waiting = [
        due for due in dues if due.state in (DueState.NOT_YET, DueState.DUE, DueState.OVERDUE)
    ]
    of_round = OfRound(
        due=tuple(dict.fromkeys(due_in_words(due, now, zone) for due in dues)),
        away=tuple(_pause(pause, now, zone) for pause in rows.pauses),
        not_done=tuple(_omission(omission, now, zone) for omission in rows.omissions),
        closed_calls=tuple(call_for_handover(_call(each), zone) for each in rows.closed),
        overdue=any(due.state is DueState.OVERDUE for due in dues),
        due_at=min((due.due_at for due in waiting), default=None),
    )
    if course.call is not None:
        call = Call.from_json(course.call)
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
    if pause.reason == PauseReason.HOME:
        return f"at home since {begins}"
    until = wording.clock_or_date(pause.until_at, now, zone)
    if pause.until_at <= now:
        return f"was to be back from {why} at {until}: nobody recorded the return"
    return f"away: {why}, since {begins}, until {until}"


def _omission(omission: Omission, now: datetime, zone: ZoneInfo) -> str:
    """ICE not done 02:00: asleep, not woken."""
    why = NotDoneReason(omission.reason).label + (f", {omission.note}" if omission.note else "")
    at = wording.clock_or_date(omission.at, now, zone)
    return f"{Clock(omission.clock).label} not done {at}: {why}"
