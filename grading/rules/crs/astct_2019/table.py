"""The CRS table of the ASTCT consensus 2019: one criterion for each cell, and its footnotes.

Source  ASTCT_2019, CRS table with footnotes; the review's Table 2. Numbers for "hypotension" and
        "low saturation" are not in the table: see `pressure` and `LocalRules`.
"""

from __future__ import annotations

from collections.abc import Callable

from grading.engine.result import Criterion, Missing
from grading.rules.crs.bedside_facts import (
    CrsFacts,
    fever_values,
    hypotension_values,
    oxygen_values,
)
from grading.rules.signs.oxygen import LOW_FLOW_UP_TO_L_MIN, MASKS
from grading.sources import ASTCT_2019, LOCAL, MAHADEO_2019
from grading.vocabulary import POSITIVE_PRESSURE, OxygenDevice, Sign

TABLE = ASTCT_2019.at("CRS table and its footnotes (review, Table 2)")

MULTIPLE_FROM = 2  # agents other than vasopressin; ASTCT 2019 CRS table, grade 4


def unknown_fever(facts: CrsFacts) -> list[str]:
    """The temperature, where neither a number nor an answer was given."""
    return [Missing.TEMPERATURE] if facts.fever is None else []


def unknown_hypotension(facts: CrsFacts) -> list[str]:
    """Hypotension and vasopressors, each where unknown or of unknown number."""
    names: list[str] = [Missing.HYPOTENSION] if facts.hypotension is None else []
    pressors = facts.pressors
    uncounted = pressors.needed is None or pressors.at_most > pressors.at_least
    return [*names, *([Missing.VASOPRESSORS] if uncounted else [])]


def unknown_oxygen(grade: int) -> Callable[[CrsFacts], list[str]]:
    """The device where it is unknown, and the flow where a flow could make this grade."""

    def unknown(facts: CrsFacts) -> list[str]:
        return facts.oxygen.unknown(grade)

    return unknown


def has_fever(facts: CrsFacts) -> bool | None:
    """Temperature at or above 38.0 °C, not put down to another cause."""
    return facts.fever


def is_hypotensive_only(facts: CrsFacts) -> bool | None:
    """Whether hypotension is present; False once a vasopressor that counts runs."""
    if facts.pressors.needed is True:
        return False
    return facts.hypotension


def is_on_one_vasopressor(facts: CrsFacts) -> bool | None:
    """Whether a vasopressor that counts runs; False once there are two or more."""
    if facts.pressors.at_least >= MULTIPLE_FROM:
        return False
    return facts.pressors.needed


def is_on_multiple_vasopressors(facts: CrsFacts) -> bool | None:
    """Two or more agents at once, vasopressin not counted."""
    if facts.pressors.at_least >= MULTIPLE_FROM:
        return True
    return None if facts.pressors.at_most >= MULTIPLE_FROM else False


def on_device(devices: frozenset[OxygenDevice]) -> Callable[[CrsFacts], bool | None]:
    """A test for devices whose flow is irrelevant."""

    def test(facts: CrsFacts) -> bool | None:
        oxygen = facts.oxygen
        if oxygen.device is None:
            return None
        return oxygen.new if oxygen.device in devices else False

    return test


def on_low_flow(facts: CrsFacts) -> bool | None:
    """Nasal cannula at 6 L/min or less; an unknown flow is at least this."""
    oxygen = facts.oxygen
    if oxygen.device is None:
        return None
    if oxygen.device != OxygenDevice.NASAL_CANNULA:
        return False
    if oxygen.flow_l_min is not None and oxygen.flow_l_min > LOW_FLOW_UP_TO_L_MIN:
        return False
    return oxygen.new


def on_high_flow(facts: CrsFacts) -> bool | None:
    """Nasal cannula above 6 L/min, or a high-flow system."""
    oxygen = facts.oxygen
    if oxygen.device is None:
        return None
    if oxygen.device == OxygenDevice.HIGH_FLOW_NASAL_CANNULA:
        return oxygen.new
    if oxygen.device != OxygenDevice.NASAL_CANNULA:
        return False
    if oxygen.flow_l_min is None:
        return None
    return oxygen.new if oxygen.flow_l_min > LOW_FLOW_UP_TO_L_MIN else False


def has_untreated_hypoxia(facts: CrsFacts) -> bool | None:
    """A low saturation on no new oxygen."""
    if facts.oxygen.untreated is False and facts.oxygen.device is None:
        return None
    return facts.oxygen.untreated


