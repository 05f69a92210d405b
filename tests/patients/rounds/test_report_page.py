"""The report of a ward and month: what was due, who was called, and who may read it."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from patients import door
from patients.models import Course, User, Ward
from patients.rounds import writing
from patients.rounds.models import Escalation, EscalationEvent, Omission
from patients.rounds.report.month import Month, report_of
from patients.rounds.rules.clocks import Clock
from tests.conftest import INFUSED_AT
from tests.storing import AssessmentAt

NOW = datetime(2026, 1, 20, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def on_the_20th_of_january(request: pytest.FixtureRequest) -> Iterator[None]:
    """The course was admitted before its infusion; now it is two weeks later."""
    with time_machine.travel(INFUSED_AT - timedelta(days=6), tick=False):
        request.getfixturevalue("course")
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def enter_at(course: Course, nurse: User, assessment_at: AssessmentAt) -> Callable[..., None]:
    """Enter a whole set so many hours after the infusion, typed some minutes later."""

    def enter(hours: float, *, typed_after: float = 0, **findings: Any) -> None:
        at = INFUSED_AT + timedelta(hours=hours)
        with time_machine.travel(at + timedelta(minutes=typed_after), tick=False):
            door.enter(course, [assessment_at(hours, **findings)], by=nurse)

    return enter


def report(client: Client, **asked: Any) -> Any:
    return client.get(reverse("round_report", query=asked))


def words_of(answer: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def call_opened(course: Course, by: User, ward: Ward, at: datetime) -> Escalation:
    """A call for CRS 2 that nobody answered."""
    call = writing.insert(
        Escalation(uid=uuid4(), course=course, ward=ward, recorded_at=at, recorded_by=by)
    )
    cause = {
        "key": "rise:crs:2",
        "kind": "rise",
        "entry": "e",
        "entry_kind": "assessment",
        "text": "CRS 2, was 1",
        "since": at.isoformat(),
        "grade": 2,
        "toxicity": "crs",
    }
    step = {"who": "physician on call", "contact": "4711", "address": "", "minutes": 10}
    data = {"causes": [cause], "grade": 2, "step": "", "policy": [step], "ward": ward.pk}
    shared = {"escalation": call, "at": at, "recorded_at": at, "by": by}
    writing.insert(EscalationEvent(uid=uuid4(), number=1, kind="opened", data=data, **shared))
    return call


def test_what_was_due_is_told_by_clock_with_what_came_of_it(
    enter_at: Callable[..., None], physician_client: Client
) -> None:
    enter_at(0.1)
    enter_at(6)
    enter_at(19, typed_after=35)
    shown = words_of(report(physician_client, month="2026-01"))
    assert "7 East, January 2026 so far" in shown
    assert "as they stand now" in shown
    # in time at 0:06 and 6 h, an hour late at 19 h, then every 12 h for two weeks nothing
    assert re.search(r"vitals all shifts 30 2 of 30, 7 % 1 0 27 ", shown)
    assert "Still open: 1 now, 1 of these overdue." in shown
    assert "1 of those in time came before they were due." in shown
    assert "Late by 1 h 00 (median), 1 h 00 at most." in shown
    assert "all shifts 1 of 3, 33 % 35 min 35 min" in shown


def test_a_grade_shortens_what_is_due_from_then_on(
    enter_at: Callable[..., None], ward: Ward
) -> None:
    enter_at(0)
    enter_at(6, temperature_c=39)
    enter_at(10.25, temperature_c=39)
    [windows] = report_of(ward, Month(2026, 1), INFUSED_AT + timedelta(hours=12)).windows.values()
    vitals = [(each.minutes, each.outcome.value) for each in windows if each.clock is Clock.VITALS]
    assert vitals == [(720, "on_time"), (720, "early"), (240, "on_time")]


def test_a_reason_is_counted_by_its_word(
    enter_at: Callable[..., None], course: Course, nurse: User, physician_client: Client
) -> None:
    enter_at(0)
    at = INFUSED_AT + timedelta(hours=12)
    writing.insert(
        Omission(
            course=course,
            clock="neuro",
            at=at,
            reason="refused",
            recorded_at=at,
            recorded_by=nurse,
        )
    )
    enter_at(24, ice_total=None, ice_not_done="sedated")
    shown = words_of(report(physician_client))
    assert re.search(r"Not done: (refused 1, sedated[^.]* 1|sedated[^.]* 1, refused 1)\.", shown)


def test_open_calls_are_listed_by_name_and_the_rest_is_counted(
    course: Course, nurse: User, ward: Ward, physician_client: Client
) -> None:
    call_opened(course, nurse, ward, INFUSED_AT + timedelta(days=3))
    shown = words_of(report(physician_client))
    assert "Calls per patient-day 0.05 1 calls in 19.4 patient-days" in shown
    assert "Answered 0 of 1, 0 %" in shown
    assert "Outcomes still open 1" in shown
    assert "Without an outcome DOE, Jane : called 11:00 for CRS 2, was 1; still open" in shown


def test_who_moved_on_is_counted_here_and_not_named(
    course: Course,
    nurse: User,
    ward: Ward,
    other_ward: Ward,
    enter_at: Callable[..., None],
    physician_client: Client,
) -> None:
    enter_at(0)
    enter_at(3, temperature_c=39)
    moved_at = INFUSED_AT + timedelta(days=2)
    nurse.memberships.create(ward=other_ward)
    with time_machine.travel(moved_at, tick=False):
        door.amend(course, by=nurse, reason="full", changes={"ward": other_ward})
    answer = report(physician_client)
    shown = words_of(answer)
    assert "a patient who is on another ward now: called" in shown
    assert "DOE" not in shown
    assert str(course.uid) not in answer.content.decode()
    here, there = (report_of(each, Month(2026, 1), NOW) for each in (ward, other_ward))
    [due_here], [due_there] = here.windows.values(), there.windows.values()
    assert due_here
    assert all(each.counted_at < moved_at for each in due_here)
    assert due_there
    assert all(each.counted_at >= moved_at for each in due_there)
    days = here.counts.patient_days + there.counts.patient_days
    assert days == (NOW - datetime(2025, 12, 31, 23, tzinfo=UTC)) / timedelta(days=1)


def test_a_month_without_anything_says_so(course: Course, physician_client: Client) -> None:
    shown = words_of(report(physician_client, month="2025-11"))
    assert "Nobody was on 7 East in November 2025, and nobody was called." in shown
    assert "so far" not in shown


def test_a_month_that_has_not_begun_says_so(course: Course, physician_client: Client) -> None:
    assert "March 2026 has not begun." in words_of(report(physician_client, month="2026-03"))


@pytest.mark.parametrize("asked", [{"month": "2026-13"}, {"month": "soon"}, {"ward": "x"}])
def test_what_is_no_month_and_no_ward_is_not_found(
    asked: dict[str, str], physician_client: Client
) -> None:
    assert report(physician_client, **asked).status_code == 404


@pytest.mark.parametrize(
    ("visitor", "status"),
    [("nurse", 200), ("viewer", 200), ("other_ward_nurse", 404), ("administrator", 200)],
)
def test_members_of_the_ward_read_it(
    visitor: str,
    status: int,
    request: pytest.FixtureRequest,
    signed_in: Callable[[User], Client],
    course: Course,
    ward: Ward,
) -> None:
    client = signed_in(request.getfixturevalue(visitor))
    answer = report(client, ward=ward.pk)
    assert answer.status_code == status
    assert ("7 East, January" in words_of(answer)) is (visitor in ("nurse", "viewer"))
    address = reverse("round_report_csv", args=["due"], query={"ward": ward.pk})
    assert client.get(address).status_code == (200 if visitor in ("nurse", "viewer") else 404)


def test_the_tables_hold_every_window_and_every_wait_and_name_nobody(
    course: Course,
    nurse: User,
    ward: Ward,
    enter_at: Callable[..., None],
    physician_client: Client,
) -> None:
    enter_at(0)
    call_opened(course, nurse, ward, INFUSED_AT + timedelta(hours=1))
    texts = [
        physician_client.get(reverse("round_report_csv", args=[table])).content.decode()
        for table in ("due", "calls")
    ]
    due, calls = (list(csv.DictReader(StringIO(text))) for text in texts)
    [windows] = report_of(ward, Month(2026, 1), NOW).windows.values()
    assert len(due) == len(windows)
    assert due[0]["due_at"] == "2026-01-05T11:00:00+01:00"
    assert [(row["in_time"], row["outcome"]) for row in calls] == [("no", "open")]
    assert "DOE" not in "".join(texts).upper()
    assert physician_client.get(reverse("round_report_csv", args=["other"])).status_code == 404


def test_more_patients_ask_no_more_queries(
    course: Course, ward: Ward, enter_at: Callable[..., None], django_assert_max_num_queries: Any
) -> None:
    enter_at(0)
    with django_assert_max_num_queries(16):
        report_of(ward, Month(2026, 1), NOW)
