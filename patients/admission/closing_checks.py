"""The questions before a course is closed. `CARTOX_CHECKS_BEFORE_CLOSING` lists the checks.

A check is a function that takes a `Closing` and returns a `ClosingQuestion`, or None where it
has nothing to ask. Each question has to be answered yes before the course closes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from grading.event_kinds import EventKind
from grading.record import Record
from patients.models import Course, Outcome
from patients.words import wording


@dataclass(frozen=True, slots=True)
class Closing:
    """A course about to be closed: its record, how it ended, and when."""

    course: Course
    record: Record
    outcome: str
    closed_at: datetime


@dataclass(frozen=True, slots=True)
class ClosingQuestion:
    """One question beside a field of the form, `outcome` or `closed_at`.

    `about` names what is asked about, so that another value asks again; `yes` is the answer that
    lets the course close.
    """

    field: str
    about: str
    text: str
    yes: str


def closing_questions(closing: Closing) -> Iterator[ClosingQuestion]:
    """Every question that the checks of this site ask, in their order."""
    for path in settings.CARTOX_CHECKS_BEFORE_CLOSING:
        question = import_string(path)(closing)
        if question is not None:
            yield question


def infusion_still_planned(closing: Closing) -> ClosingQuestion | None:
    """Ask whether the infusion was given, where it is only planned."""
    if not closing.course.infusion_planned or closing.outcome == Outcome.NOT_INFUSED:
        return None
    return ClosingQuestion(
        field="outcome",
        about=f"{closing.outcome} planned",
        text="The infusion is still only planned. Was it given?",
        yes="close it as it is",
    )


def death_without_event(closing: Closing) -> ClosingQuestion | None:
    """Ask about the cause of a death, which may itself be a grade."""
    is_recorded = any(event.kind == EventKind.DEATH for event in closing.record.events)
    if closing.outcome != Outcome.DIED or is_recorded:
        return None
    return ClosingQuestion(
        field="outcome",
        about="died",
        text="No death is recorded. Its cause is an event of the chart, and may be a grade.",
        yes="close without it",
    )


def entries_after_closing(closing: Closing) -> ClosingQuestion | None:
    """Ask about the time, where something is recorded after it."""
    record, closed = closing.record, closing.closed_at - closing.course.infused_at
    kinds: tuple[Any, ...] = (record.findings, record.labs, record.doses, record.events)
    if not any(row.elapsed > closed for rows in kinds for row in rows):
        return None
    at = wording.long_date_and_time(closing.closed_at, closing.course.zone)
    return ClosingQuestion(
        field="closed_at",
        about=closing.closed_at.isoformat(),
        text=f"Something is recorded after {at}.",
        yes=f"yes, closed {at}",
    )
