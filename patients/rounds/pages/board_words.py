"""The words of a round on a row of the board. It is cached: what is over stands as a moment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from patients.rounds.due.rounds_now import RoundNow
from patients.rounds.due.words import away_in_words, not_done_in_words
from patients.rounds.rules.clocks import Due, DueState
from patients.words.wording import clock_or_weekday

MOST_ON_BOARD = 2
"""Lines of what is due or overdue, from which on the board does not say what is due later."""


@dataclass(frozen=True, slots=True)
class DueWords:
    """One or several parts that are due at one time.

    what   vitals; vitals and ICE
    at     the moment from which it is due
    when   the same on the clock: due 20:00, until 20:30; overdue since 20:00
    """

    what: str
    at: datetime
    when: str
    is_over: bool


@dataclass(frozen=True, slots=True)
class BoardRound:
    """What the board says of one round: what is due, where the patient is, what was not done."""

    due: tuple[DueWords, ...]
    away: str
    not_done: tuple[str, ...]


def board_round(shown: RoundNow, now: datetime, zone: tzinfo) -> BoardRound:
    """What is overdue or due, and what comes next where this is little."""
    if away := shown.in_state(DueState.PAUSED):
        return BoardRound((), away_in_words(away[0], now, zone), ())
    pressing = [due_words([due], now, zone) for due in shown.overdue]
    pressing += [due_words(dues, now, zone) for dues in _at_one_time(shown.in_state(DueState.DUE))]
    later = _at_one_time(shown.in_state(DueState.NOT_YET))
    if later and len(pressing) < MOST_ON_BOARD:
        pressing.append(due_words(later[0], now, zone))
    not_done = (_not_done(due, now, zone) for due in shown.in_state(DueState.NOT_DONE))
    return BoardRound(tuple(pressing), "", tuple(not_done))


def _not_done(due: Due, now: datetime, zone: tzinfo) -> str:
    """vitals not done 22:40: refused; again 02:40."""
    return f"{not_done_in_words(due, now, zone)}; again {clock_or_weekday(due.due_at, now, zone)}"


def due_words(dues: Sequence[Due], now: datetime, zone: tzinfo) -> DueWords:
    """Parts of one window: vitals and ICE due 20:00."""
    first = dues[0]
    clock = clock_or_weekday(first.due_at, now, zone)
    is_over = first.state is DueState.OVERDUE
    when = f"overdue since {clock}" if is_over else f"due {clock}"
    if first.state is DueState.DUE:
        when = f"{when}, until {clock_or_weekday(first.until, now, zone)}"
    return DueWords(_and(due.what for due in dues), first.due_at, when, is_over)


def _at_one_time(dues: Iterable[Due]) -> list[list[Due]]:
    """These parts, those of one window together."""
    windows: dict[tuple[datetime, datetime], list[Due]] = {}
    for due in dues:
        windows.setdefault((due.due_at, due.until), []).append(due)
    return list(windows.values())


def _and(names: Iterable[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
