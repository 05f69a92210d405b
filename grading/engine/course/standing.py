"""The grade that stands: the last full grade, until a later entry replaces it.

Takes   the results of one system in order of time, those of assessments that have its part.
Gives   the places of the results that stood, one after the other; the last of them stands now.
        Documents, board and chart ask this one function.
Source  local: a set of six vital signs tells nothing of the oxygen device, so it ends no grade.

An exact grade and a review replace what stands. A lower bound replaces it only where it is as
high or higher; a null never does. Until it is replaced the grade is "not reassessed".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grading.engine.result import Result


@dataclass(frozen=True, slots=True)
class GradeThatStands:
    """The grade of one system that stands after its last entry, and what was entered since.

    results   every result of the system, oldest first
    stood     the places of the results that stood, oldest first; empty before the first grade
    """

    results: tuple[Result, ...]
    stood: tuple[int, ...]

    @property
    def place(self) -> int | None:
        """The place of the result that stands; None before the first grade."""
        return self.stood[-1] if self.stood else None

    @property
    def stands(self) -> Result | None:
        """The result that stands; None before the first grade."""
        return self.results[self.stood[-1]] if self.stood else None

    @property
    def current(self) -> Result | None:
        """The result of the newest entry, whether or not it stands."""
        return self.results[-1] if self.results else None

    @property
    def is_reassessed(self) -> bool:
        """False where the newest entry did not replace the grade that stands."""
        return not self.stood or self.stood[-1] == len(self.results) - 1

    @property
    def earlier_plain(self) -> tuple[int, ...]:
        """The places of the plain grades that stood before the one that stands, newest first."""
        return tuple(place for place in reversed(self.stood[:-1]) if not self.results[place].review)


def grade_that_stands(results: Sequence[Result]) -> GradeThatStands:
    """Walk the results, oldest first, and note each that replaced what stood before it.

    Under a review the plain grade before it still holds a lower bound off.
    """
    stood: list[int] = []
    full = height = -1
    for place, result in enumerate(results):
        if not result.has_grade():
            continue
        low, high = limits_of(result)
        if result.at_least and not result.review and low < height:
            continue
        stood.append(place)
        if result.review:
            height = max(high, full)
        else:
            height = full = high
    return GradeThatStands(tuple(results), tuple(stood))


def grade_to_follow(stands: Result | None, newest: Result | None) -> int | None:
    """The grade that options and calls follow: the one that stands, in review the would-be grade.

    Until a physician has confirmed what is put aside, by the newest entry too, it is the grade
    with every sign counted where that is higher.
    """
    shown = None if stands is None else stands.shown
    aside = (None if each is None else each.unconfirmed for each in (stands, newest))
    return max((grade for grade in (shown, *aside) if grade is not None), default=None)


def limits_of(result: Result) -> tuple[int, int]:
    """The lowest and the highest number by which a result is ordered; −1 for a null.

    They differ for a range of grades. A grade with every sign counted that nobody has confirmed
    raises both.
    """
    number = result.shown
    low, high = (result.low, result.high) if number is None else (number, number)
    if low is None or high is None:
        low = high = -1
    if result.if_all_counted is not None and (counted := result.unconfirmed) is not None:
        return max(low, counted), max(high, counted)
    return low, high
