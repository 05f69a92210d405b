"""Steroids as dexamethasone, anakinra by the day, and the tocilizumab ledger of a record."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from grading.decisions.step_choices import STEP_AS_PRINTED
from grading.guidelines.situation.situation import AnakinraNow, SteroidsNow
from grading.guidelines.situation.steroid_equivalents import dexamethasone_mg_of
from grading.record import Dose, Findings
from tests.grading.guidelines.situation.records import dose, record, situation_of_record
from tests.grading.guidelines.situations import hours


def steroids(now: float, *doses: Dose) -> SteroidsNow:
    return situation_of_record(record(doses=doses), now).doses.steroids


def every(step: float, *times: float, mg: str = "10") -> list[Dose]:
    return [dose(at * step, "dexamethasone", mg) for at in times]


@pytest.mark.parametrize(
    ("agent", "amount", "unit", "mg"),
    [
        ("dexamethasone", "10", "mg", "10"),
        ("methylprednisolone", "1", "g", "187.5"),
        ("methylprednisolone", "4", "mg", "0.75"),
        ("prednisone", "5", "mg", "0.75"),
        ("prednisolone", "5", "mg", "0.75"),
        ("hydrocortisone", "20", "mg", "0.75"),
        ("cortisone", "25", "mg", "0.75"),
        ("betamethasone", "0.75", "mg", "0.75"),
        ("triamcinolone", "4", "mg", "0.75"),
        ("methylprednisolone", "2", "mg/kg", "27"),
        ("dexamethasone", "500", "mcg", "0.5"),
        ("deflazacort", "6", "mg", None),
        ("dexamethasone", "10", "mg/m2", None),
        ("dexamethasone", "1", "ampoule", None),
        ("dexamethasone", None, "mg", None),
    ],
)
def test_a_steroid_is_counted_by_the_printed_table_or_not_at_all(
    agent: str, amount: str | None, unit: str, mg: str | None
) -> None:
    given = dose(10, agent, amount, unit)
    expected = None if mg is None else Decimal(mg)
    assert dexamethasone_mg_of(given, Decimal(72)) == expected
    assert steroids(11, given).mg_in_24_h == expected
    assert bool(steroids(11, given).not_counted) is (mg is None)


def test_a_dose_by_the_kilogram_needs_a_weight() -> None:
    of = record(doses=(dose(10, "methylprednisolone", "2", "mg/kg"),), weight_kg=None)
    running = situation_of_record(of, 11).doses.steroids
    assert running.mg_in_24_h is None
    assert running.not_counted == ("methylprednisolone 2 mg/kg: no mg",)


def test_the_total_is_that_of_24_h_without_their_start() -> None:
    given = every(6, 0, 1, 2, 3, 4)
    assert steroids(23.9, *given).mg_in_24_h == 40
    assert steroids(24, *given).mg_in_24_h == 40
    assert steroids(29.9, *given).mg_in_24_h == 40
    assert steroids(30, *given).mg_in_24_h == 30


def test_every_drug_stands_by_itself_beside_the_total() -> None:
    mixed = steroids(11, *every(5, 1, 2), dose(8, "methylprednisolone", "1000"))
    assert mixed.by_drug == (
        "dexamethasone 20 mg in 24 h, 2 doses",
        "methylprednisolone 1,000 mg in 24 h, 1 dose",
    )
    assert mixed.mg_in_24_h == Decimal("207.5")


def test_one_unknown_amount_leaves_the_total_unknown_and_names_itself() -> None:
    unclear = steroids(11, *every(5, 1, 2), dose(8, "corticosteroid"))
    assert unclear.mg_in_24_h is None
    assert unclear.not_counted == ("corticosteroid: no factor",)
    assert unclear.by_drug[0] == "dexamethasone 20 mg in 24 h, 2 doses"


def test_an_intrathecal_steroid_is_named_and_is_no_treatment_of_the_whole_body() -> None:
    given = dose(10, "hydrocortisone", "50", route="intrathecal")
    intrathecal = steroids(11, given)
    assert (intrathecal.last, intrathecal.is_running) == (None, False)
    assert intrathecal.mg_in_24_h == 0
    assert intrathecal.not_counted == ("hydrocortisone intrathecal: not systemic",)


def test_without_a_steroid_nothing_runs() -> None:
    none = steroids(10)
    assert (none.last, none.since, none.is_running, none.next_due) == (None, None, False, None)


def test_the_next_is_due_by_the_last_interval_until_two_have_passed() -> None:
    given = every(6, 0, 1, 2)
    running = steroids(17.9, *given)
    assert running.next_due == hours(18)
    assert running.interval_hours == 6
    assert steroids(23.9, *given).is_running
    over = steroids(24, *given)
    assert (over.is_running, over.next_due) == (False, None)


def test_one_dose_has_no_schedule_and_runs_for_a_day() -> None:
    single = every(6, 1)
    assert steroids(29.9, *single).is_running
    assert not steroids(30, *single).is_running
    assert steroids(7, *single).next_due is None


def test_doses_more_than_a_day_apart_are_no_schedule() -> None:
    assert steroids(25, *every(24, 0, 1)).next_due == hours(48)
    assert steroids(25, *every(24.1, 0, 1)).next_due is None


def test_a_pause_of_two_days_begins_another_treatment() -> None:
    assert steroids(60, *every(1, 0, 47.9)).since == hours(0)
    assert steroids(60, *every(1, 0, 48)).since == hours(48)
    gone = steroids(48, *every(1, 0))
    assert (gone.since, gone.last is not None) == (None, True)


@pytest.mark.parametrize(
    ("given", "tapers"),
    [
        ([(0, "10"), (6, "10"), (12, "10"), (18, "10")], False),
        ([(0, "10"), (6, "10"), (12, "5"), (18, "5")], True),
        ([(0, "10"), (6, "10"), (18, "10"), (30, "10")], True),
        ([(0, "10"), (6, "10"), (13, "10"), (18, "10")], False),
        ([(0, "10"), (12, "5"), (24, "10")], False),
        ([(0, "5"), (12, "10"), (18, "10")], False),
        ([(0, "10"), (12, "5")], True),
        ([(0, "10")], False),
        ([(0, "10"), (12, None)], False),
    ],
)
def test_a_smaller_dose_or_a_longer_interval_is_a_taper(
    given: list[tuple[float, str | None]], tapers: bool
) -> None:
    doses = [dose(at, "dexamethasone", mg) for at, mg in given]
    assert steroids(given[-1][0] + 1, *doses).is_tapering is tapers


def test_a_large_dose_into_the_schedule_of_another_steroid_begins_no_taper() -> None:
    schedule = [dose(at, "dexamethasone", "10") for at in (0, 6, 12, 18)]
    pulse = dose(15, "methylprednisolone", "1000")
    assert not steroids(19, *schedule, pulse).is_tapering
    until_next_day = [*schedule, *(dose(at, "dexamethasone", "10") for at in (24, 30, 36))]
    assert steroids(39, *until_next_day, pulse).is_tapering
    assert steroids(31, dose(0, "methylprednisolone", "1000"), *until_next_day[1:]).is_tapering


def anakinra(now: float, *doses: Dose) -> AnakinraNow | None:
    return situation_of_record(record(doses=doses), now).doses.anakinra


def test_anakinra_is_summed_over_24_h_since_the_first_of_the_treatment() -> None:
    given = [dose(at, "anakinra", "100") for at in (0, 6, 12, 18, 24)]
    running = anakinra(24, *given)
    assert running is not None
    assert (running.since, running.last) == (hours(0), hours(24))
    assert running.mg_in_24_h == 400
    assert anakinra(24, *given, dose(24, "anakinra")).mg_in_24_h is None  # type: ignore[union-attr]


def test_a_week_without_anakinra_ends_its_treatment() -> None:
    first, week = dose(0, "anakinra", "100"), 7 * 24
    assert anakinra(week - 0.1, first) is not None
    assert anakinra(week, first) is None
    again = anakinra(week + 1, first, dose(week, "anakinra", "100"))
    assert again is not None
    assert again.since == hours(week)


def test_anakinra_by_the_kilogram_takes_the_newest_weight() -> None:
    weighed = Findings(hours(5), "w", measured_weight_kg=Decimal(70))
    of = record([weighed], doses=(dose(6, "anakinra", "2", "mg/kg"),))
    running = situation_of_record(of, 7).doses.anakinra
    assert running is not None
    assert running.mg_in_24_h == 140


def test_the_ledger_takes_the_newest_weight_and_the_choices_of_the_site() -> None:
    weighed = Findings(hours(5), "w", measured_weight_kg=Decimal(20))
    less = replace(STEP_AS_PRINTED, tocilizumab_small_mg_per_kg=Decimal(8))
    of = record([weighed])
    assert situation_of_record(of, 4.9).doses.tocilizumab.dose_mg == 576  # type: ignore[union-attr]
    assert situation_of_record(of, 5).doses.tocilizumab.dose_mg == 240  # type: ignore[union-attr]
    ledger = situation_of_record(of, 5, choices=less).doses.tocilizumab
    assert ledger is not None
    assert ledger.dose_mg == 160


@pytest.mark.parametrize(
    ("now", "kg", "fresh"), [(4.9, 72, True), (5, 20, True), (29, 20, True), (29.1, 20, False)]
)
def test_the_newest_weight_says_whether_it_is_of_today(now: float, kg: int, fresh: bool) -> None:
    of = record([Findings(hours(5), "w", measured_weight_kg=Decimal(20))])
    patient = situation_of_record(of, now).patient
    assert patient.weight_kg == kg
    assert patient.weight_is_fresh is fresh


@pytest.mark.parametrize(
    ("age", "kg", "is_child"),
    [
        ("17", "60", True),
        ("18", "60", False),
        ("60", "39.9", True),
        ("60", "40", False),
        (None, "40", False),
        (None, None, False),
        ("12", None, True),
    ],
)
def test_a_child_is_under_18_or_below_the_weight_of_adult_doses(
    age: str | None, kg: str | None, is_child: bool
) -> None:
    of = record(
        age_years=None if age is None else Decimal(age),
        weight_kg=None if kg is None else Decimal(kg),
    )
    assert situation_of_record(of, 10).patient.is_child is is_child


def test_the_age_of_a_weight_without_its_time_is_not_known() -> None:
    assert situation_of_record(record(weighed=None), 10).patient.weight_is_fresh is None
