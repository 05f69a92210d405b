"""Counts by calendar day after the infusion: the window, the value of each day, runs below a level.

Window      Day 0–30 or Day 31–100 of the first infusion, cut at the earliest of relapse, next
            therapy, death and end of follow-up, that day included. It is closed by one of these or
            by any record after its last day, the closing of the course included; until then more
            days may come, also to a course that was closed within it.
Day         the lowest value of each local calendar day; a gap of at most 7 days between two
            measured days is filled in a straight line, the ends are never extended.
Run         days at or below a level, joined over 1–2 days above it: 3 days above are a recovery.
Sources     Liang 2024 (the authors' program, read line by line); the filling without extension
            and the cut at every end of observation are local rules.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from grading.engine.labs import NotUsed, labs_of, value_cautions
from grading.event_kinds import EventKind
from grading.local_rules import LocalRules
from grading.record import DAY, INFUSION, Record

RECOVERY_DAYS = 3
"""Days above a level that end a run (after CIBMTR); one or two do not."""
NEAREST = Decimal("0.01")
"""10 cells/µL in 10*9/L, to which the authors' program rounds."""

_ENDS = (EventKind.DEATH, EventKind.RELAPSE, EventKind.NEXT_THERAPY)


@dataclass(frozen=True, slots=True)
class DayWindow:
    """Days `first` to `last`, as far as results count, and whether more may come.

    `ended_by` says why it is shorter than planned, "" where it is not. `observed_to` is the last
    day in it with a record of any kind, and `last` where it is closed.
    """

    first: int
    last: int
    closed: bool
    observed_to: int
    ended_by: str = ""

    @property
    def is_reached(self) -> bool:
        """Whether the observation came to its first day."""
        return self.observed_to >= self.first


def day_window_of(record: Record, first: int, last: int) -> DayWindow:
    """Days `first` to `last` of this course, as far as they were observed."""
    ends = [
        (record.day(event.elapsed), str(event.kind))
        for event in record.events
        if event.kind in _ENDS and event.elapsed >= INFUSION
    ]
    if record.last_follow_up_day is not None:
        ends.append((record.last_follow_up_day, "follow_up_end"))
    if ends and min(ends)[0] <= last:
        day, ended_by = min(ends)  # of two on one day the death, which comes first by its name
        return DayWindow(first, day, True, day, ended_by)
    recorded = _last_recorded_day(record)
    closed = bool(ends) or recorded > last
    return DayWindow(first, last, closed, last if closed else recorded)


def _last_recorded_day(record: Record) -> int:
    """Day of the latest entry, or of the closing of the course; -1 where there is none."""
    rows = (record.findings, record.labs, record.doses, record.events)
    latest = [several[-1].elapsed for several in rows if several]
    if record.closed is not None:
        latest.append(record.closed)
    return record.day(max(latest)) if latest else -1


@dataclass(slots=True)
class Day:
    """The lowest value of one day: the highest and the lowest number that the results allow.

    They differ only where the laboratory sent "below" or "above". `filled` days were not
    measured but lie between two that were.
    """

    day: int
    most: Decimal
    least: Decimal
    filled: bool = False


@dataclass(frozen=True, slots=True)
class Level:
    """A limit in the canonical unit; days at it count only where `inclusive`.

    `key` names it in results: "le_500".
    """

    key: str
    label: str
    limit: Decimal
    inclusive: bool

    def holds(self, value: Decimal) -> bool:
        """Whether a day with this value lies below the limit, or at it where `inclusive`."""
        return value <= self.limit if self.inclusive else value < self.limit


@dataclass(frozen=True, slots=True)
class Tally:
    """The days at or below a level, and the joined runs, as first and last day."""

    days: tuple[int, ...]
    runs: tuple[tuple[int, int], ...]

    @property
    def longest(self) -> tuple[int, int] | None:
        """The longest joined run, the earliest of equals; None where there is none."""
        return max(self.runs, key=length, default=None)

    @property
    def longest_days(self) -> int:
        return max(map(length, self.runs), default=0)

    @property
    def cumulative(self) -> int:
        """Days of all joined runs together, those between that did not last included."""
        return sum(map(length, self.runs))


def length(run: tuple[int, int]) -> int:
    """The days of a run, its first and last included."""
    return run[1] - run[0] + 1


def tally(days: Iterable[int]) -> Tally:
    """The runs of these days, given in order; a gap of fewer than 3 days joins two runs."""
    runs: list[tuple[int, int]] = []
    counted = tuple(days)
    for day in counted:
        if runs and day - runs[-1][1] <= RECOVERY_DAYS:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return Tally(counted, tuple(runs))


def tallies(series: Sequence[Day], levels: Iterable[Level]) -> dict[str, Tally]:
    """A tally for each level, by the highest reading of each day."""
    return {
        level.key: tally(day.day for day in series if level.holds(day.most)) for level in levels
    }


