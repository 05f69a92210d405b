"""Changing a course or a patient: move, close, reopen. The form knows which version it changes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from patients.admission.admit_form import PlacePart
from patients.forms.course_form import CourseForm
from patients.forms.fields import TapField, TextField
from patients.forms.moments import MomentField
from patients.models import Course, Outcome, Patient, Ward
from patients.reading.bedside import Bedside
from patients.words import wording

OUTCOMES = [(outcome.value, str(outcome.label).lower()) for outcome in Outcome]


class AmendForm(CourseForm):
    """A change of `thing` as it stood when the form was opened."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, data: QueryDict | None = None, *, bedside: Bedside, thing: Course | Patient
    ) -> None:
        super().__init__(data, bedside=bedside)
        self.thing = thing
        self.initial["version"] = thing.version()

    def wanted(self) -> dict[str, Any]:
        """The values asked for, by the name of their field."""
        raise NotImplementedError

    def reason_in_words(self) -> str:
        """The reason as the history shows it."""
        raise NotImplementedError


class MoveForm(PlacePart, AmendForm):
    """Another bed, or another ward. The time zone of the course stays."""

    def __init__(
        self, data: QueryDict | None = None, *, bedside: Bedside, wards: list[Ward]
    ) -> None:
        super().__init__(data, bedside=bedside, thing=bedside.course)
        self.offer_wards(wards)
        self.initial["ward"], self.initial["bed"] = str(self.course.ward_id), self.course.bed

    def own_course_uids(self) -> list[Any]:
        return [self.course.uid]

    def wanted(self) -> dict[str, Any]:
        return self.place()

    def reason_in_words(self) -> str:
        return "moved"


class CloseForm(AmendForm):
    """The course has ended on this ward: how, and when."""

    outcome = TapField("Outcome", OUTCOMES)
    closed_at = MomentField("Closed")
    words = TextField("Note", most=400)

    def __init__(self, data: QueryDict | None = None, *, bedside: Bedside) -> None:
        super().__init__(data, bedside=bedside, thing=bedside.course)
        self.initial["closed_at"] = bedside.now

    def clean(self) -> None:
        super().clean()
        if "outcome" in self.errors or "closed_at" in self.errors:
            return
        outcome = self.value("outcome")
        if outcome is None:
            self.refuse("outcome", "Tap the outcome.")
            return
        self._look_at_infusion(outcome)
        self._ask_about_death(outcome)
        self._ask_about_later_entries()

    def _look_at_infusion(self, outcome: str) -> None:
        was_not = outcome == Outcome.NOT_INFUSED
        if was_not and not self.course.infusion_planned:
            self.refuse("outcome", "The infusion is recorded as given. Choose another outcome.")
        elif self.course.infusion_planned and not was_not:
            text = "The infusion is still only planned. Was it given?"
            self.ask("outcome", f"{outcome} planned", text, yes="close it as it is")

    def _ask_about_death(self, outcome: str) -> None:
        is_recorded = any(event.kind == "death" for event in self.bedside.record.events)
        if outcome == Outcome.DIED and not is_recorded:
            text = "No death is recorded. Its cause is an event of the chart, and may be a grade."
            self.ask("outcome", "died", text, yes="close without it")

    def _ask_about_later_entries(self) -> None:
        closed_at = self.value("closed_at")
        record, closed = self.bedside.record, closed_at - self.course.infused_at
        kinds: tuple[Any, ...] = (record.findings, record.labs, record.doses, record.events)
        if any(row.elapsed > closed for rows in kinds for row in rows):
            closing = wording.moment(closed_at, self.course.zone)
            text = f"Something is recorded after {closing}."
            self.ask("closed_at", closed_at.isoformat(), text, yes=f"yes, closed {closing}")

    def wanted(self) -> dict[str, Any]:
        return {"outcome": self.value("outcome"), "closed_at": self.value("closed_at")}

    def reason_in_words(self) -> str:
        outcome = dict(OUTCOMES)[self.value("outcome")]
        return ": ".join(filter(None, (f"closed, {outcome}", self.value("words"))))


class ReopenForm(AmendForm):
    """The course goes on."""

    reason = TextField("Why is it reopened?", most=400, needed="Say why it is reopened.")

    def __init__(self, data: QueryDict | None = None, *, bedside: Bedside) -> None:
        super().__init__(data, bedside=bedside, thing=bedside.course)

    def wanted(self) -> dict[str, Any]:
        return {"outcome": "", "closed_at": None}

    def reason_in_words(self) -> str:
        return f"reopened: {self.value('reason')}"
