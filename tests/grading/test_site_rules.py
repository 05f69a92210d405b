"""The decisions of a site are taken by name, and a wrong name or value is refused in a sentence."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from grading.local_rules import DEFAULT, LocalRules
from grading.site_rules import with_decisions
from tests.grading.blood_counts.late_samples import LATE_SAMPLES
from tests.grading.test_local_rules import COURSE_SAMPLES, SAMPLES


def test_no_choice_is_the_default() -> None:
    assert with_decisions({}) == DEFAULT


@pytest.mark.parametrize(
    ("name", "value"),
    [(name, value) for name, (value, _) in (SAMPLES | COURSE_SAMPLES | LATE_SAMPLES).items()],
)
def test_every_decision_that_a_sample_changes_can_be_chosen(name: str, value: Any) -> None:
    assert with_decisions({name: value}) == replace(DEFAULT, **{name: value})


@pytest.mark.parametrize("value", [38, "38", Decimal(38)])
def test_a_decimal_may_come_as_number_or_text(value: Any) -> None:
    assert with_decisions({"uln_aptt_s": value}).uln_aptt_s == Decimal(38)


def test_a_fraction_keeps_its_printed_digits() -> None:
    assert with_decisions({"uln_inr": 1.1}).uln_inr == Decimal("1.1")


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ({"tocilizumab_totals": 3}, "There is no local decision tocilizumab_totals."),
        ({"tocilizumab_total": "3"}, "tocilizumab_total is '3'. It must be a whole number."),
        ({"tocilizumab_total": True}, "tocilizumab_total is True. It must be a whole number."),
        ({"inotropes_count": 1}, "inotropes_count is 1. It must be true or false."),
        ({"mask_low_flow": 6}, "mask_low_flow is 6. It must be a word."),
        ({"mask_low_flow": "rate"}, "mask_low_flow is 'rate'. It must be device or flow."),
        ({"uln_inr": "high"}, "uln_inr is 'high'. It must be a number."),
        ({"uln_inr": True}, "uln_inr is True. It must be a number."),
        ({"uln_inr": "NaN"}, "uln_inr is 'NaN'. It must be a number."),
    ],
)
def test_a_wrong_name_or_value_is_refused(chosen: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=r"\.$") as refused:
        with_decisions(chosen)
    assert str(refused.value) == sentence


def test_every_word_has_at_least_one_other_to_choose() -> None:
    words = {name: value for name, (value, _) in SAMPLES.items() if isinstance(value, str)}
    assert words
    for name, value in words.items():
        assert isinstance(with_decisions({name: value}), LocalRules)
