"""Who may write to a course now, at what moment, and its regrade under the lock."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max

from patients import clock
from patients.models import Course, GradeChange, GradeRecord, Patient, Ward
from patients.regrading.regrade import regrade


def lock(course: Course) -> Course:
    """The course as it is now; nobody else enters anything for it until the commit."""
    return Course.objects.select_for_update().get(pk=course.pk)


def locked_courses(patient: Patient) -> list[Course]:
    """All courses of a patient, locked in a fixed order."""
    return list(Course.objects.select_for_update().filter(patient=patient).order_by("pk"))


def moment(course: Course) -> datetime:
    """Now, never before what was last computed: a clock that steps back refuses no entry."""
    grades = GradeRecord.objects.filter(course=course)
    last = grades.aggregate(computed=Max("computed_at"), superseded=Max("superseded_at"))
    moments: list[datetime] = [moment for moment in last.values() if moment is not None]
    return max([clock.now(), *moments])


def regrade_now(course: Course) -> list[GradeChange]:
    """Regrade a course that the caller has locked.

    Read anew: a time still as it was typed would be kept with the offset of its ward.
    """
    fresh = Course.objects.select_related("patient", "ward").get(pk=course.pk)
    return regrade(fresh, at=moment(fresh), entered=True)


def regrade_open_courses(ward: Ward) -> None:
    """Bring the board rows of one ward up to date."""
    open_courses = Course.objects.select_for_update().filter(ward=ward, closed_at__isnull=True)
    for course in open_courses.order_by("pk"):
        regrade_now(course)
