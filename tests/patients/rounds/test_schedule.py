"""The schedule of a ward: what is stored comes back, and what nobody could follow is refused."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest

from patients.rounds.rules.clocks import Clock
from patients.rounds.rules.schedule import (
    CLOCK_WORDS,
    DEFAULT_ROWS,
    IntervalRow,
    Schedule,
    When,
    window_of,
)

DEFAULTS = Schedule.from_json({})


def changed(place: int, **columns: Any) -> dict[str, Any]:
    """The defaults as they are stored, with other columns in one row."""
    stored = DEFAULTS.to_json()
    stored["rows"][place] |= columns
    return stored


def problem(stored: Any) -> str:
    with pytest.raises(ValueError) as refused:
        Schedule.from_json(stored)
    return str(refused.value)


def test_a_schedule_comes_back_as_it_was_stored() -> None:
    half_hours = Schedule(DEFAULT_ROWS[:], ("crp",), (time(7, 30), time(15, 30), time(23, 30)))
    for schedule in (DEFAULTS, half_hours, Schedule.for_ward_hours(3)):
        assert Schedule.from_json(schedule.to_json()) == schedule


def test_what_is_not_stored_is_the_default() -> None:
    assert Schedule.from_json({"panel": ["crp"]}) == Schedule(
        DEFAULTS.rows, ("crp",), DEFAULTS.shifts
    )


def test_every_default_has_a_reason_that_says_where_it_comes_from() -> None:
    assert {row.why.split(":")[0] for row in DEFAULTS.rows} == {"local", "label"}
    assert set(CLOCK_WORDS.items()) == {(clock.value, clock.label) for clock in Clock}


@pytest.mark.parametrize(("hours", "minutes"), [(1, 60), (12, 720), (48, 2880)])
def test_the_ward_says_how_often_it_assesses_at_grade_0(hours: int, minutes: int) -> None:
    always = [row for row in Schedule.for_ward_hours(hours).rows if row.when == When.ALWAYS]
    assert [row.minutes for row in always] == [minutes, minutes, 1440]


@pytest.mark.parametrize(
    ("minutes", "window"), [(10, 10), (40, 10), (44, 11), (60, 15), (120, 30), (124, 30)]
)
def test_a_window_is_a_quarter_of_the_interval_from_10_to_30_minutes(
    minutes: int, window: int
) -> None:
    assert window_of(minutes) == timedelta(minutes=window)


@pytest.mark.parametrize(
    ("place", "columns", "text"),
    [
        (0, {"minutes": 9}, "Vitals, always: the interval is 10 minutes to 48 hours"),
        (0, {"minutes": 2881}, "Vitals, always: the interval is 10 minutes to 48 hours"),
        (10, {"minutes": 10081}, "Laboratory, always: the interval is 10 minutes to 168 hours"),
        (0, {"minutes": 60.5}, "in whole minutes"),
        (0, {"minutes": True}, "in whole minutes"),
        (1, {"from_grade": 0}, "Vitals, CRS: the grade is a number from 1 to 5."),
        (1, {"from_grade": 6}, "Vitals, CRS: the grade is a number from 1 to 5."),
        (0, {"from_grade": 1}, "Vitals, always: this row has no grade."),
        (8, {"lasts_minutes": None}, "enter for how long it applies"),
        (1, {"lasts_minutes": 60}, "only the row after the first sign of ICANS has an end"),
        (1, {"why": " "}, "enter the reason for this interval"),
        (1, {"clock": "weight"}, "There is no row for weight, crs."),
        (1, {"when": "mds"}, "There is no row for vitals, mds."),
        (1, {"color": "red"}, "columns that are not known"),
        (2, {"from_grade": 1}, "more than one row for vitals, from CRS 1"),
        (0, {"when": "crs", "from_grade": 4}, "Vitals needs an interval that always applies."),
    ],
)
def test_a_row_that_nobody_could_follow_is_refused_in_words(
    place: int, columns: dict[str, Any], text: str
) -> None:
    assert text in problem(changed(place, **columns))


@pytest.mark.parametrize(
    ("part", "stored", "text"),
    [
        ("panel", [], "at least one laboratory value"),
        ("panel", ["crp", "mood"], "The laboratory value mood is not known."),
        ("panel", ["crp", "crp"], "stands twice"),
        ("shifts", [], "A day has 1 to 6 shifts."),
        ("shifts", ["07:00"] * 7, "A day has 1 to 6 shifts."),
        ("shifts", ["7 am"], "7 am is no time of day"),
        ("shifts", [7], "7 is no time of day"),
        ("shifts", ["19:00", "07:00"], "one after the other"),
        ("shifts", ["07:00", "07:00"], "one after the other"),
        ("rows", "none", "The rows of the schedule are no list."),
        ("rows", ["none"], "columns that are not known"),
        ("rows", [{"clock": "vitals"}], "lacks from_grade, minutes, when, why"),
    ],
)
def test_a_panel_or_shifts_that_nobody_could_follow_are_refused_in_words(
    part: str, stored: Any, text: str
) -> None:
    assert text in problem(DEFAULTS.to_json() | {part: stored})


def test_what_is_no_schedule_at_all_is_refused_in_words() -> None:
    assert problem(["vitals"]) == "The rows of the schedule are no list."


def test_everything_that_is_wrong_is_said_at_once() -> None:
    text = problem(changed(0, minutes=1) | {"panel": []})
    assert "Vitals, always" in text
    assert "minimum panel" in text


def test_a_row_may_be_left_out_where_it_need_not_apply() -> None:
    rows = [row for row in DEFAULTS.to_json()["rows"] if row["when"] == "always"]
    stored = Schedule.from_json({"rows": rows})
    assert stored.of("labs") == (IntervalRow("labs", When.ALWAYS, 0, 1440, "local: daily"),)
