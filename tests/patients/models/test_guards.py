"""What the door keeps out: other courses, impossible times, writes past it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core import serializers
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from patients import door
from patients.door.refusals import WrongCourse
from patients.models import Assessment, Course, Dose, GradeRecord, User, Ward
from patients.models.guarded import GuardedWrite
from tests.patients.entering import page, posted
from tests.storing import AssessmentAt


def test_a_uid_of_another_course_is_refused_and_shows_nothing_of_it(
    course: Course,
    other_course: Course,
    nurse: User,
    nurse_client: Client,
    other_ward_nurse: User,
    assessment_at: AssessmentAt,
) -> None:
    theirs = Assessment(
        course=other_course,
        observed_at=other_course.infused_at + timedelta(hours=3),
        note="not for this ward",
    )
    door.enter(other_course, [theirs], by=other_ward_nurse)
    mine = assessment_at(3, uid=theirs.uid)
    with pytest.raises(WrongCourse):
        door.enter(course, [mine], by=nurse)

    values = posted(course, temperature_c="38.0") | {"uid": str(theirs.uid)}
    answer = nurse_client.post(page("assessment_new", course), values)
    assert "not for this ward" not in answer.content.decode()


def test_a_clock_that_steps_back_refuses_no_entry(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    with time_machine.travel(datetime(2026, 1, 8, 12, 0, tzinfo=UTC), tick=False):
        first = assessment_at(24, temperature_c="38.5")
        door.enter(course, [first], by=nurse)
    with time_machine.travel(datetime(2026, 1, 8, 11, 59, tzinfo=UTC), tick=False):
        door.enter(course, [assessment_at(12, temperature_c="38.5")], by=nurse)
        door.strike_out(first, by=nurse, reason="wrong patient")
    assert Assessment.objects.filter(course=course).live().count() == 1


@pytest.mark.parametrize(
    ("ahead", "taken"), [(timedelta(minutes=9), True), (timedelta(minutes=11), False)]
)
def test_a_time_still_to_come_is_refused_beyond_ten_minutes(
    course: Course, nurse: User, ahead: timedelta, taken: bool
) -> None:
    row = Assessment(course=course, observed_at=timezone.now() + ahead)
    if taken:
        door.enter(course, [row], by=nurse)
    else:
        with pytest.raises(ValidationError, match="still to come"):
            door.enter(course, [row], by=nurse)


def test_a_time_years_before_the_infusion_is_refused(course: Course, nurse: User) -> None:
    row = Dose(course=course, agent="tocilizumab", given_at=datetime(1926, 1, 5, tzinfo=UTC))
    with pytest.raises(ValidationError, match="two years before the infusion"):
        door.enter(course, [row], by=nurse)


def test_a_run_is_not_ended_in_the_future(course: Course, nurse: User) -> None:
    run = Dose(course=course, agent="norepinephrine", given_at=course.infused_at)
    door.enter(course, [run], by=nurse)
    with pytest.raises(ValidationError, match="still to come"):
        door.stop(run, at=timezone.now() + timedelta(hours=1), by=nurse)


def past_the_door(course: Course, other: Course, row: Assessment) -> dict[str, Any]:
    return {
        "a related manager": lambda: other.assessments.add(row),
        "a base manager": lambda: Assessment._base_manager.all().update(note="x"),
        "grades": lambda: GradeRecord._base_manager.all().delete(),
        "a ward's courses": lambda: other.ward.courses.add(course),
        "a course loaded earlier": course.save,
        "a patient loaded earlier": course.patient.save,
        "a ward": lambda: Ward.objects.update(assessment_every_hours=4),
        "a user's wards": lambda: row.recorded_by.wards.update(assessment_every_hours=4),
        "wards in bulk": lambda: Ward.objects.bulk_update([other.ward], ["time_zone"]),
    }


@pytest.mark.parametrize(
    "way_past",
    [
        "a related manager",
        "a base manager",
        "grades",
        "a ward's courses",
        "a course loaded earlier",
        "a patient loaded earlier",
        "a ward",
        "a user's wards",
        "wards in bulk",
    ],
)
def test_nothing_is_written_past_the_door(
    way_past: str, course: Course, other_course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    row = assessment_at(3)
    door.enter(course, [row], by=nurse)
    with pytest.raises(GuardedWrite):
        past_the_door(course, other_course, row)[way_past]()


def test_a_fixture_does_not_pass_by_the_door(
    course: Course, nurse: User, assessment_at: AssessmentAt, tmp_path: Path
) -> None:
    door.enter(course, [assessment_at(3)], by=nurse)
    row = json.loads(serializers.serialize("json", Assessment.objects.all()))[0]
    row["pk"], row["fields"]["uid"] = None, str(uuid4())
    fixture = tmp_path / "rows.json"
    fixture.write_text(json.dumps([row]))
    with pytest.raises(GuardedWrite, match="import_course"):
        call_command("loaddata", str(fixture), verbosity=0)
    assert Assessment.objects.count() == 1


def test_a_closed_course_takes_no_entry_from_a_page(
    course: Course, physician: User, nurse_client: Client
) -> None:
    closed_at = course.infused_at + timedelta(days=30)
    door.amend(
        course,
        by=physician,
        reason="home",
        changes={"closed_at": closed_at, "outcome": "discharged", "closing_reason": "went home"},
    )
    answer = nurse_client.get(page("assessment_new", course))
    assert answer.status_code == 403
