"""The columns of the board, and one that another app adds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from patients import door
from patients.board.columns import BoardColumn
from patients.models import Course, User
from tests.storing import AssessmentAt

NOW = datetime(2026, 1, 8, 6, 41, tzinfo=UTC)
CELL = (
    '{% if is_heading %}<th class="board__added">Call</th>'
    '{% else %}<td class="board__added">{{ place.added.calls }}</td>{% endif %}'
)

calls = {"text": "Dr Petit, unanswered"}


def open_calls(uids: Sequence[UUID], now: datetime) -> dict[UUID, str]:
    return {uid: f"{calls['text']} {now:%H:%M}" for uid in uids if calls["text"]}


CALLS = BoardColumn("calls", "calls.html", open_calls)


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def with_calls(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "calls.html").write_text(CELL)
    engine = settings.TEMPLATES[0]
    settings.TEMPLATES = [engine | {"DIRS": [*engine["DIRS"], tmp_path]}]
    *own, due, call, treatment, draft = settings.CARTOX_BOARD_COLUMNS
    settings.CARTOX_BOARD_COLUMNS = [*own, f"{__name__}.CALLS", due, call, treatment, draft]
    monkeypatch.setitem(calls, "text", "Dr Petit, unanswered")


def board(client: Client) -> str:
    return client.get(reverse("board")).content.decode()


def token_of(page: str) -> str:
    return page.partition('data-token="')[2].partition('"')[0]


@pytest.mark.usefixtures("with_calls")
def test_another_app_adds_a_column_in_its_place(nurse_client: Client, course: Course) -> None:
    page = board(nurse_client)
    assert 'data-added="1"' in page
    assert page.index(">ICE</th>") < page.index(">Call</th>") < page.index(">Due</th>")
    assert '<td class="board__added">Dr Petit, unanswered 06:41</td>' in page


@pytest.mark.usefixtures("with_calls")
def test_a_value_that_changes_without_an_entry_changes_the_row_and_wakes_open_boards(
    nurse_client: Client, nurse: User, course: Course, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(60)], by=nurse)
    asked = {"token": token_of(board(nurse_client))}
    assert nurse_client.get(reverse("board_rows"), asked).status_code == 204

    calls["text"] = ""
    answer = nurse_client.get(reverse("board_rows"), asked)
    assert answer.status_code == 200
    assert '<td class="board__added"></td>' in answer.content.decode()


def test_a_site_leaves_a_column_out(nurse_client: Client, course: Course, settings: Any) -> None:
    assert 'class="board__day"' in board(nurse_client)
    settings.CARTOX_BOARD_COLUMNS = [
        path for path in settings.CARTOX_BOARD_COLUMNS if not path.endswith(".DAY_COLUMN")
    ]
    page = board(nurse_client)
    assert 'class="board__day"' not in page
    assert "data-added" not in page
