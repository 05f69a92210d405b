"""The form that corrects the results of one sample; those that stay as they were are left alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from grading.vocabulary import ANALYTES
from patients.entry.corrections.kept_values import (
    NOTHING_CHANGED,
    is_changed,
    moment_as_stored,
    offer_stored,
)
from patients.entry.laboratory.lab_form import LabForm, LabLine
from patients.entry.laboratory.lab_ranges_form import ENDS, RANGE_ASKED, RangeLine
from patients.forms.numbers import retyped
from patients.models import LabResult
from patients.reading.bedside import Bedside
from patients.words import wording

SHARED = ("fasting", "status", "specimen", "note")
"""What the results of one sample have in common, beside its time."""


def sample_of(row: LabResult) -> list[LabResult]:
    """The results that count and that one form corrects together with this one, itself first."""
    alike = {name: getattr(row, name) for name in ("course", "collected_at", *SHARED)}
    others = LabResult.objects.live().filter(**alike).exclude(pk=row.pk).order_by("pk")
    sample = {row.analyte: row}
    for other in others:
        sample.setdefault(other.analyte, other)
    return [sample[analyte] for analyte in ANALYTES if analyte in sample]


class LabCorrectionForm(LabForm):
    """The form of the results that replace `olds`. `rows` names those that the page showed."""

    rows_shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        bedside: Bedside,
        olds: Sequence[LabResult],
        saving: bool = False,
    ) -> None:
        super().__init__(data, bedside=bedside, saving=saving)
        self.olds = {old.analyte: old for old in olds}
        for analyte in ANALYTES:
            if analyte not in self.olds:
                del self.fields[f"{analyte}_value"], self.fields[f"{analyte}_unit"]
        first = olds[0]
        self.initial["rows_shown"] = " ".join(str(old.uid) for old in olds)
        self.initial["collected_at"] = first.collected_at
        for name in SHARED:
            self.initial[name] = getattr(first, name)
        for analyte, old in self.olds.items():
            sign = "" if old.comparator == "=" else f"{old.comparator} "
            self.initial[f"{analyte}_value"] = f"{sign}{retyped(old.value.normalize())}"
            offer_stored(self, f"{analyte}_unit", old.unit)
            if analyte in RANGE_ASKED:
                for end in ENDS:
                    self.initial[f"{analyte}_{end}"] = getattr(old, f"{end}_limit")
        if data is None:
            self.fields[f"{first.analyte}_value"].widget.attrs["autofocus"] = True

    def ask(self, name: str, about: str, text: str, **more: Any) -> None:
        """Nothing is asked again about a result that stays as it was."""
        corrected = {old.analyte: values for old, values in self.corrected()}
        old = self.olds.get(name.removesuffix("_value"))
        if old is not None:
            asked_about = ("value", "unit", "comparator", "collected_at")
            values = corrected.get(old.analyte, {})
            if not is_changed(old, {each: values[each] for each in asked_about if each in values}):
                self.confirm(name, about)
        super().ask(name, about, text, **more)

    def lines(self) -> list[LabLine]:
        """The results of the sample, in the order of every laboratory list."""
        return [self._line(analyte) for analyte in self.olds]

    def range_lines(self) -> list[RangeLine]:
        return [
            RangeLine(ANALYTES[analyte].label, self[f"{analyte}_lower"], self[f"{analyte}_upper"])
            for analyte in self.olds
            if analyte in RANGE_ASKED
        ]

    def range_fields(self) -> list[forms.BoundField]:
        return [self[f"{analyte}_upper"] for analyte in self.olds if analyte in RANGE_ASKED] + [
            self["fasting"]
        ]

    def remark_fields(self) -> list[forms.BoundField]:
        values = [self[f"{analyte}_value"] for analyte in self.olds]
        return [self["collected_at"], *values, *self.range_fields()]

    def corrected(self) -> list[tuple[LabResult, dict[str, Any]]]:
        """Each result that is changed, with the values of the one in its place, but for its uid."""
        at = moment_as_stored(self.value("collected_at"), self.initial["collected_at"])
        shared = {"collected_at": at, "note": self.value("note") or ""}
        pairs = []
        for analyte, typed in self._typed():
            old, ranges = self.olds[analyte], self.range_of(analyte)
            if analyte not in RANGE_ASKED:
                ranges |= {f"{end}_limit": getattr(old, f"{end}_limit") for end in ENDS}
            values = {
                **shared,
                "value": typed.number,
                "comparator": typed.comparator,
                "unit": self.value(f"{analyte}_unit") or None,
                **ranges,
            }
            if is_changed(old, values):
                pairs.append((old, values | {"analyte": analyte}))
        return pairs

    def clean(self) -> None:
        for analyte, old in self.olds.items():
            name = f"{analyte}_value"
            if self.value(name) is None and name not in self.errors:
                was = wording.measured(old.value, old.comparator, old.unit)
                text = f"It was {was}. A result that does not belong here is struck out."
                self.refuse(name, text)
        super().clean()
        if self.saving and not self.errors and not self.corrected():
            self.add_error(None, NOTHING_CHANGED)
