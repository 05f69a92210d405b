"""The board's rows as markup. Each is made once for what it says, and kept.

What a row says changes with the version of its course, with the day, and with what falls due.
Only ages move on by themselves: they are left open in what is kept, and filled in each time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from patients.board.lines import FAR, BoardLine, board_line
from patients.models import BoardRow
from patients.reading.versions import Kept
from patients.words.grades import AGES_IN_WORDS, AgeInWords
from patients.words.wording import duration, overdue

MOST_ROWS = 1_000
_rows: Kept[BoardRow] = Kept(MOST_ROWS)
_shown: Kept[BoardShown] = Kept(MOST_ROWS)

OPEN, CLOSE = "\ue000", "\ue001"
"""Private characters around what is filled in: a letter, and a time in ms since 1970."""
RANK = f"{OPEN}rank{CLOSE}"
AGE = re.compile(f"{OPEN}([ao])([0-9]{{1,15}}){CLOSE}")  # 15: a name that looks so does no harm


@dataclass(frozen=True, slots=True)
class BoardShown:
    """One row: what it says, and its markup with rank and ages left open."""

    line: BoardLine
    markup: str


def _left_open(letter: str) -> AgeInWords:
    return lambda now, at: f"{OPEN}{letter}{_ms(at)}{CLOSE}"


LEFT_OPEN = AGES_IN_WORDS._replace(age=_left_open("a"), overdue=_left_open("o"))


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def read_rows(versions: list[tuple[UUID, int]]) -> list[BoardRow]:
    """The rows of these courses; only what is not kept is read."""
    kept = {uid: _rows.get((uid, version)) for uid, version in versions}
    missing = [uid for uid, row in kept.items() if row is None]
    if missing:
        rows = BoardRow.objects.filter(course__uid__in=missing)
        for row in rows.select_related("course__patient", "course__ward"):
            kept[row.course.uid] = _rows.put((row.course.uid, row.version), row)
    return [row for row in kept.values() if row is not None]


def shown(row: BoardRow, now: datetime, *, can_enter: bool) -> BoardShown:
    """A row as it reads now, but for its ages."""
    today = now.astimezone(row.course.zone).date()
    due = tuple(now >= moment for moment in moments(row))
    key = (row.course.uid, row.version, today, due, can_enter)
    kept = _shown.get(key)
    if kept is not None:
        return kept
    line = board_line(row, now, LEFT_OPEN)
    context = {"line": line, "can_enter": can_enter, "rank": RANK}
    return _shown.put(key, BoardShown(line, render_to_string("board/_board_line.html", context)))


def moments(row: BoardRow) -> list[datetime]:
    """When a row comes to read differently by the clock alone, days and ages apart."""
    changes = [row.next_due_at, row.next_due_at - FAR]
    if row.tocilizumab_next_at is not None:
        changes.append(row.tocilizumab_next_at)
    return changes


def markup(rows: list[BoardShown], now: datetime) -> SafeString:
    """All rows in this order, with their ranks and ages."""
    ranked = "".join(row.markup.replace(RANK, str(rank)) for rank, row in enumerate(rows))
    now_ms = _ms(now)

    def told(age: re.Match[str]) -> str:
        span = timedelta(milliseconds=now_ms - int(age[2]))
        return duration(span) if age[1] == "a" else overdue(span)

    # The template escaped every row; what is filled in is made of digits and words of ours.
    return SafeString(AGE.sub(told, ranked))  # nosec B703
