"""A site's own words for a line: checked, so that they stay an option and print no dose of theirs.

Takes   texts by the code of a line.
Gives   the same texts, or a `ValueError` whose sentence names the line, the words and what is
        allowed. A dose, an interval, a count stands in words only as our own line prints it: as
        `{name}` of a choice, or the same number with the same unit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from string import Formatter
from typing import Any

from grading.guidelines.line import Line
from grading.guidelines.orders import order_in
from grading.guidelines.step import LINES

LONGEST = 400
"""Characters: more does not fit beside the other lines of one screen."""

_NUMBER = r"\{\w+\}|\d+(?:[.,]\d+)*|\b(?:one|two|three|four|five|six|eight|ten|twelve)\b"
_UNIT = (
    r"(?:mg|mcg|µg|g|iu|units?|ml|l|vials?|tablets?)(?:/\w+)*|%"
    r"|h|hrs?|hours?|hourly|min(?:ute)?s?|days?|daily|weeks?|doses?|times|×|x"
)
_AMOUNT = re.compile(
    rf"({_NUMBER})(?:\s*(?:-|–|to|or)\s*({_NUMBER}))?[\s-]*({_UNIT})(?![\w/])", re.IGNORECASE
)
_SHORT = ((r"\bq\s*(\d+)\s*h\b", r"\1 h"), (r"\btwice\b", "2 times"), (r"\bhourly\b", "1 h"))
_DIGITS = dict(
    zip(
        ("one", "two", "three", "four", "five", "six", "eight", "ten", "twelve"),
        ("1", "2", "3", "4", "5", "6", "8", "10", "12"),
        strict=True,
    )
)
_HOURS = {"h", "hr", "hour", "hourly"}


def checked_words(words: Mapping[str, Any]) -> dict[str, str]:
    """The words of a site, each checked against the line in whose place it stands."""
    lines = {line.code: line for line in LINES}
    for code, text in words.items():
        if code not in lines:
            raise ValueError(f"[words] {code} is no line. The rules page lists the codes of all.")
        if wrong := _mistake(text, lines[code]):
            raise ValueError(f"[words] {code} is {text!r}. {wrong}")
    return dict(words)


def _mistake(text: Any, line: Line) -> str:
    """What is wrong with the words of one line; empty where nothing is."""
    if not isinstance(text, str) or not text.strip() or not text.isprintable():
        return "It must be a text of one line."
    if len(text) > LONGEST:
        return f"It has {len(text)} characters; at most {LONGEST} fit."
    try:
        placeholders, ours = _placeholders(text), _placeholders(line.text)
    except ValueError:
        return "A brace opens or closes nothing: placeholders are written {name}."
    for name in placeholders:
        if name not in ours:
            allowed = " and ".join(f"{{{each}}}" for each in ours) or "none"
            return f"{{{name}}} is no placeholder of this line. It has {allowed}."
    if order := order_in(text):
        return f"'{order}' reads as an order. It must say what can be done."
    for amount in sorted(_amounts(text) - _amounts(line.text)):
        return f"Our line does not print '{amount}'. A dose or an interval must be one of its own."
    return ""


def _placeholders(text: str) -> list[str]:
    """The placeholders of a text as they are written; `{x:d}` and `{x.y}` are no names."""
    return [
        "".join((name, f"!{conversion}" if conversion else "", f":{spec}" if spec else ""))
        for _, name, spec, conversion in Formatter().parse(text)
        if name is not None
    ]


def _amounts(text: str) -> set[str]:
    """Every number with its unit: 10 mg, 12 h, {dexamethasone_mg} mg; both ends of a range."""
    for short, long in _SHORT:
        text = re.sub(short, long, text, flags=re.IGNORECASE)
    return {
        f"{_DIGITS.get(number.lower(), number)} {_unit(unit)}"
        for first, second, unit in _AMOUNT.findall(text)
        for number in (first, second)
        if number
    }


def _unit(written: str) -> str:
    """h for every way to write hours; the singular of the others."""
    unit = written.lower().removesuffix("s")
    return "h" if unit in _HOURS else unit
