"""The record of one CAR-T course: all that the rules read, in plain values, in order of time.

Times are `timedelta` since the start of the first infusion (negative before it), so that a
course published without dates grades like any other. None is "not recorded", always.
"""

# ruff: noqa: PLC0414 - the entries belong to the record, and are imported from here

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from grading.entries.adjudication import Adjudication as Adjudication
from grading.entries.dose import Dose as Dose
from grading.entries.event import Event as Event
from grading.entries.findings import NOTHING_ATTRIBUTED as NOTHING_ATTRIBUTED
from grading.entries.findings import Findings as Findings
from grading.entries.lab import Lab as Lab
from grading.entries.step_mark import StepMark as StepMark
from grading.kinds import (
    ADJUDICATION,
    ASSESSMENT,
    DOSE,
    EVENT,
    LAB_RESULT,
    STEP_MARK,
    EntryKind,
)

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
INFUSION = timedelta(0)
"""The start of the first infusion: Day 0 begins on its calendar date."""
ADULT_FROM_YEARS = 18
DAYS_OF_A_YEAR = Decimal("365.25")


def completed_years(born: date, today: date) -> int:
    """Age in completed years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


@lru_cache(maxsize=4096)
def hours_of(elapsed: timedelta) -> int | float:
    """Hours since the first infusion, whole where they are whole."""
    hours = elapsed / HOUR
    return int(hours) if hours == int(hours) else hours


class Weight(NamedTuple):
    """A weight, and when it was measured; None where that is not recorded.

    `uid` is the assessment that has it; empty for the weight of the course.
    """

    kg: Decimal
    measured: timedelta | None
    uid: str = ""


@dataclass(slots=True)
class Baseline:
    """The findings that were usual for this patient before the infusion."""

    systolic_mmhg: Decimal | None = None
    oxygen_device: str | None = None
    oxygen_flow_l_min: Decimal | None = None
    spo2_percent: Decimal | None = None
    home_cpap: bool | None = None
    ice_total: int | None = None
    capd_total: int | None = None
    ferritin_ng_ml: Decimal | None = None
    immunosuppressed: bool | None = None


_BY_TIME = attrgetter("elapsed")
_FINDINGS_BY_TIME = itemgetter(0)


@dataclass(slots=True)
class Record:
    """One course: the patient, the infusion, the baseline, every entry in order of observation.

    `age_years` is the age at infusion, used where there is no birth date; it may be a fraction
    in infants. `zone` is None only where the course has no dates; days are then whole 24 h.
    """

    age_years: Decimal | None = None
    birth_date: date | None = None
    sex: str | None = None
    developmental_delay: bool | None = None
    product: str | None = None
    indication: str | None = None
    infused_at: datetime | None = None
    zone: tzinfo | None = None
    later_infusions: tuple[timedelta, ...] = ()
    weight_kg: Decimal | None = None
    weighed: timedelta | None = None
    closed: timedelta | None = None
    last_follow_up_day: int | None = None
    baseline: Baseline = field(default_factory=Baseline)
    findings: tuple[Findings, ...] = ()
    labs: tuple[Lab, ...] = ()
    doses: tuple[Dose, ...] = ()
    events: tuple[Event, ...] = ()
    adjudications: tuple[Adjudication, ...] = ()
    step_marks: tuple[StepMark, ...] = ()
    lab_index: object = field(default=None, init=False, repr=False, compare=False)
    """The results by analyte, stored here by `engine.labs`, which sorts them once."""
    _days: tuple[tuple[Findings, ...], tuple[int, ...]] = field(
        default=((), ()), init=False, repr=False, compare=False
    )
    """Day n of each of these assessments, counted once for all systems."""

    def __post_init__(self) -> None:
        self.put_in_order()

    def put_in_order(self) -> None:
        """Sort the entries of each kind by time; those of one time stay in the order given.

        Whoever makes a record gives them in the order in which they were entered.
        """
        self.findings = tuple(sorted(self.findings, key=_FINDINGS_BY_TIME))
        self.labs = tuple(sorted(self.labs, key=_BY_TIME))
        self.doses = tuple(sorted(self.doses, key=_BY_TIME))
        self.events = tuple(sorted(self.events, key=_BY_TIME))
        self.adjudications = tuple(sorted(self.adjudications, key=_BY_TIME))
        self.step_marks = tuple(sorted(self.step_marks, key=_BY_TIME))
        self.later_infusions = tuple(sorted(self.later_infusions))

    def at(self, elapsed: timedelta) -> datetime | None:
        """The date and time at `elapsed`; None where the course has no dates."""
        return None if self.infused_at is None else self.infused_at + elapsed

    def local_date(self, elapsed: timedelta) -> date | None:
        """The calendar date in the course's time zone; None where it has no dates."""
        return None if self.infused_at is None else _local_date(*self._clock(), elapsed)

    def _clock(self) -> tuple[datetime | None, tzinfo | None, tzinfo | None]:
        """Infusion time, its own zone and the course's: two equal times may differ in the zone."""
        own = None if self.infused_at is None else self.infused_at.tzinfo
        return self.infused_at, own, self.zone or own

    def day(self, elapsed: timedelta, *, since: timedelta = timedelta(0)) -> int:
        """Day n: local calendar days since the infusion at `since`, which is Day 0."""
        if self.infused_at is None:
            return (elapsed - since) // DAY
        return _days_between(*self._clock(), since, elapsed)

    def days(self) -> tuple[int, ...]:
        """Day n of each assessment, in order."""
        if self._days[0] is not self.findings:
            days = tuple(self.day(findings.elapsed) for findings in self.findings)
            self._days = self.findings, days
        return self._days[1]

    def latest_infusion(self, elapsed: timedelta) -> timedelta:
        """The last infusion started at or before that moment; the first where none was."""
        started = [infusion for infusion in self.later_infusions if infusion <= elapsed]
        return started[-1] if started else timedelta(0)

    def age_at(self, elapsed: timedelta) -> Decimal | None:
        """Age in completed years, in infants as a fraction of a year; None where unknown."""
        born = self.birth_date
        if born is None or (today := self.local_date(elapsed)) is None:
            return self.age_years
        years = completed_years(born, today)
        return Decimal(years) if years >= 1 else Decimal((today - born).days) / DAYS_OF_A_YEAR

    def newest_examination(self) -> Findings | None:
        """The last assessment that is more than a worry or a note."""
        return next((each for each in reversed(self.findings) if each.is_examination()), None)

    def weight_at(self, elapsed: timedelta) -> Weight | None:
        """The newest weight at that moment, of the course and of its assessments: for doses.

        The weight of the course stands where no assessment has one, whenever it was measured.
        Grades use it alone.
        """
        of_course = None if self.weight_kg is None else Weight(self.weight_kg, self.weighed)
        for findings in reversed(self.findings):
            if findings.elapsed <= elapsed and findings.measured_weight_kg is not None:
                is_older = self.weighed is not None and findings.elapsed < self.weighed <= elapsed
                if of_course is not None and is_older:
                    return of_course
                return Weight(findings.measured_weight_kg, findings.elapsed, findings.uid)
        return of_course


