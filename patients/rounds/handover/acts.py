"""What is written of a handover: handed over, accepted, a note made, a note withdrawn.

A handover concerns a whole ward, so that these acts take the lock of the ward, one after another.
Each is done once, however often its form arrives.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from patients import clock
from patients.door.refusals import NotAllowed, Refused
from patients.models import Course, Membership, User, Ward
from patients.permissions import refusal_to_act, signer_of
from patients.rights import HAND_OVER
from patients.rounds.handover.content import HandoverContent
from patients.rounds.handover.rows import accepted_of, newest_of
from patients.rounds.models import Handover, HandoverNote
from patients.rounds.writing import holding, insert, raise_version, write_fields
from patients.words import wording
from patients.write_queue import in_turn

NUMBER_USED = (
    "The number of this form was used for something else. Nothing was saved. "
    "Open the page again and hand over from there."
)


@contextmanager
def holding_ward(ward: Ward) -> Iterator[datetime]:
    """The moment with which a handover of this ward is signed, under the lock of the ward.

    It is later than that of every handover before, whatever the clock says.
    """
    with in_turn():
        Ward.objects.select_for_update(no_key=True).get(pk=ward.pk)
        newest = newest_of(ward)
        before = [] if newest is None else [newest.recorded_at + timedelta(microseconds=1)]
        yield max([clock.now(), *before])


def may_take_over(ward: Ward, by: User) -> list[User]:
    """Who may take over from `by`: the other members of the ward who may enter there."""
    people = User.objects.filter(
        is_active=True, role__in=HAND_OVER.roles, memberships__ward=ward
    ).exclude(pk=by.pk)
    return sorted(people, key=lambda person: str(person).casefold())


def hand_over(ward: Ward, content: HandoverContent, *, to: User, by: User, uid: UUID) -> Handover:
    """Store the ward as it was written, for one person to accept. The same form stores it once."""
    with holding_ward(ward) as at:
        stored = Handover.objects.filter(uid=uid).first()
        if stored is not None:
            is_same = (stored.ward_id, stored.recorded_by_id) == (ward.pk, by.pk)
            if not is_same or stored.handed_to_id != to.pk:
                raise Refused(NUMBER_USED)
            return stored
        _check_may(by, ward)
        if to.pk == by.pk:
            raise Refused("Nobody hands over to themselves. Choose who takes over.")
        if not Membership.objects.filter(user=to, ward=ward).exists() or _refusal(to, ward):
            raise Refused(
                f"{to} is not a nurse or physician of {ward} any more. Choose who takes over."
            )
        last = accepted_of(ward).last
        if content.after != ("" if last is None else str(last.uid)):
            raise Refused(
                "Another handover of this ward was accepted just now. "
                "Nothing was handed over this time. "
                "Look at the page again: it now says what happened since that one."
            )
        row = Handover(
            uid=uid,
            ward=ward,
            handed_to=to,
            content=content.to_json(),
            recorded_at=at,
            recorded_by=by,
        )
        return insert(row)


def accept(handover: Handover, *, by: User) -> Handover:
    """Take over what was handed to this account; nobody accepts for somebody else."""
    with holding_ward(handover.ward) as at:
        stored = Handover.objects.select_related("ward", "handed_to").get(pk=handover.pk)
        if stored.handed_to_id != by.pk:
            raise NotAllowed(
                f"This was handed over to {stored.handed_to}. Only {stored.handed_to} accepts it, "
                "signed in with that account. Nothing was saved in your name."
            )
        if stored.accepted_at is not None:
            return stored
        _check_may(by, stored.ward)
        newest = newest_of(stored.ward)
        if newest is not None and newest.pk != stored.pk:
            made = wording.short_date_and_time(newest.recorded_at, ZoneInfo(stored.ward.time_zone))
            raise Refused(
                f"{newest.recorded_by} handed the ward over anew, {made}, to {newest.handed_to}. "
                "That handover takes the place of this one, which is not accepted any more. "
                "Nothing was saved."
            )
        write_fields(stored, accepted_at=at, accepted_by=by)
        return stored


def write_note(course: Course, text: str, *, by: User, uid: UUID) -> HandoverNote:
    """Store a note for the next shift. The same form stores it once."""
    with holding(course) as (locked, at):
        stored = HandoverNote.objects.filter(uid=uid).first()
        if stored is not None:
            is_same = (stored.course_id, stored.recorded_by_id) == (locked.pk, by.pk)
            if not is_same or stored.text != text:
                raise Refused(NUMBER_USED)
            return stored
        _check_may(by, locked.ward)
        if not locked.is_open():
            raise Refused("This course is closed, so that nobody hands it over. Nothing was saved.")
        row = HandoverNote(uid=uid, course=locked, text=text, recorded_at=at, recorded_by=by)
        insert(row)
        raise_version(locked, at=at)
        return row


def withdraw_note(note: HandoverNote, reason: str, *, by: User) -> HandoverNote:
    """Withdraw a note with a reason; the first one to do so stays named."""
    with holding(note.course) as (locked, at):
        _check_may(by, locked.ward)
        stored = HandoverNote.objects.select_related("withdrawn_by").get(pk=note.pk)
        if stored.withdrawn_at is None:
            write_fields(stored, withdrawn_at=at, withdrawn_by=by, withdrawn_reason=reason)
            raise_version(locked, at=at)
        elif stored.withdrawn_by_id != by.pk or stored.withdrawn_reason != reason:
            raise Refused(
                f"This note was withdrawn by {stored.withdrawn_by}: {stored.withdrawn_reason}. "
                "What you typed now was not saved."
            )
        return stored


def _refusal(user: User, ward: Ward) -> str | None:
    """Why this account, as it is stored now, may not act on the ward; None where it may."""
    return refusal_to_act(signer_of(user), HAND_OVER, ward.pk)


def _check_may(user: User, ward: Ward) -> None:
    refusal = _refusal(user, ward)
    if refusal is not None:
        raise NotAllowed(refusal)
