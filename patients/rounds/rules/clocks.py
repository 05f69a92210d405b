"""When each part of the round is due: plain values in, plain values out, no database and no clock.

Takes   the facts of one course (`CourseFacts`, with pauses and what was not done), the schedule of
        its ward, and a moment.
Gives   for each of the three clocks a `Due`: the state at that moment, the due window, what was
        last done, and why the interval is what it is.
Source  local: docs/rounds.md. The review asks for an assessment at least twice a day.

An entry sets a clock anew only where it holds that part whole, by the time it was observed, never
by the time it was typed. Times are counted in elapsed time, so that midnight, a changed clock and
the half-hours of a shift move nothing. Neither the window nor the interval depends on the moment of
reading: what is overdue stays so until it is done, or until somebody says why it was not.
"""

# ruff: noqa: PLC0414 - the facts belong to the clocks, and are imported from here

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from patients.rounds.rules.facts import Clock as Clock
from patients.rounds.rules.facts import CourseFacts as CourseFacts
from patients.rounds.rules.facts import NotDoneFacts as NotDoneFacts
from patients.rounds.rules.facts import NotDoneReason as NotDoneReason
from patients.rounds.rules.facts import PauseFacts as PauseFacts
from patients.rounds.rules.facts import PauseReason as PauseReason
from patients.rounds.rules.schedule import IntervalRow, Schedule, When, window_of

AFTER_THE_WINDOW = timedelta(microseconds=1)
"""The last moment of a window is on time; the next one that a clock can tell is late."""


class DueState(StrEnum):
    """What one clock says at one moment."""

    NOT_YET = "not_yet"
    DUE = "due"
    OVERDUE = "overdue"
    PAUSED = "paused"
    NOT_DONE = "not_done"
    ENDED = "ended"
    """After a death, or once the course is closed: nothing is due any more."""


@dataclass(frozen=True, slots=True)
class Due:
    """One clock at one moment.

    due_at, until   the window in which it is on time; `until` inclusive, later is overdue
    last_at         when the part was last done whole; None where never
    minutes, why    the interval that applies, and the reason that the schedule gives for it
    what            the word of the part on the page: "vitals", "ICE", "CAPD", "labs"
    reason          of a pause or of "not done", in words with the note; else empty
    away_until      the end of the pause; None of a stay at home, whose end nobody knows
    missing         of a laboratory panel: the analytes that make it due: those never measured, or
                    else the oldest ones
    not_done_at     when the reason was given, where one stands
    """

    clock: Clock
    state: DueState
    due_at: datetime
    until: datetime
    last_at: datetime | None
    minutes: int
    why: str
    what: str
    reason: str = ""
    away_until: datetime | None = None
    missing: tuple[str, ...] = ()
    not_done_at: datetime | None = None


class _Done(NamedTuple):
    """The last time that a part was done: `since` sets the clock, `last_at` held it whole."""

    what: str
    since: datetime | None
    last_at: datetime | None
    missing: tuple[str, ...] = ()


class _Reason(NamedTuple):
    """Why a part was not done, in words, and when that was said."""

    words: str
    at: datetime


class NextDue(NamedTuple):
    """When a part is due next, by which row of the schedule."""

    at: datetime
    row: IntervalRow

    @property
    def until(self) -> datetime:
        return self.at + window_of(self.row.minutes)


def due_clocks(
    facts: CourseFacts,
    schedule: Schedule,
    now: datetime,
    *,
    pauses: tuple[PauseFacts, ...] = (),
    not_done: tuple[NotDoneFacts, ...] = (),
) -> tuple[Due, ...]:
    """The three clocks of a course at `now`, in the order of `Clock`."""
    by_record = [_by_record(clock, facts, schedule, pauses, not_done) for clock in Clock]
    return tuple(_at(now.astimezone(UTC), each, pauses, facts.ended_at) for each in by_record)


