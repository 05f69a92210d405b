"""The oracle of whole courses by hand: what the texts say, on both sides of each boundary."""

from __future__ import annotations

from typing import Any

import pytest

from tests.oracle.course.document import Item
from tests.oracle.course.smallest import smallest
from tests.oracle.course.whole_course import answer

CLEAR = {
    "temperature_c": 36.8,
    "hypotension": False,
    "vasopressors": [],
    "oxygen_device": "room_air",
}
FEVER = CLEAR | {"temperature_c": 38.4}
SHOCK = CLEAR | {"hypotension": True, "vasopressors": ["norepinephrine"]}


def course(*entries: tuple[float, Item], doses: list[Item] | None = None) -> Item:
    return {
        "format": "cartox-course-1",
        "id": "by hand",
        "course": {"infused_at": None},
        "assessments": [{"hour": hour} | findings for hour, findings in entries],
        "doses": doses or [],
    }


def crs_of(document: Item) -> list[tuple[Any, Any, bool]]:
    """Grade, would-be and at least of each assessment."""
    verdicts = [one["crs_astct_2019"] for one in answer(document)["assessments"]]
    return [(one["grade"], one["would_be"], one["at_least"]) for one in verdicts]


def run(agent: str, hour: float, **more: Any) -> Item:
    return {"hour": hour, "agent": agent, "amount": 0.1, "unit": "ug/kg/min"} | more


PARACETAMOL = {"hour": 21, "agent": "paracetamol", "amount": 1000, "unit": "mg"}


@pytest.mark.parametrize(
    ("second_clear", "last", "expected"),
    [
        (44, 700, (None, 3, False)),
        (30.5, 102.5, (None, 3, False)),
        (30.5, 102, (3, None, False)),
    ],
)
def test_a_shock_that_nobody_saw_coming_for_72_hours_is_review(
    second_clear: float, last: float, expected: tuple[Any, Any, bool]
) -> None:
    entries = ((20, FEVER), (30, CLEAR), (second_clear, CLEAR), (last, SHOCK))
    assert crs_of(course(*entries, doses=[PARACETAMOL]))[-1] == expected


@pytest.mark.parametrize(
    ("listed", "runs", "expected"),
    [
        ([], ["norepinephrine"], (3, None, False)),
        (None, ["norepinephrine"], (3, None, True)),
        (None, ["norepinephrine", "argipressin"], (3, None, True)),
        (None, ["norepinephrine", "epinephrine"], (4, None, False)),
        (["norepinephrine"], ["epinephrine"], (4, None, False)),
        (["vasopressin"], ["terlipressin"], (3, None, False)),
        (["other"], ["norepinephrine"], (3, None, True)),
        (["other"], ["vasopressin"], (3, None, True)),
        (["other"], ["norepinephrine", "epinephrine"], (4, None, False)),
        (["other", "norepinephrine"], [], (4, None, False)),
        ([], ["dobutamine"], (1, None, False)),
        ([], ["vasopressor"], (3, None, False)),
        (["norepinephrine"], ["vasopressor"], (3, None, True)),
        (["norepinephrine", "epinephrine"], ["vasopressor"], (4, None, False)),
        (["norepinephrine"], ["norepinephrine", "vasopressor"], (4, None, False)),
        (["vasopressin"], ["vasopressor"], (3, None, False)),
        (["other"], ["vasopressor"], (3, None, True)),
    ],
)
def test_what_runs_counts_beside_the_list(
    listed: list[str] | None, runs: list[str], expected: tuple[Any, Any, bool]
) -> None:
    doses = [run(agent, 19) for agent in runs]
    entry = FEVER | {"vasopressors": listed}
    assert crs_of(course((20, entry), doses=doses)) == [expected]


@pytest.mark.parametrize(
    ("dose", "expected"),
    [
        (run("norepinephrine", 20), 3),
        (run("norepinephrine", 20.5), 1),
        (run("norepinephrine", 10, end_hour=20), 1),
        (run("norepinephrine", 10, end_hour=20.5), 3),
        (run("norepinephrine", 10, amount=0), 1),
        (run("phenylephrine", 19, unit="ug"), 1),
        (run("phenylephrine", 19, unit="ug", end_hour=21), 3),
    ],
)
def test_a_run_holds_from_its_start_to_before_its_end(dose: Item, expected: int) -> None:
    assert crs_of(course((20, FEVER), doses=[dose]))[0][0] == expected


