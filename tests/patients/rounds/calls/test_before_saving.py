"""Whom a form would call before it is saved, and the question before a course is closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from patients import door
from patients.models import Course, User, Ward
from patients.models.guarded import unguarded
from patients.rounds.calls.acts import answer
from patients.rounds.calls.who_to_call import sentences
from patients.rounds.models import RoundSettings
from tests.patients.entering import open_as_listed
from tests.patients.rounds.calls.calling import CRS, FEVER, the_call
from tests.storing import AssessmentAt

ICANS = "icans_astct_2019"


@pytest.mark.parametrize(
    ("grades", "sentence"),
    [
        ({CRS: 1, ICANS: 0}, ""),
        ({CRS: None, ICANS: None}, ""),
        (
            {CRS: 2, ICANS: 0},
            (
                "CRS 2: call physician on call, Bleep 4711 within 15 min. "
                "Unanswered: then senior physician within 15 min more."
            ),
        ),
        (
            {CRS: 3, ICANS: 1},
            (
                "CRS 3 and ICANS 1: call nurse in charge and physician on call, Bleep 4711 within "
                "5 min. Unanswered: then senior physician and intensive care within 10 min more."
            ),
        ),
    ],
)
def test_the_form_says_whom_a_rise_calls(
    course: Course,
    nurse: User,
    assessment_at: AssessmentAt,
    grades: dict[str, int | None],
    sentence: str,
) -> None:
    door.enter(course, [assessment_at(20, **FEVER)], by=nurse)
    assert " ".join(sentences(course, grades)) == sentence


def test_a_ward_calls_by_its_own_policy(course: Course, ward: Ward) -> None:
    step = {"who": "resident", "contact": "12", "address": "", "minutes": 7}
    row = RoundSettings(ward=ward, policy={"0": [step]}, changed_at=course.infused_at)
    unguarded(RoundSettings).bulk_create([row])
    assert sentences(course, {CRS: 1}) == ["CRS 1: call resident, 12 within 7 min."]


def test_nothing_is_asked_of_the_database_where_no_grade_is_above_0(
    course: Course, django_assert_num_queries: Callable[[int], Any]
) -> None:
    with django_assert_num_queries(0):
        assert sentences(course, {CRS: 0, ICANS: None}) == []


def test_closing_a_course_asks_about_an_open_call(
    course: Course,
    nurse: User,
    physician_client: Client,
    physician: User,
    assessment_at: AssessmentAt,
) -> None:
    door.enter(course, [assessment_at(20, **FEVER)], by=nurse)
    address = reverse("close", args=[course.uid])
    typed = {"closed_at_date": "2026-01-08", "closed_at_time": "06:30", "outcome": "discharged"}
    typed |= {
        "version": str(course.version()),
        "as_listed": open_as_listed(course),
        "words": "home",
    }
    page = physician_client.post(address, typed).content.decode()
    assert "is still open (CRS 1: fever 38.9 °C)" in page
    assert "the nurse in charge or the physician has not answered" in page
    answer(course, the_call(course).uid, by=physician, uid=uuid4())
    typed |= {"as_listed": open_as_listed(course)}
    page = physician_client.post(address, typed).content.decode()
    assert "answered, without an outcome" in page