def changes_after(
    facts: CourseFacts,
    schedule: Schedule,
    now: datetime,
    *,
    pauses: tuple[PauseFacts, ...] = (),
    not_done: tuple[NotDoneFacts, ...] = (),
) -> datetime | None:
    """The first moment after `now` at which a state of `due_clocks` changes by the clock alone."""
    by_record = [_by_record(clock, facts, schedule, pauses, not_done) for clock in Clock]
    moments = {at for each in by_record for at in (each.due_at, each.until + AFTER_THE_WINDOW)}
    moments |= {_utc(at) for pause in pauses for at in (pause.from_at, pause.over_at)}

    def states(moment: datetime) -> list[DueState]:
        return [_state(moment, each, pauses, facts.ended_at) for each in by_record]

    at_present = states(now.astimezone(UTC))
    later = sorted(moment for moment in moments if moment > now)
    return next((moment for moment in later if states(moment) != at_present), None)


def _by_record(
    clock: Clock,
    facts: CourseFacts,
    schedule: Schedule,
    pauses: Iterable[PauseFacts],
    not_done: Iterable[NotDoneFacts],
) -> Due:
    """One clock by its record, whatever the moment: its window, and the reason that stands."""
    done = _done(clock, facts, schedule.panel)
    rows, starts_at = schedule.of(clock), _utc(facts.starts_at)
    following = next_due(rows, facts, done.since, starts_at)
    reason = _standing_reason(clock, facts, done, following, not_done)
    if reason is not None:
        following = next_due(rows, facts, reason.at, starts_at)
    holding = holding_pauses(pauses, done.last_at)
    by_departure = sorted(holding, key=lambda pause: _utc(pause.from_at))
    due_at, until = after_pauses(following, by_departure)
    return Due(
        clock=clock,
        state=DueState.NOT_YET if reason is None else DueState.NOT_DONE,
        due_at=due_at,
        until=until,
        last_at=done.last_at,
        minutes=following.row.minutes,
        why=following.row.why,
        what=done.what,
        reason="" if reason is None else reason.words,
        missing=done.missing,
        not_done_at=None if reason is None else reason.at,
    )


def _at(
    now: datetime, by_record: Due, pauses: Iterable[PauseFacts], ended_at: datetime | None
) -> Due:
    """One clock at a moment."""
    state = _state(now, by_record, pauses, ended_at)
    if state == DueState.ENDED and ended_at is not None:
        end = _utc(ended_at)
        ended = replace(by_record, state=state, due_at=end, until=end)
        return replace(ended, reason="", missing=(), not_done_at=None)
    away_from = holding_pauses(pauses, by_record.last_at)
    if state == DueState.PAUSED and (pause := _pause_at(now, away_from)) is not None:
        back = None if pause.is_at_home else _utc(pause.over_at)
        away = replace(by_record, state=state, reason=pause.words, away_until=back)
        return replace(away, not_done_at=None)
    return by_record if state == by_record.state else replace(by_record, state=state)


def _state(
    now: datetime, by_record: Due, pauses: Iterable[PauseFacts], ended_at: datetime | None
) -> DueState:
    if ended_at is not None:
        return DueState.ENDED
    if _pause_at(now, holding_pauses(pauses, by_record.last_at)) is not None:
        return DueState.PAUSED
    if now > by_record.until:
        return DueState.OVERDUE
    return DueState.DUE if now >= by_record.due_at else by_record.state


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


def _utc_or_none(at: datetime | None) -> datetime | None:
    return None if at is None else at.astimezone(UTC)


def _done(clock: Clock, facts: CourseFacts, panel: tuple[str, ...]) -> _Done:
    match clock:
        case Clock.VITALS:
            at = _utc_or_none(facts.vitals_at)
            return _Done("vitals", at, at)
        case Clock.NEURO:
            at = _utc_or_none(facts.neuro_at)
            if Clock.NEURO in facts.not_done:  # the newest entry holds a reason, not the points
                scored = None if facts.score is None else _utc_or_none(facts.score["at"])
                return _Done(facts.neuro_test, at, scored)
            return _Done(facts.neuro_test, at, at)
        case Clock.LABS:
            return _panel_done(facts, panel)


def _panel_done(facts: CourseFacts, panel: tuple[str, ...]) -> _Done:
    """A panel is as old as the oldest of its newest results; one never measured makes it due."""
    never = tuple(analyte for analyte in panel if analyte not in facts.labs_at)
    if never:
        return _Done("labs", None, None, never)
    newest = {analyte: _utc(facts.labs_at[analyte]) for analyte in panel}
    oldest = min(newest.values())
    return _Done("labs", oldest, oldest, tuple(name for name, at in newest.items() if at == oldest))


