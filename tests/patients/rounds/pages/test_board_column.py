"""The board names what is due and whom somebody has to see first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from patients import door
from patients.models import Assessment, Course, User, Ward
from patients.models.guarded import unguarded
from patients.rounds.due.interruptions import leave_out, leave_ward
from patients.rounds.models import Omission, Pause, RoundSettings
from patients.rounds.pages import board_column
from patients.rounds.rules.calls import Call
from patients.rounds.rules.schedule import Schedule
from tests.patients.rounds.pages.calls import OPENED_AT, answered, call_after
from tests.patients.rounds.round_rows import admit, done_at, has_round, hours, in_order, minutes

NOW = datetime(2026, 1, 7, 1, 20, tzinfo=UTC)
"""02:20 in Madrid, six minutes after the call of `calls` was opened."""
FEVER = {"temperature_c": "38.6"}
CRS_3 = {"temperature_c": "39.1", "hypotension": True, "vasopressors": ["norepinephrine"]}


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def course(course: Course, nurse: User, well: dict[str, Any]) -> Course:
    """The patient was assessed once, so that the row speaks of what is due alone."""
    door.enter(course, [Assessment(observed_at=NOW - hours(14), **well)], by=nurse)
    return course


def board(client: Client) -> str:
    return client.get(reverse("board")).content.decode()


def cell(page: str, course: Course, name: str = "board__next") -> str:
    """The words in the column of the round, or in the line of its call, in one line."""
    _, _, row = page.partition(f'id="line-{course.uid}"')
    inside = row.partition(f'class="{name}"')[2].partition("</td>")[0].partition(">")[2]
    return " ".join(re.sub(r"<[^>]+>", " ", inside).split())


def token_of(page: str) -> str:
    return page.partition('data-token="')[2].partition('"')[0]


def graded(course: Course, well: dict[str, Any], by: User, **findings: Any) -> None:
    row = Assessment(observed_at=NOW - minutes(5), **(well | findings))
    door.enter(course, [row], by=by)


@pytest.mark.parametrize(
    ("vitals", "words"),
    [
        (hours(11), "vitals due 03:20"),
        (hours(12), "vitals due 02:20, until 02:50"),
        (hours(12.5), "vitals due 01:50, until 02:20"),
        (hours(12.5) + timedelta(microseconds=1), "vitals overdue since 01:49"),
        (hours(24), "vitals overdue since Tue 14:20"),
    ],
    ids=["not yet", "due from its first moment", "until its last", "later", "another day"],
)
def test_the_row_names_what_is_due_with_its_window(
    nurse_client: Client, course: Course, vitals: timedelta, words: str
) -> None:
    has_round(course, **done_at(NOW - hours(2), vitals_at=NOW - vitals))
    assert words in cell(board(nurse_client), course)


def test_what_is_over_stands_before_what_comes_next(nurse_client: Client, course: Course) -> None:
    has_round(course, **done_at(NOW - hours(2), vitals_at=NOW - hours(13)))
    page = board(nurse_client)
    assert cell(page, course) == "vitals overdue since 01:20 ICE due 12:20"
    due_at = (NOW - hours(1)).isoformat()
    assert f'<time datetime="{due_at}" data-over>overdue since 01:20</time>' in page


def test_parts_of_one_due_time_stand_together(nurse_client: Client, course: Course) -> None:
    has_round(course, **done_at(NOW - hours(2)))
    assert cell(board(nurse_client), course) == "vitals and ICE due 12:20"


def test_who_is_away_is_not_overdue_and_the_row_says_why(
    nurse_client: Client, nurse: User, course: Course
) -> None:
    has_round(course, **done_at(NOW - hours(13)))
    pause = Pause(course=course, reason="imaging", note="MRI head")
    leave_ward(pause, lasting=hours(1), by=nurse)
    page = board(nurse_client)
    assert cell(page, course) == "away: imaging, MRI head, until 03:20"
    assert "overdue" not in page


def test_what_was_not_done_is_told_with_its_reason(
    nurse_client: Client, nurse: User, course: Course
) -> None:
    has_round(course, **done_at(NOW - hours(2), neuro_at=NOW - hours(13)))
    leave_out(Omission(course=course, clock="neuro", reason="asleep"), after=None, by=nurse)
    shown = cell(board(nurse_client), course)
    assert shown == "vitals due 12:20 ICE not done 02:20: asleep, not woken; again 14:20"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (call_after(), "CRS 3 : nobody answered, answer by 02:24"),
        (call_after(answered()), "CRS 3 : half answered by P. Physician 02:20"),
    ],
    ids=["unanswered", "half answered"],
)
def test_an_open_call_stands_first_with_its_state(
    nurse_client: Client, course: Course, call: Call, words: str
) -> None:
    has_round(course, call, **done_at(NOW - hours(2)))
    page = board(nurse_client)
    assert cell(page, course, "board__called").startswith(words)
    assert f'href="#line-{course.uid}"><strong>1 unanswered call</strong>' in page
    assert '<tr role="row" id="line-' in page
    assert 'class="board__line--call"' in page


def test_a_call_that_was_answered_counts_no_more(nurse_client: Client, course: Course) -> None:
    both = call_after(answered("nurse_in_charge", 3, "N. Nurse"), answered())
    has_round(course, both, **done_at(NOW - hours(2)))
    page = board(nurse_client)
    assert "not closed" in cell(page, course, "board__called")
    assert "unanswered" not in page


def test_a_course_of_which_nothing_was_worked_out_says_so(
    nurse_client: Client, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board_column, "read_rounds", lambda uids: {})
    assert cell(board(nurse_client), course) == "not known what is due"


def test_who_needs_me_first(
    nurse_client: Client, nurse: User, ward: Ward, well: dict[str, Any]
) -> None:
    beds = ("1", "2", "3", "4", "5", "6", "7", "8")
    courses = {bed: admit(ward, bed) for bed in beds}
    graded(courses["7"], well, nurse, **CRS_3)
    graded(courses["4"], well, nurse, **FEVER)
    for bed in ("1", "2", "3", "5", "6", "8"):
        graded(courses[bed], well, nurse)
    graded(courses["2"], well, nurse, **FEVER)
    long_ago, soon = NOW - hours(20), NOW - hours(11)
    has_round(courses["8"], call_after(), **done_at(NOW))
    has_round(courses["7"], **done_at(NOW, crs=3))
    has_round(courses["2"], **done_at(NOW - hours(5), crs=1))
    has_round(courses["5"], **done_at(NOW, vitals_at=long_ago))
    has_round(courses["3"], **done_at(NOW, vitals_at=NOW - hours(13)))
    has_round(courses["4"], **done_at(NOW, crs=1))
    has_round(courses["6"], **done_at(NOW, vitals_at=soon))
    has_round(courses["1"], **done_at(NOW))
    page = board(nurse_client)
    assert in_order(page, courses.values()) == ["8", "7", "2", "5", "3", "4", "6", "1"]
    assert [
        " ".join(words.split()) for words in re.findall(r"<strong>(\d+ [a-z ]+)</strong>", page)
    ][:3] == ["8 patients", "1 unanswered call", "3 overdue"]
    assert f'href="#line-{courses["2"].uid}"><strong>3 overdue' in page


def test_beds_settle_what_is_due_at_one_time(nurse_client: Client, ward: Ward) -> None:
    courses = [admit(ward, bed) for bed in ("12", "3")]
    for course in courses:
        has_round(course, **done_at(NOW))
    assert in_order(board(nurse_client), courses) == ["3", "12"]


def test_an_open_board_asks_again_at_the_moment_at_which_something_falls_due(
    nurse_client: Client, course: Course, clock: Any
) -> None:
    has_round(course, **done_at(NOW - hours(11)))
    token = token_of(board(nurse_client))
    due_at, late_at = NOW + hours(1), NOW + hours(1.5)

    def asked(at: datetime) -> str:
        clock.move_to(at)
        return nurse_client.get(reverse("board_rows"), {"token": token}).content.decode()

    assert asked(due_at - timedelta(seconds=1)) == ""
    assert "vitals and ICE due 03:20, until 03:50" in cell(asked(due_at), course).replace(
        "vitals due 03:20, until 03:50 ICE", "vitals and ICE"
    )
    token = token_of(asked(due_at))
    assert asked(late_at - timedelta(seconds=1)) == ""
    assert "overdue since 03:20" in cell(asked(late_at + timedelta(seconds=1)), course)


def test_an_open_board_asks_again_when_the_ward_changes_its_schedule(
    nurse_client: Client, course: Course, ward: Ward
) -> None:
    has_round(course, **done_at(NOW - hours(5)))
    page = board(nurse_client)
    assert "due 09:20" in cell(page, course)
    often = Schedule.for_ward_hours(4).to_json()
    unguarded(RoundSettings).bulk_create([RoundSettings(ward=ward, schedule=often, changed_at=NOW)])
    answer = nurse_client.get(reverse("board_rows"), {"token": token_of(page)})
    assert answer.status_code == 200
    assert "overdue since 01:20" in cell(answer.content.decode(), course)


@pytest.mark.parametrize("name", ["board", "board_rows"])
def test_a_full_ward_with_calls_and_due_times_takes_five_queries_at_most(
    nurse_client: Client, ward: Ward, name: str
) -> None:
    for number in range(12):
        has_round(admit(ward, str(number)), call_after(), **done_at(OPENED_AT - hours(13)))
    nurse_client.get(reverse(name))
    with CaptureQueriesContext(connection) as asked:
        page = nurse_client.get(reverse(name)).content
    own = [each["sql"] for each in asked if "django_session" not in each["sql"]]
    assert page.count(b"nobody answered") == 12
    assert len(own) <= 5, own
