"""The stored handovers of a ward, and the notes that still stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from patients.models import Course, Ward
from patients.rounds.models import Handover, HandoverNote

STANDS_FOR = 2
"""A note stands until so many handovers that were written after it have been accepted: the next
one brings it to the next shift, and once that shift has handed over it is done with."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The newest accepted handover of a ward, and from when on a note was written that stands."""

    last: Handover | None
    notes_from: datetime | None


def accepted_of(ward: Ward) -> Accepted:
    """The newest accepted handovers of a ward, in one query."""
    rows = Handover.objects.filter(ward=ward, accepted_at__isnull=False)
    newest = list(
        rows.select_related("ward", "recorded_by", "handed_to").order_by("-recorded_at", "-pk")[
            :STANDS_FOR
        ]
    )
    ended = len(newest) == STANDS_FOR
    return Accepted(newest[0] if newest else None, newest[-1].recorded_at if ended else None)


def newest_of(ward: Ward) -> Handover | None:
    """The newest handover of a ward, accepted or not: it replaces every one before it."""
    return handovers_of(ward).first()


def handovers_of(ward: Ward) -> QuerySet[Handover]:
    """Every handover of a ward, newest first; the content is read where somebody opens one."""
    rows = Handover.objects.filter(ward=ward).order_by("-recorded_at", "-pk")
    return rows.select_related("recorded_by", "handed_to").defer("content")


def notes_that_stand(
    courses: Iterable[Course], notes_from: datetime | None
) -> dict[int, list[HandoverNote]]:
    """The notes of these courses by the key of the course, oldest first, in one query."""
    rows = HandoverNote.objects.filter(course__in=list(courses), withdrawn_at__isnull=True)
    if notes_from is not None:
        rows = rows.filter(recorded_at__gt=notes_from)
    notes: dict[int, list[HandoverNote]] = {}
    for note in rows.select_related("recorded_by").order_by("recorded_at", "pk"):
        notes.setdefault(note.course_id, []).append(note)
    return notes
