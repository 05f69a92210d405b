"""An open call as chart and page show it: what happened, who is called, who answered, the taps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from uuid import UUID, uuid4

from patients.models import Role
from patients.rounds.call_pages.call_forms import (
    ANOTHER_TIME,
    MINUTES_AGO,
    OUTCOMES,
    SEEN_MINUTES_AGO,
    SOMEBODY_ELSE,
    whom_to_tell,
)
from patients.rounds.call_pages.call_words import (
    ROLES,
    STATES,
    awaited_in_words,
    first_due_at,
    subject_of,
    turn_of,
)
from patients.rounds.rules.calls import (
    Answering,
    Call,
    CallEventKind,
    CallState,
    allowed_kinds,
)
from patients.words import wording
from patients.words.wording import clock_or_weekday

ANSWERS_AS = {Role.NURSE: Answering.NURSE_IN_CHARGE, Role.PHYSICIAN: Answering.PHYSICIAN}
"""For whom an account answers: its own role, never another."""

LONGEST_NUMBER = 14
"""A contact of at most so many characters is written as large as a number."""


@dataclass(frozen=True, slots=True)
class StepShown:
    """One step of the climb: whom it reaches, the number, from when and until when it waits."""

    who: str
    contact: str
    when: str
    is_turn: bool


@dataclass(frozen=True, slots=True)
class CallShown:
    """An open call at one moment, for one person.

    climb       the number of its climb, which the forms send along
    marks       the end of its class names: waits, half, answered; with `is_over` over
    changed     what happened, each with the time since when
    due_at      when the first step ends; None where nobody is awaited
    informed    who was informed, when and by whom
    asks_whom   nobody was told or answered since the climb began
    answers_as  for whom this person can answer now; empty where they cannot
    why_open    why this person cannot close it yet; empty where they can
    """

    uid: UUID
    climb: int
    subject: str
    state: str
    marks: str
    is_over: bool
    changed: tuple[tuple[str, str], ...]
    step: tuple[str, ...]
    due_at: datetime | None
    due: str
    left_or_over: str
    who: str
    contact: str
    contact_in_words: bool
    steps: tuple[StepShown, ...]
    informed: tuple[str, ...]
    answers: tuple[str, ...]
    awaited: str
    asks_whom: bool
    answers_as: str
    may_close: bool
    why_open: str


@dataclass(frozen=True, slots=True)
class CallTaps:
    """The forms of a call, each with a number of its own, and what their buttons send."""

    whom: tuple[str, ...]
    tell_uid: UUID
    answer_uid: UUID
    close_uid: UUID
    somebody_else: str = SOMEBODY_ELSE
    another_time: str = ANOTHER_TIME
    told_ago: tuple[tuple[str, str], ...] = tuple(MINUTES_AGO.items())
    seen_ago: tuple[tuple[str, str], ...] = tuple(SEEN_MINUTES_AGO.items())
    outcomes: tuple[tuple[str, str], ...] = tuple(OUTCOMES)


def taps_of(call: Call) -> CallTaps:
    """The taps that chart, panel and page offer."""
    return CallTaps(tuple(whom_to_tell(call)), uuid4(), uuid4(), uuid4())


def call_shown(call: Call, now: datetime, zone: tzinfo, role: str, *, asks_whom: bool) -> CallShown:
    """The call for somebody of this role."""
    mine = ANSWERS_AS.get(Role(role)) if role in list(Role) else None
    allowed = frozenset() if mine is None else allowed_kinds(call, mine)
    due_at, is_over = first_due_at(call), call.is_overdue(now)
    turn = turn_of(call, now)
    may_close = CallEventKind.CLOSED in allowed
    return CallShown(
        uid=call.uid,
        climb=call.climb_number,
        subject=subject_of(call),
        state=STATES[call.state],
        marks={CallState.UNANSWERED: "waits", CallState.HALF_ANSWERED: "half"}.get(
            call.state, "answered"
        ),
        is_over=is_over,
        changed=tuple(
            (cause.text, clock_or_weekday(cause.since, now, zone)) for cause in call.causes
        ),
        step=tuple(filter(None, call.step.splitlines())),
        due_at=due_at,
        due="" if due_at is None else clock_or_weekday(due_at, now, zone),
        left_or_over="" if due_at is None else _left_or_over(due_at, now),
        who=turn.who,
        contact=turn.contact,
        contact_in_words=len(turn.contact) > LONGEST_NUMBER,
        steps=tuple(_steps(call, now, zone)),
        informed=tuple(
            f"{who}, {clock_or_weekday(at, now, zone)} (by {by})" for who, at, by in call.informed
        ),
        answers=tuple(
            f"{each.by} as {ROLES[each.role]}, {clock_or_weekday(each.at, now, zone)}"
            for each in call.answers
        ),
        awaited=awaited_in_words(call),
        asks_whom=asks_whom,
        answers_as="" if mine is None or CallEventKind.ANSWERED not in allowed else ROLES[mine],
        may_close=may_close,
        why_open="" if may_close or mine is None else _why_open(call, mine),
    )


def _why_open(call: Call, mine: Answering) -> str:
    """Why somebody who answers as `mine` cannot close the call."""
    others = [ROLES[each] for each in call.awaited if each is not mine]
    if call.needs_both and others:
        return f"It can be closed once the {' and the '.join(others)} has answered."
    return f"It can be closed once the {awaited_in_words(call)} has answered."


def _left_or_over(due_at: datetime, now: datetime) -> str:
    if now >= due_at:
        return f"{wording.duration(now - due_at)} over"
    return f"{wording.duration(due_at - now)} left"


def _steps(call: Call, now: datetime, zone: tzinfo) -> list[StepShown]:
    reached = call.step_at(now)
    begins, shown = call.climbs_from, []
    for place, (step, ends) in enumerate(zip(call.policy, call.step_ends(), strict=True)):
        from_at, until_at = (clock_or_weekday(at, now, zone) for at in (begins, ends))
        when = f"{from_at} until {until_at}" if place < len(call.policy) - 1 else f"from {from_at}"
        shown.append(
            StepShown(step.who, step.contact, when, place == reached and bool(call.awaited))
        )
        begins = ends
    return shown
