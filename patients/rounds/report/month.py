"""The report of one ward and month, put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from patients.models import Course, Ward
from patients.rounds.report.calls_of_month import (
    CallCounts,
    CallOfMonth,
    call_counts,
    calls_between,
)
from patients.rounds.report.compliance import (
    Compliance,
    TypedLate,
    compliance_of,
    shift_at,
    shift_names,
)
from patients.rounds.report.reading import Entered, entered_between, records_of
from patients.rounds.report.stays import Stay, patient_days, stays_on
from patients.rounds.report.stories import story_of
from patients.rounds.rules.clocks import Clock
from patients.rounds.rules.replay import DueWindow, replay, windows_between
from patients.rounds.rules.schedule import Schedule
from patients.rounds.ward_settings import rounds_of_ward
from patients.words.late import late_by


@dataclass(frozen=True, slots=True)
class Month:
    """One calendar month by the clock of a ward."""

    year: int
    number: int

    @classmethod
    def of(cls, at: datetime, zone: ZoneInfo) -> Month:
        local = at.astimezone(zone)
        return cls(local.year, local.month)

    @classmethod
    def read(cls, text: str) -> Month | None:
        """The month in an address, 2026-11; None where it is none."""
        try:
            first = date.fromisoformat(f"{text}-01")
        except ValueError:
            return None
        is_near = 1990 <= first.year <= 2150
        return cls(first.year, first.month) if is_near and text == f"{first:%Y-%m}" else None

    @property
    def key(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    @property
    def name(self) -> str:
        return f"{date(self.year, self.number, 1):%B %Y}"

    def step(self, months: int) -> Month:
        """The month that comes so many months later, or earlier."""
        years, place = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(years, place + 1)

    def begins(self, zone: ZoneInfo) -> datetime:
        return datetime(self.year, self.number, 1, tzinfo=zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class MonthReport:
    """Everything that the page and the table show of one ward and month.

    windows  by course, what was due there in the month
    is_current  the month is not over: everything is so far
    is_ahead    the month has not begun
    """

    ward: Ward
    month: Month
    zone: ZoneInfo
    schedule: Schedule
    is_current: bool
    is_ahead: bool
    patients: int
    calls: Sequence[CallOfMonth]
    counts: CallCounts
    windows: Mapping[Course, Sequence[DueWindow]]
    compliance: Sequence[Compliance]
    typed_late: Sequence[TypedLate]

    @property
    def is_empty(self) -> bool:
        return not self.patients and not self.calls


def report_of(ward: Ward, month: Month, now: datetime) -> MonthReport:
    """The report of a ward, by its schedule and its grades as they stand now."""
    zone, schedule = ZoneInfo(ward.time_zone), rounds_of_ward(ward).schedule
    begin, end = month.begins(zone), min(month.step(1).begins(zone), now)
    stays = stays_on(ward, begin, end) if begin < end else {}
    calls = calls_between(ward, begin, end)
    windows = _windows(stays, schedule, now)
    flat = [each for of_course in windows.values() for each in of_course]
    entered = entered_between([course.pk for course in stays], begin, end)
    return MonthReport(
        ward=ward,
        month=month,
        zone=zone,
        schedule=schedule,
        is_current=begin <= now == end,
        is_ahead=begin > now,
        patients=len({course.patient_id for course in stays}),
        calls=calls,
        counts=call_counts(calls, patient_days(stays)),
        windows=windows,
        compliance=compliance_of(flat, schedule.shifts, zone, now),
        typed_late=_typed_late(entered, stays, schedule, zone),
    )


def _windows(
    stays: Mapping[Course, tuple[Stay, ...]], schedule: Schedule, now: datetime
) -> dict[Course, list[DueWindow]]:
    """What was due for each course while it lay on the ward; what came of it may be later."""
    records = records_of(list(stays))
    windows: dict[Course, list[DueWindow]] = {}
    for course, times in stays.items():
        windows[course] = []
        for clock in Clock:
            story = story_of(clock, records[course.pk], schedule.panel)
            replayed = replay(story, schedule, until=now)
            for stay in times:
                windows[course] += windows_between(replayed, stay.from_at, stay.to_at)
    return windows


def _typed_late(
    entered: Sequence[Entered],
    stays: Mapping[Course, tuple[Stay, ...]],
    schedule: Schedule,
    zone: ZoneInfo,
) -> list[TypedLate]:
    times = {course.pk: of_course for course, of_course in stays.items()}
    names = shift_names(schedule.shifts)
    counted = [0] * len(names)
    late: list[list[timedelta]] = [[] for _ in names]
    for course, at, recorded_at in entered:
        if any(stay.has(at) for stay in times[course]):
            place = shift_at(at, schedule.shifts, zone)
            counted[place] += 1
            if (later := late_by(at, recorded_at)) is not None:
                late[place].append(later)
    by_shift = [
        TypedLate(name, count, tuple(sorted(of_shift)))
        for name, count, of_shift in zip(names, counted, late, strict=True)
    ]
    every = tuple(sorted(each for of_shift in late for each in of_shift))
    return [TypedLate("all shifts", sum(counted), every), *(by_shift if len(names) > 1 else [])]
