"""What is warned of beside any dose: an unknown patient, more steroid than is printed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from grading.guidelines.situation.doses import steroids_now
from grading.guidelines.situation.situation import Situation
from grading.guidelines.step import next_step
from grading.record import Dose
from tests.grading.guidelines.situations import hours, situation


def warned(of: Situation, head: str) -> list[str]:
    return [each.code for each in next_step(of) if each.code.startswith(head)]


def treated(mg: int, *at: float, agent: str = "methylprednisolone", icans: int = 0) -> Situation:
    """CRS 4 at hour 48 under so many mg of a steroid at these hours."""
    doses = tuple(Dose(hours(hour), agent, amount=Decimal(mg), unit="mg") for hour in at)
    of = situation(crs=4, icans=icans, doses=doses)
    steroids = steroids_now(doses, of.now, of.patient.weight_kg)
    return replace(of, doses=replace(of.doses, steroids=steroids))


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        (treated(1000, 30, 42), []),
        (treated(1001, 30, 42), ["course_steroid_above_crs"]),
        (treated(1000, 23.9, 30, 42), []),  # one of the three is more than 24 h old
        (treated(1000, 26, 34, 42), ["course_steroid_above_crs"]),
        (treated(1000, 26, 34, 42, icans=2), ["course_steroid_above_crs"]),
        (treated(1000, 26, 34, 42, icans=3), []),
        (treated(1001, 26, 34, 42, icans=4), ["course_steroid_above_icans"]),
        (treated(375, 42, agent="dexamethasone"), []),  # 2,000 mg of methylprednisolone
        (treated(376, 42, agent="dexamethasone"), ["course_steroid_above_crs"]),
    ],
)
def test_more_steroid_in_24_h_than_the_review_prints_is_said(
    of: Situation, expected: list[str]
) -> None:
    assert warned(of, "course_steroid_above") == expected


@pytest.mark.parametrize(
    ("age", "weight", "crs", "expected"),
    [
        (None, None, 2, ["course_patient_unknown"]),
        ("60", None, 2, []),
        (None, "72", 2, []),
        (None, None, 0, []),
        (None, None, None, []),
    ],
)
def test_doses_for_adults_are_said_to_be_that_where_age_and_weight_are_unknown(
    age: str | None, weight: str | None, crs: int | None, expected: list[str]
) -> None:
    of = situation(crs=crs, age_years=age, weight_kg=weight)
    assert warned(of, "course_patient") == expected
