"""Enter, strike out, copy and stop clinical rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q

from patients.door.allowed import check_act, check_copy, check_entry
from patients.door.locks import lock, now_after_last_grade
from patients.door.refusals import (
    AlreadyReplaced,
    AlreadyStopped,
    AlreadyStruckOut,
    Refused,
    WrongCourse,
)
from patients.door.replays import (
    become_stored_row,
    first_answer,
    is_repeat_or_refuse,
    is_same_value,
    refuse_other_rows,
    stored_rows,
)
from patients.models import ClinicalRow, Course, Dose, GradeChange, User
from patients.models.clinical_row import CLOCK_TOLERANCE, AnyRow
from patients.models.guarded import unguarded
from patients.permissions import courses_visible_to
from patients.regrading.regrade import changes_at, regrade
from patients.rights import STOP, STRIKE_OUT
from patients.write_queue import in_turn

NOT_TYPED = ("course", "recorded_at", "recorded_by", "replaces", "copied_from", "struck_out_by")
"""Fields that the door sets or checks itself."""


@in_turn()
def enter(
    course: Course, rows: Sequence[ClinicalRow], *, by: User, of_form: Sequence[UUID] = ()
) -> list[GradeChange]:
    """Enter new rows on an open course, all or none, and regrade once.

    A row that is stored already is left as it is. `of_form` are the uids of all rows that the
    form could make: if one is stored, the form was saved before, and has to make the same rows.
    Returns the grades that changed.
    """
    locked = lock(course)
    check_entry(locked, rows, by=by)
    return enter_locked(locked, rows, by=by, even_closed=False, of_form=of_form)


def enter_locked(
    locked: Course,
    rows: Sequence[ClinicalRow],
    *,
    by: User,
    even_closed: bool,
    of_form: Sequence[UUID] = (),
) -> list[GradeChange]:
    """`enter`, on a course that the caller has locked, by somebody who has the right to it."""
    for row in rows:
        if row.course_id is not None and row.course_id != locked.pk:
            raise WrongCourse("This entry belongs to another patient's course.")
        row.course = locked
        row.clean_fields(exclude=NOT_TYPED)
        row.fill_in()
    if of_form:
        refuse_other_rows(rows, of_form)
    stored = stored_rows(rows)
    new_rows = [row for row in rows if not is_repeat_or_refuse(row, stored.get(row.uid))]
    if not new_rows:
        return first_answer(locked, rows)
    if not even_closed:
        _refuse_closed(locked)
    now = now_after_last_grade(locked)
    for row in new_rows:
        row.clean()
        if row.replaces is not None:
            _check_replaceable(row, row.replaces)
        row.recorded_at, row.recorded_by = now, by
        row.insert()
    return regrade(locked, at=now, entered=new_rows)


def _refuse_closed(course: Course) -> None:
    """Refuse a closed course: a page may have been opened before the course was closed."""
    if not course.is_open():
        raise Refused("This course has been closed. Nothing was changed.")


def _check_replaceable(row: ClinicalRow, old: ClinicalRow) -> None:
    if old.course_id != row.course_id:
        raise WrongCourse("A correction must stay with the same patient's course.")
    current = _current(old)
    if current.struck_out_at is not None:
        raise AlreadyStruckOut(current)
    first = _replacement_of(current)
    if first is not None:
        raise AlreadyReplaced(replaced=current, first=first, attempted=row)


def _current(row: AnyRow) -> AnyRow:
    """The row as it is stored now, after the lock."""
    return unguarded(type(row)).select_related("struck_out_by", "recorded_by").get(pk=row.pk)


def _replacement_of(row: ClinicalRow) -> ClinicalRow | None:
    return unguarded(type(row)).select_related("recorded_by").filter(Q(replaces=row.pk)).first()


@in_turn()
def strike_out(row: ClinicalRow, *, by: User, reason: str) -> list[GradeChange]:
    """Mark a row as entered in error, once, with the reason; sent twice, it is answered twice."""
    course = lock(row.course)
    check_act(STRIKE_OUT, course, by=by)
    return _strike_out(row, course, by=by, reason=reason, copied=None)


def _strike_out(
    row: ClinicalRow, course: Course, *, by: User, reason: str, copied: tuple[UUID, int] | None
) -> list[GradeChange]:
    """Strike out a row of a locked course; `copied` are the uid and the course of its copy."""
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": "Say why this entry is struck out."})
    current = _current(row)
    if current.struck_out_at is not None:
        copies = unguarded(type(row)).filter(Q(copied_from=row.pk))
        before = copies.values_list("uid", "course_id").first()
        struck_out = (current.struck_out_by_id, current.struck_out_reason, before)
        if struck_out != (by.pk, reason, copied):
            raise AlreadyStruckOut(current)
        become_stored_row(row, current)
        return changes_at(course, current.struck_out_at)
    first = _replacement_of(current)
    if first is not None:
        raise AlreadyReplaced(replaced=current, first=first, attempted=None)
    _refuse_closed(course)
    now = now_after_last_grade(course)
    _write_once(row, struck_out_at=now, struck_out_by=by, struck_out_reason=reason)
    return regrade(course, at=now, entered=[row])


@in_turn()
def copy_to(
    row: ClinicalRow, course: Course, *, by: User, reason: str, uid: UUID
) -> tuple[list[GradeChange], list[GradeChange]]:
    """Strike a row out where it does not belong and enter it where it does; both stay linked.

    Returns the grades that changed here, and there; sent twice, it is answered twice, also to
    somebody who does not see the other course any more, without its grades.
    """
    if course.pk == row.course_id:
        raise WrongCourse("This entry stands on the chart of that patient already.")
    both = Course.objects.select_for_update().filter(pk__in=(row.course_id, course.pk))
    locked = {course.pk: course for course in both.order_by("pk")}
    here, there = locked[row.course_id], locked[course.pk]
    copied = (uid, there.pk)
    if _current(row).struck_out_at is not None:
        check_act(STRIKE_OUT, here, by=by)
        changes = _strike_out(row, here, by=by, reason=reason, copied=copied)
        is_visible = courses_visible_to(by).filter(pk=there.pk).exists()
        copies = unguarded(type(row)).filter(uid=uid)
        return changes, first_answer(there, copies) if is_visible else []
    check_copy(here, there, row, by=by)
    if not there.is_open():
        raise Refused("The other course has been closed. Nothing was changed.")
    changes = _strike_out(row, here, by=by, reason=reason, copied=copied)
    copy = row.copy_for(there, uid)
    return changes, enter_locked(there, [copy], by=by, even_closed=False)


@in_turn()
def stop(dose: Dose, *, at: datetime, by: User) -> list[GradeChange]:
    """Record the end of a run, once; sent twice, it is answered twice."""
    course = lock(dose.course)
    check_act(STOP, course, by=by)
    current = _current(dose)
    if _to_the_minute(at) == _to_the_minute(current.given_at):
        at = max(at, current.given_at)  # a form knows no seconds
    if current.ended_at is not None:
        recorded_at = current.end_recorded_at
        if (
            recorded_at is None
            or by.pk != current.end_recorded_by_id
            or not is_same_value(at, current.ended_at, recorded_at)
        ):
            raise AlreadyStopped(current)
        become_stored_row(dose, current)
        return changes_at(course, recorded_at)
    if not current.is_live():
        raise Refused("This dose was struck out or corrected. End the one that counts.")
    _refuse_closed(course)
    if at < current.given_at:
        raise ValidationError({"ended_at": "The end of a dose cannot be before its start."})
    now = now_after_last_grade(course)
    if at > now + CLOCK_TOLERANCE:
        raise ValidationError({"ended_at": "This time is still to come."})
    _write_once(dose, ended_at=at, end_recorded_at=now, end_recorded_by=by)
    return regrade(course, at=now, entered=[dose])


def _to_the_minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _write_once(row: ClinicalRow, **fields: Any) -> None:
    unguarded(type(row)).filter(pk=row.pk).update(**fields)
    for name, value in fields.items():
        setattr(row, name, value)
