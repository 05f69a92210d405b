"""The acts on the calendar of a patient at home: plan contacts, mark one as done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from patients import clock
from patients.door.allowed import check_act
from patients.door.refusals import Overtaken, Refused, UnusableNumber
from patients.models import Course, User
from patients.rights import ENTER
from patients.rounds.models import HomeContact
from patients.rounds.writing import holding, insert, raise_version, write_fields


def plan_contacts(course: Course, rows: Sequence[HomeContact], *, by: User) -> datetime:
    """Store planned contacts; gives the moment with which they are signed.

    The same form stores them once.
    """
    with holding(course) as (locked, at):
        check_act(ENTER, locked, by=by)
        first = HomeContact.objects.filter(uid=rows[0].uid).first()
        if first is not None:
            if first.course_id != locked.pk:
                raise UnusableNumber
            return first.recorded_at
        if not locked.is_open():
            raise Refused("This course is closed. A physician can reopen it.")
        for row in rows:
            row.course, row.recorded_at, row.recorded_by = locked, at, by
            insert(row)
        raise_version(locked, at=at)
        return at


def mark_done(contact: HomeContact, *, by: User) -> datetime:
    """Mark a contact as done now; one that is marked stays as it was."""
    with holding(contact.course) as (course, at):
        check_act(ENTER, course, by=by)
        stored = HomeContact.objects.get(pk=contact.pk, course=course)
        if stored.withdrawn_at is not None:
            raise Overtaken("Somebody withdrew this from the calendar meanwhile.")
        if stored.done_at is None:
            if stored.due_at > clock.now():
                raise Refused("This is still to come. Mark it once it was done.")
            write_fields(stored, done_at=at, done_by=by)
            raise_version(course, at=at)
        return at
