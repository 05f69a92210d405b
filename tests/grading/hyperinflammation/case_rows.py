"""Reads the cases of the hyperinflammation tables: a row a moment, a finding a column."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any, NamedTuple

from grading.record import Baseline, Event, Findings, Lab, Record
from grading.vocabulary import ANALYTES
from tests.grading.hyperinflammation.hyper_cases import crs, hours
from tests.grading.rules.case_files import CASES

SYSTEMS = ("iec_hs", "cartox_hlh", "hlh_2004", "h_score")
YES_NO = {"yes": True, "no": False, "": None}
MARROW = {"yes": True, "no": False, "not reported": None}
ANSWERS = {
    "fever": "fever",
    "enlarged spleen": "splenomegaly",
    "enlarged liver": "hepatomegaly",
    "low NK activity": "nk_activity_low",
    "coagulopathy treated": "coagulopathy_treated",
}
TOXICITY = " toxicity grade"

Row = dict[str, str]


class Case(NamedTuple):
    """A course, the item of one system that is looked at, and what it must be."""

    name: str
    system: str
    record: Record
    item: str
    expect: str


def cases() -> list[Case]:
    """The cases of every system, in the order of its file."""
    return [case for system in SYSTEMS for case in cases_of(system)]


def cases_of(system: str) -> list[Case]:
    with (CASES / f"{system}.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    return [
        Case(name, system, record_of(rows), rows[0]["item"], rows[0]["expect"])
        for name, group in groupby(table, lambda row: row["case"])
        if (rows := list(group))
    ]


def record_of(rows: Sequence[Row]) -> Record:
    """The course of one case; what belongs to the whole course stands in its first row."""
    first = rows[0]
    return Record(
        age_years=Decimal(first.get("age in years") or 50),
        baseline=Baseline(
            ferritin_ng_ml=number(first.get("baseline ferritin ng/mL", "")),
            immunosuppressed=YES_NO[first.get("immunosuppressed", "")],
            oxygen_device=first.get("usual oxygen device") or None,
            oxygen_flow_l_min=number(first.get("usual oxygen L/min", "")),
            home_cpap=YES_NO[first.get("CPAP at home", "")],
        ),
        findings=tuple(findings for row in rows for findings in findings_in(row)),
        labs=tuple(lab for row in rows for lab in labs_in(row)),
        events=tuple(event for row in rows for event in marrow_in(row)),
    )


def marrow_in(row: Row) -> list[Event]:
    """Hemophagocytosis by itself, and a marrow that has it, has none or does not say."""
    at = hours(float(row["hour"]))
    by_itself = row.get("hemophagocytosis") == "yes"
    marrow = row.get("marrow with hemophagocytosis")
    return [
        *([Event(at, "hemophagocytosis")] if by_itself else []),
        *([Event(at, "marrow", hemophagocytosis=MARROW[marrow])] if marrow else []),
    ]


def findings_in(row: Row) -> list[Findings]:
    """The assessment of the CRS grade in a row, and that of its other signs."""
    hour = float(row["hour"])
    graded = [crs(hour, row["CRS grade"])] if row.get("CRS grade") else []
    signs = signs_in(row)
    return [*graded, Findings(hours(hour), f"{hour:08.2f} signs", **signs)] if signs else graded


def signs_in(row: Row) -> dict[str, Any]:
    """The fields of `Findings` that a row fills."""
    organs = {
        column.removesuffix(TOXICITY): int(cell)
        for column, cell in row.items()
        if cell and column.endswith(TOXICITY)
    }
    signs: dict[str, Any] = {
        **{field: YES_NO[row.get(column, "")] for column, field in ANSWERS.items()},
        "temperature_c": number(row.get("temperature °C", "")),
        "oxygen_device": row.get("oxygen device") or None,
        "oxygen_flow_l_min": number(row.get("oxygen L/min", "")),
        "positive_pressure_for": row.get("positive pressure for") or None,
        "spo2_percent": number(row.get("saturation %", "")),
        "attribution": {"hypoxia": row["hypoxia put down to"]}
        if row.get("hypoxia put down to")
        else None,
        "other_neuro": tuple(row["neurologic sign"].split())
        if row.get("neurologic sign")
        else None,
        "organ_toxicity": organs or None,
    }
    return {field: value for field, value in signs.items() if value is not None}


def labs_in(row: Row) -> list[Lab]:
    return [
        lab_in(column.split()[0], cell, row)
        for column, cell in row.items()
        if cell and is_result(column)
    ]


def is_result(column: str) -> bool:
    """Whether a column holds results of an analyte, which its name then gives with the unit."""
    analyte, _, unit = column.partition(" ")
    if analyte not in ANALYTES or unit.endswith(("limit", TOXICITY.strip())):
        return False
    canonical = ANALYTES[analyte].unit
    assert unit == ("" if canonical.startswith("{") else canonical.replace("10*9", "10⁹")), column
    return True


def lab_in(analyte: str, cell: str, row: Row) -> Lab:
    """A result, its limits and whether it was fasting: `600`, `>40000`, `1.4 g/L`."""
    value, _, unit = cell.partition(" ")
    sign = value[0] if value[0] in "<>" else "="
    return Lab(
        hours(float(row["hour"])),
        analyte,
        Decimal(value.removeprefix(sign)),
        sign,
        unit or ANALYTES[analyte].unit,
        upper_limit=number(row.get(f"{analyte} upper limit", "")),
        lower_limit=number(row.get(f"{analyte} lower limit", "")),
        fasting=YES_NO[row.get("fasting", "")] if analyte == "triglycerides" else None,
    )


def number(cell: str) -> Decimal | None:
    return Decimal(cell) if cell else None
