"""Locks on a course; under the lock: the time of an entry, a row as it stands, the regrade."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max, Model

from patients import clock
from patients.models import BoardRow, ClinicalRow, Course, GradeChange, GradeRecord, Patient
from patients.models.clinical_row import AnyRow
from patients.models.guarded import unguarded
from patients.regrading.regrade import regrade


def lock(course: Course) -> Course:
    """The course as it is now; nobody else enters anything for it until the commit."""
    return Course.objects.select_for_update().get(pk=course.pk)


def locked_courses(patient: Patient) -> list[Course]:
    """All courses of a patient, locked in a fixed order."""
    return list(Course.objects.select_for_update().filter(patient=patient).order_by("pk"))


def as_stored(row: AnyRow) -> AnyRow:
    """The row as it is stored now, after the lock."""
    return unguarded(type(row)).select_related("struck_out_by", "recorded_by").get(pk=row.pk)


def write_once(row: ClinicalRow, **fields: Any) -> None:
    """Fill fields that are empty and are written once: those of a strike-out, or of an end."""
    unguarded(type(row)).filter(pk=row.pk).update(**fields)
    for name, value in fields.items():
        setattr(row, name, value)


def now_after_last_grade(course: Course) -> datetime:
    """Now, and always after the last save, so that each has a moment of its own.

    A clock that steps back refuses no entry.
    """
    rows = unguarded(BoardRow).filter(course=course)
    board = rows.only("version", "digested_version", "updated_at").first()
    moments = [] if board is None else [board.updated_at]
    if board is None or not board.digests_hold:  # the last regrade may have left the row as it was
        grades = GradeRecord.objects.filter(course=course)
        last = grades.aggregate(computed=Max("computed_at"), superseded=Max("superseded_at"))
        moments += [at for at in last.values() if at is not None]
    return max([clock.now(), *(at + timedelta(microseconds=1) for at in moments)])


def regrade_locked(
    course: Course, *, entered: Sequence[Model], at: datetime | None = None
) -> list[GradeChange]:
    """Regrade a course that the caller has locked; `entered` is what was written, at `at`.

    The course is read anew: a time that is still as it was typed would be stored with the
    offset of its ward.
    """
    fresh = Course.objects.select_related("patient", "ward").get(pk=course.pk)
    moment = now_after_last_grade(fresh) if at is None else at
    return regrade(fresh, at=moment, entered=entered)
