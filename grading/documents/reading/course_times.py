"""The times of a course document: hours since the first infusion, or dates with a time."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from grading.documents.reading.mistakes import Mistake, show
from grading.measures import FURTHEST_FROM_INFUSION
from grading.record import HOUR, INFUSION

FURTHEST_HOURS = int(FURTHEST_FROM_INFUSION / HOUR)
TOO_FAR = "is more than 30 years from the infusion"


def moment_of(text: str, zone: tzinfo | None) -> datetime:
    """The time that a text states, in `zone` where it names no offset from UTC.

    ValueError says why there is none: an hour that the clocks skip or repeat is not guessed.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{show(text)} is not an ISO 8601 time") from None
    if moment.tzinfo is not None:
        return moment
    if _is_date(text):
        raise ValueError(f"{show(text)} has no time of day")
    if zone is None:
        raise ValueError(f"{show(text)} has no offset from UTC; add it, or give course.time_zone")
    try:
        first, second = (
            moment.replace(tzinfo=_offset(moment.replace(tzinfo=zone, fold=fold)))
            for fold in (0, 1)
        )
        is_on_the_clock = first.astimezone(zone).replace(tzinfo=None) == moment
    except OverflowError:
        raise ValueError(f"{show(text)} is not a time of our calendar") from None
    if first == second:
        return first
    if not is_on_the_clock:
        raise ValueError(f"{show(text)} does not exist in {zone}: the clocks skip this hour")
    raise ValueError(
        f"{show(text)} stands for two times in {zone}, {first.isoformat()} and "
        f"{second.isoformat()}; write the one that is meant"
    )


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _offset(moment: datetime) -> timezone:
    """The offset from UTC as a zone of its own: differences of such times are true hours."""
    return timezone(moment.utcoffset() or timedelta())


@lru_cache(maxsize=4096)
def span_of(hours: Decimal) -> timedelta:
    """So many hours, to the nearest microsecond. ValueError beyond 30 years."""
    if abs(hours) > FURTHEST_HOURS:
        raise ValueError(f"{show(hours)} {TOO_FAR}")
    if hours == (whole := int(hours)):
        return timedelta(hours=whole)
    return timedelta(microseconds=round(Fraction(hours) * 3_600_000_000))


@dataclass(slots=True)
class CourseClock:
    """Turns hours or dates of one document into time since the first infusion.

    What cannot be turned is added to `mistakes`. `is_known` is false where the course itself has
    a mistake: dates then count as the time of the infusion, and nothing is said of them.
    `cautions` are remarks on what was read otherwise than it stands there.
    """

    infused_at: datetime | None
    zone: tzinfo | None
    mistakes: list[Mistake]
    is_known: bool = True
    cautions: list[str] = field(default_factory=list)

    def since(self, text: str, path: str) -> timedelta | None:
        """The time from the infusion to a date with a time."""
        if not self.is_known:
            return INFUSION
        if self.infused_at is None:
            return self._refuse(path, "needs course.infused_at; without it give hours")
        try:
            elapsed = moment_of(text, self.zone) - self.infused_at
        except ValueError as error:
            return self._refuse(path, str(error))
        if abs(elapsed) > FURTHEST_FROM_INFUSION:
            return self._refuse(path, f"{show(text)} {TOO_FAR}")
        return elapsed

    def elapsed(
        self, hour: Any, at: str | None, path: str, keys: tuple[str, str] = ("hour", "at")
    ) -> timedelta | None:
        """The time that stands in one of two keys; None where neither does."""
        if hour is not None and at is not None:
            return self._refuse(f"{path}.{keys[1]}", f"stands beside {keys[0]}; give one of them")
        if at is not None:
            return self.since(at, f"{path}.{keys[1]}")
        return None if hour is None else self.after(hour, f"{path}.{keys[0]}")

    def after(self, hours: Any, path: str) -> timedelta | None:
        """So many hours."""
        try:
            return span_of(hours)
        except ValueError as error:
            return self._refuse(path, str(error))

    def needed(
        self, hours: Sequence[Any], times: Sequence[str | None], section: str, places: Sequence[int]
    ) -> list[timedelta]:
        """The time of each entry of a list; one that has none counts as at the infusion."""
        if times.count(None) == len(times):
            with suppress(TypeError, ValueError):  # None is not a number of hours
                return list(map(span_of, hours))
        entries = zip(hours, times, places, strict=True)
        return [self._of_entry(hour, at, f"{section}[{place}]") for hour, at, place in entries]

    def _of_entry(self, hour: Any, at: str | None, path: str) -> timedelta:
        before = len(self.mistakes)
        elapsed = self.elapsed(hour, at, path)
        if elapsed is None and len(self.mistakes) == before:
            self._refuse(f"{path}.hour", "is needed, or at")
        return INFUSION if elapsed is None else elapsed

    def _refuse(self, path: str, reason: str) -> timedelta | None:
        self.mistakes.append(Mistake(path, reason))
        return None
