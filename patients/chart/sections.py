"""The sections of the chart. `CARTOX_CHART_SECTIONS` lists them by dotted path, in their order.

A later app adds a `ChartSection` of its own to that list; the chart imports none of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string

from grading.rules.systems import PRIMARY
from grading.sources import CONFIDENCE
from grading.vocabulary import GradedToxicity
from patients.adjudication.final_grades import final_line
from patients.adjudication.open_signs import open_signs
from patients.chart import lists
from patients.chart.headline import headlines
from patients.chart.laboratory.lab_table import lab_columns
from patients.chart.side_by_side import latest_differences
from patients.chart.step.current_step import current_step
from patients.models import Course
from patients.permissions import has_right
from patients.reading.course_file import CourseFile
from patients.reading.products import product_line
from patients.reading.runs_now import runs_now, startable_drugs
from patients.rights import ADJUDICATE, DECLINE
from patients.words.ice_words import ice_of

Place = Literal["top", "main", "lists", "below"]
"""At the top; below it; beside one another; below all."""


@dataclass(frozen=True, slots=True)
class ChartPage:
    """The data from which a section is made: the request, the course, its file and the time."""

    request: HttpRequest
    course: Course
    file: CourseFile
    now: datetime


@dataclass(frozen=True, slots=True)
class ChartSection:
    """One section of the chart.

    key       its name among the sections
    place     its place on the page
    template  its template, with one root element
    context   the template's values beside the page's own context; no two sections give one name
    is_list   its text depends on the course's version alone: its markup is cached until that rises
    stamp     what of it changes by the clock alone, sooner than the ages on the chart are renewed
    """

    key: str
    place: Place
    template: str
    context: Callable[[ChartPage], dict[str, Any]]
    is_list: bool = False
    stamp: Callable[[Course, datetime], Any] | None = None


def chart_sections() -> tuple[ChartSection, ...]:
    """The sections of this site, in their order."""
    return _sections(tuple(settings.CARTOX_CHART_SECTIONS))


@cache
def _sections(paths: tuple[str, ...]) -> tuple[ChartSection, ...]:
    return tuple(import_string(path) for path in paths)


def section_stamps(course: Course, now: datetime) -> tuple[Any, ...]:
    """What of all sections changes by the clock alone."""
    return tuple(each.stamp(course, now) for each in chart_sections() if each.stamp is not None)


def sections_context(page: ChartPage) -> dict[str, Any]:
    """The sections by their place, and the context of all of them together."""
    places: dict[str, list[ChartSection]] = {}
    context: dict[str, Any] = {"sections": places}
    for section in chart_sections():
        places.setdefault(section.place, []).append(section)
        own = section.context(page)
        if taken := own.keys() & context.keys():
            raise ValueError(f"{section.key}: another section gives {', '.join(sorted(taken))}")
        context |= own
    return context


def _step_context(page: ChartPage) -> dict[str, Any]:
    today = page.now.astimezone(page.course.zone).date()
    return {
        "step": current_step(page.file, page.now),
        "mark_form_uid": uuid4(),
        "may_decline": has_right(page.request.user, DECLINE),
        "product": product_line(page.course, today),
    }


def _doses_context(page: ChartPage) -> dict[str, Any]:
    """What runs now, what can be started, and every dose; read where the list is not cached.

    The rates of a run that were changed since stand apart.
    """
    record = page.file.record
    runs = SimpleLazyObject(lambda: runs_now(record, page.course, page.now))
    return {
        "runs": runs,
        "startable": SimpleLazyObject(lambda: startable_drugs(record, runs)),
        "doses": SimpleLazyObject(lambda: lists.DOSES.newest(page.file)),
        "earlier_rates": SimpleLazyObject(lambda: lists.EARLIER_RATES.newest(page.file)),
    }


HEADLINE = ChartSection(
    key="headline",
    place="top",
    template="chart/_chart_headline.html",
    context=lambda page: {
        "headlines": headlines(page.file, page.now),
        "confidence": CONFIDENCE,
        "known_deficit": ice_of(page.course).deficit_in_words,
    },
)
DECISIONS = ChartSection(
    key="decisions",
    place="top",
    template="adjudication/_chart_decisions.html",
    context=lambda page: {
        "open_signs": open_signs(page.file),
        "final_lines": [final_line(page.file, toxicity) for toxicity in GradedToxicity],
        "may_adjudicate": page.course.is_open() and has_right(page.request.user, ADJUDICATE),
        "may_give_final_grade": has_right(page.request.user, ADJUDICATE),
    },
)
STEP = ChartSection(
    key="step", place="top", template="chart/_chart_step.html", context=_step_context
)
TIMELINE = ChartSection(
    key="timeline",
    place="main",
    template="chart/_chart_timeline.html",
    context=lambda page: {
        "systems": PRIMARY.values(),
        "timeline_end": "now" if page.file.death is None else "death",
        "timeline_rows": SimpleLazyObject(lambda: lists.TIMELINE_TABLE.newest(page.file)),
    },
)
SIDE_BY_SIDE = ChartSection(
    key="beside",
    place="main",
    template="chart/_chart_beside.html",
    context=lambda page: {
        "differences": latest_differences(page.file),
        "is_assessed": page.file.record.newest_examination() is not None,
    },
)
DOSES = ChartSection(
    key="doses",
    place="lists",
    template="chart/_chart_doses.html",
    context=_doses_context,
    is_list=True,
)
EVENTS = ChartSection(
    key="events",
    place="lists",
    template="chart/_chart_events.html",
    context=lambda page: {"events": SimpleLazyObject(lambda: lists.EVENTS.newest(page.file))},
    is_list=True,
)
ADJUDICATIONS = ChartSection(
    key="adjudications",
    place="lists",
    template="chart/_chart_adjudications.html",
    context=lambda page: {"adjudications": lists.ADJUDICATIONS.newest(page.file)},
)
STEP_MARKS = ChartSection(
    key="step_marks",
    place="lists",
    template="chart/_chart_step_marks.html",
    context=lambda page: {"step_marks": lists.STEP_MARKS.newest(page.file)},
)
ENTRIES = ChartSection(
    key="entries",
    place="below",
    template="chart/_chart_entries.html",
    context=lambda page: {
        "assessments": SimpleLazyObject(lambda: lists.ASSESSMENTS.newest(page.file))
    },
    is_list=True,
)
PANELS = ChartSection(
    key="panels",
    place="below",
    template="chart/laboratory/_chart_panels.html",
    context=lambda page: {},
)
LABORATORY = ChartSection(
    key="labs",
    place="below",
    template="chart/laboratory/_chart_labs.html",
    context=lambda page: {
        "labs": SimpleLazyObject(lambda: lists.LABS.newest(page.file)),
        "lab_columns": SimpleLazyObject(lambda: lab_columns(page.file)),
    },
    is_list=True,
)
