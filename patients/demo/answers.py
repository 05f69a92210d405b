"""How the demo ward answers its calls, and hands over at the last change of shift.

A call is told, answered and closed some minutes after it began, at the times at which a ward would
have done so; what would lie after now has not happened yet, so that a call of the last minutes is
still open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

from patients import clock
from patients.models import Course, User
from patients.rounds.calls.acts import Ending, answer, close_call, inform
from patients.rounds.models import RoundRow
from patients.rounds.rules.calls import Call, CallOutcome, CallState

INFORMED, BEDSIDE, ANSWERED, CLOSED = (timedelta(minutes=after) for after in (3, 4, 9, 32))
PLAN = "Seen at the bedside; orders written, reassess as the schedule says."


def open_call(course: Course) -> Call | None:
    """The call of a course that is open now."""
    stored = RoundRow.objects.filter(course=course, call__isnull=False).first()
    return None if stored is None or stored.call is None else Call.from_json(stored.call)


def answer_calls(
    course: Course, nurse: User, physician: User, *, until: datetime, closes: bool = True
) -> None:
    """Do what the ward did about the open call of this course up to `until`."""
    call = open_call(course)
    if call is None or call.state is CallState.ANSWERED:
        return
    for after, do in _acts(course, call, nurse, physician, closes=closes):
        if (at := call.climbs_from + after) > until:
            return
        with clock.set_back_to(at):
            do()


def _acts(
    course: Course, call: Call, nurse: User, physician: User, *, closes: bool
) -> Iterator[tuple[timedelta, Callable[[], object]]]:
    began, uid = call.climbs_from, call.uid
    who = call.policy[0].who
    yield (
        INFORMED,
        partial(inform, course, uid, who=who, told_at=began + INFORMED, by=nurse, uid=uuid4()),
    )
    if call.needs_both:
        yield BEDSIDE, partial(answer, course, uid, by=nurse, uid=uuid4())
    yield ANSWERED, partial(answer, course, uid, by=physician, uid=uuid4())
    if closes:
        yield CLOSED, _closing(course, uid, physician, began + ANSWERED * 2)


def _closing(course: Course, uid: UUID, by: User, seen_at: datetime) -> Callable[[], object]:
    ending = Ending(CallOutcome.ATTENDED, seen_at, PLAN)
    return partial(close_call, course, uid, ending, by=by, uid=uuid4())
