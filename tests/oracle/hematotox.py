"""CAR-HEMATOTOX as a lookup: the points of each class of the five items, and their sum.

A class is the range of points that its results allow: one number where the value is known or its
bound decides, more where it is missing, only a bound or unreadable. Only what was never measured is
missing; what came in a unit that nobody can read is named.
"""

from __future__ import annotations

from itertools import product
from random import Random
from typing import Any, NamedTuple

from tests.oracle.measured import Fields, lab

HIGH_RISK_FROM = 2


class Item(NamedTuple):
    """Points at least and at most, and the results that stand for the class."""

    low: int
    high: int
    results: tuple[str, ...]


ITEMS: dict[str, dict[str, Item]] = {
    "platelets": {
        "0": Item(0, 0, ("176", "400", "> 175", "176000 /uL")),
        "1 at 175": Item(1, 1, ("175", "175000 /uL")),
        "1": Item(1, 1, ("174", "100")),
        "1 at 75": Item(1, 1, ("75", "75000 /uL")),
        "2": Item(2, 2, ("74", "0", "< 75", "< 5")),
        "0-1 by bound": Item(0, 1, ("> 75", "> 100")),
        "1-2 by bound": Item(1, 2, ("< 175", "< 76")),
        "0-2 by bound": Item(0, 2, ("< 176", "> 74", "> 10")),
        "unreadable": Item(0, 2, ("60 packs", "< 900 packs")),
        "missing": Item(0, 2, ()),
    },
    "anc": {
        "0": Item(0, 0, ("1.21", "5", "1201 /uL", "> 1.2")),
        "1 at 1200": Item(1, 1, ("1.2", "1200 /uL")),
        "1": Item(1, 1, ("1.19", "0", "< 1.2", "< 0.1")),
        "0-1 by bound": Item(0, 1, ("< 1.21", "> 1.19", "> 0.5")),
        "unreadable": Item(0, 1, ("60 mg/dL", "< 900 mg/dL")),
        "missing": Item(0, 1, ()),
    },
    "hemoglobin": {
        "0": Item(0, 0, ("9.1", "14", "91 g/L", "> 9")),
        "1 at 9": Item(1, 1, ("9", "90 g/L")),
        "1": Item(1, 1, ("8.9", "5", "< 9")),
        "0-1 by bound": Item(0, 1, ("< 9.1", "> 8.9")),
        "unreadable": Item(0, 1, ("60 %", "< 900 %")),
        "missing": Item(0, 1, ()),
    },
    "crp": {
        "0": Item(0, 0, ("29.9", "2.9 mg/dL", "25", "0", "< 30", "< 3 mg/dL", "< 1")),
        "1 at 30": Item(1, 1, ("30", "3 mg/dL")),
        "1": Item(1, 1, ("30.1", "300", "> 30", "3.1 mg/dL")),
        "0-1 by bound": Item(0, 1, ("< 30.1", "> 29.9", "> 2 mg/dL")),
        "unreadable": Item(0, 1, ("60 U/L", "< 900 U/L")),
        "missing": Item(0, 1, ()),
    },
    "ferritin": {
        "0": Item(0, 0, ("649", "20", "< 650", "649.9 ug/L")),
        "1 at 650": Item(1, 1, ("650",)),
        "1": Item(1, 1, ("651", "1200")),
        "1 at 2000": Item(1, 1, ("2000",)),
        "2": Item(2, 2, ("2001", "> 2000", "> 40000", "90000")),
        "0-1 by bound": Item(0, 1, ("< 651", "< 2000")),
        "1-2 by bound": Item(1, 2, ("> 650", "> 1999")),
        "0-2 by bound": Item(0, 2, ("< 2001", "> 649", "> 100")),
        "unreadable": Item(0, 2, ("60 U/L", "< 900 U/L")),
        "missing": Item(0, 2, ()),
    },
}
ONE_OF_EACH = {
    "platelets": ("0", "1", "1 at 175", "2", "1-2 by bound", "missing"),
    "anc": ("0", "1", "1 at 1200", "0-1 by bound", "missing"),
    "hemoglobin": ("0", "1", "1 at 9", "0-1 by bound", "missing"),
    "crp": ("0", "1", "1 at 30", "0-1 by bound", "missing"),
    "ferritin": ("0", "1", "1 at 2000", "2", "0-2 by bound", "missing"),
}
"""Enough of each item that every sum and every kind of gap occurs."""


