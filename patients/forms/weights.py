"""The weights that are usual at an age, and near the last one.

Others are asked about: they may be in pounds.
"""

from __future__ import annotations

from decimal import Decimal

from grading.measures import plain_text

CHANGE_ASKED = Decimal("0.10")
"""A change of weight by more than this part of the last one is asked about."""
KG_PER_LB = Decimal("0.45359237")
ADULT_USUAL = (Decimal(35), Decimal(150))
USUAL_BY_AGE = {
    0: ("2", "12"),
    1: ("7", "13"),
    2: ("9.5", "17"),
    3: ("11", "20"),
    4: ("12.5", "23"),
    5: ("14", "27"),
    6: ("15.5", "31"),
    7: ("17", "36"),
    8: ("19", "42"),
    9: ("21", "48"),
    10: ("23", "55"),
    11: ("25", "62"),
    12: ("28", "70"),
    13: ("31", "78"),
    14: ("35", "85"),
    15: ("39", "92"),
    16: ("42", "98"),
    17: ("44", "102"),
}
"""Kilograms that need no question, by completed years. They are wider than the 3rd to 97th centile
of growth charts, and narrow enough that most weights in pounds fall outside."""


def usual_weight(age_years: int | None) -> tuple[Decimal, Decimal]:
    """The lowest and highest usual weight in kg at this age; an adult's for an unknown age."""
    low, high = USUAL_BY_AGE.get(-1 if age_years is None else age_years, ADULT_USUAL)
    return Decimal(low), Decimal(high)


def is_usual(weight_kg: Decimal, age_years: int | None) -> bool:
    """Whether the weight is usual at this age, both ends included, and needs no question."""
    low, high = usual_weight(age_years)
    return low <= weight_kg <= high


def is_far(weight_kg: Decimal, last_kg: Decimal) -> bool:
    """Whether the weight differs from the last one by more than 10 %."""
    return abs(weight_kg - last_kg) > last_kg * CHANGE_ASKED


def weight_question(weight_kg: Decimal, age_years: int | None, last_kg: Decimal | None) -> str:
    """What is asked about a weight that is unusual at this age or far from the last; else empty."""
    worded = f"{plain_text(weight_kg)} kg"
    if not is_usual(weight_kg, age_years):
        who = f"at {age_years} years" if age_years in USUAL_BY_AGE else "for an adult"
        return f"{worded} is unusual {who}. Doses per kilogram depend on it."
    if last_kg is not None and is_far(weight_kg, last_kg):
        return f"{worded} is far from {plain_text(last_kg)} kg before."
    return ""


def if_in_pounds(pounds: Decimal, age_years: int | None, last_kg: Decimal | None) -> Decimal | None:
    """The kilograms of a weight in pounds, to 0.1 kg as a scale shows it.

    None where they are no likelier: unusual at this age, or far from the last weight.
    """
    weight_kg = round(pounds * KG_PER_LB, 1)
    if not is_usual(weight_kg, age_years):
        return None
    return None if last_kg is not None and is_far(weight_kg, last_kg) else weight_kg
