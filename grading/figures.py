"""Computed figures as a reader can use them: no digit that the measurement cannot carry.

What is stored, and what a rule compares, stays exact. Near a limit a figure keeps the digit that
shows on which side it lies: 2.04 × is not 2 ×.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Any

TIMES_WHOLE_FROM = 10
"""From here on a multiple has no decimals, inclusive."""
DOUBLING_IN_HOURS_UP_TO = 48
"""A doubling time is given in hours up to here, inclusive, beyond in days."""
NOT_DOUBLING_FROM_DAYS = 14
"""So slow a rise, or a slower one, is not called doubling, inclusive."""
PER_HOUR_FROM = 10
"""A change of fewer ng/mL per hour is given per day."""
MINUTES_BELOW_HOURS = 24
"""A run of less than this is given with its minutes."""
RATE_DECIMALS_FROM = 1
"""A rate from here on has one decimal, inclusive; a smaller one three digits."""
DIGITS = 3
"""Digits of a value that was converted, unless it has more before the point."""

HOURS_A_DAY, MINUTES_AN_HOUR = 24, 60
TENTH, HUNDREDTH, WHOLE = Decimal("0.1"), Decimal("0.01"), Decimal(1)


def times(multiple: Decimal) -> str:
    """A multiple of a limit or a baseline: 27, 5.3; 2.04 where one decimal would hide the rest."""
    if multiple >= TIMES_WHOLE_FROM:
        return f"{multiple.quantize(WHOLE, ROUND_HALF_UP):,f}"
    rounded = multiple.quantize(TENTH, ROUND_HALF_UP)
    hides = rounded == rounded.to_integral_value() and rounded != multiple
    return _plain(multiple.quantize(HUNDREDTH, ROUND_HALF_UP) if hides else rounded)


def doubling_time(hours: Decimal) -> str:
    """Doubling in 18 h; doubling in 5 days; not doubling. A part counts as a whole."""
    if hours < 1:
        return "doubling in under 1 h"
    if hours <= DOUBLING_IN_HOURS_UP_TO:
        return f"doubling in {hours.to_integral_value(ROUND_CEILING):f} h"
    days = hours / HOURS_A_DAY
    if days >= NOT_DOUBLING_FROM_DAYS:
        return "not doubling"
    return f"doubling in {days.to_integral_value(ROUND_HALF_UP):f} days"


def change_of_ferritin(ng_ml_per_hour: Decimal) -> str:
    """Rising 250 ng/mL per hour; falling 19 ng/mL per day; unchanged."""
    direction = "rising" if ng_ml_per_hour > 0 else "falling"
    amount, unit = abs(ng_ml_per_hour), "hour"
    if amount < PER_HOUR_FROM:
        amount, unit = amount * HOURS_A_DAY, "day"
    whole = amount.quantize(WHOLE, ROUND_HALF_UP)
    return f"{direction} {whole:,f} ng/mL per {unit}" if whole else "unchanged"


def run_time(hours: Decimal) -> str:
    """For how long an infusion has run: 13 h 51 min, 3 h, 52 h; never more than it was."""
    whole = hours.to_integral_value(ROUND_DOWN)
    minutes = ((hours - whole) * MINUTES_AN_HOUR).to_integral_value(ROUND_DOWN)
    if hours >= MINUTES_BELOW_HOURS or not minutes:
        return f"{whole:f} h"
    return f"{whole:f} h {minutes:02f} min" if whole else f"{minutes:f} min"


def rate(value: Decimal) -> str:
    """A rate of a vasopressor in its unit: 6.2, 0.125; never more than it was."""
    if value >= RATE_DECIMALS_FROM:
        return _plain(value.quantize(TENTH, ROUND_DOWN))
    return _plain(_of_digits(value, ROUND_DOWN))


def converted(value: Decimal) -> Decimal:
    """A value in another unit, to three digits: 0.00412 from 0.004118; 1240 from 1240.35."""
    return _of_digits(value, ROUND_HALF_UP)


def exact(value: Any) -> Decimal:
    """A number as it is stored, an int or a float of JSON included."""
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _of_digits(value: Decimal, rounding: str) -> Decimal:
    exponent = min(0, value.adjusted() - DIGITS + 1) if value else 0
    return value.quantize(Decimal(1).scaleb(exponent), rounding)


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
