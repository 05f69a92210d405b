"""The standing names whoever put a sign aside, so that board and chart need not ask."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patients import door
from patients.models import Adjudication, BoardRow, Course, User
from patients.models.standing import SystemStanding
from tests.storing import AssessmentAt

SICK: dict[str, Any] = {
    "temperature_c": Decimal("38.9"),
    "hypotension": True,
    "vasopressors": ["norepinephrine"],
}
ASIDE = SICK | {"attribution": {"hypotension": "other"}}


def crs(course: Course) -> SystemStanding:
    return BoardRow.objects.get(course=course).standings["crs_astct_2019"]


@pytest.mark.parametrize(
    ("cause", "words"), [("sepsis", ""), ("other", "adrenal crisis"), (None, "")]
)
def test_the_entry_names_sign_cause_person_and_time(
    course: Course, nurse: User, assessment_at: AssessmentAt, cause: str | None, words: str
) -> None:
    named = {} if cause is None else {"attribution_cause": {"hypotension": cause}}
    entry = assessment_at(60, **ASIDE, **named, attribution_words=words or None)
    door.enter(course, [entry], by=nurse)
    standing = crs(course)
    (sign,) = standing.put_aside
    assert (sign.sign, sign.cause, sign.cause_in_words) == ("hypotension", cause or "", words)
    assert (sign.by, sign.confirmed) == ("N. Nurse", False)
    assert sign.at == course.infused_at + timedelta(hours=60)
    assert (standing.shown, standing.grade_to_act_on, standing.sort) == (1, 3, 3)


def test_a_decision_names_the_physician_and_ends_the_doubt(
    course: Course, nurse: User, physician: User, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(60, **ASIDE)], by=nurse)
    at = course.infused_at + timedelta(hours=60)
    decision = Adjudication(
        decided_at=at + timedelta(hours=1),
        holds_from=at,
        decision="confirmed",
        sign="hypotension",
        cause="sepsis",
        reason="blood culture",
    )
    door.enter(course, [decision], by=physician)
    standing = crs(course)
    (sign,) = standing.put_aside
    assert (sign.by, sign.confirmed, sign.cause) == ("P. Physician", True, "sepsis")
    assert (standing.shown, standing.grade_to_act_on, standing.sort) == (1, 1, 1)
    assert not standing.follows_all_counted


def test_where_nothing_is_put_aside_nobody_is_asked_for(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        door.enter(course, [assessment_at(60, **SICK)], by=nurse)
    assert not [
        query for query in queries if "last_name" in query["sql"] and "INNER" in query["sql"]
    ]
    assert crs(course).put_aside == ()


def test_a_partial_set_keeps_what_was_put_aside_before_it(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    blind = {"hypotension": None, "vasopressors": None, "oxygen_device": None}
    door.enter(course, [assessment_at(60, **ASIDE), assessment_at(62, **blind)], by=nurse)
    standing = crs(course)
    assert not standing.is_reassessed
    assert [sign.sign for sign in standing.put_aside] == ["hypotension"]
    assert (standing.shown, standing.grade_to_act_on) == (1, 3)
