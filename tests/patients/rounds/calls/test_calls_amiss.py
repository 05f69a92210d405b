"""The harness of faults finds a call that is lost, shown wrongly or answered for somebody else."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from benchmarks.faults.ward.calls import calls_amiss
from patients import door
from patients.models import Course, Role, User
from patients.models.guarded import unguarded
from patients.rounds.calls.acts import answer
from patients.rounds.models import RoundRow
from tests.patients.rounds.calls.calling import FEVER, ON_OXYGEN, the_call
from tests.storing import AssessmentAt


@pytest.fixture
def answered(course: Course, nurse: User, assessment_at: AssessmentAt) -> Course:
    door.enter(course, [assessment_at(20, **FEVER)], by=nurse)
    answer(course, the_call(course).uid, by=nurse, uid=uuid4())
    return course


def test_a_call_that_is_stored_as_it_was_made_is_not_amiss(answered: Course) -> None:
    assert calls_amiss() == []


def test_a_call_that_is_not_shown_is_amiss(answered: Course) -> None:
    unguarded(RoundRow).update(call=None)
    assert "1 calls are open, 0 shown" in calls_amiss()[0]


def test_an_answer_of_another_role_is_amiss(answered: Course, nurse: User) -> None:
    nurse.role = Role.PHYSICIAN
    nurse.save()
    assert "answered as nurse_in_charge by nina_nurse, physician" in calls_amiss()[0]


def test_a_rise_without_a_call_is_amiss(
    answered: Course, nurse: User, assessment_at: AssessmentAt, settings: Any
) -> None:
    settings.CARTOX_IN_TRANSACTION = []
    door.enter(answered, [assessment_at(21, **ON_OXYGEN)], by=nurse)
    assert "crs_astct_2019 stands at 2, called for [1]" in calls_amiss()[0]
