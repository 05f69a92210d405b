"""Two people at one call at the same moment: nothing is lost, doubled or answered for another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from patients import door
from patients.models import Course, Role, User, Ward
from patients.rounds.calls.acts import CallMovedOn, Ending, answer, close_call, inform
from patients.rounds.models import Escalation, EscalationEvent, RoundRow
from patients.rounds.rules.calls import Call, CallOutcome, CallState
from tests.conftest import make_user
from tests.patients.door.test_races import fresh, in_parallel
from tests.patients.rounds.calls.calling import (
    FEVER,
    ON_OXYGEN,
    ON_PRESSOR,
    ON_TWO,
    calls_of,
    kinds,
)
from tests.storing import AssessmentAt

pytestmark = pytest.mark.django_db(transaction=True)
REPETITIONS = 4


def shown(course: Course) -> Call | None:
    """The open call as the row of the round shows it, which is as its events tell it."""
    row = RoundRow.objects.get(course=course)
    still_open = [call for call in calls_of(course) if call.closed_at is None]
    assert [call.to_json() for call in still_open] == ([] if row.call is None else [row.call])
    return still_open[0] if still_open else None


def numbers(course: Course) -> list[list[int]]:
    """The numbers of the events of each call, each of which is there once."""
    rows = Escalation.objects.filter(course=course).order_by("pk")
    return [list(row.events.order_by("number").values_list("number", flat=True)) for row in rows]


def saves(course: Course, by: User, row: Any) -> Callable[[], Any]:
    return lambda: door.enter(fresh(course), [row], by=by)


def test_two_saves_at_once_make_one_call(
    course: Course, nurse: User, physician: User, assessment_at: AssessmentAt
) -> None:
    rows = [assessment_at(20, **FEVER), assessment_at(21, **ON_PRESSOR)]
    in_parallel(saves(course, nurse, rows[0]), saves(course, physician, rows[1]))
    [call] = calls_of(course)
    assert call.grade == 3
    assert shown(course) == call
    assert numbers(course) in ([[1]], [[1, 2]])  # the fever entered last is no rise


def test_an_answer_and_a_rise_at_once_leave_the_rise_unanswered_or_answered_after_it(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(20, **FEVER)], by=nurse)
    uid = calls_of(course)[0].uid
    in_parallel(
        lambda: answer(fresh(course), uid, by=nurse, uid=uuid4()),
        saves(course, nurse, assessment_at(21, **ON_TWO)),
    )
    [call] = calls_of(course)
    order = kinds(call)
    assert sorted(order[1:]) == ["added", "answered"]
    is_counted = order[-1] == "answered"
    assert call.state is (CallState.HALF_ANSWERED if is_counted else CallState.UNANSWERED)
    assert shown(course) == call


def test_every_act_tapped_twice_at_once_is_stored_once(
    course: Course, nurse: User, physician: User, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(20, **ON_PRESSOR)], by=nurse)
    [call] = calls_of(course)
    uids = [uuid4() for _ in range(4)]
    ending = Ending(CallOutcome.ATTENDED, call.opened_at, "fluids")
    acts: list[Callable[[], Any]] = [
        lambda: inform(
            fresh(course), call.uid, who="x", told_at=call.opened_at, by=nurse, uid=uids[0]
        ),
        lambda: answer(fresh(course), call.uid, by=nurse, uid=uids[1]),
        lambda: answer(fresh(course), call.uid, by=physician, uid=uids[2]),
        lambda: close_call(fresh(course), call.uid, ending, by=physician, uid=uids[3]),
    ]
    for act in acts:
        first, *others = in_parallel(*[act] * 4)
        assert [first] * 3 == others
    assert EscalationEvent.objects.filter(uid__in=uids).count() == 4
    assert numbers(course) == [[1, 2, 3, 4, 5]]


def test_of_two_physicians_at_once_one_answers_and_the_other_reads_who_did(
    course: Course, ward: Ward, nurse: User, physician: User, assessment_at: AssessmentAt
) -> None:
    other = make_user("pia_second", Role.PHYSICIAN, ward)
    for hour in range(REPETITIONS):
        door.enter(course, [assessment_at(20 + hour, worried="nurse")], by=nurse)
        call = calls_of(course)[-1]
        answers = in_parallel(
            lambda uid=call.uid: answer(fresh(course), uid, by=physician, uid=uuid4()),
            lambda uid=call.uid: answer(fresh(course), uid, by=other, uid=uuid4()),
        )
        [refused] = [each for each in answers if isinstance(each, CallMovedOn)]
        [given] = calls_of(course)[-1].answers
        assert str(refused).startswith(given.by)


def test_a_correction_while_somebody_answers_closes_the_call_in_error(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    row = assessment_at(20, **FEVER)
    door.enter(course, [row], by=nurse)
    uid = calls_of(course)[0].uid
    answers = in_parallel(
        lambda: answer(fresh(course), uid, by=nurse, uid=uuid4()),
        lambda: door.strike_out(row, by=nurse, reason="wrong patient"),
    )
    [call] = calls_of(course)
    assert call.outcome is CallOutcome.IN_ERROR
    assert shown(course) is None
    was_late = isinstance(answers[0], CallMovedOn)
    assert len(call.answers) == (0 if was_late else 1)


def test_a_rise_while_it_is_closed_is_added_before_or_opens_a_call_anew(
    course: Course, nurse: User, physician: User, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(20, **ON_OXYGEN)], by=nurse)
    [call] = calls_of(course)
    ending = Ending(CallOutcome.ATTENDED, call.opened_at, "fluids")
    closing = in_parallel(
        lambda: close_call(fresh(course), call.uid, ending, by=physician, uid=uuid4()),
        saves(course, nurse, assessment_at(21, **ON_TWO)),
    )[0]
    left = shown(course)
    assert left is not None
    assert (left.state, left.grade) == (CallState.UNANSWERED, 4)
    was_late = isinstance(closing, CallMovedOn)  # grade 4 by then, the nurse has to answer too
    assert len(calls_of(course)) == (1 if was_late else 2)
    if not was_late:
        assert Escalation.objects.order_by("pk")[1].reopens.uid == call.uid
