"""How the demo ward answers its calls.

A call is told, answered and closed some minutes after it began, at the times at which a ward would
have done so. What would lie after now has not happened yet, so that a call of the last minutes is
still open; some stories leave their newest call unanswered, or half answered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

from patients import clock
from patients.demo.story import LastCall
from patients.models import Course, User
from patients.rounds.calls.acts import Ending, answer, close_call, inform
from patients.rounds.models import RoundRow
from patients.rounds.rules.calls import Call, CallOutcome, CallState

INFORMED, BEDSIDE, ANSWERED, CLOSED = (timedelta(minutes=after) for after in (3, 4, 9, 32))
RECENT = timedelta(hours=3)
PLAN = "Seen at the bedside; orders written, reassess as the schedule says."

TimedAct = tuple[timedelta, Callable[[], object]]
"""Something done so long after the call began."""


@dataclass(frozen=True, slots=True)
class AnsweringWard:
    """Who answers, what time it is, and how far they have come with the newest call."""

    nurse: User
    physician: User
    now: datetime
    last_call: LastCall

    def answer_call(self, course: Course) -> None:
        """Do what the ward did about the open call of this course."""
        row = RoundRow.objects.filter(course=course, call__isnull=False).first()
        if row is None or row.call is None:
            return
        call = Call.from_json(row.call)
        if call.state is not CallState.UNANSWERED:
            return
        for after, do in self._acts(course, call):
            if (at := call.climbs_from + after) > self.now:
                return
            with clock.set_back_to(at):
                do()

    def _acts(self, course: Course, call: Call) -> Iterator[TimedAct]:
        began, uid = call.climbs_from, call.uid
        how_far = self.last_call if self.now - began <= RECENT else "closed"
        if how_far == "unanswered":
            return
        tell = partial(inform, course, uid, who=call.policy[0].who, told_at=began + INFORMED)
        yield INFORMED, partial(tell, by=self.nurse, uid=uuid4())
        if call.needs_both:
            yield BEDSIDE, partial(answer, course, uid, by=self.nurse, uid=uuid4())
        if how_far == "half answered":
            return
        yield ANSWERED, partial(answer, course, uid, by=self.physician, uid=uuid4())
        ending = Ending(CallOutcome.ATTENDED, began + 2 * ANSWERED, PLAN)
        yield CLOSED, partial(close_call, course, uid, ending, by=self.physician, uid=uuid4())
