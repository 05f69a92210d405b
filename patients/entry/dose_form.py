"""Doses and runs: in three taps, by weight where it matters, always recordable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict

from grading.agents import AGENTS, DrugClass
from grading.guidelines.tocilizumab import (
    AGENT,
    TocilizumabLedger,
    dose_mg,
    mg_per_kg,
    tocilizumab_ledger,
)
from grading.measures import plain_text
from grading.record import ADULT_FROM_YEARS
from patients.forms import buttons
from patients.forms.course_form import CourseForm
from patients.forms.fields import NoteField, NumberField, ReasonField, TapField
from patients.forms.moments import MomentField
from patients.forms.numbers import is_unfinished, retyped
from patients.forms.remarks import Offer
from patients.reading.bedside import Bedside
from patients.regrading.graded import local_rules
from patients.words import wording

USUAL_ADULT = {
    "dexamethasone": [("4", "mg", "IV"), ("10", "mg", "IV"), ("20", "mg", "IV")],
    "methylprednisolone": [("500", "mg", "IV"), ("1000", "mg", "IV")],
    "anakinra": [("100", "mg", "SC"), ("200", "mg", "IV")],
    "paracetamol": [("500", "mg", "PO"), ("1000", "mg", "PO"), ("1000", "mg", "IV")],
}
"""Amounts that are often given to adults, offered as one tap and never chosen in advance."""

FIRST_AGENTS = (AGENT, *USUAL_ADULT)
DOSE_UNITS = (
    "mg",
    "g",
    "mcg",
    "mg/kg",
    "mg/kg/day",
    "mcg/kg/min",
    "mcg/min",
    "mg/h",
    "units/min",
    "units",
    "mg/m2",
    "mL",
)
ROUTES = ("IV", "PO", "SC", "IM", "PR", "other")
ALSO_CALLED = {
    "acetaminophen": "paracetamol",
    "ibuprofen": "nsaid",
    "metamizol": "metamizole",
    "dipyrone": "metamizole",
    "noradrenaline": "norepinephrine",
    "adrenaline": "epinephrine",
    "actemra": AGENT,
    "roactemra": AGENT,
    "solu_medrol": "methylprednisolone",
    "kineret": "anakinra",
}
"""Other names under which a drug that a rule looks at is typed."""


def _agent_choices() -> list[tuple[str, str]]:
    others = [agent for agent in AGENTS if agent not in FIRST_AGENTS]
    named = [(agent, wording.words(agent)) for agent in (*FIRST_AGENTS, *others)]
    return [*named, (buttons.ANOTHER, "another drug")]


@dataclass(frozen=True, slots=True)
class AgentLine:
    """One drug of the first five: its button, its usual amounts, what to know."""

    tap: Any
    amounts: tuple[Offer, ...]
    hint: str


class DoseForm(CourseForm):
    """One dose or the start of a run. What was given can always be recorded."""

    agent = TapField("Drug", _agent_choices())
    another_agent = forms.CharField(required=False, max_length=60, label="Name of the other drug")
    drug_class = ReasonField(
        "Kind of drug",
        [(kind.value, wording.words(kind.value)) for kind in DrugClass],
        empty="choose a kind",
    )
    amount = NumberField(required=False, label="Amount")
    unit = ReasonField(
        "Unit", [(unit, wording.unit_label(unit)) for unit in DOSE_UNITS], empty="unit"
    )
    route = ReasonField("Route", [(route, route) for route in ROUTES], empty="route")
    given_at = MomentField("Given or started")
    ended_at = MomentField("Ended", required=False)
    note = NoteField()

    def __init__(
        self, data: QueryDict | None = None, *, bedside: Bedside, saving: bool = False
    ) -> None:
        super().__init__(data, bedside=bedside)
        self.saving = saving
        self.initial["given_at"] = bedside.now

    def first_lines(self) -> list[AgentLine]:
        """The five drugs of the first taps, each with its usual amounts."""
        taps = list(self["agent"])[: len(FIRST_AGENTS)]
        return [
            AgentLine(tap, tuple(self._amounts(agent)), self._hint(agent))
            for tap, agent in zip(taps, FIRST_AGENTS, strict=True)
        ]

    def more_agents(self) -> list[Any]:
        return list(self["agent"])[len(FIRST_AGENTS) : -1]

    def uses_more(self) -> bool:
        return self["agent"].value() not in (None, "", *FIRST_AGENTS)

    def remark_fields(self) -> list[forms.BoundField]:
        names = ("agent", "amount", "unit", "route", "given_at", "ended_at", "drug_class")
        return [self[name] for name in names]

    def row_values(self) -> dict[str, Any]:
        """What is stored of the dose."""
        names = ("uid", "amount", "unit", "route", "given_at", "ended_at")
        values = {name: self.value(name) for name in names}
        drug_class = None if self.agent_name() in AGENTS else self.value("drug_class")
        return values | {
            "agent": self.agent_name(),
            "drug_class": drug_class or "",
            "note": self.value("note") or "",
        }

    def agent_name(self) -> str:
        """The drug under the name that the rules know, however it was typed."""
        agent = self.value("agent")
        if agent not in (None, buttons.ANOTHER):
            return str(agent)
        typed = (self.value("another_agent") or "").strip()
        code = typed.lower().replace(" ", "_").replace("-", "_")
        code = ALSO_CALLED.get(code, code)
        return code if code in AGENTS else typed

    def _refuse_unclear_drug(self) -> None:
        agent, typed = self.value("agent"), (self.value("another_agent") or "").strip()
        if typed and agent not in (None, buttons.ANOTHER):
            tapped = wording.words(agent)
            self.refuse("agent", f"{tapped} is tapped and {typed} is typed. Keep one of them.")
        elif self.saving and not self.agent_name():
            self.refuse("agent", "Tap the drug that was given, or type its name.")
        elif typed and self.agent_name() not in AGENTS and self.value("drug_class") is None:
            self.refuse(
                "drug_class", f"Choose what kind of drug {typed} is: the grade looks at it."
            )

    def clean(self) -> None:
        self._refuse_unclear_drug()
        if self.value("amount") is not None and self.value("unit") is None:
            self.refuse("unit", f"Choose the unit of {plain_text(self.value('amount'))}.")
        if self.value("amount") == 0:
            self.refuse("amount", "An amount of 0 is no dose. Leave it empty where it is unknown.")
        self._refuse_backward_run()
        if self.agent_name() == AGENT:
            self._ask_about_tocilizumab()

    def _refuse_backward_run(self) -> None:
        start, end = self.value("given_at"), self.value("ended_at")
        if start is not None and end is not None and end < start:
            self.refuse("ended_at", "The end lies before the start.")

    def _ask_about_tocilizumab(self) -> None:
        at = self.value("given_at")
        if at is None:
            return
        for warning in self._ledger(at - self.course.infused_at).warnings:
            text = f"Tocilizumab {warning}. A dose that was given is recorded all the same."
            self.ask("agent", warning, text, yes="it was given, record it")
        self._ask_about_amount()

    def _ask_about_amount(self) -> None:
        weight, amount = self.course.weight_kg, self.value("amount")
        if weight is None or amount is None or self.value("unit") != "mg":
            return
        expected = dose_mg(weight)
        if abs(amount - expected) * 10 > expected:
            self.ask(
                "amount",
                f"{plain_text(amount)} mg",
                f"By weight ({wording.number(weight)} kg) a dose is {wording.number(expected)} mg.",
                yes=f"yes, {wording.number(amount)} mg was given",
                unfinished=is_unfinished(str(self.data.get("amount", "")), expected),
            )

    def _ledger(self, elapsed: timedelta) -> TocilizumabLedger:
        return tocilizumab_ledger(self.bedside.record, elapsed, local_rules())

    def _is_adult(self) -> bool:
        age_years = self.bedside.record.age_at(self.bedside.elapsed)
        return age_years is not None and age_years >= ADULT_FROM_YEARS

    def _amounts(self, agent: str) -> Iterator[Offer]:
        if agent == AGENT and self.course.weight_kg is not None:
            yield _amount_fill(agent, retyped(dose_mg(self.course.weight_kg)), "mg", "IV")
        if self._is_adult():
            for amount, unit, route in USUAL_ADULT.get(agent, ()):
                yield _amount_fill(agent, amount, unit, route)

    def _hint(self, agent: str) -> str:
        if agent != AGENT:
            return "acetaminophen" if agent == "paracetamol" else ""
        ledger, weight = self._ledger(self.bedside.elapsed), self.course.weight_kg
        given = f"{ledger.given} of {ledger.ceiling} given"
        if weight is None:
            return f"{given}; no weight recorded, so no dose by weight"
        by_weight = f"{wording.number(mg_per_kg(weight))} mg/kg × {wording.number(weight)} kg"
        cautions = [*ledger.warnings, *ledger.cautions]
        return "; ".join([f"{by_weight} = {wording.number(dose_mg(weight))} mg", given, *cautions])


def _amount_fill(agent: str, amount: str, unit: str, route: str) -> Offer:
    values = {"agent": agent, "amount": amount, "unit": unit, "route": route}
    return Offer.of(f"{wording.number(Decimal(amount))} {unit} {route}", values)


class DoseStopForm(CourseForm):
    """The end of a run."""

    ended_at = MomentField("Ended")

    def __init__(
        self, data: QueryDict | None = None, *, bedside: Bedside, saving: bool = False
    ) -> None:
        super().__init__(data, bedside=bedside)
        self.initial["ended_at"] = bedside.now

    def remark_fields(self) -> list[forms.BoundField]:
        return [self["ended_at"]]