def next_due(
    rows: tuple[IntervalRow, ...], facts: CourseFacts, since: datetime | None, starts_at: datetime
) -> NextDue:
    """The earliest time that a row in force gives; of two rows of one time the shorter one.

    What was never done is due when the course starts; nothing is due before that.
    """
    times = []
    for row in rows:
        if (in_force := _in_force(row, facts)) is not None:
            begins_at, ends_at = in_force
            at = starts_at if since is None else max(since + _minutes(row.minutes), begins_at)
            if at <= ends_at:
                times.append(NextDue(at, row))
    first = min(times, key=lambda each: (each.at, each.row.minutes))
    return NextDue(max(first.at, starts_at), first.row)


_EVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def _in_force(row: IntervalRow, facts: CourseFacts) -> tuple[datetime, datetime] | None:
    """The earliest and the latest time at which a row makes due; None where it does not apply."""
    match row.when:
        case When.ALWAYS:
            return _EVER
        case When.CRS | When.ICANS:
            grade = facts.crs if row.when == When.CRS else facts.icans
            return _EVER if grade is not None and grade >= row.from_grade else None
        case When.FIRST_SIGN:
            if facts.icans_since is None or row.lasts_minutes is None:
                return None
            sign_at = _utc(facts.icans_since)
            return sign_at, sign_at + _minutes(row.lasts_minutes)
        case When.VASOPRESSOR:
            since = facts.vasopressor_since
            return None if since is None else (_utc(since), _EVER[1])
        case When.FIRST_DAYS:
            until = facts.daily_until
            return None if until is None else (_EVER[0], _utc(until))


def _minutes(minutes: int) -> timedelta:
    return timedelta(minutes=minutes)


def _standing_reason(
    clock: Clock,
    facts: CourseFacts,
    done: _Done,
    following: NextDue,
    not_done: Iterable[NotDoneFacts],
) -> _Reason | None:
    """The newest reason that counts: newer than the part, and not before its time came.

    One that stands in place of ICE or CAPD in an entry counts whenever it was given.
    """
    in_time = following.at - window_of(following.row.minutes)
    reasons = []
    if (of_entry := facts.not_done.get(clock)) is not None:
        words, at = of_entry
        if clock == Clock.NEURO or _utc(at) >= in_time:
            reasons.append(_Reason(words, _utc(at)))
    for each in not_done:
        at = _utc(each.at)
        is_newer = done.since is None or at > done.since
        if each.clock == clock and is_newer and at >= in_time:
            reasons.append(_Reason(each.words, at))
    return max(reasons, key=lambda reason: reason.at, default=None)


def after_pauses(following: NextDue, pauses: Iterable[PauseFacts]) -> tuple[datetime, datetime]:
    """The window; one that was open or would open during a pause counts from the return."""
    due_at, until = following.at, following.until
    window = until - due_at
    for pause in pauses:
        left, back = _utc(pause.from_at), _utc(pause.over_at)
        if left < back and left <= until and due_at < back:
            due_at, until = back, back + window
    return due_at, until


def holding_pauses(
    pauses: Iterable[PauseFacts], last_at: datetime | None
) -> tuple[PauseFacts, ...]:
    """The pauses that hold a clock: not one since whose beginning the part was done whole.

    Whoever is examined is not away, even if nobody entered the return; who is at home is examined
    there.
    """
    done = None if last_at is None else _utc(last_at)
    return tuple(
        pause
        for pause in pauses
        if done is None
        or done <= _utc(pause.from_at)
        or (pause.is_at_home and done < _utc(pause.over_at))
    )


def _pause_at(now: datetime, pauses: Iterable[PauseFacts]) -> PauseFacts | None:
    """The pause of that moment, its end not included; of several the one that lasts longest."""
    standing = [pause for pause in pauses if _utc(pause.from_at) <= now < _utc(pause.over_at)]
    return max(standing, key=lambda pause: _utc(pause.over_at), default=None)
