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
from patients.chart.entries import OtherChart, link_of, out_of_count
from patients.models import LabResult
from patients.reading.course_file import CourseFile
from patients.words import wording


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
    def span(self) -> int:
        """Columns of the table: time, analytes, by whom, change."""
        return len(self.cells) + 3

    @property
    def counting(self) -> list[ListedLab]:
        return [value for value in self.values if not value.out]

    @property
    def remarked(self) -> list[ListedLab]:
        values = self.values
        return [each for each in values if each.out or each.remark or each.note or each.link]


def labs_by_time(file: CourseFile) -> list[list[LabResult]]:
    """The results of each time, newest first."""
    return [list(taken) for _, taken in groupby(file.labs, key=lambda lab: lab.at)]


def lab_rows(file: CourseFile, times: Sequence[Sequence[LabResult]]) -> list[LabRow]:
    """The rows of these times."""
    columns, remarks = lab_columns(file), lab_remarks(file)
    rows = []
    for labs in times:
        cells = tuple(
            tuple(
                _value(lab, column, file, remarks) for lab in labs if lab.analyte == column.analyte
            )
            for column in columns
        )
        at = labs[0].at
        time = wording.short_date_and_time(at, file.course.zone)
        people = ", ".join(dict.fromkeys(str(lab.recorded_by) for lab in labs))
        rows.append(LabRow(time, wording.signed(file.course.day(at)), cells, people))
    return rows


def lab_columns(file: CourseFile) -> tuple[LabColumn, ...]:
    """A column for each analyte of the course, with its unit where all came in the same one."""
    units: dict[str, set[str]] = {}
    for lab in file.labs:
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
