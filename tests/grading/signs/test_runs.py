"""What runs at a moment: the runs of the dose record, their ends, and the last list beside them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from grading.local_rules import DEFAULT
from grading.record import HOUR, Dose, Findings, Record
from grading.rules.signs.runs import open_runs, running_at, with_ends
from grading.rules.signs.vasopressors import count, disagreements
from grading.rules.systems import grade_record

AT = timedelta(hours=60)


def run(
    agent: str, start: float, amount: str = "5", end: float | None = None, unit: str = "mcg/min"
) -> Dose:
    ended = None if end is None else timedelta(hours=end)
    return Dose(
        timedelta(hours=start), agent, amount=Decimal(amount), unit=unit, ended=ended, uid=agent
    )


def open_at(hours: float, *doses: Dose) -> list[str]:
    return list(open_runs(doses, timedelta(hours=hours)))


@pytest.mark.parametrize(
    ("doses", "runs"),
    [
        ([run("norepinephrine", 50)], True),
        ([run("norepinephrine", 50), run("norepinephrine", 55, "0")], False),
        ([run("norepinephrine", 50), run("noradrenaline", 55, "0")], False),
        ([run("norepinephrine", 50), run("norepinephrine", 60, "0")], False),  # ends before 60 h
        ([run("norepinephrine", 50), run("norepinephrine", 60.1, "0")], True),
        ([run("norepinephrine", 50), run("norepinephrine", 50, "0")], True),  # not later
        ([run("norepinephrine", 50), run("norepinephrine", 49, "0")], True),
        ([run("norepinephrine", 50), run("epinephrine", 55, "0")], True),
        ([run("norepinephrine", 50, end=61), run("norepinephrine", 55, "0")], True),
        (
            [run("norepinephrine", 55), run("norepinephrine", 50), run("norepinephrine", 56, "0")],
            False,
        ),
        (
            [run("norepinephrine", 57), run("norepinephrine", 50), run("norepinephrine", 56, "0")],
            True,
        ),
    ],
)
def test_a_later_rate_of_0_of_the_same_drug_ends_an_open_run(doses: list[Dose], runs: bool) -> None:
    record = Record(doses=tuple(doses))
    assert ("norepinephrine" in open_runs(record.doses, AT)) is runs


def test_a_drug_that_is_not_known_is_one_in_any_spelling() -> None:
    doses = (Dose(HOUR, "Neopress", "vasopressor"), Dose(2 * HOUR, "neo press", "vasopressor"))
    doses[1].amount, doses[1].unit = Decimal(0), "mL/h"
    assert open_at(1.5, *doses) == ["Neopress"]
    assert open_at(2, *doses) == []


def test_the_first_of_several_rates_of_0_is_the_end() -> None:
    doses = (run("dopamine", 1), run("dopamine", 5, "0"), run("dopamine", 3, "0"))
    assert with_ends(doses)[0].ended == 3 * HOUR


def test_what_was_entered_stays_as_it_is() -> None:
    doses = (run("dopamine", 1), run("dopamine", 5, "0"))
    with_ends(doses)
    assert doses[0].ended is None


def crs(*doses: Dose, **findings: Any) -> tuple[int | None, bool]:
    values = {"temperature_c": Decimal(39), "oxygen_device": "room_air"} | findings
    record = Record(findings=(Findings(AT, **values),), doses=doses)
    result = grade_record(record, DEFAULT)["crs_astct_2019"].results[0]
    return result.grade, result.at_least


def test_a_rate_of_0_ends_the_grade_of_the_run_as_well() -> None:
    assert crs(run("norepinephrine", 50), vasopressors=()) == (3, False)
    ended = (run("norepinephrine", 50), run("norepinephrine", 55, "0"))
    assert crs(*ended, hypotension=False, vasopressors=()) == (1, False)


def test_hours_of_vasopressors_stop_at_a_rate_of_0() -> None:
    """20 µg/min for 3 h is a high dose (Lee 2014); set to 0 and started anew it is not."""
    findings = Findings(AT, temperature_c=Decimal(39), vasopressors=("norepinephrine",))
    long = (run("norepinephrine", 50, "20"),)
    anew = (
        run("norepinephrine", 50, "20"),
        run("norepinephrine", 52, "0"),
        run("norepinephrine", 58, "20"),
    )
    grades = [
        grade_record(Record(findings=(findings,), doses=doses), DEFAULT)["crs_lee_2014"].results[0]
        for doses in (long, anew)
    ]
    assert [result.grade for result in grades] == [3, 2]


def test_a_steroid_that_was_set_to_0_before_the_onset_waives_no_fever() -> None:
    fever = Findings(timedelta(hours=40), temperature_c=Decimal(39), oxygen_device="room_air")
    shock = Findings(AT, temperature_c=Decimal(37), hypotension=True, vasopressors=())
    infusion = run("hydrocortisone", 10, "8", unit="mg/h")
    off = run("hydrocortisone", 30, "0", unit="mg/h")

    def last(*doses: Dose) -> bool:
        record = Record(findings=(fever, shock), doses=doses)
        return grade_record(record, DEFAULT)["crs_astct_2019"].results[1].review

    assert not last(infusion)
    assert last(infusion, off)


@pytest.mark.parametrize(
    ("listed", "runs", "expected"),
    [
        (("norepinephrine",), ("vasopressor",), (3, True)),  # it may be that one
        (("norepinephrine", "epinephrine"), ("vasopressor",), (4, False)),
        (("norepinephrine",), ("vasopressor", "norepinephrine"), (4, False)),  # two runs
        ((), ("vasopressor",), (3, False)),
        (("vasopressin",), ("vasopressor",), (3, False)),
        (("other",), ("vasopressor",), (3, True)),
        (("other",), ("norepinephrine",), (3, True)),
        (("dobutamine",), ("vasopressor",), (3, False)),
        (("norepinephrine",), ("metaraminol",), (4, False)),
    ],
)
def test_a_run_without_a_name_may_be_an_agent_of_the_list(
    listed: tuple[str, ...], runs: tuple[str, ...], expected: tuple[int, bool]
) -> None:
    assert crs(*(run(agent, 50) for agent in runs), vasopressors=listed) == expected


def test_a_run_without_a_name_beside_vasopressin_may_be_one_or_two() -> None:
    """Older scales count vasopressin among several vasopressors."""
    unnamed = open_runs([run("vasopressor", 50)], AT)
    assert count(("vasopressin",), unnamed, DEFAULT).several is None
    assert count(("vasopressin",), open_runs([run("dopamine", 50)], AT), DEFAULT).several is True


# What runs, as far as anybody recorded


def listed_at(hours: float, *agents: str, **findings: Any) -> Findings:
    return Findings(timedelta(hours=hours), uid=str(hours), vasopressors=agents, **findings)


def words(record: Record, hours: float = 60, leaving_out: str = "") -> list[str]:
    return [
        f"{each.agent} {each.amount} {each.unit} {'run' if each.is_run else 'list'} "
        f"{each.since // HOUR}"
        for each in running_at(record, timedelta(hours=hours), leaving_out)
    ]


NE = "norepinephrine"


@pytest.mark.parametrize(
    ("findings", "doses", "expected"),
    [
        ([], [run(NE, 50)], [f"{NE} 5 mcg/min run 50"]),
        ([], [run(NE, 50), run(NE, 55, "8")], [f"{NE} 8 mcg/min run 50"]),
        ([], [run(NE, 50, end=55), run(NE, 55, "8")], [f"{NE} 8 mcg/min run 55"]),
        ([listed_at(40, NE)], [], [f"{NE} None None list 40"]),
        ([listed_at(40, NE)], [run(NE, 50)], [f"{NE} 5 mcg/min run 50"]),
        ([listed_at(40, NE)], [run(NE, 30, end=39)], [f"{NE} None None list 40"]),
        ([listed_at(40, NE)], [run(NE, 30, end=40)], []),
        ([listed_at(40, NE)], [run(NE, 30, end=60)], []),
        ([listed_at(40, NE)], [run(NE, 30, end=60.1)], [f"{NE} 5 mcg/min run 30"]),
        ([listed_at(40, NE), listed_at(50)], [], []),
        ([listed_at(40, NE), Findings(50 * HOUR)], [], [f"{NE} None None list 40"]),
        ([listed_at(61, NE)], [run(NE, 61)], []),
        (
            [listed_at(40, "other")],
            [Dose(50 * HOUR, "Akrinor")],
            ["cafedrine_theodrenaline None None run 50"],
        ),
        ([listed_at(40, "dobutamine")], [], ["dobutamine None None list 40"]),
        (
            [listed_at(40, NE, vasopressor_rates={NE: Decimal("7.5")})],
            [],
            [f"{NE} 7.5 mcg/min list 40"],
        ),
    ],
)
def test_what_runs_by_the_dose_record_and_by_the_last_list(
    findings: list[Findings], doses: list[Dose], expected: list[str]
) -> None:
    assert words(Record(findings=tuple(findings), doses=tuple(doses))) == expected


def test_an_assessment_that_is_corrected_says_nothing_of_what_runs() -> None:
    record = Record(findings=(listed_at(40, NE), listed_at(50, "epinephrine")))
    assert words(record) == ["epinephrine None None list 50"]
    assert words(record, leaving_out="50") == [f"{NE} None None list 40"]


def test_a_push_is_no_run() -> None:
    record = Record(doses=(run("phenylephrine", 60, "100", unit="mcg"),))
    assert running_at(record, timedelta.max) == ()


@pytest.mark.parametrize(
    ("earlier", "since"),
    [
        ([], 55),
        ([run("norepinephrine", 50, "4", end=55)], 50),
        ([run("norepinephrine", 48, "3", end=50), run("noradrenaline", 50, "4", end=55)], 48),
        ([run("norepinephrine", 50, "4", end=54.9)], 55),
        ([run("vasopressin", 50, "4", end=55)], 55),
        ([run("norepinephrine", 50, "4", end=55), run("norepinephrine", 55, "9", end=55)], 50),
    ],
)
def test_a_new_rate_is_no_new_start_of_its_drug(earlier: list[Dose], since: float) -> None:
    """A change of rate ends one run and starts the next at one moment; a gap is a new start."""
    record = Record(doses=(*earlier, run("norepinephrine", 55)))
    (norepinephrine,) = running_at(record, AT)
    assert (norepinephrine.since, norepinephrine.amount) == (timedelta(hours=55), 5)
    assert norepinephrine.started == timedelta(hours=since)


@pytest.mark.parametrize("drug_class", ["vasopressor", "inotrope", "other"])
def test_no_caution_says_that_a_drug_runs_after_its_rate_of_0(drug_class: str) -> None:
    started = Dose(timedelta(hours=50), "a new pressor", "vasopressor", Decimal(5), "mcg/min")
    zero = Dose(timedelta(hours=55), "a new pressor", drug_class, Decimal(0), "mcg/min")
    findings = Findings(AT, vasopressors=())
    still_runs = Record(findings=(findings,), doses=(started,))
    assert len(disagreements(findings, still_runs, DEFAULT)) == 1
    assert (
        disagreements(findings, Record(findings=(findings,), doses=(started, zero)), DEFAULT) == ()
    )
