"""The rounds of a ward as pages read them: one query tells everything of every course.

The settings of the ward and the clock are added here; nothing that is due is stored.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from patients.models import Course
from patients.regrading.graded import read_and_grade
from patients.regrading.standing import standings_of
from patients.rounds.due.facts import daily_until_of, facts_of
from patients.rounds.rules.clocks import (
    CourseFacts,
    Due,
    NotDoneFacts,
    PauseFacts,
    changes_after,
    due_clocks,
)
from patients.rounds.rules.schedule import Schedule

logger = logging.getLogger(__name__)


def schedule_in(stored: Mapping[str, Any] | None, ward_hours: int, ward: str) -> Schedule:
    """The schedule that is stored for a ward; what it leaves out is the default of that ward.

    One that cannot be read (a laboratory value that is not known any more) gives the defaults and
    an error in the log, since a ward without a board sees nothing at all.
    """
    try:
        return _schedule_of_text(json.dumps(stored or {}), ward_hours)
    except ValueError:
        logger.exception("The schedule of ward %s cannot be read; the defaults apply", ward)
        return Schedule.for_ward_hours(ward_hours)


@lru_cache(maxsize=256)
def _schedule_of_text(text: str, ward_hours: int) -> Schedule:
    """Equal texts are read once: a board asks for the same few at every answer."""
    defaults = Schedule.for_ward_hours(ward_hours)
    stored = json.loads(text)
    return Schedule.from_json({**defaults.to_json(), **stored}) if stored else defaults


@dataclass(frozen=True, slots=True)
class CourseRound:
    """The round of one course, without the clock.

    call  the open call as `RoundRow.call` stores it; None where none is open
    """

    uid: UUID
    zone: ZoneInfo
    facts: CourseFacts
    schedule: Schedule
    pauses: tuple[PauseFacts, ...]
    not_done: tuple[NotDoneFacts, ...]
    call: dict[str, Any] | None

    def dues(self, now: datetime) -> tuple[Due, ...]:
        """The three clocks at `now`."""
        pauses, not_done = self.pauses, self.not_done
        return due_clocks(self.facts, self.schedule, now, pauses=pauses, not_done=not_done)

    def changes_after(self, now: datetime) -> datetime | None:
        """When a clock comes to another state without any entry."""
        pauses, not_done = self.pauses, self.not_done
        return changes_after(self.facts, self.schedule, now, pauses=pauses, not_done=not_done)


_COLUMNS = {
    "pk": "pk",
    "uid": "uid",
    "zone": "time_zone",
    "ward": "ward__name",
    "ward_hours": "ward__assessment_every_hours",
    "schedule": "ward__round_settings__schedule",
    "facts": "round_row__facts",
    "daily_until": "round_row__daily_until",
    "pauses": "round_row__pauses",
    "not_done": "round_row__not_done",
    "call": "round_row__call",
}


def rounds_of(uids: Collection[UUID]) -> dict[UUID, CourseRound]:
    """The rounds of these courses, by their uid, in one query.

    A course without a row was stored before Cartox had rounds; its facts are worked out here, and
    stored at its next entry or by `manage.py regrade`.
    """
    rows = Course.objects.filter(uid__in=uids).values_list(*_COLUMNS.values())
    schedules: dict[str, Schedule] = {}
    rounds = {}
    for values in rows:
        row = dict(zip(_COLUMNS, values, strict=True))
        ward = row["ward"]
        if ward not in schedules:
            schedules[ward] = schedule_in(row["schedule"], row["ward_hours"], ward)
        rounds[row["uid"]] = CourseRound(
            uid=row["uid"],
            zone=ZoneInfo(row["zone"]),
            facts=_stored_facts(row) if row["facts"] else facts_now(row["pk"]),
            schedule=schedules[ward],
            pauses=tuple(map(PauseFacts.from_json, row["pauses"] or ())),
            not_done=tuple(map(NotDoneFacts.from_json, row["not_done"] or ())),
            call=row["call"],
        )
    return rounds


def _stored_facts(row: Mapping[str, Any]) -> CourseFacts:
    return replace(CourseFacts.from_json(row["facts"]), daily_until=row["daily_until"])


def facts_now(pk: int) -> CourseFacts:
    """The facts of a course, worked out of its entries; writes nothing."""
    course = Course.objects.select_related("patient", "ward").get(pk=pk)
    graded = read_and_grade(course)
    return replace(facts_of(graded, standings_of(graded)), daily_until=daily_until_of(course))


def course_dues(course: Course, now: datetime) -> tuple[Due, ...]:
    """The three clocks of one course at `now`, in one query."""
    return rounds_of([course.uid])[course.uid].dues(now)
