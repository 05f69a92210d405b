"""Saves that must not leave somebody unheard: behind an open call, a correction or an answer."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from patients import clock, door
from patients.models import Course, User, Ward
from patients.rounds.calls.acts import answer
from patients.rounds.rules.calls import CallState
from patients.rounds.ward_settings import policy_in
from tests.patients.rounds.calls.calling import (
    FEVER,
    HOOK,
    ON_OXYGEN,
    ON_PRESSOR,
    ON_TWO,
    calls_of,
    kinds,
    texts,
    the_call,
)
from tests.patients.rounds.calls.test_after_save import Enter, enter, pressor
from tests.storing import AssessmentAt

__all__ = ["enter"]

UNAROUSABLE: dict[str, Any] = {"consciousness": "unarousable", "ice_total": 0}
"""ICANS 4."""
ON_HIGH_FLOW = FEVER | {
    "oxygen_device": "high_flow_nasal_cannula",
    "oxygen_flow_l_min": Decimal(40),
}
"""CRS 3 without a vasopressor."""


@pytest.fixture(autouse=True)
def _calling(settings: Any) -> None:
    settings.CARTOX_IN_TRANSACTION = [HOOK]


def answer_for_both(course: Course, nurse: User, physician: User) -> None:
    for person in (nurse, physician):
        answer(course, calls_of(course)[-1].uid, by=person, uid=uuid4())


@pytest.mark.parametrize(("late", "calls"), [(10, 1), (11, 0)])
def test_escalated_already_counts_in_a_late_entry_alone(
    course: Course, enter: Enter, late: int, calls: int
) -> None:
    now = course.infused_at + timedelta(days=400)  # no save was later
    with clock.set_back_to(now):
        enter(400 * 24 - late / 60, **ON_TWO, already_escalated=True)
    assert len(calls_of(course)) == calls


def test_escalated_already_says_nothing_of_what_is_corrected_later(
    course: Course, enter: Enter, nurse: User, assessment_at: AssessmentAt
) -> None:
    """The form of a correction is filled in with the answer of the entry before."""
    row = enter(20, **FEVER, already_escalated=True)
    worse = assessment_at(20, **ON_TWO, already_escalated=True, replaces=row)
    door.enter(course, [worse], by=nurse)
    assert texts(the_call(course)) == [
        "CRS 4, was 1: multiple vasopressors: epinephrine, norepinephrine"
    ]


def test_crs_4_was_not_called_for_by_a_vasopressor_beside_icans_4(
    course: Course, enter: Enter, nurse: User, physician: User
) -> None:
    enter(20, **UNAROUSABLE)
    door.enter(course, [pressor(course, 21)], by=nurse)
    answer_for_both(course, nurse, physician)
    enter(22, **ON_TWO, **UNAROUSABLE)
    assert the_call(course).state is CallState.UNANSWERED


def test_a_vasopressor_calls_for_its_first_grade_alone(
    course: Course, enter: Enter, nurse: User, physician: User
) -> None:
    enter(20)
    run = pressor(course, 21)
    door.enter(course, [run], by=nurse)
    enter(22, **ON_PRESSOR)
    answer_for_both(course, nurse, physician)
    door.stop(run, at=course.infused_at + timedelta(hours=23), by=nurse)
    enter(24, **FEVER, hypotension=False, vasopressors=[])
    assert the_call(course).state is CallState.ANSWERED
    enter(30, **ON_HIGH_FLOW, hypotension=False, vasopressors=[])
    assert the_call(course).state is CallState.UNANSWERED


def test_a_corrected_time_that_brings_the_grade_back_calls_again(
    course: Course, enter: Enter, nurse: User, assessment_at: AssessmentAt
) -> None:
    row = enter(20, **ON_PRESSOR)
    enter(21, **FEVER)
    door.enter(course, [assessment_at(22, **ON_PRESSOR, replaces=row)], by=nurse)
    call = the_call(course)
    assert (kinds(call), call.state) == (["opened", "added"], CallState.UNANSWERED)
    assert texts(call) == ["CRS 3, was 1: one vasopressor: norepinephrine"]


def test_a_correction_to_a_worse_score_is_answered_anew(
    course: Course, enter: Enter, nurse: User, assessment_at: AssessmentAt
) -> None:
    """ICE 6 and ICE 3 are both ICANS 2."""
    row = enter(20, ice_total=6)
    answer(course, the_call(course).uid, by=nurse, uid=uuid4())
    door.enter(course, [assessment_at(20, ice_total=3, replaces=row)], by=nurse)
    call = the_call(course)
    assert call.state is CallState.UNANSWERED
    assert "ICE 3; baseline 10" in texts(call)


def test_a_lower_grade_that_stands_since_keeps_the_call_of_a_struck_out_entry(
    course: Course, enter: Enter, nurse: User
) -> None:
    enter(19)
    row = enter(20, **ON_PRESSOR)
    enter(21, **ON_OXYGEN)
    enter(22, **ON_OXYGEN)
    door.strike_out(row, by=nurse, reason="wrong patient")
    call = the_call(course)
    assert (kinds(call), call.grade) == (["opened", "withdrawn"], 2)
    assert texts(call) == ["CRS 2, was 0: low-flow oxygen"]


def test_a_long_text_for_whom_to_call_stops_no_entry(
    course: Course, enter: Enter, ward: Ward
) -> None:
    ward.who_to_call = "bleep 4711, " * 50
    door.save_ward(ward)
    enter(20, **ON_TWO)
    contact = the_call(course).policy[0].contact
    assert (contact[:10], contact[-1], len(contact)) == ("bleep 4711", "…", 500)


def test_a_policy_that_cannot_be_read_gives_the_defaults() -> None:
    [first, _] = policy_in({"3": []}, "bleep 4711").for_grade(3)
    assert (first.contact, first.minutes) == ("bleep 4711", 5)
