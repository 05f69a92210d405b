"""Tocilizumab: dose, count and time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from grading.decisions.step_choices import STEP_AS_PRINTED
from grading.guidelines.tocilizumab import (
    TocilizumabLedger,
    TocilizumabRule,
    dose_mg,
    mg_per_kg,
    tocilizumab_ledger,
)
from grading.local_rules import DEFAULT
from grading.record import Dose, Record


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def ledger(at: float, *given: float, weight: str | None = "72") -> TocilizumabLedger:
    record = Record(
        weight_kg=None if weight is None else Decimal(weight),
        weighed=hours(at - 1),
        doses=tuple(Dose(hours(hour), "tocilizumab") for hour in given),
    )
    return tocilizumab_ledger(record, hours(at), DEFAULT)


@pytest.mark.parametrize(
    ("weight_kg", "mg"),
    [
        ("29.9", 359),
        ("30.0", 240),
        ("72", 576),
        ("99.9", 799),
        ("100", 800),
        ("110", 800),
        ("130", 800),
        ("8.5", 102),
        ("10.375", 125),  # 124.5 mg
    ],
)
def test_the_dose_is_by_weight_with_a_cap_and_a_step_at_30_kg(weight_kg: str, mg: int) -> None:
    assert dose_mg(Decimal(weight_kg)) == mg


def test_the_dose_per_kg_that_is_shown_changes_at_30_kg() -> None:
    assert [mg_per_kg(Decimal(weight)) for weight in ("29.9", "30")] == [12, 8]


def test_after_three_doses_the_fourth_is_warned_twice_at_23_h() -> None:
    warnings = ledger(23, 0, 8, 16).warnings
    assert [warning.partition(":")[0] for warning in warnings] == ["interval", "24 h limit"]


def test_a_warning_says_how_long_ago_and_how_many() -> None:
    assert ledger(23 + 7 / 60, 0, 8, 16).warnings == (
        "interval: 7 h 07 min since the last dose, 8 h needed",
        "24 h limit: 3 doses in the last 24 h",
    )
    assert ledger(80, 0, 8, 16, 77).warnings == (
        "interval: 3 h since the last dose, 8 h needed",
        "total: 4 of 4 doses given",
    )


def test_at_24_h_the_fourth_and_last_is_allowed() -> None:
    at_24 = ledger(24, 0, 8, 16)
    assert (at_24.allowed_now, at_24.given, at_24.ceiling) == (True, 3, 4)


def test_one_minute_before_24_h_the_window_still_holds_three() -> None:
    almost = ledger(24 - 1 / 60, 0, 1, 2)
    assert [warning.partition(":")[0] for warning in almost.warnings] == ["24 h limit"]


def test_a_fifth_dose_is_past_the_total_and_has_no_time() -> None:
    spent = ledger(80, 0, 8, 16, 30)
    assert spent.next_permitted is None
    assert [warning.partition(":")[0] for warning in spent.warnings] == ["total"]


@pytest.mark.parametrize(
    ("at", "given", "expected"),
    [(5, (), 5), (5, (1,), 9), (9, (1,), 9), (7, (0, 3, 6), 24), (20, (0, 8, 19), 27)],
)
def test_the_next_permitted_time_obeys_interval_and_window(
    at: float, given: tuple[float, ...], expected: float
) -> None:
    assert ledger(at, *given).next_permitted == hours(expected)


@pytest.mark.parametrize(
    ("at", "given", "binding"),
    [
        (5, (), None),
        (8.9, (1,), TocilizumabRule.INTERVAL),
        (9, (1,), None),
        (20, (0, 8, 19), TocilizumabRule.INTERVAL),
        (23, (0, 3, 6), TocilizumabRule.PER_24_H),
        (22, (0, 8, 16), TocilizumabRule.INTERVAL),
        (80, (0, 8, 16, 30), TocilizumabRule.TOTAL),
    ],
)
def test_the_limit_that_is_waited_for_longest_binds(
    at: float, given: tuple[float, ...], binding: TocilizumabRule | None
) -> None:
    assert ledger(at, *given).binding == binding


def test_the_last_dose_is_the_newest_up_to_now() -> None:
    assert (ledger(5).last, ledger(5, 1, 9).last, ledger(9, 1, 9).last) == (
        None,
        hours(1),
        hours(9),
    )


def test_a_site_may_lower_the_dose_and_its_cap() -> None:
    less = replace(
        STEP_AS_PRINTED, tocilizumab_mg_per_kg=Decimal(4), tocilizumab_cap_mg=Decimal(300)
    )
    assert [dose_mg(Decimal(kg), less) for kg in ("50", "75", "76")] == [200, 300, 300]


def test_a_dose_in_the_future_is_not_counted_yet() -> None:
    assert ledger(5, 1, 9).given == 1


def test_without_weight_there_is_no_dose() -> None:
    without = ledger(5, weight=None)
    assert without.dose_mg is None
    assert "no weight recorded" in without.cautions[0]


def test_the_interval_is_counted_in_instants_over_a_change_of_the_clock() -> None:
    madrid = ZoneInfo("Europe/Madrid")
    infused_at = datetime(2026, 10, 25, 0, 0, tzinfo=madrid)
    given_at = datetime(2026, 10, 25, 1, 0, tzinfo=madrid)
    at_8 = datetime(2026, 10, 25, 8, 0, tzinfo=madrid)  # 8 h on the instant, 7 h on the wall
    start = infused_at.astimezone(UTC)
    record = Record(
        infused_at=start,
        zone=madrid,
        doses=(Dose(given_at.astimezone(UTC) - start, "tocilizumab"),),
    )
    assert tocilizumab_ledger(record, at_8.astimezone(UTC) - start, DEFAULT).allowed_now
