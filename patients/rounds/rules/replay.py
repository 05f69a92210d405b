"""What came of every time that a part of the round was due, told afterwards from the record.

Takes   one clock of one course: when its part was done whole, what was not done and why, the facts
        as they stood from each time on, and the pauses; the schedule of the ward; until when.
Gives   windows that follow each other without a gap, from the first time that anything was due.
        Each ends with the part done, with the reason why not, or with the time at which the next
        one became due: then it was missed.
Source  local: docs/rounds.md.

A part that is done sooner than due sets the clock anew. A rise makes the part due no earlier than
the rise itself: nobody could have come before. What would be due during a pause is due from the
return.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from operator import itemgetter
from typing import NamedTuple

from patients.rounds.rules.clocks import (
    Clock,
    CourseFacts,
    NextDue,
    PauseFacts,
    after_pauses,
    holding_pauses,
    next_due,
)
from patients.rounds.rules.schedule import IntervalRow, Schedule


class WindowOutcome(StrEnum):
    """What came of one due window."""

    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"
    NOT_DONE = "not_done"
    MISSED = "missed"
    OPEN = "open"
    """Nothing yet when the record ends, and the next one is not due yet."""

    @property
    def label(self) -> str:
        return {
            "early": "before it was due",
            "on_time": "on time",
            "late": "late",
            "not_done": "not done, with a reason",
            "missed": "missed",
            "open": "still open",
        }[self.value]


@dataclass(frozen=True, slots=True)
class PartDone:
    """A part that was done whole at `at`.

    since   the time from which the clock counts, where that is another one: the oldest result of a
            panel
    reason  why the score was not done, where that stands in its place
    """

    at: datetime
    since: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PartOmitted:
    """Somebody said at `at` why the part was not done."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class ClockStory:
    """Everything that moved one clock of one course.

    states  the facts that stood from each time on, by time; the first holds from the beginning
    """

    clock: Clock
    states: tuple[tuple[datetime, CourseFacts], ...]
    done: tuple[PartDone, ...] = ()
    not_done: tuple[PartOmitted, ...] = ()
    pauses: tuple[PauseFacts, ...] = ()
    """By the time of departure."""


