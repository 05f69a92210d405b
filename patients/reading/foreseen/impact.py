"""The grades that a correction would change, before it is confirmed. Nothing is written."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from grading.rules.systems import SYSTEMS
from patients.models import Course, GradeChange, Patient
from patients.regrading.regrade import foresee
from patients.words import change_words, wording
from patients.words.early_signs import early_signs_in_words
from patients.words.grades import grade_in_short


@dataclass(frozen=True, slots=True)
class ChangedGrade:
    """One grade that would change."""

    time: str
    system: str
    was: str
    would_be: str
    day: str


@dataclass(frozen=True, slots=True)
class Impact:
    """The grades that a correction would change. `key` names exactly these, to be confirmed."""

    values: list[tuple[str, str, str]]
    day: str
    lines: list[ChangedGrade]
    same_grade: int
    elsewhere: int
    key: str


def impact_of(
    thing: Course | Patient,
    different: Mapping[str, tuple[Any, Any]],
    *,
    course: Course,
    visible: Iterable[int],
    now: datetime,
) -> Impact:
    """Grade every course concerned as it would be; `course` is the one whose page this is."""
    changed = copy.copy(thing)
    for name, (_, wanted) in different.items():
        setattr(changed, name, wanted)
    changed.full_clean()
    shown: list[ChangedGrade] = []
    elsewhere = 0
    for concerned in _concerned(changed):
        changes = foresee(concerned, at=now)
        if concerned.pk in visible:
            shown.extend(_line(change, concerned) for change in changes)
        else:
            elsewhere += len(changes)
    lines = [line for line in shown if line.was != line.would_be]
    values = change_words.changes_in_words(different, course.zone)
    parts = [str(thing.version()), repr(values), repr(shown), str(elsewhere)]
    return Impact(
        values=values,
        day=_day(course, changed, now),
        lines=lines,
        same_grade=len(shown) - len(lines),
        elsewhere=elsewhere,
        key=hashlib.sha256("|".join(parts).encode()).hexdigest()[:24],
    )


def _concerned(changed: Course | Patient) -> list[Course]:
    """The courses that would be graded anew, as they would be."""
    if isinstance(changed, Course):
        return [changed]
    courses = list(changed.courses.select_related("ward").order_by("infused_at"))
    for course in courses:
        course.patient = changed
    return courses


def _line(change: GradeChange, course: Course) -> ChangedGrade:
    was, would_be = (
        wording.DASH if record is None else grade_in_short(record)
        for record in (change.before, change.after)
    )
    would_be = early_signs_in_words(change.early_signs) or would_be
    return ChangedGrade(
        time=wording.short_date_and_time(change.applies_at, course.zone),
        system=SYSTEMS[change.system].name,
        was=was,
        would_be=would_be,
        day=wording.day(course.day(change.applies_at)),
    )


def _day(course: Course, changed: Course | Patient, now: datetime) -> str:
    """The day of the course today before and after the change; empty where it stays."""
    if not isinstance(changed, Course) or changed.day(now) == course.day(now):
        return ""
    would_be, is_now = wording.day(changed.day(now)), wording.day(course.day(now))
    return f"Today would be {would_be} instead of {is_now}."
