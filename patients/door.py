"""The one door: everything that changes what a grade depends on comes through here.

Each way in locks the course, checks, writes, regrades once and commits together. On PostgreSQL
the lock is the course's row; on SQLite the transaction itself (IMMEDIATE) lets one writer in.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import Max, Q

from patients import clock
from patients.models import (
    AlreadyAmended,
    AlreadyEntered,
    AlreadyReplaced,
    AlreadyStopped,
    AlreadyStruckOut,
    ClinicalRow,
    Course,
    Dose,
    GradeChange,
    GradeRecord,
    Patient,
    Refused,
    User,
    Ward,
    WrongCourse,
)
from patients.models.clinical_row import CLOCK_TOLERANCE
from patients.models.guarded import unguarded
from patients.regrade import changes_at, regrade
from patients.turns import in_turn

AnyRow = TypeVar("AnyRow", bound=ClinicalRow)

NOT_TYPED = ("course", "recorded_at", "recorded_by", "replaces", "copied_from", "struck_out_by")
"""Fields that the door sets or checks itself."""
TAKEN_AS_NOW_WITHIN = timedelta(minutes=2)
"""A form takes now to the minute, and waits for the door: how far the two may lie apart."""


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


@in_turn()
def enter(course: Course, rows: list[ClinicalRow], *, by: User) -> list[GradeChange]:
    """Enter new rows on an open course, all or none. A row that is there already is left."""
    return _enter(lock(course), rows, by=by, even_closed=False)


def _enter(
    locked: Course, rows: list[ClinicalRow], *, by: User, even_closed: bool
) -> list[GradeChange]:
    for row in rows:
        _bring_in(row, locked)
    stored = _stored_already(rows)
    fresh = [row for row in rows if _is_new(row, stored.get(row.uid))]
    if not fresh:
        return _answer_again(locked, rows)
    if not even_closed:
        _refuse_closed(locked)
    now = moment(locked)
    for row in fresh:
        _prepare(row, by=by, now=now)
        row.insert()
    return regrade(locked, at=now, entered=True)


def _refuse_closed(course: Course) -> None:
    """Asked under the lock: a page that was opened before the course closed comes too late."""
    if not course.is_open():
        raise Refused("This course has been closed. Nothing was changed.")


def _bring_in(row: ClinicalRow, course: Course) -> None:
    """Put a row on this course, with its values in their own types."""
    if row.course_id is not None and row.course_id != course.pk:
        raise WrongCourse("This entry belongs to another patient's course.")
    row.course = course
    row.clean_fields(exclude=NOT_TYPED)
    row.fill_in()


def _stored_already(rows: list[ClinicalRow]) -> dict[UUID, ClinicalRow]:
    """Rows of these uids that exist, in one query for each kind."""
    return {
        stored.uid: stored
        for model in {type(row) for row in rows}
        for stored in unguarded(model).filter(
            uid__in=[row.uid for row in rows if type(row) is model]
        )
    }


def _is_new(row: ClinicalRow, stored: ClinicalRow | None) -> bool:
    """False for a replay; the same uid with other content is refused."""
    if stored is None:
        return True
    if stored.course_id != row.course_id:
        raise WrongCourse("This entry belongs to another patient's course.")
    if not _is_replay(row, stored):
        raise AlreadyEntered(stored=stored, attempted=row)
    _adopt(row, stored)
    return False


def _is_replay(row: ClinicalRow, stored: ClinicalRow) -> bool:
    """Whether the form that was stored says what this one says."""
    now, then = _as_stored(row), _as_stored(stored)
    if isinstance(stored, Dose) and stored.end_recorded_at is not None and now["ended_at"] is None:
        then["ended_at"] = None  # it was saved as a run that goes on, and ended since
    return all(_is_same(now[name], then[name], stored.recorded_at) for name in then)


def _is_same(fact: Any, stored: Any, recorded_at: datetime) -> bool:
    """Equal; or a time a little ahead of the clock, that was stored as the time of its arrival."""
    if not isinstance(fact, datetime) or not isinstance(stored, datetime):
        return bool(fact == stored)
    was_set_back = timedelta(0) <= recorded_at - stored < TAKEN_AS_NOW_WITHIN
    latest = recorded_at + CLOCK_TOLERANCE if was_set_back else stored
    return stored <= fact <= latest


def _as_stored(row: ClinicalRow) -> dict[str, Any]:
    """The entered facts in a form that compares."""
    facts = row.facts()
    return {name: list(fact) if isinstance(fact, tuple) else fact for name, fact in facts.items()}


def _adopt(row: ClinicalRow, stored: ClinicalRow) -> None:
    """Make a replayed row stand for the stored one."""
    for field in row._meta.concrete_fields:
        setattr(row, field.attname, getattr(stored, field.attname))
    row._state.adding = False


def _answer_again(course: Course, rows: Iterable[ClinicalRow]) -> list[GradeChange]:
    """What the first arrival of these rows was answered."""
    moments = sorted({row.recorded_at for row in rows})
    return [change for moment in moments for change in changes_at(course, moment)]


def _prepare(row: ClinicalRow, *, by: User, now: datetime) -> None:
    """Check one new row and sign it."""
    row.clean()
    if row.replaces is not None:
        _check_replaceable(row, row.replaces)
    row.recorded_at, row.recorded_by = now, by


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
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": "Say why this entry is struck out."})
    course = lock(row.course)
    current = _current(row)
    if current.struck_out_at is not None:
        if (current.struck_out_by_id, current.struck_out_reason) != (by.pk, reason):
            raise AlreadyStruckOut(current)
        _adopt(row, current)
        return changes_at(course, current.struck_out_at)
    first = _replacement_of(current)
    if first is not None:
        raise AlreadyReplaced(replaced=current, first=first, attempted=None)
    _refuse_closed(course)
    now = moment(course)
    _write_once(row, struck_out_at=now, struck_out_by=by, struck_out_reason=reason)
    return regrade(course, at=now, entered=True)


@in_turn()
def copy_to(
    row: ClinicalRow, course: Course, *, by: User, reason: str, uid: UUID
) -> tuple[list[GradeChange], list[GradeChange]]:
    """Strike a row out where it does not belong and enter it where it does; both stay linked.

    Returns the grades that changed here, and there.
    """
    if course.pk == row.course_id:
        raise WrongCourse("This entry stands on the chart of that patient already.")
    both = Course.objects.select_for_update().filter(pk__in=(row.course_id, course.pk))
    there = {locked.pk: locked for locked in both.order_by("pk")}[course.pk]
    current = _current(row)
    sent_twice = unguarded(type(row)).filter(Q(uid=uid, copied_from=row.pk)).exists()
    if current.struck_out_at is not None and not sent_twice:
        raise AlreadyStruckOut(current)
    if not there.is_open() and not sent_twice:
        raise Refused("The other course has been closed. Nothing was changed.")
    here = strike_out(row, by=by, reason=reason)
    return here, enter(there, [row.copy_for(there, uid)], by=by)


@in_turn()
def stop(dose: Dose, *, at: datetime, by: User) -> list[GradeChange]:
    """Record the end of a run, once; sent twice, it is answered twice."""
    course = lock(dose.course)
    current = _current(dose)
    if not current.is_live():
        raise Refused("This dose was struck out or corrected. End the one that counts.")
    if _to_the_minute(at) == _to_the_minute(current.given_at):
        at = max(at, current.given_at)  # a form knows no seconds
    if current.ended_at is not None:
        recorded_at = current.end_recorded_at
        if recorded_at is None or (at, by.pk) != (current.ended_at, current.end_recorded_by_id):
            raise AlreadyStopped(current)
        _adopt(dose, current)
        return changes_at(course, recorded_at)
    _refuse_closed(course)
    if at < current.given_at:
        raise ValidationError({"ended_at": "The end of a dose cannot be before its start."})
    now = moment(course)
    if at > now + CLOCK_TOLERANCE:
        raise ValidationError({"ended_at": "This time is still to come."})
    _write_once(dose, ended_at=at, end_recorded_at=now, end_recorded_by=by)
    return regrade(course, at=now, entered=True)


def _to_the_minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _write_once(row: ClinicalRow, **fields: Any) -> None:
    unguarded(type(row)).filter(pk=row.pk).update(**fields)
    for name, value in fields.items():
        setattr(row, name, value)


def admit(patient: Patient, course: Course, *, by: User, reason: str = "admitted") -> Course:
    """Open a course, for a new patient or one who was here before; a replay opens nothing."""
    try:
        with in_turn():
            return _admit(patient, course, by=by, reason=reason)
    except IntegrityError as taken:
        if (stored := _admitted(course)) is not None:
            return stored
        raise Refused(
            "Somebody admitted this patient at the same moment. Find the patient by the MRN."
        ) from taken


def _admitted(course: Course) -> Course | None:
    """The course that this very form opened before."""
    return Course.objects.select_related("patient", "ward").filter(uid=course.uid).first()


def _admit(patient: Patient, course: Course, *, by: User, reason: str) -> Course:
    if (stored := _admitted(course)) is not None:
        return stored
    if patient._state.adding:
        patient.full_clean()
    _open(patient, course, by=by, reason=reason)
    regrade_now(course)
    return course


@in_turn()
def admit_with(
    patient: Patient, course: Course, rows: list[ClinicalRow], *, by: User, reason: str
) -> list[GradeChange]:
    """Open a course together with entries that were made elsewhere; graded once.

    The name of a new patient may be unknown.
    """
    if patient._state.adding:
        patient.full_clean(exclude=[] if patient.family_name else ["family_name"])
    _open(patient, course, by=by, reason=reason)
    return _enter(lock(course), rows, by=by, even_closed=True) if rows else regrade_now(course)


def _open(patient: Patient, course: Course, *, by: User, reason: str) -> None:
    """Write a course, and its patient where new; the caller grades it."""
    if patient._state.adding:
        patient.write_with_history(by=by, reason=reason)
    else:
        patient = Patient.objects.select_for_update().get(pk=patient.pk)
    course.patient = patient
    course.time_zone = course.time_zone or course.ward.time_zone
    course.full_clean()
    course.write_with_history(by=by, reason=reason)


def amend_course(
    course: Course,
    *,
    by: User,
    reason: str,
    changes: dict[str, Any],
    since: int | None = None,
) -> list[GradeChange]:
    """Change a course with a reason, kept in its history."""
    try:
        with in_turn():
            locked = lock(course)
            if not stands_already(locked, changes, since):
                _change(locked, by=by, reason=reason, changes=changes)
            for name in changes:
                setattr(course, name, getattr(locked, name))
            return regrade_now(locked)
    except IntegrityError as taken:
        raise Refused("This patient already has an open course.") from taken


@in_turn()
def amend_patient(
    patient: Patient,
    *,
    by: User,
    reason: str,
    changes: dict[str, Any],
    since: int | None = None,
) -> list[GradeChange]:
    """Change a patient with a reason, kept in the history, and regrade every course."""
    courses = locked_courses(patient)
    fresh = Patient.objects.select_for_update().get(pk=patient.pk)
    if not stands_already(fresh, changes, since):
        _change(fresh, by=by, reason=reason, changes=changes)
    for name in changes:
        setattr(patient, name, getattr(fresh, name))
    return [change for course in courses for change in regrade_now(course)]


def stands_already(thing: Course | Patient, changes: dict[str, Any], since: int | None) -> bool:
    """False where it is still as the person saw it; True for a form sent twice.

    Refused where somebody else was first.
    """
    if since is None or thing.version() == since:
        return False
    if all(getattr(thing, name) == value for name, value in changes.items()):
        return True
    latest = thing.history.select_related("history_user").latest("history_id")
    raise AlreadyAmended(thing=thing, changes=changes, latest=latest)


def _change(thing: Course | Patient, *, by: User, reason: str, changes: dict[str, Any]) -> None:
    if not reason.strip():
        raise ValidationError({"reason": "Say why this is changed."})
    if fixed := sorted(set(changes) - thing.AMENDABLE):
        raise ValueError(f"{', '.join(fixed)} cannot be amended")
    for name, value in changes.items():
        setattr(thing, name, value)
    thing.full_clean()
    thing.write_with_history(by=by, reason=reason.strip())
