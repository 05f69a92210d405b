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
from grading.record import Baseline, Dose, Findings, Record

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
        **_patient(patient),
        findings=tuple(read(row, index) for index, row in enumerate(rows)),
        doses=tuple(dose for row in rows for dose in _doses(row.get("doses", ""))),
    )
    assert [f.uid for f in record.findings] == sorted(f.uid for f in record.findings), title
    return Case(
        title,
        record,
        [row["expect"] for row in rows],
        [[item for item in row["missing"].split(";") if item] for row in rows],
    )


def _patient(text: str) -> dict[str, Any]:
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


_DOSE = re.compile(r"(?P<agent>\w+)@(?P<start>-?[\d.]+)(-(?P<end>[\d.]*))?")


def _doses(text: str) -> list[Dose]:
    doses = []
    for item in filter(None, text.split(";")):
        found = _DOSE.fullmatch(item)
        assert found, item
        ended = _hours(found["end"]) if found["end"] else None
        doses.append(Dose(_hours(found["start"]), found["agent"], ended=ended))
    return doses


OLDER = {
    "lee": "crs_lee_2014",
    "penn": "crs_penn_2018",
    "mskcc": "crs_mskcc_2018",
    "cartox": "crs_cartox_2018",
    "ctcae403": "crs_ctcae_4_03",
    "ctcae5": "crs_ctcae_5_0",
}
LAB_ORGANS = ("transaminases", "bilirubin", "creatinine")


@dataclass
class OlderCase:
    """One assessment with what each older CRS system says: the grade, then what is missing."""

    name: str
    record: Record
    expected: dict[str, str]


def older_cases() -> list[OlderCase]:
    """The cases of `crs_older.csv`, each with one expectation for each system."""
    with (CASES / "crs_older.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        OlderCase(row["case"], _older(row), {key: row[name] for name, key in OLDER.items()})
        for row in rows
    ]


NEURO = {"cres": "cres_cartox_2018", "ctcae403": "seizure_ctcae_4_03"}


def neuro_cases() -> list[OlderCase]:
    """The cases of `neuro_older.csv`: CRES and the seizure grade of CTCAE."""
    with (CASES / "neuro_older.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        OlderCase(row["case"], _neuro(row), {key: row[name] for name, key in NEURO.items()})
        for row in rows
    ]


def _neuro(row: dict[str, str]) -> Record:
    items = _cartox_items(row["cartox"] or "10")
    head = items.pop("head", None)
    not_done = row["not_done"] or None
    capd = (not_done or "").startswith("capd ")
    answer = {"yes": True, "no": False, "?": None}
    findings = Findings(
        timedelta(hours=float(row["hour"] or 60)),
        ice=dict(items) if items else None,
        head_of_government=head,
        ice_total=int(row["ice_total"]) if row["ice_total"] else None,
        ice_not_done=None if capd else not_done,
        capd_not_done=not_done.removeprefix("capd ") if not_done and capd else None,
        capd_total=int(row["capd"]) if row["capd"] else None,
        consciousness=_known(row, "consciousness", NORMAL_ICANS),
        seizure=_known(row, "seizure", NORMAL_ICANS),
        seizure_kind=row["kind"] or None,
        seizure_multiple=answer[row["several"] or "?"],
        motor=_known(row, "motor", NORMAL_ICANS),
        icp=_words(_known(row, "icp", NORMAL_ICANS)),
        papilledema_stage=int(row["stage"]) if row["stage"] else None,
        csf_opening_mmhg=Decimal(row["csf"]) if row["csf"] else None,
        other_neuro=_words(row["other_neuro"] or None),
        attribution=_attribution(row["attribution"]),
    )
    return Record(**_patient(row["patient"]), findings=(findings,))


def _cartox_items(text: str) -> dict[str, int]:
    """Items by name, or as many points as the number says; the command is always obeyed."""
    if text == "?":
        return {}
    if "=" in text:
        return {item: int(points) for item, points in _attribution(text).items()}
    left, items = int(text), {"command": 1}
    for item in ("head", "year", "month", "city", "hospital", "naming", "writing", "attention"):
        items[item] = min(left, 3 if item == "naming" else 1)
        left -= items[item]
    return items