ENTRY_TYPES: dict[EntryKind, type[Any]] = {
    ASSESSMENT: Findings,
    LAB_RESULT: Lab,
    DOSE: Dose,
    EVENT: Event,
    ADJUDICATION: Adjudication,
    STEP_MARK: StepMark,
}
RECORD_FIELDS: dict[EntryKind, str] = {
    ASSESSMENT: "findings",
    LAB_RESULT: "labs",
    DOSE: "doses",
    EVENT: "events",
    ADJUDICATION: "adjudications",
    STEP_MARK: "step_marks",
}
"""The field of `Record` that holds the entries of each kind."""


@lru_cache(maxsize=4096)
def _local_date(
    infused_at: datetime, _own: tzinfo | None, zone: tzinfo | None, elapsed: timedelta
) -> date:
    """The calendar date at `elapsed`; cached, since every system asks for the same moments."""
    return (infused_at + elapsed).astimezone(zone).date()


@lru_cache(maxsize=4096)
def _days_between(
    infused_at: datetime,
    own: tzinfo | None,
    zone: tzinfo | None,
    since: timedelta,
    elapsed: timedelta,
) -> int:
    """Local calendar days from `since` to `elapsed`."""
    first = _local_date(infused_at, own, zone, since)
    return (_local_date(infused_at, own, zone, elapsed) - first).days
