"""The forms of doses and runs. A dose that was given can be recorded whatever the doubts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.http import QueryDict

from grading.agents import AGENTS, DrugClass, agent_named, names_like
from grading.guidelines.tocilizumab import (
    AGENT,
    TocilizumabLedger,
    dose_mg,
    mg_per_kg,
    tocilizumab_ledger,
)
from grading.measures import plain_text
from grading.names import folded
from grading.record import ADULT_FROM_YEARS
from grading.record import Dose as DoseEntry
from grading.vocabulary import Vasopressor
from patients.entry.doses.rate_questions import ask_about_rate, ask_beside_runs
from patients.forms import buttons
from patients.forms.course_form import CourseForm
from patients.forms.fields import NoteField, NumberField, ReasonField, TapField, TextField
from patients.forms.moments import MomentField
from patients.forms.numbers import is_unfinished, retyped
from patients.forms.remarks import Offer, Refusal
from patients.reading.bedside import Bedside
from patients.regrading.graded import rules_of_site
from patients.words import wording

USUAL_ADULT = {
    "dexamethasone": [("4", "mg", "IV"), ("10", "mg", "IV"), ("20", "mg", "IV")],
    "methylprednisolone": [("500", "mg", "IV"), ("1000", "mg", "IV")],
    "anakinra": [("100", "mg", "SC"), ("200", "mg", "IV")],
    "paracetamol": [("500", "mg", "PO"), ("1000", "mg", "PO"), ("1000", "mg", "IV")],
}
"""Amounts that are often given to adults, offered as one tap and never chosen in advance."""

INFUSIONS = {"norepinephrine": ("mcg/kg/min", "mcg/min"), "vasopressin": ("units/min",)}
"""Drugs that are needed at once: each has a button, and one for each unit of its rate."""

FIRST_AGENTS = (AGENT, *INFUSIONS, *USUAL_ADULT)
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

MORE_AGENTS = (
    *(word.value for word in Vasopressor if word not in (*INFUSIONS, Vasopressor.OTHER)),
    *("prednisone", "prednisolone", "hydrocortisone", "ibuprofen", "nsaid", "metamizole"),
    *("siltuximab", "emapalumab", "ruxolitinib", "etanercept", "dasatinib", "itacitinib"),
    *("levetiracetam", "antiepileptic", "sedative", "g_csf", "thrombopoietin_agonist", "ivig"),
    *("transfusion_red_cells", "transfusion_platelets", "cryoprecipitate"),
    *("fludarabine", "cyclophosphamide", "bendamustine", "etoposide"),
)
"""The drugs that have a button of their own below the first ones; any other is typed."""

AGENT_CHOICES = [
    *((agent, wording.words(agent)) for agent in (*FIRST_AGENTS, *MORE_AGENTS)),
    (buttons.ANOTHER, "another drug"),
]
MOST_SUGGESTED = 6


class DrugNameField(forms.CharField):
    """The name of a drug that has no button. While it is typed, names that begin so are offered."""

    def __init__(self, label: str, *, help_text: str) -> None:
        super().__init__(required=False, max_length=60, label=label, help_text=help_text)
        self.template_name = "fields/text.html"
        self.widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}


@dataclass(frozen=True, slots=True)
class AgentLine:
    """One of the first drugs: its button, its usual amounts or units, and a hint for its use."""

    tap: Any
    amounts: tuple[Offer, ...]
    hint: str
    preset: str = ""
    """Unit and route that a tap on the button brings where none is chosen, as a query string."""


class DoseForm(CourseForm):
    """The form of one dose or of the start of a run."""

    agent = TapField("Drug", AGENT_CHOICES)
    another_agent = DrugNameField(
        "Name or brand", help_text="of any drug; frequent ones stand below"
    )
    drug_class = ReasonField(
        "Kind of drug",
        [(kind.value, kind.label) for kind in DrugClass],
        empty="by its name",
    )
    drug_class.help_text = "only where the name is not known"
    amount = NumberField(required=False, label="Amount")
    unit = ReasonField(
        "Unit", [(unit, wording.unit_label(unit)) for unit in DOSE_UNITS], empty="unit"
    )
    route = ReasonField("Route", [(route, route) for route in ROUTES], empty="route")
    given_at = MomentField("Given or started")
    ended_at = MomentField("Ended", required=False)
    brand = TextField("Brand", most=60)
    batch = TextField("Batch", most=40)
    note = NoteField()

    def __init__(
        self, data: QueryDict | None = None, *, bedside: Bedside, saving: bool = False
    ) -> None:
        super().__init__(data, bedside=bedside)
        self.saving = saving
        self.initial["given_at"] = bedside.now
        self.beside: list[UUID] = []

    def first_lines(self) -> list[AgentLine]:
        """The drugs of the first taps, each with its usual amounts, a run with its units."""
        age_years = self.bedside.record.age_at(self.bedside.elapsed)
        is_adult = age_years is not None and age_years >= ADULT_FROM_YEARS
        weight, lines = self._weight(self.bedside.elapsed), []
        for tap, agent in zip(list(self["agent"])[: len(FIRST_AGENTS)], FIRST_AGENTS, strict=True):
            amounts = list(USUAL_ADULT.get(agent, ())) if is_adult else []
            hint = "acetaminophen" if agent == "paracetamol" else ""
            if agent == AGENT:
                hint = self._tocilizumab_hint()
                if weight is not None:
                    amounts = [
                        (retyped(dose_mg(weight, rules_of_site().choices)), "mg", "IV"),
                        *amounts,
                    ]
            offers = [
                Offer.of(
                    f"{wording.number(Decimal(amount))} {unit} {route}",
                    {"agent": agent, "amount": amount, "unit": unit, "route": route},
                )
                for amount, unit, route in amounts
            ]
            offers += [
                Offer.of(
                    f"{wording.unit_label(unit)} IV", {"agent": agent, "unit": unit, "route": "IV"}
                )
                for unit in INFUSIONS.get(agent, ())
            ]
            units = INFUSIONS.get(agent, ())[:1]
            preset = "".join(urlencode({"unit": unit, "route": "IV"}) for unit in units)
            lines.append(AgentLine(tap, tuple(offers), hint, preset))
        return lines

    def more_agents(self) -> list[Any]:
        """The drugs of the fold. “Another drug” needs no tap: its name is typed."""
        return list(self["agent"])[len(FIRST_AGENTS) : len(FIRST_AGENTS) + len(MORE_AGENTS)]

    def no_agent(self) -> Any:
        """The cross that takes back the drug, wherever it was tapped."""
        return list(self["agent"])[-1]

    def uses_more(self) -> bool:
        return self["agent"].value() in MORE_AGENTS

    def uses_brand(self) -> bool:
        """Whether brand or batch is typed or refused, so that their fold has to stand open."""
        return self.is_used("brand", "batch")

    def remark_fields(self) -> list[forms.BoundField]:
        names = ("agent", "another_agent", "drug_class", "amount", "unit", "route")
        return [self[name] for name in (*names, "given_at", "ended_at", "brand", "batch")]

    def row_values(self) -> dict[str, Any]:
        """The values to be stored of the dose, by field."""
        names = ("uid", "amount", "unit", "route", "given_at", "ended_at")
        values = {name: self.value(name) for name in names}
        drug_class = None if self.agent_name() in AGENTS else self.value("drug_class")
        return values | {
            "agent": self.agent_name(),
            "drug_class": drug_class or "",
            "brand": self.value("brand") or None,
            "batch": self.value("batch") or None,
            "note": self.value("note") or "",
        }

    def agent_name(self) -> str:
        """The drug under the name of the rules where they have one, otherwise as it was typed."""
        agent = self.value("agent")
        if agent not in (None, buttons.ANOTHER):
            return str(agent)
        typed = (self.value("another_agent") or "").strip()
        return agent_named(typed) or typed

    def clean(self) -> None:
        agent, typed = self.value("agent"), (self.value("another_agent") or "").strip()
        is_tapped = agent not in (None, buttons.ANOTHER)
        if typed and is_tapped and agent_named(typed) != agent:
            tapped = wording.words(agent)
            self.refuse("agent", f"{tapped} is tapped and {typed} is typed. Keep one of them.")
        elif self.saving and not self.agent_name():
            self.refuse("agent", "Tap the drug that was given, or type its name.")
        elif self.agent_name() in AGENTS:
            self._compare_class(typed or wording.words(agent))
        elif typed:
            self._ask_for_class(typed)

        if self.value("amount") is not None and self.value("unit") is None:
            self.refuse("unit", f"Choose the unit of {plain_text(self.value('amount'))}.")
        if self.value("amount") == 0:
            self.refuse("amount", "An amount of 0 is no dose. Leave it empty where it is unknown.")
        start, end = self.value("given_at"), self.value("ended_at")
        if start is not None and end is not None and end < start:
            self.refuse("ended_at", "The end lies before the start.")
        if start is not None and self.agent_name() == AGENT:
            self._ask_about_tocilizumab(start)
        ask_about_rate(self, self.agent_name())
        if self.starts_run():
            self.beside = ask_beside_runs(self, "agent", self.agent_name())

    def starts_run(self) -> bool:
        """Whether what is typed is the start of a run that has not ended."""
        if not self.agent_name() or self.value("ended_at") is not None:
            return False
        amount, unit, drug_class = (self.value(name) for name in ("amount", "unit", "drug_class"))
        typed = DoseEntry(self.bedside.elapsed, self.agent_name(), drug_class or "", amount, unit)
        return typed.is_run()

    def _compare_class(self, written: str) -> None:
        """Say which drug a typed name is; a class beside it that is not its own is not taken."""
        name, chosen = self.agent_name(), self.value("drug_class")
        own = "" if AGENTS[name] is DrugClass.OTHER else f" ({wording.words(AGENTS[name].value)})"
        known_as = f"{written} is {wording.words(name)}{own}"
        if chosen not in (None, AGENTS[name].value, DrugClass.OTHER.value):
            other = wording.words(chosen)
            self.refuse("drug_class", f"{known_as}, not {other}. Correct the name or the kind.")
        elif chosen == DrugClass.OTHER.value and AGENTS[name] is not DrugClass.OTHER:
            self.show("drug_class", f"{known_as}: the kind “other” is not used.")
        elif self.value("another_agent"):
            self.show("another_agent", f"{known_as}.")

    def _ask_for_class(self, typed: str) -> None:
        """Offer the known names that are near; without a class the dose cannot be saved."""
        near = names_like(typed, MOST_SUGGESTED)
        if near:
            offers = [
                Offer.of(
                    name if folded(name) == folded(agent) else f"{name} ({wording.words(agent)})",
                    {"another_agent": name, "agent": "", "drug_class": ""},
                )
                for name, agent in near.items()
            ]
            self.show("another_agent", "A name that is known here:", offers=offers)
        if self.value("drug_class") is None:
            text = f"{typed} is not known here. Choose what kind of drug it is: grades look at it."
            self.add_error("drug_class", Refusal(text, unfinished=bool(near)))
        elif self.value("drug_class") == DrugClass.ANTI_CYTOKINE:
            self.ask(
                "another_agent",
                typed,
                f"Is {typed} a name of tocilizumab? Then it is one of its doses: type tocilizumab.",
                yes=f"no, {typed} is another drug",
            )

    def _ask_about_tocilizumab(self, at: datetime) -> None:
        """Ask about the interval, the ceiling, and an amount over 10 % off the dose by weight."""
        for warning in self._ledger(at - self.course.infused_at).warnings:
            text = f"Tocilizumab {warning}. A dose that was given is recorded all the same."
            self.ask("agent", warning, text, yes="it was given, record it")
        weight, amount = self._weight(at - self.course.infused_at), self.value("amount")
        if weight is None or amount is None or self.value("unit") != "mg":
            return
        expected = dose_mg(weight, rules_of_site().choices)
        if abs(amount - expected) * 10 > expected:
            self.ask(
                "amount",
                f"{plain_text(amount)} mg",
                f"By weight ({wording.number(weight)} kg) a dose is {wording.number(expected)} mg.",
                yes=f"yes, {wording.number(amount)} mg was given",
                unfinished=is_unfinished(str(self.data.get("amount", "")), expected),
            )

    def _weight(self, elapsed: timedelta) -> Decimal | None:
        """The newest weight in kg at that moment, of the course and of its assessments."""
        weight = self.bedside.record.weight_at(elapsed)
        return None if weight is None else weight.kg

    def _ledger(self, elapsed: timedelta) -> TocilizumabLedger:
        site = rules_of_site()
        return tocilizumab_ledger(self.bedside.record, elapsed, site.local, site.choices)

    def _tocilizumab_hint(self) -> str:
        """The dose by weight, the doses given of those allowed, warnings and cautions."""
        elapsed = self.bedside.elapsed
        ledger, weight = self._ledger(elapsed), self._weight(elapsed)
        given = f"{ledger.given} of {ledger.ceiling} given"
        if weight is None:
            return f"{given}; no weight recorded, so no dose by weight"
        choices = rules_of_site().choices
        rate, amount = mg_per_kg(weight, choices), dose_mg(weight, choices)
        by_weight = f"{wording.number(rate)} mg/kg × {wording.number(weight)} kg"
        cautions = [*ledger.warnings, *ledger.cautions]
        return "; ".join([f"{by_weight} = {wording.number(amount)} mg", given, *cautions])
