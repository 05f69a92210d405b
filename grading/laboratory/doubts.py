"""Results that are possible and worth one question: the form asks, a document has a caution.

The limits are our own decisions. `doubt_about` is the one function by which form and documents
look at a result; it looks at exact results only, since a bound is no measurement.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from grading.laboratory.analytes import ANALYTES

LOOKS_LIKE_ANOTHER_UNIT_BELOW = {
    "platelets": Decimal(1),
    "anc": Decimal("0.01"),
    "wbc": Decimal("0.01"),
    "lymphocytes": Decimal("0.01"),
    "bilirubin_total": Decimal("0.05"),
    "bilirubin_direct": Decimal("0.05"),
}
"""Values above 0 and below this, in the canonical unit: 3.1 /uL is a count of thousands."""
HIGHEST_IN_UNIT = {("hemoglobin", "mmol/L"): Decimal(14)}
"""Above this (g/dL) a hemoglobin in mmol/L may be one in g/dL: 9.1 mmol/L is 14.7 g/dL."""

JUMP_WITHIN = timedelta(hours=24)
JUMP = {
    **dict.fromkeys(
        ("crp", "fibrinogen", "creatinine", "bilirubin_total", "igg", "triglycerides", "ldh"),
        Decimal(8),
    ),
    **dict.fromkeys(("platelets", "anc", "wbc"), Decimal(8)),
    "hemoglobin": Decimal("1.5"),
}
"""A value that is so many times the last, or such a part of it, may be in another unit."""
MOST_REMARKS = 5
"""So many results are named each; low platelets of a month need no list."""
ANY_JUMP = Decimal(500)
"""For every other analyte: near a thousand times the last."""
FAR_OFF, NEAR = Decimal(3), Decimal("2.5")
"""Within a day: a value that is so many times the last, or such a part of it, and whose number in
another listed unit would lie so near the last. A CRP of 12.4 after 78 mg/L is 124 in mg/dL."""
SMALL_CHANGE = {"platelets": Decimal(20), "anc": Decimal(2), "wbc": Decimal(4), "crp": Decimal(10)}
"""A change up to this (canonical unit) is no jump: counts recover from near 0 many times over."""

CRP_HALF_LIFE_HOURS = 19
"""Plasma half-life of CRP in health and disease (Vigushin 1993, J Clin Invest 91:1351)."""
CRP_TOLERANCE = 0.8
"""A CRP may lie so much below what the half-life leaves of the last one."""
WBC_TOLERANCE = Decimal("1.1")
"""Neutrophils may exceed the white cells of their sample by a rounding."""


VERY_LOW, HIGH_FOR_ITS_UNIT = "is very low", "is high for this unit"
FAR_FROM_THE_LAST = "is far from the one before"
FELL_TOO_FAST = f"fell faster than a half-life of {CRP_HALF_LIFE_HOURS} h allows"
ABOUT_THE_UNIT = frozenset({VERY_LOW, HIGH_FOR_ITS_UNIT, FAR_FROM_THE_LAST, FELL_TOO_FAST})
"""The doubts that another unit would explain."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """The exact result of the analyte before this one, in the canonical unit."""

    value: Decimal
    since: timedelta
    """How long before; negative where it was taken later."""


class Ordinary(NamedTuple):
    """What no doubt can be about, by a few comparisons: nearly every result of a registry."""

    low: Decimal
    high: Decimal
    jump: Decimal
    may_fall: bool

    def holds(self, value: Decimal, before: Decimal | None) -> bool:
        """Whether `value` is ordinary, by itself and after `before`; both in canonical units."""
        if not self.low <= value <= self.high:
            return False
        if before is None:
            return True
        is_near = before <= value * self.jump and value <= before * self.jump
        return is_near and (self.may_fall or value >= before)


def units_that_fit(analyte: str, value: Decimal, unit: str | None, before: Decimal) -> list[str]:
    """Other listed units in which the number of `value` would lie near the result before it.

    None where `value` lies near by itself, and none for counts of cells, which rise and fall so far
    within a day. `value` and `before` are above 0, in the canonical unit.
    """
    defined = ANALYTES[analyte]
    own = defined.factor(unit)
    if own is None or defined.is_count or _ratio(value, before) < FAR_OFF:
        return []
    fitting: dict[Decimal, str] = {}
    for other, factor in defined.factors.items():
        if _ratio(value / own * factor, before) <= NEAR:
            fitting.setdefault(factor, other)
    return list(fitting.values())


def _ratio(one: Decimal, other: Decimal) -> Decimal:
    """The larger of two numbers divided by the smaller; at least 1."""
    return max(one, other) / min(one, other)


@cache
def ordinary(analyte: str) -> Ordinary:
    """The ordinary values of an analyte."""
    limits = ANALYTES[analyte].limits
    lows = (limits.soft_low, LOOKS_LIKE_ANOTHER_UNIT_BELOW.get(analyte), limits.hard_low)
    of_units = (most for (name, _), most in HIGHEST_IN_UNIT.items() if name == analyte)
    highs = (limits.soft_high, limits.hard_high, *of_units)
    return Ordinary(
        low=max(low for low in lows if low is not None),
        high=min(high for high in highs if high is not None),
        jump=min(JUMP.get(analyte, ANY_JUMP), FAR_OFF),
        may_fall=analyte != "crp",
    )


def doubt_about(
    analyte: str,
    value: Decimal,
    unit: str | None,
    earlier: Earlier | None = None,
    white_cells: Decimal | None = None,
) -> str:
    """The end of a sentence about an exact `value` in the canonical unit; empty without a doubt.

    `unit` is the unit as written; `white_cells` are those of the same sample.
    """
    if 0 < value < LOOKS_LIKE_ANOTHER_UNIT_BELOW.get(analyte, 0):
        return VERY_LOW
    defined = ANALYTES[analyte]
    if defined.limits.asks(value):
        return "is unusual"
    if analyte == "hemoglobin":
        most = HIGHEST_IN_UNIT.get((analyte, defined.listed(unit) or ""))
        if most is not None and value > most:
            return HIGH_FOR_ITS_UNIT
    if analyte == "anc" and white_cells is not None and value > white_cells * WBC_TOLERANCE:
        return "is more than the white cells of the same sample"
    return "" if earlier is None else _beside_the_last(analyte, value, unit, earlier)


def _beside_the_last(analyte: str, value: Decimal, unit: str | None, earlier: Earlier) -> str:
    before = earlier.value
    if not before or not value:
        return ""
    if analyte == "crp" and earlier.since > timedelta(0) and value < before:
        hours = earlier.since / timedelta(hours=1)
        least = float(before) * 0.5 ** (hours / CRP_HALF_LIFE_HOURS) * CRP_TOLERANCE
        if value < least and before - value > SMALL_CHANGE["crp"]:
            return FELL_TOO_FAST
    jump = JUMP.get(analyte, ANY_JUMP)
    if abs(earlier.since) > JUMP_WITHIN:
        return ""
    is_far = not before / jump <= value <= before * jump
    if not is_far and not units_that_fit(analyte, value, unit, before):
        return ""
    return "" if abs(before - value) <= SMALL_CHANGE.get(analyte, 0) else FAR_FROM_THE_LAST


def few_of(remarks: Iterable[str]) -> tuple[str, ...]:
    """Remarks on results, the first few of many, and how many more there are."""
    listed = tuple(remarks)
    if len(listed) <= MOST_REMARKS:
        return listed
    return (*listed[:MOST_REMARKS], f"{len(listed) - MOST_REMARKS} more results with a doubt")
