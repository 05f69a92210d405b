"""Locks on a course, the time of an entry, and the regrade under the lock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Max, Model

from patients import clock
from patients.models import Course, GradeChange, Patient
from patients.regrading.regrade import regrade


def lock(course: Course) -> Course:
    """The course as it is now; nobody else enters anything for it until the commit."""
    return Course.objects.select_for_update().get(pk=course.pk)


def locked_courses(patient: Patient) -> list[Course]:
    """All courses of a patient, locked in a fixed order."""
    return list(Course.objects.select_for_update().filter(patient=patient).order_by("pk"))


def now_after_last_grade(course: Course) -> datetime:
    """Now, and always after the last save, so that each has a moment of its own.

    A clock that steps back refuses no entry.
    """
    last = Course.objects.filter(pk=course.pk).aggregate(
        saved=Max("board_row__updated_at"),
        computed=Max("grades__computed_at"),
        superseded=Max("grades__superseded_at"),
    )
    moments: list[datetime] = [at for at in last.values() if at is not None]
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
