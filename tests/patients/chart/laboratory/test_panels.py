"""Hyperinflammation and counts on the chart: what they show, for whom, and at what cost."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from patients import door
from patients.models import Course, LabResult, User, Ward
from tests.storing import AssessmentAt

NOW = datetime(2026, 1, 20, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def address(course: Course) -> str:
    return reverse("panels", kwargs={"uid": course.uid})


@pytest.fixture
def read(physician_client: Client, address: str) -> Callable[[], str]:
    def read() -> str:
        return html.unescape(" ".join(physician_client.get(address).content.decode().split()))

    return read


@pytest.fixture
def measured(course: Course) -> Callable[..., LabResult]:
    """Call with an analyte, a value, its unit and the day, at 06:00 UTC."""

    def measured(analyte: str, value: str, unit: str, day: int) -> LabResult:
        at = course.infused_at.replace(hour=6) + timedelta(days=day)
        return LabResult(
            course=course, collected_at=at, analyte=analyte, value=Decimal(value), unit=unit
        )

    return measured


@pytest.fixture
def counted(course: Course, nurse: User, measured: Any, assessment_at: AssessmentAt) -> None:
    """Neutropenia from Day 2 on, with Day 5 and 6 not measured; ferritin that doubles in a day.

    ICE fell from 10 to 6 on Day 14, which is a prompt.
    """
    rows = [measured("anc", "3.1", "10*9/L", day) for day in (-5, 0, 1)]
    rows += [measured("anc", "0.2", "10*9/L", day) for day in (2, 3, 4, 7, 8, 9, 10, 14)]
    rows += [measured("ferritin", value, "ng/mL", day) for day, value in ((-5, "600"), (7, "4000"))]
    rows += [measured("ferritin", "9000", "ng/mL", 8), measured("platelets", "40", "10*9/L", 8)]
    rows += [measured("fibrinogen", "400", "mg/dL", 8)]
    rows += [measured("hemoglobin", "8.2", "g/dL", -5), measured("ldh", "300", "U/L", -5)]
    fell = [assessment_at(336, ice=None, ice_total=10), assessment_at(348, ice=None, ice_total=6)]
    door.enter(course, [*rows, *fell], by=nurse)


def test_the_chart_fetches_the_panels_by_itself_and_links_to_them(
    physician_client: Client, course: Course, address: str
) -> None:
    page = physician_client.get(reverse("chart", kwargs={"uid": course.uid})).content.decode()
    part = page.partition('id="chart-panels"')[2].partition("</section>")[0]
    assert f'hx-get="{address}"' in part
    assert f'href="{address}"' in part, "without a script it is a page"


def test_a_script_gets_the_panels_without_a_page_around_them(
    physician_client: Client, address: str
) -> None:
    answer = physician_client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert answer.lstrip().startswith('<div id="panels"')
    assert "<html" not in answer


def test_nothing_measured_is_said_and_is_no_zero(read: Any) -> None:
    page = read()
    assert "No ferritin since the infusion." in page
    assert "No neutrophils, platelets or risk values yet." in page


def test_ferritin_stands_with_limit_baseline_and_doubling(counted: None, read: Any) -> None:
    page = read()
    assert "Ferritin 9,000 ng/mL" in page
    assert "30 × upper limit" in page
    assert "doubling in" in page


def test_the_checklist_is_ticked_from_the_data_and_names_what_is_missing(
    counted: None, read: Any
) -> None:
    page = read()
    checklist = page.partition("Checklist of IEC-HS")[2].partition("</table>")[0]
    for mark in ("met", "not met", "cannot tell"):
        assert f'visually-hidden">{mark}<' in checklist
    assert "Would settle it:" in page
    assert "no grade recorded by a physician" in page


def test_a_suspicion_is_a_prompt_and_never_a_badge(counted: None, read: Any) -> None:
    panel = read().partition('id="panel-inflammation"')[2].partition('id="panel-counts"')[0]
    assert "badge" not in panel


def test_the_older_scores_never_stand_without_their_caution(counted: None, read: Any) -> None:
    scores = read().partition('id="older-scores"')[2].partition("</details>")[0]
    lines = re.findall(r"<li>(.*?)</li>", scores)
    assert lines
    assert all("caution" in line for line in lines)


def test_neutropenia_says_what_was_filled_and_what_goes_on(counted: None, read: Any) -> None:
    counts = read().partition('id="panel-counts"')[2]
    assert "Early ICAHT at least grade" in counts
    runs = counts.partition("Runs of neutropenia")[2].partition("</table>")[0]
    assert "ongoing" in runs
    assert "filled" in runs


def test_risk_scores_name_their_window(counted: None, read: Any) -> None:
    scores = read().partition("Risk scores by window")[2]
    assert "before lymphodepletion" in scores


def test_a_ward_reads_only_the_scores_that_it_chose_but_every_quiet_option(
    counted: None, read: Any, ward: Ward
) -> None:
    options = re.findall(r"Option, not a grade", read())
    assert options
    ward.systems = ["icaht_early"]
    door.save_ward(ward)
    page = read()
    assert "Early ICAHT" in page
    assert "T-ICAHT" not in page
    assert "Checklist of" not in page
    assert "older-scores" not in page
    assert re.findall(r"Option, not a grade", page) == options


def test_the_timeline_has_a_lane_of_neutrophils_with_filled_days_hollow(
    counted: None, physician_client: Client, course: Course
) -> None:
    address = reverse("chart_figure", kwargs={"uid": course.uid})
    figure = physician_client.get(address).json()
    lane = next(trace for trace in figure["data"] if trace.get("name") == "anc")
    by_day = dict(zip(lane["x"], lane["marker"]["symbol"], strict=True))
    assert by_day["2026-01-09T12:00"] == "circle"
    assert by_day["2026-01-10T12:00"] == "circle-open"
    shaded = [shape for shape in figure["layout"]["shapes"] if shape["type"] == "rect"]
    assert [(shape["x0"], shape["x1"]) for shape in shaded] == [
        ("2026-01-07T00:00", "2026-01-20T00:00")
    ]
    axis = lane["yaxis"].replace("y", "yaxis")
    assert shaded[0]["yref"] == lane["yaxis"]
    assert axis in figure["layout"]


def test_a_course_without_neutrophils_has_no_such_lane(
    physician_client: Client, course: Course
) -> None:
    figure = physician_client.get(reverse("chart_figure", kwargs={"uid": course.uid})).json()
    assert "anc" not in [trace.get("name") for trace in figure["data"]]


def test_the_number_of_queries_does_not_depend_on_the_entries(
    *,
    physician_client: Client,
    course: Course,
    nurse: User,
    assessment_at: AssessmentAt,
    measured: Any,
    address: str,
    django_assert_num_queries: Any,
    django_assert_max_num_queries: Any,
) -> None:
    door.enter(course, [assessment_at(hour) for hour in range(1, 6)], by=nurse)
    with django_assert_max_num_queries(15) as few:
        physician_client.get(address)
    rows = [measured("anc", "0.4", "10*9/L", day) for day in range(14)]
    door.enter(course, [*rows, *(assessment_at(hour / 2) for hour in range(12, 502))], by=nurse)
    with django_assert_num_queries(len(few)):
        physician_client.get(address)
