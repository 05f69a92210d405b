"""The calls of one course as pages read them: the open one in one query, all with their events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from patients.models import Course
from patients.rounds.models import Escalation, EscalationEvent, RoundRow
from patients.rounds.rules.calls import Call, CallEvent, CallEventKind, call_of
from patients.rounds.stored_calls import event_of

SHOWN_AFTER_CLOSING = timedelta(hours=12)
"""So long a closed call stands on the chart."""


@dataclass(frozen=True, slots=True)
class CallWithEvents:
    """One call with everything that happened to it, oldest first."""

    call: Call
    happened: Sequence[CallEvent]


def open_call_of(course: Course) -> Call | None:
    """The open call as the row of the round holds it."""
    stored = RoundRow.objects.filter(course=course).values_list("call", flat=True).first()
    return None if stored is None else Call.from_json(stored)


def asks_whom(call: Call) -> bool:
    """Whether nobody answered, and nobody was told, since the climb began.

    The order of the events decides: whoever calls first and enters later types an earlier time.
    """
    if call.answers or not call.awaited:
        return False
    informed = EscalationEvent.objects.filter(
        escalation__uid=call.uid, kind=CallEventKind.INFORMED, number__gt=call.climb_number
    )
    return not (call.informed and informed.exists())


def calls_of_course(
    course: Course, *, closed_since: datetime | None = None
) -> list[CallWithEvents]:
    """The calls of the course, newest first; with `closed_since` those closed since then alone."""
    rows = Escalation.objects.filter(course=course).order_by("-recorded_at", "-pk")
    if closed_since is not None:
        rows = rows.filter(closed_at__gte=closed_since)
    calls = []
    for row in rows.prefetch_related("events__by"):
        happened = [event_of(event) for event in row.events.all()]
        calls.append(CallWithEvents(call_of(row.uid, happened), happened))
    return calls
