"""The probability of reactive hemophagocytic syndrome by HScore, in percent.

Source    FARDET_2014 as reproduced in Hindawi 2017 and PMC7589537. The probability is read from
          the published table, linear between its points; there is no formula in print.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

PROBABILITY: tuple[tuple[int, Decimal], ...] = tuple(
    (score, Decimal(percent))
    for score, percent in (
        (100, 1),
        (110, 3),
        (120, 5),
        (130, 9),
        (140, 16),
        (150, 25),
        (160, 40),
        (170, 54),
        (180, 70),
        (190, 80),
        (200, 88),
        (210, 93),
        (220, 96),
        (230, 98),
        (240, 99),
    )
)
"""Percent by score as printed. 90 is printed as < 1 and 250 as > 99."""


def probability(score: int) -> tuple[Decimal, str]:
    """The published probability in percent, linear between the printed points.

    Below 100 it is "< 1", above 240 "> 99": the table ends there.
    """
    if score < PROBABILITY[0][0]:
        return PROBABILITY[0][1], "<"
    if score > PROBABILITY[-1][0]:
        return PROBABILITY[-1][1], ">"
    for (lower, at_lower), (upper, at_upper) in pairwise(PROBABILITY):
        if lower <= score <= upper:
            share = Decimal(score - lower) / (upper - lower)
            return at_lower + share * (at_upper - at_lower), "="
    raise AssertionError(score)


def probability_text(low: int, high: int) -> str:
    """As a reader sees it: 52.6 %, < 1 %, or a range."""
    if low == high:
        return f"{_percent(low)} %"
    return f"{_percent(low)} to {_percent(high)} %"


def _percent(score: int) -> str:
    percent, comparator = probability(score)
    text = f"{percent:f}".rstrip("0").rstrip(".") if "." in f"{percent:f}" else f"{percent:f}"
    return text if comparator == "=" else f"{comparator} {text}"
