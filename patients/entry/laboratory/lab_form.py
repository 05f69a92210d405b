"""The form of laboratory results: several of one sample, each with the unit of its report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID, uuid5

from django import forms
from django.http import QueryDict

from grading.laboratory.doubts import (
    ABOUT_THE_UNIT,
    FAR_FROM_THE_LAST,
    Earlier,
    doubt_about,
    units_that_fit,
)
from grading.measures import plain_text
from grading.record import Lab
from grading.vocabulary import ANALYTES, Analyte, LabStatus
from patients.entry.laboratory.lab_ranges_form import RangesPart
from patients.entry.laboratory.report_part import ReportPart
from patients.entry.laboratory.usual_panel import usual_panel_of
from patients.forms.fields import NoteField, NumberField
from patients.forms.moments import MomentField
from patients.forms.numbers import Unreadable, is_unfinished, read_number, retyped
from patients.forms.remarks import Offer, Refusal
from patients.models.observations import MOST_CANONICAL
from patients.reading.bedside import Bedside, Last
from patients.words import wording

SAME_SAMPLE = timedelta(minutes=10)
"""Results of one analyte closer to each other than this may be the same one, typed again."""
LONGEST_UNIT = 30
"""Characters that the database keeps of a unit."""


def unit_choices(analyte: Analyte) -> list[tuple[str, str]]:
    """The listed units of this analyte, its own first; a form asks for no other spelling."""
    return [(unit, wording.unit_label(unit)) for unit in analyte.factors]


def is_kept(analyte: str, printed: str) -> bool:
    """Whether a unit as printed is one of this analyte and short enough to be stored."""
    return len(printed) <= LONGEST_UNIT and ANALYTES[analyte].factor(printed or None) is not None


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
        number = self._number_of(rest, "" if comparator == "=" else comparator)
        if number is None and comparator != "=":
            raise Refusal(f"{self.label}: type the number after {comparator}.")
        return None if number is None else TypedResult(comparator, number)

    def _number_of(self, text: str, sign: str) -> Decimal | None:
        """The number; where it can be read in several ways each is offered as one tap."""
        try:
            read_number(text, plausible=self.plausible)
        except Unreadable as unreadable:
            offers = [
                Offer.of(f"{sign} {plain_text(each)}".strip(), {f"{self.analyte}_value": typed})
                for each in unreadable.readings
                for typed in (f"{sign}{retyped(each)}",)
            ]
            if offers:
                raise Refusal(f"{self.label}: {unreadable}", offers=offers) from unreadable
        return self.to_python(text)


class UnitField(forms.ChoiceField):
    """The unit on the report. `printed` is one that a report brought and the list has not."""

    def __init__(self, analyte: str, printed: str = "") -> None:
        choices = [("", "unit"), *unit_choices(ANALYTES[analyte])]
        if printed not in ANALYTES[analyte].factors and is_kept(analyte, printed):
            choices.append((printed, wording.unit_label(printed)))
        label = f"Unit of {ANALYTES[analyte].label}"
        super().__init__(required=False, label=label, choices=choices)
        self.widget.attrs["aria-label"] = label


@dataclass(frozen=True, slots=True)
class LabLine:
    """One analyte on the form: its value and its unit."""

    value: forms.BoundField
    unit: forms.BoundField


class LabForm(RangesPart, ReportPart):
    """Several results of one sample, each with the unit of its report."""

    collected_at = MomentField("Collected")
    note = NoteField()

    def __init__(
        self, data: QueryDict | None = None, *, bedside: Bedside, saving: bool = False
    ) -> None:
        super().__init__(data, bedside=bedside)
        self.saving, self.usual = saving, usual_panel_of(bedside.course)
        self.initial["collected_at"] = bedside.now
        for analyte in ANALYTES:
            field = LabValueField(analyte)
            lab = self._lasts.get(analyte)
            if lab is not None:
                field.last = self._last_of(lab)
            self.fields[f"{analyte}_value"] = field
            printed = "" if data is None else data.get(f"{analyte}_unit", "")
            self.fields[f"{analyte}_unit"] = UnitField(analyte, printed)
            self.initial[f"{analyte}_unit"] = self.usual.unit_of(analyte)
        self.add_ranges()

    def open_lines(self) -> list[LabLine]:
        """The analytes of the ward, and every other one that has a value."""
        return [self._line(analyte) for analyte in ANALYTES if self._stands_open(analyte)]

    def more_lines(self) -> list[LabLine]:
        return [self._line(analyte) for analyte in ANALYTES if not self._stands_open(analyte)]

    def _stands_open(self, analyte: str) -> bool:
        is_typed = self.is_bound and bool(str(self.data.get(f"{analyte}_value", "")).strip())
        return analyte in self.usual.stands_open or is_typed

    def remark_fields(self) -> list[forms.BoundField]:
        values = [self[f"{analyte}_value"] for analyte in ANALYTES]
        return [self["report"], self["collected_at"], *values, *self.range_fields()]

    def same_ranges_offer(self) -> Offer | None:
        return self.same_ranges(self._lasts)

    def same_units(self) -> Offer | None:
        """One tap for the units of all last results where they are not chosen; it names each."""
        units = {
            analyte: listed
            for analyte, lab in self._lasts.items()
            if (listed := ANALYTES[analyte].listed(lab.unit)) is not None
            and listed != self.usual.unit_of(analyte)
        }
        if not units:
            return None
        units_in_words = ", ".join(
            f"{ANALYTES[key].label} {wording.unit_label(units[key])}"
            for key in ANALYTES
            if key in units
        )
        values = {f"{analyte}_unit": unit for analyte, unit in units.items()}
        return Offer.of(f"same units as last time: {units_in_words}", values)

    def row_uids(self) -> list[UUID]:
        return [uuid5(uid, analyte) for uid in super().row_uids() for analyte in ANALYTES]

    def rows(self) -> list[dict[str, Any]]:
        """The values of one result for each value typed, each with a uid of its own."""
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
        """Refuse a result without a unit or beyond its limits; show and ask about the others."""
        for analyte, typed in list(self._typed()):
            unit, defined = self.value(f"{analyte}_unit"), ANALYTES[analyte]
            if not unit:
                text = f"Choose the unit of {defined.label} {plain_text(typed.number)}."
                self.refuse(f"{analyte}_value", text)
                continue
            canonical = defined.canonical(typed.number, unit)
            if canonical is not None and not self._refuse_limits(analyte, typed, unit, canonical):
                self._show_and_ask(analyte, typed, unit, canonical)
        self._ask_about_stored()
        self.look_at_ranges()
        self.look_at_report()
        if self.saving and not self.errors and not list(self._typed()):
            self.add_error(None, "Nothing is entered yet. Type at least one result.")

    def _refuse_limits(
        self, analyte: str, typed: TypedResult, unit: str, canonical: Decimal
    ) -> bool:
        """Refuse a result that cannot be; true if it was refused.

        A result with < or > may lie beyond the limits. Units in which it could be are offered.
        """
        defined, number = ANALYTES[analyte], wording.number
        limits, own = defined.limits, wording.unit_label(defined.unit)
        is_beyond = typed.comparator == "=" and limits.refuses(canonical)
        if not is_beyond and round(canonical, 6) < MOST_CANONICAL:
            return False
        text = f"{defined.label} {number(typed.number)} {wording.unit_label(unit)}"
        if not is_beyond:
            text = f"{text} is too large to be a result."
        else:
            if canonical != typed.number:
                text = f"{text} = {number(_short(canonical))} {own}"
            low, high = number(limits.hard_low), number(limits.hard_high)
            text = f"{text} is outside {low}–{high} {own}."
        fits: dict[Decimal, Offer] = {}
        for other, label in unit_choices(defined):
            converted = defined.canonical(typed.number, other)
            if converted is not None and not limits.refuses(converted):
                offer = Offer.of(f"in {label}?", {f"{analyte}_unit": other})
                fits.setdefault(converted, offer)
        entered = str(self.data.get(f"{analyte}_value", ""))
        unfinished = is_beyond and is_unfinished(entered, limits.hard_low)
        text = f"{text} Check the number and the unit."
        refusal = Refusal(text, offers=fits.values(), unfinished=unfinished)
        self.add_error(f"{analyte}_value", refusal)
        return True

    def _show_and_ask(
        self, analyte: str, typed: TypedResult, unit: str, canonical: Decimal
    ) -> None:
        """Show the value in the analyte's own unit; ask about a value that is unlikely."""
        label, own = wording.unit_label(unit), wording.unit_label(ANALYTES[analyte].unit)
        result = f"{wording.number(typed.number)} {label}"
        if label != own:
            sign = "" if typed.comparator == "=" else f"{typed.comparator} "
            converted = f"{sign}{wording.number(_short(canonical))} {own}"
            self.show(f"{analyte}_value", f"{sign}{result} = {converted}")
        doubt = self._doubt(analyte, canonical, unit) if typed.comparator == "=" else ""
        if doubt:
            entered = str(self.data.get(f"{analyte}_value", ""))
            self.ask(
                f"{analyte}_value",
                f"{plain_text(typed.number)} {unit}",
                f"{ANALYTES[analyte].label} {result} {doubt}",
                yes=f"yes, {result} is right",
                offers=self._other_units(analyte, canonical, unit),
                unfinished=is_unfinished(entered, ANALYTES[analyte].limits.soft_low),
            )

    def _ask_about_stored(self) -> None:
        """Ask once about all results whose sample has one of the same analyte already."""
        at = self.value("collected_at")
        if at is None or self.value("status") == LabStatus.CORRECTED:
            return
        typed = {analyte for analyte, _ in self._typed()}
        stored = {
            lab.analyte: lab
            for lab in self.bedside.record.labs
            if lab.analyte in typed and abs(self.bedside.at(lab.elapsed) - at) < SAME_SAMPLE
        }
        if stored:
            lines = [
                f"{ANALYTES[lab.analyte].label} {last.text} of {last.clock}"
                for lab in stored.values()
                for last in (self._last_of(lab),)
            ]
            text = f"Stored already: {', '.join(lines)}. Store another result of this time?"
            about = " ".join(sorted(lab.uid for lab in stored.values()))
            self.ask_at_saving("collected_at", about, text, yes="store these too")

    def _other_units(self, analyte: str, canonical: Decimal, unit: str) -> list[Offer]:
        """Units in which the number would lie near the last result, each as one tap."""
        last = self._lasts.get(analyte)
        before = None if last is None or last.comparator != "=" else last.canonical_value
        if not canonical or not before:
            return []
        fitting = units_that_fit(analyte, canonical, unit, before)
        return [
            Offer.of(f"in {wording.unit_label(other)}?", {f"{analyte}_unit": other})
            for other in fitting
        ]

    def _doubt(self, analyte: str, canonical: Decimal, unit: str) -> str:
        """The doubt about a value in the analyte's own unit; empty where there is none."""
        wbc, wbc_unit = self.value("wbc_value"), self.value("wbc_unit") or None
        white_cells = None if wbc is None else ANALYTES["wbc"].canonical(wbc.number, wbc_unit)
        last, at = self._lasts.get(analyte), self.value("collected_at")
        before = None if last is None or last.comparator != "=" else last.canonical_value
        earlier = None
        if last is not None and before is not None and at is not None:
            earlier = Earlier(before, at - self.bedside.at(last.elapsed))
        doubt = doubt_about(analyte, canonical, unit, earlier, white_cells)
        question = " Is the unit right?" if doubt in ABOUT_THE_UNIT else ""
        if doubt == FAR_FROM_THE_LAST and earlier is not None:
            side = "before" if earlier.since >= timedelta(0) else "after"
            ago = wording.duration(abs(earlier.since))
            doubt = f"is far from {wording.number(earlier.value)} {ago} {side}"
        return f"{doubt}.{question}" if doubt else ""

    def _typed(self) -> Iterator[tuple[str, TypedResult]]:
        for analyte in ANALYTES:
            typed = self.value(f"{analyte}_value")
            if typed is not None:
                yield analyte, typed

    def _line(self, analyte: str) -> LabLine:
        return LabLine(self[f"{analyte}_value"], self[f"{analyte}_unit"])

    def _last_of(self, lab: Lab) -> Last:
        """A stored result as it stands beside its field."""
        text = wording.measured(lab.value, lab.comparator, lab.unit)
        return self.bedside.last_of(lab.value, text, lab.elapsed)

    @cached_property
    def _lasts(self) -> dict[str, Lab]:
        """The last result of each analyte."""
        record = self.bedside.record
        return {lab.analyte: lab for lab in record.labs if lab.elapsed <= self.bedside.elapsed}


def _short(number: Decimal) -> Decimal:
    """The number with at most four decimals, for reading only; the exact value is stored."""
    return number.quantize(Decimal("0.0001")) if number != number.to_integral_value() else number
