"""ICAHT early and late, with the "never above" grade 4, and early T-ICAHT."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tests.oracle.course.counts_by_day import (
    DailyCounts,
    daily_counts,
    joined_runs,
    lengths,
    window_of,
)
from tests.oracle.course.document import Course

EARLY, LATE = (0, 30), (31, 100)
LE_500, LE_100 = Fraction("0.5"), Fraction("0.1")
NEVER_BEGINS_BY_DAY = 3
NEVER_DAYS, NEVER_DAYS_BEFORE_DEATH, NEVER_MEASURED_DAYS = 14, 7, 2
UNMEASURED_UP_TO_DAYS = 7
LATE_GRADES = ((Fraction("0.1"), 4), (Fraction("0.5"), 3), (Fraction(1), 2), (Fraction("1.5"), 1))


@dataclass
class LowDays:
    days: int
    longest: int
    cumulative: int
    runs: list[tuple[int, int]]


def low_days(counts: DailyCounts, limit: Fraction, *, inclusive: bool = True) -> LowDays:
    """Days at or below a limit (or below it), and the runs that they make."""
    days = [
        day
        for day, value in counts.values.items()
        if value < limit or (inclusive and value == limit)
    ]
    runs = joined_runs(days)
    return LowDays(len(days), max(lengths(runs), default=0), sum(lengths(runs)), runs)


def early_icaht(course: Course) -> dict[str, Any]:
    """The grade by the longest run, 4 where the count was never above 500/µL in a closed window."""
    counts = daily_counts(course, "anc", window_of(course, *EARLY))
    if not counts.measured:
        return {"grade": None}
    below, far_below = low_days(counts, LE_500), low_days(counts, LE_100)
    grade = max(by_longest_500(below.longest), by_longest_100(far_below.longest))
    if counts.window.closed and any(is_never_above(counts, run) for run in below.runs):
        grade = 4
    return {
        "grade": grade,
        "at_least": grade < 4 and is_open_ended(counts),
        "days_le_500": below.days,
        "days_le_100": far_below.days,
        "longest_run_le_500": below.longest,
        "longest_run_le_100": far_below.longest,
        "cumulative_le_500": below.cumulative,
        "measured_days": len(counts.measured),
        "filled_days": len(counts.filled),
    }


def by_longest_500(days: int) -> int:
    return 0 if days == 0 else 1 if days < 7 else 2 if days < 14 else 3


def by_longest_100(days: int) -> int:
    return 0 if days < 7 else 3 if days < 14 else 4


def is_never_above(counts: DailyCounts, run: tuple[int, int]) -> bool:
    """A run from Day 0–3 to the last day with an ANC: of 14 days, or cut short by death."""
    first, last = run
    if first > NEVER_BEGINS_BY_DAY or last != max(counts.measured):
        return False
    if last - first + 1 >= NEVER_DAYS:
        return True
    measured = [day for day in counts.measured if first <= day <= last]
    return (
        counts.window.closed_by_death
        and len(measured) >= NEVER_MEASURED_DAYS
        and counts.window.last - last <= NEVER_DAYS_BEFORE_DEATH
    )


def is_open_ended(counts: DailyCounts) -> bool:
    """Whether days that nobody measured, or that are still to come, could raise the grade."""
    return not counts.window.closed or counts.longest_unmeasured() > UNMEASURED_UP_TO_DAYS


def late_icaht(course: Course) -> dict[str, Any]:
    """By the lowest daily minimum, unless the second lowest is above 1500/µL.

    At least while the window is open. Weeks may lie between the days on which it stands, so that
    days without a count leave it as it is.
    """
    counts = daily_counts(course, "anc", window_of(course, *LATE))
    if not counts.measured:
        return {"grade": None}
    lowest = sorted(counts.measured.values())[:2]
    transient = len(lowest) > 1 and lowest[1] > LATE_GRADES[-1][0]
    by_lowest = next((grade for limit, grade in LATE_GRADES if lowest[0] <= limit), 0)
    grade = 0 if transient else by_lowest
    return {
        "grade": grade,
        "at_least": grade < 4 and not counts.window.closed,
        "measured_days": len(counts.measured),
    }


def early_t_icaht(course: Course) -> dict[str, Any]:
    """Platelets by the cumulative days below 50 and 20 × 10⁹/L."""
    counts = daily_counts(course, "platelets", window_of(course, *EARLY))
    if not counts.measured:
        return {"grade": None}
    below_50 = low_days(counts, Fraction(50), inclusive=False)
    below_20 = low_days(counts, Fraction(20), inclusive=False)
    by_50 = 0 if below_50.cumulative == 0 else 1 if below_50.cumulative < 7 else 2
    by_20 = 0 if below_20.cumulative == 0 else 3 if below_20.cumulative < 14 else 4
    grade = max(by_50, by_20)
    return {"grade": grade, "at_least": grade < 4 and is_open_ended(counts)}
