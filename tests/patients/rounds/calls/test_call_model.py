"""Every state of a call and every event in it: what follows, until no new state is found.

A state is what its events come to, with the step that the clock has reached. Between any two
events the clock may move to the next moment at which the call reads differently.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from typing import Any
from uuid import UUID

import pytest

from patients.rounds.rules.calls import (
    Answering,
    Call,
    CallEvent,
    CallEventKind,
    CallOutcome,
    CallState,
    allowed_kinds,
    call_of,
)
from patients.rounds.rules.causes import Cause, CauseKind
from patients.rounds.rules.policy import Policy

START = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)  # an hour before the clocks of Madrid change
POLICY = Policy.default_for("Bleep 4711")
CALL = UUID(int=1)
NURSE, PHYSICIAN = Answering.NURSE_IN_CHARGE, Answering.PHYSICIAN


def cause(grade: int) -> Cause:
    kind = CauseKind.RISE if grade else CauseKind.WORRIED
    text = f"CRS {grade}"
    return Cause(f"{kind}:{grade}", kind, f"entry-{grade}", "assessment", text, START, grade, "crs")


def causes_with_step(call: Call | None, grade: int) -> dict[str, Any]:
    highest = grade if call is None else max(call.grade, grade)
    steps = [step.to_json() for step in POLICY.for_grade(highest)]
    return {"causes": [cause(grade).to_json()], "grade": highest, "step": "", "policy": steps}


@dataclass(frozen=True)
class Walk:
    """The events so far, the moment that it is, and the call that they make."""

    events: tuple[CallEvent, ...]
    now: datetime

    @cached_property
    def call(self) -> Call:
        return call_of(CALL, self.events)

    @property
    def state(self) -> tuple[Any, ...]:
        """All that the rules go by; two walks of one state have the same ways on."""
        call = self.call
        keys = frozenset(each.key for each in call.causes)
        roles = tuple(sorted(answer.role for answer in call.answers))
        clock = (
            call.step_at(self.now),
            call.is_overdue(self.now),
            call.climbs_at(self.now) is None,
        )
        return (call.state, call.grade, keys, roles, call.policy, call.settled_at is None, clock)

    def after(self, kind: CallEventKind, by: str = "Cartox", **data: Any) -> Walk:
        now = self.now + timedelta(seconds=1)
        number = len(self.events) + 1
        event = CallEvent(UUID(int=number), number, kind, now, now, by, data)
        return Walk((*self.events, event), now)


def opened(grade: int) -> Walk:
    return Walk((), START).after(CallEventKind.OPENED, **causes_with_step(None, grade))


def answered(walk: Walk, role: Answering) -> Walk:
    return walk.after(CallEventKind.ANSWERED, role.label, role=role)


def closed(walk: Walk, outcome: CallOutcome = CallOutcome.ATTENDED) -> Walk:
    return walk.after(CallEventKind.CLOSED, "Paul", outcome=outcome, plan="", seen_at=None)


def ways_on(walk: Walk) -> Iterator[Walk]:
    """Every event that the rules allow here, and the clock alone."""
    call = walk.call
    kinds = allowed_kinds(call)
    if (next_at := call.climbs_at(walk.now)) is not None:
        yield replace(walk, now=next_at)
    if CallEventKind.ADDED in kinds:
        yield from (
            walk.after(CallEventKind.ADDED, **causes_with_step(call, grade)) for grade in (0, 2, 3)
        )
        if call.grade >= 3:
            yield walk.after(CallEventKind.ADDED, **causes_with_step(call, 2), is_foreseen=True)
    if CallEventKind.INFORMED in kinds:
        yield walk.after(CallEventKind.INFORMED, "Nina", who="Paul")
    for role in Answering:
        if CallEventKind.ANSWERED in allowed_kinds(call, role):
            yield answered(walk, role)
        if CallEventKind.CLOSED in allowed_kinds(call, role):
            first = answered(walk, role) if role in call.awaited else walk
            yield closed(first)
    if CallEventKind.WITHDRAWN in kinds:
        for each in call.causes:
            less = walk.after(CallEventKind.WITHDRAWN, causes=[each.key], why="corrected")
            yield less if less.call.causes else closed(less, outcome=CallOutcome.IN_ERROR)
            held = replace(each, entry="another").to_json()
            yield walk.after(CallEventKind.WITHDRAWN, causes=[each.key], instead=[held], why="")


@cache
def every_step() -> tuple[tuple[Walk, Walk], ...]:
    """Every way from every state, each state once; it ends where no new state is found."""
    walked: dict[tuple[Any, ...], Walk] = {}
    to_look_at = [opened(grade) for grade in (0, 2, 3)]
    steps = []
    while to_look_at:
        walk = to_look_at.pop()
        if walk.state in walked:
            continue
        walked[walk.state] = walk
        for following in ways_on(walk):
            steps.append((walk, following))
            to_look_at.append(following)
    return tuple(steps)


def each_event() -> Iterator[tuple[Walk, Walk, CallEventKind]]:
    for before, after in every_step():
        if len(after.events) > len(before.events):
            yield before, after, after.events[len(before.events)].kind


def test_every_state_and_every_kind_of_event_is_walked() -> None:
    assert {after.call.state for _, after in every_step()} == set(CallState)
    assert {kind for *_, kind in each_event()} == set(CallEventKind) - {CallEventKind.OPENED}
    assert len({before.state for before, _ in every_step()}) == 99


def test_no_state_is_without_a_way_to_its_end() -> None:
    """Whoever is asked answers, and then it can be closed: from every state but the closed one."""
    for before, _ in every_step():
        walk = before
        for role in walk.call.awaited:
            if CallEventKind.ANSWERED in allowed_kinds(walk.call, role):
                walk = answered(walk, role)
        assert CallEventKind.CLOSED in allowed_kinds(walk.call, NURSE)
        assert closed(walk).call.state is CallState.CLOSED


def test_a_closed_call_takes_nothing() -> None:
    ends = [after for _, after in every_step() if after.call.state is CallState.CLOSED]
    assert ends
    for end in ends:
        assert allowed_kinds(end.call) == frozenset()
        assert list(ways_on(end)) == []
        with pytest.raises(ValueError, match="A closed call takes nothing"):
            _ = end.after(CallEventKind.INFORMED, who="Paul").call


def test_only_an_event_or_the_clock_changes_a_call() -> None:
    """What a page reads of a call follows from its events: the clock alone moves the step only."""
    for before, after in every_step():
        if before.events == after.events:
            assert before.call == after.call
            assert before.state[:-1] == after.state[:-1]
            assert before.call.step_at(after.now) in {
                before.call.step_at(before.now),
                before.call.step_at(before.now) + 1,
            }


def test_from_grade_3_one_answer_never_silences() -> None:
    singles = 0
    for _, after in every_step():
        call = after.call
        is_open = call.state is not CallState.CLOSED
        if is_open and call.grade >= 3 and len({answer.role for answer in call.answers}) == 1:
            singles += 1
            assert call.state is CallState.HALF_ANSWERED
            assert len(call.awaited) == 1
            assert allowed_kinds(call, NURSE) & {CallEventKind.CLOSED} == set()
            assert call.step_at(after.now + timedelta(hours=4)) == len(call.policy) - 1
            assert call.is_overdue(after.now + timedelta(hours=4))
    assert singles > 10


def test_below_grade_3_either_answer_is_enough() -> None:
    for role in Answering:
        call = answered(opened(2), role).call
        assert (call.state, call.awaited) == (CallState.ANSWERED, ())


def test_nobody_answers_twice() -> None:
    for before, _, kind in each_event():
        if kind is CallEventKind.ANSWERED:
            continue
        call = before.call
        for answer in call.answers:
            assert CallEventKind.ANSWERED not in allowed_kinds(call, answer.role)


def is_new(walk: Walk) -> bool:
    return not walk.events[-1].data.get("is_foreseen")


def test_an_answer_before_something_was_added_does_not_count() -> None:
    for _, after, kind in each_event():
        if kind is CallEventKind.ADDED and is_new(after):
            assert after.call.answers == ()
            assert after.call.state is CallState.UNANSWERED
            assert after.call.climbs_from == after.events[-1].recorded_at


def test_what_is_added_to_an_unanswered_call_never_brings_it_back_to_an_earlier_step() -> None:
    for before, after, kind in each_event():
        if kind is CallEventKind.ADDED and is_new(after):
            reached = before.call.step_at(after.now) if before.call.awaited else 0
            assert after.call.step_at(after.now) == min(reached, len(after.call.policy) - 1)
            assert after.call.is_overdue(after.now) is (after.call.step_at(after.now) > 0)


def test_what_the_call_was_for_already_changes_no_answer() -> None:
    for before, after, kind in each_event():
        if kind is CallEventKind.ADDED and not is_new(after):
            assert after.call.answers == before.call.answers
            assert after.call.state is before.call.state


def test_the_step_reached_goes_back_only_where_an_answered_call_begins_anew() -> None:
    for before, after, kind in each_event():
        reached = before.call.step_at(after.now)
        if kind is not CallEventKind.ADDED or not is_new(after):
            assert after.call.step_at(after.now) == reached
        later = [after.call.step_at(after.now + timedelta(minutes=5 * each)) for each in range(10)]
        assert later == sorted(later)


def test_an_answered_call_climbs_no_more() -> None:
    for _, after in every_step():
        call = after.call
        if call.state in {CallState.ANSWERED, CallState.CLOSED}:
            assert call.climbs_at(after.now) is None
            assert not call.is_overdue(after.now + timedelta(days=1))
            assert call.step_at(after.now + timedelta(days=1)) == call.step_at(after.now)


def test_closing_needs_every_awaited_answer_and_a_physician_who_closes_gives_theirs() -> None:
    low, high = opened(2), opened(3)
    assert CallEventKind.CLOSED not in allowed_kinds(low.call, NURSE)
    assert CallEventKind.CLOSED in allowed_kinds(low.call, PHYSICIAN)
    assert CallEventKind.CLOSED not in allowed_kinds(high.call, PHYSICIAN)
    by_nurse = answered(high, NURSE)
    assert CallEventKind.CLOSED in allowed_kinds(by_nurse.call, PHYSICIAN)
    assert CallEventKind.CLOSED not in allowed_kinds(by_nurse.call, NURSE)
    for before, after, _ in each_event():
        if after.call.state is CallState.CLOSED:
            last = call_of(CALL, after.events[:-1])
            assert last.awaited == () or after.call.outcome is CallOutcome.IN_ERROR
            assert before.call.state is not CallState.CLOSED


def test_only_a_call_without_any_cause_is_closed_in_error() -> None:
    ends = [after.call for _, after in every_step() if after.call.state is CallState.CLOSED]
    assert {call.outcome for call in ends if not call.causes} == {CallOutcome.IN_ERROR}
    assert {call.outcome for call in ends if call.causes} == {CallOutcome.ATTENDED}


def test_what_is_withdrawn_lowers_the_grade_and_leaves_the_rest() -> None:
    call = opened(2).after(CallEventKind.ADDED, **causes_with_step(opened(2).call, 3))
    left = call.after(CallEventKind.WITHDRAWN, causes=["rise:3"], why="corrected").call
    assert [each.grade for each in left.causes] == [2]
    assert [each.grade for each in left.withdrawn] == [3]
    assert left.grade == 2
    for _, after, kind in each_event():
        if kind is CallEventKind.WITHDRAWN and after.call.causes:
            assert after.call.grade == max(each.grade for each in after.call.causes)


def test_a_grade_lowered_by_a_correction_may_leave_nothing_awaited() -> None:
    """The one answer given is enough for what is left; the call stops climbing there and then."""
    walk = answered(opened(0).after(CallEventKind.ADDED, **causes_with_step(None, 3)), NURSE)
    left = walk.after(CallEventKind.WITHDRAWN, causes=["rise:3"], why="corrected")
    assert (walk.call.state, left.call.state) == (CallState.HALF_ANSWERED, CallState.ANSWERED)
    assert left.call.settled_at == left.now


@pytest.mark.parametrize(
    ("minutes", "step", "is_overdue"),
    [(4.99, 0, False), (5, 1, True), (14.99, 1, True), (300, 1, True)],
)
def test_the_next_step_begins_when_the_minutes_are_over(
    minutes: float, step: int, is_overdue: bool
) -> None:
    call = opened(3).call
    now = call.climbs_from + timedelta(minutes=minutes)
    assert (call.step_at(now), call.is_overdue(now)) == (step, is_overdue)
    assert call.answer_by(now) == call.climbs_from + timedelta(minutes=15 if step else 5)


def test_an_open_call_is_read_back_as_it_was_stored() -> None:
    for _, after in every_step():
        assert Call.from_json(after.call.to_json()) == after.call


def test_a_call_begins_by_being_opened_and_only_once() -> None:
    with pytest.raises(ValueError, match="begins by being opened"):
        _ = Walk((), START).after(CallEventKind.INFORMED, who="Paul").call
    with pytest.raises(ValueError, match="opened once"):
        _ = opened(2).after(CallEventKind.OPENED, **causes_with_step(None, 2)).call
