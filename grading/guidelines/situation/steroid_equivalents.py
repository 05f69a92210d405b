"""Steroids as dexamethasone: one table, for totals that several drugs make together.

Takes   one dose of a steroid, and the weight for a dose by the kilogram.
Gives   mg of the drug, and mg of dexamethasone of the same anti-inflammatory effect; None where
        the amount, its unit or the factor is not known.
Source  STEROID_EQUIVALENTS. The ratios were measured at low doses and are no rule for 1,000 mg of
        methylprednisolone; they put doses side by side and decide nothing.
"""

from __future__ import annotations

from decimal import Decimal

from grading.engine.sentences import ward_word
from grading.record import Dose
from grading.sources import STEROID_EQUIVALENTS

MG_OF_EQUAL_EFFECT: dict[str, Decimal] = {
    "cortisone": Decimal(25),
    "hydrocortisone": Decimal(20),
    "prednisolone": Decimal(5),
    "prednisone": Decimal(5),
    "methylprednisolone": Decimal(4),
    "triamcinolone": Decimal(4),
    "betamethasone": Decimal("0.75"),
    "dexamethasone": Decimal("0.75"),
}
"""Mg of each drug with the effect of 0.75 mg of dexamethasone, as printed."""

MG_OF_UNIT = {"mg": Decimal(1), "g": Decimal(1000), "mcg": Decimal("0.001"), "µg": Decimal("0.001")}
NOT_SYSTEMIC = ("intrathecal", "it", "inhaled", "topical", "eye")
"""Routes by which a steroid does not count in the total, in small letters."""


def mg_of(dose: Dose, weight_kg: Decimal | None) -> Decimal | None:
    """The dose in mg; None where the amount, the unit or the weight that it needs is unknown."""
    if dose.amount is None or dose.unit is None:
        return None
    unit, _, per = (
        dose.unit.strip().lower().replace("µg", "mcg").replace("ug", "mcg").partition("/")
    )
    factor = MG_OF_UNIT.get(unit)
    if factor is None:
        return None
    if per == "kg":
        return None if weight_kg is None else dose.amount * factor * weight_kg
    return None if per else dose.amount * factor


def is_systemic(dose: Dose) -> bool:
    """Whether the drug is given to the whole body, as far as the route says."""
    return (dose.route or "").strip().lower() not in NOT_SYSTEMIC


def dexamethasone_mg_of(dose: Dose, weight_kg: Decimal | None) -> Decimal | None:
    """The dose as mg of dexamethasone; None where it cannot be converted."""
    amount = mg_of(dose, weight_kg)
    if amount is None or dose.agent not in MG_OF_EQUAL_EFFECT:
        return None
    return dexamethasone_of(dose.agent, amount)


def dexamethasone_of(agent: str, amount_mg: Decimal) -> Decimal:
    """So many mg of a drug of the table, as mg of dexamethasone."""
    return amount_mg * MG_OF_EQUAL_EFFECT["dexamethasone"] / MG_OF_EQUAL_EFFECT[agent]


def equivalents_in_words() -> str:
    """The table as the rules page prints it, with its source."""
    equal = ", ".join(
        f"{ward_word(agent)} {amount} mg" for agent, amount in MG_OF_EQUAL_EFFECT.items()
    )
    source = f"{STEROID_EQUIVALENTS}; {STEROID_EQUIVALENTS.confidence}"
    return f"Steroids of equal effect, for totals of 24 h as dexamethasone: {equal} ({source})."
