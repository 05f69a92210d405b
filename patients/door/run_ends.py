"""The end of a run: checked under the lock, written once, and recognized when it is sent again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from patients.door.locks import as_stored, write_once
from patients.door.refusals import AlreadyStopped, Refused, WrongCourse
from patients.door.replays import become_stored_row, is_same_value
from patients.models import ClinicalRow, Course, Dose, User
from patients.models.clinical_row import CLOCK_TOLERANCE


@dataclass(frozen=True, slots=True)
class RunEnd:
    """A run, and the moment at which it ended."""

    run: Dose
    at: datetime


def is_repeat_or_refuse_end(end: RunEnd, course: Course, *, by: User) -> bool:
    """Whether this very end is stored already; the run then takes its values. False for a new one.

    Another end, or the same by somebody else, is refused, and so is the end of a run that does not
    count.
    """
    current = as_stored(end.run)
    if current.course_id != course.pk:
        raise WrongCourse("This run belongs to another patient's course.")
    recorded_at = current.end_recorded_at
    if current.ended_at is not None:
        at = not_before_start(end.at, current)
        if (
            recorded_at is None
            or by.pk != current.end_recorded_by_id
            or not is_same_value(at, current.ended_at, recorded_at)
        ):
            raise AlreadyStopped(current, newest_rate(current))
        become_stored_row(end.run, current)
        return True
    if not current.is_live():
        raise Refused("This dose was struck out or corrected. End the one that counts.")
    return False


def write_end(end: RunEnd, *, by: User, now: datetime) -> None:
    """Store the end of a run that has none yet."""
    at = not_before_start(end.at, end.run)
    if at < end.run.given_at:
        raise ValidationError({"ended_at": "The end of a dose cannot be before its start."})
    if at > now + CLOCK_TOLERANCE:
        raise ValidationError({"ended_at": "This time is still to come."})
    write_once(end.run, ended_at=at, end_recorded_at=now, end_recorded_by=by)


def not_before_start(at: datetime, run: Dose) -> datetime:
    """`at`, or the start of the run where both are in one minute: a form knows no seconds."""
    is_same_minute = _to_the_minute(at) == _to_the_minute(run.given_at)
    return max(at, run.given_at) if is_same_minute else at


def _to_the_minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def newest_rate(run: Dose) -> Dose | None:
    """The last run that changes of rate put in place of this one; None where none did."""
    newest = None
    while (following := next_rate(run if newest is None else newest)) is not None:
        newest = following
    return newest


def next_rate(run: Dose) -> Dose | None:
    """The run that counts with which a change of rate went on from this one."""
    if run.end_recorded_at is None or run.ended_at is None:
        return None
    started = Dose.objects.live().filter(
        course=run.course_id, agent=run.agent, given_at=run.ended_at
    )
    with_people = started.select_related("recorded_by", "end_recorded_by", "course", "replaces")
    return next((new for new in with_people.order_by("pk") if is_next_rate(new, run)), None)


def rate_before(run: Dose) -> Dose | None:
    """The run that counts which a change of rate ended where this one began."""
    ended = Dose.objects.live().filter(course=run.course_id, agent=run.agent, ended_at=run.given_at)
    return next((old for old in ended.order_by("pk") if is_next_rate(run, old)), None)


def is_next_rate(new: Any, run: Dose) -> bool:
    """Whether `new` is the run that a change of rate put in place of `run`.

    A change of rate ends one run and starts the next at one moment, in one transaction. A
    correction of either keeps to that.
    """
    if not isinstance(new, Dose) or new.pk == run.pk or run.ended_at is None:
        return False
    is_continued = (new.agent, new.given_at) == (run.agent, run.ended_at)
    return is_continued and run.end_recorded_at in moments_of_entry(new)


def moments_of_entry(row: ClinicalRow) -> list[datetime]:
    """When the row was entered, and when every row that it replaces was."""
    moments = [row.recorded_at]
    while row.replaces is not None:
        row = row.replaces
        moments.append(row.recorded_at)
    return moments
