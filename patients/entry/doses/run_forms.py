"""The forms of a run: its start, a new rate, its end."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict

from grading.agents import is_rate
from grading.measures import RATE_LIMITS, plain_text
from patients.entry.doses.dose_form import DOSE_UNITS, INFUSIONS, ROUTES
from patients.entry.doses.rate_questions import ask_about_rate, ask_beside_runs
from patients.forms.course_form import CourseForm
from patients.forms.fields import NoteField, NumberField, ReasonField
from patients.forms.moments import MomentField
from patients.models import Dose
from patients.reading.bedside import Bedside
from patients.words import wording

RATE_UNITS = tuple(unit for unit in DOSE_UNITS if is_rate(unit))
TENFOLD = 10
"""A new rate of ten times the old one, or a tenth of it, is asked about: a slip of the point."""


def usual_unit(agent: str, bedside: Bedside) -> str:
    """The unit of the drug's last rate in this course; before the first the usual one, if any."""
    of_drug = [
        dose.unit
        for dose in bedside.record.doses
        if dose.agent == agent and is_rate(dose.unit) and dose.unit in RATE_UNITS
    ]
    if of_drug:
        return str(of_drug[-1])
    if agent in INFUSIONS:
        return INFUSIONS[agent][0]
    unit = wording.bedside_unit(RATE_LIMITS[agent]) if agent in RATE_LIMITS else ""
    return unit if unit in RATE_UNITS else ""


class RateForm(CourseForm):
    """What the start of a run and a new rate share: rate, unit, route, the time it holds from."""

    agent = ""
    amount = NumberField(required=False, label="Rate")
    unit = ReasonField(
        "Unit", [(unit, wording.unit_label(unit)) for unit in RATE_UNITS], empty="unit"
    )
    route = ReasonField("Route", [(route, route) for route in ROUTES], empty="route")
    given_at = MomentField("From")
    note = NoteField()

    def __init__(
        self, data: QueryDict | None = None, *, bedside: Bedside, saving: bool = False
    ) -> None:
        super().__init__(data, bedside=bedside)
        self.saving = saving
        self.initial["given_at"] = bedside.now
        if data is None:
            self.fields["amount"].widget.attrs["autofocus"] = True

    def offer_unit(self, unit: str) -> None:
        """Preset a unit; one that the list does not have joins it."""
        field: Any = self.fields["unit"]
        if unit and unit not in dict(field.choices):
            field.choices = [*field.choices, (unit, wording.unit_label(unit))]
        self.initial["unit"] = unit

    def remark_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("amount", "unit", "route", "given_at")]

    def row_values(self) -> dict[str, Any]:
        """The values of the run to be stored, by field."""
        names = ("uid", "amount", "unit", "route", "given_at")
        return {name: self.value(name) for name in names} | {"note": self.value("note") or ""}

    def clean(self) -> None:
        if self.value("amount") is not None and self.value("unit") is None:
            self.refuse("unit", f"Choose the unit of {plain_text(self.value('amount'))}.")
        else:
            ask_about_rate(self, self.agent)


class RunStartForm(RateForm):
    """The form that starts a run of one drug."""

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        bedside: Bedside,
        agent: str,
        saving: bool = False,
    ) -> None:
        super().__init__(data, bedside=bedside, saving=saving)
        self.agent = agent
        self.offer_unit(usual_unit(agent, bedside))
        self.initial["route"] = "IV"
        self.fields["given_at"].label = "Started"
        self.beside: Collection[UUID] = ()

    def row_values(self) -> dict[str, Any]:
        return super().row_values() | {"agent": self.agent}

    def clean(self) -> None:
        super().clean()
        if self.value("amount") == 0:
            self.refuse("amount", "A rate of 0 is not running. Type the rate at which it runs.")
        elif self.saving and self.value("amount") is None and "amount" not in self.errors:
            text = f"No rate is typed for {wording.words(self.agent)}."
            self.ask("amount", "unknown", text, yes="it runs, the rate is not known")
        self.beside = ask_beside_runs(self, "amount", self.agent)


class RateChangeForm(RateForm):
    """The form that gives a run another rate. A rate of 0 is its end, and is asked about."""

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        bedside: Bedside,
        run: Dose,
        saving: bool = False,
    ) -> None:
        super().__init__(data, bedside=bedside, saving=saving)
        self.run, self.agent = run, run.agent
        self.fields["amount"].label = "New rate"
        self.offer_unit(run.unit or usual_unit(run.agent, bedside))
        self.initial["route"] = run.route or ""

    def is_stop(self) -> bool:
        """Whether the rate typed is 0, which is the end of the run."""
        return bool(self.value("amount") == 0)

    def clean(self) -> None:
        super().clean()
        amount, start = self.value("amount"), self.value("given_at")
        if amount is None:
            if self.saving and "amount" not in self.errors:
                self.refuse("amount", "Type the new rate.")
        elif amount == 0:
            drug = wording.words(self.agent)
            text = f"A rate of 0 is the end: {drug} no longer runs."
            self.ask("amount", "0", text, yes=f"yes, {drug} was stopped")
        elif self.run.unit == self.value("unit") and self.run.amount is not None:
            self._compare(amount, self.run.amount)
        if start is not None and start < self.run.given_at.replace(second=0, microsecond=0):
            began = wording.long_date_and_time(self.run.given_at, self.course.zone)
            self.refuse("given_at", f"The rate that runs now began {began}, which is later.")

    def _compare(self, amount: Decimal, before: Decimal) -> None:
        """Refuse the rate that runs already; ask about ten times as much, or a tenth."""
        unit = self.run.unit
        typed, runs_at = wording.amount(amount, unit), wording.amount(before, unit)
        if amount == before:
            self.refuse("amount", f"{typed} is the rate that runs already. Type the new one.")
        elif self.asks_about("amount"):
            return  # one question about a number is enough
        elif amount >= before * TENFOLD or amount * TENFOLD <= before:
            self.ask(
                "amount",
                f"{plain_text(amount)} after {plain_text(before)}",
                f"{typed} after {runs_at}: ten times as much or as little. Is the point right?",
                yes=f"yes, {typed}",
            )


class DoseStopForm(CourseForm):
    """The form that records when a run ended."""

    ended_at = MomentField("Ended")

    def __init__(
        self, data: QueryDict | None = None, *, bedside: Bedside, saving: bool = False
    ) -> None:
        super().__init__(data, bedside=bedside)
        self.initial["ended_at"] = bedside.now

    def remark_fields(self) -> list[forms.BoundField]:
        return [self["ended_at"]]
