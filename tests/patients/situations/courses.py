"""The situations of `situations.csv` as courses on a ward, and what each page has to say of them.

A case is one course, a row one entry of it. Cells of a set that are left empty are normal: of a set
of CRS, 37.0 °C, no hypotension, no vasopressor, room air; of `neuro` an examination without a
finding; of `vitals` and `part` nothing but what is written, and of `vitals` a normal pressure and
saturation. "?" is unknown. The last row of a case has what is expected afterwards.

newest  the grade of the newest entry by itself; `crs -` where it has no part of CRS
stands  the grade that stands, and at which hour it was entered
all     the grade that it would be with every sign counted; `aside` the signs behind that, with
        their cause and who said so at which hour
sort    the number by which the board sorts; `last` the full grade that stands beside a review
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

from patients.models import Adjudication, Assessment, ClinicalRow, Course, Dose, Patient, Ward
from tests.storing import stored

CASES = Path(__file__).with_name("situations.csv")
CRS, ICANS = "crs_astct_2019", "icans_astct_2019"
NAMES = {CRS: "CRS", ICANS: "ICANS"}

NORMAL = {
    "": {"temp": "37.0", "hypotension": "no", "vasopressors": "none", "device": "room_air"},
    "vitals": {"sbp": "124", "dbp": "78", "spo2": "97"},
    "part": {},
    "neuro": {
        "ice": "10",
        "consciousness": "spontaneous",
        "seizure": "none",
        "motor": "none",
        "icp": "none",
    },
}
NUMBERS = {
    "temp": "temperature_c",
    "sbp": "systolic_mmhg",
    "dbp": "diastolic_mmhg",
    "spo2": "spo2_percent",
    "flow": "oxygen_flow_l_min",
}
WORDS = {
    "device": "oxygen_device",
    "consciousness": "consciousness",
    "seizure": "seizure",
    "motor": "motor",
}
NOT_ASKED = "*"


@dataclass(frozen=True)
class Aside:
    """Some signs put down to one cause by one person: `hypotension+hypoxia sepsis nurse@36`."""

    signs: tuple[str, ...]
    cause: str
    words: str
    by: str
    hour: int
    confirmed: bool


@dataclass
class Case:
    """One situation: its rows as they are entered, and what is expected after the last."""

    name: str
    rows: list[dict[str, str]]

    @property
    def last(self) -> dict[str, str]:
        return self.rows[-1]

    @property
    def key(self) -> str:
        """The system that the case is about: ICANS where an examination is graded."""
        newest = self.last["newest"]
        if newest.endswith(" -"):
            return ICANS if newest.startswith("icans") else CRS
        return ICANS if any(row["set"] in ("neuro", "part") for row in self.rows) else CRS

    @property
    def newest(self) -> str:
        """The grade of the newest entry; empty where it has no part of this system."""
        return "" if self.last["newest"].endswith(" -") else self.last["newest"]

    @property
    def stands(self) -> str:
        return self.last["stands"].removesuffix(" not reassessed")

    @property
    def is_reassessed(self) -> bool:
        return not self.last["stands"].endswith(" not reassessed")

    @property
    def asides(self) -> list[Aside]:
        if self.last["aside"] in ("", NOT_ASKED):
            return []
        return [_aside(text) for text in self.last["aside"].split(";")]


def cases() -> list[Case]:
    """Every situation, in the order of the file."""
    with CASES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [Case(name, list(group)) for name, group in groupby(rows, lambda row: row["case"])]


_ASIDE = re.compile(r"(\S+) ([^:]+):?(.*) (nurse|physician)@(\d+)( confirmed)?")


def _aside(text: str) -> Aside:
    match = _ASIDE.fullmatch(text)
    assert match, text
    signs, cause, words, by, hour, confirmed = match.groups()
    return Aside(tuple(signs.split("+")), cause, words, by, int(hour), bool(confirmed))


def admitted(case: Case, ward: Ward, number: int, infused_at: Any) -> Course:
    """The course of a case, without an entry; the bed is its number."""
    patient = Patient(
        mrn=f"S{number:03d}",
        family_name=f"Situation{number:03d}",
        given_name="Ada",
        birth_date=date(1964, 3, 12),
        sex="F",
    )
    course = Course(
        patient=stored(patient),
        ward=ward,
        bed=f"{number:03d}",
        product="axicabtagene ciloleucel",
        infused_at=infused_at,
        opened_at=infused_at - timedelta(days=6),
        baseline_oxygen_device="room_air",
        baseline_ice_total=10,
    )
    return stored(course)


def is_decision(row: dict[str, str]) -> bool:
    return bool(row["decision"])


def rows_of(row: dict[str, str], course: Course) -> list[ClinicalRow]:
    """The rows that one line of a case enters: an assessment or a decision."""
    if is_decision(row):
        return [_decision(row, course)]
    at = course.infused_at + timedelta(hours=float(row["hour"]))
    return [Assessment(course=course, observed_at=at, **findings_of_row(row))]


def findings_of_row(row: dict[str, str]) -> dict[str, Any]:
    """The findings of a line by the names of their fields; what is unknown is left out."""
    normal = NORMAL[row["set"]]
    given = {name: row[name] or normal.get(name, "?") for name in row}
    given = {name: value for name, value in given.items() if value != "?"}
    findings: dict[str, Any] = {
        **{field: Decimal(given[name]) for name, field in NUMBERS.items() if name in given},
        **{field: given[name] for name, field in WORDS.items() if name in given},
    }
    if "hypotension" in given:
        findings["hypotension"] = given["hypotension"] == "yes"
    if "ice" in given:
        findings["ice"] = _ice_items(int(given["ice"]))
    for name in ("vasopressors", "icp"):
        if name in given:
            findings[name] = [] if given[name] == "none" else given[name].split(";")
    return findings | _attribution(row["attribution"])


def _ice_items(points: int) -> dict[str, int]:
    """Items of ICE that sum up to these points: naming, then one point each."""
    singles = ("year", "month", "city", "hospital", "command", "writing", "attention")
    naming = min(points, 3)
    return {"naming": naming} | {
        item: int(place < points - naming) for place, item in enumerate(singles)
    }


def _attribution(text: str) -> dict[str, Any]:
    """`hypotension=sepsis`: another cause, and which; `fever=car_t`: the word itself."""
    pairs = [item.partition("=")[::2] for item in text.split(";") if item]
    own = ("car_t", "undetermined")
    causes = {sign: cause.partition(":")[0] for sign, cause in pairs if cause not in ("", *own)}
    words = [cause.partition(":")[2] for _, cause in pairs if ":" in cause]
    return {
        "attribution": {sign: cause if cause in own else "other" for sign, cause in pairs},
        "attribution_cause": causes,
        "attribution_words": "; ".join(words),
    }


def _decision(row: dict[str, str], course: Course) -> Adjudication:
    """`confirmed hypotension from 36 sepsis`, `refused fever from 384`, `final_grade crs 2`."""
    decision, about, *rest = row["decision"].split(" ")
    values: dict[str, Any] = {"reason": "as the ward round decided"}
    if decision == "final_grade":
        values |= {"toxicity": about, "grade": int(rest.pop())}
    else:
        values["sign"] = about
    if rest[:1] == ["from"]:
        values["holds_from"] = course.infused_at + timedelta(hours=float(rest[1]))
        rest = rest[2:]
    if rest:
        values["cause"] = rest[0]
    at = course.infused_at + timedelta(hours=float(row["hour"]))
    return Adjudication(course=course, decided_at=at, decision=decision, **values)


_RUN = re.compile(r"(\w+)(?:\(([\d.]+) ([^)]+)\))?@([\d.]+)(-?)([\d.]*)")


def runs_of(row: dict[str, str], course: Course) -> list[Dose]:
    """`norepinephrine(0.05 mcg/kg/min)@30-36`: a run, open without the second hour."""
    doses = []
    for text in filter(None, row["runs"].split(";")):
        match = _RUN.fullmatch(text)
        assert match, text
        agent, amount, unit, start, _, end = match.groups()
        doses.append(
            Dose(
                course=course,
                agent=agent,
                amount=None if amount is None else Decimal(amount),
                unit=unit,
                route="IV",
                given_at=course.infused_at + timedelta(hours=float(start)),
                ended_at=course.infused_at + timedelta(hours=float(end)) if end else None,
            )
        )
    return doses
