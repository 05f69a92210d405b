"""A recorded fact, and a laboratory value with its age: what every part of a situation holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Fact:
    """Something recorded that calls a line: in words, with its time and the entry it rests on."""

    text: str
    at: timedelta | None = None
    uid: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """One laboratory value in its canonical unit. `text` is as a ward says it: ANC 104/µL.

    It says so where the result is preliminary, or to be checked since it is unlikely.
    """

    analyte: str
    value: Decimal
    text: str
    at: timedelta
    uid: str = ""
    is_fresh: bool = True
    """False where it is older than the hours after which it is not used."""
    is_exact: bool = True
    """False for a bound such as < 10, whose sign stands in `text`."""
    day: int | None = None
    """The calendar day since the latest infusion on which it was taken."""

    def is_below(self, limit: Decimal) -> bool | None:
        """Whether the value lies below a limit; None where a bound leaves it open."""
        if self.is_exact:
            return self.value < limit
        if "<" in self.text:
            return True if self.value <= limit else None
        return False if self.value >= limit else None

    def is_above(self, limit: Decimal) -> bool | None:
        """Whether the value lies above a limit; None where a bound leaves it open."""
        if self.is_exact:
            return self.value > limit
        if ">" in self.text:
            return True if self.value >= limit else None
        return False if self.value <= limit else None


@dataclass(frozen=True, slots=True)
class FerritinCourse:
    """Ferritin with its course. Ratios are None where one of the values is not known."""

    now: Reading
    before: Reading | None = None
    times_limit: Decimal | None = None
    times_baseline: Decimal | None = None
    doubling_hours: Decimal | None = None
    """Only where it rises."""
    falls: bool = False
    was_high_before: bool = False
