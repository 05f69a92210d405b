"""A short walk of two nurses through random faults: nothing lost, doubled or crossed."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser

from benchmarks.walks.entries import Book, Place
from benchmarks.walks.walk import Walk
from patients.drafts import keeping

FAULTS = 12
SEED = "12-0"


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_doubled_crossed_or_signed_by_another(
    live_server: Any, browser: Browser, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """`python -m benchmarks.walks` walks a thousand faults from any seed."""
    monkeypatch.setattr(keeping, "MOST_A_MINUTE", 10_000)  # nurses here are quicker than people
    settings.LOCK_SECONDS = settings.IDLE_SECONDS = 0  # a page is closed by the walk alone
    walk = Walk(browser, live_server.url, SEED)
    walk.run(FAULTS)
    assert walk.wrong == []
    assert sum(walk.faults.values()) == FAULTS
    assert any(entry.is_answered for entry in walk.book.entries.values())


def test_the_model_names_each_difference() -> None:
    """Two nurses 1 and 2, two courses 7 and 8."""
    book = Book()
    entry = book.typed(1, 7)
    row = Place(entry.note, 7, 1)

    def wrong(*rows: Place, drafts: tuple[Place, ...] = ()) -> list[str]:
        return [each.partition(":")[0] for each in book.wrong_at_the_end(rows, drafts)]

    assert wrong() == []
    assert wrong(drafts=(row,)) == []
    assert wrong(row) == ["sent itself"]
    entry.is_sent = entry.is_answered = True
    assert wrong(row) == []
    assert wrong() == ["lost"]
    assert wrong(row, row) == ["doubled"]
    assert wrong(Place(entry.note, 8, 1)) == ["on another patient"]
    assert wrong(Place(entry.note, 7, 2)) == ["signed by another"]
    assert wrong(row, Place("walk-9", 7, 1)) == ["never typed"]
    assert wrong(row, drafts=(Place(entry.note, 7, 2),)) == ["shown to another"]
    left = book.typed(2, 8)
    left.is_kept = True
    assert wrong(row) == ["lost"]
    assert wrong(row, drafts=(Place(left.note, 8, 2),)) == []
