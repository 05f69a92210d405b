"""The words of a call, the same on the board, the chart, the round view and the handover.

What is `in_short` depends on the clock only at the times of `moments_of_call`, so that it can be
cached until then: a time stands in it as a moment, and times.js writes how long it is over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from grading.vocabulary import GradedToxicity
from patients.rounds.rules.calls import (
    Answering,
    Call,
    CallEventKind,
    CallOutcome,
    CallState,
)
from patients.rounds.rules.causes import Cause, CauseKind
from patients.rounds.rules.policy import BOTH_FROM_GRADE, PolicyStep
from patients.words import wording

STATES = {
    CallState.UNANSWERED: "open, nobody answered yet",
    CallState.HALF_ANSWERED: "half answered",
    CallState.ANSWERED: "answered, not closed yet",
    CallState.CLOSED: "closed",
}
ROLES = {Answering.NURSE_IN_CHARGE: "nurse in charge", Answering.PHYSICIAN: "physician"}


@dataclass(frozen=True, slots=True)
class CallInShort:
    """An open call on one row of the board.

    what    why somebody is called: CRS 3 and worried
    state   nobody answered; physician answered, waits for nurse in charge
    due_at  until when somebody has to answer; None where nobody is awaited
    due     the same on the clock: answer by 02:24, or over since 02:24
    turn    whom the call has reached: physician on call 4711, or now senior physician 4712
    """

    what: str
    state: str
    due_at: datetime | None
    due: str
    is_over: bool
    turn: str

    @property
    def waits(self) -> bool:
        """Whether somebody still has to answer."""
        return self.due_at is not None


def call_in_short(call: Call, now: datetime, zone: tzinfo) -> CallInShort:
    """An open call in the parts that the board places."""
    due_at, is_over = first_due_at(call), call.is_overdue(now)
    clock = "" if due_at is None else wording.clock_or_date(due_at, now, zone)
    climbed = due_at is not None and call.step_at(now) > 0
    return CallInShort(
        what=subject_of(call),
        state=state_in_short(call, zone),
        due_at=due_at,
        due=clock and f"{'over since' if is_over else 'answer by'} {clock}",
        is_over=due_at is not None and is_over,
        turn="" if due_at is None else f"{'now ' if climbed else ''}{dialed(turn_of(call, now))}",
    )


def call_in_a_line(call: Call, now: datetime, zone: tzinfo) -> str:
    """The same as a sentence: call: CRS 3, nobody answered, 4 min over, now senior physician 4712.

    It is right at `now` alone.
    """
    short = call_in_short(call, now, zone)
    due = short.due
    if short.due_at is not None and short.is_over:
        due = f"{wording.duration(now - short.due_at)} over"
    return f"call: {', '.join(filter(None, (short.what, short.state, due, short.turn)))}"


def moments_of_call(call: Call, now: datetime) -> tuple[datetime, ...]:
    """The next time at which an open call reads differently by the clock alone."""
    next_at = call.climbs_at(now)
    return () if next_at is None else (next_at,)


def first_due_at(call: Call) -> datetime | None:
    """When the first step ends, from which a call is over; None where nobody is awaited."""
    return call.answer_by(call.climbs_from) if call.awaited else None


def turn_of(call: Call, now: datetime) -> PolicyStep:
    """Whom the call has reached."""
    return call.policy[call.step_at(now)]


def next_turn_of(call: Call, now: datetime) -> PolicyStep | None:
    """Whom the call reaches next, if nobody answers; None at the last step."""
    place = call.step_at(now) + 1
    return call.policy[place] if place < len(call.policy) else None


def dialed(step: PolicyStep) -> str:
    """A step with its number: physician on call 4711; physician on call, bleep 4711."""
    between = " " if step.contact[:1].isdigit() else ", "
    return between.join(filter(None, (step.who, step.contact)))


def subject_of(call: Call) -> str:
    """Why somebody is called, in a few words: the newest grade of each toxicity, and the rest."""
    causes = call.causes or call.withdrawn
    newest = {(each.kind, each.toxicity): cause_in_short(each) for each in causes}
    return _and(list(dict.fromkeys(newest.values())))


def cause_in_short(cause: Cause) -> str:
    """One reason: CRS 3, CRS for review, ICE worse, vasopressor started, worried."""
    name = GradedToxicity(cause.toxicity).in_sentence if cause.toxicity else ""
    return {
        CauseKind.RISE: f"{name} {cause.grade}".strip(),
        CauseKind.REVIEW: f"{name} for review".strip(),
        CauseKind.SCORE_FALL: "CAPD worse" if "CAPD" in cause.text else "ICE worse",
        CauseKind.VASOPRESSOR: "vasopressor started",
        CauseKind.WORRIED: "worried",
    }[cause.kind]


def state_in_short(call: Call, zone: tzinfo) -> str:
    """Who answered and who is awaited, without whoever was told."""
    if call.state is CallState.UNANSWERED:
        return "nobody answered"
    answered = _and([f"{each.by} {_clock(each.at, zone)}" for each in call.answers])
    if call.state is CallState.HALF_ANSWERED:
        return f"half answered by {answered}, waits for the {awaited_in_words(call)}"
    return f"answered by {answered}, not closed"


def awaited_in_words(call: Call) -> str:
    """Who still has to answer: both from grade 3 on, else whoever comes first."""
    names = [ROLES[each] for each in call.awaited]
    return (" and " if call.grade >= BOTH_FROM_GRADE else " or ").join(names)


def call_for_handover(call: Call, zone: tzinfo) -> str:
    """The whole story: called 02:14 for CRS 3; told …; answered by …; seen 02:35, plan: …."""
    causes = "; ".join(cause.text for cause in call.causes or call.withdrawn)
    parts = [f"called {_at(call.opened_at, call, zone)} for {causes}"]
    parts += [f"told {who} {_at(at, call, zone)}" for who, at, _ in call.informed]
    parts += [f"answered by {each.by} {_at(each.at, call, zone)}" for each in call.answers]
    if call.state is CallState.CLOSED:
        parts.append(outcome_in_words(call, zone))
    elif call.awaited:
        parts.append(f"still open: no answer yet of the {awaited_in_words(call)}")
    else:
        parts.append("still open: no outcome yet")
    return "; ".join(parts)


def outcome_in_words(call: Call, zone: tzinfo) -> str:
    """How a closed call ended: seen 02:35, plan: fluids; transferred to intensive care."""
    if call.outcome is None:
        return ""
    at = "" if call.seen_at is None else _at(call.seen_at, call, zone)
    return _outcome(call.outcome, at, call.plan)


def event_in_words(kind: CallEventKind, data: Mapping[str, Any], zone: tzinfo) -> str:
    """What happened at one event of a call, beside its time and the person who recorded it."""
    if kind in (CallEventKind.OPENED, CallEventKind.ADDED):
        moved = f"moved to {data['moved_to']}" if data.get("moved_to") else ""
        causes = wording.listed([*(each["text"] for each in data["causes"]), moved])
        if data.get("is_foreseen"):
            return f"called for before: {causes}"
        first = PolicyStep.from_json(data["policy"][0])
        begun = "called for" if kind is CallEventKind.OPENED else "added:"
        return f"{begun} {causes}. To call: {dialed(first)}, within {first.minutes} min"
    if kind is CallEventKind.INFORMED:
        return f"told {data['who']}"
    if kind is CallEventKind.ANSWERED:
        return f"answered as {ROLES[Answering(data['role'])]}"
    if kind is CallEventKind.WITHDRAWN:
        instead = wording.listed([each["text"] for each in data.get("instead", ())])
        return f"withdrawn: {data['why']}{instead and f'. Instead: {instead}'}"
    seen_at = data.get("seen_at")
    clock = _clock(datetime.fromisoformat(seen_at), zone) if seen_at else ""
    return f"closed: {_outcome(CallOutcome(data['outcome']), clock, data.get('plan') or '')}"


def _outcome(outcome: CallOutcome, clock: str, plan: str) -> str:
    words = outcome.label
    if outcome is CallOutcome.ATTENDED:
        words = "seen"
    elif clock:
        words = f"{words}, seen"
    return ", ".join(filter(None, (f"{words} {clock}".strip(), plan and f"plan: {plan}")))


def _at(at: datetime, call: Call, zone: tzinfo) -> str:
    """The time of day, with its date where that is not the one on which the call was opened."""
    return wording.clock_or_date(at, call.opened_at, zone)


def _clock(at: datetime, zone: tzinfo) -> str:
    return wording.time_of_day(at, zone)


def _and(names: list[str]) -> str:
    *others, last = names or [""]
    return f"{', '.join(others)} and {last}" if others else last
