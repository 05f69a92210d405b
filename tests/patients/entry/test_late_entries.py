"""Entries made later than their time: how late, and what the form shows of earlier values."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
import time_machine
from django.test import Client

from patients import door
from patients.models import Course, User
from tests.patients.entering import NOW, enter, page
from tests.storing import AssessmentAt


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.parametrize(
    ("clock", "words"),
    [
        ("06:30", "Saved: assessment of 08 Jan 2026 06:30."),
        ("06:29", "Saved: assessment of 08 Jan 2026 06:29, entered 11 min late."),
    ],
)
def test_the_saved_sentence_and_the_chart_say_how_late(
    nurse_client: Client, course: Course, clock: str, words: str
) -> None:
    typed = {"temperature_c": "37.5", "already_escalated": "yes", "observed_at_time": clock}
    answer = enter(nurse_client, course, **typed, confirm="rest=not entered")
    chart = nurse_client.get(answer["Location"]).content.decode()
    assert words in chart
    is_late = "late" in words
    assert ("entered 11 min late, already escalated at the time</span>" in chart) is is_late


def test_without_a_script_the_time_of_a_last_value_stands_beside_it(
    nurse_client: Client, course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    """Whatever time is typed, it is right; with one, times.js counts from the time typed."""
    door.enter(course, [assessment_at(60, temperature_c=Decimal("38.2"))], by=nurse)
    text = " ".join(nurse_client.get(page("assessment_new", course)).content.decode().split())
    last = '<b>38.2</b> · <time datetime="2026-01-07T22:00:00+00:00" data-before>at 07 Jan 23:00'
    assert last in text
