"""Told, answered, closed: who may do it, once, for themselves, and what stands in the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import ValidationError

from patients import door
from patients.door.refusals import NotAllowed, Refused, UnusableNumber
from patients.models import BoardRow, Course, Role, User, Ward
from patients.rounds.calls.acts import CallMovedOn, Ending, answer, close_call, inform
from patients.rounds.calls.read import calls_of_ward
from patients.rounds.models import Escalation, EscalationEvent
from patients.rounds.rules.calls import Call, CallOutcome, CallState
from tests.conftest import make_user
from tests.patients.rounds.calls.calling import (
    FEVER,
    ON_PRESSOR,
    calls_of,
    kinds,
    the_call,
)
from tests.storing import AssessmentAt

Opened = Callable[..., UUID]


@pytest.fixture
def opened(course: Course, nurse: User, assessment_at: AssessmentAt) -> Opened:
    """Enter what opens a call; its uid."""

    def enter(hours: float = 20, **findings: Any) -> UUID:
        door.enter(course, [assessment_at(hours, **findings)], by=nurse)
        return calls_of(course)[-1].uid

    return enter


def attended(call: Call, plan: str = "fluids") -> Ending:
    return Ending(CallOutcome.ATTENDED, call.opened_at, plan)


def test_below_grade_3_the_first_answer_is_enough(
    course: Course, opened: Opened, nurse: User, physician: User
) -> None:
    call = opened(**FEVER)
    answer(course, call, by=nurse, uid=uuid4())
    assert the_call(course).state is CallState.ANSWERED
    with pytest.raises(CallMovedOn, match=r"Nina Nurse answered at \d\d:\d\d already"):
        answer(course, call, by=physician, uid=uuid4())


def test_from_grade_3_the_nurse_in_charge_and_a_physician_answer(
    course: Course, opened: Opened, nurse: User, physician: User
) -> None:
    call = opened(**ON_PRESSOR)
    answer(course, call, by=nurse, uid=uuid4())
    assert the_call(course).state is CallState.HALF_ANSWERED
    with pytest.raises(CallMovedOn, match=r"You answered at \d\d:\d\d already"):
        answer(course, call, by=nurse, uid=uuid4())
    answer(course, call, by=physician, uid=uuid4())
    stored = the_call(course)
    assert stored.state is CallState.ANSWERED
    assert [each.by for each in stored.answers] == ["Nina Nurse", "Paul Physician"]


def test_a_second_physician_reads_who_answered_first(
    course: Course, opened: Opened, physician: User, ward: Ward
) -> None:
    call = opened(**ON_PRESSOR)
    answer(course, call, by=physician, uid=uuid4())
    with pytest.raises(CallMovedOn, match="Paul Physician answered"):
        answer(course, call, by=make_user("pia_second", Role.PHYSICIAN, ward), uid=uuid4())


def test_an_act_raises_the_version_and_changes_no_grade(
    course: Course, opened: Opened, nurse: User
) -> None:
    call = opened(**FEVER)
    before = BoardRow.objects.get(course=course)
    answer(course, call, by=nurse, uid=uuid4())
    after = BoardRow.objects.get(course=course)
    assert (after.version, after.digests_hold) == (before.version + 1, True)
    assert after.updated_at == the_call(course).answers[0].at


def test_who_was_told_stands_with_the_time_typed(
    course: Course, opened: Opened, nurse: User
) -> None:
    call = opened(**FEVER)
    told_at = the_call(course).opened_at - timedelta(minutes=4)
    inform(course, call, who="Dr Miller", told_at=told_at, by=nurse, uid=uuid4())
    stored = the_call(course)
    assert stored.informed == (("Dr Miller", told_at, "Nina Nurse"),)
    assert stored.state is CallState.UNANSWERED


@pytest.mark.parametrize("off", [timedelta(minutes=11), timedelta(hours=-24, seconds=-5)])
def test_nobody_was_told_in_the_future_or_long_before(
    course: Course, opened: Opened, nurse: User, off: timedelta
) -> None:
    call = opened(**FEVER)
    told_at = the_call(course).opened_at + off
    with pytest.raises(ValidationError):
        inform(course, call, who="Dr Miller", told_at=told_at, by=nurse, uid=uuid4())
    with pytest.raises(ValidationError):
        inform(course, call, who=" ", told_at=told_at - off, by=nurse, uid=uuid4())


def test_a_physician_who_closes_answers_by_it(
    course: Course, opened: Opened, physician: User
) -> None:
    call = opened(**FEVER)
    close_call(course, call, attended(the_call(course)), by=physician, uid=uuid4())
    closed = the_call(course)
    assert kinds(closed) == ["opened", "answered", "closed"]
    assert (closed.outcome, closed.plan, closed.closed_by) == (
        CallOutcome.ATTENDED,
        "fluids",
        "Paul Physician",
    )
    row = Escalation.objects.get()
    assert (row.outcome, row.closed_by, row.closed_at) == ("attended", physician, closed.closed_at)


def test_a_call_is_closed_once_all_have_answered(
    course: Course, opened: Opened, nurse: User, physician: User
) -> None:
    call = opened(**ON_PRESSOR)
    ending = attended(the_call(course))
    with pytest.raises(CallMovedOn, match="The nurse in charge has to answer before"):
        close_call(course, call, ending, by=physician, uid=uuid4())
    answer(course, call, by=nurse, uid=uuid4())
    with pytest.raises(CallMovedOn, match="The physician has to answer before"):
        close_call(course, call, ending, by=nurse, uid=uuid4())
    close_call(course, call, ending, by=physician, uid=uuid4())
    assert the_call(course).state is CallState.CLOSED


def test_a_nurse_closes_what_was_answered(course: Course, opened: Opened, nurse: User) -> None:
    call = opened(**FEVER)
    with pytest.raises(CallMovedOn, match="nurse in charge or the physician has to answer"):
        close_call(course, call, attended(the_call(course)), by=nurse, uid=uuid4())
    answer(course, call, by=nurse, uid=uuid4())
    close_call(course, call, Ending(CallOutcome.TRANSFERRED), by=nurse, uid=uuid4())
    assert the_call(course).outcome is CallOutcome.TRANSFERRED


@pytest.mark.parametrize(
    ("ending", "field"),
    [
        (Ending(CallOutcome.ATTENDED, None, "fluids"), "seen_at"),
        (Ending(CallOutcome.ATTENDED, datetime.fromisoformat("2026-11-30T10:00Z"), " "), "plan"),
        (Ending(CallOutcome.NO_CHANGE), "seen_at"),
        (Ending(CallOutcome.IN_ERROR), "outcome"),
    ],
)
def test_an_ending_that_says_too_little_is_refused(
    course: Course, opened: Opened, physician: User, ending: Ending, field: str
) -> None:
    call = opened(**FEVER)
    with pytest.raises(ValidationError) as refused:
        close_call(course, call, ending, by=physician, uid=uuid4())
    assert list(refused.value.message_dict) == [field]


def test_a_closed_call_takes_nothing_and_says_who_closed_it(
    course: Course, opened: Opened, physician: User, nurse: User
) -> None:
    call = opened(**FEVER)
    close_call(course, call, attended(the_call(course)), by=physician, uid=uuid4())
    with pytest.raises(CallMovedOn, match="Paul Physician closed this call at"):
        answer(course, call, by=nurse, uid=uuid4())


def test_a_further_rise_takes_a_closed_call_up_again(
    course: Course, opened: Opened, physician: User
) -> None:
    call = opened(**FEVER)
    close_call(course, call, attended(the_call(course)), by=physician, uid=uuid4())
    opened(21, **ON_PRESSOR)
    first, second = Escalation.objects.order_by("pk")
    assert (second.reopens, first.reopens) == (first, None)
    assert [each.grade for each in calls_of(course)] == [1, 3]


def test_every_act_sent_twice_is_stored_once_and_answered_twice(
    course: Course, opened: Opened, nurse: User, physician: User
) -> None:
    call = opened(**ON_PRESSOR)
    at = the_call(course).opened_at
    uids = [uuid4() for _ in range(4)]
    acts: list[Callable[[], datetime]] = [
        lambda: inform(course, call, who="Dr Miller", told_at=at, by=nurse, uid=uids[0]),
        lambda: answer(course, call, by=nurse, uid=uids[1]),
        lambda: answer(course, call, by=physician, uid=uids[2]),
        lambda: close_call(course, call, attended(calls_of(course)[0]), by=physician, uid=uids[3]),
    ]
    for act in acts:
        assert act() == act()
    assert kinds(the_call(course)) == ["opened", "informed", "answered", "answered", "closed"]
    assert [act() for act in acts] == [
        event.recorded_at for event in EscalationEvent.objects.filter(uid__in=uids).order_by("pk")
    ]


def test_the_number_of_a_form_serves_its_own_act_alone(
    course: Course, opened: Opened, nurse: User, physician: User
) -> None:
    call, uid = opened(**ON_PRESSOR), uuid4()
    answer(course, call, by=nurse, uid=uid)
    with pytest.raises(UnusableNumber):
        answer(course, call, by=physician, uid=uid)
    with pytest.raises(CallMovedOn, match="with other values"):
        inform(course, call, who="x", told_at=the_call(course).opened_at, by=nurse, uid=uid)


def test_only_nurses_and_physicians_of_the_ward_act(
    course: Course, opened: Opened, viewer: User, other_ward_nurse: User
) -> None:
    call = opened(**FEVER)
    for user in (viewer, other_ward_nurse):
        with pytest.raises(NotAllowed):
            answer(course, call, by=user, uid=uuid4())
    assert kinds(the_call(course)) == ["opened"]


def test_a_call_of_another_patient_is_refused(
    course: Course, other_course: Course, opened: Opened, other_ward_nurse: User
) -> None:
    call = opened(**FEVER)
    with pytest.raises(Refused, match="another patient"):
        answer(other_course, call, by=other_ward_nurse, uid=uuid4())


def test_a_call_is_answered_and_closed_after_the_course_was_closed(
    course: Course, opened: Opened, physician: User
) -> None:
    call = opened(**FEVER)
    changes = {"closed_at": course.infused_at + timedelta(hours=21), "outcome": "died"}
    door.amend(course, by=physician, reason="died", changes=changes)
    close_call(course, call, Ending(CallOutcome.DIED), by=physician, uid=uuid4())
    assert the_call(course).outcome is CallOutcome.DIED


def test_the_calls_of_a_ward_are_read_by_when_they_were_opened(
    course: Course,
    opened: Opened,
    ward: Ward,
    nurse: User,
    django_assert_num_queries: Callable[[int], Any],
) -> None:
    answer(course, opened(**FEVER), by=nurse, uid=uuid4())
    at = the_call(course).opened_at
    with django_assert_num_queries(3):
        [only] = calls_of_ward(ward, at, at + timedelta(seconds=1))
    assert (only.call, len(only.happened)) == (the_call(course), 2)
    assert calls_of_ward(ward, at - timedelta(hours=1), at) == []
