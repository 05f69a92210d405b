"""The patient as a form is opened: the record so far, the last values, the clock.

The last values stand beside the fields. They are never put into one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import cached_property
from typing import Any, Protocol

from grading.record import Findings, Record, Weight
from grading.rules.neurotoxicity.icans_facts import CAPD, ICE, instrument_of
from grading.rules.neurotoxicity.ice import recorded_total
from grading.rules.signs.pressure import low_pressure
from grading.table.fields import Each
from grading.table.findings import OBSERVATION
from patients.models import ClinicalRow, Course
from patients.reading.support import Support, support_at
from patients.regrading.graded import local_rules
from patients.regrading.record import record_of
from patients.regrading.standing import death_of
from patients.words import entry_words, wording
from patients.words.now.death import died


@dataclass(frozen=True, slots=True)
class Last:
    """A value that was recorded before, with its time; `clock` says that on the ward."""

    value: Any
    text: str
    at: datetime
    clock: str


class Scene(Protocol):
    """The place and moment at which a form is filled in: time, time zone, and Day n of a date."""

    @property
    def now(self) -> datetime: ...

    @property
    def zone(self) -> tzinfo: ...

    def day_of(self, day: date) -> int | None:
        """Day n of a date; None without an infusion."""


@dataclass(frozen=True)
class Bedside:
    """One course at one moment. `leaving_out` is a row that is about to be corrected.

    `so_far` is the record, where somebody has read it already.
    """

    course: Course
    now: datetime
    leaving_out: ClinicalRow | None = None
    so_far: Record | None = None

    @property
    def zone(self) -> tzinfo:
        return self.course.zone

    @cached_property
    def record(self) -> Record:
        return record_of(self.course) if self.so_far is None else self.so_far

    @cached_property
    def death(self) -> str:
        """The recorded death in words; empty without one. What came before can still be entered."""
        death = death_of(self.record, self.course.infused_at)
        return "" if death is None else died(death, self.zone)

    @property
    def elapsed(self) -> timedelta:
        return self.now - self.course.infused_at

    @cached_property
    def instruments(self) -> frozenset[str]:
        """ICE, CAPD, or both where the age is unknown."""
        is_delayed = self.record.developmental_delay is True
        if self.record.age_at(self.elapsed) is None and not is_delayed:
            return frozenset({ICE, CAPD})
        return frozenset({instrument_of(Findings(self.elapsed), self.record, local_rules())[0]})

    @cached_property
    def earlier(self) -> list[Findings]:
        """The assessments up to now, or up to the corrected entry, newest first and without it."""
        until, left_out = self.elapsed, ""
        if self.leaving_out is not None:
            until = self.leaving_out.at - self.course.infused_at
            left_out = str(self.leaving_out.uid)
        until_then = [row for row in self.record.findings if row.elapsed <= until]
        return [row for row in reversed(until_then) if row.uid != left_out]

    def last(self, name: str, key: str = "") -> Last | None:
        """The latest recorded value of one finding, or of one key of it: the rate of an agent."""
        if name == "measured_weight_kg":
            weight = self.last_weight()
            if weight is None or weight.measured is None:
                return None
            return self.last_of(weight.kg, wording.number(weight.kg), weight.measured)
        kind = OBSERVATION[name].kind
        for row in self.earlier:
            value: Any = recorded_total(row) if name == "ice_total" else getattr(row, name)
            if isinstance(kind, Each) and value is not None:
                value = value.get(key)
            if value is not None and value != "":
                text = (
                    entry_words.in_words(kind.values[key], value)
                    if isinstance(kind, Each)
                    else entry_words.entered_in_words(name, value)
                )
                return self.last_of(value, text, row.elapsed)
        return None

    def last_weight(self) -> Weight | None:
        """The newest weight of the course and of the assessments that came before."""
        before = replace(self.record, findings=tuple(self.earlier))
        return before.weight_at(self.elapsed)

    def support_at(self, at: datetime) -> Support | None:
        """The support at a moment, by the entries before it and by what runs then."""
        left_out = "" if self.leaving_out is None else str(self.leaving_out.uid)
        return support_at(self.record, at - self.course.infused_at, left_out)

    def has_low_pressure(
        self, systolic_mmhg: Decimal | None, diastolic_mmhg: Decimal | None, at: datetime
    ) -> bool | None:
        """Whether this pressure (mmHg) is below the limit of this patient."""
        elapsed = at - self.course.infused_at
        pressure = Findings(elapsed, systolic_mmhg=systolic_mmhg, diastolic_mmhg=diastolic_mmhg)
        return low_pressure(
            pressure, self.record.baseline, self.record.age_at(elapsed), local_rules()
        )

    def day_of(self, day: date) -> int:
        """Day n of a date on the ward."""
        return (day - self.course.infused_at.astimezone(self.zone).date()).days

    def at(self, elapsed: timedelta) -> datetime:
        return self.course.infused_at + elapsed

    def last_of(self, value: Any, text: str, elapsed: timedelta) -> Last:
        """A last value to stand beside its field."""
        at = self.at(elapsed)
        return Last(value, text, at, wording.clock_or_date(at, self.now, self.zone))
