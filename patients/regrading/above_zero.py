"""The grades of a course that stand above 0 now, by which the door asks why a course is closed."""

from __future__ import annotations

from dataclasses import dataclass

from grading.rules.systems import COURSE_SYSTEMS, PRIMARY
from patients.models import Course, GradeRecord
from patients.regrading.board_row import stored_board_row

STANDING_SYSTEM = "iec_hs"
"""The system of the whole course that tells how the patient is now. One that counts the days of low
counts, as ICAHT does, never comes back to 0, and asks nobody why."""


@dataclass(frozen=True, slots=True)
class GradeAboveZero:
    """One system by its name and the grade to go by: the higher one while anything is in doubt."""

    name: str
    grade: int


def grades_above_zero(course: Course) -> list[GradeAboveZero]:
    """CRS, ICANS and IEC-HS where they stand above 0, as the course was graded last."""
    row = stored_board_row(course)
    standings = {} if row is None else row.standings
    standing_now = [(PRIMARY[key].name, standing.sort) for key, standing in standings.items()]
    of_course = GradeRecord.objects.of_course().filter(course=course, system=STANDING_SYSTEM)
    name = COURSE_SYSTEMS[STANDING_SYSTEM].name
    standing_now += [(name, grade.shown) for grade in of_course.order_by("applies_at")[:1]]
    above = [(name, grade) for name, grade in standing_now if grade is not None and grade > 0]
    return [GradeAboveZero(name, grade) for name, grade in above]


def grades_in_words(grades: list[GradeAboveZero]) -> str:
    """CRS 2 and ICANS 1."""
    return " and ".join(f"{each.name} {each.grade}" for each in grades)
