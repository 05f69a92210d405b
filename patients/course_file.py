"""Everything stored of one course, read once for a page: rows that count, rows that do not, grades.

Nothing is graded here: the stored grades are read back and laid beside the record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from grading.record import Record
from grading.rules.registry import COURSE_SYSTEMS, SYSTEMS
from grading.rules.result import CourseSummary, Result, SystemGrades
from patients.board_facts import board_facts
from patients.models import (
    Assessment,
    ClinicalRow,
    Course,
    Dose,
    Event,
    GradeRecord,
    LabResult,
)
from patients.regrade import Graded
from patients.transfer import LiveRows, build_record

AnyRow = TypeVar("AnyRow", bound=ClinicalRow)

NOT_GRADED = Result()


@dataclass(slots=True)
class CourseFile:
    """One course with all its rows, newest first, its record, and the stored grades."""

    course: Course
    assessments: list[Assessment]
    labs: list[LabResult]
    doses: list[Dose]
    events: list[Event]
    record: Record
    results: dict[str, tuple[Result, ...]]
    by_assessment: dict[tuple[str, int], Result]
    summaries: dict[str, GradeRecord]
    of_course: dict[str, Result]
    facts: dict[str, Any]

    def elapsed(self, at: datetime) -> timedelta:
        return at - self.course.infused_at


def course_file(course: Course) -> CourseFile:
    """Read the file in five queries."""
    rows = {model: _rows(model, course) for model in (Assessment, LabResult, Dose, Event)}
    live = LiveRows(
        assessments=_live(rows[Assessment]),
        labs=_live(rows[LabResult]),
        doses=_live(rows[Dose]),
        events=_live(rows[Event]),
    )
    record = build_record(course, live)
    graded = list(GradeRecord.objects.filter(course=course).live())
    by_assessment = {
        (grade.system, grade.assessment_id): grade.result
        for grade in graded
        if grade.assessment_id is not None
    }
    summaries = {grade.system: grade for grade in graded if grade.assessment_id is None}
    results = _in_order(record, live.assessments, by_assessment)
    system_grades = {
        key: SystemGrades(found, CourseSummary(peak=_peak(summaries.get(key))))
        for key, found in results.items()
    }
    of_course = {key: summaries[key].result for key in COURSE_SYSTEMS if key in summaries}
    return CourseFile(
        course=course,
        assessments=rows[Assessment],
        labs=rows[LabResult],
        doses=rows[Dose],
        events=rows[Event],
        record=record,
        results=results,
        by_assessment=by_assessment,
        summaries=summaries,
        of_course=of_course,
        facts=board_facts(Graded(course, live, record, system_grades, of_course)),
    )


def _rows(model: type[Any], course: Course) -> list[Any]:
    """All rows of one kind, struck out and replaced ones included, newest first."""
    people = ["recorded_by", "struck_out_by", "replaced_by__recorded_by"]
    others = ["copied_from__course__patient", "copied_to__course__patient"]
    rows = model.objects.filter(course=course).select_related(*people, *others)
    found = sorted(rows, key=lambda row: (row.at, row.recorded_at), reverse=True)
    by_pk = {row.pk: row for row in found}
    for row in found:
        row.course = course
        if row.replaces_id in by_pk:  # so that a chain of corrections is followed without a query
            by_pk[row.replaces_id].replaced_by = row
    return found


def _live(rows: Sequence[AnyRow]) -> list[AnyRow]:
    return [row for row in rows if row.is_live()]


def _peak(summary: GradeRecord | None) -> int | None:
    return None if summary is None else summary.grade


def _in_order(
    record: Record, assessments: Sequence[Assessment], graded: dict[tuple[str, int], Result]
) -> dict[str, tuple[Result, ...]]:
    """The stored results in the order of the record's findings."""
    ids = {str(row.uid): row.pk for row in assessments}
    return {
        key: tuple(graded.get((key, ids[findings.uid]), NOT_GRADED) for findings in record.findings)
        for key in SYSTEMS
    }