@dataclass(frozen=True, slots=True)
class DueWindow:
    """One window, from `from_at` until before `to_at`, and what came of it.

    due_at, until  when the part was due, and until when it was on time, that moment included
    minutes        the interval by which it was due
    reason         why it was not done
    after_pause    the return from a pause moved the time at which it was due
    """

    clock: Clock
    from_at: datetime
    to_at: datetime
    due_at: datetime
    until: datetime
    minutes: int
    outcome: WindowOutcome
    reason: str = ""
    after_pause: bool = False

    @property
    def late_minutes(self) -> int:
        """Whole minutes from the time at which it was due until it was done; 0 where not late."""
        if self.outcome is not WindowOutcome.LATE:
            return 0
        return int((self.to_at - self.due_at).total_seconds() // 60)

    @property
    def counted_at(self) -> datetime:
        """The moment by which it is counted to a shift and a month."""
        return min(self.due_at, self.to_at)


class _DueAt(NamedTuple):
    """When a part is due, until when it is on time, by which row, and whether a pause moved it."""

    at: datetime
    until: datetime
    row: IntervalRow
    moved: bool


class _Walk(NamedTuple):
    """What a walk along one clock looks at: its rows, and the states with their times in UTC."""

    clock: Clock
    rows: tuple[IntervalRow, ...]
    times: tuple[datetime, ...]
    states: tuple[CourseFacts, ...]
    starts_at: datetime
    pauses: tuple[PauseFacts, ...]


def replay(story: ClockStory, schedule: Schedule, *, until: datetime) -> tuple[DueWindow, ...]:
    """The windows of one clock up to `until`, or to the end of the course where that is earlier."""
    walk = _Walk(
        story.clock,
        schedule.of(story.clock),
        tuple(_utc(from_at) for from_at, _ in story.states),
        tuple(facts for _, facts in story.states),
        _utc(story.states[-1][1].starts_at),
        story.pauses,
    )
    return tuple(_windows(walk, story, until.astimezone(UTC)))


def _windows(walk: _Walk, story: ClockStory, until: datetime) -> Iterator[DueWindow]:
    at, ended_at = walk.starts_at, walk.states[-1].ended_at
    has_ended = ended_at is not None and _utc(ended_at) <= until
    end = _utc(ended_at) if has_ended and ended_at is not None else until
    before = [_since(each) for each in story.done if _utc(each.at) < at]
    since = max(before, default=None)
    happened = _happened(story, at, end)
    coming_at, coming = next(happened, (None, None))
    while at <= end:
        due = _due(walk, since, at, coming_at)
        missed_at = _due(walk, due.at, due.at, coming_at).at
        if coming_at is None or coming is None or coming_at >= missed_at:
            if missed_at > end:
                is_missed = has_ended and end > due.until
                outcome = WindowOutcome.MISSED if is_missed else WindowOutcome.OPEN
                yield _window(walk, at, end, due, outcome)
                return
            yield _window(walk, at, missed_at, due, WindowOutcome.MISSED)
            at, since = missed_at, due.at
            continue
        is_early = coming_at < due.at - (due.until - due.at)
        if not (is_early and isinstance(coming, PartOmitted)):  # a reason given early moves nothing
            outcome = _outcome(coming, coming_at, due)
            yield _window(walk, at, coming_at, due, outcome, coming.reason)
            at, since = coming_at, _since(coming)
        coming_at, coming = next(happened, (None, None))


def _happened(
    story: ClockStory, start: datetime, end: datetime
) -> Iterator[tuple[datetime, PartDone | PartOmitted]]:
    """What was done and not done from `start` to `end`, by time; of one moment the first done."""
    happened: dict[datetime, PartDone | PartOmitted] = {}
    both: list[PartDone | PartOmitted] = [*story.not_done, *story.done]
    for each in both:
        if start <= (at := _utc(each.at)) <= end:
            happened[at] = each
    return iter(sorted(happened.items(), key=itemgetter(0)))


def _outcome(event: PartDone | PartOmitted, at: datetime, due: _DueAt) -> WindowOutcome:
    if event.reason or isinstance(event, PartOmitted):
        return WindowOutcome.NOT_DONE
    if at < due.at:
        return WindowOutcome.EARLY
    return WindowOutcome.ON_TIME if at <= due.until else WindowOutcome.LATE


def _due(
    walk: _Walk, since: datetime | None, begin: datetime, before_at: datetime | None
) -> _DueAt:
    """When the part is due that was last done at `since`, by what stood at each time after `begin`.

    A state that makes it due before the state began makes it due when it began. A state that
    begins with the next entry, at `before_at`, or later changes nothing about the window that this
    entry ends.
    """
    times = walk.times
    last = len(times) if before_at is None else bisect_left(times, before_at)
    first = max(bisect_right(times, begin) - 1, 0)
    for place in range(first, len(times)):
        following = next_due(walk.rows, walk.states[place], since, walk.starts_at)
        at = max(following.at, begin, times[place] if place > first else begin)
        if place + 1 >= last or at < times[place + 1]:
            pauses = holding_pauses(walk.pauses, since)
            moved_at, until = after_pauses(NextDue(at, following.row), pauses)
            return _DueAt(moved_at, until, following.row, moved_at > at)
    raise ValueError("A course has at least one state.")


def _window(
    walk: _Walk,
    from_at: datetime,
    to_at: datetime,
    due: _DueAt,
    outcome: WindowOutcome,
    reason: str = "",
) -> DueWindow:
    return DueWindow(
        walk.clock, from_at, to_at, due.at, due.until, due.row.minutes, outcome, reason, due.moved
    )


def _since(event: PartDone | PartOmitted) -> datetime:
    """From when the clock counts after this."""
    counted = event.since if isinstance(event, PartDone) and event.since is not None else event.at
    return _utc(counted)


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


def windows_between(
    windows: Sequence[DueWindow], begin: datetime, end: datetime
) -> tuple[DueWindow, ...]:
    """The windows that are counted from `begin` until before `end`."""
    return tuple(each for each in windows if begin <= each.counted_at < end)
