"""Short forms: laboratory results, doses, the end of a run, events, striking out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import uuid5

from django import forms
from django.http import QueryDict

from grading.guidelines.tocilizumab import (
    AGENT,
    TocilizumabLedger,
    dose_mg,
    mg_per_kg,
    tocilizumab_ledger,
)
from grading.record import ADULT_FROM_YEARS, Lab
from grading.vocabulary import AGENTS, ANALYTES, Analyte, DrugClass
from patients import wording
from patients.forms import buttons
from patients.forms.asking import AskingForm
from patients.forms.bedside import Bedside, Last
from patients.forms.fields import (
    MomentField,
    NoteField,
    NumberField,
    ReasonField,
    TapField,
)
from patients.forms.numbers import is_unfinished, plain, retyped
from patients.forms.saying import Fill, Refusal

# Laboratory results

ALWAYS_ASKED = ("crp", "ferritin", "ldh", "platelets", "anc")
JUMP = Decimal(8)
"""A value this many times the last one, or one such part of it, within a day: the unit?"""
JUMP_WITHIN = timedelta(hours=24)
JUMP_ASKED = frozenset(
    {
        "crp",
        "platelets",
        "hemoglobin",
        "fibrinogen",
        "creatinine",
        "anc",
        "wbc",
        "bilirubin_total",
        "igg",
        "triglycerides",
        "ldh",
    }
)
UNIT_ASKED_BELOW = {"platelets": Decimal(1), "anc": Decimal("0.01")}
"""Values above 0 and below this look like another unit (clinical rule specification, 10.2)."""


def unit_label(unit: str) -> str:
    """A unit as it is printed on a report: 10⁹/L, mcg/L."""
    for code, printed in (("10*9", "10⁹"), ("10*3", "10³"), ("ug/", "mcg/"), ("uL", "µL")):
        unit = unit.replace(code, printed)
    return unit.replace("umol", "µmol").replace("ukat", "µkat").strip("{}")


def unit_choices(analyte: Analyte) -> list[tuple[str, str]]:
    """The units in which this analyte may be typed, each once, its own unit first."""
    by_label: dict[str, str] = {}
    for unit in (analyte.unit, *analyte.factors):
        if unit.isascii() and "^" not in unit and "cells" not in unit:
            by_label.setdefault(unit_label(unit), unit)
    return [(unit, label) for label, unit in by_label.items()]


@dataclass(frozen=True, slots=True)
class LabValue:
    """A number as the laboratory printed it, with < or > where it stood there."""

    comparator: str
    number: Decimal


class LabValueField(NumberField):
    """A result, perhaps with < or > before it."""

    def __init__(self, analyte: str) -> None:
        super().__init__(required=False, label=ANALYTES[analyte].label)
        self.analyte = analyte

    def clean(self, value: str | None) -> Any:
        text = (value or "").strip()
        comparator = text[0] if text[:1] in ("<", ">") else "="
        number = self.to_python(text.lstrip("<>"))
        if number is None and comparator != "=":
            raise Refusal(f"{self.label}: type the number after {comparator}.")
        return None if number is None else LabValue(comparator, number)


class UnitField(forms.ChoiceField):
    """The unit on the report; nothing is chosen in advance."""

    def __init__(self, analyte: str) -> None:
        choices = [("", "unit"), *unit_choices(ANALYTES[analyte])]
        label = f"Unit of {ANALYTES[analyte].label}"
        super().__init__(required=False, label=label, choices=choices)
        self.widget.attrs["aria-label"] = label


@dataclass(frozen=True, slots=True)
class LabLine:
    """One analyte on the form: its value and its unit."""

    value: forms.BoundField
    unit: forms.BoundField


class LabForm(AskingForm):
    """Several results of one sample, each with the unit of its report."""

    collected_at = MomentField("Collected")
    note = NoteField()

    def __init__(
        self, data: QueryDict | None = None, *, bedside: Bedside, saving: bool = False
    ) -> None:
        super().__init__(data, bedside=bedside)
        self.saving = saving
        self.initial["collected_at"] = bedside.now
        for analyte in ANALYTES:
            field = LabValueField(analyte)
            field.last = self._last(analyte)
            self.fields[f"{analyte}_value"] = field
            self.fields[f"{analyte}_unit"] = UnitField(analyte)

    def main_lines(self) -> list[LabLine]:
        return [self._line(analyte) for analyte in ALWAYS_ASKED]

    def more_lines(self) -> list[LabLine]:
        return [self._line(analyte) for analyte in ANALYTES if analyte not in ALWAYS_ASKED]

    def has_more(self) -> bool:
        """Whether something is typed beyond the five that are always asked."""
        return any(line.value.value() for line in self.more_lines())

    def saying_fields(self) -> list[forms.BoundField]:
        values = [self[f"{analyte}_value"] for analyte in ANALYTES]
        return [self["collected_at"], *values]

    def same_units(self) -> Fill | None:
        """One tap for the units of the last results, worded so that it can be checked."""
        lasts = {analyte: self._last_lab(analyte) for analyte in ALWAYS_ASKED}
        units = {
            analyte: lab.unit
            for analyte, lab in lasts.items()
            if lab is not None and lab.unit in dict(unit_choices(ANALYTES[analyte]))
        }
        if not units:
            return None
        said = ", ".join(
            f"{ANALYTES[key].label} {unit_label(unit or '')}" for key, unit in units.items()
        )
        values = {f"{analyte}_unit": unit for analyte, unit in units.items()}
        return Fill.of(f"same units as last time: {said}", values)

    def rows(self) -> list[dict[str, Any]]:
        """What is stored: one result for each value typed, with a uid of its own."""
        shared = {"collected_at": self.known("collected_at"), "note": self.known("note") or ""}
        return [
            {
                **shared,
                "uid": uuid5(self.known("uid"), analyte),
                "analyte": analyte,
                "value": typed.number,
                "comparator": typed.comparator,
                "unit": self.known(f"{analyte}_unit"),
            }
            for analyte, typed in self._typed()
        ]

    def clean(self) -> None:
        for analyte, typed in list(self._typed()):
            self._look_at(analyte, typed)
        if self.saving and not self.errors and not list(self._typed()):
            self.add_error(None, "Nothing is entered yet. Type at least one result.")

    def _look_at(self, analyte: str, typed: LabValue) -> None:
        unit, known = self.known(f"{analyte}_unit"), ANALYTES[analyte]
        if not unit:
            self.refuse(
                f"{analyte}_value", f"Choose the unit of {known.label} {plain(typed.number)}."
            )
            return
        canonical = known.canonical(typed.number, unit)
        if canonical is None:
            return
        if typed.comparator == "=" and known.limits.refuses(canonical):
            self._refuse_limits(analyte, typed.number, unit, canonical)
            return
        self._show_conversion(analyte, typed, unit, canonical)
        if typed.comparator == "=":
            self._ask(analyte, typed.number, unit, canonical)

    def _refuse_limits(self, analyte: str, number: Decimal, unit: str, canonical: Decimal) -> None:
        known = ANALYTES[analyte]
        low, high = wording.number(known.limits.hard_low), wording.number(known.limits.hard_high)
        own = unit_label(known.unit)
        converted = "" if canonical == number else f" = {wording.number(_short(canonical))} {own}"
        typed = str(self.data.get(f"{analyte}_value", ""))
        text = (
            f"{known.label} {wording.number(number)} {unit_label(unit)}{converted} is outside "
            f"{low}–{high} {own}. Check the number and the unit."
        )
        refusal = Refusal(
            text,
            fills=self._other_units(analyte, number),
            early=is_unfinished(typed, known.limits.hard_low),
        )
        self.add_error(f"{analyte}_value", refusal)

    def _other_units(self, analyte: str, number: Decimal) -> list[Fill]:
        known = ANALYTES[analyte]
        fits: dict[Decimal, Fill] = {}
        for unit, label in unit_choices(known):
            canonical = known.canonical(number, unit)
            if canonical is not None and not known.limits.refuses(canonical):
                fill = Fill.of(f"in {label}?", {f"{analyte}_unit": unit})
                fits.setdefault(canonical, fill)
        return list(fits.values())

    def _show_conversion(
        self, analyte: str, typed: LabValue, unit: str, canonical: Decimal
    ) -> None:
        known = ANALYTES[analyte]
        if unit_label(unit) == unit_label(known.unit):
            return
        sign = "" if typed.comparator == "=" else f"{typed.comparator} "
        self.show(
            f"{analyte}_value",
            f"{sign}{wording.number(typed.number)} {unit_label(unit)} = "
            f"{sign}{wording.number(_short(canonical))} {unit_label(known.unit)}",
        )

    def _ask(self, analyte: str, number: Decimal, unit: str, canonical: Decimal) -> None:
        question = self._question(analyte, canonical)
        if not question:
            return
        said = f"{wording.number(number)} {unit_label(unit)}"
        typed = str(self.data.get(f"{analyte}_value", ""))
        self.ask(
            f"{analyte}_value",
            f"{plain(number)} {unit}",
            f"{ANALYTES[analyte].label} {said} {question}",
            yes=f"yes, {said} is right",
            early=is_unfinished(typed, ANALYTES[analyte].limits.soft_low),
        )

    def _question(self, analyte: str, canonical: Decimal) -> str:
        if 0 < canonical < UNIT_ASKED_BELOW.get(analyte, Decimal(0)):
            return "is very low. Is the unit right?"
        if ANALYTES[analyte].limits.asks(canonical):
            return "is unusual."
        wbc = self._canonical("wbc")
        if analyte == "anc" and wbc is not None and canonical > wbc:
            return "is more than the white cells of the same sample."
        return self._jump(analyte, canonical)

    def _jump(self, analyte: str, canonical: Decimal) -> str:
        last, at = self._last_lab(analyte), self.known("collected_at")
        before = None if last is None or last.comparator != "=" else last.canonical_value
        if last is None or before is None or at is None or analyte not in JUMP_ASKED:
            return ""
        since = at - self.bedside.at(last.elapsed)
        if before == 0 or canonical == 0 or abs(since) > JUMP_WITHIN:
            return ""
        if before / JUMP <= canonical <= before * JUMP:
            return ""
        return f"is far from {wording.number(before)} a day ago. Is the unit right?"

    def _canonical(self, analyte: str) -> Decimal | None:
        typed, unit = self.known(f"{analyte}_value"), self.known(f"{analyte}_unit")
        return None if typed is None else ANALYTES[analyte].canonical(typed.number, unit or None)

    def _typed(self) -> Iterator[tuple[str, LabValue]]:
        for analyte in ANALYTES:
            typed = self.known(f"{analyte}_value")
            if typed is not None:
                yield analyte, typed

    def _line(self, analyte: str) -> LabLine:
        return LabLine(self[f"{analyte}_value"], self[f"{analyte}_unit"])

    @cached_property
    def _lasts(self) -> dict[str, Lab]:
        record = self.bedside.record
        return {lab.analyte: lab for lab in record.labs if lab.elapsed <= self.bedside.elapsed}

    def _last_lab(self, analyte: str) -> Lab | None:
        return self._lasts.get(analyte)

    def _last(self, analyte: str) -> Last | None:
        lab = self._last_lab(analyte)
        if lab is None:
            return None
        unit = None if lab.unit is None else unit_label(lab.unit)
        text = wording.measured(lab.value, lab.comparator, unit)
        ago = wording.duration(self.bedside.elapsed - lab.elapsed)
        return Last(lab.value, text, self.bedside.at(lab.elapsed), ago)


def _short(number: Decimal) -> Decimal:
    """At most four significant decimals, to be read; the exact value is stored."""
    return number.quantize(Decimal("0.0001")) if number != number.to_integral_value() else number


# Doses

USUAL_ADULT = {
    "dexamethasone": [("4", "mg", "IV"), ("10", "mg", "IV"), ("20", "mg", "IV")],
    "methylprednisolone": [("500", "mg", "IV"), ("1000", "mg", "IV")],
    "anakinra": [("100", "mg", "SC"), ("200", "mg", "IV")],
    "paracetamol": [("500", "mg", "PO"), ("1000", "mg", "PO"), ("1000", "mg", "IV")],
}
"""Amounts that are often given to adults, offered as one tap and never chosen in advance."""

FIRST_AGENTS = (AGENT, *USUAL_ADULT)
UNITS = (
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
ANOTHER = "another"
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
    return [*named, (ANOTHER, "another drug")]


@dataclass(frozen=True, slots=True)
class AgentLine:
    """One drug of the first five: its button, its usual amounts, what to know."""

    tap: Any
    amounts: tuple[Fill, ...]
    hint: str


class DoseForm(AskingForm):
    """One dose or the start of a run. What was given can always be recorded."""

    agent = TapField("Drug", _agent_choices())
    another_agent = forms.CharField(required=False, max_length=60, label="Name of the other drug")
    drug_class = ReasonField(
        "Kind of drug",
        [(kind.value, wording.words(kind.value)) for kind in DrugClass],
        empty="choose a kind",
    )
    amount = NumberField(required=False, label="Amount")
    unit = ReasonField("Unit", [(unit, unit) for unit in UNITS], empty="unit")
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

    def saying_fields(self) -> list[forms.BoundField]:
        names = ("agent", "amount", "unit", "route", "given_at", "ended_at", "drug_class")
        return [self[name] for name in names]

    def row_values(self) -> dict[str, Any]:
        """What is stored of the dose."""
        names = ("uid", "amount", "unit", "route", "given_at", "ended_at")
        kept = {name: self.known(name) for name in names}
        drug_class = None if self.agent_name() in AGENTS else self.known("drug_class")
        return kept | {
            "agent": self.agent_name(),
            "drug_class": drug_class or "",
            "note": self.known("note") or "",
        }

    def agent_name(self) -> str:
        """The drug under the name that the rules know, however it was typed."""
        agent = self.known("agent")
        if agent not in (None, ANOTHER):
            return str(agent)
        typed = (self.known("another_agent") or "").strip()
        code = typed.lower().replace(" ", "_").replace("-", "_")
        code = ALSO_CALLED.get(code, code)
        return code if code in AGENTS else typed

    def _refuse_unclear_drug(self) -> None:
        agent, typed = self.known("agent"), (self.known("another_agent") or "").strip()
        if typed and agent not in (None, ANOTHER):
            tapped = wording.words(agent)
            self.refuse("agent", f"{tapped} is tapped and {typed} is typed. Keep one of them.")
        elif self.saving and not self.agent_name():
            self.refuse("agent", "Tap the drug that was given, or type its name.")
        elif typed and self.agent_name() not in AGENTS and self.known("drug_class") is None:
            self.refuse(
                "drug_class", f"Choose what kind of drug {typed} is: the grade looks at it."
            )

    def clean(self) -> None:
        self._refuse_unclear_drug()
        if self.known("amount") is not None and self.known("unit") is None:
            self.refuse("unit", f"Choose the unit of {plain(self.known('amount'))}.")
        if self.known("amount") == 0:
            self.refuse("amount", "An amount of 0 is no dose. Leave it empty where it is unknown.")
        self._refuse_backward_run()
        if self.agent_name() == AGENT:
            self._ask_about_tocilizumab()

    def _refuse_backward_run(self) -> None:
        start, end = self.known("given_at"), self.known("ended_at")
        if start is not None and end is not None and end < start:
            self.refuse("ended_at", "The end lies before the start.")

    def _ask_about_tocilizumab(self) -> None:
        at = self.known("given_at")
        if at is None:
            return
        for warning in self._ledger(at - self.course.infused_at).warnings:
            text = f"Tocilizumab {warning}. A dose that was given is recorded all the same."
            self.ask("agent", warning, text, yes="it was given, record it")
        self._ask_about_amount()

    def _ask_about_amount(self) -> None:
        weight, amount = self.course.weight_kg, self.known("amount")
        if weight is None or amount is None or self.known("unit") != "mg":
            return
        expected = dose_mg(weight)
        if abs(amount - expected) * 10 > expected:
            self.ask(
                "amount",
                f"{plain(amount)} mg",
                f"By weight ({wording.number(weight)} kg) a dose is {wording.number(expected)} mg.",
                yes=f"yes, {wording.number(amount)} mg was given",
                early=is_unfinished(str(self.data.get("amount", "")), expected),
            )

    def _ledger(self, elapsed: timedelta) -> TocilizumabLedger:
        return tocilizumab_ledger(self.bedside.record, elapsed)

    def _is_adult(self) -> bool:
        age_years = self.bedside.record.age_at(self.bedside.elapsed)
        return age_years is not None and age_years >= ADULT_FROM_YEARS

    def _amounts(self, agent: str) -> Iterator[Fill]:
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
        said = f"{wording.number(mg_per_kg(weight))} mg/kg × {wording.number(weight)} kg"
        cautions = [*ledger.warnings, *ledger.cautions]
        return "; ".join([f"{said} = {wording.number(dose_mg(weight))} mg", given, *cautions])


def _amount_fill(agent: str, amount: str, unit: str, route: str) -> Fill:
    values = {"agent": agent, "amount": amount, "unit": unit, "route": route}
    return Fill.of(f"{wording.number(Decimal(amount))} {unit} {route}", values)


class DoseStopForm(AskingForm):
    """The end of a run."""

    ended_at = MomentField("Ended")

    def __init__(
        self, data: QueryDict | None = None, *, bedside: Bedside, saving: bool = False
    ) -> None:
        super().__init__(data, bedside=bedside)
        self.initial["ended_at"] = bedside.now

    def saying_fields(self) -> list[forms.BoundField]:
        return [self["ended_at"]]


# Events and striking out


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
