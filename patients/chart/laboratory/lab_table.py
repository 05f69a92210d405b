"""Laboratory values as the chart lists them: a row for each time, a column for each analyte.

The unit stands in the heading where all values of a column came in the same one, else beside
each value. A value that was struck out or corrected stays in its cell, marked, and is explained
below.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from grading import figures
from grading.engine.labs import NotUsed, labs_of
from grading.vocabulary import ANALYTES, LabStatus
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
    remark: str
    is_used: bool
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
        values = self.values
        return [each for each in values if each.out or each.remark or each.note or each.link]


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
    columns, remarks = _columns(file.labs), lab_remarks(file)
    rows = []
    for at, taken in groupby(file.labs, key=lambda lab: lab.at):
        labs = list(taken)
        cells = tuple(
            tuple(
                _value(lab, column, file, remarks) for lab in labs if lab.analyte == column.analyte
            )
            for column in columns
        )
        time = wording.short_date_and_time(at, file.course.zone)
        people = ", ".join(dict.fromkeys(str(lab.recorded_by) for lab in labs))
        rows.append(LabRow(time, wording.signed(file.course.day(at)), cells, people))
    return LabTable(columns, split_newest(rows, NEWEST_TIMES))


def _columns(labs: Sequence[LabResult]) -> tuple[LabColumn, ...]:
    """A column for each analyte, with its unit where all values came in the same one."""
    units: dict[str, set[str]] = {}
    for lab in labs:
        units.setdefault(lab.analyte, set()).add(lab.unit or "")
    columns = []
    for name, analyte in ANALYTES.items():
        if name in units:
            unit, *others = units[name]
            columns.append(
                LabColumn(name, analyte.label, "" if others else wording.unit_label(unit))
            )
    return tuple(columns)


@dataclass(frozen=True, slots=True)
class LabRemark:
    """What a reader has to know of one result; `is_used` is false where no system uses it."""

    text: str
    is_used: bool


NO_REMARK = LabRemark("", True)


def lab_remarks(file: CourseFile) -> dict[str, LabRemark]:
    """By the uid of each result: not used, replaced, unlikely, or preliminary."""
    index = labs_of(file.record)
    remarks = {
        value.lab.uid: LabRemark("; ".join(value.remarks), True)
        for values in index.by_analyte.values()
        for value in values
        if value.remarks
    }
    for results in index.left_out.values():
        for result in results:
            remarks[result.lab.uid] = LabRemark(not_used_in_words(result), False)
    for lab, by in index.replaced:
        text = "entered in error"
        if by is not None:
            status = by.status or LabStatus.FINAL
            text = f"replaced by the {status} {wording.measured(by.value, by.comparator, by.unit)}"
        remarks[lab.uid] = LabRemark(text, False)
    return remarks


def not_used_in_words(result: NotUsed) -> str:
    """The sentence of the grades, with the units that are read where the unit is the reason."""
    if result.lab.specimen is not None:
        return result.caution
    return f"{result.caution}; {wording.accepted_units(ANALYTES[result.analyte])}"


def _value(
    lab: LabResult, column: LabColumn, file: CourseFile, remarks: Mapping[str, LabRemark]
) -> ListedLab:
    """A value, with the same in the unit that Cartox compares in where the number is another."""
    shown_unit, compared_unit = None if column.unit else lab.unit, ANALYTES[lab.analyte].unit
    converted = ""
    is_another = lab.canonical_value != lab.value and lab.unit not in (None, compared_unit)
    if lab.canonical_value is not None and is_another:
        value = figures.converted(lab.canonical_value)
        converted = f"= {wording.measured(value, lab.comparator, compared_unit)}"
    remark = remarks.get(str(lab.uid), NO_REMARK)
    return ListedLab(
        uid=lab.uid,
        text=wording.measured(lab.value, lab.comparator, shown_unit),
        converted=converted,
        in_words=f"{column.label} {wording.measured(lab.value, lab.comparator, lab.unit)}",
        out=out_of_count(lab, file.course.zone),
        remark=remark.text,
        is_used=remark.is_used,
        note=lab.note,
        link=link_of(lab),
    )
