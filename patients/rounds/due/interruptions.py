"""The acts that interrupt a round: a patient leaves the ward and is back, a part was not done.

Each is stored once by the uid of its form, under the lock of the course; a second nurse is told
what stands. What was entered in error is withdrawn with a reason, never deleted.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from patients import clock
from patients.door.allowed import check_act
from patients.door.locks import regrade_locked
from patients.door.refusals import Overtaken, Refused, UnusableNumber
from patients.models import Course, User
from patients.models.clinical_row import CLOCK_TOLERANCE
from patients.rights import ENTER
from patients.rounds.due.rounds_now import round_of
from patients.rounds.due.rows import store_not_done, store_pauses
from patients.rounds.models import Omission, Pause, RoundRow
from patients.rounds.models.kept import Withdrawable
from patients.rounds.rules.clocks import (
    Clock,
    DueState,
    NotDoneReason,
    PauseReason,
)
from patients.rounds.writing import holding, insert, raise_version, write_fields
from patients.words import wording

LONGEST_PAUSE = timedelta(hours=12)
"""Inclusive, local: while somebody is away nothing is due, so each shift enters it anew."""
CLOSED = "This course is closed: nothing is due. A physician can reopen it."


def leave_ward(row: Pause, *, lasting: timedelta | None, by: User) -> datetime:
    """Store that the patient is away; gives the moment with which it is signed.

    Without `from_at` the patient leaves now; `lasting` stands in place of `until_at`.
    """
    with holding(row.course) as (course, at):
        check_act(ENTER, course, by=by)
        first = Pause.objects.filter(uid=row.uid).first()
        row.from_at = row.from_at or (clock.now() if first is None else first.from_at)
        if lasting is not None:
            row.until_at = row.from_at + lasting
        if (before := _sent_before(row, by, ("reason", "note", "from_at", "until_at"))) is not None:
            return before
        _check_open(course)
        _check_span(row, at)
        if (other := _overlapping(row)) is not None:
            raise Overtaken(
                f"The patient is away already: {pause_in_words(other, at)}. Yours was not saved."
            )
        row.recorded_at, row.recorded_by = at, by
        insert(row)
        _show(course, at)
        return at


def come_back(pause: Pause, *, by: User) -> datetime:
    """End a pause now; one that is over already stays as it was."""
    with holding(pause.course) as (course, at):
        check_act(ENTER, course, by=by)
        pause = _as_stored(pause, course)
        _check_is_no_stay(pause)
        if pause.withdrawn_at is not None:
            raise Overtaken(_withdrawn_in_words(pause))
        if pause.ended_at is not None and pause.ended_by_id != by.pk:
            back = wording.clock_or_date(pause.ended_at, at, course.zone)
            raise Overtaken(f"{pause.ended_by} entered before that the patient is back: {back}.")
        if pause.ended_at is not None or pause.until_at <= clock.now():
            return at
        write_fields(pause, ended_at=max(clock.now(), pause.from_at), ended_by=by)
        _show(course, at)
        return at


def leave_out(row: Omission, *, after: UUID | None, by: User) -> datetime:
    """Store why a part that is due was not done.

    `after` is the newest reason for this part when the page was opened.
    """
    with holding(row.course) as (course, at):
        check_act(ENTER, course, by=by)
        if (before := _sent_before(row, by, ("clock", "reason", "note"))) is not None:
            return before
        _check_open(course)
        newest = newest_omission(course, Clock(row.clock))
        if newest is not None and newest.uid != after:
            raise Overtaken(
                f"{omission_in_words(newest, at)}. What you tapped now was not saved. "
                "If there is another reason, save it once more."
            )
        row.at = row.at or clock.now()
        row.recorded_at, row.recorded_by = at, by
        insert(row)
        _show(course, at)
        _check_stands(row, course, at)
        return at


def withdraw(row: Withdrawable, *, reason: str, by: User) -> datetime:
    """Mark a pause or a reason as entered in error."""
    with holding(row.course) as (course, at):  # type: ignore[attr-defined]
        check_act(ENTER, course, by=by)
        row = _as_stored(row, course)
        _check_is_no_stay(row)
        if row.withdrawn_at is not None:
            if row.withdrawn_by_id == by.pk and row.withdrawn_reason == reason:
                return row.withdrawn_at
            raise Overtaken(_withdrawn_in_words(row))
        if not reason.strip():
            raise Refused("Say in a few words what was wrong.")
        write_fields(row, withdrawn_at=at, withdrawn_by=by, withdrawn_reason=reason.strip())
        _show(course, at)
        return at


def newest_omission(course: Course, part: Clock) -> Omission | None:
    """The newest reason for a part that counts."""
    rows = Omission.objects.filter(course=course, clock=part, withdrawn_at=None)
    return rows.select_related("recorded_by", "course").order_by("at", "pk").last()


def pause_in_words(pause: Pause, now: datetime) -> str:
    """imaging, MRI head, from 13:30 until 14:30, entered by Nina Nurse."""
    zone = pause.course.zone
    what = PauseReason(pause.reason).label + (f", {pause.note}" if pause.note else "")
    begins, ends = (
        wording.clock_or_date(at, now, zone)
        for at in (pause.from_at, pause.ended_at or pause.until_at)
    )
    until = "" if pause.reason == PauseReason.HOME and pause.ended_at is None else f" until {ends}"
    return f"{what}, from {begins}{until}, entered by {pause.recorded_by}"


def omission_in_words(omission: Omission, now: datetime) -> str:
    """Vitals not done 13:40: refused, entered by Nina Nurse."""
    at = wording.clock_or_date(omission.at, now, omission.course.zone)
    why = NotDoneReason(omission.reason).label + (f", {omission.note}" if omission.note else "")
    what = Clock(omission.clock).label.capitalize()
    return f"{what} not done {at}: {why}, entered by {omission.recorded_by}"


def _sent_before(row: Any, by: User, names: tuple[str, ...]) -> datetime | None:
    """When the same form was stored before; another content under its uid is refused."""
    stored = type(row).objects.select_related("recorded_by", "course").filter(uid=row.uid).first()
    if stored is None:
        return None
    if stored.course_id != row.course_id:
        raise UnusableNumber
    differs = any(getattr(stored, name) != getattr(row, name) for name in names)
    if differs or stored.recorded_by_id != by.pk:
        words = pause_in_words if isinstance(stored, Pause) else omission_in_words
        raise Overtaken(
            f"This form was saved before, with other values: {words(stored, stored.recorded_at)}. "
            "What you typed now was not saved. Withdraw the first if it is wrong."
        )
    recorded_at: datetime = stored.recorded_at
    return recorded_at


def _check_open(course: Course) -> None:
    if not course.is_open():
        raise Refused(CLOSED)


def _check_span(row: Pause, now: datetime) -> None:
    if row.until_at <= row.from_at:
        raise Refused("The return lies before the time at which the patient left.")
    if row.until_at - row.from_at > LONGEST_PAUSE:
        raise Refused("A pause lasts 12 hours at most. Enter it anew if the patient stays away.")
    if row.from_at > now + CLOCK_TOLERANCE:
        raise Refused("The patient has not left yet. Enter it once the patient leaves.")


def _overlapping(row: Pause) -> Pause | None:
    """A pause that counts and shares a moment with this one."""
    before = Pause.objects.filter(
        course=row.course, withdrawn_at=None, from_at__lt=row.until_at, until_at__gt=row.from_at
    )
    return next(
        (
            each
            for each in before.select_related("recorded_by", "course").order_by("from_at")
            if each.ended_at is None or each.ended_at > row.from_at
        ),
        None,
    )


def _check_stands(row: Omission, course: Course, now: datetime) -> None:
    """Refuse a reason for what is not due: it would be stored and mean nothing."""
    stored = round_of(course)
    if stored is None:
        return
    due = next(due for due in stored.at(now).dues if due.clock == row.clock)
    if due.state is DueState.NOT_YET:
        at = wording.clock_or_date(due.due_at, now, course.zone)
        raise Refused(f"Nothing was left out: {due.what} is due {at}.")


def _as_stored(row: Any, course: Course) -> Any:
    people = ("recorded_by", "withdrawn_by", "course", *(("ended_by",) if _is_pause(row) else ()))
    return type(row).objects.select_related(*people).get(pk=row.pk, course=course)


def _is_pause(row: Any) -> bool:
    return isinstance(row, Pause)


def _check_is_no_stay(row: Any) -> None:
    """A stay at home begins and ends with the place of the course."""
    if _is_pause(row) and row.reason == PauseReason.HOME:
        raise Refused("The patient is at home. Say on the chart where the patient is now.")


def _withdrawn_in_words(row: Withdrawable) -> str:
    return (
        f"This was withdrawn by {row.withdrawn_by}: {row.withdrawn_reason}. "
        "What you typed now was not saved."
    )


def _show(course: Course, at: datetime) -> None:
    """Bring the row of the round up to date, so that every page shows it."""
    if not RoundRow.objects.filter(course=course).exists():
        regrade_locked(course, entered=(), at=at)
    store_pauses(course, at=at)
    store_not_done(course, at=at)
    raise_version(course, at=at)
