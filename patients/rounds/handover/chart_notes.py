"""The section of the chart with the notes for the next shift."""

from __future__ import annotations

from typing import Any

from patients.chart.sections import ChartPage, ChartSection
from patients.permissions import has_right
from patients.rights import HAND_OVER
from patients.rounds.handover.rows import accepted_of, notes_that_stand
from patients.words import wording


def _notes(page: ChartPage) -> dict[str, Any]:
    course = page.course
    notes = notes_that_stand([course], None).get(course.pk, [])
    if notes and (notes_from := accepted_of(course.ward).notes_from) is not None:
        notes = [note for note in notes if note.recorded_at > notes_from]
    return {
        "handover_notes": [
            {
                "uid": note.uid,
                "text": note.text,
                "by": str(note.recorded_by),
                "at": wording.short_date_and_time(note.recorded_at, course.zone),
            }
            for note in notes
        ],
        "may_note": course.is_open() and has_right(page.request.user, HAND_OVER),
    }


HANDOVER_NOTES = ChartSection(
    key="handover_notes",
    place="lists",
    template="rounds/_chart_handover_notes.html",
    context=_notes,
)
