"""The lists of a chart, newest first: what stands on the chart itself, and the pages of all of it.

A chart has the newest rows of each list, so that its size does not grow with the course. It says
how many of how many it shows, and leads to the pages, which have every row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.module_loading import import_string

from patients.chart import entries
from patients.chart.laboratory import lab_table
from patients.chart.timeline_table import timeline_rows, timeline_times
from patients.reading.course_file import CourseFile


@dataclass(frozen=True, slots=True)
class Extent:
    """The part of a list that one page shows: `most` rows from the `start`-th newest on."""

    start: int
    most: int
    total: int

    @property
    def newer(self) -> int | None:
        """The start of the page before; None on the first."""
        return max(0, self.start - self.most) if self.start > 0 else None

    @property
    def older(self) -> int | None:
        """The start of the page after; None on the last."""
        end = self.start + self.most
        return end if end < self.total else None

    @property
    def is_whole(self) -> bool:
        """Whether the page shows every row."""
        return self.newer is None and self.older is None

    def in_words(self, noun: str) -> str:
        """Which rows are shown, of how many."""
        end = min(self.start + self.most, self.total)
        if self.start == 0:
            return f"Showing the newest {end:,} of {self.total:,} {noun}"
        return f"Showing {self.start + 1:,} to {end:,} of {self.total:,} {noun}, newest first"


def extent_asked(request: HttpRequest, most: int, total: int) -> Extent:
    """The extent that `from` in the address asks for, counted back from the newest row."""
    asked = request.GET.get("from", "")
    start = int(asked[:6]) if asked.isascii() and asked.isdecimal() else 0
    return Extent(min(start, max(0, total - 1)), most, total)


@dataclass(frozen=True, slots=True)
class ChartList:
    """One list of the chart.

    key       its name in the address of its pages
    title     its heading
    noun      the word for its rows, in the plural
    rows      all that it lists, newest first, struck out and corrected entries included
    lines     the lines of the table for some of these rows
    template  its table
    heads     the headings of its columns between time and person
    at_once   lines on the chart before the fold
    on_chart  lines on the chart, the folded ones included
    on_page   lines on a page of its own
    can_change  whether its lines can be corrected or struck out
    """

    key: str
    title: str
    noun: str
    rows: Callable[[CourseFile], Sequence[Any]]
    lines: Callable[[CourseFile, Sequence[Any]], list[Any]]
    template: str
    heads: tuple[str, ...] = ()
    at_once: int = 12
    on_chart: int = 24
    on_page: int = 100
    can_change: bool = True

    def newest(self, file: CourseFile) -> NewestLines:
        """The part that stands on the chart."""
        rows = self.rows(file)
        lines = self.lines(file, rows[: self.on_chart])
        return NewestLines(self, lines, Extent(0, self.on_chart, len(rows)))


@dataclass(frozen=True, slots=True)
class NewestLines:
    """The newest lines of a list: those shown at once, and those that open on demand."""

    of: ChartList
    lines: list[Any]
    extent: Extent

    def __bool__(self) -> bool:
        return bool(self.lines)

    @property
    def _fold(self) -> int:
        """A single older line stays with the newest."""
        count, at_once = len(self.lines), self.of.at_once
        return count if count <= at_once + 1 else at_once

    @property
    def newest(self) -> list[Any]:
        return self.lines[: self._fold]

    @property
    def older(self) -> list[Any]:
        return self.lines[self._fold :]

    @property
    def extent_in_words(self) -> str:
        """How many of how many the chart shows; empty where it shows every row."""
        return "" if self.extent.is_whole else self.extent.in_words(self.of.noun)


ASSESSMENTS = ChartList(
    key="entries",
    title="Entries",
    noun="entries",
    rows=lambda file: file.assessments,
    lines=entries.assessments,
    template="chart/_chart_entries_table.html",
    on_chart=32,
)
LABS = ChartList(
    key="labs",
    title="Laboratory values",
    noun="times",
    rows=lab_table.labs_by_time,
    lines=lab_table.lab_rows,
    template="chart/laboratory/_chart_labs_table.html",
    at_once=10,
    on_chart=12,
    on_page=50,
)
DOSES = ChartList(
    key="doses",
    title="Doses",
    noun="doses",
    rows=entries.given_doses,
    lines=entries.doses,
    template="chart/_chart_lines_table.html",
    heads=("Drug", "Amount", "End"),
)
EARLIER_RATES = ChartList(
    key="earlier-rates",
    title="Earlier rates, changed since",
    noun="earlier rates",
    rows=entries.earlier_rates,
    lines=entries.doses,
    template="chart/_chart_lines_table.html",
    heads=("Drug", "Amount", "End"),
    at_once=24,
)
EVENTS = ChartList(
    key="events",
    title="Events",
    noun="events",
    rows=lambda file: file.events,
    lines=entries.events,
    template="chart/_chart_lines_table.html",
    heads=("What", "Kind, grade, cause"),
)
ADJUDICATIONS = ChartList(
    key="adjudications",
    title="All decisions of physicians",
    noun="decisions",
    rows=lambda file: file.adjudications,
    lines=entries.adjudications,
    template="chart/_chart_lines_table.html",
    heads=("Decision", "About, why"),
)
STEP_MARKS = ChartList(
    key="step-marks",
    title="Lines marked",
    noun="marks",
    rows=lambda file: file.step_marks,
    lines=entries.step_marks,
    template="chart/_chart_lines_table.html",
    heads=("Answer", "Line, reason"),
)
TIMELINE_TABLE = ChartList(
    key="timeline",
    title="Timeline as a table",
    noun="times",
    rows=timeline_times,
    lines=timeline_rows,
    template="chart/_chart_timeline_table.html",
    at_once=50,
    on_chart=50,
    on_page=200,
)
LISTS = {
    each.key: each
    for each in (
        ASSESSMENTS,
        LABS,
        DOSES,
        EARLIER_RATES,
        EVENTS,
        ADJUDICATIONS,
        STEP_MARKS,
        TIMELINE_TABLE,
    )
}


def chart_lists() -> dict[str, ChartList]:
    """The lists of this site by their keys: those above, and those of other apps."""
    added: list[ChartList] = [import_string(path) for path in settings.CARTOX_CHART_LISTS]
    return LISTS | {each.key: each for each in added}


LISTS_OF_ENTRIES = tuple(shown for shown in LISTS.values() if shown is not TIMELINE_TABLE)
"""The lists whose rows are entries; those of `LABS` are the results of one time."""


def addresses_of(file: CourseFile, uids: Set[str]) -> Mapping[str, str]:
    """Where each of these entries stands: on the chart itself, or on the page of its list."""
    addresses: dict[str, str] = {}
    for shown in LISTS_OF_ENTRIES:
        for place, row in enumerate(shown.rows(file)):
            for entry in row if shown is LABS else (row,):
                if (uid := str(entry.uid)) in uids:
                    addresses[uid] = f"{_page_of(shown, file, place)}#entry-{uid}"
        if len(addresses) == len(uids):
            break
    return addresses


def _page_of(shown: ChartList, file: CourseFile, place: int) -> str:
    """The page with the row at this place, the newest at 0; empty for one on the chart."""
    if place < shown.on_chart:
        return ""
    page = reverse("chart_list", args=[file.course.uid, shown.key])
    return f"{page}?from={place - place % shown.on_page}"