def score(row: dict[str, str]) -> dict[str, Any] | None:
    """Score, range, risk and what is missing; None where none of the five was ever measured."""
    if all(name == "missing" for name in row.values()):
        return None
    items = {analyte: ITEMS[analyte][name] for analyte, name in row.items()}
    low = sum(item.low for item in items.values())
    high = sum(item.high for item in items.values())
    missing = frozenset(name for name, item in items.items() if not item.results)
    exact = low if low == high and not missing else None
    risk = "high" if low >= HIGH_RISK_FROM else "low" if exact is not None else None
    return {
        "score": exact,
        "low": low,
        "high": high,
        "risk": risk,
        "missing": missing,
        "not_used": {analyte for analyte, name in row.items() if name == "unreadable"},
    }


def labs(row: dict[str, str], pick: Random, hour: float) -> list[Fields]:
    """Results that stand for such a row."""
    return [
        lab(analyte, pick.choice(ITEMS[analyte][name].results), hour)
        for analyte, name in row.items()
        if name != "missing"
    ]


def combinations(*, full: bool) -> list[dict[str, str]]:
    """Every combination of classes, or of those that make every sum and every kind of gap."""
    classes = {name: tuple(table) for name, table in ITEMS.items()} if full else ONE_OF_EACH
    return [dict(zip(classes, names, strict=True)) for names in product(*classes.values())]


def drawn_row(pick: Random) -> dict[str, str]:
    return {name: pick.choice(tuple(table)) for name, table in ITEMS.items()}


# Before lymphodepletion

AGENTS = ("fludarabine", "bendamustine", "cyclophosphamide")
APART_HOURS, EARLIEST_DAY, UNRECORDED_DAY = 72, -28, -5


def is_before(hour: float, doses: tuple[tuple[str, float], ...]) -> bool:
    """At or before the first of the last group of doses ahead of the infusion.

    No two of a group follow each other by more than 72 h, and none lies before Day −28. Without
    one, on Day −5 or earlier.
    """
    hours = sorted(at for agent, at in doses if agent in AGENTS and EARLIEST_DAY * 24 <= at < 0)
    if not hours:
        return hour // 24 <= UNRECORDED_DAY
    first = len(hours) - 1
    while first > 0 and hours[first] - hours[first - 1] <= APART_HOURS:
        first -= 1
    return hour <= hours[first]


def drawn_doses(pick: Random) -> tuple[tuple[str, float], ...]:
    """A few doses, each at one of the distances that matter from the one after it."""
    at, doses = float(pick.choice((-48, -72, -96, -120, 24))), []
    for _ in range(pick.choice((0, 1, 2, 3, 5))):
        doses.append((pick.choice((*AGENTS, "etoposide")), at))
        at -= pick.choice((0, 24, 48, 72, 72.5, 96, 400))
    return tuple(doses)


BEFORE, AFTER = True, False
WINDOWS: tuple[tuple[str, float, tuple[tuple[str, float], ...], bool], ...] = (
    (
        "before the first fludarabine",
        -97,
        (("fludarabine", -96), ("cyclophosphamide", -96)),
        BEFORE,
    ),
    ("at the first fludarabine", -96, (("fludarabine", -96),), BEFORE),
    ("just after the first fludarabine", -95.5, (("fludarabine", -96),), AFTER),
    ("after bridging", -144, (("bendamustine", -504), ("fludarabine", -120)), BEFORE),
    ("a group of 72 h steps", -191, (("cyclophosphamide", -192), ("fludarabine", -120)), AFTER),
    ("72.5 h ahead", -191, (("cyclophosphamide", -192.5), ("fludarabine", -120)), BEFORE),
    ("after Day -28", -650, (("bendamustine", -672),), AFTER),
    ("after Day -29", -650, (("bendamustine", -673),), BEFORE),
    ("between two", -80, (("cyclophosphamide", -96), ("fludarabine", -72)), AFTER),
    ("before bendamustine", -73, (("bendamustine", -72),), BEFORE),
    ("after bendamustine", -71, (("bendamustine", -72),), AFTER),
    ("Day -5, none recorded", -96.5, (), BEFORE),
    ("Day -4, none recorded", -96, (), AFTER),
    ("Day -20, none recorded", -480, (), BEFORE),
    ("Day -5, etoposide only", -97, (("etoposide", -120),), BEFORE),
    ("Day -6, cyclophosphamide after the infusion", -121, (("cyclophosphamide", 240),), BEFORE),
    ("Day -3, cyclophosphamide after the infusion", -50, (("cyclophosphamide", 240),), AFTER),
    ("Day 3", 72, (), AFTER),
)
"""Hour of the results, doses, whether the results stand before lymphodepletion."""

AFTERWARDS: dict[str, Any] = {
    "score": None,
    "low": 0,
    "high": 7,
    "risk": None,
    "missing": frozenset(ITEMS),
    "not_used": set(),
}
"""Measured, but never before lymphodepletion."""
