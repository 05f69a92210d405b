"""What the older HLH scores look at: the days around the highest ferritin.

Nothing in print says over how many days their items may be gathered; `LocalRules` does.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from grading.engine.checklists import Answer, Item, any_of, shown
from grading.engine.labs import LabIndex, LabValue, labs_of
from grading.local_rules import LocalRules
from grading.record import HOUR, Findings, Record
from grading.vocabulary import ANALYTES

INFUSION = timedelta(0)
LOW_VALIDITY = (
    "low validity after CAR-T: most patients have other reasons for ferritin, fever and "
    "cytopenias; for reference only, not a diagnosis of IEC-HS"
)
"""The review's warning, which stands beside every result."""

MG_DL_PER_MMOL_L = ANALYTES["triglycerides"].factors["mmol/L"]
"""Triglycerides: 88.57."""


@dataclass(slots=True)
class Window:
    """One hyperinflammation of a course: `anchor` is the highest ferritin, both ends included."""

    record: Record
    index: LabIndex
    start: timedelta
    anchor: timedelta
    end: timedelta

    def labs(self, analyte: str) -> list[LabValue]:
        return self.index.between(analyte, self.start, self.end)

    def findings(self) -> tuple[Findings, ...]:
        rows = self.record.findings  # in order of time
        first = bisect_left(rows, self.start, key=lambda row: row.elapsed)
        return rows[first : bisect_right(rows, self.end, key=lambda row: row.elapsed)]

    def any_lab(self, analyte: str, test: Callable[[LabValue], Answer]) -> Answer:
        """Whether any result of an analyte meets a test; null where there is none."""
        return any_of(test(found) for found in self.labs(analyte))

    def seen(self, names: Iterable[str], *, highest: bool = True) -> dict[str, str]:
        """The highest (lowest) results of these analytes, for a reader."""
        choose = max if highest else min
        return {
            name: shown(choose(found, key=_value)) for name in names if (found := self.labs(name))
        }

    def unmeasured(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(name for name in names if not self.labs(name))


def _value(found: LabValue) -> Decimal:
    return found.value


def window_of(record: Record, analytes: Sequence[str], local: LocalRules) -> Window | None:
    """The window of a course; None where none of these analytes nor hemophagocytosis is known.

    Without a ferritin it ends with the latest of what is known.
    """
    index = labs_of(record)
    ferritin = index.between("ferritin", INFUSION)
    if ferritin:
        anchor = max(ferritin, key=lambda found: (found.value, found.elapsed)).elapsed
    else:
        known = [found[-1].elapsed for name in analytes if (found := index.between(name, INFUSION))]
        known += _hemophagocytosis(record)
        if not known:
            return None
        anchor = max(known)
    width = local.hyperinflammation_window_hours * HOUR
    return Window(record, index, max(INFUSION, anchor - width), anchor, anchor + width)


def _hemophagocytosis(record: Record) -> list[timedelta]:
    return [
        event.elapsed
        for event in record.events
        if event.kind == "hemophagocytosis" and event.elapsed >= INFUSION
    ]


def hemophagocytosis(window: Window, code: str) -> Item:
    """Seen in marrow or another organ. What nobody recorded may not have been looked for."""
    found = any(window.start <= at <= window.end for at in _hemophagocytosis(window.record))
    if found:
        return Item(code, True, code)
    return Item(code, None, missing=("hemophagocytosis",))


def sign(window: Window, code: str, name: str) -> Item:
    """A yes-or-no finding of any assessment in the window."""
    answers = [getattr(row, name) for row in window.findings()]
    met = any_of(answer for answer in answers if answer is not None)
    if met is None:
        return Item(code, None, missing=(name,))
    return Item(code, met, code if met else f"{code}_not")
