"""When vital signs and ICE are due: by the grade that stands, each part by its own clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from patients import door
from patients.models import BoardRow, Course, User
from tests.storing import AssessmentAt

VITALS = ("temperature_c", "systolic_mmhg", "hypotension", "spo2_percent", "oxygen_device")
NEUROLOGIC: dict[str, Any] = {
    "ice": None,
    "ice_total": None,
    "consciousness": None,
    "seizure": None,
    "motor": None,
    "icp": None,
}


def due(course: Course) -> dict[str, float]:
    """The hours after the infusion at which each part is due."""
    row = BoardRow.objects.get(course=course)
    times = {part: datetime.fromisoformat(at) for part, at in row.due.items()}
    assert min(times.values()) == row.next_due_at
    return {part: (at - course.infused_at) / timedelta(hours=1) for part, at in times.items()}


@pytest.mark.parametrize(
    ("findings", "vitals_after"),
    [
        ({}, 12),
        ({"temperature_c": Decimal(38)}, 4),
        ({"temperature_c": Decimal(38), "hypotension": True}, 2),
        (
            {"temperature_c": Decimal(38), "hypotension": True, "vasopressors": ["norepinephrine"]},
            1,
        ),
        ({"temperature_c": Decimal(38), "oxygen_device": "mechanical_ventilation"}, 1),
        ({"hypotension": True}, 2),
        ({"temperature_c": Decimal(38), "attribution": {"fever": "other"}}, 4),
    ],
    ids=["well", "CRS 1", "CRS 2", "CRS 3", "CRS 4", "in review", "put aside, not confirmed"],
)
def test_the_higher_crs_is_the_sooner_vital_signs_are_due(
    course: Course,
    nurse: User,
    assessment_at: AssessmentAt,
    findings: dict[str, Any],
    vitals_after: int,
) -> None:
    door.enter(course, [assessment_at(60, **findings)], by=nurse)
    assert due(course) == {"vitals": 60 + vitals_after, "ICE": 72}


@pytest.mark.parametrize(("ice_total", "ice_after"), [(10, 12), (9, 4), (2, 4)])
def test_from_icans_1_ice_is_due_every_four_hours(
    course: Course, nurse: User, assessment_at: AssessmentAt, ice_total: int, ice_after: int
) -> None:
    door.enter(course, [assessment_at(60, ice=None, ice_total=ice_total)], by=nurse)
    assert due(course) == {"vitals": 72, "ICE": 60 + ice_after}


def test_vital_signs_alone_never_put_off_ice(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    alone = [assessment_at(hour, **NEUROLOGIC) for hour in (64, 68, 71)]
    door.enter(course, [assessment_at(60), *alone], by=nurse)
    assert due(course) == {"vitals": 83, "ICE": 72}


@pytest.mark.parametrize("left_out", VITALS)
def test_a_set_that_lacks_a_sign_does_not_start_the_clock_anew(
    course: Course, nurse: User, assessment_at: AssessmentAt, left_out: str
) -> None:
    lacking = {left_out: None, **({"vasopressors": None} if left_out == "hypotension" else {})}
    partial = assessment_at(66, **lacking)
    door.enter(course, [assessment_at(60), partial], by=nurse)
    whole = left_out in ("systolic_mmhg", "hypotension")  # either tells of the pressure
    assert due(course)["vitals"] == (78 if whole else 72)


def test_ice_done_in_part_is_still_due_and_a_reason_counts(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    in_part = {"ice": {"year": 1}, "ice_total": None}
    asleep = {"ice": None, "ice_total": None, "ice_not_done": "asleep"}
    door.enter(course, [assessment_at(60), assessment_at(65, **in_part)], by=nurse)
    assert due(course)["ICE"] == 72
    door.enter(course, [assessment_at(66, **asleep)], by=nurse)
    assert due(course)["ICE"] == 78


def test_a_shorter_interval_of_the_ward_holds_at_every_grade(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    course.ward.assessment_every_hours = 2
    door.save_ward(course.ward)
    door.enter(course, [assessment_at(60, temperature_c=Decimal(39))], by=nurse)
    assert due(course) == {"vitals": 62, "ICE": 62}


def test_after_the_closing_nothing_is_due(
    course: Course, physician: User, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(20)], by=physician)
    closed_at = course.infused_at + timedelta(hours=40)
    changes = {"closed_at": closed_at, "outcome": "discharged"}
    door.amend(course, by=physician, reason="home", changes=changes)
    row = BoardRow.objects.get(course=course)
    assert (row.due, row.next_due_at) == ({}, closed_at)
