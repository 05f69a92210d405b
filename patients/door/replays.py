"""An entry that arrives a second time: the same form, sent again after a lost answer.

It is recognized by the `uid` that the form made. The same content is answered as it was the first
time and stored once; other content under the same `uid` is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from patients.door.refusals import AlreadyEntered, WrongCourse
from patients.models import ClinicalRow, Course, Dose, GradeChange
from patients.models.clinical_row import CLOCK_TOLERANCE
from patients.models.guarded import unguarded
from patients.regrading.regrade import changes_at

TAKEN_AS_NOW_WITHIN = timedelta(minutes=2)
"""A form rounds the present time to the minute and then waits for the door, so that the time in
the form and the time of arrival differ by up to this much."""


def stored_rows(rows: Sequence[ClinicalRow]) -> dict[UUID, ClinicalRow]:
    """The rows with these uids that are stored already, in one query for each kind."""
    return {
        stored.uid: stored
        for model in {type(row) for row in rows}
        for stored in unguarded(model).filter(
            uid__in=[row.uid for row in rows if type(row) is model]
        )
    }


def is_repeat_or_refuse(row: ClinicalRow, stored: ClinicalRow | None) -> bool:
    """Whether `row` repeats `stored`, whose values it then takes; False for a new row.

    The same uid with other content, or on another course, is refused.
    """
    if stored is None:
        return False
    if stored.course_id != row.course_id:
        raise WrongCourse("This entry belongs to another patient's course.")
    if not _has_same_content(row, stored):
        raise AlreadyEntered(stored=stored, attempted=row)
    become_stored_row(row, stored)
    return True


def _has_same_content(row: ClinicalRow, stored: ClinicalRow) -> bool:
    entered, before = _comparable(row), _comparable(stored)
    ended_later = isinstance(stored, Dose) and stored.end_recorded_at is not None
    if ended_later and entered["ended_at"] is None:
        before["ended_at"] = None  # the run was stored without an end, which came since
    return all(_is_same_value(entered[name], before[name], stored.recorded_at) for name in before)


def _comparable(row: ClinicalRow) -> dict[str, Any]:
    """The values entered, with lists for tuples, as JSON columns give them back."""
    facts = row.facts()
    return {name: list(fact) if isinstance(fact, tuple) else fact for name, fact in facts.items()}


def _is_same_value(entered: Any, stored: Any, recorded_at: datetime) -> bool:
    """Whether two values are equal.

    A time a little ahead of the clock was stored as the time of its arrival: it is equal too.
    """
    if not isinstance(entered, datetime) or not isinstance(stored, datetime):
        return bool(entered == stored)
    was_set_back = timedelta(0) <= recorded_at - stored < TAKEN_AS_NOW_WITHIN
    latest = recorded_at + CLOCK_TOLERANCE if was_set_back else stored
    return stored <= entered <= latest


def become_stored_row(row: ClinicalRow, stored: ClinicalRow) -> None:
    """Give a repeated row every value of the stored one, its primary key included."""
    for field in row._meta.concrete_fields:
        setattr(row, field.attname, getattr(stored, field.attname))
    row._state.adding = False


def first_answer(course: Course, rows: Iterable[ClinicalRow]) -> list[GradeChange]:
    """The changes of grades that the first arrival of these rows was answered with."""
    arrivals = sorted({row.recorded_at for row in rows})
    return [change for arrival in arrivals for change in changes_at(course, arrival)]
