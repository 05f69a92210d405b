"""EASIX, s-EASIX and m-EASIX as a formula over classes of values, in each window.

Exact fractions: the engine's decimal has to agree to twelve digits.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import log2
from random import Random
from typing import Any

from tests.oracle.measured import Fields, lab

FACTORS = {
    "easix": ("ldh", "creatinine"),
    "s_easix": ("ldh",),
    "m_easix": ("ldh", "crp"),
}
"""What stands above the platelets. Creatinine and CRP count in mg/dL."""

Member = tuple[str, Fraction]


def _of(*pairs: tuple[str, str]) -> tuple[Member, ...]:
    return tuple((written, Fraction(value)) for written, value in pairs)


VALUES: dict[str, dict[str, tuple[Member, ...]]] = {
    "ldh": {
        "value": _of(("600", "600"), ("180", "180"), ("10 ukat/L", "600")),
        "bound": _of(("> 5000", "0"), ("< 30", "0")),
        "no unit": _of(
            ("600 mg/L", "0"),
        ),
        "missing": (),
    },
    "creatinine": {
        "value": _of(("0.8", "0.8"), ("2", "2"), ("88.4 umol/L", "1")),
        "bound": _of(
            ("< 0.2", "0"),
        ),
        "missing": (),
    },
    "crp": {
        "value": _of(("100", "10"), ("2.5", "0.25"), ("10 mg/dL", "10")),
        "zero": _of(
            ("0", "0"),
        ),
        "bound": _of(("< 1", "0"), ("> 300", "0")),
        "missing": (),
    },
    "platelets": {
        "value": _of(("50", "50"), ("230", "230"), ("50000 /uL", "50")),
        "zero": _of(
            ("0", "0"),
        ),
        "bound": _of(
            ("< 10", "0"),
        ),
        "no unit": _of(("50 g/dL", "0"), ("230 packs", "0")),
        "missing": (),
    },
}
Picked = dict[str, tuple[str, Member | None]]


def picked(row: dict[str, str], pick: Random) -> Picked:
    """A member of each class of a row."""
    return {
        analyte: (name, pick.choice(VALUES[analyte][name]) if VALUES[analyte][name] else None)
        for analyte, name in row.items()
    }


def labs(chosen: Picked, hours: dict[str, float]) -> list[Fields]:
    return [
        lab(analyte, member[0], hours[analyte])
        for analyte, (_, member) in chosen.items()
        if member is not None
    ]


def index(key: str, chosen: Picked) -> Fraction | None:
    """The index; None where a value is missing or only a bound, or no platelets are left."""
    needed = (*FACTORS[key], "platelets")
    if any(chosen[analyte][0] not in ("value", "zero") for analyte in needed):
        return None
    if chosen["platelets"][0] == "zero":
        return None
    members = {analyte: chosen[analyte][1] for analyte in needed}
    above = Fraction(1)
    for analyte in FACTORS[key]:
        above *= members[analyte][1]  # type: ignore[index]
    return above / members["platelets"][1]  # type: ignore[index]


DAY = {"day_0": 0, "day_1": 1, "day_3": 3}


def is_readable(value: tuple[str, Member | None]) -> bool:
    """Whether it was measured, in a unit that can be read."""
    return value[0] not in ("missing", "no unit")


def entry(key: str, chosen: Picked, window: str, hours: dict[str, float]) -> dict[str, Any] | None:
    """What stands for one window; None without an LDH, on which all three stand.

    Without a set of values at most 24 h apart there is no one hour of it.
    """
    if chosen["ldh"][0] == "missing":
        return None
    needed = (*FACTORS[key], "platelets")
    there = [hours[analyte] for analyte in needed if is_readable(chosen[analyte])]
    together = len(there) == len(needed) and max(there) - min(there) <= 24
    value = index(key, chosen) if together else None
    return {
        "window": window,
        "hour": max(there) if together else None,
        "day": int(max(there) // 24) if together else DAY.get(window),
        "not_used": {analyte for analyte in needed if chosen[analyte][0] == "no unit"},
        "value": None if value is None else float(value),
        "log2": None if not value else log2(value),
    }


def combinations() -> list[dict[str, str]]:
    return [
        dict(zip(VALUES, names, strict=True))
        for names in product(*(tuple(table) for table in VALUES.values()))
    ]


WINDOWS: tuple[tuple[float, str | None], ...] = (
    (-97, "before_lymphodepletion"),
    (-96.5, "before_lymphodepletion"),
    (-96, None),
    (-1, None),
    (0, "day_0"),
    (23.5, "day_0"),
    (24, "day_1"),
    (47.5, "day_1"),
    (48, None),
    (71.5, None),
    (72, "day_3"),
    (95.5, "day_3"),
    (96, None),
)
"""The hour of a result and its window, in a course without a recorded lymphodepletion."""

APART: tuple[tuple[float, float], ...] = ((-130, -106), (-130, -105.5), (-120, -120), (2, 20))
"""Two hours in one window: 24 h apart, more, together, and within Day 0."""
