"""Rates and hours of vasopressors as the older CRS scales take them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from grading.agents import AGENTS, DrugClass
from grading.local_rules import DEFAULT
from grading.record import Dose, Findings, Record
from grading.rules.reasons import sentence
from grading.rules.signs.runs import open_runs
from grading.rules.signs.vasopressor_dose import (
    HOURS_DERIVED,
    RATES_DERIVED,
    VasopressorDose,
    dose_of,
    run_index,
)
from grading.rules.signs.vasopressors import count
from grading.rules.systems import grade_record

AT = timedelta(hours=60)
PRESSORS = {DrugClass.VASOPRESSOR, DrugClass.INOTROPE}


def run(agent: str, start: float, end: float | None, amount: str, unit: str) -> Dose:
    ended = None if end is None else timedelta(hours=end)
    return Dose(timedelta(hours=start), agent, amount=Decimal(amount), unit=unit, ended=ended)


def dose(*runs: Dose, agents: str = "norepinephrine", **recorded: Any) -> VasopressorDose:
    index = run_index(Record(weight_kg=Decimal(50), doses=runs))
    open_now = open_runs(runs, AT)
    return dose_of(Findings(AT, **recorded), count(agents.split(), open_now, DEFAULT), index)


@pytest.mark.parametrize(
    ("unit", "amount", "rate"),
    [
        ("ug/min", "8", "8"),
        ("mcg/min", "8", "8"),
        ("µg/min", "8", "8"),
        ("μg/min", "8", "8"),
        ("ug/kg/min", "0.2", "10"),
        ("mcg/kg/min", "0.2", "10"),
        ("µg/kg/min", "0.2", "10"),  # micro sign
        ("μg/kg/min", "0.2", "10"),  # Greek mu
    ],
)
def test_a_rate_is_read_from_the_run_in_its_unit(unit: str, amount: str, rate: str) -> None:
    computed = dose(run("norepinephrine", 50, None, amount, unit))
    assert computed.rates == {"norepinephrine": Decimal(rate)}
    assert computed.rates_derived


def test_an_agent_without_a_unit_of_its_own_has_no_rate() -> None:
    assert (
        dose(run("angiotensin_ii", 50, None, "10", "ug/min"), agents="angiotensin_ii").rates == {}
    )


@pytest.mark.parametrize("unit", ["ug/min", "ug/kg/min", "mcg/min", "units/min", "mg/h", "mL/h"])
@pytest.mark.parametrize("agent", [agent for agent in AGENTS if AGENTS[agent] in PRESSORS])
def test_every_agent_in_every_unit_is_told_in_words(agent: str, unit: str) -> None:
    """A sentence that cannot be made would take the patient's chart away."""
    findings = Findings(AT, temperature_c=Decimal("38.9"), hypotension=True, vasopressors=(agent,))
    record = Record(
        age_years=Decimal(60),
        weight_kg=Decimal(50),
        findings=(findings,),
        doses=(run(agent, 50, None, "10", unit),),
    )
    for graded in grade_record(record, DEFAULT).values():
        for met in graded.results[0].because:
            assert sentence(met)


def test_dopamine_is_read_per_kg() -> None:
    assert dose(run("dopamine", 50, None, "10", "ug/kg/min"), agents="dopamine").rates == {
        "dopamine": Decimal(10)
    }
    assert dose(run("dopamine", 50, None, "500", "ug/min"), agents="dopamine").rates == {
        "dopamine": Decimal(10)
    }


def test_an_agent_without_a_limit_of_its_own_is_not_high_by_any_rate() -> None:
    agent = "angiotensin_ii"
    computed = dose(
        agents=agent, vasopressor_rates={agent: Decimal(400)}, vasopressor_hours=Decimal(6)
    )
    assert computed.is_high() is None
    assert computed.is_high(per_kg=True) is None


def test_a_rate_in_another_unit_is_unknown_and_never_guessed() -> None:
    assert dose(run("norepinephrine", 50, None, "8", "mg/h")).rates == {}


def test_a_run_that_ended_has_no_rate() -> None:
    assert dose(run("norepinephrine", 50, 60, "8", "ug/min")).rates == {}


def test_the_latest_of_two_open_runs_tells_the_rate() -> None:
    first = run("norepinephrine", 50, None, "8", "ug/min")
    assert dose(first, run("norepinephrine", 55, None, "25", "ug/min")).rates == {
        "norepinephrine": Decimal(25)
    }


def test_what_was_recorded_stands_before_the_runs() -> None:
    computed = dose(
        run("norepinephrine", 50, None, "8", "ug/min"),
        vasopressor_rates={"norepinephrine": Decimal(12)},
        vasopressor_hours=Decimal(4),
    )
    assert (computed.rates["norepinephrine"], computed.hours) == (12, 4)
    assert not computed.rates_derived
    assert not computed.hours_derived


@pytest.mark.parametrize(
    ("spans", "hours"),
    [
        ([(50, None)], 10),
        ([(40, 50), (50, None)], 20),
        ([(40, 55), (45, 50), (54, 61)], 20),
        ([(40, 50), (50.5, None)], 9.5),
        ([(40, 60)], None),
        ([(61, None)], None),
        ([(40, None), (45, 46)], 20),
    ],
)
def test_hours_are_those_without_a_gap_by_any_vasopressor(
    spans: list[tuple[float, float | None]], hours: float | None
) -> None:
    agents = ("norepinephrine", "vasopressin", "epinephrine")
    runs = [run(agents[i], *span, "1", "ug/min") for i, span in enumerate(spans)]
    assert dose(*runs).hours == (None if hours is None else Decimal(str(hours)))


