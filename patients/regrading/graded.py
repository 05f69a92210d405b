"""A course graded under the decisions of this site."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from grading.engine.result import Result, SystemGrades
from grading.local_rules import LocalRules
from grading.record import Record
from grading.rules import systems
from grading.site_rules import SiteRules
from patients.models import Course
from patients.regrading.record import LiveRows, build_record, live_rows


def rules_of_site() -> SiteRules:
    """What this site decides, chooses and says: the setting `CARTOX_SITE_RULES`, read at start."""
    rules: SiteRules = settings.CARTOX_SITE_RULES
    return rules


def local_rules() -> LocalRules:
    """The decisions under which this site grades."""
    return rules_of_site().local


@dataclass(slots=True)
class Graded:
    """One course with the present results of every system."""

    course: Course
    rows: LiveRows
    record: Record
    grades: dict[str, SystemGrades]
    of_course: dict[str, Result]

    @property
    def assessment_ids(self) -> list[int]:
        """The primary keys of the assessments in the order of the record and of the results."""
        ids = {row.entry.uid: row.id for row in self.rows.assessments}
        return [ids[findings.uid] for findings in self.record.findings]


def read_and_grade(course: Course) -> Graded:
    """Read the live rows of a course and grade them; writes nothing."""
    return grade_rows(course, live_rows(course))


def grade_rows(course: Course, rows: LiveRows) -> Graded:
    """Grade rows that were read already."""
    record = build_record(course, rows)
    local = local_rules()
    grades = systems.grade_record(record, local)
    return Graded(course, rows, record, grades, systems.grade_course(record, grades, local))
