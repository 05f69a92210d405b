"""Reads `cases/*.csv`: the published tables and traps as courses with what they must give."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

from grading.engine.result import Result
from grading.record import Adjudication, Baseline, Dose, Findings, Record

CASES = Path(__file__).parents[1] / "cases"
NORMAL_CRS = {
    "temp": "37.0",
    "hypotension": "no",
    "vasopressors": "none",
    "device": "room_air",
}
NORMAL_ICANS = {
    "ice": "10",
    "consciousness": "spontaneous",
    "seizure": "none",
    "motor": "none",
    "icp": "none",
}


@dataclass
class Case:
    """One course with the result expected at each of its assessments."""

    name: str
    record: Record
    expected: list[str] = field(default_factory=list)
    missing: list[list[str]] = field(default_factory=list)


def cases(name: str) -> list[Case]:
    """The cases of one file, in its order."""
    with (CASES / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [_case(title, list(group)) for title, group in groupby(rows, lambda row: row["case"])]


def described(result: Result) -> str:
    """A result in the words of the `expect` column."""
    text = f"{'>=' if result.at_least else ''}{stands_for(result)}"
    return f"rev {text}" if result.review else text


def described_in_full(result: Result) -> str:
    """As `described`, with the grade with every sign counted, and whether that is confirmed."""
    if result.if_all_counted is None:
        return described(result)
    confirmed = " confirmed" if result.is_confirmed else ""
    return f"{described(result)} all {result.if_all_counted}{confirmed}"


def stands_for(result: Result) -> str:
    """The grade, the range that an ambiguous text allows, or "null"."""
    if result.low is not None:
        assert result.grade is None
        return f"{result.low}-{result.high}"
    number = result.would_be if result.review else result.grade
    return "null" if number is None else str(number)


def _case(title: str, rows: list[dict[str, str]]) -> Case:
    read = _crs if "temp" in rows[0] else _icans
    patient = " ".join(row["patient"] for row in rows)
    record = Record(
        **about_patient(patient),
        findings=tuple(read(row, index) for index, row in enumerate(rows)),
        doses=tuple(dose for row in rows for dose in _doses(row.get("doses", ""))),
        adjudications=tuple(each for row in rows for each in _decisions(row.get("decisions", ""))),
    )
    assert [f.uid for f in record.findings] == sorted(f.uid for f in record.findings), title
    return Case(
        title,
        record,
        [row["expect"] for row in rows],
        [[item for item in row["missing"].split(";") if item] for row in rows],
    )


def about_patient(text: str) -> dict[str, Any]:
    words = dict(word.partition("=")[::2] for word in text.split())
    age = words.get("age", "40")
    number = {key: Decimal(words[key]) for key in ("sbp", "flow", "spo2") if key in words}
    later = [timedelta(hours=float(words["later"]))] if "later" in words else []
    return {
        "age_years": None if age == "?" else Decimal(age),
        "developmental_delay": True if "delay" in words else None,
        "later_infusions": tuple(later),
        "baseline": Baseline(
            systolic_mmhg=number.get("sbp"),
            oxygen_device=words.get("device"),
            oxygen_flow_l_min=number.get("flow"),
            spo2_percent=number.get("spo2"),
            home_cpap=True if "home_cpap" in words else None,
            capd_total=int(words["capd"]) if "capd" in words else None,
        ),
    }


_DOSE = re.compile(
    r"(?P<agent>\w+)(\((?P<amount>[\d.]+) (?P<unit>[^)]+)\))?"
    r"@(?P<start>-?[\d.]+)(-(?P<end>[\d.]*))?"
)


def _doses(text: str) -> list[Dose]:
    doses = []
    for item in filter(None, text.split(";")):
        match = _DOSE.fullmatch(item)
        assert match, item
        ended = _hours(match["end"]) if match["end"] else None
        amount, unit = _decimal(match["amount"]), match["unit"]
        doses.append(Dose(_hours(match["start"]), match["agent"], "", amount, unit, ended=ended))
    return doses


_DECISION = re.compile(r"(?P<word>\w+) (?P<sign>\w+)@(?P<at>[\d.]+)( from (?P<start>[\d.]+))?")


def _decisions(text: str) -> list[Adjudication]:
    decisions = []
    for item in filter(None, text.split(";")):
        match = _DECISION.fullmatch(item)
        assert match, item
        start = _hours(match["start"]) if match["start"] else None
        decisions.append(
            Adjudication(_hours(match["at"]), match["word"], match["sign"], None, start)
        )
    return decisions


@dataclass
class AssessmentCase:
    """One assessment with what each of several systems says: the grade, then what is missing."""

    name: str
    record: Record
    expected: dict[str, str]


def grade_and_missing(result: Result) -> str:
    """A result as the cases of the older scales have it: `>=1 [organ toxicity]`."""
    missing = ";".join(result.missing)
    return f"{described(result)} [{missing}]" if missing else described(result)


def _hours(text: str) -> timedelta:
    return timedelta(hours=float(text))


def value_in(row: dict[str, str], name: str, normal: dict[str, str]) -> str | None:
    value = row[name] or normal.get(name, "?")
    return None if value == "?" else value


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def words_in(text: str | None) -> tuple[str, ...] | None:
    if text is None:
        return None
    return () if text == "none" else tuple(text.split(";"))


def pairs_in(text: str) -> dict[str, str]:
    return dict(item.partition("=")[::2] for item in text.split(";") if item)


def _crs(row: dict[str, str], index: int) -> Findings:
    value = {name: value_in(row, name, NORMAL_CRS) for name in row}
    fever = {"fever": True, "no fever": False}.get(value["temp"] or "")
    return Findings(
        timedelta(hours=float(row["hour"])),
        str(index),
        temperature_c=None if fever is not None else _decimal(value["temp"]),
        fever=fever,
        systolic_mmhg=_decimal(value["sbp"]),
        diastolic_mmhg=_decimal(value["dbp"]),
        spo2_percent=_decimal(value["spo2"]),
        hypotension={"yes": True, "no": False}.get(value["hypotension"] or ""),
        vasopressors=words_in(value["vasopressors"]),
        oxygen_device=value["device"],
        oxygen_flow_l_min=_decimal(value["flow"]),
        positive_pressure_for=value["for"],
        attribution=pairs_in(row["attribution"]),
        attribution_confirmed=True if row.get("signed") == "physician" else None,
    )


def _icans(row: dict[str, str], index: int) -> Findings:
    value = {name: value_in(row, name, NORMAL_ICANS) for name in row}
    not_done = row["not_done"].removeprefix("capd ") or None
    is_capd = row["not_done"].startswith("capd ")
    scored = None if not_done and not is_capd else value["ice"]
    items = {key: int(points) for key, points in pairs_in(scored or "").items() if points}
    names = ("year", "month", "city", "hospital", "naming", "command", "writing", "attention")
    return Findings(
        timedelta(hours=float(row["hour"])),
        str(index),
        ice={name: items.get(name) for name in names} if items else None,
        ice_total=None if items or scored is None else int(scored),
        ice_not_done=None if is_capd else not_done,
        capd_total=None if value["capd"] is None else int(value["capd"]),
        capd_not_done=not_done if is_capd else None,
        consciousness=value["consciousness"],
        seizure=value["seizure"],
        motor=value["motor"],
        icp=words_in(value["icp"]),
        other_neuro=words_in(row["other_neuro"] or None),
        attribution=pairs_in(row["attribution"]),
    )
