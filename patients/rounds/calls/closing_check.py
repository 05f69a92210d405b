"""What the round says before a course is closed: an open call, and what is overdue.

`CARTOX_CHECKS_BEFORE_CLOSING` asks about a call, `CARTOX_OPEN_BEFORE_CLOSING` names both.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo

from django.urls import reverse

from patients import clock
from patients.admission.closing_checks import Closing, ClosingQuestion
from patients.admission.still_open import StillOpen
from patients.reading.bedside import Bedside
from patients.rounds.calls.held_call import HeldCall
from patients.rounds.due.ward import course_dues
from patients.rounds.due.words import due_in_words
from patients.rounds.rules.calls import Call
from patients.rounds.rules.clocks import Clock, DueState
from patients.words import wording


def call_still_open(closing: Closing) -> ClosingQuestion | None:
    """Ask about a call that nobody closed, and name what is overdue beside it.

    What is overdue alone is no question: after the closing nothing is due.
    """
    held = HeldCall.open_of(closing.course)
    if held is None:
        return None
    call, now, zone = held.call, clock.now(), closing.course.zone
    overdue = [
        due_in_words(due, now, zone)
        for due in course_dues(closing.course, now)
        if due.state is DueState.OVERDUE
    ]
    text = f"A call of {_call_in_words(call, zone)}."
    return ClosingQuestion(
        field="outcome",
        about=f"call {call.uid} {call.state}",
        text=f"{text} Overdue: {', '.join(overdue)}." if overdue else text,
        yes="close the course, the call stays open",
    )


def _call_in_words(call: Call, zone: tzinfo) -> str:
    """05 Jan 2026 06:40 is still open (CRS 2): the physician has not answered."""
    awaited = (" and the " if call.needs_both else " or the ").join(
        role.label for role in call.awaited
    )
    have = "have" if call.needs_both and len(call.awaited) > 1 else "has"
    state = f"the {awaited} {have} not answered" if awaited else "answered, without an outcome"
    causes = "; ".join(cause.text for cause in call.causes)
    return f"{wording.long_date_and_time(call.opened_at, zone)} is still open ({causes}): {state}"


def call_not_closed(bedside: Bedside) -> Iterator[StillOpen]:
    """The call of the course that nobody closed."""
    held = HeldCall.open_of(bedside.course)
    if held is not None:
        text = f"the call of {_call_in_words(held.call, bedside.zone)}"
        address = reverse("call", args=[bedside.course.uid])
        key = f"{held.call.uid} {held.call.state} {len(held.happened)}"
        yield StillOpen("Calls", text, address, "call", key)


def overdue_parts(bedside: Bedside) -> Iterator[StillOpen]:
    """What is overdue of the round: vital signs, ICE or CAPD, laboratory."""
    course, now = bedside.course, bedside.now
    for due in course_dues(course, now):
        if due.state is DueState.OVERDUE:
            page = "lab_new" if due.clock is Clock.LABS else "assessment_new"
            address = reverse(page, args=[course.uid])
            yield StillOpen("Overdue", due_in_words(due, now, course.zone), address, "enter")
