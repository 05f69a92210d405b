"""Laboratory values as the chart lists them: a row for each time, a column for each analyte.

The unit stands in the heading where all values of a column came in the same one, else beside
each value. A value that was struck out or corrected stays in its cell, marked, and is explained
below.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from grading.vocabulary import ANALYTES
from patients.chart.entries import NewestAndOlder, OtherChart, link_of, out_of_count, split_newest
from patients.models import LabResult
from patients.reading.course_file import CourseFile
from patients.words import wording

NEWEST_TIMES = 10


@dataclass(frozen=True, slots=True)
class ListedLab:
    """One value as the laboratory sent it; `out` is the reason why it no longer counts."""

    uid: UUID
    text: str
    converted: str
    in_words: str
    out: str
    note: str
    link: OtherChart | None = None


@dataclass(frozen=True, slots=True)
class LabColumn:
    """One analyte; `unit` is empty where its values came in several."""

    analyte: str
    label: str
    unit: str


@dataclass(frozen=True, slots=True)
class LabRow:
    """The values collected at one time: for every column a tuple, mostly of one or none."""

    time: str
    day: str
    cells: tuple[tuple[ListedLab, ...], ...]
    by: str

    @property
    def values(self) -> list[ListedLab]:
        return [value for cell in self.cells for value in cell]

    @property
    def counting(self) -> list[ListedLab]:
        return [value for value in self.values if not value.out]

    @property
    def remarked(self) -> list[ListedLab]:
        return [value for value in self.values if value.out or value.note or value.link]


@dataclass(frozen=True, slots=True)
class LabTable:
    columns: tuple[LabColumn, ...]
    rows: NewestAndOlder[LabRow]

    @property
    def span(self) -> int:
        """Columns of the widest table: time, analytes, by whom, change."""
        return len(self.columns) + 3


def lab_table(file: CourseFile) -> LabTable:
    """The table, newest first."""
    columns = _columns(file.labs)
    rows = [
        _row(at, list(taken), columns, file)
        for at, taken in groupby(file.labs, key=lambda lab: lab.at)
    ]
    return LabTable(columns, split_newest(rows, NEWEST_TIMES))


def _columns(labs: Sequence[LabResult]) -> tuple[LabColumn, ...]:
    units: dict[str, set[str]] = {}
    for lab in labs:
        units.setdefault(lab.analyte, set()).add(lab.unit or "")
    return tuple(
        LabColumn(name, analyte.label, _common_unit(units[name]))
        for name, analyte in ANALYTES.items()
        if name in units
    )


def _common_unit(units: set[str]) -> str:
    """The unit as it is printed, where all values came in the same one."""
    return wording.unit_label(next(iter(units))) if len(units) == 1 else ""


def _row(
    at: datetime, taken: Sequence[LabResult], columns: Sequence[LabColumn], file: CourseFile
) -> LabRow:
    zone = file.course.zone
    people = dict.fromkeys(str(lab.recorded_by) for lab in taken)
    return LabRow(
        time=wording.short_moment(at, zone),
        day=wording.signed(file.course.day(at)),
        cells=tuple(
            tuple(_value(lab, column, file) for lab in taken if lab.analyte == column.analyte)
            for column in columns
        ),
        by=", ".join(people),
    )


def _value(lab: LabResult, column: LabColumn, file: CourseFile) -> ListedLab:
    shown_unit = None if column.unit else lab.unit
    return ListedLab(
        uid=lab.uid,
        text=wording.measured(lab.value, lab.comparator, shown_unit),
        converted=_converted(lab),
        in_words=f"{column.label} {wording.measured(lab.value, lab.comparator, lab.unit)}",
        out=out_of_count(lab, file.course.zone),
        note=lab.note,
        link=link_of(lab),
    )


def _converted(lab: LabResult) -> str:
    """The value in the unit that Cartox compares in, where the laboratory used another."""
    unit = ANALYTES[lab.analyte].unit
    if lab.canonical_value is None or lab.unit in (None, unit):
        return ""
    return f"= {wording.measured(round(lab.canonical_value, 2), lab.comparator, unit)}"
