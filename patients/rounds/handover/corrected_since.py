"""Which entries were corrected or struck out after a handover had told of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q

from patients.models import CLINICAL_MODELS, Course
from patients.rounds.handover.content import HandoverContent
from patients.words import wording
from patients.words.entry_words import headline


def corrected_since(content: HandoverContent) -> tuple[str, ...]:
    """A line for each entry that the handover knew and that was put right since: one query a kind.

    What was handed over stays as it was; this stands beside it.
    """
    return tuple(
        text
        for model in CLINICAL_MODELS
        for text in _of_kind(model, content, [patient.uid for patient in content.patients])
    )


def _of_kind(model: Any, content: HandoverContent, uids: list[str]) -> Iterator[str]:
    at = content.written_at
    put_right = Q(struck_out_at__gt=at) | Q(replaced_by__recorded_at__gt=at)
    rows = model.objects.filter(put_right, course__uid__in=uids, recorded_at__lte=at)
    for row in rows.select_related("course__patient", "course__ward", "replaced_by").order_by("pk"):
        if row.struck_out_at is not None and row.struck_out_at > at:
            yield _line(row, "struck out", row.struck_out_at)
        else:
            yield _line(row, "corrected", row.replaced_by.recorded_at)


def _line(row: Any, done: str, at: datetime) -> str:
    course: Course = row.course
    when = wording.short_date_and_time(at, course.zone)
    return f"{course.patient.display_name}: {headline(row)}, {done} {when}"
