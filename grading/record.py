"""The record of one CAR-T course: all that the rules read, in plain values, in order of time.

Times are `timedelta` since the start of the first infusion (negative before it), so that a
course published without dates grades like any other. None is "not recorded", always.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from grading.agents import AGENTS, CONTINUOUS, DrugClass, agent_named, is_rate
from grading.kinds import ASSESSMENT, DOSE, EVENT, LAB_RESULT, EntryKind
from grading.vocabulary import ANALYTES

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
INFUSION = timedelta(0)
"""The start of the first infusion: Day 0 begins on its calendar date."""
ADULT_FROM_YEARS = 18
DAYS_OF_A_YEAR = Decimal("365.25")


def completed_years(born: date, today: date) -> int:
    """Age in completed years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def hours_of(elapsed: timedelta) -> int | float:
    """Hours since the first infusion, whole where they are whole."""
    hours = elapsed / HOUR
    return int(hours) if hours == int(hours) else hours


NOTHING_ATTRIBUTED: Mapping[str, str] = {}
"""Shared by all assessments without an attribution, and never changed."""


class Findings(NamedTuple):
    """One assessment: everything that was observed at one moment. Any field may be None.

    A tuple, since a million of them are made when a registry is read.

    `table.findings.OBSERVATIONS` declares each with its unit, words and limits. The bedside set
    comes first; the fields after `other_neuro` serve other systems than ASTCT.
    """

    elapsed: timedelta
    uid: str = ""
    temperature_c: Decimal | None = None
    fever: bool | None = None
    systolic_mmhg: Decimal | None = None
    diastolic_mmhg: Decimal | None = None
    heart_rate: Decimal | None = None
    respiratory_rate: Decimal | None = None
    spo2_percent: Decimal | None = None
    hypotension: bool | None = None
    fluid_bolus: bool | None = None
    vasopressors: tuple[str, ...] | None = None
    oxygen_device: str | None = None
    oxygen_flow_l_min: Decimal | None = None
    fio2_percent: Decimal | None = None
    positive_pressure_for: str | None = None
    vitals_not_done: str | None = None
    attribution: Mapping[str, str] = NOTHING_ATTRIBUTED
    ice: dict[str, int | None] | None = None
    ice_total: int | None = None
    ice_not_done: str | None = None
    capd_total: int | None = None
    capd_not_done: str | None = None
    consciousness: str | None = None
    seizure: str | None = None
    motor: str | None = None
    icp: tuple[str, ...] | None = None
    other_neuro: tuple[str, ...] | None = None
    fluid_boluses: int | None = None
    vasopressor_rates: dict[str, Decimal] | None = None
    vasopressor_hours: Decimal | None = None
    refractory_hypotension: bool | None = None
    life_threatening: bool | None = None
    constitutional_symptoms: bool | None = None
    crs_response: str | None = None
    organ_toxicity: dict[str, int] | None = None
    coagulopathy_treated: bool | None = None
    iv_therapy: bool | None = None
    head_of_government: int | None = None
    seizure_kind: str | None = None
    seizure_multiple: bool | None = None
    papilledema_stage: int | None = None
    csf_opening_mmhg: Decimal | None = None
    daily_living: str | None = None
    splenomegaly: bool | None = None
    hepatomegaly: bool | None = None
    nk_activity_low: bool | None = None
    note: str = ""

    def has_crs_part(self) -> bool:
        """Whether any finding by which CRS is graded was recorded."""
        return (
            self.temperature_c is not None
            or self.oxygen_device is not None
            or self.fever is not None
            or self.systolic_mmhg is not None
            or self.diastolic_mmhg is not None
            or self.spo2_percent is not None
            or self.hypotension is not None
            or self.vasopressors is not None
        )

    def has_icans_part(self) -> bool:
        """Whether any finding by which ICANS is graded was recorded."""
        return (
            self.ice_total is not None
            or self.consciousness is not None
            or self.ice_not_done is not None
            or self.capd_total is not None
            or self.capd_not_done is not None
            or self.seizure is not None
            or self.motor is not None
            or self.icp is not None
            or self.has_ice_points()
        )

    def has_ice_points(self) -> bool:
        """Whether at least one ICE item was scored."""
        return self.ice is not None and any(points is not None for points in self.ice.values())


@dataclass(slots=True)
class Lab:
    """One laboratory result; value, unit and the laboratory's limits as received."""

    elapsed: timedelta
    analyte: str
    value: Decimal
    comparator: str = "="
    unit: str | None = None
    lower_limit: Decimal | None = None
    upper_limit: Decimal | None = None
    fasting: bool | None = None
    status: str | None = None
    specimen: str | None = None
    uid: str = ""
    note: str = ""

    @property
    def canonical_value(self) -> Decimal | None:
        """The value in the analyte's canonical unit; None where the unit has no factor."""
        return ANALYTES[self.analyte].canonical(self.value, self.unit)

    def canonical(self, limit: Decimal | None) -> Decimal | None:
        """A limit of normal of the laboratory's own in the canonical unit; None without one."""
        return None if limit is None else ANALYTES[self.analyte].canonical(limit, self.unit)


@dataclass(slots=True)
class Dose:
    """One dose of a drug, or one run to `ended`. A known drug gets its own name and class here."""

    elapsed: timedelta
    agent: str
    drug_class: str = ""
    amount: Decimal | None = None
    unit: str | None = None
    route: str | None = None
    ended: timedelta | None = None
    uid: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        listed = agent_named(self.agent)
        if listed is not None:
            self.agent, self.drug_class = listed, AGENTS[listed].value
        elif not self.drug_class:
            self.drug_class = DrugClass.OTHER.value

    def is_run(self) -> bool:
        """Whether the drug is given over time: there is an end, a rate, or a class that runs.

        A vasopressor in a unit that is no rate, without an end, is no run; nor is a rate of 0.
        """
        if self.amount == 0 or self.ended is not None:
            return self.amount != 0
        if self.unit is None:
            return self.drug_class in CONTINUOUS
        return is_rate(self.unit)

    def runs_at(self, elapsed: timedelta) -> bool:
        """Whether a run is open at this moment, its end not included; else the moment itself."""
        if self.elapsed > elapsed or self.amount == 0:
            return False
        if self.ended is not None:
            return self.ended > elapsed
        return self.elapsed == elapsed or self.is_run()


@dataclass(slots=True)
class Event:
    """Something that happened to the patient and matters to a rule or a reader."""

    elapsed: timedelta
    kind: str
    attributed_to: str | None = None
    grade: int | None = None
    detail: str | None = None
    hemophagocytosis: bool | None = None
    uid: str = ""
    note: str = ""


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
    lab_index: object = field(default=None, init=False, repr=False, compare=False)
    """The results by analyte, stored here by `engine.labs`, which sorts them once."""

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


ENTRY_TYPES: dict[EntryKind, type[Any]] = {
    ASSESSMENT: Findings,
    LAB_RESULT: Lab,
    DOSE: Dose,
    EVENT: Event,
}
RECORD_FIELDS: dict[EntryKind, str] = {
    ASSESSMENT: "findings",
    LAB_RESULT: "labs",
    DOSE: "doses",
    EVENT: "events",
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
