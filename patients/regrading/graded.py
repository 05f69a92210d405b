"""Graded."""

from __future__ import annotations

from dataclasses import dataclass

from grading.engine.result import Result, SystemGrades
from grading.local_rules import LocalRules
from grading.record import Record
from grading.rules import systems
from patients.models import Course
from patients.regrading.record import LiveRows, build_record, live_rows


def local_rules() -> LocalRules:
    """The decisions under which this site grades."""
    return LocalRules()


@dataclass(slots=True)
class Graded:
    """One course with what every system says of it now."""

    course: Course
    rows: LiveRows
    record: Record
    grades: dict[str, SystemGrades]
    of_course: dict[str, Result]


def grade_course(course: Course) -> Graded:
    """Read the live rows of a course and grade them; writes nothing."""
    return grade_rows(course, live_rows(course))


def grade_rows(course: Course, rows: LiveRows) -> Graded:
    """Grade rows that were read already."""
    record = build_record(course, rows)
    local = local_rules()
    grades = systems.grade_record(record, local)
    return Graded(course, rows, record, grades, systems.grade_course(record, grades, local))
