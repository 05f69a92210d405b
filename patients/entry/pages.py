"""The page on which an entry of each kind is made: its template and its form.

An adjudication and a mark have none: they are made on the chart, beside what they are about.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from grading.kinds import ASSESSMENT, DOSE, EVENT, LAB_RESULT, EntryKind
from patients.entry.assessment_form import AssessmentForm
from patients.entry.doses.dose_form import DoseForm
from patients.entry.event_form import EventForm
from patients.entry.laboratory.lab_form import LabForm


@dataclass(frozen=True, slots=True)
class EntryPage:
    """Template and form of the page of one kind of entry."""

    template: str
    form: Callable[..., Any]


ENTRY_PAGES: dict[EntryKind, EntryPage] = {
    ASSESSMENT: EntryPage("entry/assessment.html", AssessmentForm),
    LAB_RESULT: EntryPage("entry/labs.html", LabForm),
    DOSE: EntryPage("entry/dose.html", DoseForm),
    EVENT: EntryPage("entry/event.html", EventForm),
}
