"""What came of everything that was due on a ward in a month, by shift and by clock."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from patients.rounds.report.calls_of_month import nearest_rank
from patients.rounds.rules.clocks import Clock
from patients.rounds.rules.replay import DueWindow, WindowOutcome

SETTLED = tuple(outcome for outcome in WindowOutcome if outcome is not WindowOutcome.OPEN)
MADE_IN_TIME = (WindowOutcome.EARLY, WindowOutcome.ON_TIME)


@dataclass(frozen=True, slots=True)
class Compliance:
    """What came of the windows of one clock in one shift, or in all of them.

    open  not yet settled at the time of the report, counted apart; `overdue` of these
    """

    clock: Clock
    shift: str
    windows: tuple[DueWindow, ...]
    now: datetime

    @property
    def counts(self) -> Counter[WindowOutcome]:
        return Counter(each.outcome for each in self.windows)

    @property
    def due(self) -> int:
        """How many were due and are settled."""
        return sum(self.counts[outcome] for outcome in SETTLED)

    @property
    def in_time(self) -> int:
        return sum(self.counts[outcome] for outcome in MADE_IN_TIME)

    @property
    def overdue(self) -> int:
        """Of those that are open: how many are overdue now."""
        return sum(
            each.outcome is WindowOutcome.OPEN and each.until < self.now for each in self.windows
        )

    @property
    def late(self) -> list[timedelta]:
        """How late each late one was, from the shortest to the longest."""
        return sorted(
            timedelta(minutes=each.late_minutes)
            for each in self.windows
            if each.outcome is WindowOutcome.LATE
        )

    @property
    def median_late(self) -> timedelta | None:
        return nearest_rank(self.late, 50)

    @property
    def longest_late(self) -> timedelta | None:
        return self.late[-1] if self.late else None

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Why it was not done, the most frequent reason first."""
        not_done = (each for each in self.windows if each.outcome is WindowOutcome.NOT_DONE)
        return Counter(each.reason for each in not_done).most_common()


def shift_names(shifts: Sequence[time]) -> tuple[str, ...]:
    """The shifts as a ward names them: 07:00–19:00, 19:00–07:00."""
    ends = (*shifts[1:], shifts[0])
    return tuple(f"{begins:%H:%M}–{over:%H:%M}" for begins, over in zip(shifts, ends, strict=True))


def shift_at(at: datetime, shifts: Sequence[time], zone: tzinfo) -> int:
    """The place of the shift at this moment by the ward's clock; the last one is over midnight."""
    local = at.astimezone(zone).time()
    return (bisect_right(shifts, local) - 1) % len(shifts)


def compliance_of(
    windows: Iterable[DueWindow], shifts: Sequence[time], zone: tzinfo, now: datetime
) -> list[Compliance]:
    """For each clock all windows, then those of each shift."""
    names = shift_names(shifts)
    sorted_in: dict[tuple[Clock, int], list[DueWindow]] = {}
    for each in windows:
        if each.outcome is WindowOutcome.OPEN and each.due_at > now:
            continue  # nothing was due yet
        place = shift_at(each.counted_at, shifts, zone)
        sorted_in.setdefault((each.clock, place), []).append(each)
    lines = []
    for clock in Clock:
        by_shift = [sorted_in.get((clock, place), []) for place in range(len(names))]
        every = tuple(each for of_shift in by_shift for each in of_shift)
        lines.append(Compliance(clock, "all shifts", every, now))
        if len(names) > 1:
            lines += [
                Compliance(clock, name, tuple(of_shift), now)
                for name, of_shift in zip(names, by_shift, strict=True)
            ]
    return lines


@dataclass(frozen=True, slots=True)
class TypedLate:
    """How many assessments of a shift were typed later than ten minutes after their time."""

    shift: str
    entered: int
    late: tuple[timedelta, ...]

    @property
    def median(self) -> timedelta | None:
        return nearest_rank(self.late, 50)

    @property
    def longest(self) -> timedelta | None:
        return self.late[-1] if self.late else None
