"""A physician's decision on a sign changes the stored grades of every entry that it is about."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from patients import door
from patients.models import Adjudication, Assessment, Course, GradeRecord, User
from patients.regrading.regrade import regrade
from tests.storing import AssessmentAt

CRS = "crs_astct_2019"
SHOCK: dict[str, Any] = {
    "temperature_c": Decimal("38.9"),
    "hypotension": True,
    "vasopressors": ["norepinephrine"],
}
SEPTIC = SHOCK | {
    "attribution": {"hypotension": "other"},
    "attribution_cause": {"hypotension": "sepsis"},
}


@pytest.fixture
def entries(course: Course, nurse: User, assessment_at: AssessmentAt) -> list[Assessment]:
    """A nurse puts hypotension down to sepsis at 24 h; the next entry does not say so."""
    rows = [assessment_at(24, **SEPTIC), assessment_at(30, **SHOCK)]
    door.enter(course, rows, by=nurse)
    return rows


def decide(
    course: Course, by: User, decision: str, *, hours: float, holds_from: float | None = 24
) -> Adjudication:
    since = None if holds_from is None else course.infused_at + timedelta(hours=holds_from)
    row = Adjudication(
        course=course,
        decided_at=course.infused_at + timedelta(hours=hours),
        decision=decision,
        sign="hypotension",
        holds_from=since,
        reason="blood cultures",
    )
    door.enter(course, [row], by=by)
    return row


def stored(course: Course) -> list[tuple[int | None, int | None, list[dict[str, Any]]]]:
    live = GradeRecord.objects.live().filter(course=course, system=CRS, assessment__isnull=False)
    return [
        (record.grade, record.if_all_counted, record.put_aside)
        for record in live.order_by("applies_at")
    ]


def aside(row: Assessment | Adjudication, hour: int, *, confirmed: bool) -> list[dict[str, Any]]:
    of_sign = {"sign": "hypotension", "cause": "sepsis", "confirmed": confirmed}
    return [{**of_sign, "hour": hour, "uid": str(row.uid)}]


def test_without_a_decision_each_entry_speaks_for_itself(
    course: Course, entries: list[Assessment]
) -> None:
    assert stored(course) == [
        (1, 3, aside(entries[0], 24, confirmed=False)),
        (3, None, []),
    ]


def test_a_confirmation_is_stored_with_every_entry_from_its_start(
    course: Course, entries: list[Assessment], physician: User
) -> None:
    confirmed = decide(course, physician, "confirmed", hours=31)
    held = aside(confirmed, 31, confirmed=True)
    assert stored(course) == [(1, 3, held), (1, 3, held)]
    assert GradeRecord.objects.of_course().get(system=CRS, course=course).grade == 1
    assert regrade(course, at=course.infused_at + timedelta(days=9)) == []


def test_a_withdrawal_and_a_strike_out_bring_back_the_entries(
    course: Course, entries: list[Assessment], physician: User
) -> None:
    before = stored(course)
    confirmed = decide(course, physician, "confirmed", hours=31)
    withdrawn = decide(course, physician, "withdrawn", hours=32)
    assert stored(course) == before
    door.strike_out(withdrawn, by=physician, reason="wrong button")
    assert [grade for grade, *_ in stored(course)] == [1, 1]
    door.strike_out(confirmed, by=physician, reason="wrong patient")
    assert stored(course) == before


def test_a_refusal_counts_the_sign_in_every_entry(
    course: Course, entries: list[Assessment], physician: User
) -> None:
    decide(course, physician, "refused", hours=31)
    assert stored(course) == [(3, None, []), (3, None, [])]
