"""The calls of the ward after a shift: what is stored of an act, and every call that is amiss."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import Q

from benchmarks.faults.saves import Fact, Save, Trace
from grading.rules.systems import PRIMARY
from patients.models import CLINICAL_MODELS, BoardRow, Course, Role
from patients.rounds.models import Escalation, EscalationEvent, RoundRow
from patients.rounds.rules.calls import Answering, CallEventKind
from patients.rounds.rules.causes import Cause
from patients.rounds.stored_calls import call_stored

ROLE_OF = {Answering.NURSE_IN_CHARGE: Role.NURSE, Answering.PHYSICIAN: Role.PHYSICIAN}


def acts_on_calls(save: Save) -> Iterable[Trace]:
    """The events that this form made: of its number, or with its marker for whoever was told."""
    events = EscalationEvent.objects.filter(Q(uid=save.form) | Q(data__who=save.marker))
    for event in events.select_related("escalation__course", "by"):
        of = event.data.get("who", event.data.get("role"))
        fact = Fact(str(event.escalation.course.uid), {"kind": event.kind, "of": of})
        yield Trace(fact, event.by.username)


def calls_amiss() -> list[str]:
    """Every call that is lost, answered for somebody else, or shown otherwise than stored."""
    return [
        *(f"call {each.uid}: {wrong}" for each in Escalation.objects.all() for wrong in _of(each)),
        *(f"course {each.uid}: {wrong}" for each in Course.objects.all() for wrong in _about(each)),
    ]


def _of(escalation: Escalation) -> Iterator[str]:
    events = list(escalation.events.select_related("by").order_by("number"))
    if [event.number for event in events] != list(range(1, len(events) + 1)):
        yield f"its events are numbered {[event.number for event in events]}"
        return
    call = call_stored(escalation)  # fails where the events make no call
    if (escalation.closed_at, escalation.outcome or None) != (call.closed_at, call.outcome):
        yield f"closed {escalation.closed_at} {escalation.outcome}, by its events {call.closed_at}"
    for event in events:
        role = event.data.get("role") if event.kind == CallEventKind.ANSWERED else None
        if role is not None and event.by.role != ROLE_OF[Answering(role)]:
            yield f"answered as {role} by {event.by.username}, {event.by.role}"
        for stored in (*event.data.get("causes", ()), *event.data.get("instead", ())):
            if isinstance(stored, dict) and not _is_of(escalation, Cause.from_json(stored)):
                yield f"{stored['key']} was caused by an entry of nobody"


def _is_of(escalation: Escalation, cause: Cause) -> bool:
    """Whether the entry that caused it is stored on the same course."""
    return any(
        model.objects.filter(uid=cause.entry, course=escalation.course_id).exists()  # type: ignore[attr-defined]
        for model in CLINICAL_MODELS
    )


def _about(course: Course) -> Iterator[str]:
    calls = [call_stored(each) for each in Escalation.objects.filter(course=course).order_by("pk")]
    still_open = [call.to_json() for call in calls if call.closed_at is None]
    row = RoundRow.objects.filter(course=course).first()
    shown = [] if row is None or row.call is None else [row.call]
    if shown != still_open:
        yield f"{len(still_open)} calls are open, {len(shown)} shown, or one otherwise than stored"
    for key, standing in BoardRow.objects.get(course=course).standings.items():
        toxicity, grade = PRIMARY[key].toxicity, standing.grade_to_act_on
        called = [
            cause.grade
            for call in calls
            for cause in (*call.causes, *call.withdrawn)
            if cause.toxicity == toxicity
        ]
        if grade is not None and grade > max(called, default=0):
            yield f"{key} stands at {grade}, called for {called}"