def test_an_inotrope_adds_no_hours() -> None:
    assert dose(run("dobutamine", 50, None, "5", "ug/kg/min")).hours is None


def test_a_grade_that_rests_on_the_runs_says_so() -> None:
    findings = Findings(AT, hypotension=True, vasopressors=("norepinephrine",))
    record = Record(findings=(findings,), doses=(run("norepinephrine", 50, None, "25", "ug/min"),))
    lee = grade_record(record, DEFAULT)["crs_lee_2014"].results[0]
    assert lee.grade == 3
    assert lee.cautions == (RATES_DERIVED, HOURS_DERIVED)


def test_the_flow_of_a_cannula_is_marked_as_an_estimate() -> None:
    findings = Findings(AT, oxygen_device="nasal_cannula", oxygen_flow_l_min=Decimal(5))
    graded = grade_record(Record(findings=(findings,)), DEFAULT)
    for key in ("crs_lee_2014", "crs_mskcc_2018", "crs_cartox_2018", "crs_ctcae_5_0"):
        assert "approximate: FiO2 estimated from flow" in graded[key].results[0].cautions
    assert not any("FiO2" in item for item in graded["crs_penn_2018"].results[0].cautions)


def test_equivalents_of_several_agents_are_marked_as_approximate() -> None:
    findings = Findings(
        AT,
        hypotension=True,
        vasopressors=("norepinephrine", "phenylephrine"),
        vasopressor_rates={"norepinephrine": Decimal(5), "phenylephrine": Decimal(40)},
        vasopressor_hours=Decimal(6),
    )
    penn = grade_record(Record(findings=(findings,)), DEFAULT)["crs_penn_2018"].results[0]
    assert "approximate: norepinephrine equivalents (VASST)" in penn.cautions


def with_run(listed: tuple[str, ...] | None, amount: str, since: float) -> dict[str, Any]:
    """What each older scale makes of a run of norepinephrine, at 70 kg."""
    findings = Findings(AT, hypotension=True, vasopressors=listed)
    doses = (run("norepinephrine", since, None, amount, "ug/min"),)
    record = Record(weight_kg=Decimal(70), findings=(findings,), doses=doses)
    graded = grade_record(record, DEFAULT)
    keys = ("crs_lee_2014", "crs_penn_2018", "crs_mskcc_2018")
    return {key: graded[key].results[0] for key in keys}


@pytest.mark.parametrize("listed", [(), ("norepinephrine",)])
def test_a_run_beside_a_list_is_taken_at_its_rate_and_hours(listed: tuple[str, ...]) -> None:
    results = with_run(listed, "5", 30)
    assert [result.grade for result in results.values()] == [2, 3, 3]
    assert "vasopressors" not in {name for each in results.values() for name in each.missing}


def test_where_the_list_is_unknown_a_low_rate_and_few_hours_are_the_least() -> None:
    results = with_run(None, "5", 59)
    assert [result.grade for result in results.values()] == [2, 3, 2]
    assert all(result.at_least and "vasopressors" in result.missing for result in results.values())


def test_a_high_dose_for_long_enough_is_high_whatever_else_runs() -> None:
    results = with_run(None, "30", 30)
    assert [result.grade for result in results.values()] == [3, 4, 3]


def test_an_agent_without_a_run_may_have_run_longer_than_the_others() -> None:
    beside = with_run(("norepinephrine", "epinephrine"), "5", 59)["crs_mskcc_2018"]
    assert (beside.grade, beside.at_least) == (2, True)
    assert "vasopressor hours" in beside.missing


def test_a_bolus_adds_no_hours_and_no_rate() -> None:
    bolus = run("phenylephrine", 60, None, "100", "ug")
    assert dose(bolus, agents="phenylephrine").hours is None
    assert dose(bolus, agents="phenylephrine").rates == {}


def test_an_inotrope_of_any_name_is_told_by_its_class() -> None:
    findings = Findings(
        AT, temperature_c=Decimal(39), hypotension=True, vasopressors=(), oxygen_device="room_air"
    )
    for drug_class, grade in (("inotrope", 2), ("vasopressor", 3)):
        some = Dose(timedelta(hours=50), "unheard of", drug_class)
        record = Record(findings=(findings,), doses=(some,))
        assert grade_record(record, DEFAULT)["crs_astct_2019"].results[0].grade == grade


def test_the_start_of_a_run_is_told_in_the_time_of_the_ward() -> None:
    findings = Findings(AT, hypotension=True, vasopressors=())
    record = Record(
        infused_at=datetime(2026, 1, 5, 10, tzinfo=UTC),
        zone=ZoneInfo("Europe/Madrid"),
        findings=(findings,),
        doses=(run("angiotensin_ii", 40, None, "10", "ng/kg/min"),),
    )
    result = grade_record(record, DEFAULT)["crs_astct_2019"].results[0]
    expected = "angiotensin II runs by the dose record since Day 2, 03:00: confirm or end it"
    assert result.cautions == (expected,)
