"""What a clock says, in words: for the board, the round view, the chart and the handover.

`vitals 0:40 over`, `ICE due 20:00, until 20:30`, `labs due Tue 06:00`,
`away: imaging, until 11:30`, `vitals not done 10:05: refused`.
`data_due` is the moment for the script that counts.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

from patients.rounds.rules.clocks import Due, DueState
from patients.words.wording import clock_or_weekday

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def due_in_words(due: Due, now: datetime, zone: tzinfo) -> str:
    """One clock with its word: ICE due 20:00, until 20:30."""
    match due.state:
        case DueState.ENDED:
            return f"{due.what}: nothing due"
        case DueState.PAUSED:
            return away_in_words(due, now, zone)
        case DueState.OVERDUE:
            return f"{due.what} {span(now - due.due_at)} over{_last_reason(due, now, zone)}"
        case DueState.DUE:
            due_at = clock_or_weekday(due.due_at, now, zone)
            until = clock_or_weekday(due.until, now, zone)
            return f"{due.what} due {due_at}, until {until}{_last_reason(due, now, zone)}"
        case DueState.NOT_DONE:
            next_at = clock_or_weekday(due.due_at, now, zone)
            return f"{not_done_in_words(due, now, zone)}; due {next_at}"
        case DueState.NOT_YET:
            return f"{due.what} due {clock_or_weekday(due.due_at, now, zone)}"


def away_in_words(due: Due, now: datetime, zone: tzinfo) -> str:
    """away: imaging, until 11:30; of a stay that has no end yet its reason alone: at home."""
    if due.away_until is None:
        return due.reason
    return f"away: {due.reason}, until {clock_or_weekday(due.away_until, now, zone)}"


def not_done_in_words(due: Due, now: datetime, zone: tzinfo) -> str:
    """vitals not done 10:05: refused; empty where no reason stands."""
    if due.not_done_at is None:
        return ""
    return f"{due.what} not done {clock_or_weekday(due.not_done_at, now, zone)}: {due.reason}"


def _last_reason(due: Due, now: datetime, zone: tzinfo) -> str:
    """The reason that stood before, beside what is due again: (refused 10:05)."""
    if due.not_done_at is None:
        return ""
    return f" ({due.reason} {clock_or_weekday(due.not_done_at, now, zone)})"


def every_in_words(due: Due) -> str:
    """The interval with its reason: every 4 h, local: CRS 1."""
    hours, minutes = divmod(due.minutes, 60)
    amount = f"{due.minutes} min" if minutes or not hours else f"{hours} h"
    return f"every {amount}, {due.why}"


def span(elapsed: timedelta) -> str:
    """Hours and minutes that passed: 0:40, 26:05; never below zero."""
    minutes = max(elapsed, timedelta(0)) // MINUTE
    return f"{minutes // 60}:{minutes % 60:02d}"


def data_due(due: Due) -> str:
    """The moment for the script that counts, as ISO time in UTC: since when it is or will be due.

    Empty where nothing counts: after the end, and at home; while the patient is away the return.
    """
    if due.state == DueState.ENDED:
        return ""
    at = due.away_until if due.state == DueState.PAUSED else due.due_at
    return "" if at is None else at.astimezone(UTC).isoformat()
