"""A call under the lock of its course: its events, and the writing of further ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self
from uuid import UUID, uuid5

from patients.models import Course, User
from patients.rounds.models import Escalation, EscalationEvent
from patients.rounds.rules.calls import Call, CallEvent, CallEventKind, CallOutcome, call_of
from patients.rounds.stored_calls import event_of
from patients.rounds.writing import insert, store_round_row, write_fields


@dataclass(slots=True)
class HeldCall:
    """One escalation with its events; the caller holds the lock of its course.

    What is written here is signed at one moment, that of the save or the act.
    """

    escalation: Escalation
    happened: list[CallEvent] = field(default_factory=list)

    @classmethod
    def of(cls, escalation: Escalation) -> Self:
        """The call as it is stored; one query."""
        rows = escalation.events.select_related("by").order_by("number")
        return cls(escalation, [event_of(row) for row in rows])

    @classmethod
    def open_of(cls, course: Course) -> Self | None:
        """The open call of a course, of which there is at most one."""
        escalation = Escalation.objects.filter(course=course, closed_at__isnull=True).first()
        return None if escalation is None else cls.of(escalation)

    @property
    def call(self) -> Call:
        return call_of(self.escalation.uid, self.happened)

    def write(
        self,
        kind: CallEventKind,
        data: Mapping[str, Any],
        *,
        at: datetime,
        by: User,
        uid: UUID | None = None,
        happened_at: datetime | None = None,
    ) -> None:
        """Store one further event; `happened_at` where it was before it was recorded."""
        number = len(self.happened) + 1
        row = EscalationEvent(
            uid=uuid5(self.escalation.uid, str(number)) if uid is None else uid,
            escalation=self.escalation,
            number=number,
            kind=kind,
            at=at if happened_at is None else happened_at,
            recorded_at=at,
            by=by,
            data=dict(data),
        )
        self.happened.append(event_of(insert(row)))

    def close(
        self,
        outcome: CallOutcome,
        *,
        at: datetime,
        by: User,
        plan: str = "",
        seen_at: datetime | None = None,
        uid: UUID | None = None,
    ) -> None:
        """Store the end of the call; no event follows it."""
        seen_text = None if seen_at is None else seen_at.isoformat()
        data = {"outcome": outcome.value, "plan": plan, "seen_at": seen_text}
        self.write(CallEventKind.CLOSED, data, at=at, by=by, uid=uid)
        write_fields(self.escalation, closed_at=at, closed_by=by, outcome=outcome.value)

    def show(self, course: Course, *, at: datetime) -> None:
        """Bring the row of the round up to date: it holds the call while it is open."""
        call = self.call
        is_open = call.closed_at is None
        store_round_row(course, at=at, call=call.to_json() if is_open else None)
