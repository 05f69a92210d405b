"""The form that corrects a dose or a run: every value as it is stored, to be changed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from grading.agents import AGENTS, agent_named
from grading.rules.signs.runs import one_name
from patients.entry.corrections.kept_values import (
    NOTHING_CHANGED,
    is_changed,
    moment_as_stored,
    offer_stored,
)
from patients.entry.doses.dose_form import AGENT_CHOICES, DoseForm
from patients.models import Dose
from patients.reading.bedside import Bedside
from patients.regrading.record import entry_of
from patients.words import wording


class DoseCorrectionForm(DoseForm):
    """The form of a dose that replaces `old`.

    `before` is the run that a change of rate ended where `old` begins, `after` the one with which
    it went on. `seen_end` is the end that the page showed: another one was recorded since.
    """

    seen_end = forms.DateTimeField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        bedside: Bedside,
        old: Dose,
        before: Dose | None = None,
        after: Dose | None = None,
        saving: bool = False,
    ) -> None:
        super().__init__(data, bedside=bedside, saving=saving)
        self.old, self.before, self.after = old, before, after
        is_listed = old.agent in dict(AGENT_CHOICES)
        stored = {
            "agent": old.agent if is_listed else None,
            "another_agent": "" if is_listed else old.agent,
            "drug_class": "" if agent_named(old.agent) in AGENTS else old.drug_class,
            "seen_end": "" if old.ended_at is None else old.ended_at.isoformat(),
        }
        self.initial.update(stored)
        for name in ("amount", "given_at", "ended_at", "brand", "batch", "note"):
            self.initial[name] = getattr(old, name)
        offer_stored(self, "unit", old.unit)
        offer_stored(self, "route", old.route)
        if data is None:
            self.fields["amount"].widget.attrs["autofocus"] = True

    def starts_run(self) -> bool:
        """A run of the same drug does not begin again: nobody is asked about a second pump."""
        was_run = one_name(self.old.agent) == one_name(self.agent_name()) and self.was_run()
        return not was_run and super().starts_run()

    def was_run(self) -> bool:
        """Whether the stored entry is a run."""
        return bool(entry_of(self.old, self.course.infused_at).is_run())

    def ask(self, name: str, about: str, text: str, **more: Any) -> None:
        """Nothing is asked again about what stays as it was."""
        asked_about = ("amount", "unit", "given_at")
        values = self.row_values()
        stays = all(values[each] == getattr(self.old, each) for each in asked_about)
        if stays and values["agent"] == self.old.agent:
            self.confirm(name, about)
        super().ask(name, about, text, **more)

    def shows_end(self) -> bool:
        """Whether the fold with the end stands open: there is one, or one is typed."""
        return self.old.ended_at is not None or bool(self["ended_at"].errors)

    def drug_in_words(self) -> str:
        return wording.words(self.old.agent)

    def drug_refused(self) -> bool:
        return any(self[name].errors for name in ("agent", "another_agent", "drug_class"))

    def row_values(self) -> dict[str, Any]:
        values = super().row_values()
        for name in ("given_at", "ended_at"):
            values[name] = moment_as_stored(values[name], getattr(self.old, name))
        return values

    def clean(self) -> None:
        super().clean()
        zone, start = self.bedside.zone, self.value("given_at")
        if self.before is not None and start is not None:
            began = self.before.given_at
            if start < began.replace(second=0, microsecond=0):
                began_at = wording.long_date_and_time(began, zone)
                self.refuse("given_at", f"The rate before began {began_at}, which is later.")
        if self.errors:
            return
        values = self.row_values()
        if values["ended_at"] is None and self.old.ended_at is not None:
            ended = wording.long_date_and_time(self.old.ended_at, zone)
            self.show("ended_at", f"It ended {ended}. Without an end it runs on.")
        if self.after is not None and values["ended_at"] != self.old.ended_at:
            rate = wording.amount(self.after.amount, self.after.unit)
            self.refuse("ended_at", f"It went on at {rate} then. Correct the time of that rate.")
        if values["agent"] in AGENTS:
            del values["drug_class"]  # it follows from the name
        del values["uid"]
        if self.saving and not self.errors and not is_changed(self.old, values):
            self.add_error(None, NOTHING_CHANGED)
