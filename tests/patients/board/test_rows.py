"""The finished cells of the board are cached, and are never stale."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from grading.engine.result import Result
from grading.rules.systems import PRIMARY
from patients import door
from patients.board import rows
from patients.models import Assessment, Course, Membership, Patient, User, Ward
from patients.models.standing import LastGraded, SystemStanding
from patients.permissions import courses_visible_to
from patients.reading.versions import versions_of_open_courses
from tests.storing import AssessmentAt, stored

MORNING = datetime(2026, 1, 8, 6, 41, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


def board(client: Client) -> str:
    return client.get(reverse("board")).content.decode()


def cells(page: str, course: Course) -> str:
    """What stands in the row of a course."""
    _, _, row = page.partition(f'id="line-{course.uid}"')
    return row.partition("</tr>")[0].partition(">")[2]


def test_an_unchanged_row_is_neither_read_nor_written_again(
    nurse_client: Client, nurse: User, course: Course, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(63)], by=nurse)
    board(nurse_client)
    with (
        CaptureQueriesContext(connection) as asked,
        patch.object(rows, "board_line", side_effect=AssertionError),
    ):
        assert "DOE, Jane" in board(nurse_client)
    assert not [query for query in asked if '"signs"' in query["sql"]]


def test_a_cached_row_gives_times_to_the_script_and_falls_overdue_by_the_clock(
    nurse_client: Client, nurse: User, course: Course, assessment_at: AssessmentAt, clock: Any
) -> None:
    door.enter(course, [assessment_at(63, fever=False, temperature_c=None)], by=nurse)
    shown = []
    for minutes in (0, 1, 60 * 6 + 18, 60 * 6 + 50):
        clock.move_to(MORNING + timedelta(minutes=minutes))
        shown.append(cells(board(nurse_client), course))
    taken = '02:00<time datetime="2026-01-08T01:00:00+00:00" data-age=" · {} ago"></time>'
    assert all(taken in row for row in shown)
    assert shown[0] == shown[1] == shown[2]
    assert "vitals and ICE due 14:00" in shown[2]
    due = '<time datetime="2026-01-08T13:00:00+00:00" data-over>overdue since 14:00</time>'
    assert f"vitals {due}" in shown[3]


def test_a_cached_row_holds_no_rank(
    nurse_client: Client, nurse: User, ward: Ward, course: Course, well: dict[str, Any]
) -> None:
    patient = stored(Patient(mrn="00124", family_name="Poe"))
    infused_at = course.infused_at
    other = stored(
        Course(
            patient=patient,
            ward=ward,
            bed="9",
            product="axi-cel",
            infused_at=infused_at,
            opened_at=infused_at,
        )
    )
    hot = well | {"temperature_c": Decimal(39)}
    at = infused_at + timedelta(hours=60)
    door.enter(course, [Assessment(observed_at=at, **hot)], by=nurse)
    door.enter(other, [Assessment(observed_at=at, **well)], by=nurse)
    page = board(nurse_client)
    assert f'id="line-{course.uid}" data-rank="0"' in page
    assert f'id="line-{other.uid}" data-rank="1"' in page
    before = cells(page, course)
    later = at + timedelta(hours=1)
    door.enter(other, [Assessment(observed_at=later, **hot | {"hypotension": True})], by=nurse)
    page = board(nurse_client)
    assert f'id="line-{other.uid}" data-rank="0"' in page
    assert f'id="line-{course.uid}" data-rank="1"' in page
    assert cells(page, course) == before


def test_a_cached_row_follows_every_entry_and_change(
    nurse_client: Client,
    nurse: User,
    physician: User,
    course: Course,
    assessment_at: AssessmentAt,
    ward: Ward,
) -> None:
    door.enter(course, [assessment_at(60)], by=nurse)
    assert "CRS grade 0" in board(nurse_client)
    hot = assessment_at(62, temperature_c=Decimal(39))
    door.enter(course, [hot], by=nurse)
    assert "CRS grade 1" in board(nurse_client)
    door.strike_out(hot, by=physician, reason="another patient")
    assert "CRS grade 0" in board(nurse_client)
    door.amend(course, by=physician, reason="moved", changes={"bed": "47"})
    assert ">47<" in board(nurse_client)
    door.amend(course.patient, by=physician, reason="married", changes={"family_name": "Smith"})
    assert "SMITH, Jane" in board(nurse_client)
    ward.assessment_every_hours = 2
    door.save_ward(ward)
    assert "vitals <time datetime" in cells(board(nurse_client), course)
    assert "overdue since 01:00" in board(nurse_client)


def test_a_cached_row_is_shown_to_nobody_of_another_ward(
    nurse_client: Client, other_ward_client: Client, course: Course
) -> None:
    assert "DOE, Jane" in board(nurse_client)
    assert "DOE, Jane" not in board(other_ward_client)


def test_a_cached_row_offers_an_entry_only_to_who_may_enter(
    nurse_client: Client, viewer_client: Client, course: Course
) -> None:
    for client, offers in ((nurse_client, True), (viewer_client, False), (nurse_client, True)):
        assert ("Assess DOE, Jane" in board(client)) is offers


def test_the_versions_are_those_of_the_open_courses_a_user_sees(
    nurse: User,
    other_ward_nurse: User,
    administrator: User,
    course: Course,
    other_course: Course,
    physician: User,
) -> None:
    def both(user: User) -> tuple[list[Any], list[Any]]:
        visible = courses_visible_to(user).filter(closed_at=None)
        return sorted(versions_of_open_courses(user)), sorted(
            visible.values_list("uid", "board_row__version")
        )

    for user, how_many in ((nurse, 1), (other_ward_nurse, 1), (administrator, 0)):
        mine, visible = both(user)
        assert mine == visible
        assert len(mine) == how_many
    door.amend(
        course,
        by=physician,
        reason="home",
        changes={"closed_at": MORNING, "outcome": "discharged", "closing_reason": "went home"},
    )
    assert both(nurse) == ([], [])


def test_the_day_changes_at_midnight_of_the_course_not_of_its_new_ward(
    nurse: User, physician: User, course: Course, clock: Any, signed_in: Callable[[User], Client]
) -> None:
    boston = stored(Ward(name="Boston", time_zone="America/New_York"))
    for user in (nurse, physician):
        Membership.objects.create(user=user, ward=boston)
    door.amend(course, by=physician, reason="moved", changes={"ward": boston})

    clock.move_to(datetime(2026, 1, 8, 22, 59, tzinfo=UTC))  # 23:59 in Madrid, 17:59 in Boston
    client = signed_in(nurse)
    assert "</span>+3</td>" in board(client)
    clock.move_to(datetime(2026, 1, 8, 23, 0, tzinfo=UTC))
    assert "</span>+4</td>" in board(client)


def test_a_page_is_asked_to_come_again_when_something_falls_due(
    nurse_client: Client, nurse: User, course: Course, assessment_at: AssessmentAt, clock: Any
) -> None:
    door.enter(course, [assessment_at(56)], by=nurse)
    due = course.infused_at + timedelta(hours=56 + 12)
    clock.move_to(due - timedelta(seconds=20))
    token = nurse_client.get(reverse("board")).context["board"].token
    rows = reverse("board_rows")
    clock.move_to(due - timedelta(milliseconds=1))
    assert nurse_client.get(rows, {"token": token}).status_code == 204
    clock.move_to(due)
    assert nurse_client.get(rows, {"token": token}).status_code == 200


@pytest.mark.parametrize(
    "token", ["", "x", "0" * 36, "f" * 36, "f" * 35, "f" * 9000, "\u0661" * 36]
)
def test_a_token_that_was_never_given_gets_the_rows(
    nurse_client: Client, course: Course, token: str
) -> None:
    assert nurse_client.get(reverse("board_rows"), {"token": token}).status_code == 200


@pytest.mark.parametrize(
    "current",
    [
        None,
        Result(),
        Result(grade=0),
        Result(grade=2, at_least=True),
        Result(review=True, would_be=3),
        Result(low=2, high=3),
    ],
    ids=str,
)
@pytest.mark.parametrize("last", [None, LastGraded(grade=1, at_least=False, at=MORNING)])
def test_order_and_counts_follow_the_standing_of_each_system(
    current: Result | None, last: LastGraded | None
) -> None:
    standing = SystemStanding(current=current, last_graded=last)
    stored_systems = dict.fromkeys(PRIMARY, standing.to_json())
    highest = rows.NEEDS_GRADE if standing.sort is None else standing.sort

    assert rows._grades(stored_systems) == {
        "highest": highest,
        "review": standing.in_review,
        "ungraded": standing.is_ungraded,
        "died": False,
        "clear_assessed_at": (),
    }
