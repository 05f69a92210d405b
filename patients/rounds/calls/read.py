"""The calls of a ward in a span of time, with everything that happened to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from patients.models import Ward
from patients.rounds.models import Escalation
from patients.rounds.rules.calls import Call, CallEvent, call_of
from patients.rounds.stored_calls import event_of


@dataclass(frozen=True, slots=True)
class CallOfWard:
    """One call with its row and its events, oldest first."""

    escalation: Escalation
    call: Call
    happened: tuple[CallEvent, ...]


def calls_of_ward(ward: Ward, since: datetime, until: datetime) -> list[CallOfWard]:
    """The calls that were opened on a ward from `since` to before `until`, oldest first.

    Three queries, whatever their number; a call belongs to the ward on which it was opened.
    """
    rows: QuerySet[Escalation] = Escalation.objects.filter(
        ward=ward, recorded_at__gte=since, recorded_at__lt=until
    )
    calls = []
    for row in rows.select_related("course").order_by("pk").prefetch_related("events__by"):
        happened = tuple(event_of(event) for event in row.events.all())
        calls.append(CallOfWard(row, call_of(row.uid, happened), happened))
    return calls
