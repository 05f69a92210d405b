"""The report as tables to download. They name no patient; `course` is as in a chart's address."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime
from io import StringIO
from typing import Any

from grading.documents.course_csv import harmless
from patients.rounds.report.compliance import shift_at, shift_names
from patients.rounds.report.month import MonthReport

DUE_HEADER = (
    "ward",
    "course",
    "clock",
    "shift",
    "due_at",
    "on_time_until",
    "every_minutes",
    "outcome",
    "ended_at",
    "minutes_late",
    "reason",
    "after_pause",
)
CALLS_HEADER = (
    "ward",
    "course",
    "opened_at",
    "grade",
    "causes",
    "began_at",
    "answer_by",
    "answered_at",
    "in_time",
    "outcome",
    "closed_at",
)


def due_table(report: MonthReport) -> str:
    """Everything that was due, with what came of it."""
    shifts = report.schedule.shifts
    names = shift_names(shifts)
    rows = (
        (
            report.ward.name,
            course.uid,
            each.clock.value,
            names[shift_at(each.counted_at, shifts, report.zone)],
            _text(each.due_at, report),
            _text(each.until, report),
            each.minutes,
            each.outcome.value,
            _text(each.to_at, report),
            each.late_minutes,
            each.reason,
            "yes" if each.after_pause else "no",
        )
        for course, windows in report.windows.items()
        for each in windows
    )
    return _written(DUE_HEADER, rows)


def calls_table(report: MonthReport) -> str:
    """Every time that a call waited for an answer."""
    return _written(CALLS_HEADER, _calls(report))


def _calls(report: MonthReport) -> Iterator[tuple[Any, ...]]:
    for each in report.calls:
        call = each.call
        causes = "; ".join(cause.text for cause in call.causes or call.withdrawn)
        outcome = "open" if call.outcome is None else call.outcome.value
        for wait in each.waits:
            yield (
                report.ward.name,
                each.course.uid,
                _text(call.opened_at, report),
                call.grade,
                causes,
                _text(wait.began_at, report),
                _text(wait.by_at, report),
                _text(wait.answered_at, report),
                "in error" if wait.in_error else "yes" if wait.in_time else "no",
                outcome,
                _text(call.closed_at, report),
            )


def _text(at: datetime | None, report: MonthReport) -> str | None:
    return None if at is None else at.astimezone(report.zone).isoformat(timespec="seconds")


def _written(header: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> str:
    out = StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(header)
    for row in rows:
        table.writerow(map(harmless, row))
    return out.getvalue()
