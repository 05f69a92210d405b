"""The oracle by hand: what a decision covers, when it is over, and which grade stands."""

from __future__ import annotations

from typing import Any

import pytest

from tests.oracle.course.document import Item
from tests.oracle.course.test_by_hand import CLEAR, FEVER, SHOCK, course
from tests.oracle.course.whole_course import answer

CRS = "crs_astct_2019"
SEPTIC = {"attribution": {"hypotension": "other"}, "attribution_cause": {"hypotension": "sepsis"}}
SICK = SHOCK | {"temperature_c": 38.4}
VITALS = {"temperature_c": 38.4, "systolic_mmhg": 124, "diastolic_mmhg": 78}


def decided(word: str, taken: float, holds_from: float | None = 20, **more: Any) -> Item:
    start = {} if holds_from is None else {"from_hour": holds_from}
    return {"hour": taken, "decision": word, "sign": "hypotension"} | start | more


def grades(decisions: list[Item], *entries: tuple[float, Item]) -> list[int | None]:
    document = course(*entries) | {"adjudications": decisions}
    return [one[CRS]["grade"] for one in answer(document)["assessments"]]


CONFIRMED, REFUSED = decided("confirmed", 21, cause="sepsis"), decided("refused", 21)


@pytest.mark.parametrize(
    ("decisions", "expected"),
    [
        ([], [1, 3]),
        ([CONFIRMED], [1, 1]),
        ([REFUSED], [3, 3]),
        ([CONFIRMED, decided("refused", 22)], [3, 3]),
        ([REFUSED, decided("confirmed", 22)], [1, 1]),
        ([CONFIRMED, decided("withdrawn", 22)], [1, 3]),
        ([REFUSED, decided("withdrawn", 22)], [1, 3]),
        ([decided("confirmed", 21, None)], [1, 1]),
        ([decided("refused", 21, None)], [1, 3]),
        ([decided("refused", 21, 20.5)], [1, 3]),
        ([decided("confirmed", 25, None)], [1, 3]),
    ],
)
def test_a_decision_covers_what_it_is_about_and_the_last_one_holds(
    decisions: list[Item], expected: list[int]
) -> None:
    assert grades(decisions, (20, SICK | SEPTIC), (24, SICK)) == expected


@pytest.mark.parametrize(
    ("between", "expected"),
    [
        (FEVER, 3),
        (VITALS, 1),
        (FEVER | {"vasopressors": ["dobutamine"]}, 3),
        (FEVER | {"hypotension": None}, 1),
        (FEVER | {"hypotension": None, "vasopressors": None}, 1),
        (FEVER | {"hypotension": True}, 1),
    ],
)
def test_a_decision_is_over_once_the_sign_was_recorded_as_absent(
    between: Item, expected: int
) -> None:
    assert grades([CONFIRMED], (20, SICK), (22, between), (24, SICK))[-1] == expected


def test_a_run_goes_on_where_the_list_says_none() -> None:
    running = course((20, SICK), (22, FEVER), (24, SICK)) | {
        "adjudications": [CONFIRMED],
        "doses": [{"hour": 19, "agent": "norepinephrine", "amount": 0.1, "unit": "ug/kg/min"}],
    }
    assert answer(running)["assessments"][-1][CRS]["grade"] == 1


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        (VITALS, (1, True)),
        (VITALS | {"temperature_c": 37.2}, (None, False)),
        (FEVER | {"hypotension": None, "vasopressors": None}, (1, True)),
        (
            VITALS | {"systolic_mmhg": 84, "diastolic_mmhg": 50, "oxygen_device": "room_air"},
            (1, False),
        ),
        (SICK | {"vasopressors": None}, (1, False)),
        (VITALS | {"oxygen_device": "room_air"} | SEPTIC, (1, False)),
    ],
)
def test_a_decision_says_what_a_sign_is_due_to_and_not_whether_it_is_there(
    later: Item, expected: tuple[int | None, bool]
) -> None:
    document = course((20, SICK), (24, later)) | {"adjudications": [CONFIRMED]}
    last = answer(document)["assessments"][-1][CRS]
    assert (last["grade"], last["at_least"]) == expected


def test_what_a_physician_enters_holds_for_the_entries_after_it() -> None:
    entered = SICK | SEPTIC | {"attribution_confirmed": True}
    assert grades([], (20, entered), (24, SICK)) == [1, 1]
    assert grades([], (20, SICK | SEPTIC), (24, SICK)) == [1, 3]
    counted = SICK | {"attribution": {"hypotension": "car_t"}, "attribution_confirmed": True}
    assert grades([], (20, counted), (24, SICK | SEPTIC)) == [3, 3]


def test_who_says_it_stands_beside_the_higher_grade() -> None:
    document = course((20, SICK | SEPTIC), (24, SICK | SEPTIC)) | {
        "adjudications": [decided("confirmed", 23, 22, cause="drug")]
    }
    asides = [one[CRS]["put_aside"] for one in answer(document)["assessments"]]
    words = [[(each.cause, each.confirmed, each.hour) for each in aside] for aside in asides]
    assert words == [[("sepsis", False, 20)], [("drug", True, 23)]]


@pytest.mark.parametrize(
    ("entries", "grade", "hour", "is_reassessed"),
    [
        ([SICK, CLEAR], 0, 21, True),
        ([SICK, VITALS], 3, 20, False),
        ([FEVER, VITALS], 1, 21, True),
        ([SICK, VITALS, FEVER], 1, 22, True),
        ([SICK | SEPTIC, VITALS], 1, 20, False),
        ([SICK | SEPTIC | {"attribution_confirmed": True}, VITALS], 1, 21, True),
        ([SICK, SHOCK, VITALS], 3, 21, False),
        ([SICK, {"ice_total": 10}], 3, 20, True),
    ],
)
def test_the_grade_that_stands(
    entries: list[Item], grade: int, hour: int, is_reassessed: bool
) -> None:
    document = course(*enumerate(entries, start=20))
    current = answer(document)["course"][CRS]["current"]
    number = current["would_be"] if current["review"] else current["grade"]
    assert (number, current["hour"], current["reassessed"]) == (grade, hour, is_reassessed)
