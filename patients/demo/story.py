"""The parts of the story of one fictional patient, and short functions to write them.

`before` is hours before the latest round.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from grading.vocabulary import ICE_ITEMS

SEVEN_EAST, CHILDREN = "7 East", "Children 3"

RoundFindings = dict[str, Any]
Waypoints = tuple[tuple[float, float], ...]
"""Pairs of hours before the latest round and value, the earliest first."""


@dataclass(frozen=True, slots=True)
class DoseGiven:
    """One dose or run; a run goes on, or ends so many hours before the latest round."""

    before: float
    agent: str
    amount: str
    unit: str
    route: str = "IV"
    drug_class: str = ""
    ends: float | None = None
    note: str = ""
    brand: str | None = None
    batch: str | None = None


@dataclass(frozen=True, slots=True)
class Happened:
    before: float
    kind: str
    note: str = ""
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """A physician's decision on a sign, about the rounds from so many hours before the latest."""

    before: float
    sign: str
    decision: str
    holds_from: float
    cause: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Expected:
    """The grades that a story must reach: current and peak; None is not gradable."""

    crs: int | None
    crs_peak: int | None
    icans: int | None
    icans_peak: int | None


LastCall = Literal["closed", "half answered", "unanswered"]


@dataclass(frozen=True, slots=True)
class Story:
    """One patient. `minutes_ago` is the age of the latest round, `round_hours` lie between two.

    `labs` are values of this patient alone: unit, and value by hours before the latest round.
    """

    about: str
    mrn: str
    name: tuple[str, str]
    age: int
    sex: str
    ward: str
    bed: str
    product: str
    indication: str
    weight_kg: str
    day: int
    minutes_ago: int
    rounds: tuple[RoundFindings, ...]
    expected: Expected
    ferritin: Waypoints
    crp: Waypoints
    given: tuple[DoseGiven, ...] = ()
    happened: tuple[Happened, ...] = ()
    decided: tuple[Decided, ...] = ()
    usual: RoundFindings = field(default_factory=dict)
    labs: dict[str, tuple[str, Waypoints]] = field(default_factory=dict)
    no_labs_on: tuple[int, ...] = ()
    crp_unit: str = "mg/L"
    round_hours: int = 12
    late_round: int | None = None
    corrected_round: int | None = None
    struck_out_round: int | None = None
    last_call: LastCall = "closed"
    """How far the ward has come with the call of the last three hours."""


def ice(**lost: int) -> RoundFindings:
    """ICE items with so many points lost in each item named."""
    return {"ice": {item: most - lost.get(item, 0) for item, most in ICE_ITEMS.items()}}


def low(systolic: int, diastolic: int, **more: Any) -> RoundFindings:
    """A low pressure that is being treated."""
    pressures = {"systolic_mmhg": systolic, "diastolic_mmhg": diastolic}
    return {**pressures, "hypotension": True, "heart_rate": 118, **more}


def oxygen_by(device: str, flow: int | None = None, **more: Any) -> RoundFindings:
    """Oxygen by a device, with the saturation under it."""
    return {"oxygen_device": device, "oxygen_flow_l_min": flow, "spo2_percent": 94, **more}


def pressors(rates: dict[str, float], *, hours: int) -> RoundFindings:
    """Rates in their own units, and for how many hours any vasopressor has run."""
    return {"vasopressor_rates": rates, "vasopressor_hours": hours}


def of_another_cause(cause: str, sign: str) -> RoundFindings:
    """A sign with another cause."""
    return {"attribution": {sign: "other"}, "attribution_cause": {sign: cause}}


def fever(temperature: str) -> RoundFindings:
    return {"temperature_c": temperature, "heart_rate": 104, "respiratory_rate": 20}


def tocilizumab(before: float, amount: str, batch: str | None = None) -> DoseGiven:
    brand = None if batch is None else "RoActemra"
    return DoseGiven(before, "tocilizumab", amount, "mg", brand=brand, batch=batch)


def dexamethasone(before: float, amount: str = "10") -> DoseGiven:
    return DoseGiven(before, "dexamethasone", amount, "mg")


def paracetamol(before: float, amount: str = "1000") -> DoseGiven:
    return DoseGiven(before, "paracetamol", amount, "mg", route="PO")


def antiepileptic(before: float) -> DoseGiven:
    return DoseGiven(before, "antiepileptic", "500", "mg", route="PO", note="levetiracetam")
