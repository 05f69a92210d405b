"""Entries made late: more than ten minutes after their time, in whole minutes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from patients.models import Assessment, ClinicalRow, LabResult, User
from patients.rights import IMPORTER
from patients.words.late import entry_late_by, late_by, late_in_words

AT = datetime(2026, 1, 8, 5, 40, tzinfo=UTC)


def assessment(minutes: int, *, by: str = "nina", replaces: int | None = None) -> Assessment:
    return Assessment(
        observed_at=AT,
        recorded_at=AT + timedelta(minutes=minutes),
        recorded_by=User(username=by),
        replaces_id=replaces,
    )


@pytest.mark.parametrize(
    ("minutes", "seconds", "is_late"),
    [(0, 0, False), (10, 0, False), (10, 59, False), (11, 0, True), (-5, 0, False)],
)
def test_ten_minutes_count_as_on_time(minutes: int, seconds: int, is_late: bool) -> None:
    delay = timedelta(minutes=minutes, seconds=seconds)
    assert late_by(AT, AT + delay) == (delay if is_late else None)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (assessment(10), ""),
        (assessment(35), "entered 35 min late"),
        (assessment(140), "entered 2 h 20 late"),
        (assessment(140, by=IMPORTER), ""),
        (assessment(10, replaces=1), ""),
        (assessment(140, replaces=1), "corrected 2 h 20 later"),
        (LabResult(collected_at=AT, recorded_at=AT + timedelta(hours=3)), ""),
    ],
)
def test_an_entry_made_late_says_how_late(row: ClinicalRow, words: str) -> None:
    assert late_in_words(row) == words


def test_a_correction_and_an_import_do_not_count_as_late() -> None:
    assert entry_late_by(assessment(35)) == timedelta(minutes=35)
    assert entry_late_by(assessment(35, replaces=1)) is None
    assert entry_late_by(assessment(35, by=IMPORTER)) is None
