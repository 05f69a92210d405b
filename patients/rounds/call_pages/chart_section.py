"""The call on the chart: at the top while it is open or was closed lately; all calls as a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from patients.chart.entries import EntryLine
from patients.chart.lists import ChartList
from patients.chart.sections import ChartPage, ChartSection
from patients.models import Course
from patients.permissions import has_right
from patients.reading.course_file import CourseFile
from patients.rights import ANSWER_CALL
from patients.rounds.call_pages.call_shown import call_shown, taps_of
from patients.rounds.call_pages.call_words import event_in_words, outcome_in_words, subject_of
from patients.rounds.call_pages.calls_of_course import (
    SHOWN_AFTER_CLOSING,
    CallWithEvents,
    asks_whom,
    calls_of_course,
    open_call_of,
)
from patients.rounds.rules.calls import Call, CallEvent
from patients.words import wording


@dataclass(frozen=True, slots=True)
class ClosedCall:
    """A call that was closed, in one line."""

    uid: UUID
    words: str


def open_call_context(
    request: HttpRequest, course: Course, call: Call | None, now: datetime, *, page: str
) -> dict[str, Any]:
    """What the template of an open call needs; `page` is where its forms lead back to."""
    if call is None:
        return {"call": None}
    may_act = has_right(request.user, ANSWER_CALL)
    role = getattr(request.user, "role", "") if may_act else ""
    return {
        "call": call_shown(call, now, course.zone, role, asks_whom=asks_whom(call)),
        "call_taps": taps_of(call) if may_act else None,
        "call_page": page,
    }


def _call_context(page: ChartPage) -> dict[str, Any]:
    course, now = page.course, page.now
    closed = calls_of_course(course, closed_since=now - SHOWN_AFTER_CLOSING)
    shown = open_call_context(page.request, course, open_call_of(course), now, page="chart")
    return shown | {"closed_calls": [closed_line(each.call, now, course) for each in closed]}


def closed_line(call: Call, now: datetime, course: Course) -> ClosedCall:
    """Call of 02:14, CRS 3: seen 02:35, plan: fluids; closed by P. Physician 02:40."""
    zone = course.zone
    opened = wording.clock_or_date(call.opened_at, now, zone)
    closed = "" if call.closed_at is None else wording.clock_or_date(call.closed_at, now, zone)
    words = f"Call of {opened}, {subject_of(call)}: {outcome_in_words(call, zone)}"
    return ClosedCall(call.uid, f"{words}; closed by {call.closed_by} {closed}")


def _stamp(course: Course, now: datetime) -> tuple[Any, ...]:
    """What of an open call changes by the clock alone."""
    call = open_call_of(course)
    return () if call is None else (call.step_at(now), call.is_overdue(now))


def _rows(file: CourseFile) -> list[tuple[CallWithEvents, CallEvent]]:
    """Every event of every call, newest first."""
    rows = [(one, event) for one in calls_of_course(file.course) for event in one.happened]
    return sorted(rows, key=lambda row: (row[1].recorded_at, row[1].number), reverse=True)


def event_lines(
    file: CourseFile, rows: Sequence[tuple[CallWithEvents, CallEvent]]
) -> list[EntryLine]:
    """These events as lines: of which call, what happened, by whom."""
    return [_line(one, event, file.course) for one, event in rows]


def events_shown(one: CallWithEvents, course: Course) -> list[EntryLine]:
    """Everything that happened to one call, oldest first."""
    lines = [_line(one, event, course) for event in one.happened]
    return [replace(line, cells=line.cells[1:]) for line in lines]


def _line(one: CallWithEvents, event: CallEvent, course: Course) -> EntryLine:
    zone = course.zone
    return EntryLine(
        kind="calls",
        uid=event.uid,
        at=event.at,
        time=wording.short_date_and_time(event.at, zone),
        day=wording.signed(course.day(event.at)),
        cells=(
            wording.short_date_and_time(one.call.opened_at, zone),
            event_in_words(event.kind, event.data, zone),
        ),
        badges=(),
        note="",
        by=event.by,
        late="",
        out="",
    )


CALL_LIST = ChartList(
    key="calls",
    title="Calls",
    noun="events of calls",
    rows=_rows,
    lines=event_lines,
    template="chart/_chart_lines_table.html",
    heads=("Call of", "What happened"),
    at_once=4,
    on_chart=6,
    can_change=False,
)

CALL = ChartSection(
    key="call",
    place="top",
    template="rounds/_chart_call.html",
    context=_call_context,
    stamp=_stamp,
)
CALLS = ChartSection(
    key="call_events",
    place="lists",
    template="rounds/_chart_call_events.html",
    context=lambda page: {"call_events": SimpleLazyObject(lambda: CALL_LIST.newest(page.file))},
)
