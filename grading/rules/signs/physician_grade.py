"""The grade that a physician recorded with events of one toxicity, or with a death from it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from grading.engine.checklists import hour
from grading.engine.course.episodes import DEATH_GRADE
from grading.record import Record


@dataclass(frozen=True, slots=True)
class Recorded:
    """The highest grade given (None where none was), the latest, and the hour of the first."""

    grade: int | None
    latest: int | None
    hour: Decimal


def recorded_grade(record: Record, kind: str) -> Recorded | None:
    """All events of this toxicity as one; None without any. A death from it is grade 5."""
    events = [event for event in record.events if event.kind == kind]
    deaths = [
        event for event in record.events if event.kind == "death" and event.attributed_to == kind
    ]
    grades = [event.grade for event in events if event.grade is not None]
    grades += [DEATH_GRADE for _ in deaths]
    if not events and not deaths:
        return None
    first = min(event.elapsed for event in (*events, *deaths))
    return Recorded(max(grades, default=None), grades[-1] if grades else None, hour(first))
