"""Change a patient, a course or a ward; every course that it touches is graded anew."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import Max, Min

from grading.measures import FURTHEST_FROM_INFUSION
from patients import clock
from patients.door.allowed import check_amendment
from patients.door.locks import lock, locked_courses, now_after_last_grade, regrade_locked
from patients.door.refusals import AlreadyAmended, Refused
from patients.door.replays import is_same_value
from patients.models import CLINICAL_MODELS, Course, GradeChange, Outcome, Patient, User, Ward
from patients.models.clinical_row import CLOCK_TOLERANCE
from patients.regrading.above_zero import GradeAboveZero, grades_above_zero, grades_in_words
from patients.words.change_words import differing
from patients.write_queue import in_turn

ADMITTED = "+"
"""The type of the line in a history with which a patient or a course begins."""

NO_SUCH_VERSION = (
    "The page had lost which version it changes. Nothing was saved now. "
    "Open it again from the chart."
)


def amend(
    thing: Course | Patient,
    *,
    by: User,
    reason: str,
    changes: dict[str, Any],
    since: int | None = None,
) -> list[GradeChange]:
    """Change a course or a patient with a reason, kept in the history; returns what changed.

    `since` is the version on the form; the change is refused if the version is another one now.
    """
    if fixed := sorted(set(changes) - thing.AMENDABLE):
        raise ValueError(f"{', '.join(fixed)} cannot be amended")
    if isinstance(thing, Patient):
        return _amend_patient(thing, by=by, reason=reason, changes=changes, since=since)
    return _amend_course(thing, by=by, reason=reason, changes=changes, since=since)


def _amend_course(
    course: Course,
    *,
    by: User,
    reason: str,
    changes: dict[str, Any],
    since: int | None,
) -> list[GradeChange]:
    try:
        with in_turn():
            locked = lock(course)
            is_repeat = is_repeated_change(locked, changes, since, by=by, reason=reason)
            at = now_after_last_grade(locked)
            if not is_repeat:
                check_amendment(locked, changes, by=by, ward_ids={locked.ward_id})
                _refuse_move_of_closed(locked, changes)
                _refuse_far_from_rows(locked, changes.get("infused_at"))
                _refuse_closing_without_reason(locked, changes)
                _refuse_going_home(locked, changes)
                _change(locked, by=by, reason=reason, changes=changes, at=at)
            for name in changes:
                setattr(course, name, getattr(locked, name))
            return [] if is_repeat else regrade_locked(locked, entered=[locked], at=at)
    except IntegrityError as taken:
        raise Refused("This patient already has an open course.") from taken


def _refuse_move_of_closed(course: Course, changes: dict[str, Any]) -> None:
    if not course.is_open() and changes.keys() & {"ward", "bed"}:
        raise Refused("This course is closed. Only an open one is moved.")


def _refuse_closing_without_reason(course: Course, changes: dict[str, Any]) -> None:
    """Refuse to close above grade 0 unless it is said why; a death is a reason of its own."""
    if changes.get("closed_at") is None or not course.is_open():
        return
    if changes.get("outcome") == Outcome.DIED or (changes.get("closing_reason") or "").strip():
        return
    if high := grades_above_zero(course):
        raise ValidationError({"closing_reason": why_closed(high)})


def _refuse_going_home(course: Course, changes: dict[str, Any]) -> None:
    """Refuse to send home where the course is closed, or at a time that is still to come."""
    at: datetime | None = changes.get("home_since")
    if "home_since" in changes and not course.is_open():
        raise Refused("This course is closed. A physician can reopen it.")
    if at is not None and at > clock.now() + CLOCK_TOLERANCE:
        raise ValidationError({"home_since": "This time is still to come. Enter it once it is."})


def why_closed(high: list[GradeAboveZero]) -> str:
    """The sentence that asks for the reason."""
    return f"{grades_in_words(high)} now: say why the course is closed above grade 0."


def _refuse_far_from_rows(course: Course, infused_at: datetime | None) -> None:
    """Refuse an infusion more than 30 years from an entry: no document could hold both."""
    if infused_at is None or infused_at == course.infused_at:
        return
    models: tuple[Any, ...] = CLINICAL_MODELS
    for model in models:
        times = (model.entry_kind.time_field, *model.other_times)
        limits = [limit(name) for name in times for limit in (Min, Max)]
        ends = model.objects.filter(course=course).aggregate(*limits)
        if any(at and abs(at - infused_at) > FURTHEST_FROM_INFUSION for at in ends.values()):
            text = f"An entry ({model.entry_kind.noun}) lies more than 30 years from this infusion."
            raise ValidationError({"infused_at": f"{text} Check the date."})


@in_turn()
def _amend_patient(
    patient: Patient,
    *,
    by: User,
    reason: str,
    changes: dict[str, Any],
    since: int | None,
) -> list[GradeChange]:
    courses = locked_courses(patient)
    fresh = Patient.objects.select_for_update().get(pk=patient.pk)
    is_repeat = is_repeated_change(fresh, changes, since, by=by, reason=reason)
    at = max((now_after_last_grade(course) for course in courses), default=clock.now())
    if not is_repeat:
        ward_ids = {course.ward_id for course in courses}
        check_amendment(fresh, changes, by=by, ward_ids=ward_ids)
        _change(fresh, by=by, reason=reason, changes=changes, at=at)
    for name in changes:
        setattr(patient, name, getattr(fresh, name))
    if is_repeat:
        return []
    return [
        change for course in courses for change in regrade_locked(course, entered=[fresh], at=at)
    ]


def is_repeated_change(
    thing: Course | Patient,
    changes: dict[str, Any],
    since: int | None,
    *,
    by: User,
    reason: str,
) -> bool:
    """Whether the same form was saved before: `by` was the first to change version `since`, to
    these values and for this reason, whatever others changed later.

    Where it was changed otherwise since, the change is refused.
    """
    if since is None or thing.version() == since:
        return False
    lines = thing.history.select_related("history_user").order_by("history_id")
    first, latest = lines.filter(history_id__gt=since).first(), lines.last()
    if first is None or first.history_type == ADMITTED:
        raise Refused(NO_SUCH_VERSION)
    is_own = first.history_user_id == by.pk
    if is_own and first.history_change_reason == reason.strip() and _holds(first, changes):
        return True
    line = first if is_own else latest
    raise AlreadyAmended(thing=thing, changes=changes, reason=reason, line=line, is_own=is_own)


def _holds(line: Any, changes: dict[str, Any]) -> bool:
    """Whether a line of the history has these values."""
    different = differing(line, changes).values()
    return all(is_same_value(value, stored, line.history_date) for stored, value in different)


def _change(
    thing: Course | Patient, *, by: User, reason: str, changes: dict[str, Any], at: datetime
) -> None:
    """Write the change; its line in the history carries the moment of the grades it changes."""
    if not reason.strip():
        raise ValidationError({"reason": "Say why this is changed."})
    for name, value in changes.items():
        setattr(thing, name, value)
    thing.full_clean()
    thing.write_with_history(by=by, reason=reason.strip(), at=at)


@in_turn()
def save_ward(ward: Ward) -> Ward:
    """Store a ward; the due times of its patients follow."""
    ward.write()
    open_courses = Course.objects.select_for_update().filter(ward=ward, closed_at__isnull=True)
    for course in open_courses.order_by("pk"):
        regrade_locked(course, entered=[ward])
    return ward
