"""The one place that writes the rows of a round.

Every writer holds the course's lock (`holding`), so that an answer, a pause and an entry of the
same patient come one after the other. A row whose uid is stored already is not stored again.
`refresh` brings the row of the round up to date and raises the version of the board row, so that
every open page of the patient asks again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import F, Model, Q

from patients import clock
from patients.door.locks import lock, now_after_last_grade
from patients.door.refusals import NotAllowed, Refused
from patients.models import BoardRow, Course, User, Ward
from patients.models.guarded import unguarded
from patients.permissions import refusal_to_set_rounds, signer_of
from patients.rounds.models import RoundRow, RoundSettings
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


class SettingsOvertaken(Refused):
    """Somebody else changed the rounds of this ward since the page was opened.

    `line` is the newest line of the history.
    """

    def __init__(self, line: Any) -> None:
        self.line = line
        super().__init__(
            f"{line.history_user} changed the rounds of this ward while you had this page open. "
            "Yours are not saved. Both stand below."
        )


@in_turn()
def store_settings(
    ward: Ward,
    *,
    since: int,
    by: User,
    reason: str,
    settings: Mapping[str, Mapping[str, Any]],
) -> None:
    """Store how a ward makes its rounds, with the reason; the same form sent again changes nothing.

    `settings` holds what `RoundSettings` stores of schedule, policy and laboratory; `since` is the
    number of the line of the history that the page showed, 0 before the first.
    """
    Ward.objects.select_for_update(no_key=True).get(pk=ward.pk)
    if (refusal := refusal_to_set_rounds(signer_of(by), ward.pk)) is not None:
        raise NotAllowed(refusal)
    later = RoundSettings.history.select_related("history_user").filter(
        ward_id=ward.pk, history_id__gt=since
    )
    if (first := later.order_by("history_id").first()) is not None:
        is_same = all(getattr(first, name) == stored for name, stored in settings.items())
        if is_same and (first.history_user_id, first.history_change_reason) == (by.pk, reason):
            return
        raise SettingsOvertaken(later.order_by("history_id").last())
    row = RoundSettings.objects.filter(ward=ward).first() or RoundSettings(ward=ward)
    row.schedule, row.policy = settings["schedule"], settings["policy"]
    row.laboratory, row.changed_at = settings["laboratory"], clock.now()
    row.clean()
    row.write_with_history(by=by, reason=reason, at=row.changed_at)
    for course in _open_courses(ward):
        raise_version(course, at=now_after_last_grade(course))


def _open_courses(ward: Ward) -> Iterable[Course]:
    """The open courses of the ward, locked in a fixed order."""
    open_courses = Course.objects.select_for_update().filter(ward=ward, closed_at__isnull=True)
    return open_courses.order_by("pk")
