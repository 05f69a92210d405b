"""Enter, strike out and copy clinical rows."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q

from patients.door.allowed import check_copy, check_entry, check_strike_out
from patients.door.confirmations import note_confirmations
from patients.door.locks import as_stored, lock, now_after_last_grade, write_once
from patients.door.refusals import (
    AlreadyReplaced,
    AlreadyStruckOut,
    Refused,
    WrongCourse,
)
from patients.door.replays import (
    become_stored_row,
    first_answer,
    is_repeat_or_refuse,
    refuse_other_rows,
    stored_rows,
)
from patients.door.run_ends import RunEnd, is_repeat_or_refuse_end, write_end
from patients.models import ClinicalRow, Course, GradeChange, User
from patients.models.guarded import unguarded
from patients.permissions import courses_visible_to
from patients.regrading.regrade import changes_at, regrade
from patients.write_queue import in_turn

NOT_TYPED = (
    "course",
    "recorded_at",
    "recorded_by",
    "replaces",
    "copied_from",
    "struck_out_by",
    "handwriting",
)
"""Fields that the door sets or checks itself."""


@in_turn()
def enter(
    course: Course,
    rows: Sequence[ClinicalRow],
    *,
    by: User,
    of_form: Sequence[UUID] = (),
    ends: Sequence[RunEnd] = (),
) -> list[GradeChange]:
    """Enter new rows on an open course, and the ends of runs, all or none, and regrade once.

    A row that is stored already is left as it is. `of_form` are the uids of all rows that the
    form could make: if one is stored, the form was saved before, and has to make the same rows.
    Returns the grades that changed.
    """
    locked = lock(course)
    note_confirmations(locked, rows, by=by)
    check_entry(locked, rows, by=by, ends_runs=bool(ends))
    return enter_locked(locked, rows, by=by, even_closed=False, of_form=of_form, ends=ends)


def enter_locked(
    locked: Course,
    rows: Sequence[ClinicalRow],
    *,
    by: User,
    even_closed: bool,
    of_form: Sequence[UUID] = (),
    ends: Sequence[RunEnd] = (),
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
    new_ends = [end for end in ends if not is_repeat_or_refuse_end(end, locked, by=by)]
    if not new_rows and not new_ends:
        return first_answer(locked, rows, [end.run for end in ends])
    if not even_closed:
        _refuse_closed(locked)
    now = now_after_last_grade(locked)
    for row in new_rows:
        row.clean()
        if row.replaces is not None:
            _check_replaceable(row, row.replaces)
        row.recorded_at, row.recorded_by = now, by
        row.insert()
    for end in new_ends:
        write_end(end, by=by, now=now)
    return regrade(locked, at=now, entered=[*new_rows, *(end.run for end in new_ends)])


def _refuse_closed(course: Course) -> None:
    """Refuse a closed course: a page may have been opened before the course was closed."""
    if not course.is_open():
        raise Refused("This course has been closed. Nothing was changed.")


def _check_replaceable(row: ClinicalRow, old: ClinicalRow) -> None:
    if old.course_id != row.course_id:
        raise WrongCourse("A correction must stay with the same patient's course.")
    current = as_stored(old)
    if current.struck_out_at is not None:
        raise AlreadyStruckOut(current)
    first = _replacement_of(current)
    if first is not None:
        raise AlreadyReplaced(replaced=current, first=first, attempted=row)


def _replacement_of(row: ClinicalRow) -> ClinicalRow | None:
    return unguarded(type(row)).select_related("recorded_by").filter(Q(replaces=row.pk)).first()


@in_turn()
def strike_out(row: ClinicalRow, *, by: User, reason: str) -> list[GradeChange]:
    """Mark a row as entered in error, once, with the reason; sent twice, it is answered twice."""
    course = lock(row.course)
    check_strike_out(row, course, by=by)
    return _strike_out(row, course, by=by, reason=reason, copied=None)


def _strike_out(
    row: ClinicalRow, course: Course, *, by: User, reason: str, copied: tuple[UUID, int] | None
) -> list[GradeChange]:
    """Strike out a row of a locked course; `copied` are the uid and the course of its copy."""
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": "Say why this entry is struck out."})
    current = as_stored(row)
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
    write_once(row, struck_out_at=now, struck_out_by=by, struck_out_reason=reason)
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
    if as_stored(row).struck_out_at is not None:
        check_strike_out(row, here, by=by)
        changes = _strike_out(row, here, by=by, reason=reason, copied=copied)
        is_visible = courses_visible_to(by).filter(pk=there.pk).exists()
        copies = unguarded(type(row)).filter(uid=uid)
        return changes, first_answer(there, copies) if is_visible else []
    copy = row.copy_for(there, uid)
    note_confirmations(there, [copy], by=by)
    check_copy(here, there, copy, by=by)
    if not there.is_open():
        raise Refused("The other course has been closed. Nothing was changed.")
    changes = _strike_out(row, here, by=by, reason=reason, copied=copied)
    return changes, enter_locked(there, [copy], by=by, even_closed=False)
