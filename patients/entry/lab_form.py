"""Laboratory results: each with the unit of its report, several of one sample in one go."""

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

from grading.measures import plain_text
from grading.record import Lab
from grading.vocabulary import ANALYTES, Analyte
from patients.entry.lab_ranges_form import RangesPart
from patients.forms.fields import NoteField, NumberField
from patients.forms.moments import MomentField
from patients.forms.numbers import is_unfinished
from patients.forms.remarks import Offer, Refusal
from patients.models.observations import MOST_CANONICAL
from patients.reading.bedside import Bedside, Last
from patients.words import wording

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


def unit_choices(analyte: Analyte) -> list[tuple[str, str]]:
    """The units in which this analyte may be typed, each once, its own unit first."""
    by_label: dict[str, str] = {}
    for unit in (analyte.unit, *analyte.factors):
        if unit.isascii() and "^" not in unit and "cells" not in unit:
            by_label.setdefault(wording.unit_label(unit), unit)
    return [(unit, label) for label, unit in by_label.items()]


@dataclass(frozen=True, slots=True)
class TypedResult:
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
        rest = text if comparator == "=" else text[1:]
        if "<" in rest or ">" in rest:
            raise Refusal(f"{self.label}: type < or > once, before the number.")
        number = self.to_python(rest)
        if number is None and comparator != "=":
            raise Refusal(f"{self.label}: type the number after {comparator}.")
        return None if number is None else TypedResult(comparator, number)


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


