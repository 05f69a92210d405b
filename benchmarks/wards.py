"""A new ward with as many courses as asked for: some entered one by one, the rest copied.

Entering 280,000 assessments through the door would take an hour or more. So a few courses are
entered as a ward does, entry by entry, with the grades that each superseded, and copied past the
door in bulk, row by row and grade by grade. Only in a database that was made for this. That a
copy holds what the door would have written, `regrade --check` proves: it finds no difference.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal

from django.db import transaction

from benchmarks.databases import require_new
from benchmarks.writers import assessment, make_ward
from patients import door
from patients.models import (
    CLINICAL_MODELS,
    Assessment,
    BoardRow,
    ClinicalRow,
    Course,
    Dose,
    GradeRecord,
    LabResult,
)
from patients.models.guarded import unguarded
from patients.rounds.models import RoundRow

PER_COURSE = 56
"""Assessments of one course, within two weeks."""
ENTERED = 20
"""Courses that go through the door by default; the rest are copied from them."""
LABS = {
    "crp": ("mg/L", ("4", "38", "121")),
    "ferritin": ("ng/mL", ("310", "1280", "9700")),
    "platelets": ("10*9/L", ("22", "64", "148")),
    "anc": ("10*9/L", ("0.1", "0.6", "2.4")),
}


def fill(courses: int, through_the_door: int = ENTERED) -> None:
    """Fill a new database with so many courses of 56 assessments each."""
    require_new()
    entered = _entered(min(courses, through_the_door))
    rest = courses - len(entered)
    for start in range(0, rest, len(entered)):
        _copy(entered[: rest - start])


def _entered(count: int) -> list[Course]:
    courses, nurse = make_ward(count)
    for number, course in enumerate(courses):
        for rows in _entries(random.Random(number)):  # noqa: S311 - repeatable
            door.enter(course, rows, by=nurse)
    return courses


def _entries(chance: random.Random) -> Iterator[list[ClinicalRow]]:
    """The rows of each entry, in order of time; laboratory with every fourth assessment."""
    assessments = sorted(
        (assessment(chance) for _ in range(PER_COURSE)), key=lambda row: row.observed_at
    )
    for number, row in enumerate(assessments):
        rows: list[ClinicalRow] = [row]
        if number % 4 == 0:
            rows += [
                LabResult(
                    collected_at=row.observed_at - timedelta(minutes=5),
                    analyte=analyte,
                    value=Decimal(chance.choice(values)),
                    unit=unit,
                )
                for analyte, (unit, values) in LABS.items()
            ]
        if number in (16, 20):
            given_at = row.observed_at + timedelta(minutes=10)
            rows.append(
                Dose(given_at=given_at, agent="tocilizumab", amount=560, unit="mg", route="IV")
            )
        yield rows


@transaction.atomic
def _copy(entered: Sequence[Course]) -> None:
    """One copy of each of these courses, of another patient on another ward."""
    copies, _ = make_ward(len(entered))
    copy_of = {course.pk: copy.pk for course, copy in zip(entered, copies, strict=True)}
    assessments: dict[int | None, Assessment] = {}
    uid_of_copy: dict[str, str] = {}
    for model in CLINICAL_MODELS:
        rows = list(unguarded(model).filter(course__in=entered).order_by("pk"))
        assessments |= {row.pk: row for row in rows if isinstance(row, Assessment)}
        for row in rows:
            before = str(row.uid)
            row.pk, row.uid, row.course_id = None, uuid.uuid4(), copy_of[row.course_id]
            uid_of_copy[before] = str(row.uid)
        unguarded(model).bulk_create(rows, batch_size=500)
    grades = list(unguarded(GradeRecord).filter(course__in=entered).order_by("pk"))
    for grade in grades:  # also the superseded ones
        grade.pk, grade.course_id = None, copy_of[grade.course_id]
        grade.assessment = assessments.get(grade.assessment_id)  # of the course as a whole: None
    unguarded(GradeRecord).bulk_create(grades, batch_size=500)
    _copy_board(copy_of)
    _copy_rounds(copy_of, uid_of_copy)


def _copy_board(copy_of: dict[int, int]) -> None:
    """The copies were admitted through the door; their rows of the board say what is entered."""
    own = {"id", "course", "digested_version"}  # the copies of grades have no digests yet
    names = [field.name for field in BoardRow._meta.concrete_fields if field.name not in own]
    for row in unguarded(BoardRow).filter(course__in=list(copy_of)):
        facts = {name: getattr(row, name) for name in names}
        unguarded(BoardRow).filter(course=copy_of[row.course_id]).update(**facts)


def _copy_rounds(copy_of: dict[int, int], uid_of_copy: dict[str, str]) -> None:
    """The facts of a round follow from the entries, and name the newest score by its entry."""
    rounds = unguarded(RoundRow)
    for row in rounds.filter(course__in=list(copy_of)):
        copy = rounds.get(course=copy_of[row.course_id])
        facts = row.facts | {"starts_at": copy.facts["starts_at"]}
        if score := facts["score"]:
            facts["score"] = score | {"entry": uid_of_copy[score["entry"]]}
        rounds.filter(pk=copy.pk).update(facts=facts)
