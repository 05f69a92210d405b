"""What holds for every line, whatever it says."""

from __future__ import annotations

import re

import pytest

from grading.guidelines.line import LineKind
from grading.guidelines.orders import order_in
from grading.guidelines.step import LINES, next_step
from grading.record import Dose
from tests.grading.guidelines.situations import hours, option, situation


def test_every_line_has_a_code_of_its_own_that_begins_with_its_toxicity() -> None:
    codes = [line.code for line in LINES]
    assert len(set(codes)) == len(codes)
    for line in LINES:
        assert line.code.startswith(f"{line.toxicity}_"), line.code
        assert line.code == line.code.lower()


def test_a_line_that_differs_names_a_line_of_the_review() -> None:
    codes = {line.code for line in LINES}
    assert {line.differs_from for line in LINES if line.differs_from} <= codes


GRADES = [(crs, icans) for crs in (None, 0, 1, 2, 3, 4) for icans in (None, 0, 1, 2, 3, 4)]


def given(*at: float) -> list[Dose]:
    return [Dose(hours(hour), "tocilizumab") for hour in at]


def test_options_are_worded_as_options_and_never_as_orders() -> None:
    for line in LINES:
        for text in (line.text, line.text_for_child):
            assert order_in(text) == "", text


@pytest.mark.parametrize("crs", [1, 2, 3, 4])
def test_once_the_total_is_reached_no_tocilizumab_is_offered(crs: int) -> None:
    """Blocked means that the dose is not offered, with a warning; whatever was given counts."""
    spent = situation(now=60, crs=crs, doses=given(0, 8, 24, 32))
    assert not any("tocilizumab" in option.drugs for option in next_step(spent))
    assert not any("mg/kg" in option.text for option in next_step(spent))
    assert option("crs_tocilizumab_spent", spent).kind == LineKind.CAUTION


@pytest.mark.parametrize("crs", [2, 3, 4])
def test_before_the_total_is_reached_tocilizumab_is_offered(crs: int) -> None:
    left = situation(now=60, crs=crs, doses=given(0, 8, 24))
    assert any("tocilizumab" in option.drugs for option in next_step(left))


@pytest.mark.parametrize("crs", [1, 2, 3, 4])
def test_no_limit_against_a_dose_is_never_called_a_permission(crs: int) -> None:
    for each in next_step(situation(crs=crs)):
        assert not any("allow" in text for text in (each.text, *each.details))


@pytest.mark.parametrize("icans", [1, 2, 3, 4])
def test_isolated_icans_says_that_tocilizumab_is_not_indicated(icans: int) -> None:
    isolated = situation(crs=0, icans=icans)
    assert option("icans_tocilizumab_isolated", isolated).kind == LineKind.CAUTION
    assert not any("tocilizumab" in option.drugs for option in next_step(isolated))


@pytest.mark.parametrize(("crs", "icans"), GRADES)
def test_after_a_death_no_option_is_offered(crs: int | None, icans: int | None) -> None:
    assert next_step(situation(crs=crs, icans=icans, is_dead=True)) == ()


@pytest.mark.parametrize(("age", "weight"), [("17", "60"), ("3", "12"), (None, "39.9")])
def test_no_dose_for_adults_stands_beside_a_child(age: str | None, weight: str) -> None:
    for crs, icans in GRADES:
        of_child = situation(crs=crs, icans=icans, age_years=age, weight_kg=weight)
        for each in next_step(of_child):
            assert not re.search(r"\d mg(?!/kg|/d)", each.text), each.text
