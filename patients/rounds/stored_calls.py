"""A call as its stored events tell it."""

from __future__ import annotations

from patients.rounds.models import Escalation, EscalationEvent
from patients.rounds.rules.calls import Call, CallEvent, CallEventKind, call_of


def call_stored(escalation: Escalation) -> Call:
    """The call of this row; one query."""
    rows = escalation.events.select_related("by").order_by("number")
    return call_of(escalation.uid, [event_of(row) for row in rows])


def event_of(row: EscalationEvent) -> CallEvent:
    return CallEvent(
        uid=row.uid,
        number=row.number,
        kind=CallEventKind(row.kind),
        at=row.at,
        recorded_at=row.recorded_at,
        by=str(row.by),
        data=row.data,
    )
