"""Measurements: plausible limits of times and bedside values.

Limits come in two kinds: `hard` refuses a value as a typing error, `soft` asks once. Both are
our own decisions, made from the ranges that occur at the bedside; the reason stands beside each.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

EARLIEST_YEAR, LATEST_YEAR = 1990, 2150
"""Clinical times lie in these years: from the first CAR-T trials, up to a typing error."""
EARLIEST_AT = datetime(EARLIEST_YEAR, 1, 1, tzinfo=UTC)
BEFORE_AT = datetime(LATEST_YEAR + 1, 1, 1, tzinfo=UTC)
EARLIEST_BIRTH, LATEST_BIRTH = date(EARLIEST_YEAR - 120, 1, 1), date(LATEST_YEAR, 12, 31)
FURTHEST_FROM_INFUSION = timedelta(days=366 * 30)
"""Longer than the 15-year follow-up, twice."""


def is_clinical_time(moment: datetime) -> bool:
    """Whether an aware time lies in the years 1990–2150, counted in UTC."""
    return EARLIEST_AT <= moment < BEFORE_AT


@dataclass(frozen=True, slots=True)
class Limits:
    """Plausible values of one measurement in its canonical unit, both ends inclusive."""

    unit: str
    hard_low: Decimal
    hard_high: Decimal
    soft_low: Decimal | None
    soft_high: Decimal | None
    why: str
    integer: bool = False

    def refuses(self, value: Decimal) -> bool:
        """True where `value` (canonical unit) cannot be a measurement of a patient."""
        return not self.hard_low <= value <= self.hard_high

    def asks(self, value: Decimal) -> bool:
        """True where `value` (canonical unit) is possible but worth one question."""
        below = self.soft_low is not None and value < self.soft_low
        return below or (self.soft_high is not None and value > self.soft_high)

    @classmethod
    def of(
        cls,
        unit: str,
        hard: tuple[str, str],
        soft: tuple[str | None, str | None],
        why: str,
        *,
        integer: bool = False,
    ) -> Limits:
        """Limits from their ends as they are written."""
        low, high = (None if end is None else Decimal(end) for end in soft)
        return cls(unit, Decimal(hard[0]), Decimal(hard[1]), low, high, why, integer)


RATE_LIMITS: dict[str, Limits] = {
    "norepinephrine": Limits.of("µg/min", ("0", "500"), (None, "100"), "ml/h typed as a rate"),
    "epinephrine": Limits.of("µg/min", ("0", "500"), (None, "100"), "ml/h typed as a rate"),
    "phenylephrine": Limits.of("µg/min", ("0", "2000"), (None, "500"), "ml/h typed as a rate"),
    "dopamine": Limits.of("µg/kg/min", ("0", "100"), (None, "25"), "a rate per minute, not per kg"),
    "vasopressin": Limits.of("units/min", ("0", "1"), (None, "0.1"), "units per hour typed"),
}
"""The unit in which an assessment holds the rate of each vasopressor, and plausible rates.

The hard end refuses a rate in another unit.
"""


def plain_text(number: Decimal, *, places: int = 0) -> str:
    """`number` without trailing zeros, with at least `places` decimals, never as a power."""
    shortest = format(number.normalize(), "f")
    decimals = len(shortest.partition(".")[2])
    return shortest if decimals >= places else format(number, f".{places}f")