@pytest.mark.parametrize(
    ("doses", "expected"),
    [
        ([run("norepinephrine", 10), run("norepinephrine", 15, amount=0)], 1),
        ([run("norepinephrine", 10), run("norepinephrine", 20, amount=0)], 1),
        ([run("norepinephrine", 10), run("norepinephrine", 20.5, amount=0)], 3),
        ([run("norepinephrine", 10), run("norepinephrine", 10, amount=0)], 3),
        ([run("norepinephrine", 10), run("epinephrine", 15, amount=0)], 3),
        ([run("argipressin", 10), run("vasopressin", 15, amount=0)], 1),
        ([run("norepinephrine", 10, end_hour=21), run("norepinephrine", 15, amount=0)], 3),
    ],
)
def test_a_later_rate_of_0_of_the_drug_ends_an_open_run(doses: list[Item], expected: int) -> None:
    assert crs_of(course((20, FEVER), doses=doses))[0][0] == expected


def counts(*days: tuple[int, float], events: tuple[tuple[int, str], ...] = ()) -> Item:
    labs = [
        {"hour": 24 * day, "analyte": "anc", "value": value, "unit": "10*9/L"}
        for day, value in days
    ]
    return course() | {
        "labs": labs,
        "events": [{"hour": 24 * day, "kind": kind} for day, kind in events],
    }


def each(first: int, last: int, value: float = 0.4) -> list[tuple[int, float]]:
    return [(day, value) for day in range(first, last + 1)]


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (counts((2, 0.4), (35, 3)), (1, True)),
        (counts(*each(3, 16), (40, 3)), (4, False)),
        (counts(*each(4, 17), (40, 3)), (3, True)),
        (counts(*each(3, 15), (40, 3)), (2, True)),
        (counts(*each(3, 16)), (3, True)),
        (counts(*each(2, 4), events=((11, "death"),)), (4, False)),
        (counts(*each(2, 4), events=((12, "death"),)), (1, True)),
        (counts((2, 0.4), events=((4, "death"),)), (1, False)),
        (counts(*each(2, 4), events=((5, "relapse"),)), (1, False)),
        (counts((2, 0.4), (10, 0.4), *each(11, 31, 3)), (2, False)),
        (counts((2, 0.4), (11, 0.4), *each(12, 31, 3)), (1, True)),
    ],
)
def test_never_above_is_not_said_of_a_few_values(
    document: Item, expected: tuple[int, bool]
) -> None:
    early = answer(document)["course"]["icaht_early"]
    assert (early["grade"], early["at_least"]) == expected


def test_bridging_is_not_lymphodepletion() -> None:
    doses = [
        {"hour": hour, "agent": agent, "amount": 30, "unit": "mg/m2"}
        for hour, agent in ((-504, "bendamustine"), (-120, "fludarabine"), (-48, "fludarabine"))
    ]
    units = {"platelets": "10*9/L", "anc": "10*9/L", "hemoglobin": "g/dL", "crp": "mg/dL"}
    values = {"platelets": 60, "anc": 0.9, "hemoglobin": 8.5, "crp": 8, "ferritin": 2500}
    labs = [
        {"hour": -120, "analyte": analyte, "value": value, "unit": units.get(analyte, "ng/mL")}
        for analyte, value in values.items()
    ]
    document = course(doses=doses) | {"labs": labs}

    assert answer(document)["course"]["car_hematotox"]["score"] == 7


def test_a_difference_is_cut_down_to_what_shows_it() -> None:
    document = course((20, FEVER), (30, SHOCK), (40, CLEAR), doses=[PARACETAMOL])

    def has_shock(smaller: Item) -> bool:
        return any(entry.get("hypotension") for entry in smaller["assessments"])

    small = smallest(document, has_shock)
    assert (small["assessments"], small["doses"]) == ([{"hour": 30, "hypotension": True}], [])
