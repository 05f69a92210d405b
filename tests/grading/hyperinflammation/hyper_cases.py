"""Courses for tests in Python, written in a few words.

`ferritin=900`, `ferritin>40000`, `fibrinogen=1.4g/L`, `ferritin=80@-2` (hour -2; 100 unless said);
`uln:ast=40`, `lln:fibrinogen=200` for every result of an analyte; `crs=2@48,1@96` for assessments
that come out as these CRS grades; `baseline=400` is the ferritin before.
"""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

from grading.engine.result import Result
from grading.local_rules import DEFAULT, LocalRules
from grading.record import Baseline, Dose, Event, Findings, Lab, Record
from grading.rules.systems import grade_course, grade_record
from grading.vocabulary import ANALYTES

NOW = 100
_WORD = re.compile(
    rf"(?P<name>{'|'.join(ANALYTES)})(?P<sign>[=<>])(?P<value>-?[\d.]+)(?P<unit>[a-zA-Z/*]+)?(@(?P<hour>-?[\d.]+))?"
)
_YES_NO = {
    "spleen": "splenomegaly",
    "liver": "hepatomegaly",
    "nk_low": "nk_activity_low",
    "fever": "fever",
    "treated": "coagulopathy_treated",
}


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def crs(hour: float, grade: str) -> Findings:
    """An assessment that comes out as this CRS grade; ">=1" without hypotension known."""
    signs: dict[str, Any] = {
        "temperature_c": Decimal("38.5"),
        "hypotension": False,
        "vasopressors": (),
        "oxygen_device": "room_air",
    }
    other: dict[str, dict[str, Any]] = {
        "0": {"temperature_c": Decimal(37)},
        "1": {},
        "2": {"hypotension": True},
        "3": {"hypotension": True, "vasopressors": ("norepinephrine",)},
        "4": {"hypotension": True, "vasopressors": ("norepinephrine", "epinephrine")},
        ">=1": {"hypotension": None, "vasopressors": None},
        "?": {"temperature_c": None},
    }
    return Findings(hours(hour), f"{hour:08.2f}", **{**signs, **other[grade]})


def course(given: str) -> Record:
    """A course from words: labs and signs at hour 100 unless `@hour` says otherwise."""
    words = [word.partition("=")[::2] for word in given.split()]
    values = {name: value for name, value in words if not _is_lab(name)}
    labs = [_lab(match) for word in given.split() if (match := _WORD.fullmatch(word))]
    for lab in labs:
        _set_limits(lab, values)
    ferritin = values.get("baseline")
    return Record(
        age_years=Decimal(values.get("age", 50)),
        baseline=Baseline(
            ferritin_ng_ml=None if ferritin is None else Decimal(ferritin),
            immunosuppressed={"yes": True, "no": False}.get(values.get("immunosuppressed", "")),
            oxygen_device=values.get("usual_device"),
        ),
        findings=(*_earlier(values), *_signs(values)),
        labs=tuple(labs),
        events=tuple(
            Event(hours(float(values[kind] or NOW)), kind)
            for kind in ("hemophagocytosis", "iec_hs")
            if kind in values
        ),
    )


def _is_lab(name: str) -> bool:
    return re.split("[<>@]", name)[0] in ANALYTES


def _set_limits(lab: Lab, values: dict[str, str]) -> None:
    upper, lower = values.get(f"uln:{lab.analyte}"), values.get(f"lln:{lab.analyte}")
    lab.upper_limit = None if upper is None else Decimal(upper)
    lab.lower_limit = None if lower is None else Decimal(lower)
    lab.fasting = {"yes": True, "no": False}.get(values.get(f"fasting:{lab.analyte}", ""))


def _earlier(values: dict[str, str]) -> list[Findings]:
    """What was found before hour 100, and the course of CRS."""
    findings = [
        crs(float(at), grade) for grade, at in map(_at, values.get("crs", "").split(",")) if at
    ]
    if "spleen_before" in values:
        findings.append(
            Findings(hours(-24), "before", splenomegaly=values["spleen_before"] == "yes")
        )
    return findings


def _signs(values: dict[str, str]) -> list[Findings]:
    signs: dict[str, Any] = {
        field: values[name] == "yes" for name, field in _YES_NO.items() if name in values
    }
    organs = {
        name.removeprefix("organ:"): int(grade)
        for name, grade in values.items()
        if name.startswith("organ:")
    }
    if "temp" in values:
        signs["temperature_c"] = Decimal(values["temp"])
    if "device" in values:
        signs["oxygen_device"] = values["device"]
    if "neuro" in values:
        signs["other_neuro"] = tuple(filter(None, values["neuro"].split(",")))
    if organs:
        signs["organ_toxicity"] = organs
    return [Findings(hours(NOW), "~", **signs)] if signs else []


def _at(text: str) -> tuple[str, str]:
    """`2@48`: the grade and its hour."""
    grade, _, at = text.partition("@")
    return grade, at


def _at_hour(text: str | None) -> timedelta:
    return hours(NOW if text is None else float(text))


def _lab(match: re.Match[str]) -> Lab:
    unit = match["unit"] or ANALYTES[match["name"]].unit
    return Lab(_at_hour(match["hour"]), match["name"], Decimal(match["value"]), match["sign"], unit)


def anakinra(*at: float) -> tuple[Dose, ...]:
    return tuple(Dose(hours(hour), "anakinra") for hour in at)


def of_course(record: Record, local: LocalRules = DEFAULT) -> dict[str, Result]:
    """What every course-level system says."""
    return grade_course(record, grade_record(record, local), local)
