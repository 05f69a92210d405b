"""The question before a course is closed while a call is open (`CARTOX_CHECKS_BEFORE_CLOSING`)."""

from __future__ import annotations

from patients import clock
from patients.admission.closing_checks import Closing, ClosingQuestion
from patients.rounds.calls.held_call import HeldCall
from patients.rounds.due.ward import course_dues
from patients.rounds.due.words import due_in_words
from patients.rounds.rules.clocks import DueState
from patients.words import wording


def call_still_open(closing: Closing) -> ClosingQuestion | None:
    """Ask about a call that nobody closed, and name what is overdue beside it.

    What is overdue alone is no question: after the closing nothing is due.
    """
    held = HeldCall.open_of(closing.course)
    if held is None:
        return None
    call, now, zone = held.call, clock.now(), closing.course.zone
    awaited = (" and the " if call.needs_both else " or the ").join(
        role.label for role in call.awaited
    )
    state = f"the {awaited} has not answered" if awaited else "answered, without an outcome"
    overdue = [
        due_in_words(due, now, zone)
        for due in course_dues(closing.course, now)
        if due.state is DueState.OVERDUE
    ]
    causes = "; ".join(cause.text for cause in call.causes)
    opened = wording.long_date_and_time(call.opened_at, zone)
    text = f"A call of {opened} is still open ({causes}): {state}."
    return ClosingQuestion(
        field="outcome",
        about=f"call {call.uid} {call.state}",
        text=f"{text} Overdue: {', '.join(overdue)}." if overdue else text,
        yes="close the course, the call stays open",
    )
