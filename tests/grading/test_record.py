"""The record of a course: which weight stands at a moment."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from grading.local_rules import DEFAULT
from grading.record import Dose, Findings, Record, Weight
from grading.rules.systems import grade_record


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def weighed(at: float, kg: str) -> Findings:
    return Findings(hours(at), measured_weight_kg=Decimal(kg))


ON_HOURS_24_AND_48 = (weighed(24, "71"), Findings(hours(30)), weighed(48, "69"))


@pytest.mark.parametrize(
    ("course_kg", "course_at", "at", "expected"),
    [
        (None, None, 23.9, None),
        (None, None, 24, Weight(Decimal(71), hours(24))),
        (None, None, 47.9, Weight(Decimal(71), hours(24))),
        (None, None, 48, Weight(Decimal(69), hours(48))),
        ("72", -20, 23.9, Weight(Decimal(72), hours(-20))),
        ("72", -20, 48, Weight(Decimal(69), hours(48))),
        ("72", 24, 24, Weight(Decimal(71), hours(24))),
        ("72", 25, 26, Weight(Decimal(72), hours(25))),
        ("72", 30, 26, Weight(Decimal(71), hours(24))),
        ("72", 30, 20, Weight(Decimal(72), hours(30))),
        ("72", None, 20, Weight(Decimal(72), None)),
        ("72", None, 24, Weight(Decimal(71), hours(24))),
    ],
)
def test_the_newest_weight_of_course_and_assessments_stands(
    course_kg: str | None, course_at: float | None, at: float, expected: Weight | None
) -> None:
    record = Record(
        weight_kg=None if course_kg is None else Decimal(course_kg),
        weighed=None if course_at is None else hours(course_at),
        findings=ON_HOURS_24_AND_48,
    )
    assert record.weight_at(hours(at)) == expected


@pytest.mark.parametrize("measured_kg", ["20", "140"])
def test_grades_use_the_weight_of_the_course_alone(measured_kg: str) -> None:
    """0.2 µg/kg/min is a high dose by Penn; 10 µg/min is that at 50 kg."""
    run = Dose(hours(20), "norepinephrine", amount=Decimal(10), unit="ug/min")

    def graded(measured: Decimal | None) -> object:
        findings = Findings(
            hours(24),
            temperature_c=Decimal(39),
            hypotension=True,
            vasopressors=("norepinephrine",),
            measured_weight_kg=measured,
        )
        record = Record(weight_kg=Decimal(50), doses=(run,), findings=(findings,))
        return grade_record(record, DEFAULT)

    assert graded(Decimal(measured_kg)) == graded(None)
