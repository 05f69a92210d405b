"""What people do to an open call: say who was told, answer for themselves, close it.

Each act is one event, signed by the account, under the lock of the course. A form that arrives a
second time is recognized by its uid and answered with the moment of the first. An act works on a
closed course too: a call that was open then still has to be answered and closed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError

from patients.door.allowed import check_act
from patients.door.refusals import Refused, UnusableNumber
from patients.models import Course, Role, User
from patients.models.clinical_row import CLOCK_TOLERANCE
from patients.permissions import signer_of
from patients.rights import ANSWER_CALL
from patients.rounds.calls.held_call import HeldCall
from patients.rounds.models import Escalation, EscalationEvent
from patients.rounds.rules.calls import (
    Answering,
    Call,
    CallEventKind,
    CallOutcome,
    allowed_kinds,
)
from patients.rounds.writing import holding, raise_version
from patients.words import wording

ROLES = {Role.NURSE.value: Answering.NURSE_IN_CHARGE, Role.PHYSICIAN.value: Answering.PHYSICIAN}
"""For whom an account answers, by its role."""

NEEDS_SEEN_AT = frozenset({CallOutcome.ATTENDED, CallOutcome.NO_CHANGE})
"""The outcomes with which somebody says when the patient was seen."""

LONGEST_BEFORE = timedelta(hours=24)
"""Nobody was told, and no patient was seen, longer before a call than this."""

LONGEST_WHO = 200
"""So many characters the name or role of somebody who was told has at most."""


class CallMovedOn(Refused):
    """The call is no longer as the page showed it: somebody else was faster, or it was closed."""


@dataclass(frozen=True, slots=True)
class ActOnCall:
    """One act under the lock: the call, the moment, and the role for which the account answers.

    `first_at` is the moment at which the same form was saved before.
    """

    held: HeldCall
    course: Course
    at: datetime
    role: Answering
    first_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """How a call ended: the outcome, when the patient was seen, and the plan."""

    outcome: CallOutcome
    seen_at: datetime | None = None
    plan: str = ""


def inform(
    course: Course, call: UUID, *, who: str, told_at: datetime, by: User, uid: UUID
) -> datetime:
    """Record who was told of the call, and when; the moment at which it was recorded."""
    who = who.strip()
    if not who or len(who) > LONGEST_WHO:
        raise ValidationError({"who": "Say who was told, in at most 200 characters."})
    data = {"who": who}
    with _acting(course, call, CallEventKind.INFORMED, data, by=by, uid=uid) as act:
        if act.first_at is not None:
            return act.first_at
        _refuse_time("told_at", told_at, act)
        kind = CallEventKind.INFORMED
        act.held.write(kind, data, at=act.at, by=by, uid=uid, happened_at=told_at)
        return act.at


def answer(
    course: Course, call: UUID, *, by: User, uid: UUID, climb: int | None = None
) -> datetime:
    """Answer for oneself, as the role of the account; the moment at which it was recorded.

    `climb` is the number of the climb that the page showed, None where no page stands between.
    """
    with _acting(course, call, CallEventKind.ANSWERED, {}, by=by, uid=uid) as act:
        if act.first_at is not None:
            return act.first_at
        _refuse_unread(climb, act)
        _refuse_unless_allowed(CallEventKind.ANSWERED, act, by)
        act.held.write(CallEventKind.ANSWERED, {"role": act.role}, at=act.at, by=by, uid=uid)
        return act.at


def close_call(
    course: Course,
    call: UUID,
    ending: Ending,
    *,
    by: User,
    uid: UUID,
    climb: int | None = None,
) -> datetime:
    """Close the call with its outcome; a physician whose answer is awaited answers by it."""
    outcome, seen_at, plan = ending.outcome, ending.seen_at, ending.plan.strip()
    if outcome is CallOutcome.IN_ERROR:
        raise ValidationError({"outcome": "Correct or strike out the entry: that ends the call."})
    if outcome in NEEDS_SEEN_AT and seen_at is None:
        raise ValidationError({"seen_at": "Say when the patient was seen."})
    if outcome is CallOutcome.ATTENDED and not plan:
        raise ValidationError({"plan": "Say what the plan is."})
    data = {"outcome": outcome.value, "plan": plan}
    with _acting(course, call, CallEventKind.CLOSED, data, by=by, uid=uid) as act:
        if act.first_at is not None:
            return act.first_at
        if seen_at is not None:
            _refuse_time("seen_at", seen_at, act)
        _refuse_unread(climb, act)
        _refuse_unless_allowed(CallEventKind.CLOSED, act, by)
        held, at = act.held, act.at
        if held.call.awaited:
            answered = uuid5(uid, "answered")
            held.write(CallEventKind.ANSWERED, {"role": act.role}, at=at, by=by, uid=answered)
        held.close(outcome, at=at, by=by, plan=plan, seen_at=seen_at, uid=uid)
        return at


@contextmanager
def _acting(
    course: Course, call: UUID, kind: CallEventKind, data: dict[str, Any], *, by: User, uid: UUID
) -> Iterator[ActOnCall]:
    """The call under the lock of its course, for somebody who may act on it.

    Afterwards the row of the round is as the call is now, and open pages ask again.
    """
    with holding(course) as (locked, at):
        check_act(ANSWER_CALL, locked, by=by)
        role = ROLES[signer_of(by).role]
        escalation = Escalation.objects.filter(course=locked, uid=call).first()
        if escalation is None:
            raise Refused("This call belongs to another patient. Nothing was saved.")
        first = EscalationEvent.objects.filter(uid=uid).first()
        held = HeldCall.of(escalation)
        if first is not None:
            yield ActOnCall(held, locked, at, role, _repeated(first, escalation, kind, data, by))
            return
        _refuse_closed(held.call, kind, locked)
        yield ActOnCall(held, locked, at, role)
        held.show(locked, at=at)
        raise_version(locked, at=at)


def _repeated(
    first: EscalationEvent,
    escalation: Escalation,
    kind: CallEventKind,
    data: dict[str, Any],
    by: User,
) -> datetime:
    """The moment at which this form was saved before.

    Times are not compared: that of a button of one tap is the moment of its arrival.
    """
    if first.escalation_id != escalation.pk or first.by_id != by.pk:
        raise UnusableNumber
    if first.kind != kind or any(first.data.get(name) != value for name, value in data.items()):
        raise CallMovedOn(
            "This form was saved before, with other values. Nothing was saved now. Open the call "
            "again to add something."
        )
    return first.recorded_at


def _refuse_closed(call: Call, kind: CallEventKind, course: Course) -> None:
    if kind in allowed_kinds(call) or call.closed_at is None:
        return
    outcome = "" if call.outcome is None else f": {call.outcome.label}"
    raise CallMovedOn(
        f"{call.closed_by} closed this call at {_clock(call.closed_at, course)}{outcome}. "
        "Nothing was saved now."
    )


def _refuse_unless_allowed(kind: CallEventKind, act: ActOnCall, by: User) -> None:
    """Refuse an answer that nobody awaits, and to close while somebody else is awaited."""
    call = act.held.call
    if kind in allowed_kinds(call, act.role):
        return
    if kind is CallEventKind.CLOSED:
        joined = " and the " if call.needs_both else " or the "
        awaited = joined.join(role.label for role in _others_awaited(act))
        raise CallMovedOn(
            f"The {awaited} has to answer before this call can be closed. Nothing was saved now."
        )
    same_role = [each for each in call.answers if each.role is act.role]
    last = (same_role or list(call.answers))[-1]
    who = "You" if last.by == str(by) else last.by
    raise CallMovedOn(
        f"{who} answered at {_clock(last.at, act.course)} already. Nothing was saved now."
    )


def _refuse_unread(climb: int | None, act: ActOnCall) -> None:
    """Refuse to answer or close what the page did not show: something was added since."""
    call = act.held.call
    if climb is not None and climb != call.climb_number:
        causes = "; ".join(cause.text for cause in call.causes)
        raise CallMovedOn(
            f"Something was added to this call since your page was made: {causes}. "
            "Nothing was saved. Read the call, and answer it anew."
        )


def _others_awaited(act: ActOnCall) -> list[Answering]:
    """Who has to answer first; a physician gives the own answer by closing."""
    call = act.held.call
    answers_now = call.needs_both and act.role is Answering.PHYSICIAN
    return [role for role in call.awaited if not (answers_now and role is act.role)]


def _refuse_time(field: str, moment: datetime, act: ActOnCall) -> None:
    if moment > act.at + CLOCK_TOLERANCE:
        raise ValidationError({field: "This time is still to come. Check date and time."})
    if moment < act.held.call.opened_at - LONGEST_BEFORE:
        raise ValidationError({field: "This is more than a day before the call. Check the date."})


def _clock(at: datetime, course: Course) -> str:
    return wording.time_of_day(at, course.zone)
