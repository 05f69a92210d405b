"""The chart of a long course: it sends little, says what it leaves out, and leads to all of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils.html import strip_tags

from patients import door
from patients.chart.lists import LISTS, Extent
from patients.models import Assessment, Course, Dose, Event, LabResult, User
from patients.models.clinical_row import ClinicalRow
from tests.patients.entering import page
from tests.storing import AssessmentAt

MOST_KB = 150
"""Kilobytes of a chart, not compressed; and of its timeline, compressed."""
ANALYTES = (
    ("crp", 21, "mg/L"),
    ("ferritin", 12_800, "ng/mL"),
    ("platelets", 64, "10*9/L"),
    ("anc", 2, "10*9/L"),
    ("ldh", 310, "U/L"),
    ("hemoglobin", 8, "g/dL"),
)


def entries_of(course: Course, hours: range, assessment_at: AssessmentAt) -> list[ClinicalRow]:
    """An assessment every hour, and laboratory results every 6 hours."""
    at = course.infused_at
    rows: list[Any] = [
        assessment_at(hour, temperature_c=Decimal(360 + hour * 7 % 40) / 10) for hour in hours
    ]
    rows += [
        LabResult(collected_at=at + timedelta(hours=hour), analyte=name, value=value, unit=unit)
        for hour in hours
        if hour % 6 == 0
        for name, value, unit in ANALYTES
    ]
    return rows


@pytest.fixture
def long_course(course: Course, nurse: User, assessment_at: AssessmentAt) -> Course:
    """Five days of hourly assessments, and more of everything than a chart shows."""
    door.enter(course, entries_of(course, range(120), assessment_at), by=nurse)
    door.enter(course, doses_and_events_of(course), by=nurse)
    return course


def doses_and_events_of(course: Course) -> list[ClinicalRow]:
    at = course.infused_at
    doses: list[Any] = [
        Dose(given_at=at + timedelta(hours=hour), agent="paracetamol", amount=1, unit="g")
        for hour in range(60)
    ]
    events = [Event(happened_at=at + timedelta(hours=n), kind="infection") for n in range(55)]
    return [*doses, *events]


@pytest.fixture
def read(nurse_client: Client, long_course: Course) -> Callable[..., str]:
    """A page of the long course."""

    def read(name: str = "chart", query: str = "", **kwargs: str) -> str:
        address = page(name, long_course, **kwargs) + query
        return " ".join(nurse_client.get(address).content.decode().split())

    return read


def times(of: str) -> list[str]:
    """The times of the lines of a list, as they stand on the page."""
    return re.findall(r'class="when">(\d\d \w{3} \d\d:\d\d)', of)


def section(of: str, name: str) -> str:
    start = of.index(f'id="chart-{name}"')
    return of[start : of.index("</section>", start)]


def test_the_chart_says_how_many_it_shows_of_how_many(read: Callable[..., str]) -> None:
    chart = strip_tags(read())
    for expected in (
        "Showing the newest 32 of 120 entries. Earlier entries",
        "Showing the newest 50 of 120 times. Earlier times",
        "Showing the newest 12 of 20 times. Earlier times",
        "Showing the newest 24 of 60 doses. Earlier doses",
        "Showing the newest 24 of 55 events. Earlier events",
    ):
        assert expected in chart


def test_a_short_course_stands_on_the_chart_as_a_whole(
    course: Course, nurse: User, nurse_client: Client, assessment_at: AssessmentAt
) -> None:
    door.enter(course, entries_of(course, range(32), assessment_at), by=nurse)
    chart = nurse_client.get(page("chart", course)).content.decode()
    assert len(times(section(chart, "entries"))) == 32
    assert "Showing the newest" not in chart


def test_the_first_page_of_earlier_entries_goes_on_where_the_chart_ends(
    read: Callable[..., str],
) -> None:
    entries = section(read(), "entries")
    on_chart = times(entries)
    [query] = re.findall(r'lists/entries/(\?from=\d+)"', entries)
    earlier = read("chart_list", query, key="entries")
    assert on_chart[-1] == "09 Jan 03:00"
    assert times(earlier)[0] == "09 Jan 02:00"
    assert "Showing 33 to 120 of 120 entries, newest first." in earlier


def test_the_pages_of_a_list_have_every_row_once(read: Callable[..., str]) -> None:
    shown, query = [], "?from=0"
    while query:
        entries = read("chart_list", query, key="entries")
        shown += re.findall(r'id="entry-([^"]+)"', entries)
        query = "".join(re.findall(r'href="(\?from=\d+)">Earlier', entries))
    assert len(shown) == len(set(shown)) == 120


def test_every_list_has_its_pages(read: Callable[..., str]) -> None:
    for key, shown in LISTS.items():
        for query in ("", "?from=99999"):
            of_list = read("chart_list", query, key=key)
            assert f"<h1>{shown.title}</h1>" in of_list
            assert "DOE, Jane" in of_list
            assert "Back to the chart" in of_list


def test_a_page_of_a_list_is_for_those_who_may_read_the_chart(
    anonymous: Client, other_ward_client: Client, viewer_client: Client, long_course: Course
) -> None:
    address = page("chart_list", long_course, key="entries")
    assert anonymous.get(address).status_code == 302
    assert other_ward_client.get(address).status_code == 404
    answer = viewer_client.get(address)
    assert answer.status_code == 200
    assert "strike-out" not in answer.content.decode()
    assert viewer_client.get(page("chart_list", long_course, key="unknown")).status_code == 404


def test_side_by_side_says_which_assessments_it_shows(read: Callable[..., str]) -> None:
    assert "Showing the newest 12 of 120 assessments." in read("compare")
    later = read("compare", "?from=12")
    assert "Showing 13 to 24 of 120 assessments, newest first." in later


@pytest.mark.parametrize(
    ("start", "newer", "older", "words"),
    [
        (0, None, 100, "Showing the newest 100 of 2,160 rows"),
        (50, 0, 150, "Showing 51 to 150 of 2,160 rows, newest first"),
        (2060, 1960, None, "Showing 2,061 to 2,160 of 2,160 rows, newest first"),
    ],
)
def test_an_extent_leads_to_both_sides(
    start: int, newer: int | None, older: int | None, words: str
) -> None:
    extent = Extent(start, 100, 2160)
    assert (extent.newer, extent.older) == (newer, older)
    assert extent.in_words("rows") == words


def test_the_chart_of_a_course_does_not_grow_once_its_lists_are_full(
    course: Course, nurse: User, nurse_client: Client, assessment_at: AssessmentAt
) -> None:
    door.enter(course, doses_and_events_of(course), by=nurse)
    sizes = []
    for hours in (range(168), range(168, 336)):
        door.enter(course, entries_of(course, hours, assessment_at), by=nurse)
        chart, figure = (nurse_client.get(page(name, course)) for name in ("chart", "chart_figure"))
        sizes.append(len(chart.content))
    assert sizes[1] - sizes[0] < 5_000  # other values; as many more entries would be 200,000
    assert sizes[1] <= MOST_KB * 1000
    assert len(figure.content) / 336 * 2160 <= 10 * MOST_KB * 1000


def test_the_timeline_is_sent_compressed(nurse_client: Client, long_course: Course) -> None:
    address = page("chart_figure", long_course)
    compressed = nurse_client.get(address, headers={"Accept-Encoding": "gzip"})
    assert compressed.headers["Content-Encoding"] == "gzip"
    assert len(compressed.content) / 120 * 2160 <= MOST_KB * 1000
    assert len(compressed.content) < len(nurse_client.get(address).content) / 5


def test_an_entry_shown_on_no_chart_page_counts_all_the_same(
    course: Course, nurse: User, nurse_client: Client, assessment_at: AssessmentAt
) -> None:
    sick: dict[str, Any] = {"temperature_c": Decimal("38.9"), "hypotension": True}
    rows: list[Assessment] = [assessment_at(1, **sick, vasopressors=["norepinephrine"])]
    door.enter(course, [*rows, *(assessment_at(hour) for hour in range(2, 60))], by=nurse)
    assert "peak 3" in nurse_client.get(page("chart", course)).content.decode()
