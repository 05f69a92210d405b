"""Calls by hand, for the tests of their words and pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from patients.models import Course, User
from patients.rounds.models import Escalation, EscalationEvent
from patients.rounds.rules.calls import Call, CallEvent, CallEventKind, call_of
from patients.rounds.rules.causes import Cause, CauseKind
from patients.rounds.rules.policy import PolicyStep
from patients.rounds.stored_calls import call_stored
from patients.rounds.writing import holding, insert, raise_version, store_round_row

OPENED_AT = datetime(2026, 1, 7, 1, 14, tzinfo=UTC)
"""07 January 2026, 02:14 in Madrid."""
STEPS = (
    PolicyStep("physician on call", "4711", "", 10),
    PolicyStep("senior physician", "4712", "", 10),
)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def cause(text: str = "CRS 3, was 2: norepinephrine", **values: Any) -> Cause:
    given: dict[str, Any] = {
        "key": text,
        "kind": CauseKind.RISE,
        "entry": "entry",
        "entry_kind": "assessment",
        "text": text,
        "since": OPENED_AT - minutes(4),
        "grade": 3,
        "toxicity": "crs",
    }
    return Cause(**(given | values))


def event(number: int, kind: CallEventKind, after: float, **data: Any) -> CallEvent:
    """An event so many minutes after the call was opened, by the person in `by`."""
    at, by = OPENED_AT + minutes(after), data.pop("by", "N. Nurse")
    return CallEvent(UUID(int=number), number, kind, at, at, by, data)


def called(*causes: Cause) -> dict[str, Any]:
    """The data of an opened or added event."""
    listed = causes or (cause(),)
    return {
        "causes": [each.to_json() for each in listed],
        "grade": max(each.grade for each in listed),
        "step": "tocilizumab 8 mg/kg\ndexamethasone 10 mg",
        "policy": [step.to_json() for step in STEPS],
    }


def call_after(*later: tuple[CallEventKind, float, dict[str, Any]], causes: Any = ()) -> Call:
    """A call opened for these causes, with what happened later."""
    events = [event(1, CallEventKind.OPENED, 0, **called(*causes))]
    for number, (kind, after, data) in enumerate(later, start=2):
        events.append(event(number, kind, after, **data))
    return call_of(UUID(int=1), events)


def informed(after: float = 2, who: str = "Dr. Day") -> tuple[CallEventKind, float, dict[str, Any]]:
    return (CallEventKind.INFORMED, after, {"who": who})


def answered(
    role: str = "physician", after: float = 6, by: str = "P. Physician"
) -> tuple[CallEventKind, float, dict[str, Any]]:
    return (CallEventKind.ANSWERED, after, {"role": role, "by": by})


def closed(after: float = 26, **data: Any) -> tuple[CallEventKind, float, dict[str, Any]]:
    seen_at = (OPENED_AT + minutes(21)).isoformat()
    given = {"outcome": "attended", "plan": "fluids", "seen_at": seen_at, "by": "P. Physician"}
    return (CallEventKind.CLOSED, after, given | data)


def open_call(course: Course, by: User, *causes: Cause, at: datetime) -> Escalation:
    """Store an open call, as a save that raised a grade does."""
    with holding(course) as (locked, _):
        row = insert(Escalation(course=locked, ward=locked.ward, recorded_at=at, recorded_by=by))
        insert(
            EscalationEvent(
                escalation=row,
                number=1,
                kind=CallEventKind.OPENED,
                at=at,
                recorded_at=at,
                by=by,
                data=called(*causes),
            )
        )
        store_round_row(locked, at=at, call=call_stored(row).to_json())
        raise_version(locked, at=at)
    return row


def add_to(row: Escalation, by: User, *causes: Cause, at: datetime) -> None:
    """Add causes to an open call, as a further save does."""
    with holding(row.course) as (locked, _):
        insert(
            EscalationEvent(
                escalation=row,
                number=row.events.count() + 1,
                kind=CallEventKind.ADDED,
                at=at,
                recorded_at=at,
                by=by,
                data=called(*causes),
            )
        )
        store_round_row(locked, at=at, call=call_stored(row).to_json())
        raise_version(locked, at=at)
