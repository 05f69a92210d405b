"""The values of an entry in words: labels with units, and each word as its own list says it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from patients.words.entry_words import ENTRY_LABELS, entered_in_words


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("observed_at", "Observed"),
        ("ended_at", "Ended"),
        ("temperature_c", "Temperature (°C)"),
        ("heart_rate", "Heart rate (/min)"),
        ("ice_total", "ICE total"),
        ("seizure_kind", "Kind of seizure"),
        ("lower_limit", "Lower limit of normal"),
    ],
)
def test_a_label_has_the_unit_of_a_number(name: str, label: str) -> None:
    assert ENTRY_LABELS[name] == label


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("temperature_c", Decimal(38), "38.0"),
        ("heart_rate", Decimal("104.0000"), "104"),
        ("hypotension", False, "no"),
        ("consciousness", "touch", "wakes to touch"),
        ("vasopressors", [], "none"),
        ("vasopressors", ["norepinephrine", "other"], "norepinephrine, other, unnamed"),
        (
            "attribution",
            {"ice": "undetermined", "fever": "other"},
            "fever: other; ICE: undetermined",
        ),
        ("ice", {"month": None, "year": 1}, "year 1; month not scored"),
        ("organ_toxicity", {"other": 0, "cardiac": 2}, "cardiac 2; other 0"),
        (
            "vasopressor_rates",
            {"vasopressin": 0.03, "norepinephrine": 8.5},
            "norepinephrine 8.5 mcg/min; vasopressin 0.03 units/min",
        ),
        ("note", "asked_twice", "asked_twice"),
        ("detail", "lvef_fall", "fall of LVEF"),
    ],
)
def test_a_value_is_said_by_its_kind(name: str, value: Any, words: str) -> None:
    assert entered_in_words(name, value) == words
