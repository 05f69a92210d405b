"""The words of what somebody has just saved on a course, read back from what is stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from grading.kinds import LAB_RESULT
from patients.door.amendments import ADMITTED
from patients.door.run_ends import is_next_rate
from patients.models import (
    MODELS_BY_KIND,
    ClinicalRow,
    Course,
    Dose,
    GradeChange,
    Patient,
    User,
)
from patients.permissions import courses_visible_to
from patients.regrading.regrade import changes_at
from patients.words import change_words, entry_words, wording
from patients.words.late import late_in_words


@dataclass(frozen=True, slots=True)
class Receipt:
    """What one person saved at one moment, in words, and the grades of the course it changed."""

    what: str
    changes: list[GradeChange]
    is_admission: bool = False
    rows: tuple[ClinicalRow, ...] = ()
    """The rows that were entered, and the runs that were ended without another rate."""


def receipt_of_entries(course: Course, *, by: User, at: datetime) -> Receipt | None:
    """What `by` entered, struck out or ended on the course at that moment; None where nothing."""
    lines: list[str] = []
    saved: list[ClinicalRow] = []
    for model in MODELS_BY_KIND.values():
        rows = _written(model, course, by, at)
        lines += _lines(model, rows, by, at)
        saved += (row for row in rows if row.struck_out_at != at)
    if not lines:
        return None
    entered = [row for row in saved if row.recorded_at == at] or saved
    return Receipt("; ".join(lines), changes_at(course, at), rows=tuple(entered))


def _written(model: Any, course: Course, by: User, at: datetime) -> list[Any]:
    """The rows of one kind that were written at that moment."""
    written = Q(recorded_at=at, recorded_by=by) | Q(struck_out_at=at, struck_out_by=by)
    if model is Dose:
        written |= Q(end_recorded_at=at, end_recorded_by=by)
    rows = list(model.objects.filter(written, course=course).order_by("pk"))
    for row in rows:
        row.course = course
    return rows


def _lines(model: Any, rows: list[Any], by: User, at: datetime) -> Iterator[str]:
    """The rows of one kind, each in words."""
    entered = [row for row in rows if row.recorded_at == at and row.recorded_by_id == by.pk]
    for row in entered:
        row.recorded_by = by
    ended = [
        row
        for row in rows
        if isinstance(row, Dose) and row.end_recorded_at == at and row.recorded_at <= at
    ]
    before = {new.pk: run for new in entered for run in ended if is_next_rate(new, run)}
    headlines = [_with_rate_before(row, before.get(row.pk)) for row in entered]
    if model is MODELS_BY_KIND[LAB_RESULT] and headlines:
        yield ", ".join(headline.rpartition(",")[0] for headline in headlines)
    else:
        yield from headlines
    for row in rows:
        if isinstance(row, Dose) and row in ended and row not in (*entered, *before.values()):
            ended_at = wording.long_date_and_time(
                row.at if row.ended_at is None else row.ended_at, row.course.zone
            )
            yield f"{wording.words(row.agent)} ended {ended_at}"
        if row.struck_out_at == at:
            yield _struck_out(row, by)


def _with_rate_before(row: ClinicalRow, run: Dose | None) -> str:
    """The headline of an entry, how late it was made, and the rate before it, which `run` had."""
    late = late_in_words(row)
    headline = f"{entry_words.headline(row)}, {late}" if late else entry_words.headline(row)
    return headline if run is None else f"{headline}, before {wording.amount(run.amount, run.unit)}"


def _struck_out(row: ClinicalRow, by: User) -> str:
    """The entry struck out, what follows for the one it corrected, and where it was copied to."""
    words = f"struck out: {entry_words.headline(row)}"
    if row.replaces is not None:
        words = f"{words}, and the entry that it corrected does not count again"
    model: Any = type(row)
    copy = model.objects.filter(copied_from=row.pk).first()
    right = None if copy is None else courses_visible_to(by).filter(pk=copy.course_id).first()
    if right is not None:
        words = f"{words}; entered on the chart of {right.patient.display_name}"
    return words


def receipt_of_admission(course: Course, *, by: User) -> Receipt | None:
    """Whom `by` admitted with this course; None where somebody else did."""
    if not course.history.filter(history_type=ADMITTED, history_user=by.pk).exists():
        return None
    admitted = f"{course.patient.display_name}, {course.ward.name}"
    return Receipt(admitted, [], is_admission=True)


def receipt_of_change(
    course: Course, thing: Course | Patient, *, by: User, since: int
) -> Receipt | None:
    """What `by` did to the course or its patient as the first change after version `since`."""
    lines = thing.history.filter(history_id__gt=since).order_by("history_id")
    line = lines.first()
    if line is None or line.history_user_id != by.pk or line.history_type == ADMITTED:
        return None
    return Receipt(_done(thing, line), changes_at(course, line.history_date))


def _done(thing: Course | Patient, line: Any) -> str:
    """What a line of the history did: closed, reopened, moved where to, or corrected what."""
    before = thing.history.filter(history_id__lt=line.history_id).order_by("history_id").last()
    if before is None:
        return "corrected"
    if isinstance(thing, Course) and (before.closed_at is None) != (line.closed_at is None):
        return "reopened" if line.closed_at is None else "closed"
    changed = {name for name in thing.AMENDABLE if getattr(before, name) != getattr(line, name)}
    if isinstance(thing, Course) and changed <= {"ward", "bed"}:
        return f"moved to {line.ward}, bed {line.bed or wording.DASH}"
    return f"corrected: {', '.join(sorted(map(change_words.label, changed)))}"
