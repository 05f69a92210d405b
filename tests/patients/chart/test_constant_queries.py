"""A long course asks the database no more often than a short one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from patients import door
from patients.models import Course, User
from tests.patients.entering import FULL, page, posted
from tests.storing import AssessmentAt

Ask = Callable[[], object]
LENGTHS = (5, 500)


@pytest.fixture
def asked(course: Course, nurse: User, assessment_at: AssessmentAt) -> Callable[[Ask], list[int]]:
    """How many queries it takes on a course of 5 assessments, and then of 500."""

    def count(ask: Ask) -> list[int]:
        counts = []
        start = 0
        for length in LENGTHS:
            door.enter(course, [assessment_at(hours) for hours in range(start, length)], by=nurse)
            start = length
            ask()
            with CaptureQueriesContext(connection) as queries:
                ask()
            counts.append(len(queries))
        return counts

    return count


@pytest.mark.parametrize("name", ["chart", "chart_figure"])
def test_the_chart(
    nurse_client: Client, course: Course, name: str, asked: Callable[[Ask], list[int]]
) -> None:
    short, long = asked(lambda: nurse_client.get(page(name, course)))
    assert short == long


def test_the_preview_of_a_course_it_has_not_seen_before(
    nurse_client: Client,
    nurse: User,
    course: Course,
    asked: Callable[[Ask], list[int]],
) -> None:
    def preview() -> None:
        door.amend(course, by=nurse, reason="moved", changes={"bed": f"{course.bed}1"[-8:]})
        nurse_client.post(page("assessment_preview", course), posted(course, **FULL))

    short, long = asked(preview)
    assert short - 1 <= long <= short  # the short one rises, and asks whom the ward calls


def test_a_save(
    course: Course,
    nurse: User,
    assessment_at: AssessmentAt,
    asked: Callable[[Ask], list[int]],
) -> None:
    minutes = iter(range(100))

    def save() -> None:
        late = assessment_at(700 + next(minutes) / 60)
        door.enter(course, [late], by=nurse)

    short, long = asked(save)
    assert short == long
