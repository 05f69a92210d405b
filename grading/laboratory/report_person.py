"""Whose report it is, as the report itself says: record numbers, names and birth dates.

Only what stands behind a label ("MRN: 00123", "Patient: Doe, Jane", "DOB 12.03.1964") or in the
PID segment of an HL7 message is taken. A date that can be read in two ways has both days.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from grading.laboratory.report_parts import name_at
from grading.laboratory.report_times import moment_of_digits, moments_in

_BEGINS = r"(?:(?<=^)|(?<=[\s|;,(]))"
_IS = r"\s*(?:[:=#.]\s*)+"
_NUMBER = re.compile(
    rf"{_BEGINS}(?:MRN|M\.R\.N|(?:medical\s+)?record\s+(?:number|no)"
    rf"|(?:patient|hospital|pat)[\s-]*(?:id|number|no|nr))\b(?:{_IS}|\s+)(?P<mrn>[\w/-]*\d[\w/-]*)",
    re.IGNORECASE,
)
_NAME = re.compile(
    rf"(?:(?<=^)|(?<=\s\s)|(?<=[\t|;,(]))(?:patient(?:'s)?\s+name|patient|pt|name|surname|(?:family|last)\s+name){_IS}"
    r"(?P<name>[^\W\d_][^\d\t|;:=()]*?)(?=\s{2}|[\t|;()\d]|\s+[\w.']+\s*[:=]|\s*$)",
    re.IGNORECASE,
)
_GIVEN = re.compile(rf"{_BEGINS}(?:first|given)\s+name{_IS}[^\W\d_]+", re.IGNORECASE)
_BORN = re.compile(
    rf"{_BEGINS}(?:DOB|D\.O\.B|date\s+of\s+birth|birth\s*date|born(?:\s+on)?)\b(?:{_IS}|\s*)",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    rf"{_BEGINS}(?:sex|gender|age|ward|bed|room)(?:{_IS}|\s+)\S+"
    r"|\b(?:male|female|[mf]|\d+\s*y(?:rs?|ears)?)\b",
    re.IGNORECASE,
)
"""What stands beside a name at the head of a report, and is no result."""


@dataclass
class ReportPerson:
    """What a report says of its patient; empty where it says nothing."""

    mrns: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    birth_days: list[tuple[date, ...]] = field(default_factory=list)


def take_person(line: str, person: ReportPerson) -> str:
    """Add what this line says of the patient; give what of the line has to be read as a result."""
    if line.startswith("PID|"):
        _take_segment(line, person)
        return line
    rest = line
    if born := _BORN.search(line):
        named, _ = moments_in(line[born.end() :])
        if named and named[0].days:
            person.birth_days.append(named[0].days)
            behind = line[born.end() :].replace(named[0].text, "  ", 1)
            rest = f"{line[: born.start()]}  {behind}"
    person.mrns += [match["mrn"] for match in _NUMBER.finditer(rest)]
    rest = _NUMBER.sub("  ", rest)
    named_there = [match["name"].strip(" ,.") for match in _NAME.finditer(rest)]
    names = [name for name in named_there if name_at(name) is None]
    person.names += names
    if (rest == line and not names) or names != named_there:
        return rest
    beside = _BESIDE.sub(" ", _GIVEN.sub(" ", _NAME.sub(" ", rest)))
    return rest if any(letter.isalnum() for letter in beside) else ""


def _take_segment(line: str, person: ReportPerson) -> None:
    """The numbers, the name and the birth date of a PID segment."""
    fields = [*line.split("|"), *[""] * 8]
    person.mrns += [number for each in fields[3].split("~") if (number := each.split("^")[0])]
    if name := " ".join(part for part in fields[5].split("~")[0].split("^")[:3] if part):
        person.names.append(name)
    if (born := moment_of_digits(fields[7][:8])) is not None:
        person.birth_days.append(born.days)
