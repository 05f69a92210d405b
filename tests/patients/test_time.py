"""Time on the ward: zones, both changes of the clock, the turn of the year, a tablet ahead."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client

from patients import door
from patients.models import Assessment, Course, Membership, Patient, User, Ward
from patients.rounds.due.ward import course_dues
from patients.rounds.due.words import due_in_words
from patients.rounds.rules.clocks import Due
from patients.words import wording
from tests.patients.entering import NOW, enter
from tests.storing import stored

MakeCourse = Callable[..., Course]
HALF_A_DAY = timedelta(hours=12)


def utc(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


@pytest.fixture(autouse=True)
def far_ahead() -> Iterator[None]:
    """Late enough for every course of this file; a test that needs its own moment travels."""
    with time_machine.travel(utc(2028, 6, 1, 12), tick=False):
        yield


@pytest.fixture
def course_of(ward: Ward) -> MakeCourse:
    """Call with the infusion and, where it matters, the ward."""

    def make(infused_at: datetime, on: Ward = ward, **fields: Any) -> Course:
        patient = stored(Patient(mrn=f"{Patient.objects.count():05}", family_name="Doe"))
        opened_at = fields.pop("opened_at", infused_at - timedelta(days=1))
        course = stored(
            Course(
                patient=patient,
                ward=on,
                product="tisagenlecleucel",
                infused_at=infused_at,
                opened_at=opened_at,
                **fields,
            )
        )
        return Course.objects.get(pk=course.pk)

    return make


WHOLE = {
    "temperature_c": Decimal(37),
    "hypotension": False,
    "vasopressors": [],
    "spo2_percent": Decimal(98),
    "oxygen_device": "room_air",
    "ice_total": 10,
}
"""An assessment after which nothing is due for one interval of the ward."""


def assess(course: Course, at: datetime, by: User) -> Due:
    door.enter(course, [Assessment(course=course, observed_at=at, **WHOLE)], by=by)
    return vitals_due(course, at)


def vitals_due(course: Course, now: datetime) -> Due:
    """What the clock of the vital signs says at a moment."""
    return course_dues(course, now)[0]


def words(course: Course, now: datetime) -> str:
    return due_in_words(vitals_due(course, now), now, course.zone)


def test_day_n_is_that_of_the_ward(course_of: MakeCourse) -> None:
    boston = stored(Ward(name="Boston", time_zone="America/New_York"))
    infused_at = utc(2026, 1, 5, 10)
    night = utc(2026, 1, 8, 2)
    assert course_of(infused_at).day(night) == 3
    assert course_of(infused_at, on=boston).day(night) == 2


def test_due_is_told_by_the_clock_of_the_ward(course_of: MakeCourse, nurse: User) -> None:
    boston = stored(Ward(name="Boston", time_zone="America/New_York"))
    Membership.objects.create(user=nurse, ward=boston)
    at = utc(2026, 1, 7, 18)
    for course, due in (
        (course_of(utc(2026, 1, 5, 10)), "vitals due Thu 07:00"),
        (course_of(utc(2026, 1, 5, 10), on=boston), "vitals due Thu 01:00"),
    ):
        assess(course, at, nurse)
        assert words(course, at + timedelta(hours=1)) == due


def test_the_clocks_go_forward(course_of: MakeCourse, nurse: User) -> None:
    """29 March 2026 in Madrid: 02:00 becomes 03:00, and the night has 11 hours."""
    course = course_of(utc(2026, 3, 28, 10))
    evening = utc(2026, 3, 28, 19)
    assert assess(course, evening, nurse).due_at - evening == HALF_A_DAY
    assert words(course, evening + timedelta(hours=1)) == "vitals due Sun 09:00"
    assert course.day(utc(2026, 3, 29, 1, 30)) == 1
    assert course.day(utc(2026, 3, 29, 22, 0)) == 2
    assert course.day(utc(2026, 3, 29, 21, 59)) == 1


def test_the_clocks_go_back(course_of: MakeCourse, nurse: User) -> None:
    """25 October 2026 in Madrid: 03:00 becomes 02:00, and the night has 13 hours."""
    course = course_of(utc(2026, 10, 24, 10))
    evening = utc(2026, 10, 24, 18)
    assert assess(course, evening, nurse).due_at - evening == HALF_A_DAY
    assert words(course, evening + timedelta(hours=1)) == "vitals due Sun 07:00"
    assert course.day(utc(2026, 10, 25, 22, 59)) == 1
    assert course.day(utc(2026, 10, 25, 23, 0)) == 2


def test_the_repeated_hour_keeps_its_order_and_its_name(course_of: MakeCourse, nurse: User) -> None:
    course = course_of(utc(2026, 10, 24, 10))
    first, second = utc(2026, 10, 25, 0, 30), utc(2026, 10, 25, 1, 30)
    assess(course, second, nurse)
    assert assess(course, first, nurse).due_at == second + HALF_A_DAY
    assert wording.long_date_and_time(first, course.zone) == "25 Oct 2026 02:30 CEST"
    assert wording.long_date_and_time(second, course.zone) == "25 Oct 2026 02:30 CET"
    assert wording.time_of_day(second, course.zone) == "02:30 CET"
    assert wording.short_date_and_time(second, course.zone) == "25 Oct 02:30 CET"


@pytest.mark.parametrize("minutes", [-1, 120])
def test_the_hours_beside_it_have_no_name(course_of: MakeCourse, minutes: int) -> None:
    zone = course_of(utc(2026, 10, 24, 10)).zone
    at = utc(2026, 10, 25, 0) + timedelta(minutes=minutes)
    assert wording.time_of_day(at, zone) in ("01:59", "03:00")


@pytest.mark.parametrize(
    ("fold", "observed_at"), [("0", utc(2026, 10, 25, 0, 30)), ("1", utc(2026, 10, 25, 1, 30))]
)
def test_the_form_asks_which_of_the_two(
    signed_in: Callable[[User], Client],
    nurse: User,
    course_of: MakeCourse,
    fold: str,
    observed_at: datetime,
) -> None:
    course = course_of(utc(2026, 10, 24, 10))
    with time_machine.travel(utc(2026, 10, 25, 5), tick=False):
        client = signed_in(nurse)
        twice = {"observed_at_date": "2026-10-25", "observed_at_time": "02:30"}
        asked = enter(client, course, temperature_c="37", **twice)
        assert asked.status_code == 422
        assert "comes twice" in asked.content.decode()
        saved = enter(client, course, temperature_c="37", observed_at_fold=fold, **twice)
    assert saved.status_code == 302
    assert Assessment.objects.get().observed_at == observed_at


def test_an_hour_that_does_not_exist_is_refused(
    signed_in: Callable[[User], Client], nurse: User, course_of: MakeCourse
) -> None:
    course = course_of(utc(2026, 3, 28, 10))
    with time_machine.travel(utc(2026, 3, 29, 5), tick=False):
        skipped = {"observed_at_date": "2026-03-29", "observed_at_time": "02:30"}
        answer = enter(signed_in(nurse), course, temperature_c="37", **skipped)
    assert answer.status_code == 422
    assert "does not exist" in answer.content.decode()


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (utc(2027, 12, 31, 22, 59), 1),
        (utc(2027, 12, 31, 23, 0), 2),
        (utc(2028, 2, 28, 12), 60),
        (utc(2028, 2, 29, 12), 61),
        (utc(2028, 3, 1, 12), 62),
    ],
)
def test_a_course_crosses_new_year_and_29_february(
    course_of: MakeCourse, at: datetime, day: int
) -> None:
    assert course_of(utc(2027, 12, 30, 10)).day(at) == day


def test_due_crosses_midnight_of_new_year(course_of: MakeCourse, nurse: User) -> None:
    course = course_of(utc(2027, 12, 30, 10))
    assert assess(course, utc(2027, 12, 31, 19), nurse).due_at == utc(2028, 1, 1, 7)
    assert words(course, utc(2028, 1, 1, 7, 31)) == "vitals 0:31 over"


def test_a_tablet_ten_minutes_ahead_saves_as_now_and_is_due_from_now(
    signed_in: Callable[[User], Client], nurse: User, course: Course
) -> None:
    with time_machine.travel(NOW, tick=False):
        client = signed_in(nurse)
        whole = {
            "temperature_c": "37",
            "hypotension": "no",
            "spo2_percent": "98",
            "oxygen_device": "room_air",
            "ice_not_done": "asleep",
        }
        ahead = enter(client, course, observed_at_time="06:50", **whole)
        too_far = enter(client, course, temperature_c="37", observed_at_time="06:51")
    assert (ahead.status_code, too_far.status_code) == (302, 422)
    assert Assessment.objects.get().observed_at == NOW
    assert vitals_due(course, NOW).due_at == NOW + HALF_A_DAY


# The first assessment


def test_before_a_planned_infusion_nobody_is_overdue(course_of: MakeCourse) -> None:
    infused_at = utc(2026, 1, 20, 10)
    course = course_of(infused_at, opened_at=utc(2026, 1, 5, 10), infusion_planned=True)
    assert words(course, infused_at - timedelta(hours=2)) == "vitals due 11:00"
    assert words(course, infused_at + timedelta(minutes=31)) == "vitals 0:31 over"


def test_who_arrives_after_the_infusion_is_due_on_arrival(course_of: MakeCourse) -> None:
    opened_at = utc(2026, 1, 8, 10)
    course = course_of(utc(2026, 1, 5, 10), opened_at=opened_at)
    assert vitals_due(course, opened_at).due_at == opened_at


def test_a_postponed_infusion_postpones_the_first_assessment(
    course_of: MakeCourse, nurse: User
) -> None:
    course = course_of(utc(2026, 1, 20, 10), infusion_planned=True)
    door.amend(
        course, by=nurse, reason="fever before", changes={"infused_at": utc(2026, 1, 23, 10)}
    )
    assert vitals_due(course, utc(2026, 1, 20, 10)).due_at == utc(2026, 1, 23, 10)


def test_after_an_assessment_the_interval_of_the_ward_counts(
    course_of: MakeCourse, nurse: User
) -> None:
    course = course_of(utc(2026, 1, 20, 10))
    assert assess(course, utc(2026, 1, 20, 8), nurse).due_at == utc(2026, 1, 20, 20)
