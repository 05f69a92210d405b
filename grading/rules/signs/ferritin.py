"""Ferritin against its limit and against the patient's own baseline, and its rise.

Unit      ng/mL (= µg/L).
Source    IEC-HS asks for more than 2 × the upper limit or 2 × the baseline at infusion, or a
          rapid rise (HINES_2023, review). What "rapid" means is printed nowhere: the doubling
          time and the rise per hour are shown and decide nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from grading.engine.labs import LabIndex, LabValue, UpperLimit, labs_of, upper_limit
from grading.local_rules import LocalRules
from grading.record import HOUR, INFUSION, Record

MOST_WITH_DECIMALS = 10**15
RAPID_DOUBLING_HOURS = 24
RAPID_NG_ML_PER_HOUR = 100


@dataclass(frozen=True, slots=True)
class Rise:
    """From one ferritin to the next. `doubling_hours` is None where it did not rise."""

    since: timedelta
    ng_ml_per_hour: Decimal
    doubling_hours: Decimal | None

    @property
    def is_rapid(self) -> bool:
        """Whether ferritin doubles within 24 h or rises by over 100 ng/mL per h; display only."""
        doubles = self.doubling_hours is not None and self.doubling_hours <= RAPID_DOUBLING_HOURS
        return doubles or self.ng_ml_per_hour > RAPID_NG_ML_PER_HOUR


@dataclass(frozen=True, slots=True)
class Ferritin:
    """A ferritin with its upper limit, the baseline (None without one), and the rise to it."""

    now: LabValue
    limit: UpperLimit
    baseline: Decimal | None
    rise: Rise | None

    @property
    def times_limit(self) -> Decimal:
        return ratio(self.now.value, self.limit.value)

    @property
    def times_baseline(self) -> Decimal | None:
        return None if not self.baseline else ratio(self.now.value, self.baseline)

    @property
    def baseline_was_high(self) -> bool:
        """Whether the baseline is more than 2 × the upper limit."""
        return self.baseline is not None and self.baseline > 2 * self.limit.value


def ratio(value: Decimal, reference: Decimal) -> Decimal:
    """`value` in multiples of `reference`, to two decimals unless very large: for reading only.

    `reference` is above 0.
    """
    times = value / reference
    return times.quantize(Decimal("0.01")) if times < MOST_WITH_DECIMALS else times


def ferritin_at(
    record: Record, at: timedelta, local: LocalRules, *, since: timedelta = INFUSION
) -> Ferritin | None:
    """The latest ferritin at or before `at` and not older than `since`; None without one."""
    labs = labs_of(record)
    now = labs.latest("ferritin", at, since=since)
    limit = None if now is None else upper_limit(now, local)
    if now is None or limit is None:
        return None
    return Ferritin(now, limit, baseline(record, labs), rise_to(labs, now))


def baseline(record: Record, labs: LabIndex | None = None) -> Decimal | None:
    """Ferritin at infusion: the recorded baseline, else the last exact result up to it."""
    if record.baseline.ferritin_ng_ml is not None:
        return record.baseline.ferritin_ng_ml
    measured = (labs or labs_of(record)).latest("ferritin", INFUSION)
    return measured.value if measured is not None and measured.is_exact else None


def rise_to(labs: LabIndex, now: LabValue) -> Rise | None:
    """The rise to `now` from the result before it; None without one, or where either is a bound."""
    before = labs.latest_before("ferritin", now.elapsed)
    if before is None or not (now.is_exact and before.is_exact) or before.value <= 0:
        return None
    hours = Decimal((now.elapsed - before.elapsed) / HOUR)
    per_hour = (now.value - before.value) / hours
    doubling = None
    if now.value > before.value:
        doublings = math.log2(now.value / before.value)
        doubling = hours / Decimal(doublings) if doublings > 0 else None  # too small a rise
    return Rise(before.elapsed, per_hour, doubling)
