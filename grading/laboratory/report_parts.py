"""The parts of a printed result: its name, number, unit, flag and normal range.

Each function looks at the beginning of a text and gives what it took with the rest; None where the
text begins with something else. Nothing is corrected on the way: a number is given as printed.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from grading.laboratory.analytes import ANALYTES, analyte_named

LONGEST = 60
"""Characters; no name and no unit of the table is longer."""
_NAME_ENDS = re.compile(r"(?=[\s:=<>|(\[])|$")
_UNIT_ENDS = re.compile(r"(?=[\s,;|(\[])|$")
_MARKED = re.compile(r"(?:[-*•·‣>]+|\d{1,2}[.)])\s+")
"""A bullet or the number of a line before a name."""
_SPECIMEN_BEFORE = re.compile(r"(?:[SPB]-|(?:serum|plasma|blood)\s+)", re.IGNORECASE)
_SPECIMEN_AFTER = re.compile(
    r"\s*,?\s*(?:\((?:serum|plasma|blood|[spb])\)|(?:serum|plasma|blood)\b)", re.IGNORECASE
)

_DIGITS = r"(?:\d{1,3}(?:[ '’.,]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?)"
_BETWEEN = r"\s*(?:-|–|—|\.{2,3}|…|\bto\b)\s*"
NUMBER = re.compile(
    rf"(?P<sign>[<>]?)\s*(?P<digits>{_DIGITS})(?![\d'’:/]|[.,]\d|-\d|{_BETWEEN}\d)", re.ASCII
)
"""A number as printed, with < or > before it; never the beginning of a date, ratio or range."""
_SIMPLE = r"\d+(?:[.,]\d+)?"
RANGE = re.compile(
    r"(?:[(\[]\s*)?(?:(?:ref(?:erence)?\.?|range|normal|norm\.?)\s*)*:?\s*"
    rf"(?:(?P<lower>{_SIMPLE}){_BETWEEN}(?P<upper>{_SIMPLE})"
    rf"|(?:<|≤|<=)\s*(?P<below>{_SIMPLE})|(?:>|≥|>=)\s*(?P<above>{_SIMPLE}))"
    r"(?![\d.,]*\d)(?:\s*[)\]])?",
    re.ASCII | re.IGNORECASE,
)
_FLAG_WORDS = "HH|LL|H|L|A|N|high|low|normal|abnormal|critical|crit\\.?"
FLAG = re.compile(
    rf"(?:\((?:{_FLAG_WORDS})\)|\[(?:{_FLAG_WORDS})\]"
    rf"|{_FLAG_WORDS}|\*+|\++|-+|!+|↑+|↓+|▲|▼)(?=[\s,;|]|$)",
    re.IGNORECASE,
)


def ends_of(matched: re.Match[str]) -> tuple[str, str]:
    """The lower and the upper end of a `RANGE`, each empty where it has none."""
    return matched["lower"] or matched["above"] or "", matched["upper"] or matched["below"] or ""


class Taken(NamedTuple):
    """What stood at the beginning, and what is left."""

    value: str
    rest: str


def name_at(text: str) -> Taken | None:
    """The analyte named at the beginning, by the longest of its names that stands there.

    A bullet, the number of a line and the specimen (S-, serum) may stand beside the name.
    """
    start = match.end() if (match := _MARKED.match(text)) else 0
    for at in (start, match.end() if (match := _SPECIMEN_BEFORE.match(text, start)) else start):
        for end in _ends(_NAME_ENDS, text, at):
            analyte = analyte_named(text[at:end].rstrip(",."))
            if analyte is not None:
                behind = _SPECIMEN_AFTER.match(text, end)
                return Taken(analyte, text[behind.end() if behind else end :])
    return None


def unit_at(analyte: str, text: str) -> Taken | None:
    """The unit of this analyte at the beginning, as printed: the longest spelling there is.

    It may stand in brackets, as it does behind a name: CRP [mg/L].
    """
    closing = {"(": ")", "[": "]"}.get(text[:1], "")
    if closing:
        inside = text[1 : LONGEST + 1]
        ends = [end for end, letter in enumerate(inside) if letter == closing]
        for end in reversed(ends):
            if _is_unit(analyte, inside[:end]):
                return Taken(inside[:end].strip(), text[end + 2 :])
    for end in _ends(_UNIT_ENDS, text, 0):
        if _is_unit(analyte, text[:end]):
            return Taken(text[:end].strip(), text[end:])
    return None


def _is_unit(analyte: str, printed: str) -> bool:
    text = printed.strip()
    return bool(text) and ANALYTES[analyte].factor(text) is not None


def _ends(boundary: re.Pattern[str], text: str, start: int) -> list[int]:
    """Where a name or unit that begins at `start` may end, the furthest first."""
    near = text[: start + LONGEST]
    ends = [match.start() for match in boundary.finditer(near, start)]
    return [end for end in reversed(ends) if end > start]
