"""What a clock says, in words: on the board, in the round view, in the handover."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from patients.rounds.due.words import data_due, due_in_words, every_in_words, span
from patients.rounds.rules.clocks import Clock, Due, DueState
from patients.words.wording import clock_or_weekday

MADRID = ZoneInfo("Europe/Madrid")
NOW = datetime(2026, 1, 5, 20, 10, tzinfo=MADRID)  # a Monday


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 1, day, hour, minute, tzinfo=MADRID)


def a_due(state: str, due_at: datetime, **more: Any) -> Due:
    values = {"clock": Clock.VITALS, "what": "vitals", "last_at": None, "minutes": 240}
    until = due_at + timedelta(minutes=30)
    given = values | {"why": "local: CRS 1"} | more
    return Due(state=DueState(state), due_at=due_at, until=until, **given)


REFUSED = {"reason": "refused", "not_done_at": at(5, 10, 5)}


@pytest.mark.parametrize(
    ("due", "text"),
    [
        (a_due("overdue", at(5, 19, 30)), "vitals 0:40 over"),
        (a_due("due", at(5, 20), what="ICE"), "ICE due 20:00, until 20:30"),
        (a_due("not_yet", at(6, 6), what="labs"), "labs due Tue 06:00"),
        (
            a_due("paused", at(5, 21), reason="imaging, MRI", away_until=at(5, 23, 30)),
            "away: imaging, MRI, until 23:30",
        ),
        (
            a_due("not_done", at(5, 22, 5), **REFUSED),
            "vitals not done 10:05: refused; due 22:05",
        ),
        (a_due("due", at(5, 20), **REFUSED), "vitals due 20:00, until 20:30 (refused 10:05)"),
        (a_due("overdue", at(5, 19), **REFUSED), "vitals 1:10 over (refused 10:05)"),
        (a_due("ended", at(5, 19)), "vitals: nothing due"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.state,
)
def test_each_state_has_its_sentence(due: Due, text: str) -> None:
    assert due_in_words(due, NOW, MADRID) == text


@pytest.mark.parametrize(
    ("when", "text"),
    [
        (at(5, 0), "00:00"),
        (at(5, 23, 59), "23:59"),
        (at(6, 0), "Tue 00:00"),
        (at(4, 23, 59), "Sun 23:59"),
        (at(11, 6), "Sun 06:00"),
        (at(12, 6), "12 Jan 06:00"),
    ],
)
def test_a_time_names_its_day_by_the_calendar_of_the_ward(when: datetime, text: str) -> None:
    assert clock_or_weekday(when.astimezone(UTC), NOW.astimezone(UTC), MADRID) == text


@pytest.mark.parametrize(
    ("minutes", "text"), [(-5, "0:00"), (0.9, "0:00"), (40, "0:40"), (1565, "26:05")]
)
def test_an_age_is_in_hours_and_minutes_and_never_below_zero(minutes: float, text: str) -> None:
    assert span(timedelta(minutes=minutes)) == text


def test_the_time_that_comes_twice_names_its_zone() -> None:
    twice = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)  # 02:30 for the second time
    due = a_due("not_yet", twice)
    assert due_in_words(due, twice - timedelta(hours=1), MADRID) == "vitals due 02:30 CET"


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(30, "every 30 min"), (60, "every 1 h"), (90, "every 90 min"), (1440, "every 24 h")],
)
def test_an_interval_stands_with_its_reason(minutes: int, text: str) -> None:
    assert every_in_words(a_due("due", NOW, minutes=minutes)) == f"{text}, local: CRS 1"


def test_the_script_counts_to_the_moment_of_the_state() -> None:
    assert data_due(a_due("overdue", at(5, 19))) == "2026-01-05T18:00:00+00:00"
    away = a_due("paused", at(5, 19), away_until=at(5, 21))
    assert data_due(away) == "2026-01-05T20:00:00+00:00"
    assert data_due(a_due("ended", at(5, 19))) == ""
