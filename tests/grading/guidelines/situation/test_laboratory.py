"""Laboratory results: the newest of each, its age on both sides of its hours, ferritin's course."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from grading.decisions.step_choices import STEP_AS_PRINTED
from grading.guidelines.situation.situation import FerritinCourse, Situation
from grading.record import Baseline, Lab
from tests.grading.guidelines.situation.records import lab, record, situation_of_record


def with_labs(*labs: Lab, now: float = 100, baseline: Baseline | None = None) -> Situation:
    return situation_of_record(record(labs=labs, baseline=baseline or Baseline()), now)


@pytest.mark.parametrize(
    ("analyte", "value", "unit", "hours"),
    [
        ("anc", "0.104", "10*9/L", 24),
        ("platelets", "45", "10*9/L", 24),
        ("inr", "1.6", "{INR}", 24),
        ("fibrinogen", "110", "mg/dL", 24),
        ("ferritin", "12000", "ng/mL", 72),
        ("igg", "380", "mg/dL", 30 * 24),
    ],
)
def test_a_result_is_used_up_to_its_hours_and_named_beyond(
    analyte: str, value: str, unit: str, hours: int
) -> None:
    result = lab(10, analyte, value, unit)
    fresh, old = with_labs(result, now=10 + hours), with_labs(result, now=10.1 + hours)
    assert fresh.lab(analyte) == fresh.labs[analyte]
    assert old.lab(analyte) is None
    assert (old.labs[analyte].is_fresh, old.labs[analyte].value) == (False, Decimal(value))


def test_a_site_may_choose_the_hours() -> None:
    of = record(labs=(lab(10, "anc", "0.1", "10*9/L"),))
    shorter = replace(STEP_AS_PRINTED, counts_fresh_hours=12)
    assert situation_of_record(of, 23, choices=shorter).lab("anc") is None
    assert situation_of_record(of, 23).lab("anc") is not None


def test_what_was_never_measured_is_not_known() -> None:
    assert with_labs().labs == {}
    assert with_labs().lab("anc") is None
    assert with_labs().ferritin is None


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (lab(10, "anc", "0.104", "10*9/L"), "ANC 104/µL"),
        (lab(10, "anc", "104", "/uL"), "ANC 104/µL"),
        (lab(10, "anc", "0.1", "10*9/L", comparator="<"), "ANC < 100/µL"),
        (lab(10, "platelets", "45", "10*9/L"), "platelets 45 × 10⁹/L"),
        (lab(10, "ferritin", "40000", "ng/mL", comparator=">"), "ferritin > 40,000 ng/mL"),
        (lab(10, "inr", "1.60", "{INR}"), "INR 1.6"),
    ],
)
def test_a_result_is_named_as_a_ward_says_it(result: Lab, words: str) -> None:
    (reading,) = with_labs(result).labs.values()
    assert (reading.text, reading.uid) == (words, "l10")


def test_a_newer_result_that_cannot_be_used_is_said_beside_the_older() -> None:
    older, newer = lab(90, "platelets", "60", "10*9/L"), lab(95, "platelets", "20", "bunches")
    situation = with_labs(older, newer)
    assert situation.labs["platelets"].value == 60
    assert situation.labs_not_used == {"platelets": "platelets of Day 3 came in bunches: not used"}
    assert with_labs(older, newer, now=94).labs_not_used == {}
    assert with_labs(replace(newer, elapsed=older.elapsed * 0.9), older).labs_not_used == {}


def test_a_preliminary_and_a_doubtful_result_say_so() -> None:
    early = lab(90, "anc", "0.1", "10*9/L", status="preliminary")
    assert with_labs(early).labs["anc"].text == "ANC 100/µL, preliminary"
    white_cells = lab(90, "wbc", "0.05", "10*9/L")
    both = with_labs(early, white_cells).labs["anc"]
    assert both.text == "ANC 100/µL, preliminary, to be checked"
    assert both.is_below(Decimal("0.5")) is True


def ferritin(*values: tuple[float, str], baseline: str | None = None) -> FerritinCourse:
    course = with_labs(
        *(lab(at, "ferritin", value, "ng/mL") for at, value in values),
        baseline=Baseline(ferritin_ng_ml=None if baseline is None else Decimal(baseline)),
    ).ferritin
    assert course is not None
    return course


def test_ferritin_stands_against_limit_baseline_and_the_one_before() -> None:
    rising = ferritin((70, "3000"), (82, "6000"), baseline="500")
    assert rising.before is not None
    assert [rising.now.value, rising.before.value] == [6000, 3000]
    assert [rising.times_limit, rising.times_baseline] == [20, 12]
    assert rising.doubling_hours == 12
    assert (rising.falls, rising.was_high_before) == (False, False)


def test_a_falling_ferritin_has_no_doubling_time() -> None:
    falling = ferritin((70, "6000"), (82, "5999"), baseline="601")
    assert (falling.falls, falling.doubling_hours, falling.was_high_before) == (True, None, True)
    assert not ferritin((70, "6000"), (82, "6000"), baseline="600").falls
    assert not ferritin((70, "6000"), baseline="600").was_high_before


def test_without_a_baseline_its_multiple_is_not_known() -> None:
    alone = ferritin((82, "6000"))
    assert (alone.times_baseline, alone.before, alone.falls) == (None, None, False)
    assert not alone.was_high_before
