"""Daily minima of a count in a window after the infusion, gaps filled, low days joined to runs."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from tests.oracle.course.document import Course, Entry

FILLED_UP_TO_DAYS = 7
JOINED_OVER_DAYS = 2
CLOSING_EVENTS = {"relapse", "next_therapy", "death"}
IN_1E9_PER_L = {"10*9/L": Fraction(1), "/uL": Fraction(1, 1000)}


@dataclass
class Window:
    """Days of a window up to the first event that closes it; `closed`: nothing more can come."""

    first: int
    last: int
    closed: bool
    closed_by_death: bool


def window_of(course: Course, first: int, last: int) -> Window:
    """Closed by follow-up end, relapse, next therapy or death, or by a record on a later day.

    A course closed on or before the last day closes nothing.
    """
    closing = [
        (course.day(event.hour), event.get("kind"))
        for event in course.events
        if event.get("kind") in CLOSING_EVENTS and event.hour >= 0
    ]
    follow_up = course.facts.get("last_follow_up_day")
    if follow_up is not None:
        closing.append((follow_up, "follow-up end"))
    within = [(day, kind) for day, kind in closing if day <= last]
    if within:
        end = min(day for day, _ in within)
        return Window(first, end, closed=True, closed_by_death=(end, "death") in within)
    later = bool(closing) or any(day > last for day in days_of_records(course))
    return Window(first, last, closed=later, closed_by_death=False)


def days_of_records(course: Course) -> list[int]:
    entries = [*course.assessments, *course.labs, *course.doses, *course.events]
    hours = [entry.hour for entry in entries]
    closed = course.closed_hour()
    return [course.day(hour) for hour in (hours if closed is None else [*hours, closed])]


@dataclass
class DailyCounts:
    """The lowest measured count of each day, and the days filled in a straight line between."""

    window: Window
    measured: dict[int, Fraction]
    filled: dict[int, Fraction]

    @property
    def values(self) -> dict[int, Fraction]:
        return self.measured | self.filled

    def longest_unmeasured(self) -> int:
        """The most days in a row inside the window that are neither measured nor filled."""
        longest = length = 0
        for day in range(self.window.first, self.window.last + 1):
            length = 0 if day in self.values else length + 1
            longest = max(longest, length)
        return longest


def daily_counts(course: Course, analyte: str, window: Window) -> DailyCounts:
    measured: dict[int, Fraction] = {}
    for lab in course.labs:
        day = course.day(lab.hour)
        if lab.get("analyte") == analyte and window.first <= day <= window.last:
            value = count_of(lab)
            measured[day] = min(value, measured.get(day, value))
    return DailyCounts(window, measured, filled_between(measured))


def count_of(lab: Entry) -> Fraction:
    """A count in 10⁹/L; below the limit of detection it is taken as the limit."""
    value = lab.number("value")
    assert value is not None
    return value * IN_1E9_PER_L[lab.get("unit")]


def filled_between(measured: dict[int, Fraction]) -> dict[int, Fraction]:
    """Gaps of up to 7 days between two measured days, in a straight line."""
    days, filled = sorted(measured), {}
    for before, after in pairwise(days):
        if 0 < after - before - 1 <= FILLED_UP_TO_DAYS:
            rise = (measured[after] - measured[before]) / (after - before)
            for day in range(before + 1, after):
                filled[day] = measured[before] + rise * (day - before)
    return filled


def joined_runs(days: list[int]) -> list[tuple[int, int]]:
    """First and last day of each run; runs apart by at most two days are one."""
    runs: list[tuple[int, int]] = []
    for day in sorted(days):
        if runs and day - runs[-1][1] - 1 <= JOINED_OVER_DAYS:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs


def lengths(runs: list[tuple[int, int]]) -> list[int]:
    return [last - first + 1 for first, last in runs]
