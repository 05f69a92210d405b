"""EASIX, s-EASIX and m-EASIX: endothelial indices before lymphodepletion and on Day 0, 1 and 3.

EASIX     LDH (U/L) × creatinine (mg/dL) / platelets (10*9/L)
s-EASIX   LDH (U/L) / platelets (10*9/L)
m-EASIX   LDH (U/L) × CRP (mg/dL) / platelets (10*9/L); CRP is stored in mg/L
Range     0 and up; log2 where above 0. One entry for each window that has any of the values.
Sources   formulas as in PMC8525234; windows Pennisi 2021; EASIX > 4.67 before lymphodepletion
          Korell 2022. For m-EASIX no cut-off is verified: none is shown.

Each entry takes the latest set of values that lie at most 24 h apart.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from grading.agents import DrugClass
from grading.engine.labs import (
    LabValue,
    NotUsed,
    labs_of,
    unused_cautions,
    unused_reasons,
    value_cautions,
)
from grading.engine.result import Met, Result, SystemGrades, to_json
from grading.engine.sentences import reason_to_json, trimmed, ward_word
from grading.engine.system import CourseSystem
from grading.local_rules import LocalRules
from grading.record import DAY, HOUR, Record, hours_of
from grading.rules.blood_counts.lymphodepletion import before_lymphodepletion
from grading.sources import EASIX_FORMULA, KORELL_2022, LOCAL, PENNISI_2021, Source

BEFORE = "before_lymphodepletion"
DAYS: dict[str, int] = {"day_0": 0, "day_1": 1, "day_3": 3}
EASIX_WINDOWS = (BEFORE, *DAYS)
CUT_OFF = Decimal("4.67")
MG_L_TO_MG_DL = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Index:
    """One of the three: how it is named, and the values multiplied over platelets."""

    key: str
    name: str
    standard: str
    year: int
    factors: tuple[str, ...]

    @property
    def analytes(self) -> tuple[str, ...]:
        return (*self.factors, "platelets")


EASIX = Index("easix", "EASIX", "Korell", 2022, ("ldh", "creatinine"))
S_EASIX = Index("s_easix", "s-EASIX", "Pennisi", 2021, ("ldh",))
M_EASIX = Index("m_easix", "m-EASIX", "Pennisi", 2021, ("ldh", "crp"))

Taken = dict[str, LabValue]


def compute(
    index: Index, record: Record, _graded: Mapping[str, SystemGrades], local: LocalRules
) -> Result | None:
    """One index of a course; None without any LDH, on which all three stand."""
    labs = labs_of(record)
    if not labs.of("ldh") and not labs.not_used(["ldh"]):
        return None
    entries = [
        entry
        for window in EASIX_WINDOWS
        if (entry := _entry(index, window, record, local)) is not None
    ]
    return Result(values={"entries": entries}) if entries else None


def _entry(index: Index, window: str, record: Record, local: LocalRules) -> dict[str, Any] | None:
    """The entry of one window; None where none of the values came in it."""
    came = _in_window(index, window, record, local)
    if not any(came.values.values()) and not came.not_used:
        return None
    entry: dict[str, Any] = {"window": window, "hour": None, "day": DAYS.get(window)}
    entry |= {"value": None, "log2": None}
    absent = [analyte for analyte, measured in came.values.items() if not measured]
    taken = _latest_set(came.values, local.easix_apart_hours * HOUR)
    reasons: list[Met] = []
    if taken:
        at = max(measured.elapsed for measured in taken.values())
        entry |= {"hour": hours_of(at), "day": record.day(at)}
        reasons = _valued(index, entry, taken, record)
    elif not absent:
        reasons = [Met(f"{index.key}_apart", 0, {"apart": local.easix_apart_hours})]
    elif never_came := came.without_any(absent):
        names = list(map(ward_word, never_came))
        reasons = [Met(f"{index.key}_missing", 0, {"absent": names})]
    not_used = came.not_used_beside(taken)
    entry["because"] = [met.facts() for met in (*reasons, *unused_reasons(not_used))]
    entry["cautions"] = [
        *came.cautions,
        *unused_cautions(not_used),
        *value_cautions(taken.values()),
    ]
    return entry


@dataclass(frozen=True, slots=True)
class InWindow:
    """The results of one window by analyte, and those of them that cannot be used."""

    values: dict[str, list[LabValue]]
    not_used: list[NotUsed]
    cautions: tuple[str, ...] = ()

    def without_any(self, analytes: Sequence[str]) -> list[str]:
        """Those analytes of which no result came at all."""
        came = {result.analyte for result in self.not_used}
        return [analyte for analyte in analytes if analyte not in came]

    def not_used_beside(self, taken: Taken) -> list[NotUsed]:
        """Those that would have been taken, as later ones than the values that were."""
        return [
            result
            for result in self.not_used
            if result.analyte not in taken or result.elapsed >= taken[result.analyte].elapsed
        ]


def _in_window(index: Index, window: str, record: Record, local: LocalRules) -> InWindow:
    if window == BEFORE:
        before = before_lymphodepletion(record, local)
        return InWindow(
            {analyte: before.values(analyte) for analyte in index.analytes},
            [result for analyte in index.analytes for result in before.not_used(analyte)],
            before.cautions,
        )
    day, labs = DAYS[window], labs_of(record)
    near = (day - 2) * DAY, (day + 2) * DAY  # a calendar day lies within, whatever the hour
    return InWindow(
        {
            analyte: [
                measured
                for measured in labs.between(analyte, *near)
                if record.day(measured.elapsed) == day
            ]
            for analyte in index.analytes
        },
        [result for result in labs.not_used(index.analytes, *near) if result.day == day],
    )


def _latest_set(values: Mapping[str, Sequence[LabValue]], apart: timedelta) -> Taken:
    """The latest set with one value of each, at most `apart` from first to last; else empty."""
    moments = sorted({measured.elapsed for several in values.values() for measured in several})
    for moment in reversed(moments):
        taken: Taken = {}
        for analyte, several in values.items():
            until = [measured for measured in several if measured.elapsed <= moment]
            if until:
                taken[analyte] = until[-1]
        if len(taken) < len(values):
            return {}
        if moment - min(measured.elapsed for measured in taken.values()) <= apart:
            return taken
    return {}


def _valued(index: Index, entry: dict[str, Any], taken: Taken, record: Record) -> list[Met]:
    """Put value and log2 into the entry; the reasons, or why there is no value."""
    values = {analyte: _shown(analyte, measured) for analyte, measured in taken.items()}
    if taken["platelets"].value == 0 and taken["platelets"].is_exact:
        return [Met(f"{index.key}_no_platelets", 0, values)]
    reasons = [Met(f"{index.key}_formula", 0, values)]
    bounds = [ward_word(analyte) for analyte, measured in taken.items() if not measured.is_exact]
    if bounds:
        reasons = [Met(f"{index.key}_bound", 0, {**values, "bounds": bounds})]
    else:
        factors = [taken[analyte].value for analyte in index.factors]
        if "crp" in index.factors:
            factors.append(MG_L_TO_MG_DL)
        value = math.prod(factors, start=Decimal(1)) / taken["platelets"].value
        entry["value"] = to_json(value)
        entry["log2"] = math.log2(value) if value > 0 else None
        if index is EASIX and entry["window"] == BEFORE and value > CUT_OFF:
            reasons.append(Met("easix_above_cut_off", 0, {"cut_off": CUT_OFF}))
    transfused = _transfused(record, taken["platelets"].elapsed)
    if transfused is not None:
        reasons.append(Met(f"{index.key}_transfused", 0, {"hours_before": hours_of(transfused)}))
    return reasons


def _shown(analyte: str, measured: LabValue) -> str:
    """A value as the formula takes it: CRP in mg/dL."""
    value = measured.value * (MG_L_TO_MG_DL if analyte == "crp" else 1)
    shortest = trimmed(Decimal(f"{value:.6g}"))
    return shortest if measured.is_exact else f"{measured.comparator} {shortest}"


def _transfused(record: Record, at: timedelta) -> timedelta | None:
    """Time from the last platelet transfusion to the count at `at`; None where more than 24 h."""
    given = [
        min(dose.ended or dose.elapsed, at)
        for dose in record.doses
        if dose.drug_class == DrugClass.TRANSFUSION_PLATELETS and dose.elapsed <= at
    ]
    return at - max(given) if given and at - max(given) <= DAY else None


def to_document(result: Result, sentences: Mapping[str, str]) -> list[dict[str, Any]]:
    """One entry for each window in the grades document, with its reasons in words."""
    return [
        {
            **{name: entry[name] for name in ("hour", "day", "window", "value", "log2")},
            "because": entry_because(entry, sentences),
            "cautions": list(entry.get("cautions", ())),
        }
        for entry in result.values["entries"]
    ]


def entry_because(entry: Mapping[str, Any], sentences: Mapping[str, str]) -> list[dict[str, Any]]:
    """The reasons of one entry in words, its cautions last; `sentences` are those of its index."""
    reasons = [reason_to_json(Met(**met), sentences) for met in entry["because"]]
    listed = {reason["text"] for reason in reasons}
    return reasons + [
        {"code": "easix_caution", "grade": 0, "saw": {}, "text": text}
        for text in entry.get("cautions", ())  # an earlier edition stored none
        if text not in listed
    ]


_FORMULAS = {
    "easix": "LDH {ldh} U/L × creatinine {creatinine} mg/dL / platelets {platelets} × 10⁹/L",
    "s_easix": "LDH {ldh} U/L / platelets {platelets} × 10⁹/L",
    "m_easix": "LDH {ldh} U/L × CRP {crp} mg/dL / platelets {platelets} × 10⁹/L",
}


def index_sentences(index: Index) -> dict[str, str]:
    """The reasons of one index in words, by code."""
    by_note = {
        "formula": _FORMULAS[index.key],
        "missing": "no value: {absent} not measured in this window",
        "apart": "no value: never all within {apart} h",
        "no_platelets": "no value: platelets are 0",
        "bound": f"no value: {{bounds}} only as a bound ({_FORMULAS[index.key]})",
        "transfused": "platelets transfused {hours_before} h before the count",
    }
    if index is EASIX:
        by_note["above_cut_off"] = (
            "above {cut_off}, the cut-off before lymphodepletion (Korell 2022): odds ratio 4.3 "
            "for CRS or ICANS of grade 3 or more"
        )
    return {f"{index.key}_{note}": text for note, text in by_note.items()}


def index_table(index: Index) -> tuple[tuple[str, ...], ...]:
    """Formula and windows for a reader."""
    formula = " × ".join(_UNITS[analyte] for analyte in index.factors)
    return (
        ("Formula", "Windows"),
        (f"{formula} / {_UNITS['platelets']}", "before lymphodepletion, Day 0, Day 1, Day 3"),
    )


_UNITS = {
    "ldh": "LDH (U/L)",
    "creatinine": "creatinine (mg/dL)",
    "crp": "CRP (mg/dL)",
    "platelets": "platelets (10⁹/L)",
}
_COMMON: tuple[tuple[str, Source], ...] = (
    ("Formula and units.", EASIX_FORMULA),
    ("Analyses use log2: both are shown.", KORELL_2022.at("methods")),
    ("Before lymphodepletion, as for CAR-HEMATOTOX; bridging ahead of it is named.", LOCAL),
    (
        (
            "Values of one entry lie at most 24 h apart; platelets of 0 give no value, a result "
            "that is only a bound gives none either; a platelet transfusion within 24 h is marked."
        ),
        LOCAL,
    ),
)
FOOTNOTES: dict[str, tuple[tuple[str, Source], ...]] = {
    "easix": (
        *_COMMON,
        (
            (
                "Above 4.67 before lymphodepletion: odds ratio 4.3 for CRS or ICANS of grade 3 "
                "or more. Told in words; it makes no grade."
            ),
            KORELL_2022.at("cut-off"),
        ),
    ),
    "s_easix": _COMMON,
    "m_easix": (
        *_COMMON,
        ("No verified cut-off: none is shown.", PENNISI_2021.at("cut-offs", "D")),
    ),
}
SOURCES = {"easix": KORELL_2022, "s_easix": PENNISI_2021, "m_easix": PENNISI_2021}

INDEX_SYSTEMS = tuple(
    CourseSystem(
        key=index.key,
        toxicity="risk",
        name=index.name,
        standard=index.standard,
        year=index.year,
        compute=partial(compute, index),
        to_document=to_document,
        nothing=[],
        sentences=index_sentences(index),
        table=index_table(index),
        footnotes=FOOTNOTES[index.key],
        source=SOURCES[index.key],
    )
    for index in (EASIX, S_EASIX, M_EASIX)
)
