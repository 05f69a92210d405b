"""The columns of the row of a round that pauses and reasons fill; written under the course's lock.

Whoever stored or withdrew a pause or an omission calls these in the same transaction.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db.models import Q

from patients.models import Course, User
from patients.rounds.models import Omission, Pause
from patients.rounds.rules.clocks import Clock, NotDoneFacts, PauseFacts, PauseReason
from patients.rounds.writing import insert, store_round_row, write_fields
from patients.words.put_aside import short_name

ENDED_STAYS = timedelta(days=2)
"""A pause that ended stays in the row for the longest interval between two sets of vital signs."""


def store_pauses(course: Course, *, at: datetime) -> None:
    """Bring the pauses of the row up to date."""
    standing = Q(ended_at__isnull=True) | Q(ended_at__gt=at - ENDED_STAYS)
    pauses = Pause.objects.filter(standing, course=course, withdrawn_at=None)
    rows = pauses.select_related("recorded_by").order_by("from_at", "pk")
    store_round_row(course, at=at, pauses=[pause_facts(row).to_json() for row in rows])


NOBODY_KNOWS = datetime(2150, 1, 1, tzinfo=UTC)
"""The end of a stay at home, until the patient is back."""


def follow_place(course: Course, *, at: datetime) -> None:
    """Begin, correct or end the stay at home as the place of the course says, and stop its clocks.

    Whoever changed the course signs it; the caller holds the lock.
    """
    stays = Pause.objects.filter(course=course, reason=PauseReason.HOME, withdrawn_at=None)
    stay, since = stays.filter(ended_at=None).first(), course.home_since
    if since == (None if stay is None else stay.from_at):
        return
    line = course.history.select_related("history_user").latest("history_id")
    if stay is not None and since is None:
        write_fields(stay, ended_at=max(at, stay.from_at), ended_by=line.history_user)
    elif stay is not None:
        why = "the time of going home was corrected"
        write_fields(stay, withdrawn_at=at, withdrawn_by=line.history_user, withdrawn_reason=why)
    if since is not None:
        row = Pause(course=course, reason=PauseReason.HOME, from_at=since, until_at=NOBODY_KNOWS)
        row.recorded_at, row.recorded_by = at, line.history_user
        insert(row)
    store_pauses(course, at=at)


def store_not_done(course: Course, *, at: datetime) -> None:
    """Bring the reasons of the row up to date: of each clock the newest."""
    rows = Omission.objects.filter(course=course, withdrawn_at=None)
    newest = {row.clock: row for row in rows.select_related("recorded_by").order_by("at", "pk")}
    stored = [not_done_facts(newest[clock]).to_json() for clock in Clock if clock in newest]
    store_round_row(course, at=at, not_done=stored)


def pause_facts(row: Pause) -> PauseFacts:
    return PauseFacts(
        uid=str(row.uid),
        reason=row.reason,
        note=row.note,
        from_at=row.from_at,
        until_at=row.until_at,
        by=_name(row.recorded_by),
        ended_at=row.ended_at,
    )


def not_done_facts(row: Omission) -> NotDoneFacts:
    return NotDoneFacts(
        uid=str(row.uid),
        clock=Clock(row.clock),
        reason=row.reason,
        note=row.note,
        at=row.at,
        by=_name(row.recorded_by),
    )


def _name(person: User) -> str:
    return short_name(person.first_name, person.last_name, person.username)
