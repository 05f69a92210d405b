"""Computed figures carry no digit too many, and none too few near a limit."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from grading import figures
from grading.engine.result import Met
from grading.rules.reasons import sentence

FIGURES: dict[Callable[[Decimal], Any], dict[str, str]] = {
    figures.times: {
        "27.3333": "27",
        "133.33": "133",
        "1240.5": "1,241",
        "10": "10",
        "9.96": "9.96",  # not 10 ×
        "9.94": "9.9",
        "5.04": "5.04",  # the criterion is above 5 ×
        "5.26": "5.3",
        "5": "5",
        "2.04": "2.04",
        "1.97": "1.97",
        "0.5": "0.5",
        "0.03": "0.03",
        "0": "0",
    },
    figures.doubling_time: {
        "0.4": "doubling in under 1 h",
        "1": "doubling in 1 h",
        "18.2": "doubling in 19 h",
        "24": "doubling in 24 h",  # rapid
        "24.01": "doubling in 25 h",  # not rapid
        "48": "doubling in 48 h",
        "48.1": "doubling in 2 days",
        "335.9": "doubling in 14 days",
        "336": "not doubling",
        "6720": "not doubling",  # 280 days
    },
    figures.change_of_ferritin: {
        "250.4": "rising 250 ng/mL per hour",
        "-1250": "falling 1,250 ng/mL per hour",
        "10": "rising 10 ng/mL per hour",
        "9.99": "rising 240 ng/mL per day",
        "0.8": "rising 19 ng/mL per day",
        "-0.8": "falling 19 ng/mL per day",
        "0.02": "unchanged",
        "0": "unchanged",
    },
    figures.run_time: {
        "13.85": "13 h 51 min",
        "2.99": "2 h 59 min",  # the criterion is 3 h
        "3": "3 h",
        "0.5": "30 min",
        "23.99": "23 h 59 min",
        "24": "24 h",
        "52.7": "52 h",
    },
    figures.rate: {
        "6.24": "6.2",
        "19.96": "19.9",  # the criterion is 20
        "20": "20",
        "12.5": "12.5",
        "0.125": "0.125",
        "0.19996": "0.199",
        "0.05": "0.05",
        "0": "0",
    },
    lambda value: f"{figures.converted(value):f}": {
        "1240.35": "1240",
        "3.14159": "3.14",
        "0.004118": "0.00412",
        "88": "88.0",
        "0": "0",
    },
}  # fmt: skip
CASES = [(say, value, text) for say, cases in FIGURES.items() for value, text in cases.items()]


@pytest.mark.parametrize(("say", "value", "text"), CASES)
def test_a_figure_reads(say: Callable[[Decimal], str], value: str, text: str) -> None:
    assert say(Decimal(value)) == text


def test_a_stored_number_is_read_as_it_was_written() -> None:
    assert figures.exact(27.33) == Decimal("27.33")
    assert figures.exact(3) == Decimal(3)


def test_reasons_are_written_with_these_figures() -> None:
    ferritin = {
        "ferritin": "8,200", "times_limit": 27.33, "limit": "300",
        "times_baseline": 13.67, "baseline": "600",
    }  # fmt: skip
    assert sentence(Met("iec_hs_ferritin", 0, ferritin)) == (
        "ferritin 8,200 ng/mL: 27 × the upper limit (300), 14 × the baseline (600)"
    )
    pressor = {
        "vasopressors": ["norepinephrine"],
        "vasopressor_rates": {"norepinephrine": 6.24},
        "vasopressor_hours": 13.85,
    }
    assert sentence(Met("lee2014_high_dose", 3, pressor)) == (
        "high-dose vasopressor: norepinephrine 6.2 µg/min; for 13 h 51 min"
    )
