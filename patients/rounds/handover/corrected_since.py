"""Which entries were corrected or struck out after a handover had told of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from patients.models import CLINICAL_MODELS, Course
from patients.rounds.handover.content import HandoverContent
from patients.words import wording
from patients.words.entry_words import headline


def corrected_since(content: HandoverContent) -> tuple[str, ...]:
    """A line for each entry that the handover knew and that was put right since: one query a kind.

    What was handed over stays as it was; this stands beside it.
    """
    read_to = {
        UUID(patient.uid): datetime.fromisoformat(patient.read_to) for patient in content.patients
    }
    if not read_to:
        return ()
    return tuple(text for model in CLINICAL_MODELS for text in _of_kind(model, read_to))


def _of_kind(model: Any, read_to: Mapping[UUID, datetime]) -> Iterator[str]:
    """Each patient was read up to a save of its own."""
    earliest = min(read_to.values())
    put_right = Q(struck_out_at__gt=earliest) | Q(replaced_by__recorded_at__gt=earliest)
    rows = model.objects.filter(put_right, course__uid__in=list(read_to))
    for row in rows.select_related("course__patient", "course__ward", "replaced_by").order_by("pk"):
        until = read_to[row.course.uid]
        if row.recorded_at > until:
            continue
        first = getattr(row, "replaced_by", None)
        if row.struck_out_at is not None and row.struck_out_at > until:
            yield _line(row, "struck out", row.struck_out_at)
        elif first is not None and first.recorded_at > until:
            yield _line(row, "corrected", first.recorded_at)


def _line(row: Any, done: str, at: datetime) -> str:
    course: Course = row.course
    when = wording.short_date_and_time(at, course.zone)
    return f"{course.patient.display_name}: {headline(row)}, {done} {when}"
