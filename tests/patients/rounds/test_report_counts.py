"""The numbers of a report: waits and their answers, shifts, months, shares."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from patients.rounds.report.calls_of_month import (
    CallOfMonth,
    call_counts,
    nearest_rank,
    waits_of,
)
from patients.rounds.report.compliance import compliance_of, shift_at, shift_names
from patients.rounds.report.month import Month
from patients.rounds.report.shown import share, shown_compliance
from patients.rounds.rules.calls import CallEvent, CallEventKind, call_of
from patients.rounds.rules.clocks import Clock
from patients.rounds.rules.replay import DueWindow, WindowOutcome

OPENED = datetime(2026, 1, 8, 2, 14, tzinfo=UTC)
MADRID = ZoneInfo("Europe/Madrid")
POLICY = [{"who": "physician on call", "contact": "4711", "address": "", "minutes": 10}]


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def cause(grade: int) -> dict[str, Any]:
    return {
        "key": f"rise:crs:{grade}",
        "kind": "rise",
        "entry": "e",
        "entry_kind": "assessment",
        "text": f"CRS {grade}",
        "since": OPENED.isoformat(),
        "grade": grade,
        "toxicity": "crs",
    }


def story(*happened: tuple[float, str, dict[str, Any]], grade: int = 2) -> list[CallEvent]:
    """A call for this grade, and what happened so many minutes after it was opened."""
    begun = {"causes": [cause(grade)], "grade": grade, "step": "", "policy": POLICY}
    events = [(0.0, "opened", begun), *happened]
    return [
        CallEvent(
            uid=uuid.UUID(int=1),
            number=number,
            kind=CallEventKind(kind),
            at=OPENED + minutes(after),
            recorded_at=OPENED + minutes(after),
            by="N. Nurse",
            data=data,
        )
        for number, (after, kind, data) in enumerate(events, start=1)
    ]


NURSE, PHYSICIAN = {"role": "nurse_in_charge"}, {"role": "physician"}
CLOSING = {"outcome": "attended", "plan": "fluids", "seen_at": None}
IN_ERROR = {"outcome": "in_error", "plan": "", "seen_at": None}
ADDED = {"causes": [cause(3)], "grade": 3, "step": "", "policy": POLICY}


def took(*happened: tuple[float, str, dict[str, Any]], grade: int = 2) -> list[float | None]:
    """The minutes of each wait; None where nobody answered."""
    waits = waits_of(story(*happened, grade=grade))
    return [None if each.took is None else each.took / minutes(1) for each in waits]


def test_a_call_waits_until_it_is_answered() -> None:
    assert took((7, "answered", NURSE)) == [7]


def test_from_grade_3_on_it_waits_for_both() -> None:
    assert took((7, "answered", NURSE), (12, "answered", PHYSICIAN), grade=3) == [12]
    assert took((7, "answered", NURSE), grade=3) == [None]


def test_what_is_added_while_nobody_answered_does_not_shorten_the_wait() -> None:
    both = [(62.0, "answered", NURSE), (65.0, "answered", PHYSICIAN)]
    assert took((60, "added", ADDED), *both) == [65]


def test_what_is_added_after_an_answer_begins_a_wait_of_its_own() -> None:
    both = [(304.0, "answered", NURSE), (305.0, "answered", PHYSICIAN)]
    assert took((5, "answered", NURSE), (300, "added", ADDED), *both) == [5, 5]


@pytest.mark.parametrize(("after", "in_time"), [(9.99, True), (10, False)])
def test_in_time_is_before_the_first_step_ends(after: float, in_time: bool) -> None:
    assert waits_of(story((after, "answered", NURSE)))[0].in_time is in_time


def test_a_physician_who_closes_answers_by_it() -> None:
    assert took((8, "closed", CLOSING)) == [8]


def test_what_was_entered_in_error_asks_for_no_answer() -> None:
    happened = story((3, "closed", IN_ERROR))
    calls = [CallOfMonth(None, call_of(uuid.UUID(int=1), happened), waits_of(happened))]  # type: ignore[arg-type]
    counts = call_counts(calls, 4)
    assert (counts.waits, counts.answered, counts.in_error) == (0, 0, 1)
    assert counts.outcomes == (("entered in error", 1),)
    assert counts.per_patient_day == 0.25


@pytest.mark.parametrize(
    ("numbers", "median", "p90"),
    [
        ([4], 4, 4),
        ([1, 2], 1, 2),
        ([1, 2, 3], 2, 3),
        (list(range(1, 11)), 5, 9),
        (list(range(1, 12)), 6, 10),
    ],
)
def test_percentiles_are_values_that_occurred(numbers: list[int], median: int, p90: int) -> None:
    spans = [minutes(number) for number in numbers]
    assert (nearest_rank(spans, 50), nearest_rank(spans, 90)) == (minutes(median), minutes(p90))
    assert nearest_rank([], 50) is None


# Shifts and months

HALF_HOURS = (time(7, 30), time(15, 30), time(23, 30))


@pytest.mark.parametrize(
    ("local", "place"),
    [("07:29", 2), ("07:30", 0), ("15:29", 0), ("15:30", 1), ("23:30", 2), ("00:00", 2)],
)
def test_a_moment_belongs_to_the_shift_of_the_wards_clock(local: str, place: int) -> None:
    at = datetime.combine(date(2026, 7, 8), time.fromisoformat(local), MADRID)
    assert shift_at(at.astimezone(UTC), HALF_HOURS, MADRID) == place


def test_shifts_are_named_by_their_ends() -> None:
    assert shift_names(HALF_HOURS) == ("07:30–15:30", "15:30–23:30", "23:30–07:30")
    assert shift_names((time(8),)) == ("08:00–08:00",)


def test_a_month_begins_by_the_clock_of_the_ward() -> None:
    march = Month(2026, 3)
    assert march.begins(MADRID) == datetime(2026, 2, 28, 23, tzinfo=UTC)
    assert march.step(1).begins(MADRID) == datetime(2026, 3, 31, 22, tzinfo=UTC)
    assert Month.of(datetime(2026, 2, 28, 23, tzinfo=UTC), MADRID) == march
    assert (Month(2026, 12).step(1), Month(2026, 1).step(-1)) == (Month(2027, 1), Month(2025, 12))
    assert (march.key, march.name) == ("2026-03", "March 2026")


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "2026-3", "0001-01", "x", "2026-03-01"])
def test_what_is_no_month_is_none(text: str) -> None:
    assert Month.read(text) is None
    assert Month.read("2026-03") == Month(2026, 3)


# What was due


def window(hours: float, outcome: WindowOutcome, *, late: float = 0) -> DueWindow:
    due_at = OPENED + timedelta(hours=hours)
    return DueWindow(
        Clock.VITALS,
        due_at - timedelta(hours=4),
        due_at + minutes(late),
        due_at,
        due_at + minutes(30),
        240,
        outcome,
        "refused" if outcome is WindowOutcome.NOT_DONE else "",
    )


NOW = OPENED + timedelta(days=3)


def test_counts_add_up_over_the_shifts() -> None:
    windows = [
        window(0, WindowOutcome.ON_TIME),
        window(4, WindowOutcome.LATE, late=31),
        window(8, WindowOutcome.LATE, late=90),
        window(12, WindowOutcome.NOT_DONE),
        window(16, WindowOutcome.MISSED),
        window(71, WindowOutcome.OPEN),
        window(73, WindowOutcome.OPEN),
    ]
    lines = compliance_of(windows, HALF_HOURS, MADRID, NOW)
    total, *shifts = [line for line in lines if line.clock is Clock.VITALS]
    assert (total.due, total.in_time, total.overdue) == (5, 1, 1)
    assert sum(line.due for line in shifts) == total.due
    assert (total.median_late, total.longest_late) == (minutes(31), minutes(90))
    assert total.reasons == [("refused", 1)]
    shown = shown_compliance(lines)[0]
    assert (shown.in_time, shown.cells) == ("1 of 5, 20 %", ("2", "1", "1"))
    assert shown.late == "by 31 min (median), 1 h 30 at most"
    assert shown.open == "1 now, 1 of these overdue"
    assert sum(float(part.width) for part in shown.bar) == pytest.approx(100)


def test_nothing_due_is_said_and_not_divided() -> None:
    assert share(0, 0) == "nothing to count"
    shown = shown_compliance(compliance_of([], HALF_HOURS, MADRID, NOW))
    assert [(line.clock, line.due, line.bar) for line in shown] == [
        ("vitals", 0, ()),
        ("neurology", 0, ()),
        ("laboratory", 0, ()),
    ]
