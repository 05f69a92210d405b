"""The fields of the laboratory's own limits of normal and of fasting, in a fold; all are optional.

A rule that asks for "times the upper limit" uses these limits instead of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from grading.record import Lab
from grading.vocabulary import ANALYTES, LabStatus, Specimen, Word
from patients.forms.course_form import CourseForm
from patients.forms.fields import NumberField, TriStateField
from patients.forms.numbers import retyped
from patients.forms.remarks import Offer
from patients.words import wording

RANGE_ASKED = (
    "ferritin",
    "ldh",
    "ast",
    "alt",
    "bilirubin_total",
    "creatinine",
    "fibrinogen",
    "triglycerides",
    "platelets",
    "d_dimer",
    "sil2r",
    "troponin_t",
    "troponin_i",
    "hs_troponin_t",
)
"""Analytes that some rule compares with a limit of normal."""

ENDS = {"lower": "lower limit", "upper": "upper limit"}


class LimitField(NumberField):
    """One end of a normal range, in the unit of the value that it belongs to."""

    def __init__(self, analyte: str, end: str) -> None:
        super().__init__(required=False, label=f"{ANALYTES[analyte].label}, {ENDS[end]}")
        self.widget.attrs["aria-label"] = self.label
        self.widget.attrs["placeholder"] = end


def _word_field(label: str, words: type[Word], where_empty: str) -> forms.ChoiceField:
    """A word of the whole sample; `where_empty` is what an open choice means."""
    choices = [("", where_empty), *((word.value, word.label) for word in words)]
    return forms.ChoiceField(required=False, label=label, choices=choices)


@dataclass(frozen=True, slots=True)
class RangeLine:
    """One analyte in the fold: both ends of its range."""

    label: str
    lower: forms.BoundField
    upper: forms.BoundField


class RangesPart(CourseForm):
    """Normal ranges beside the results of one sample."""

    def add_ranges(self) -> None:
        for analyte in RANGE_ASKED:
            for end in ENDS:
                self.fields[f"{analyte}_{end}"] = LimitField(analyte, end)
        self.fields["fasting"] = TriStateField(
            "Fasting", help_text="for triglycerides; of the whole sample"
        )
        self.fields["status"] = _word_field(
            "Status of the results", LabStatus, "not stated, taken as final"
        )
        self.fields["specimen"] = _word_field("Doubt about the specimen", Specimen, "none")

    def range_lines(self) -> list[RangeLine]:
        return [
            RangeLine(ANALYTES[analyte].label, self[f"{analyte}_lower"], self[f"{analyte}_upper"])
            for analyte in RANGE_ASKED
        ]

    def has_ranges(self) -> bool:
        """Whether the fold stands open: a limit or the fasting state is typed or refused."""
        names = [f"{analyte}_{end}" for analyte in RANGE_ASKED for end in ENDS]
        return self.is_used("fasting", "status", "specimen", *names)

    def range_fields(self) -> list[forms.BoundField]:
        """The fields that have a place for remarks on the page."""
        return [self[f"{analyte}_upper"] for analyte in RANGE_ASKED] + [self["fasting"]]

    def range_of(self, analyte: str) -> dict[str, Any]:
        """The limits and the fasting state that are stored beside the value of this analyte."""
        return {
            "lower_limit": self.value(f"{analyte}_lower"),
            "upper_limit": self.value(f"{analyte}_upper"),
            "fasting": self.value("fasting"),
            "status": self.value("status") or None,
            "specimen": self.value("specimen") or None,
        }

    def look_at_ranges(self) -> None:
        """Refuse a range without a value, and limits that are not in order."""
        for analyte in RANGE_ASKED:
            lower, upper = self.value(f"{analyte}_lower"), self.value(f"{analyte}_upper")
            if lower is None and upper is None:
                continue
            label = ANALYTES[analyte].label
            if f"{analyte}_value" not in self.errors and self.value(f"{analyte}_value") is None:
                self.refuse(
                    f"{analyte}_upper", f"Type the value of {label} that this range belongs to."
                )
            elif upper is not None and upper <= 0:
                self.refuse(f"{analyte}_upper", f"{label}: an upper limit is above 0.")
            elif lower is not None and upper is not None and lower >= upper:
                self.refuse(f"{analyte}_upper", f"{label}: the upper limit is above the lower one.")

    def same_ranges(self, lasts: Mapping[str, Lab]) -> Offer | None:
        """One tap for the ranges of the last results, with the units they were sent in."""
        values: dict[str, str] = {}
        ranges: list[str] = []
        for analyte in RANGE_ASKED:
            lab = lasts.get(analyte)
            normal = "" if lab is None else wording.normal_range(lab.lower_limit, lab.upper_limit)
            if lab is None or not normal:
                continue
            for end, limit in (("lower", lab.lower_limit), ("upper", lab.upper_limit)):
                values[f"{analyte}_{end}"] = "" if limit is None else retyped(limit)
            listed = ANALYTES[analyte].listed(lab.unit)
            if listed is not None:
                values[f"{analyte}_unit"] = listed
            ranges.append(f"{ANALYTES[analyte].label} {normal} {lab.unit or ''}".strip())
        label = f"same ranges as last time: {', '.join(ranges)}"
        return Offer.of(label, values) if ranges else None
