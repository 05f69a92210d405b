"""Dates and times as reports print them, each with every day that it can mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = r"(?P<month{n}>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_CLOCK = (
    r"(?P<hour{n}>\d{{1,2}}):(?P<minute{n}>\d{{2}})(?::\d{{2}})?(?:\s*(?P<half{n}>[ap])\.?m\b\.?)?"
)
_JOINED = r"(?:T|,?\s+(?:at\s+)?)"
_DATED = (
    r"(?P<year1>\d{4})-(?P<month1>\d{1,2})-(?P<day1>\d{1,2})",
    r"(?P<day2>\d{1,2})\.\s?(?P<month2>\d{1,2})\.\s?(?P<year2>\d{4}|\d{2}(?=\s+\d{1,2}:\d{2}))",
    r"(?P<first3>\d{1,2})/(?P<second3>\d{1,2})/(?P<year3>\d{4}|\d{2}(?=\s+\d{1,2}:\d{2}))",
    rf"(?P<day4>\d{{1,2}})[ .-]{{1,2}}{_MONTH.format(n=4)}[ ,-]{{1,2}}(?P<year4>\d{{4}})",
    rf"{_MONTH.format(n=5)}\s+(?P<day5>\d{{1,2}}),?\s+(?P<year5>\d{{4}})",
)
_MOMENT = re.compile(
    rf"(?<![\w.,:/-])(?:(?:{'|'.join(_DATED)})(?:{_JOINED}{_CLOCK.format(n=1)})?"
    rf"|{_CLOCK.format(n=2)})(?![\w:/]|[.,]\d)",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ReportMoment:
    """A date and time that a report names, by the clock of the ward.

    `days` has two where 05/01/2026 can be read in two ways, none where only a time is printed.
    """

    text: str
    days: tuple[date, ...]
    clock: time | None


def moments_in(line: str) -> tuple[tuple[ReportMoment, ...], str]:
    """The dates and times in a line, and the line without them."""
    named: list[ReportMoment] = []

    def taken(match: re.Match[str]) -> str:
        moment = _moment_of(match)
        if moment is None:
            return match[0]
        named.append(moment)
        return " "

    rest = _MOMENT.sub(taken, line)
    return tuple(named), rest


def moment_of_digits(text: str) -> ReportMoment | None:
    """A time as HL7 writes it, 202601080540; None where it is none, or names another zone."""
    match = re.fullmatch(r"(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(?:\d\d(?:\.\d+)?)?)?", text, re.ASCII)
    if match is None:
        return None
    days = _days([(match[1], match[2], match[3])])
    clock = None if match[4] is None else _clock(match[4], match[5], None)
    is_whole = days and (match[4] is None or clock is not None)
    return ReportMoment(text, days, clock) if is_whole else None


def _moment_of(match: re.Match[str]) -> ReportMoment | None:
    part = match.groupdict()
    days = _days(_orders(part))
    n = "1" if days else "2"
    hour = part[f"hour{n}"]
    clock = None if hour is None else _clock(hour, part[f"minute{n}"], part[f"half{n}"])
    if (hour is not None and clock is None) or (part["hour2"] is None and not days):
        return None
    return ReportMoment(match[0], days, clock)


def _orders(part: dict[str, str | None]) -> list[tuple[str, str, str]]:
    """Year, month and day in every order that the print allows."""
    for n in "1245":
        if year := part[f"year{n}"]:
            return [(year, part[f"month{n}"] or "", part[f"day{n}"] or "")]
    if year := part["year3"]:
        first, second = part["first3"] or "", part["second3"] or ""
        return [(year, second, first), (year, first, second)]
    return []


def _days(orders: list[tuple[str, str, str]]) -> tuple[date, ...]:
    days: list[date] = []
    for year, month, day in orders:
        number = int(month) if month.isdigit() else _MONTHS.index(month[:3].lower()) + 1
        try:
            days.append(date(int(year) + (2000 if len(year) == 2 else 0), number, int(day)))
        except ValueError:
            continue
    return tuple(dict.fromkeys(days))


def _clock(hour: str, minute: str, half: str | None) -> time | None:
    number = int(hour)
    if half is not None:
        if not 1 <= number <= 12:
            return None
        number = number % 12 + (12 if half in "pP" else 0)
    try:
        return time(number, int(minute))
    except ValueError:
        return None