def measured_days(
    record: Record, analyte: str, window: DayWindow, *, normal: Decimal
) -> dict[int, Day]:
    """The days of a window with a result that can be used; `normal` stands for "above" a number."""
    measured: dict[int, Day] = {}
    for value in labs_of(record).between(analyte, *_around(window)):
        day = record.day(value.elapsed)
        if window.first <= day <= window.last:
            most = max(value.value, normal) if value.highest is None else value.highest
            lowest = measured.setdefault(day, Day(day, most, value.lowest))
            lowest.most, lowest.least = min(lowest.most, most), min(lowest.least, value.lowest)
    return measured


def not_used_in(record: Record, analyte: str, window: DayWindow) -> tuple[NotUsed, ...]:
    """The results of a window that cannot be used, oldest first."""
    return tuple(
        result
        for result in labs_of(record).not_used((analyte,), *_around(window))
        if window.first <= result.day <= window.last
    )


def cautions_in(record: Record, analyte: str, window: DayWindow) -> tuple[str, ...]:
    """What a reader has to know of the results of a window that are used."""
    values = labs_of(record).between(analyte, *_around(window))
    remarked = (value for value in values if value.remarks)
    return value_cautions(
        value for value in remarked if window.first <= record.day(value.elapsed) <= window.last
    )


def _around(window: DayWindow) -> tuple[timedelta, timedelta]:
    """Two moments between which every calendar day of the window lies, whatever the hour."""
    return (window.first - 1) * DAY, (window.last + 2) * DAY


def daily_series(
    measured: Mapping[int, Day], local: LocalRules, *, rounded: bool = False
) -> list[Day]:
    """Measured and filled days in order.

    With `rounded` every value goes to the nearest 10 cells/µL, half to even.
    """
    series = list(_filled([measured[day] for day in sorted(measured)], local.icaht_maxgap))
    return list(map(_rounded, series)) if rounded else series


def _rounded(day: Day) -> Day:
    most, least = (value.quantize(NEAREST, ROUND_HALF_EVEN) for value in (day.most, day.least))
    return Day(day.day, most, least, day.filled)


def _filled(measured: Sequence[Day], longest_gap: int) -> Iterator[Day]:
    """The days in order, with those of each gap of at most `longest_gap` in a straight line."""
    for index, after in enumerate(measured):
        before = measured[index - 1] if index else after
        steps = after.day - before.day
        between = range(1, steps) if steps - 1 <= longest_gap else ()
        for step in between:  # multiplied first: an exact fraction stays exact
            yield Day(
                before.day + step,
                before.most + (after.most - before.most) * step / steps,
                before.least + (after.least - before.least) * step / steps,
                filled=True,
            )
        yield after


def longest_unknown(series: Sequence[Day], window: DayWindow) -> int:
    """The most days in succession, up to now, that are neither measured nor filled."""
    bounded = [window.first - 1, *(day.day for day in series), window.observed_to + 1]
    return max(later - earlier - 1 for earlier, later in itertools.pairwise(bounded))


@dataclass(frozen=True, slots=True)
class Band:
    """One cell of a table by duration: this many days at a level make this grade."""

    code: str
    grade: int
    level: str
    from_days: int
    to_days: int | None

    def holds(self, days: int) -> bool:
        return self.from_days <= days and (self.to_days is None or days <= self.to_days)

    @property
    def span(self) -> str:
        """The band in words: "7–13 d"."""
        if self.to_days is None:
            return f"{self.from_days} d or more"
        return f"{self.from_days}–{self.to_days} d"


def days_of(series: Sequence[Day]) -> list[list[Any]]:
    """The series for a chart: day, value (highest reading) and whether it was filled."""
    return [[day.day, round(day.most, 3), day.filled] for day in series]


def counts_of(series: Sequence[Day], by_level: Mapping[str, Tally]) -> dict[str, int]:
    """Days, longest run and sum of runs for each level; measured and filled days."""
    filled = sum(day.filled for day in series)
    return {
        **{f"days_{key}": len(item.days) for key, item in by_level.items()},
        **{f"longest_run_{key}": item.longest_days for key, item in by_level.items()},
        **{f"cumulative_{key}": item.cumulative for key, item in by_level.items()},
        "measured_days": len(series) - filled,
        "filled_days": filled,
    }


def confidence(series: Sequence[Day], run: tuple[int, int] | None) -> Decimal | None:
    """The share of a run that was measured, 0–1, two decimals; None where there is no run."""
    return None if run is None else round(Decimal(measured_in(series, run)) / length(run), 2)


def measured_in(series: Sequence[Day], run: tuple[int, int]) -> int:
    """The number of measured days of a run."""
    return sum(run[0] <= day.day <= run[1] and not day.filled for day in series)
