"""Reads `cases/icaht.csv`: daily counts as a clinician would write them down, as courses."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from grading.record import DAY, Event, Findings, Lab, Record
from tests.grading.rules.case_files import CASES

UNITS = {"anc": "/uL", "platelets": "10*9/L"}
PART = re.compile(r"(-?\d+)(?:-(-?\d+))?:(\S+)")


@dataclass
class DayCase:
    """One course, the system asked, the grade expected and the reason that has to be given."""

    name: str
    system: str
    record: Record
    expect: str
    reason: str


def day_cases() -> list[DayCase]:
    with (CASES / "icaht.csv").open(encoding="utf-8", newline="") as file:
        return [_case(row) for row in csv.DictReader(file)]


def _case(row: dict[str, str]) -> DayCase:
    analyte = "platelets" if row["system"].startswith("t_") else "anc"
    values: dict[int, str] = {}
    if row["rest"]:
        values = dict.fromkeys(range(31), row["rest"])
    for first, last, value in PART.findall(row["counts"]):
        for day in range(int(first), int(last or first) + 1):
            values[day] = value
    name = f"{row['trap']} {row['case']}".strip()
    reason = f"{row['system']}_{row['reason']}" if row["reason"] else ""
    record = daily_course(analyte, values, **_ends(row["ends"]))
    return DayCase(name, row["system"], record, row["expect"], reason)


def daily_course(analyte: str, values: dict[int, str], **more: Any) -> Record:
    """A course without dates; several values of a day are separated by `|`, "?" is none."""
    return Record(labs=tuple(_labs(analyte, values)), **more)


def _labs(analyte: str, values: dict[int, str]) -> Iterator[Lab]:
    for day, cell in sorted(values.items()):
        for number, text in enumerate(cell.split("|")):
            if text == "?":
                continue
            comparator = text[0] if text[0] in "<>" else "="
            value = Decimal(text.lstrip("<>"))
            elapsed = day * DAY + timedelta(hours=6 + number)
            yield Lab(elapsed, analyte, value, comparator, UNITS[analyte], uid=f"{day}.{number}")


def _ends(text: str) -> dict[str, Any]:
    """`open`, `passed` (an assessment on Day 101), `death@16` and the like, `closed@10`."""
    fields: dict[str, Any] = {}
    for part in text.split():
        kind, _, day = part.partition("@")
        if kind == "passed":
            fields["findings"] = (Findings(101 * DAY, "late"),)
        elif kind == "closed":
            fields["closed"] = int(day) * DAY + timedelta(hours=20)
        elif kind == "follow_up":
            fields["last_follow_up_day"] = int(day)
        elif kind != "open":
            fields["events"] = (Event(int(day) * DAY + timedelta(hours=5), kind),)
    return fields