class LabForm(RangesPart):
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
        self.add_ranges()

    def main_lines(self) -> list[LabLine]:
        return [self._line(analyte) for analyte in ALWAYS_ASKED]

    def more_lines(self) -> list[LabLine]:
        return [self._line(analyte) for analyte in ANALYTES if analyte not in ALWAYS_ASKED]

    def has_more(self) -> bool:
        """Whether something is typed beyond the five that are always asked."""
        return any(line.value.value() for line in self.more_lines())

    def remark_fields(self) -> list[forms.BoundField]:
        values = [self[f"{analyte}_value"] for analyte in ANALYTES]
        return [self["collected_at"], *values, *self.range_fields()]

    def same_ranges_offer(self) -> Offer | None:
        return self.same_ranges(self._lasts)

    def same_units(self) -> Offer | None:
        """One tap for the units of the last results, worded so that it can be checked."""
        lasts = {analyte: self._last_lab(analyte) for analyte in ALWAYS_ASKED}
        units = {
            analyte: lab.unit
            for analyte, lab in lasts.items()
            if lab is not None and lab.unit in dict(unit_choices(ANALYTES[analyte]))
        }
        if not units:
            return None
        units_in_words = ", ".join(
            f"{ANALYTES[key].label} {wording.unit_label(unit or '')}" for key, unit in units.items()
        )
        values = {f"{analyte}_unit": unit for analyte, unit in units.items()}
        return Offer.of(f"same units as last time: {units_in_words}", values)

    def rows(self) -> list[dict[str, Any]]:
        """What is stored: one result for each value typed, with a uid of its own."""
        shared = {"collected_at": self.value("collected_at"), "note": self.value("note") or ""}
        return [
            {
                **shared,
                "uid": uuid5(self.value("uid"), analyte),
                "analyte": analyte,
                "value": typed.number,
                "comparator": typed.comparator,
                "unit": self.value(f"{analyte}_unit"),
                **self.range_of(analyte),
            }
            for analyte, typed in self._typed()
        ]

    def clean(self) -> None:
        for analyte, typed in list(self._typed()):
            self._look_at(analyte, typed)
        self.look_at_ranges()
        if self.saving and not self.errors and not list(self._typed()):
            self.add_error(None, "Nothing is entered yet. Type at least one result.")

    def _look_at(self, analyte: str, typed: TypedResult) -> None:
        unit, defined = self.value(f"{analyte}_unit"), ANALYTES[analyte]
        if not unit:
            self.refuse(
                f"{analyte}_value",
                f"Choose the unit of {defined.label} {plain_text(typed.number)}.",
            )
            return
        canonical = defined.canonical(typed.number, unit)
        if canonical is None:
            return
        if typed.comparator == "=" and defined.limits.refuses(canonical):
            self._refuse_limits(analyte, typed.number, unit, canonical)
            return
        if round(canonical, 6) >= MOST_CANONICAL:
            self._refuse_too_large(analyte, typed.number, unit)
            return
        self._show_conversion(analyte, typed, unit, canonical)
        if typed.comparator == "=":
            self._ask(analyte, typed.number, unit, canonical)

    def _refuse_limits(self, analyte: str, number: Decimal, unit: str, canonical: Decimal) -> None:
        defined = ANALYTES[analyte]
        low, high = (
            wording.number(defined.limits.hard_low),
            wording.number(defined.limits.hard_high),
        )
        own = wording.unit_label(defined.unit)
        converted = "" if canonical == number else f" = {wording.number(_short(canonical))} {own}"
        typed = str(self.data.get(f"{analyte}_value", ""))
        text = (
            f"{defined.label} {wording.number(number)} {wording.unit_label(unit)}{converted} "
            f"is outside {low}–{high} {own}. Check the number and the unit."
        )
        refusal = Refusal(
            text,
            offers=self._other_units(analyte, number),
            unfinished=is_unfinished(typed, defined.limits.hard_low),
        )
        self.add_error(f"{analyte}_value", refusal)

    def _refuse_too_large(self, analyte: str, number: Decimal, unit: str) -> None:
        result = f"{ANALYTES[analyte].label} {wording.number(number)} {wording.unit_label(unit)}"
        text = f"{result} is too large to be a result. Check the number and the unit."
        self.refuse(f"{analyte}_value", text, offers=self._other_units(analyte, number))

    def _other_units(self, analyte: str, number: Decimal) -> list[Offer]:
        defined = ANALYTES[analyte]
        fits: dict[Decimal, Offer] = {}
        for unit, label in unit_choices(defined):
            canonical = defined.canonical(number, unit)
            if canonical is not None and not defined.limits.refuses(canonical):
                fill = Offer.of(f"in {label}?", {f"{analyte}_unit": unit})
                fits.setdefault(canonical, fill)
        return list(fits.values())

    def _show_conversion(
        self, analyte: str, typed: TypedResult, unit: str, canonical: Decimal
    ) -> None:
        defined = ANALYTES[analyte]
        if wording.unit_label(unit) == wording.unit_label(defined.unit):
            return
        sign = "" if typed.comparator == "=" else f"{typed.comparator} "
        self.show(
            f"{analyte}_value",
            f"{sign}{wording.number(typed.number)} {wording.unit_label(unit)} = "
            f"{sign}{wording.number(_short(canonical))} {wording.unit_label(defined.unit)}",
        )

    def _ask(self, analyte: str, number: Decimal, unit: str, canonical: Decimal) -> None:
        question = self._question(analyte, canonical)
        if not question:
            return
        result = f"{wording.number(number)} {wording.unit_label(unit)}"
        typed = str(self.data.get(f"{analyte}_value", ""))
        self.ask(
            f"{analyte}_value",
            f"{plain_text(number)} {unit}",
            f"{ANALYTES[analyte].label} {result} {question}",
            yes=f"yes, {result} is right",
            unfinished=is_unfinished(typed, ANALYTES[analyte].limits.soft_low),
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
        last, at = self._last_lab(analyte), self.value("collected_at")
        before = None if last is None or last.comparator != "=" else last.canonical_value
        if last is None or before is None or at is None or analyte not in JUMP_ASKED:
            return ""
        since = at - self.bedside.at(last.elapsed)
        if before == 0 or canonical == 0 or abs(since) > JUMP_WITHIN:
            return ""
        if before / JUMP <= canonical <= before * JUMP:
            return ""
        when = f"{wording.duration(abs(since))} {'before' if since >= timedelta(0) else 'after'}"
        return f"is far from {wording.number(before)} {when}. Is the unit right?"

    def _canonical(self, analyte: str) -> Decimal | None:
        typed, unit = self.value(f"{analyte}_value"), self.value(f"{analyte}_unit")
        return None if typed is None else ANALYTES[analyte].canonical(typed.number, unit or None)

    def _typed(self) -> Iterator[tuple[str, TypedResult]]:
        for analyte in ANALYTES:
            typed = self.value(f"{analyte}_value")
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
        text = wording.measured(lab.value, lab.comparator, lab.unit)
        ago = wording.duration(self.bedside.elapsed - lab.elapsed)
        return Last(lab.value, text, self.bedside.at(lab.elapsed), ago)


def _short(number: Decimal) -> Decimal:
    """At most four significant decimals, to be read; the exact value is stored."""
    return number.quantize(Decimal("0.0001")) if number != number.to_integral_value() else number
