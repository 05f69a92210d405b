"""What a form sent, one line for each thing, for a page that cannot show the form itself.

Nothing is read as a value: a page after a failure shows what stands there, as it was typed.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Collection, Mapping
from datetime import date

from grading.table.fields import Each
from grading.table.findings import OBSERVATIONS
from grading.vocabulary import ANALYTES
from patients.words import change_words, entry_words, wording

LABELS = {
    **entry_words.ENTRY_LABELS,
    **change_words.FIELD_LABELS,
    **{
        f"{finding.kind.prefix}_{key}": f"{finding.label}: {finding.kind.words(key).label}"
        for finding in OBSERVATIONS
        if isinstance(finding.kind, Each)
        for key in finding.kind.values
    },
}
MOMENT_PARTS = ("day", "month", "year", "date", "time", "fold")
LAB_PARTS = ("value", "unit", "lower", "upper")
FOLDS = {"0": "(first)", "1": "(second)"}
PICTURES: dict[str, Callable[[str], str]] = {"handwriting": lambda strokes: "a sentence by hand"}
"""What stands in words for what is drawn, which nobody could read as it is sent."""
CODE = re.compile(r"[a-z0-9]+(_[a-z0-9]+)+")


def lines_typed(data: Mapping[str, list[str]], hidden: Collection[str]) -> list[tuple[str, str]]:
    """The label and the words of each thing typed or tapped; what was left empty is not listed."""
    sent = {
        name: ", ".join(map(PICTURES.get(name, _plain), filter(None, values)))
        for name, values in data.items()
        if name not in hidden
    }
    lines: dict[str, str] = {}
    for name, words in sent.items():
        base, _, part = name.rpartition("_")
        if part in MOMENT_PARTS and (f"{base}_time" in sent or f"{base}_day" in sent):
            lines[_label(base)] = _moment(
                *(sent.get(f"{base}_{each}", "") for each in MOMENT_PARTS)
            )
        elif part in LAB_PARTS and base in ANALYTES:
            value, unit, low, high = (sent.get(f"{base}_{each}", "") for each in LAB_PARTS)
            label = ANALYTES[base].label
            lines[label] = f"{value} {wording.unit_label(unit)}".strip() if value else ""
            lines[f"{label}, normal range"] = f"{low}–{high}" if low or high else ""
        else:
            lines[_label(name)] = words
    return [(label, line) for label, line in lines.items() if line]


def _label(name: str) -> str:
    return LABELS.get(name) or name.replace("_", " ").capitalize()


def _plain(value: str) -> str:
    """The words of a code; other text as it was typed."""
    return wording.words(value) if CODE.fullmatch(value) else value


def _moment(day: str, month: str, year: str, listed: str, clock: str, fold: str) -> str:
    """A date and time: 29 Nov 2026 17:39."""
    if month.isdecimal() and 1 <= int(month) <= 12:
        month = f"{date(2000, int(month), 1):%b}"
    with contextlib.suppress(ValueError):
        listed = wording.calendar_date(date.fromisoformat(listed))
    written = (day, month, year, listed, clock, FOLDS.get(fold, ""))
    return " ".join(filter(None, written))
