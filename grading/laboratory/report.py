"""A laboratory report as somebody pastes it: the results that can be read, and everything else.

Takes   the text: one result a line or several, columns, "CRP: 124 mg/L (0-5)", HL7 OBX segments.
Gives   results as printed, what was not read with the reason, and the times and the patient that
        the report names.

Nothing is guessed and nothing is lost: what is no result with a known name, one number and a unit
of that analyte stands among the unread pieces as it was written. A result without a unit is given
without one. A number with a thousands separator is given as printed, for a person to decide.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from grading.laboratory.analytes import ANALYTES
from grading.laboratory.report_parts import FLAG, NUMBER, RANGE, ends_of, name_at, unit_at
from grading.laboratory.report_person import ReportPerson, take_person
from grading.laboratory.report_times import ReportMoment, moment_of_digits, moments_in

LONGEST_REPORT = 20_000
"""Characters; a report of a hundred results has some 5,000."""

NO_NAME = "no name of a result that Cartox knows"
NO_NUMBER = "no single number behind the name"
TWO_NUMBERS = "more than one number"
TWO_UNITS = "two different units"
BEHIND = "left over behind a result"
OTHER_SPECIMEN = "not from blood"
NOT_FINAL = "not a final result in the message"

_SPACES = re.compile(r"[^\S\t\n]|[\u200b\u200e\u200f\ufeff]")
_BEFORE_NUMBER = re.compile(r"(?:[\s:=|]|\.{2,}|…|_{2,}|[-–—](?=\s))+")
_BETWEEN_RESULTS = " \t,;|•·"
_SPECIMENS = re.compile(
    r"\b(?:urine|urinary|csf|cerebrospinal|liquor|stool|ascites|ascitic|pleural|drain|dialysate"
    r"|sputum|lavage|u-\w+)\b",
    re.IGNORECASE,
)
_OF_BLOOD = re.compile(r"\b(?:blood|serum|plasma|h(?:a)?ematology|chemistry)\b", re.IGNORECASE)
_ABOUT_TIME = re.compile(
    r"(?:[\s:.,;|()-]|date|time|day|of|and|at|on|the|sample|specimen|collect(?:ed|ion)|taken|drawn"
    r"|received|report(?:ed)?|print(?:ed)?|sampling)*",
    re.IGNORECASE,
)
"""What a line says beside a date where it has nothing else."""


@dataclass(frozen=True, slots=True)
class ReportedResult:
    """One result as the report prints it.

    number, unit   as printed; an empty unit where none stands there
    lower, upper   the ends of the normal range as printed, empty where none stands there
    text           the piece of the report
    """

    analyte: str
    comparator: str
    number: str
    unit: str
    text: str
    lower: str = ""
    upper: str = ""


@dataclass(frozen=True, slots=True)
class UnreadPiece:
    """A piece of the report that gave no result, as it stands, and why.

    `may_be_result`: it has a digit or a known name, so that a result may be missing.
    """

    text: str
    why: str
    may_be_result: bool


@dataclass
class LabReport:
    """What was read of a report and what was not, in the order of the text."""

    results: list[ReportedResult] = field(default_factory=list)
    unread: list[UnreadPiece] = field(default_factory=list)
    moments: list[ReportMoment] = field(default_factory=list)
    person: ReportPerson = field(default_factory=ReportPerson)

    def of(self, analyte: str) -> list[ReportedResult]:
        """The different results of one analyte; one that is printed twice alike counts once."""
        alike = {(r.comparator, r.number, r.unit): r for r in self.results if r.analyte == analyte}
        return list(alike.values())

    def leave(self, text: str, why: str) -> None:
        """Keep a piece that was not read."""
        piece = text.strip(_BETWEEN_RESULTS)
        if piece:
            is_known = name_at(piece) is not None
            has_digit = any(letter.isdigit() for letter in piece)
            self.unread.append(UnreadPiece(piece, why, is_known or has_digit))

    def note(self, moment: ReportMoment | None) -> None:
        if moment is not None and all(
            (moment.days, moment.clock) != (other.days, other.clock) for other in self.moments
        ):
            self.moments.append(moment)


def read_report(text: str) -> LabReport:
    """Read a pasted report line by line; no text raises an error."""
    report = LabReport()
    specimen = ""
    for printed in _SPACES.sub(" ", text).splitlines():
        line = take_person(printed, report.person)
        if printed and not line:
            continue
        if "|" in line and line[:3].isalnum() and line[3:4] == "|":
            _read_segment(report, line)
            continue
        moments, rest = moments_in(line)
        for moment in moments:
            report.note(replace(moment, text=line.strip()[:80]))
        if moments and _ABOUT_TIME.fullmatch(rest):
            continue
        if not rest.strip() or _OF_BLOOD.search(rest):
            specimen = ""
        if other := _SPECIMENS.search(rest):
            report.leave(rest, OTHER_SPECIMEN)
            has_result = any(letter.isdigit() for letter in rest)
            specimen = specimen if has_result else other[0]
        elif specimen:
            report.leave(rest, f"{OTHER_SPECIMEN}: it stands under “{specimen}”")
        else:
            _read_line(report, rest)
    return report


def _read_line(report: LabReport, line: str) -> None:
    """Read one result after the other; what follows an unknown name is left as it stands."""
    rest = line.strip(_BETWEEN_RESULTS)
    why_unnamed = NO_NAME
    while rest:
        named = name_at(rest)
        if named is None:
            report.leave(rest, why_unnamed)
            return
        read = _result_at(named.value, named.rest)
        if isinstance(read, str):
            report.leave(rest, read)
            return
        result, behind = read
        piece = rest[: len(rest) - len(behind)].strip(_BETWEEN_RESULTS)
        report.results.append(replace(result, text=piece))
        rest, why_unnamed = behind.strip(_BETWEEN_RESULTS), BEHIND


def _result_at(analyte: str, text: str) -> tuple[ReportedResult, str] | str:
    """The result whose name stands before `text`, and what is left; a reason where none is read."""
    unit, rest = _unit_before_number(analyte, text)
    number = NUMBER.match(rest)
    if number is None:
        return NO_NUMBER
    behind = rest[number.end() :]
    tail = _tail(analyte, behind, unit)
    if tail is None:
        return TWO_UNITS
    unit, ends, rest = tail
    if rest[:1].isdigit() or NUMBER.match(rest):
        return TWO_NUMBERS
    if rest and not unit and behind[:1] not in (",", ";", ".") and name_at(rest) is None:
        return f"“{rest.split()[0]}” is no unit of {ANALYTES[analyte].in_sentence}"
    sign, digits = number["sign"] or "=", number["digits"]
    return ReportedResult(analyte, sign, digits, unit, "", *ends), rest


def _unit_before_number(analyte: str, text: str) -> tuple[str, str]:
    """The unit where it stands before the number, and the text from the number on."""
    unit, rest, before = "", text, ""
    while rest != before:
        before = rest
        rest = _without(_BEFORE_NUMBER, rest)
        if not unit and (taken := unit_at(analyte, rest)) is not None:
            unit, rest = taken
        rest = _without(FLAG, rest)
    return unit, rest


Tail = tuple[str, tuple[str, str], str]
"""The unit, both ends of the normal range, and what is left."""


def _tail(analyte: str, text: str, unit: str) -> Tail | None:
    """What stands behind the number, in any order; None where two units contradict each other."""
    ends, rest, before = ("", ""), text, ""
    while rest != before:
        before = rest
        rest = rest.lstrip(_BETWEEN_RESULTS + ".")
        if match := RANGE.match(rest):
            ends, rest = ends_of(match), rest[match.end() :]
        elif taken := unit_at(analyte, rest):
            unit = unit or taken.value
            if ANALYTES[analyte].factor(unit) != ANALYTES[analyte].factor(taken.value):
                return None
            rest = taken.rest
        else:
            rest = _without(FLAG, rest)
    return unit, ends, rest


def _without(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.match(text)
    return text[match.end() :] if match else text


_ESCAPES = {"\\S\\": "^", "\\T\\": "&", "\\F\\": "|", "\\R\\": "~", "\\E\\": "\\"}
_FINAL = {"", "F", "C"}
"""HL7 table 0085: final, corrected; a message may leave the status out."""


def _read_segment(report: LabReport, line: str) -> None:
    """One segment of an HL7 message: a result from OBX, the time of the sample from OBR."""
    fields = [*line.split("|"), *[""] * 15]
    if fields[0] == "OBR":
        report.note(moment_of_digits(fields[7].strip()))
        return
    if fields[0] != "OBX":
        report.unread.append(UnreadPiece(line, NO_NAME, may_be_result=False))
        return
    names = [_plain(name) for name in fields[3].split("^")]
    named = [taken.value for name in names if (taken := name_at(name)) and not taken.rest.strip()]
    if not named:
        report.unread.append(UnreadPiece(line, NO_NAME, may_be_result=True))
        return
    analyte = named[0]
    number = NUMBER.fullmatch("".join(fields[5].split("^")).strip())
    units = [_plain(unit) for unit in (fields[6], *fields[6].split("^"))]
    unit = next((unit for unit in units if ANALYTES[analyte].factor(unit or None)), "")
    why = ""
    if fields[11].strip() not in _FINAL:
        why = NOT_FINAL
    elif number is None:
        why = NO_NUMBER
    elif not unit and any(units):
        why = f"“{units[0]}” is no unit of {ANALYTES[analyte].in_sentence}"
    if why or number is None:
        report.unread.append(UnreadPiece(line, why, may_be_result=True))
        return
    report.note(moment_of_digits(fields[14].strip()))
    ends = ("", "") if (match := RANGE.fullmatch(fields[7].strip())) is None else ends_of(match)
    sign, digits = number["sign"] or "=", number["digits"]
    report.results.append(ReportedResult(analyte, sign, digits, unit, line, *ends))


def _plain(text: str) -> str:
    """A component of a field, its escapes written out."""
    for escape, letter in _ESCAPES.items():
        text = text.replace(escape, letter)
    return text.strip()
