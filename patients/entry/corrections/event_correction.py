"""The form that corrects an event."""

from __future__ import annotations

from django.http import QueryDict

from patients.entry.corrections.kept_values import NOTHING_CHANGED, is_changed, moment_as_stored
from patients.entry.event_form import EventForm
from patients.models import Event
from patients.reading.bedside import Bedside


class EventCorrectionForm(EventForm):
    """The form of an event that replaces `old`."""

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        bedside: Bedside,
        old: Event,
        by_physician: bool = False,
        saving: bool = False,
    ) -> None:
        super().__init__(data, bedside=bedside, by_physician=by_physician, saving=saving)
        self.old, self.saving = old, saving
        names = ("kind", "grade", "attributed_to", "hemophagocytosis", "happened_at", "note")
        self.initial.update({name: getattr(old, name) for name in names})
        self.initial[f"detail_{old.kind}"] = old.detail
        if old.kind == "death":
            self.confirm("kind", "death")  # it was asked when it was recorded

    def row_values(self) -> dict[str, object]:
        values = super().row_values()
        values["happened_at"] = moment_as_stored(values["happened_at"], self.old.happened_at)
        return values

    def clean(self) -> None:
        super().clean()
        if self.errors or not self.saving:
            return
        values = self.row_values()
        del values["uid"]
        if not is_changed(self.old, values):
            self.add_error(None, NOTHING_CHANGED)
