"""The state of a call at any moment, told from its events: no database and no clock.

Events are facts that somebody recorded; what they come to is computed, so that a dead worker
silences nothing.

opened     data: {"causes": [Cause.to_json()], "grade": int, "step": text, "policy": [step, …]}
added      the same: something further happened while the call was open. Answers given before it
           no longer count; the climb begins anew, at the step that an unanswered call had
           reached, and on another ward at the first. Where the patient was moved to another ward
           `moved_to` is its name, and there may be no new cause. Where `is_foreseen` is true, the
           call was for this already, and only the causes change: a vasopressor was started, then
           the grade of it was entered. `ward` is the key of the ward whose policy it is
informed   data: {"who": text}, `at` when they were told: by telephone, at the bedside
answered   data: {"role": Answering}: the account of `by` answers for itself alone
withdrawn  data: {"causes": [key, …], "why": text, "instead": [Cause.to_json()]}: the entry was
           corrected or struck out; `instead` are the causes that another entry holds now. The
           climb goes on as it was
closed     data: {"outcome": CallOutcome, "plan": text, "seen_at": time or null}

The climb counts from `recorded_at`, which nobody typed. A step begins at the very moment at which
the one before it ends, and from the end of the first the call is overdue.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import accumulate
from typing import Any, Self
from uuid import UUID

from patients.rounds.rules.causes import Cause
from patients.rounds.rules.policy import BOTH_FROM_GRADE, PolicyStep


class CallEventKind(StrEnum):
    OPENED = "opened"
    ADDED = "added"
    INFORMED = "informed"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        return self.value


class CallOutcome(StrEnum):
    """How a call ended."""

    ATTENDED = "attended"
    TRANSFERRED = "transferred"
    NO_CHANGE = "no_change"
    DIED = "died"
    IN_ERROR = "in_error"
    """By Cartox alone: every entry that had caused it was corrected or struck out."""

    @property
    def label(self) -> str:
        return {
            "attended": "seen, with a plan",
            "transferred": "transferred to intensive care",
            "no_change": "no change of plan",
            "died": "died",
            "in_error": "entered in error",
        }[self.value]


class Answering(StrEnum):
    """For whom an account can answer: a nurse as the nurse in charge, a physician as physician."""

    NURSE_IN_CHARGE = "nurse_in_charge"
    PHYSICIAN = "physician"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ")


@dataclass(frozen=True, slots=True)
class CallEvent:
    """One event of a call, as the database holds it."""

    uid: UUID
    number: int
    kind: CallEventKind
    at: datetime
    recorded_at: datetime
    by: str
    data: Mapping[str, Any]


class CallState(StrEnum):
    UNANSWERED = "unanswered"
    HALF_ANSWERED = "half_answered"
    """From grade 3 on: one of the two has answered."""
    ANSWERED = "answered"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class CallAnswer:
    role: Answering
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Call:
    """A call as its events tell it; what depends on the clock are methods that take `now`.

    causes     those not withdrawn, oldest first
    withdrawn  the others: their entries were corrected or struck out
    grade      the highest of the causes; once every one was withdrawn, what it was before
    step       the first lines of the current step, as they stood
    climbs_from  the newest opened or added event: the climb counts from there (`recorded_at`)
    from_step  the step that an unanswered call had reached when something was added: the climb
               goes on from it, so that further news never brings it back to the first step
    answers    given since then
    settled_at when nothing was awaited any more; from then on it climbs no more
    """

    uid: UUID
    causes: tuple[Cause, ...]
    grade: int
    step: str
    policy: tuple[PolicyStep, ...]
    opened_at: datetime
    climbs_from: datetime
    climb_number: int
    from_step: int = 0
    informed: tuple[tuple[str, datetime, str], ...] = ()
    """Who was informed, when, and by whom."""
    answers: tuple[CallAnswer, ...] = ()
    settled_at: datetime | None = None
    outcome: CallOutcome | None = None
    closed_at: datetime | None = None
    closed_by: str = ""
    plan: str = ""
    seen_at: datetime | None = None
    withdrawn: tuple[Cause, ...] = ()

    @property
    def state(self) -> CallState:
        if self.closed_at is not None:
            return CallState.CLOSED
        if not self.answers:
            return CallState.UNANSWERED
        return CallState.HALF_ANSWERED if self.awaited else CallState.ANSWERED

    @property
    def needs_both(self) -> bool:
        """Whether the nurse in charge and a physician have to answer; below grade 3 either does."""
        return self.grade >= BOTH_FROM_GRADE

    @property
    def awaited(self) -> tuple[Answering, ...]:
        """Who still has to answer: any one of the two below grade 3, both from there on."""
        answered = {answer.role for answer in self.answers}
        if self.closed_at is not None or (answered and not self.needs_both):
            return ()
        return tuple(role for role in Answering if role not in answered)

    def step_at(self, now: datetime) -> int:
        """The index of the step that has been reached by `now`; the last one is never left."""
        until = now if self.settled_at is None else min(now, self.settled_at)
        return min(sum(end <= until for end in self.step_ends()), len(self.policy) - 1)

    def step_ends(self) -> list[datetime]:
        """The moments at which the steps of the climb end, one after the other."""
        reached = self.from_step
        waits = (0 if place < reached else step.minutes for place, step in enumerate(self.policy))
        return [self.climbs_from + timedelta(minutes=each) for each in accumulate(waits)]

    def answer_by(self, now: datetime) -> datetime:
        """Until when the step reached by `now` waits."""
        return self.step_ends()[self.step_at(now)]

    def is_overdue(self, now: datetime) -> bool:
        """Whether an answer is awaited although the time of the first step has passed."""
        return bool(self.awaited) and now >= self.step_ends()[0]

    def climbs_at(self, now: datetime) -> datetime | None:
        """The next moment at which it reads differently by the clock alone; None when answered."""
        if not self.awaited:
            return None
        return next((end for end in self.step_ends() if end > now), None)

    def to_json(self) -> dict[str, Any]:
        """The form in which `RoundRow.call` holds an open call."""
        times = ("opened_at", "climbs_from", "settled_at", "closed_at", "seen_at")
        return {
            **asdict(self),
            **{name: _as_text(getattr(self, name)) for name in times},
            "uid": str(self.uid),
            "causes": [cause.to_json() for cause in self.causes],
            "withdrawn": [cause.to_json() for cause in self.withdrawn],
            "policy": [step.to_json() for step in self.policy],
            "informed": [[who, at.isoformat(), by] for who, at, by in self.informed],
            "answers": [[each.role, each.by, each.at.isoformat()] for each in self.answers],
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """The inverse of `to_json`."""
        times = ("settled_at", "closed_at", "seen_at")
        outcome = stored["outcome"]
        given: dict[str, Any] = {
            **stored,
            **{name: _as_time(stored[name]) for name in times},
            "uid": UUID(stored["uid"]),
            "opened_at": datetime.fromisoformat(stored["opened_at"]),
            "climbs_from": datetime.fromisoformat(stored["climbs_from"]),
            "causes": tuple(map(Cause.from_json, stored["causes"])),
            "withdrawn": tuple(map(Cause.from_json, stored["withdrawn"])),
            "policy": tuple(map(PolicyStep.from_json, stored["policy"])),
            "informed": tuple(
                (who, datetime.fromisoformat(at), by) for who, at, by in stored["informed"]
            ),
            "answers": tuple(
                CallAnswer(Answering(role), by, datetime.fromisoformat(at))
                for role, by, at in stored["answers"]
            ),
            "outcome": None if outcome is None else CallOutcome(outcome),
        }
        return cls(**given)


def call_of(uid: UUID, happened: Sequence[CallEvent]) -> Call:
    """The call that these events make, in the order of their numbers."""
    first, *others = happened
    call = _begun(uid, first)
    for event in others:
        call = _after(call, event)
        if call.settled_at is None and not call.awaited:
            call = replace(call, settled_at=event.recorded_at)
    return call


def allowed_kinds(call: Call, role: Answering | None = None) -> frozenset[CallEventKind]:
    """The events that can follow in this state, by an account that answers as `role`; by all else.

    A closed call takes none: a rise reopens it anew. Closing needs every awaited answer; a
    physician who closes answers by it. What Cartox adds and withdraws at a save is always taken,
    and so is its closing of a call that lost every cause.
    """
    if call.closed_at is not None:
        return frozenset()
    kinds = {CallEventKind.ADDED, CallEventKind.WITHDRAWN, CallEventKind.INFORMED}
    roles = tuple(Answering) if role is None else (role,)
    if any(each in call.awaited for each in roles):
        kinds.add(CallEventKind.ANSWERED)
    if any(_can_close(call, each) for each in roles):
        kinds.add(CallEventKind.CLOSED)
    return frozenset(kinds)


def _can_close(call: Call, role: Answering) -> bool:
    if role is not Answering.PHYSICIAN or not call.awaited:
        return not call.awaited
    return not call.needs_both or call.awaited == (Answering.PHYSICIAN,)


def _begun(uid: UUID, event: CallEvent) -> Call:
    if event.kind is not CallEventKind.OPENED:
        raise ValueError(f"A call begins by being opened, not {event.kind.label}.")
    causes = _causes_in(event)
    return Call(
        uid=uid,
        causes=causes,
        grade=max(cause.grade for cause in causes),
        step=event.data["step"],
        policy=tuple(map(PolicyStep.from_json, event.data["policy"])),
        opened_at=event.recorded_at,
        climbs_from=event.recorded_at,
        climb_number=event.number,
    )


def _after(call: Call, event: CallEvent) -> Call:
    """The call after one further event."""
    data = event.data
    if call.closed_at is not None:
        raise ValueError(f"A closed call takes nothing: {event.kind.label} at {event.recorded_at}.")
    match event.kind:
        case CallEventKind.ADDED:
            more = _with_causes(call, (), _causes_in(event))
            if data.get("is_foreseen"):
                return more
            policy = tuple(map(PolicyStep.from_json, data["policy"]))
            goes_on = call.awaited and not data.get("moved_to")
            reached = call.step_at(event.recorded_at) if goes_on else 0
            return replace(
                more,
                step=data["step"],
                policy=policy,
                from_step=min(reached, len(policy) - 1),
                climbs_from=event.recorded_at,
                climb_number=event.number,
                answers=(),
                settled_at=None,
            )
        case CallEventKind.INFORMED:
            informed = (data["who"], event.at, event.by)
            return replace(call, informed=(*call.informed, informed))
        case CallEventKind.ANSWERED:
            answer = CallAnswer(Answering(data["role"]), event.by, event.at)
            return replace(call, answers=(*call.answers, answer))
        case CallEventKind.WITHDRAWN:
            instead = map(Cause.from_json, data.get("instead", ()))
            return _with_causes(call, data["causes"], instead)
        case CallEventKind.CLOSED:
            return replace(
                call,
                outcome=CallOutcome(data["outcome"]),
                closed_at=event.recorded_at,
                closed_by=event.by,
                plan=data.get("plan", ""),
                seen_at=_as_time(data.get("seen_at")),
            )
    raise ValueError("A call is opened once.")


def _with_causes(call: Call, withdrawn: Collection[str], more: Iterable[Cause]) -> Call:
    """The call with other causes; a cause that comes again takes the place of the one before."""
    gone = tuple(cause for cause in call.causes if cause.key in withdrawn)
    stay = {cause.key: cause for cause in call.causes if cause.key not in withdrawn}
    causes = tuple((stay | {cause.key: cause for cause in more}).values())
    grade = max((cause.grade for cause in causes), default=call.grade)
    return replace(call, causes=causes, withdrawn=(*call.withdrawn, *gone), grade=grade)


def _causes_in(event: CallEvent) -> tuple[Cause, ...]:
    return tuple(map(Cause.from_json, event.data["causes"]))


def _as_text(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _as_time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
