"""A grade that somebody lowered says so on every page: who, which sign, what cause, how high."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from patients import door
from patients.models import Adjudication, Course, User
from tests.patients.entering import NOW, enter
from tests.storing import AssessmentAt

SHOCK: dict[str, Any] = {
    "temperature_c": Decimal("38.6"),
    "hypotension": True,
    "vasopressors": ["norepinephrine", "epinephrine"],
    "attribution": {"hypotension": "other"},
}
TYPED = {
    "temperature_c": "38.6",
    "hypotension": "yes",
    "vasopressors": ["norepinephrine", "epinephrine"],
    "oxygen_device": "room_air",
    "attribution_hypotension": "other",
    "cause_hypotension": "other",
    "attribution_words": "bleeding",
}


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def text(answer: Any) -> str:
    return html.unescape(" ".join(answer.content.decode().split()))


def part(answer: Any, begin: str, end: str) -> str:
    """The text of one part of a page, without its markup."""
    markup = text(answer).partition(begin)[2].partition(end)[0]
    return " ".join(re.sub(r"<[^>]*>", " ", markup).split())


def sentence(cause: str, clock: str, *, confirmed_by: str = "") -> str:
    if confirmed_by:
        return (
            f"hypotension put down to {cause}, confirmed by {confirmed_by} {clock}; CRS would be 4"
        )
    return (
        f"hypotension put down to {cause} by N. Nurse {clock}, not confirmed by a physician; "
        "CRS would be 4"
    )


IN_WORDS = "another cause (“bleeding”)"


def test_the_banner_after_a_save_says_it(nurse_client: Client, course: Course) -> None:
    saved = nurse_client.get(enter(nurse_client, course, **TYPED)["Location"])
    banner = part(saved, 'id="messages"', "</ul>")
    assert f"CRS 1. H{sentence(IN_WORDS, '06:30')[1:]}." in banner


@pytest.mark.parametrize("is_confirmed", [False, True])
def test_entries_timeline_and_side_by_side_say_it_at_every_entry(
    nurse_client: Client,
    nurse: User,
    physician: User,
    course: Course,
    assessment_at: AssessmentAt,
    is_confirmed: bool,
) -> None:
    cause = {"attribution_cause": {"hypotension": "other"}, "attribution_words": "bleeding"}
    entered = assessment_at(60, **SHOCK, **cause)
    door.enter(course, [entered, assessment_at(63)], by=nurse)
    expected = sentence(IN_WORDS, "07 Jan 23:00")
    if is_confirmed:
        row = Adjudication(
            course=course,
            decision="confirmed",
            sign="hypotension",
            cause="sepsis",
            holds_from=entered.observed_at,
        )
        door.decide(row, after=None, by=physician)
        expected = sentence("sepsis", "08 Jan 06:40", confirmed_by="P. Physician")
    chart = nurse_client.get(reverse("chart", kwargs={"uid": course.uid}))
    assert f"{expected}." in part(chart, f'id="entry-{entered.uid}"', 'id="chart-panels"')
    assert text(chart).count("would be 4") == 2  # in the table of entries, and of the timeline
    assert "1, would be 4" in part(chart, 'id="timeline-table"', "</table>")
    compared = nurse_client.get(reverse("compare", kwargs={"uid": course.uid}))
    assert expected in text(compared)
    assert "would be 4" in part(compared, 'id="matrix"', 'id="matrix-detail"')


def test_the_board_says_it_whole_and_a_sign_that_counts_needs_no_word(
    nurse_client: Client, nurse: User, course: Course, assessment_at: AssessmentAt
) -> None:
    board = reverse("board")
    door.enter(course, [assessment_at(60, **SHOCK | {"attribution": {}})], by=nurse)
    assert "put down to" not in text(nurse_client.get(board))
    door.enter(course, [assessment_at(61, **SHOCK)], by=nurse)
    shown = part(nurse_client.get(board), 'class="board__aside"', "</span>")
    assert shown == f">{sentence('another cause', '08 Jan 00:00')}".replace("08 Jan ", "")
