"""After a recorded death nothing is due and no option is offered."""

from __future__ import annotations

from datetime import timedelta

from grading.event_kinds import EventKind
from grading.record import Record


def died_at(record: Record) -> timedelta | None:
    """The time of the recorded death since the first infusion; None while none is recorded."""
    deaths = (event.elapsed for event in record.events if event.kind == EventKind.DEATH)
    return next(deaths, None)


def is_dead(record: Record) -> bool:
    """Whether a death is recorded. Pages, options and due times ask this alone."""
    return died_at(record) is not None
