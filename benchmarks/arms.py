"""Two arms measured in turn in one run, and the table of what came out.

The machine may be busy with other work. So the arms take turns, one call each, and every
repetition gives one ratio of its own.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import mean, median

REPETITIONS = 7
HEAD = (
    f"{'database':<10} {'what':<34} {'against':<27} "
    f"{'ms':>22} {'ms against':>22} {'ratio':>18}  at most"
)


@dataclass(frozen=True, slots=True)
class Measured:
    """One line of the table: what a call took in each repetition, and the other arm's, in ms.

    `limit` bounds the median ratio; with no other arm, the median itself in ms; None nothing.
    """

    what: str
    limit: float | None
    took: Sequence[float]
    against: str = ""
    other: Sequence[float] = ()

    @property
    def ratios(self) -> list[float]:
        return [mine / its for mine, its in zip(self.took, self.other, strict=True)]

    @property
    def is_within(self) -> bool:
        return self.limit is None or median(self.ratios if self.other else self.took) <= self.limit

    def line(self, database: str) -> str:
        """Median and range of the repetitions."""
        ratio = _median_and_range(self.ratios) if self.other else ""
        against = _median_and_range(self.other) if self.other else ""
        unit = "" if self.other else " ms"
        limit = "" if self.limit is None else f"{self.limit:g}{unit}"
        return (
            f"{database:<10} {self.what:<34} {self.against:<27} {_median_and_range(self.took):>22} "
            f"{against:>22} {ratio:>18}  {limit}{'' if self.is_within else ' MISSED'}"
        )


def _median_and_range(values: Sequence[float]) -> str:
    return f"{median(values):.2f} ({min(values):.2f}–{max(values):.2f})"


def in_turn(
    one: Callable[[], object], other: Callable[[], object], *, calls: int
) -> tuple[list[float], list[float]]:
    """Per repetition the mean of so many calls of each arm, in ms; one call each in turn.

    The mean, because a call that is longer is also interrupted more often by other work: the
    median of short calls would leave that out for one arm alone.
    """
    one(), other()  # warm
    mine, its = [], []
    for _ in range(REPETITIONS):
        pairs = [(milliseconds(one), milliseconds(other)) for _ in range(calls)]
        mine.append(mean(pair[0] for pair in pairs))
        its.append(mean(pair[1] for pair in pairs))
    return mine, its


def milliseconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000
