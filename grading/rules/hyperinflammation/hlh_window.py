"""The window of the older HLH scores: the days around the highest ferritin.

No source says over how many days their items may be gathered; `LocalRules` decides it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from grading.engine.checklists import ChecklistItem, Ternary, any_of, lab_text
from grading.engine.labs import LabIndex, LabValue, NotUsed, labs_of, value_cautions
from grading.event_kinds import EventKind
from grading.local_rules import LocalRules
from grading.record import HOUR, INFUSION, Event, Findings, Record
from grading.rules.hyperinflammation.results_not_used import ANALYTE_OF
from grading.vocabulary import ANALYTES

LOW_VALIDITY = (
    "low validity after CAR-T: most patients have other reasons for ferritin, fever and "
    "cytopenias; for reference only, not a diagnosis of IEC-HS"
)
"""The review's warning, which stands beside every result."""

MG_DL_PER_MMOL_L = ANALYTES["triglycerides"].factors["mmol/L"]
"""Triglycerides: 88.57."""


@dataclass(slots=True)
class FerritinWindow:
    """One hyperinflammation of a course: `anchor` is the highest ferritin, both ends included."""

    record: Record
    index: LabIndex
    start: timedelta
    anchor: timedelta
    end: timedelta

    def labs(self, analyte: str) -> list[LabValue]:
        return self.index.between(analyte, self.start, self.end)

    def not_used(self, name: str) -> list[NotUsed]:
        """Results of a name in `missing` that are not used; any ferritin might be the highest."""
        analyte = ANALYTE_OF.get(name, name)
        if analyte == "ferritin":
            return self.index.not_used((analyte,), INFUSION)
        return self.index.not_used((analyte,), self.start, self.end)

    def all_not_used(self, analytes: Iterable[str]) -> list[NotUsed]:
        return [result for analyte in analytes for result in self.not_used(analyte)]

    def doubts(self, analytes: Iterable[str]) -> tuple[str, ...]:
        """What a reader has to know of the results that are used: unlikely, or preliminary."""
        return value_cautions(each for analyte in analytes for each in self.labs(analyte))

    def findings(self) -> tuple[Findings, ...]:
        rows = self.record.findings  # in order of time
        first = bisect_left(rows, self.start, key=lambda row: row.elapsed)
        return rows[first : bisect_right(rows, self.end, key=lambda row: row.elapsed)]

    def any_lab(self, analyte: str, test: Callable[[LabValue], Ternary]) -> Ternary:
        """Whether any result of an analyte meets a test; null where there is none."""
        return any_of(test(measured) for measured in self.labs(analyte))

    def extremes(self, names: Iterable[str], *, highest: bool = True) -> dict[str, str]:
        """The highest (lowest) results of these analytes, for a reader."""
        choose = max if highest else min
        return {
            name: lab_text(choose(measured, key=lambda measured: measured.value))
            for name in names
            if (measured := self.labs(name))
        }

    def unmeasured(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(name for name in names if not self.labs(name))


def ferritin_window_of(
    record: Record, analytes: Sequence[str], local: LocalRules
) -> FerritinWindow | None:
    """The window of a course; None without any of these analytes and without a marrow.

    Without a ferritin it lies around the latest of them; a marrow without hemophagocytosis, or a
    result that is not used, is taken as its middle only where there is nothing else.
    """
    index = labs_of(record)
    ferritin = index.between("ferritin", INFUSION)
    if ferritin:
        anchor = max(ferritin, key=lambda measured: (measured.value, measured.elapsed)).elapsed
    else:
        latest = [
            measured[-1].elapsed for name in analytes if (measured := index.between(name, INFUSION))
        ]
        latest += marrow_times(record, with_hemophagocytosis=True)
        latest = latest or marrow_times(record, with_hemophagocytosis=False)
        latest = latest or [result.elapsed for result in index.not_used(analytes, INFUSION)]
        if not latest:
            return None
        anchor = max(latest)
    width = local.hyperinflammation_window_hours * HOUR
    return FerritinWindow(record, index, max(INFUSION, anchor - width), anchor, anchor + width)


def marrow_times(record: Record, *, with_hemophagocytosis: bool) -> list[timedelta]:
    """The times since the infusion at which hemophagocytosis was seen, or a marrow was without it.

    A marrow of which the report does not say is neither.
    """
    return [
        event.elapsed
        for event in record.events
        if event.elapsed >= INFUSION and hemophagocytosis_of(event) is with_hemophagocytosis
    ]


def hemophagocytosis_of(event: Event) -> bool | None:
    """Whether an event shows hemophagocytosis; None where it says nothing of it."""
    if event.kind == EventKind.HEMOPHAGOCYTOSIS:
        return True
    return event.hemophagocytosis if event.kind == EventKind.MARROW else None


def hemophagocytosis_item(
    record: Record, code: str, start: timedelta, end: timedelta | None = None
) -> ChecklistItem:
    """Hemophagocytosis in marrow or another organ: seen, not in the marrow, or never looked for."""
    present, absent = (
        any(
            start <= at and (end is None or at <= end)
            for at in marrow_times(record, with_hemophagocytosis=answer)
        )
        for answer in (True, False)
    )
    if present:
        return ChecklistItem(code, True, code)
    if absent:
        return ChecklistItem(code, False, f"{code}_not")
    return ChecklistItem(code, None, missing=("hemophagocytosis",))


def hemophagocytosis(window: FerritinWindow, code: str) -> ChecklistItem:
    """Hemophagocytosis within the window."""
    return hemophagocytosis_item(window.record, code, window.start, window.end)


def sign(window: FerritinWindow, code: str, name: str) -> ChecklistItem:
    """A yes-or-no finding of any assessment in the window."""
    answers = [getattr(row, name) for row in window.findings()]
    met = any_of(answer for answer in answers if answer is not None)
    if met is None:
        return ChecklistItem(code, None, missing=(name,))
    return ChecklistItem(code, met, code if met else f"{code}_not")