def told(result: Result) -> str:
    """A result as `crs_older.csv` has it: `>=1 [organ toxicity]`."""
    missing = ";".join(result.missing)
    return f"{described(result)} [{missing}]" if missing else described(result)


def _older(row: dict[str, str]) -> Record:
    more = dict(item.partition("=")[::2] for item in row["more"].split(";") if item)
    listed = row["vasopressors"].split(";") if row["vasopressors"] else []
    rates = dict(item.partition("=")[::2] for item in listed)
    cause = more.pop("attribution", "")
    words = dict(word.partition("=")[::2] for word in row["patient"].split())
    weight = words.get("weight", "70")
    answer = {"yes": True, "no": False, "?": None}
    findings = Findings(
        timedelta(hours=60),
        temperature_c=None if row["temp"] == "?" else Decimal(row["temp"]),
        spo2_percent=Decimal(row["spo2"]) if row["spo2"] else None,
        hypotension=answer[row["hypotension"] or "no"],
        vasopressors=None if listed == ["?"] else tuple(sorted(rates)),
        vasopressor_rates={agent: Decimal(rate) for agent, rate in rates.items() if rate} or None,
        vasopressor_hours=_decimal(_known(row, "hours", {})),
        fluid_boluses=int(row["boluses"]) if row["boluses"] not in ("", "?") else None,
        fluid_bolus=answer[more.get("bolus", "?")],
        oxygen_device=None if row["device"] == "?" else row["device"] or "room_air",
        oxygen_flow_l_min=_decimal(_known(row, "flow", {})),
        fio2_percent=_decimal(_known(row, "fio2", {})),
        positive_pressure_for=more.get("for"),
        organ_toxicity=_organs(row["organs"]),
        refractory_hypotension=answer[more.get("refractory", "?")],
        life_threatening=answer[more.get("life", "?")],
        constitutional_symptoms=answer[more.get("symptoms", "?")],
        crs_response=more.get("response"),
        coagulopathy_treated=answer[more.get("coag", "no")],
        iv_therapy=answer[more.get("iv", "no")],
        attribution=dict([cause.split(":")]) if cause else {},
    )
    return Record(
        **_patient(row["patient"]),
        weight_kg=None if weight == "?" else Decimal(weight),
        findings=(findings,),
    )


def _organs(text: str) -> dict[str, int] | None:
    if text == "?":
        return None
    only = text.startswith("only ")
    listed = dict(
        item.partition("=")[::2] for item in text.removeprefix("only ").split(";") if item
    )
    found = {} if only else dict.fromkeys(LAB_ORGANS, 0)
    return found | {organ: int(grade) for organ, grade in listed.items()}


def _hours(text: str) -> timedelta:
    return timedelta(hours=float(text))


def _known(row: dict[str, str], name: str, normal: dict[str, str]) -> str | None:
    value = row[name] or normal.get(name, "?")
    return None if value == "?" else value


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _words(text: str | None) -> tuple[str, ...] | None:
    if text is None:
        return None
    return () if text == "none" else tuple(text.split(";"))


def _attribution(text: str) -> dict[str, str]:
    return dict(item.partition("=")[::2] for item in text.split(";") if item)


def _crs(row: dict[str, str], index: int) -> Findings:
    value = {name: _known(row, name, NORMAL_CRS) for name in row}
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
        vasopressors=_words(value["vasopressors"]),
        oxygen_device=value["device"],
        oxygen_flow_l_min=_decimal(value["flow"]),
        positive_pressure_for=value["for"],
        attribution=_attribution(row["attribution"]),
    )


def _icans(row: dict[str, str], index: int) -> Findings:
    value = {name: _known(row, name, NORMAL_ICANS) for name in row}
    not_done = row["not_done"].removeprefix("capd ") or None
    is_capd = row["not_done"].startswith("capd ")
    scored = None if not_done and not is_capd else value["ice"]
    items = {key: int(points) for key, points in _attribution(scored or "").items() if points}
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
        icp=_words(value["icp"]),
        other_neuro=_words(row["other_neuro"] or None),
        attribution=_attribution(row["attribution"]),
    )
