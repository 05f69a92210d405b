"""The panel says what became of each line, and how long the treatment took from the grade."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from patients import door
from patients.models import Course, Dose, StepMark, User
from tests.patients.entering import page
from tests.storing import AssessmentAt

CRS_2 = {"temperature_c": 39, "systolic_mmhg": 82, "hypotension": True, "vasopressors": []}
CRS_3 = CRS_2 | {"vasopressors": ["norepinephrine"]}
CODE = "crs_tocilizumab"


@pytest.fixture(autouse=True)
def on_day_2(course: Course) -> Iterator[time_machine.Coordinates]:
    """Hour 48: 7 January, 11:00 in Madrid."""
    with time_machine.travel(course.infused_at + timedelta(hours=48), tick=False) as clock:
        yield clock


@pytest.fixture
def crs_2(course: Course, nurse: User, assessment_at: AssessmentAt) -> None:
    door.enter(course, [assessment_at(46, **CRS_2)], by=nurse)


@pytest.fixture
def shown(course: Course, physician_client: Client) -> Callable[..., str]:
    """The line on the panel as text, its buttons included, or the whole panel."""

    def show(code: str = "", client: Client = physician_client) -> str:
        content = client.get(page("chart", course)).content.decode()
        panel = content.partition('id="chart-step"')[2].partition('class="chart-columns"')[0]
        if code:
            panel = panel.partition(f'id="step-{code}"')[2].partition("</li>")[0]
        return " ".join(re.sub(r"<[^>]+>", " ", panel).split())

    return show


def dose_at(course: Course, hour: float, agent: str = "tocilizumab") -> Dose:
    at = course.infused_at + timedelta(hours=hour)
    return Dose(given_at=at, agent=agent, amount=576, unit="mg", route="IV")


def mark(course: Course, answer: str, by: User, **values: Any) -> StepMark:
    hours = values.pop("hours", None)
    deferred_for = None if hours is None else timedelta(hours=hours)
    row = StepMark(
        course=course, code=CODE, line_toxicity="crs", grade=2, text="x", answer=answer, **values
    )
    door.mark(row, deferred_for=deferred_for, after=None, by=by)
    return row


@pytest.mark.usefixtures("crs_2")
def test_a_dose_marks_its_line_and_a_strike_out_opens_it_again(
    course: Course, nurse: User, shown: Callable[..., str]
) -> None:
    assert "done 10:30" not in shown(CODE)
    row = dose_at(course, 47.5)
    door.enter(course, [row], by=nurse)
    assert "done 10:30: tocilizumab 576 mg IV" in shown(CODE)
    assert "mark as done" not in shown(CODE)
    door.strike_out(row, by=nurse, reason="wrong patient")
    assert "mark as done" in shown(CODE)


@pytest.mark.usefixtures("crs_2")
def test_a_mark_is_said_with_its_time_its_person_and_its_reason(
    course: Course, physician: User, shown: Callable[..., str], on_day_2: Any
) -> None:
    mark(course, "deferred", physician, reason="blood cultures first", hours=2)
    assert f"deferred until 13:00 by {physician}, 11:00: blood cultures first" in shown(CODE)
    on_day_2.shift(timedelta(hours=2))
    assert "open again, the time until which it was deferred has passed" in shown(CODE)


@pytest.mark.usefixtures("crs_2")
def test_a_higher_grade_opens_a_declined_line_again(
    course: Course,
    nurse: User,
    physician: User,
    assessment_at: AssessmentAt,
    shown: Callable[..., str],
    on_day_2: Any,
) -> None:
    mark(course, "declined", physician, reason="infection more likely")
    assert shown(CODE).endswith(f"declined by {physician}, 11:00: infection more likely")
    on_day_2.shift(timedelta(hours=1))
    door.enter(course, [assessment_at(49, **CRS_3)], by=nurse)
    assert f"open again, the grade rose to 3; declined by {physician}, 11:00" in shown(CODE)


@pytest.mark.usefixtures("crs_2")
def test_who_may_only_read_is_offered_no_mark_and_a_nurse_only_done(
    nurse_client: Client, viewer_client: Client, shown: Callable[..., str]
) -> None:
    assert "mark as done" in shown(CODE)
    assert "defer or decline" in shown(CODE)
    assert "mark as done" in shown(CODE, nurse_client)
    assert "defer or decline" not in shown(CODE, nurse_client)
    assert "mark as done" not in shown(CODE, viewer_client)


@pytest.mark.parametrize(
    ("hour", "words"),
    [
        (None, "CRS 2 at 09:00: no tocilizumab yet, 2 h 00"),
        (47.5, "CRS 2 at 09:00: tocilizumab after 1 h 30"),
        (45, "CRS 2 at 09:00: tocilizumab before it, 08:00"),
    ],
)
@pytest.mark.usefixtures("crs_2")
def test_the_panel_says_how_long_the_treatment_took_from_the_grade(
    hour: float | None, words: str, course: Course, nurse: User, shown: Callable[..., str]
) -> None:
    if hour is not None:
        door.enter(course, [dose_at(course, hour)], by=nurse)
    assert f"From grade to treatment {words}" in shown()
