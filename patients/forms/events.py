"""Events, and why an entry does not count."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from patients.forms import buttons
from patients.forms.asking import AskingForm
from patients.forms.bedside import Bedside
from patients.forms.fields import (
    NoteField,
    TapField,
)
from patients.forms.moments import MomentField


class EventForm(AskingForm):
    """Something that happened: to the ICU, imaging, relapse, death."""

    kind = TapField("What happened", buttons.EVENTS)
    attributed_to = TapField("Death attributed to", buttons.DEATH_ATTRIBUTED_TO)
    happened_at = MomentField("When")
    note = NoteField()

    def __init__(
        self, data: QueryDict | None = None, *, bedside: Bedside, saving: bool = False
    ) -> None:
        super().__init__(data, bedside=bedside)
        self.initial["happened_at"] = bedside.now

    def clean(self) -> None:
        if self.known("kind") is None:
            self.refuse("kind", "Tap what happened.")
        if self.known("kind") != "death":
            self.cleaned_data["attributed_to"] = None
            return
        name = self.course.patient.display_name
        self.ask("kind", "death", f"Record the death of {name}?", yes=f"yes, {name} has died")

    def row_values(self) -> dict[str, Any]:
        names = ("uid", "kind", "attributed_to", "happened_at")
        return {name: self.known(name) for name in names} | {"note": self.known("note") or ""}


STRIKE_OUT_REASONS = [
    ("wrong patient", "wrong patient"),
    ("wrong value", "wrong value"),
    ("wrong time", "wrong time"),
    ("entered twice", "entered twice"),
    ("other", "another reason"),
]


class StrikeOutForm(AskingForm):
    """Why an entry does not count. It stays readable."""

    reason = TapField("Why does it not count?", STRIKE_OUT_REASONS)
    words = forms.CharField(
        required=False, max_length=400, label="In words", widget=forms.Textarea({"rows": 2})
    )

    def __init__(
        self, data: QueryDict | None = None, *, bedside: Bedside, saving: bool = False
    ) -> None:
        super().__init__(data, bedside=bedside)

    def clean(self) -> None:
        words = (self.known("words") or "").strip()
        if self.known("reason") is None:
            self.refuse("reason", "Tap the reason.")
        if self.known("reason") == "other" and not words:
            self.refuse("words", "Say in a few words why this entry does not count.")

    def told(self) -> str:
        """The reason as it is stored."""
        words = (self.known("words") or "").strip()
        reason = self.known("reason")
        return words if reason == "other" else ": ".join(filter(None, (reason, words)))
