"""Doses, hours and thresholds of the management options, each with its reason and its ceiling.

A text of a line holds the name of a choice in braces: `Dexamethasone {dexamethasone_mg} mg`. A
site may choose otherwise in its file; a choice with a printed ceiling can only be lowered.
"""

# ruff: noqa: RUF009 - `chosen` makes a dataclass field

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any


def chosen(default: Any, reason: str, *, ceiling: bool = False, place: str = "") -> Any:
    """A field with its default and its reason; with `ceiling` the default is the highest value."""
    return field(default=default, metadata={"reason": reason, "ceiling": ceiling, "place": place})


@dataclass(frozen=True, slots=True)
class StepChoices:
    """Every choice of the management options. Names carry their unit."""

    tocilizumab_mg_per_kg: Decimal = chosen(
        Decimal(8), "The review, Table 3; Kymriah label.", ceiling=True, place="tocilizumab"
    )
    tocilizumab_small_mg_per_kg: Decimal = chosen(
        Decimal(12), "Below 30 kg: Kymriah label.", ceiling=True, place="tocilizumab"
    )
    tocilizumab_cap_mg: Decimal = chosen(
        Decimal(800), "The review, Table 3; Kymriah label.", ceiling=True, place="tocilizumab"
    )
    dexamethasone_mg: Decimal = chosen(
        Decimal(10), "The review, Tables 3 and 7.", ceiling=True, place="CRS, ICANS: steroid"
    )
    methylprednisolone_mg: Decimal = chosen(
        Decimal(1000), "The review, Tables 3 and 7.", ceiling=True, place="CRS, ICANS: steroid"
    )
    adult_doses_from_kg: Decimal = chosen(
        Decimal(40),
        "Below this weight, and below 18 years, no adult's dose is printed; no source decides.",
        place="children",
    )
    persistent_fever_hours: int = chosen(
        72, "Fever over 3 days: ASCO 2021, CRS grade 1. The review prints no time.", place="CRS"
    )
    no_response_hours: int = chosen(
        12,
        "No improvement 12–18 hours after the first tocilizumab: Kymriah label. The review "
        "prints no time.",
        place="CRS",
    )
    steroid_no_response_hours: int = chosen(
        24, "No source prints how long a steroid is waited for; no source decides.", place="CRS"
    )
    typical_onset_days: int = chosen(
        14, "Onset of CRS typically within 14 days: the review.", place="CRS"
    )
    asco_methylprednisolone_mg: Decimal = chosen(
        Decimal(500), "ASCO 2021, CRS grade 4.", ceiling=True, place="CRS, ICANS: steroid"
    )
    dasatinib_mg: Decimal = chosen(
        Decimal(100), "One case of the review.", ceiling=True, place="CRS: refractory"
    )
    emapalumab_mg_per_kg: Decimal = chosen(
        Decimal(1), "A case series of the review.", ceiling=True, place="CRS: refractory"
    )
    neutropenic_below: Decimal = chosen(
        Decimal("0.5"),
        "10⁹/L; neutropenic below 500/µL, as in the review's sources on ICAHT.",
        place="laboratory",
    )
    counts_fresh_hours: int = chosen(
        24,
        "ANC and platelets that are older are not used, and the line says so; no source decides.",
        place="laboratory",
    )
    clotting_fresh_hours: int = chosen(
        24, "The same for INR and fibrinogen; no source decides.", place="laboratory"
    )


STEP_AS_PRINTED = StepChoices()
