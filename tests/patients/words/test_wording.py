"""Units as they are printed: none that could be misread."""

from __future__ import annotations

from decimal import Decimal

import pytest

from patients.words.wording import amount, unit_label


@pytest.mark.parametrize(
    ("unit", "printed"),
    [
        ("ug", "mcg"),
        ("ug/L", "mcg/L"),
        ("ug/kg/min", "mcg/kg/min"),
        ("mg", "mg"),
        ("mg/m2", "mg/m²"),
        ("10*9/L", "10⁹/L"),
        ("umol/L", "µmol/L"),
    ],
)
def test_a_unit_is_printed_as_a_report_prints_it(unit: str, printed: str) -> None:
    assert unit_label(unit) == printed


def test_micrograms_of_a_dose_are_written_out() -> None:
    assert amount(Decimal(300), "ug", "SC") == "300 mcg SC"