CRITERIA: tuple[Criterion[CrsFacts], ...] = (
    Criterion(
        "fever", 1, Sign.FEVER, "Temperature ≥ 38.0 °C, not attributable to another cause",
        "fever {temperature}", TABLE, has_fever, unknown_fever, fever_values,
    ),
    Criterion(
        "hypotension_no_vasopressor", 2, Sign.HYPOTENSION,
        "Hypotension, not requiring vasopressors",
        "hypotension {pressure}, {no_vasopressor}", TABLE,
        is_hypotensive_only, unknown_hypotension, hypotension_values,
    ),
    Criterion(
        "hypotension_one_vasopressor", 3, Sign.HYPOTENSION,
        "Hypotension requiring a vasopressor, with or without vasopressin",
        "one vasopressor: {vasopressors}", TABLE,
        is_on_one_vasopressor, unknown_hypotension, hypotension_values,
    ),
    Criterion(
        "hypotension_multiple_vasopressors", 4, Sign.HYPOTENSION,
        "Hypotension requiring multiple vasopressors, vasopressin not counted",
        "multiple vasopressors: {vasopressors}", TABLE,
        is_on_multiple_vasopressors, unknown_hypotension, hypotension_values,
    ),
    Criterion(
        "oxygen_low_flow", 2, Sign.HYPOXIA, "Hypoxia requiring low-flow nasal cannula, ≤ 6 L/min",
        "low-flow oxygen: {oxygen}", TABLE, on_low_flow, unknown_oxygen(2), oxygen_values,
    ),
    Criterion(
        "oxygen_blow_by", 2, Sign.HYPOXIA, "Hypoxia requiring blow-by oxygen",
        "blow-by oxygen", TABLE,
        on_device(frozenset({OxygenDevice.BLOW_BY})), unknown_oxygen(2), oxygen_values,
    ),
    Criterion(
        "hypoxia_untreated", 2, Sign.HYPOXIA,
        "Low saturation without new oxygen: adult ≤ 90 %, child < 90 %",
        "hypoxia, untreated: SpO2 {spo2_percent} %", LOCAL.at("hypoxia without oxygen yet"),
        has_untreated_hypoxia, unknown_oxygen(2), oxygen_values,
    ),
    Criterion(
        "oxygen_high_flow", 3, Sign.HYPOXIA, "Hypoxia requiring high-flow nasal cannula, > 6 L/min",
        "high-flow oxygen: {oxygen}", TABLE, on_high_flow, unknown_oxygen(3), oxygen_values,
    ),
    Criterion(
        "oxygen_mask", 3, Sign.HYPOXIA,
        "Hypoxia requiring facemask, non-rebreather or Venturi mask",
        "oxygen by mask: {oxygen}", TABLE, on_device(MASKS), unknown_oxygen(3), oxygen_values,
    ),
    Criterion(
        "positive_pressure", 4, Sign.HYPOXIA,
        "Hypoxia requiring positive pressure (CPAP, BiPAP, intubation and mechanical ventilation)",
        "positive pressure: {oxygen}", TABLE,
        on_device(POSITIVE_PRESSURE), unknown_oxygen(4), oxygen_values,
    ),
)  # fmt: skip
"""The CRS table, one criterion per cell, by column of the printed table."""

FOOTNOTES = (
    (
        "Grade 5 is death due to CRS in which no other cause is the principal factor.",
        ASTCT_2019.at("text on grade 5", "M"),
    ),
    (
        (
            "In a patient who has CRS and then receives antipyretic or anti-cytokine therapy or "
            "steroids, fever is no longer required; hypotension and hypoxia drive the grade."
        ),
        TABLE,
    ),
    ("The grade is that of the more severe of hypotension and hypoxia.", TABLE),
    ("Low flow is 6 L/min or less, high flow more than 6 L/min.", TABLE),
    ("Laboratory values and organ toxicities never change the CRS grade.", TABLE),
    (
        "Intubation to protect the airway, without refractory hypoxia, is not CRS grade 4.",
        ASTCT_2019.at("text on ICANS; review, 'Grading and management of ICANS'"),
    ),
    (
        "Children of 1–10 years: hypotension below 70 + 2 × age in years; SpO2 below 90 %.",
        MAHADEO_2019,
    ),
)
"""Additions by the table's footnotes and the text, with the place of each."""
