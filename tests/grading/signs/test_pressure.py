"""The pressure below which a patient is hypotensive, by age."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from grading.local_rules import DEFAULT
from grading.record import Baseline, Findings
from grading.rules.signs.pressure import low_pressure

LIMITS = {"0": 70, "0.08": 60, "0.084": 70, "0.99": 70, "1": 72, "9": 88, "10.9": 90, "11": 90}
"""PALS: the systolic pressure below which a child is hypotensive, by age in years.

A whole 0 says that nobody gave the months, so it is not taken for a newborn.
"""


@pytest.mark.parametrize(("age_years", "limit"), LIMITS.items())
def test_a_childs_pressure_is_low_below_the_limit_of_the_age(age_years: str, limit: int) -> None:
    def is_low(systolic: int) -> bool | None:
        findings = Findings(timedelta(hours=24), systolic_mmhg=Decimal(systolic))
        return low_pressure(findings, Baseline(), Decimal(age_years), DEFAULT)

    assert is_low(limit - 1) is True
    assert is_low(limit) is False
