"""The calls of one ward in one month: who answered, how soon, and what came of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from patients.models import Course, Ward
from patients.rounds.models import Escalation
from patients.rounds.rules.calls import Call, CallEvent, CallEventKind, CallOutcome, call_of
from patients.rounds.stored_calls import event_of


@dataclass(frozen=True, slots=True)
class AwaitedAnswer:
    """One time that a call waited: from what began the wait until the answers that it needed.

    What is added while nobody has answered belongs to the same wait; after an answer it begins a
    new one. `answered_at` is None without one, `in_error` where the call fell away instead.
    """

    began_at: datetime
    by_at: datetime
    answered_at: datetime | None = None
    in_error: bool = False

    @property
    def took(self) -> timedelta | None:
        return None if self.answered_at is None else self.answered_at - self.began_at

    @property
    def in_time(self) -> bool:
        """Whether the answers came before the first step ended."""
        return self.answered_at is not None and self.answered_at < self.by_at


@dataclass(frozen=True, slots=True)
class CallOfMonth:
    """One call with the times that it waited."""

    course: Course
    call: Call
    waits: tuple[AwaitedAnswer, ...]

    @property
    def is_open(self) -> bool:
        return self.call.closed_at is None


def waits_of(happened: Sequence[CallEvent]) -> tuple[AwaitedAnswer, ...]:
    """The times that a call waited for answers, in order."""
    waits: list[AwaitedAnswer] = []
    waiting: AwaitedAnswer | None = None
    for count, event in enumerate(happened, start=1):
        call = call_of(event.uid, happened[:count])
        begins = event.kind in (CallEventKind.OPENED, CallEventKind.ADDED)
        if waiting is None and begins and call.awaited:
            waiting = AwaitedAnswer(event.recorded_at, call.step_ends()[call.from_step])
        elif waiting is not None and not call.awaited:
            by_itself = call.outcome is CallOutcome.IN_ERROR
            answered_at = None if by_itself else event.recorded_at
            ended = AwaitedAnswer(waiting.began_at, waiting.by_at, answered_at, by_itself)
            waits.append(ended)
            waiting = None
    return (*waits, waiting) if waiting is not None else tuple(waits)


def calls_between(ward: Ward, begin: datetime, end: datetime) -> list[CallOfMonth]:
    """The calls that were opened on the ward, oldest first, in two queries."""
    opened = Escalation.objects.filter(ward=ward, recorded_at__gte=begin, recorded_at__lt=end)
    rows = opened.select_related("course__patient").prefetch_related("events__by")
    calls = []
    for row in rows.order_by("recorded_at"):
        happened = [event_of(event) for event in row.events.all()]
        calls.append(CallOfMonth(row.course, call_of(row.uid, happened), waits_of(happened)))
    return calls


@dataclass(frozen=True, slots=True)
class CallCounts:
    """The numbers of the calls of a month. `median` and `p90` are of those that were answered."""

    calls: int
    patient_days: float
    waits: int
    answered: int
    in_time: int
    in_error: int
    median: timedelta | None
    p90: timedelta | None
    outcomes: tuple[tuple[str, int], ...]

    @property
    def per_patient_day(self) -> float | None:
        return self.calls / self.patient_days if self.patient_days else None


def call_counts(calls: Sequence[CallOfMonth], days: float) -> CallCounts:
    """Count the calls of a month; what was entered in error asked for no answer."""
    waits = [wait for each in calls for wait in each.waits if not wait.in_error]
    took = sorted(wait.took for wait in waits if wait.took is not None)
    closed = Counter(each.call.outcome for each in calls if each.call.outcome is not None)
    outcomes = [(outcome.label, closed[outcome]) for outcome in CallOutcome if closed[outcome]]
    still_open = sum(each.is_open for each in calls)
    return CallCounts(
        calls=len(calls),
        patient_days=days,
        waits=len(waits),
        answered=len(took),
        in_time=sum(wait.in_time for wait in waits),
        in_error=sum(wait.in_error for each in calls for wait in each.waits),
        median=nearest_rank(took, 50),
        p90=nearest_rank(took, 90),
        outcomes=(*outcomes, *([("still open", still_open)] if still_open else [])),
    )


def nearest_rank(ordered: Sequence[timedelta], percent: int) -> timedelta | None:
    """The smallest value that is not below this percentage of them; None of none."""
    if not ordered:
        return None
    return ordered[-(-len(ordered) * percent // 100) - 1]
