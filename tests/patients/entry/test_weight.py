"""The weight is entered with the vital signs: for doses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client

from grading.site_rules import site_rules
from patients import door
from patients.models import Assessment, Course, User
from tests.patients.entering import FULL, NOW, enter, page, preview
from tests.storing import AssessmentAt


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def shown(client: Client, address: str) -> str:
    return " ".join(client.get(address).content.decode().split())


def test_a_weight_alone_is_an_entry_and_nothing_else_is_asked(
    nurse_client: Client, course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(60)], by=nurse)
    answer = enter(nurse_client, course, measured_weight_kg="70,5")
    assert answer.status_code == 302, answer.content.decode()
    assert Assessment.objects.latest("id").measured_weight_kg == Decimal("70.5")


@pytest.mark.parametrize(
    ("typed", "is_asked"), [("64.8", False), ("64.7", True), ("79.2", False), ("79.3", True)]
)
def test_a_weight_more_than_a_tenth_from_the_last_is_asked_about(
    nurse_client: Client, course: Course, typed: str, is_asked: bool
) -> None:
    text = preview(nurse_client, course, measured_weight_kg=typed)
    assert (f"{typed} kg is far from 72 kg before." in text) is is_asked
    if is_asked:
        assert enter(nurse_client, course, measured_weight_kg=typed).status_code == 422
        confirmed = {"measured_weight_kg": typed, "confirm": f"measured_weight_kg={typed}"}
        assert enter(nurse_client, course, **confirmed).status_code == 302


def test_pounds_are_offered_as_kilograms(nurse_client: Client, course: Course) -> None:
    text = preview(nurse_client, course, measured_weight_kg="158")
    assert "158 kg is unusual for an adult" in text
    assert "it was in pounds: 71.7 kg" in text
    assert "it was in pounds" not in preview(nurse_client, course, measured_weight_kg="200")


@pytest.mark.parametrize("typed", ["0.9", "351"])
def test_a_weight_that_cannot_be_is_refused(
    nurse_client: Client, course: Course, typed: str
) -> None:
    answer = enter(nurse_client, course, **FULL, measured_weight_kg=typed)
    assert answer.status_code == 422
    assert "is outside 1–350 kg" in answer.content.decode()


def test_the_last_weight_stands_beside_the_field_whoever_entered_it(
    nurse_client: Client, course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    new = page("assessment_new", course)
    assert "<b>72</b>" in shown(nurse_client, new)
    weight = {"measured_weight_kg": Decimal("70.5")}
    door.enter(course, [assessment_at(60, **weight)], by=nurse)
    assert "<b>70.5</b>" in shown(nurse_client, new)


def test_a_dose_is_offered_by_the_newest_weight_and_grades_keep_the_course_s(
    nurse_client: Client, course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    new = page("dose_new", course)
    assert "8 mg/kg × 72 kg = 576 mg; 0 of 4 given; the weight is 3 days old" in shown(
        nurse_client, new
    )
    weighed_at = NOW - timedelta(hours=2)
    row = assessment_at(60, measured_weight_kg=Decimal("70.5"))
    row.observed_at = weighed_at
    door.enter(course, [row], by=nurse)
    assert "8 mg/kg × 70.5 kg = 564 mg; 0 of 4 given</" in shown(nurse_client, new)
    assert Course.objects.get().weight_kg == 72


def test_a_site_that_chooses_a_lower_dose_is_offered_it(
    nurse_client: Client, course: Course, settings: Any
) -> None:
    settings.CARTOX_SITE_RULES = site_rules({"choices": {"tocilizumab_mg_per_kg": 6}})
    assert "6 mg/kg × 72 kg = 432 mg; 0 of 4 given" in shown(nurse_client, page("dose_new", course))
