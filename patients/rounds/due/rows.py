"""The columns of the row of a round that pauses and reasons fill; written under the course's lock.

Whoever stored or withdrew a pause or an omission calls these in the same transaction.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from patients.models import Course, User
from patients.rounds.models import Omission, Pause
from patients.rounds.rules.clocks import Clock, NotDoneFacts, PauseFacts
from patients.rounds.writing import store_round_row
from patients.words.put_aside import short_name

ENDED_STAYS = timedelta(days=2)
"""A pause that ended stays in the row for the longest interval between two sets of vital signs."""


def store_pauses(course: Course, *, at: datetime) -> None:
    """Bring the pauses of the row up to date."""
    standing = Q(ended_at__isnull=True) | Q(ended_at__gt=at - ENDED_STAYS)
    pauses = Pause.objects.filter(standing, course=course, withdrawn_at=None)
    rows = pauses.select_related("recorded_by").order_by("from_at", "pk")
    store_round_row(course, at=at, pauses=[pause_facts(row).to_json() for row in rows])


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
