"""Tocilizumab dose, count and time, and the options that stand for a situation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from grading.guidelines.options import Option, options, situation_at
from grading.guidelines.review_2024 import LINES
from grading.guidelines.tocilizumab import TocilizumabLedger, dose_mg, mg_per_kg, tocilizumab_ledger
from grading.local_rules import DEFAULT
from grading.record import Dose, Event, Record


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def ledger(at: float, *given: float, weight: str | None = "72") -> TocilizumabLedger:
    record = Record(
        weight_kg=None if weight is None else Decimal(weight),
        weighed=hours(at - 1),
        doses=tuple(Dose(hours(hour), "tocilizumab") for hour in given),
    )
    return tocilizumab_ledger(record, hours(at), DEFAULT)


def offered(crs: int | None, icans: int | None) -> list[Option]:
    return options(situation_at(Record(), hours(48), crs, icans, DEFAULT), DEFAULT)


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


def test_isolated_icans_says_that_tocilizumab_is_not_indicated() -> None:
    first = offered(0, 2)[0]
    assert first.text == "Tocilizumab is not indicated for isolated ICANS and may worsen it"
    assert not any(option.kind == "tocilizumab" for option in offered(0, 2))


def test_concurrent_crs_keeps_tocilizumab_for_the_crs() -> None:
    codes = [option.code for option in offered(2, 2)]
    assert codes[0] == "tocilizumab_for_concurrent_crs_only"
    assert "crs_tocilizumab" in codes


def test_icans_with_crs_not_gradable_does_not_claim_that_it_is_isolated() -> None:
    assert offered(None, 2)[0].code == "tocilizumab_crs_not_graded"


def test_nothing_gradable_offers_nothing() -> None:
    assert offered(None, None) == []


@pytest.mark.parametrize(("crs", "icans"), list(product(range(5), range(5))))
def test_every_pair_of_grades_has_options_with_their_source(crs: int, icans: int) -> None:
    offers = offered(crs, icans)
    assert {option.toxicity for option in offers} == {"crs", "icans"}
    assert all(option.source and option.confidence for option in offers)
    steroid = [option for option in offers if option.kind == "steroid"]
    assert bool(steroid) == (crs >= 2 or icans >= 1)


def test_an_option_that_is_no_dose_of_tocilizumab_has_no_details() -> None:
    assert {option.details for option in offered(3, 3) if option.kind != "tocilizumab"} == {()}


def test_every_line_has_a_code_of_its_own_and_speaks_of_one_toxicity() -> None:
    codes = [line.code for line in LINES]
    assert len(set(codes)) == len(codes)
    assert LINES
    for line in LINES:
        assert line.toxicity in ("crs", "icans")
        assert line.code.startswith(("crs_", "icans_", "tocilizumab_"))
        assert line.code == line.code.lower()
        assert set(line.grades) <= set(range(6))


def test_options_are_worded_as_options_and_never_as_orders() -> None:
    orders = ("give ", "start ", "must ", "administer ", "order ", "stop ")
    for line in LINES:
        assert not line.text.lower().startswith(orders), line.text


def test_the_tocilizumab_option_carries_dose_count_and_time() -> None:
    record = Record(
        weight_kg=Decimal("72.0"), weighed=hours(40), doses=(Dose(hours(44), "tocilizumab"),)
    )
    offers = options(situation_at(record, hours(48), 3, 0, DEFAULT), DEFAULT)
    details = next(option.details for option in offers if option.kind == "tocilizumab")
    assert details == (
        "72 kg × 8 mg/kg = 576 mg",
        "1 of 4 doses given",
        "next dose within the limits in 4 h",
    )


def details(crs: int, at: float, *given: float) -> tuple[str, ...]:
    record = Record(doses=tuple(Dose(hours(hour), "tocilizumab") for hour in given))
    offers = options(situation_at(record, hours(at), crs, 0, DEFAULT), DEFAULT)
    return next(option.details for option in offers if option.kind == "tocilizumab")


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (88, "no dose limit reached"),
        (88 - 1 / 3600, "next dose within the limits in 1 min"),
        (87.99, "next dose within the limits in 1 min"),
        (87.5, "next dose within the limits in 30 min"),
        (84.95, "next dose within the limits in 3 h 03 min"),
        (86, "next dose within the limits in 2 h"),
    ],
)
def test_the_wait_is_given_in_hours_and_minutes_and_is_never_none(at: float, text: str) -> None:
    assert text in details(2, at, 80)


@pytest.mark.parametrize("crs", [1, 2, 3, 4])
def test_no_limit_against_a_dose_is_never_called_a_permission(crs: int) -> None:
    assert "no dose limit reached" in details(crs, 48)
    assert not any("allow" in text for text in details(crs, 48))


@pytest.mark.parametrize("crs", [1, 2, 3, 4])
def test_once_the_total_is_reached_no_tocilizumab_is_offered(crs: int) -> None:
    """Blocked means that the dose is not offered, with a warning; whatever was given counts."""
    doses = tuple(Dose(hours(hour), "tocilizumab") for hour in (0, 8, 24, 32))
    record = Record(weight_kg=Decimal(70), weighed=hours(0), doses=doses)
    offers = options(situation_at(record, hours(60), crs, 0, DEFAULT), DEFAULT)
    assert not any(option.kind == "tocilizumab" for option in offers)
    assert not any("8 mg/kg" in option.text or "12 mg/kg" in option.text for option in offers)
    (spent,) = [option for option in offers if option.code == "crs_tocilizumab_spent"]
    assert (spent.kind, spent.details) == ("caution", ("4 of 4 doses given",))
    assert not offers[0].text.startswith("Tocilizumab")
    three = Record(weight_kg=Decimal(70), weighed=hours(0), doses=doses[:3])
    offers = options(situation_at(three, hours(60), crs, 0, DEFAULT), DEFAULT)
    assert any(option.kind == "tocilizumab" for option in offers)


@pytest.mark.parametrize(("crs", "icans"), [(3, 0), (0, 3), (4, 4), (None, 2), (1, None)])
def test_after_a_death_no_option_is_offered(crs: int | None, icans: int | None) -> None:
    alive = Record(events=(Event(hours(40), "icu_in"),))
    dead = Record(events=(Event(hours(40), "death"),))
    assert options(situation_at(alive, hours(48), crs, icans, DEFAULT), DEFAULT) != []
    assert options(situation_at(dead, hours(48), crs, icans, DEFAULT), DEFAULT) == []


@pytest.mark.parametrize(
    ("age", "crs", "icans", "toxicity"),
    [
        ("17", 2, 0, "crs"),
        ("17", 0, 1, "icans"),
        ("17", 1, 0, "crs"),
        ("18", 2, 0, None),
        (None, 2, 0, None),
        ("17", 0, 0, None),
    ],
)
def test_doses_for_adults_are_said_to_be_that_beside_a_child(
    age: str | None, crs: int, icans: int, toxicity: str | None
) -> None:
    record = Record(age_years=None if age is None else Decimal(age))
    offers = options(situation_at(record, hours(48), crs, icans, DEFAULT), DEFAULT)
    remarks = [option for option in offers if option.code == "doses_for_adults"]
    assert [option.toxicity for option in remarks] == ([] if toxicity is None else [toxicity])
    assert all(option.text.startswith("Child: doses are those printed for") for option in remarks)
