"""The rounds of many courses, read in one query, and how each of them stands at a moment.

Every open board asks every 15 s. So what was read is not understood before somebody looks at it,
and what was understood is kept until its text or the moment is another one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from patients.models import Course
from patients.rounds.due.ward import schedule_in
from patients.rounds.rules.calls import Call
from patients.rounds.rules.clocks import (
    CourseFacts,
    Due,
    DueState,
    NotDoneFacts,
    PauseFacts,
    changes_after,
    due_clocks,
)
from patients.rounds.rules.schedule import Schedule

Texts = tuple[str, str | None, str, str, str | None]
"""Facts, end of the daily days, pauses, reasons and open call, as the database holds them."""

COURSES_HELD = 512
"""Rounds that a worker keeps as they were understood."""


@dataclass(frozen=True, slots=True)
class RoundNow:
    """The round of one course at one moment.

    next_at  the first moment after it at which it reads differently by the clock alone
    away     the pause of this moment
    """

    dues: tuple[Due, ...]
    call: Call | None
    away: PauseFacts | None
    next_at: datetime | None

    def in_state(self, *states: DueState) -> list[Due]:
        """The clocks in one of these states, what was due first before the others."""
        return sorted((due for due in self.dues if due.state in states), key=lambda due: due.due_at)

    @property
    def overdue(self) -> list[Due]:
        return self.in_state(DueState.OVERDUE)

    @property
    def first_due(self) -> Due | None:
        """What is overdue the longest, or else due first; None where nothing is."""
        waiting = (DueState.DUE, DueState.NOT_YET, DueState.NOT_DONE, DueState.PAUSED)
        return next(iter(self.overdue or self.in_state(*waiting)), None)

    @property
    def waits_for_answer(self) -> bool:
        return self.call is not None and bool(self.call.awaited)


class StoredRound:
    """What is stored of the round of one course, with the schedule of its ward."""

    def __init__(
        self, facts: str, daily_until: str | None, pauses: str, not_done: str, call: str | None
    ) -> None:
        until = None if daily_until is None else _utc(daily_until)
        self.facts = replace(CourseFacts.from_json(json.loads(facts)), daily_until=until)
        self.pauses = tuple(PauseFacts.from_json(each) for each in json.loads(pauses))
        self.not_done = tuple(NotDoneFacts.from_json(each) for each in json.loads(not_done))
        stored = None if call is None else json.loads(call)
        self.call = None if stored is None else Call.from_json(stored)

    def at(self, now: datetime, schedule: Schedule) -> RoundNow:
        """How it stands at `now`."""
        stored, pauses, not_done = (self.facts, schedule, now), self.pauses, self.not_done
        changes = [changes_after(*stored, pauses=pauses, not_done=not_done)]
        if self.call is not None:
            changes.append(self.call.climbs_at(now))
        return RoundNow(
            dues=due_clocks(*stored, pauses=pauses, not_done=not_done),
            call=self.call,
            away=next((each for each in self.pauses if each.from_at <= now < each.over_at), None),
            next_at=min((at for at in changes if at is not None), default=None),
        )


@dataclass(frozen=True, slots=True, repr=False)
class ReadRound:
    """The round of one course as it was read. Two that read the same have the same `repr`.

    stamp  when the row and the settings of its ward were written last
    has_unsent  a message of its open call was not sent yet, or never will be
    """

    zone: ZoneInfo
    stamp: str
    stored: Texts
    schedule: tuple[str | None, int, str]
    has_unsent: bool

    def __repr__(self) -> str:
        return self.stamp

    @property
    def reasons(self) -> tuple[NotDoneFacts, ...]:
        """The newest "not done" of each clock, whether it stands or not."""
        return _understood(self.stored, self.schedule).round.not_done

    def at(self, now: datetime) -> RoundNow:
        """How it stands at `now`."""
        known_round = _understood(self.stored, self.schedule)
        if known_round.shown is None or not known_round.since <= now < known_round.until:
            known_round.since = now
            known_round.shown = known_round.round.at(now, known_round.schedule)
            known_round.until = known_round.shown.next_at or FOR_EVER
        return known_round.shown


FOR_EVER = datetime.max.replace(tzinfo=UTC)


class _Understood:
    """One round as it was understood, and how it stands from `since` on until `until`."""

    def __init__(self, stored: StoredRound, schedule: Schedule) -> None:
        self.round, self.schedule = stored, schedule
        self.since = self.until = FOR_EVER
        self.shown: RoundNow | None = None


@lru_cache(maxsize=COURSES_HELD)
def _understood(stored: Texts, schedule: tuple[str | None, int, str]) -> _Understood:
    return _Understood(StoredRound(*stored), _schedule(*schedule))


@lru_cache(maxsize=64)
def _schedule(stored: str | None, ward_hours: int, ward: str) -> Schedule:
    """The schedule of a ward as it was set, else the defaults with its own interval."""
    return schedule_in(None if stored is None else json.loads(stored), ward_hours, ward)


def _utc(stored: str) -> datetime:
    """A moment as the database writes it; one without an offset is in UTC."""
    moment = datetime.fromisoformat(stored)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def read_rounds(uids: Sequence[UUID]) -> dict[UUID, ReadRound]:
    """The rounds of these courses by their uid, in one query; one without a row is missing."""
    if not uids:
        return {}
    places = ", ".join(["%s"] * len(uids))
    with connection.cursor() as cursor:
        keys = [_uid_field.get_db_prep_value(uid, connection) for uid in uids]
        cursor.execute(f"{_ROUNDS} ({places})", keys)
        return {UUID(str(uid)): _read(*columns) for uid, *columns in cursor.fetchall()}


def round_of(course: Course) -> ReadRound | None:
    """The round of one course; None before its first regrade with rounds."""
    return read_rounds([course.uid]).get(course.uid)


def _read(zone: str, ward: str, hours: int, *columns: Any) -> ReadRound:
    facts, daily_until, pauses, not_done, call, schedule, has_unsent, *written = columns
    stored = (facts, daily_until, pauses, not_done, call)
    stamp = f"{written} {hours}"
    return ReadRound(
        ZoneInfo(zone), stamp, stored, (schedule, hours, ward), has_unsent=bool(has_unsent)
    )


_ROUNDS = """
    SELECT course.uid, course.time_zone, ward.name, ward.assessment_every_hours,
           CAST(round.facts AS text), CAST(round.daily_until AS text),
           CAST(round.pauses AS text), CAST(round.not_done AS text),
           CAST(round.call AS text), CAST(settings.schedule AS text),
           EXISTS (
               SELECT 1 FROM rounds_escalation call
               JOIN rounds_message message ON message.escalation_id = call.id
               WHERE call.course_id = round.course_id AND call.closed_at IS NULL
                   AND message.sent_at IS NULL AND message.dropped_at IS NULL
           ),
           round.updated_at, settings.changed_at
    FROM rounds_roundrow round
    JOIN patients_course course ON course.id = round.course_id
    JOIN patients_ward ward ON ward.id = course.ward_id
    LEFT JOIN rounds_roundsettings settings ON settings.ward_id = course.ward_id
    WHERE course.uid IN"""
"""Asked by every open board every 15 s, as the versions of the courses are."""

_uid_field = Course._meta.get_field("uid")
