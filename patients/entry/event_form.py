"""The forms that record an event, and that strike out an entry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from grading.event_kinds import (
    DIAGNOSES,
    EVENT_DETAILS,
    GRADED_EVENTS,
    DeathAttribution,
    EventKind,
)
from grading.rules.signs.printed_grades import PRINTED_GRADES
from patients.forms.buttons import buttons_of
from patients.forms.course_form import CourseForm
from patients.forms.fields import NoteField, PointsField, TapField, TriStateField
from patients.forms.moments import MomentField
from patients.models import Course
from patients.reading.bedside import Bedside
from patients.rights import GRADE_EVENTS
from patients.words import wording

EVENT_GRADES = [(str(grade), str(grade)) for grade in range(1, 6)]
DETAIL_LABELS = {
    EventKind.INFECTION: "Kind of infection",
    EventKind.CARDIAC: "Kind of cardiac event",
    EventKind.SECOND_MALIGNANCY: "Kind of malignancy",
    EventKind.IMAGING: "Imaging of",
}


class EventForm(CourseForm):
    """The form of one event, such as a transfer to the ICU, imaging, relapse or death."""

    kind = TapField("What happened", buttons_of(EventKind))
    grade = PointsField(
        "Grade", EVENT_GRADES, help_text="yours, as a physician; Cartox computes none"
    )
    attributed_to = TapField("Death attributed to", buttons_of(DeathAttribution))
    hemophagocytosis = TriStateField(
        "Hemophagocytosis in the marrow", help_text="where the report does not say, leave it open"
    )
    happened_at = MomentField("When")
    note = NoteField()

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        bedside: Bedside,
        by_physician: bool = False,
        saving: bool = False,
    ) -> None:
        super().__init__(data, bedside=bedside)
        self.by_physician = by_physician
        if not by_physician:
            del self.fields["grade"]
        self.initial["happened_at"] = bedside.now
        for kind, words in EVENT_DETAILS.items():
            choices = [(word, wording.words(word)) for word in words]
            self.fields[f"detail_{kind}"] = TapField(DETAIL_LABELS[kind], choices)

    def detail_fields(self) -> list[forms.BoundField]:
        return [self[f"detail_{kind}"] for kind in EVENT_DETAILS]

    def printed_grades(self) -> list[tuple[str, str, list[tuple[int, str]]]]:
        """By kind of event: the word, a heading, and the text of each grade."""
        return [
            (kind.value, f"{kind.label}: CTCAE 6.0, shortened", list(enumerate(texts, start=1)))
            for kind, texts in PRINTED_GRADES.items()
        ]

    def clean(self) -> None:
        if self.value("kind") is None:
            self.refuse("kind", "Tap what happened.")
        if self.value("kind") in DIAGNOSES and not self.by_physician:
            self.refuse("kind", GRADE_EVENTS.refusal)
        if self.value("kind") not in GRADED_EVENTS:
            self.cleaned_data["grade"] = None
        if self.value("kind") != EventKind.MARROW:
            self.cleaned_data["hemophagocytosis"] = None
        if self.value("kind") != "death":
            self.cleaned_data["attributed_to"] = None
            return
        name = self.course.patient.display_name
        self.ask("kind", "death", f"Record the death of {name}?", yes=f"yes, {name} has died")

    def row_values(self) -> dict[str, Any]:
        names = ("uid", "kind", "attributed_to", "happened_at", "grade", "hemophagocytosis")
        detail = self.value(f"detail_{self.value('kind')}")
        note = self.value("note") or ""
        return {name: self.value(name) for name in names} | {"detail": detail, "note": note}


WRONG_PATIENT = "wrong patient"
STRIKE_OUT_REASONS = [
    (WRONG_PATIENT, "wrong patient"),
    ("wrong value", "wrong value"),
    ("wrong time", "wrong time"),
    ("entered twice", "entered twice"),
    ("other", "another reason"),
]
COPIED_BEFORE = "the patient on whose chart it was entered"


class StrikeOutForm(CourseForm):
    """The form that strikes out an entry with a reason. The entry stays readable.

    `copied_to` is the course on which this form entered it before. It may be closed since, or on
    another ward: the choice names nobody.
    """

    reason = TapField("Why does it not count?", STRIKE_OUT_REASONS)
    copy_to = TapField("Enter it on the right patient in the same step", [])
    words = forms.CharField(
        required=False, max_length=400, label="In words", widget=forms.Textarea({"rows": 2})
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        bedside: Bedside,
        others: Sequence[Course] = (),
        copied_to: Course | None = None,
        saving: bool = False,
    ) -> None:
        super().__init__(data, bedside=bedside)
        self.others = {str(course.uid): course for course in others}
        labels = [  # name, MRN and bed: enough not to take the wrong patient again
            f"{course.patient.display_name}, {course.patient.mrn}"
            + (f", bed {course.bed}" if course.bed else "")
            for course in others
        ]
        field: Any = self.fields["copy_to"]
        field.choices = list(zip(self.others, labels, strict=True))
        if copied_to is not None and str(copied_to.uid) not in self.others:
            self.others[str(copied_to.uid)] = copied_to
            field.choices = [*field.choices, (str(copied_to.uid), COPIED_BEFORE)]

    def right_course(self) -> Course | None:
        """The course that the entry belongs to, where it is to be copied."""
        return self.others.get(self.value("copy_to") or "")

    def clean(self) -> None:
        if self.value("copy_to") and self.value("reason") not in (None, WRONG_PATIENT):
            self.refuse("copy_to", "Only what was entered on the wrong patient is copied.")
        words = (self.value("words") or "").strip()
        if self.value("reason") is None:
            self.refuse("reason", "Tap the reason.")
        if self.value("reason") == "other" and not words:
            self.refuse("words", "Say in a few words why this entry does not count.")

    def reason_in_words(self) -> str:
        """The reason as it is stored."""
        words = (self.value("words") or "").strip()
        reason = self.value("reason")
        return words if reason == "other" else ": ".join(filter(None, (reason, words)))
