"""The report in words and bars. Every bar has its numbers beside it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from patients.rounds.call_pages.call_words import call_for_handover
from patients.rounds.report.calls_of_month import CallOfMonth
from patients.rounds.report.compliance import Compliance, TypedLate
from patients.rounds.report.month import MonthReport
from patients.rounds.rules.replay import WindowOutcome
from patients.words import wording

BAR = 100
"""The width of a bar in its own units: a bar is all that was due."""
PARTS = (
    ("on_time", "in time", (WindowOutcome.EARLY, WindowOutcome.ON_TIME)),
    ("late", "late", (WindowOutcome.LATE,)),
    ("not_done", "not done, with a reason", (WindowOutcome.NOT_DONE,)),
    ("missed", "missed", (WindowOutcome.MISSED,)),
)
"""The parts of a bar, in their order: key, words, and the outcomes that it holds."""


class BarPart(NamedTuple):
    """One part of a bar: where it begins and how wide it is, of `BAR`."""

    key: str
    words: str
    begins: str
    width: str


@dataclass(frozen=True, slots=True)
class ComplianceLine:
    """One clock in one shift."""

    clock: str
    shift: str
    is_total: bool
    due: int
    in_time: str
    cells: tuple[str, ...]
    early: int
    late: str
    reasons: str
    open: str
    bar: tuple[BarPart, ...]
    bar_words: str


def shown_compliance(lines: Sequence[Compliance]) -> list[ComplianceLine]:
    return [_shown(line) for line in lines if line.due or line.shift == "all shifts"]


def _shown(line: Compliance) -> ComplianceLine:
    counts = line.counts
    numbers = [sum(counts[each] for each in outcomes) for _, _, outcomes in PARTS]
    still_open = counts[WindowOutcome.OPEN]
    late = ""
    if line.median_late is not None and line.longest_late is not None:
        late = f"by {spoken(line.median_late)} (median), {spoken(line.longest_late)} at most"
    return ComplianceLine(
        clock=line.clock.label,
        shift=line.shift,
        is_total=line.shift == "all shifts",
        due=line.due,
        cells=tuple(str(number) for number in numbers[1:]),
        in_time=share(line.in_time, line.due),
        early=counts[WindowOutcome.EARLY],
        late=late,
        reasons=", ".join(f"{reason} {count}" for reason, count in line.reasons),
        open=f"{still_open} now, {line.overdue} of these overdue" if still_open else "",
        bar=_bar(numbers),
        bar_words=", ".join(
            f"{number} {words}" for number, (_, words, _) in zip(numbers, PARTS, strict=True)
        ),
    )


def _bar(numbers: Sequence[int]) -> tuple[BarPart, ...]:
    total, begins, parts = sum(numbers), 0, []
    for number, (key, words, _) in zip(numbers, PARTS, strict=True):
        if number:
            at, width = BAR * begins / total, BAR * number / total
            parts.append(BarPart(key, f"{words}: {number}", f"{at:.2f}", f"{width:.2f}"))
        begins += number
    return tuple(parts)


def share(part: int, whole: int) -> str:
    """The share in words: 7 of 9, 78 %; without anything it says so."""
    return f"{part} of {whole}, {round(100 * part / whole)} %" if whole else "nothing to count"


def spoken(span: timedelta | None) -> str:
    return wording.DASH if span is None else wording.duration(span)


class NumberNamed(NamedTuple):
    """One number of the report with its name."""

    name: str
    value: str
    note: str = ""


def call_facts(report: MonthReport) -> list[NumberNamed]:
    """The numbers of the calls."""
    counts = report.counts
    rate = counts.per_patient_day
    per_day = wording.DASH if rate is None else f"{rate:.2f}"
    days = f"{counts.calls} calls in {counts.patient_days:.1f} patient-days"
    error = f"{counts.in_error} more fell away: entered in error" if counts.in_error else ""
    first = "before the first step ended"
    return [
        NumberNamed("Calls per patient-day", per_day, days),
        NumberNamed("Answered", share(counts.answered, counts.waits), error),
        NumberNamed("Answered in time", share(counts.in_time, counts.waits), first),
        NumberNamed("Time to the answer, median", spoken(counts.median), "of those answered"),
        NumberNamed("Time to the answer, 90th percentile", spoken(counts.p90), "of those answered"),
        NumberNamed(
            "Outcomes", ", ".join(f"{name} {n}" for name, n in counts.outcomes) or wording.DASH
        ),
    ]


class OpenCallLine(NamedTuple):
    """One call without an outcome. `uid` is empty for a patient whom the reader does not see."""

    patient: str
    uid: str
    story: str


ELSEWHERE = "a patient who is on another ward now"


def open_calls(
    calls: Sequence[CallOfMonth], ward_ids: Collection[int], report: MonthReport
) -> list[OpenCallLine]:
    """The calls that have no outcome yet, by name where the reader sees the patient."""
    lines = []
    for each in calls:
        if each.is_open:
            course = each.course
            is_visible = course.ward_id in ward_ids
            name = course.patient.display_name if is_visible else ELSEWHERE
            uid = str(course.uid) if is_visible else ""
            lines.append(OpenCallLine(name, uid, call_for_handover(each.call, report.zone)))
    return lines


class TypedLateLine(NamedTuple):
    shift: str
    share: str
    median: str
    longest: str


def shown_typed_late(lines: Sequence[TypedLate]) -> list[TypedLateLine]:
    return [
        TypedLateLine(
            line.shift,
            share(len(line.late), line.entered),
            spoken(line.median),
            spoken(line.longest),
        )
        for line in lines
        if line.entered
    ]
