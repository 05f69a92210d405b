"""What a grade alone hides: signs before the infusion, a death, an open episode, a review.

Each on the board, on the chart and wherever else the grade stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from patients import door
from patients.board.lines import board_line
from patients.chart.headline import headlines
from patients.models import Adjudication, BoardRow, Course, Dose, Event, GradeRecord, User
from patients.reading.course_file import course_file
from tests.patients.entering import FULL, page, posted
from tests.storing import AssessmentAt

NOW = datetime(2026, 1, 8, 12, 0, tzinfo=UTC)  # 74 h after the infusion
FEVER = {"temperature_c": Decimal("38.9")}
LOW = {"hypotension": True, "systolic_mmhg": Decimal(84)}
BEFORE = {**FULL, "observed_at_date": "2026-01-05", "observed_at_time": "09:00"}
EARLY = "before the infusion: 39.0 °C, low pressure"

Read = Callable[[str], str]


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as travelling:
        yield travelling


@pytest.fixture
def read(physician_client: Client, course: Course) -> Read:
    """The words of a page: the board, or a page of the course."""

    def words(name: str) -> str:
        address = reverse(name) if name == "board" else page(name, course)
        return " ".join(physician_client.get(address).content.decode().split())

    return words


@pytest.fixture
def early(course: Course, nurse: User, assessment_at: AssessmentAt) -> None:
    """Fever, a low pressure and a poor ICE two hours before the infusion."""
    door.enter(course, [assessment_at(-2, **LOW, temperature_c=Decimal(39), ice_total=7)], by=nurse)


@pytest.mark.parametrize("name", ["board", "chart", "compare"])
def test_signs_before_the_infusion_stand_on_every_page(early: None, read: Read, name: str) -> None:
    shown = read(name)
    assert EARLY in shown
    assert "before the infusion: ICE 7" in shown
    assert "grade 0" not in shown
    assert '__word" aria-hidden="true">none<' not in shown


def test_signs_before_the_infusion_stand_on_the_timeline_without_a_grade(
    early: None, physician_client: Client, course: Course
) -> None:
    figure = physician_client.get(page("chart_figure", course)).json()
    marks = [trace for trace in figure["data"] if trace.get("text") == [f"CRS {EARLY}"]]
    assert [mark["name"] for mark in marks] == ["not gradable"]


def test_the_grade_of_the_document_stays_0(early: None, course: Course) -> None:
    grades = GradeRecord.objects.filter(course=course, assessment__isnull=False).live()
    assert {grade.grade for grade in grades.filter(system__contains="astct")} == {0}


def test_signs_before_the_infusion_stand_in_the_answer_after_saving(
    nurse_client: Client, course: Course
) -> None:
    answer = nurse_client.post(
        page("assessment_new", course), posted(course, **BEFORE), follow=True
    )
    assert "CRS before the infusion: 38.9 °C. ICANS 0." in answer.content.decode()


def test_signs_before_the_infusion_stand_in_the_preview(
    nurse_client: Client, course: Course
) -> None:
    answer = nurse_client.post(page("assessment_preview", course), posted(course, **BEFORE))
    shown = answer.content.decode()
    assert "before the infusion: 38.9 °C" in shown
    assert "CRS grade 0" not in shown


def test_a_grade_after_the_infusion_did_not_rise_from_signs_before_it(
    early: None, course: Course, nurse: User, assessment_at: AssessmentAt, read: Read
) -> None:
    door.enter(course, [assessment_at(70, **FEVER)], by=nurse)
    assert "was 0" not in read("chart")


@pytest.fixture
def died(course: Course, nurse: User, physician: User, assessment_at: AssessmentAt) -> Course:
    """Fever 60 and 70 h after the infusion, norepinephrine running, death by CRS at 72 h."""
    given = NOW - timedelta(hours=5)
    toci = Dose(given_at=given, agent="tocilizumab", amount=Decimal(576), unit="mg")
    run = Dose(given_at=NOW - timedelta(hours=3), agent="norepinephrine")
    door.enter(
        course, [assessment_at(60, **FEVER, **LOW), assessment_at(70, **FEVER), toci, run], by=nurse
    )
    death = Event(happened_at=NOW - timedelta(hours=2), kind="death", attributed_to="crs")
    door.enter(course, [death], by=physician)
    return course


def test_after_a_death_the_board_says_it_and_nothing_is_due(died: Course, read: Read) -> None:
    shown = read("board")
    assert "<strong>died 08 Jan 11:00</strong> attributed to CRS" in shown
    assert "CRS grade 5 (ASTCT 2019)" in shown
    assert 'title="tocilizumab 1/4">' in shown
    for word in ("due ", "overdue", "next from", "no limit", "running since", "↓", "Assess DOE"):
        assert word not in shown, word


def test_after_a_death_the_chart_says_it_and_shows_no_option(died: Course, read: Read) -> None:
    shown = read("chart")
    assert "died 08 Jan 11:00, Day +3, attributed to CRS" in shown
    assert "last assessed 08 Jan 09:00: 1" in shown
    assert "Nothing is due, and no option is shown." in shown
    for word in ("assess now", "Tocilizumab</dt>", "not orders", "stay near", "↓ was"):
        assert word not in shown, word
    assert "Follow-up calendar" not in read("panels")


def test_after_a_death_every_form_says_it(died: Course, read: Read) -> None:
    for name in ("assessment_new", "lab_new", "dose_new", "event_new"):
        assert "died 08 Jan 11:00. Enter only what was before." in read(name), name


def test_the_timeline_ends_with_the_death(
    died: Course, clock: Any, physician_client: Client
) -> None:
    figure = physician_client.get(page("chart_figure", died)).json()
    assert figure["layout"]["meta"]["now"].startswith("2026-01-08T11:00")


def test_after_a_death_the_row_is_the_last_and_stays_as_it_is(
    died: Course, clock: Any, read: Read, nurse_client: Client
) -> None:
    clock.shift(timedelta(days=2))
    assert "overdue" not in read("board")


def test_a_death_that_is_struck_out_gives_everything_back(
    died: Course, physician: User, read: Read
) -> None:
    door.strike_out(Event.objects.get(), by=physician, reason="wrong patient")
    shown = read("board")
    assert "died" not in shown
    assert "due " in shown


def test_an_open_episode_says_for_how_long_it_was_all_clear(
    course: Course, nurse: User, assessment_at: AssessmentAt, read: Read, clock: Any
) -> None:
    rows = [assessment_at(40, **FEVER), assessment_at(66), assessment_at(70)]
    door.enter(course, rows, by=nurse)
    words = "all clear for 4 of 24 h, episode open"
    assert words in read("board")
    shown = read("chart")
    assert words in shown
    assert "CRS 0 since 05:00 (8 h 00)</span> <span>onset 07 Jan 03:00, Day +2" in shown
    clock.shift(timedelta(hours=18))
    door.enter(course, [assessment_at(90)], by=nurse)
    assert board_line(BoardRow.objects.get(), NOW).grades[0].episode == "resolved 08 Jan 05:00"


def test_where_nobody_looked_for_days_no_hours_are_counted(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(40, **FEVER), assessment_at(70)], by=nurse)
    row, file = BoardRow.objects.get(), course_file(course)
    words = {
        2: "all clear for 0 of 24 h, episode open",
        3: "all clear when last assessed, 08 Jan 09:00",
        25: "all clear when last assessed, 08 Jan 09:00",
    }
    for days, expected in words.items():
        now = NOW + timedelta(days=days)
        assert board_line(row, now).grades[0].episode == expected
        assert headlines(file, now)[0].episode == expected


def test_in_review_the_options_come_after_the_attribution(
    course: Course, nurse: User, assessment_at: AssessmentAt, read: Read
) -> None:
    door.enter(course, [assessment_at(70, **LOW)], by=nurse)
    shown = read("chart")
    assert "Attribute first: the options of grade 2 hold only if this is CRS." in shown
    assert "<strong>attribute first</strong>" in shown
    assert 'Current step <span class="soft">CRS review (would be 2), 4 h 00 ago; ICANS 0' in shown


def test_until_a_physician_confirms_the_options_are_those_of_the_higher_grade(
    read: Read, nurse: User, physician: User, course: Course, assessment_at: AssessmentAt
) -> None:
    aside = FEVER | LOW | {"vasopressors": ["norepinephrine"]}
    aside |= {
        "attribution": {"hypotension": "other"},
        "attribution_cause": {"hypotension": "sepsis"},
    }
    door.enter(course, [assessment_at(70, **aside)], by=nurse)
    remark = "CRS: the options are those of grade 3, with every sign counted, until a physician"
    shown = read("chart")
    assert "CRS grade 1 (ASTCT 2019)" in shown
    assert remark in shown
    assert "Dexamethasone 10 mg IV every 6 hours" in shown

    decided = Adjudication(
        decided_at=NOW,
        decision="confirmed",
        sign="hypotension",
        cause="sepsis",
        holds_from=course.infused_at + timedelta(hours=70),
    )
    door.enter(course, [decided], by=physician)
    shown = read("chart")
    assert remark not in shown
    assert "Dexamethasone 10 mg IV every 6 hours" not in shown
