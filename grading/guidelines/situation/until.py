"""A course as it was at a past moment: nothing that was entered for later, grades included."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import timedelta
from operator import attrgetter
from typing import Any

from grading.engine.result import Result, SystemGrades
from grading.local_rules import LocalRules
from grading.record import RECORD_FIELDS, Record
from grading.rules.systems import PRIMARY, grade_course, grade_record

_BY_TIME = attrgetter("elapsed")


@dataclass(frozen=True, slots=True)
class CourseGraded:
    """A record with its grades: those of each assessment, and the results of the whole course."""

    record: Record
    graded: Mapping[str, SystemGrades]
    of_course: Mapping[str, Result] = field(default_factory=dict)


def course_until(course: CourseGraded, now: timedelta, local: LocalRules) -> CourseGraded:
    """The course without what came later; itself where nothing did.

    Where a later entry is left out, the grades are those of the record that remains: a decision
    of a physician that was taken later changes none of them.
    """
    earlier = record_until(course.record, now)
    if earlier is course.record:
        return course
    graded = grade_record(earlier, local, PRIMARY)
    of_course = grade_course(earlier, graded, local) if course.of_course else {}
    return CourseGraded(earlier, graded, of_course)


def before_doses_of(record: Record, now: timedelta, local: LocalRules) -> CourseGraded:
    """The course as it was when the doses of a moment were decided: they are left out themselves.

    An assessment or a result of the same time is what they were decided by, and stays.
    """
    earlier = copy(record_until(record, now))
    earlier.doses = tuple(dose for dose in earlier.doses if dose.elapsed < now)
    graded = grade_record(earlier, local, PRIMARY)
    return CourseGraded(earlier, graded, grade_course(earlier, graded, local))


def record_until(record: Record, now: timedelta) -> Record:
    """The record without the entries of a later time; itself where there are none."""
    later = {
        name
        for name in RECORD_FIELDS.values()
        if (entries := getattr(record, name)) and entries[-1].elapsed > now
    }
    if not later:
        return record
    earlier = copy(record)
    for name in later:
        setattr(earlier, name, _until(getattr(record, name), now))
    return earlier


def _until(entries: tuple[Any, ...], now: timedelta) -> tuple[Any, ...]:
    return entries[: bisect_right(entries, now, key=_BY_TIME)]
