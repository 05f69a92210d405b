"""Times of a ward's wall clock: the hour that it skips, and the hour that it shows twice."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo


class SkippedTime(ValueError):
    """Raised for a time that does not exist because the clocks go forward over it."""


class RepeatedTime(ValueError):
    """Raised for a time that the clock shows twice, where nobody chose the first or the second.

    `moments` are the two, the earlier first.
    """

    def __init__(self, first: datetime, second: datetime) -> None:
        super().__init__(
            f"{first:%H:%M} comes twice on {first:%d %b %Y}, when the clocks go back. Which one?"
        )
        self.moments = (first, second)


def local_moment(day: date, hour: time, zone: tzinfo, fold: int | None) -> datetime:
    """The date and time in `zone`. If the clock shows it twice, `fold` chooses: 0 or 1.

    Raises `SkippedTime`, and `RepeatedTime` where `fold` is None.
    """
    first = datetime.combine(day, hour, tzinfo=zone)
    second = first.replace(fold=1)
    before, after = _offsets(first)
    if before < after:
        raise SkippedTime(
            f"{hour:%H:%M} does not exist on {day:%d %b %Y}: the clocks go forward over it."
        )
    if before > after and fold is None:
        raise RepeatedTime(first, second)
    return second if before > after and fold == 1 else first


def comes_twice(local: datetime) -> bool:
    """Whether the clock on the wall shows this time twice."""
    before, after = _offsets(local)
    return before > after


def _offsets(local: datetime) -> tuple[timedelta, timedelta]:
    """The two offsets from UTC: of the first such time of the day, and of the second."""
    first, second = (local.replace(fold=fold).utcoffset() for fold in (0, 1))
    return first or timedelta(0), second or timedelta(0)


def date_and_time(moment: datetime) -> str:
    """The moment as day, month and time, such as 05 Jan 2026 06:40."""
    return f"{moment:%d %b %Y %H:%M}"
