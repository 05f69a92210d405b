"""The one place that writes the rows of a round.

Every writer holds the course's lock (`holding`), so that an answer, a pause and an entry of the
same patient come one after the other. A row whose uid is stored already is not stored again.
`refresh` brings the row of the round up to date and raises the version of the board row, so that
every open page of the patient asks again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import F, Model, Q

from patients.door.locks import lock, now_after_last_grade
from patients.models import BoardRow, Course
from patients.models.guarded import unguarded
from patients.rounds.models import RoundRow
from patients.write_queue import in_turn

AnyStored = TypeVar("AnyStored", bound=Model)


@contextmanager
def holding(course: Course) -> Iterator[tuple[Course, datetime]]:
    """The course under its lock, and the moment with which everything written now is signed."""
    with in_turn():
        locked = lock(course)
        yield locked, now_after_last_grade(locked)


def insert(row: AnyStored) -> AnyStored:
    """Store a new row, or give back the one that is stored under the same `uid`."""
    rows = unguarded(type(row))
    stored = rows.filter(uid=row.uid).first()  # type: ignore[attr-defined]
    if stored is not None:
        return stored
    rows.bulk_create([row])
    return row


def write_fields(row: Model, **fields: Any) -> None:
    """Fill fields of a stored row; the database refuses those that were written before."""
    unguarded(type(row)).filter(pk=row.pk).update(**fields)
    for name, value in fields.items():
        setattr(row, name, value)


def write_where(model: type[Model], condition: Q, **fields: Any) -> int:
    """Fill fields of the rows that meet the condition as it is written; gives their number."""
    return unguarded(model).filter(condition).update(**fields)


def store_round_row(course: Course, *, at: datetime, **columns: Any) -> bool:
    """Write columns of the row of a round; the caller holds the lock and knows what they hold.

    Gives whether the row is new.
    """
    rows = unguarded(RoundRow)
    if rows.filter(course=course).update(updated_at=at, **columns):
        return False
    rows.bulk_create([RoundRow(course=course, updated_at=at, **columns)])
    return True


def raise_version(course: Course, *, at: datetime) -> None:
    """Let every open page of this course ask again: something of its round changed.

    The digests of the grades hold as before.
    """
    board = unguarded(BoardRow).filter(course=course)
    board.filter(digested_version=F("version")).update(digested_version=F("version") + 1)
    board.update(version=F("version") + 1, updated_at=at)
