"""The form says who is to be called, by the grades as they would stand after saving."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from patients import door
from patients.models import Course, Event, User
from tests.patients.entering import FULL, NOW, preview
from tests.storing import AssessmentAt

SICK = {**FULL, "oxygen_device": "high_flow_nasal_cannula"}


def calls_by_grade(course: Course, grades: Mapping[str, int | None]) -> list[str]:
    in_words = ", ".join(f"{key} {grade}" for key, grade in grades.items())
    return [f"Call {course.ward.who_to_call}: {in_words}"]


def fails(course: Course, grades: Mapping[str, int | None]) -> list[str]:
    raise OSError("no telephone")


@pytest.fixture(autouse=True)
def morning(settings: Any) -> Iterator[None]:
    settings.CARTOX_FORM_CALLS = [f"{__name__}.fails", f"{__name__}.calls_by_grade"]
    with time_machine.travel(NOW, tick=False):
        yield


def test_the_call_follows_what_is_typed_beside_the_grades(
    nurse_client: Client, course: Course
) -> None:
    """A function that fails takes nothing from the others, nor from the grades."""
    text = preview(nurse_client, course, **SICK)
    assert "Call Bleep 4711: crs_astct_2019 3, icans_astct_2019 0" in text
    assert "CRS grade 3" in text
    nothing = preview(nurse_client, course)
    assert "Call Bleep 4711: crs_astct_2019 None, icans_astct_2019 None" in nothing


def test_what_this_entry_does_not_examine_keeps_its_grade(
    nurse_client: Client, course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(60, consciousness="voice", ice_total=5)], by=nurse)
    vitals = {"temperature_c": "38.9", "hypotension": "no", "oxygen_device": "room_air"}
    text = preview(nurse_client, course, **vitals, vasopressors="none")
    assert "crs_astct_2019 1, icans_astct_2019 2" in text


def test_a_late_entry_calls_nobody_by_a_grade_that_stands_no_more(
    nurse_client: Client, course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(67.5)], by=nurse)
    text = preview(nurse_client, course, **SICK, observed_at_time="05:30")
    assert "CRS grade 3" in text
    assert "crs_astct_2019 0, icans_astct_2019 0" in text


def test_after_a_death_nobody_is_called(nurse_client: Client, course: Course, nurse: User) -> None:
    died_at = NOW - timedelta(minutes=1)
    door.enter(course, [Event(course=course, kind="death", happened_at=died_at)], by=nurse)
    text = preview(nurse_client, course, **SICK, observed_at_time="06:00")
    assert "crs_astct_2019 None, icans_astct_2019 None" in text
