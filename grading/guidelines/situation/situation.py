"""The situation: what a physician would gather from the whole course before the next step.

Plain values at one moment, made by `of_course.situation_at`. Times are elapsed since the first
infusion. None is "not recorded" or "cannot be told", never "no". Lines read this and nothing else.
"""

# ruff: noqa: PLC0414 - facts and readings belong to the situation, and are imported from here

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from grading.decisions.step_choices import STEP_AS_PRINTED, StepChoices
from grading.guidelines.products import CarProduct
from grading.guidelines.situation.readings import Fact as Fact
from grading.guidelines.situation.readings import FerritinCourse as FerritinCourse
from grading.guidelines.situation.readings import Reading as Reading
from grading.guidelines.tocilizumab import TocilizumabLedger
from grading.local_rules import DEFAULT, LocalRules
from grading.record import Dose, Event


@dataclass(frozen=True, slots=True)
class GradeAt:
    """The grade of one assessment; a lower bound where `at_least`."""

    at: timedelta
    grade: int
    uid: str = ""
    at_least: bool = False


@dataclass(frozen=True, slots=True)
class GradeNow:
    """One toxicity by ASTCT 2019 as it stands.

    grade          the one to act on: would-be in review, with every sign counted while in doubt;
                   None where it was never graded
    at, uid        its assessment
    since          since when it stands at this grade without a break
    onset          of the present or the last episode; None without one
    resolved       the end of the last episode; None while it is open
    history        the grades of the present or last episode, oldest first
    is_review      signs without fever: attribution comes first
    is_reassessed  False where the newest entry did not replace it
    reasons        the findings that make the grade
    put_aside      signs put down to another cause, as long as no physician has confirmed it
    remark         what has to be said beside it: over a day old, not reassessed since, not
                   confirmed; or empty
    onset_day      the calendar day of the onset since the latest infusion
    """

    grade: int | None = None
    at: timedelta | None = None
    uid: str = ""
    since: timedelta | None = None
    onset: timedelta | None = None
    resolved: timedelta | None = None
    history: tuple[GradeAt, ...] = ()
    at_least: bool = False
    is_review: bool = False
    is_reassessed: bool = True
    reasons: tuple[Fact, ...] = ()
    put_aside: tuple[Fact, ...] = ()
    remark: str = ""
    onset_day: int | None = None

    @property
    def began(self) -> timedelta | None:
        """The first time of the history: the onset, in review the first sign; None without one."""
        return self.history[0].at if self.history else None

    @property
    def peak(self) -> int | None:
        """The highest grade of the present or last episode."""
        return max((each.grade for each in self.history), default=None)

    @property
    def before(self) -> GradeAt | None:
        """The last other grade of the episode, before the one that stands."""
        earlier = (each for each in reversed(self.history) if each.grade != self.grade)
        return next(earlier, None)

    def is_at_least(self, grade: int) -> bool:
        """Whether it is known to be so high; 5 is no grade of a living patient."""
        return self.grade is not None and grade <= self.grade <= 4


@dataclass(frozen=True, slots=True)
class ScoreNow:
    """ICE or CAPD: the newest total, the one before it, and the baseline."""

    total: int
    at: timedelta
    uid: str = ""
    before: int | None = None
    before_at: timedelta | None = None
    baseline: int | None = None


@dataclass(frozen=True, slots=True)
class BedsideNow:
    """Findings that decide between options; None where they were not recorded.

    Each fact holds the newest entry that says it; a finding that was later denied is None.
    """

    fever: Fact | None = None
    fever_since: timedelta | None = None
    """The first of the entries with fever, without one free of fever between; None without."""
    was_ever_febrile: bool = False
    hypotension: Fact | None = None
    fluid_bolus: Fact | None = None
    """The newest since the onset of CRS: a later entry without one does not take it back."""
    vasopressors: Fact | None = None
    oxygen: Fact | None = None
    """Any oxygen or positive pressure above the baseline."""
    ventilated: Fact | None = None
    edema: Fact | None = None
    """Focal or diffuse cerebral edema, or edema in an imaging report."""
    papilledema: Fact | None = None
    raised_pressure: tuple[Fact, ...] = ()
    """Every recorded sign of raised intracranial pressure, edema and papilledema included."""
    seizure: Fact | None = None
    status_epilepticus: Fact | None = None
    """A seizure over 5 min, repeated without waking between, or nonconvulsive status."""
    last_seizure: Fact | None = None
    """The newest of the course, also where a later entry has none."""
    consciousness: str | None = None
    ice: ScoreNow | None = None
    capd: ScoreNow | None = None
    other_neuro: Mapping[str, Fact] = field(default_factory=dict)
    """The findings of `OtherNeuro` in the newest entry that lists any."""
    imaging: tuple[Fact, ...] = ()
    """Brain imaging of the course, newest first."""


@dataclass(frozen=True, slots=True)
class SteroidsNow:
    """Steroids of the course, every drug by itself; equivalents are mg of dexamethasone.

    mg_in_24_h   total of the last 24 h as dexamethasone; None where a dose cannot be converted
    not_counted  the doses that have no amount, unit or factor, in words
    next_due     when the next dose of the running schedule is due, by its last interval; None
                 where there is no schedule
    since        the first dose of the present treatment, without a gap of two days or more
    """

    last: Dose | None = None
    since: timedelta | None = None
    by_drug: tuple[str, ...] = ()
    mg_in_24_h: Decimal | None = None
    not_counted: tuple[str, ...] = ()
    next_due: timedelta | None = None
    interval_hours: Decimal | None = None
    is_running: bool = False
    """The last dose is less than two intervals, or without a schedule less than 24 h, old."""
    is_tapering: bool = False


@dataclass(frozen=True, slots=True)
class AnakinraNow:
    """Anakinra of the present treatment. `mg_in_24_h` is None where an amount is missing."""

    since: timedelta
    last: timedelta
    mg_in_24_h: Decimal | None = None
    uid: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """What became of a toxicity since a dose: grade and fever then, and now.

    dose     the last one; `hours` since then
    changed  "better", "worse", "same"; None where nothing was assessed since
    """

    dose: Dose
    hours: Decimal
    toxicity: str
    grade_then: int | None
    changed: str | None
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class DosesNow:
    """Every dose up to now, oldest first, with the totals that decide."""

    given: tuple[Dose, ...] = ()
    tocilizumab: TocilizumabLedger | None = None
    steroids: SteroidsNow = field(default_factory=SteroidsNow)
    anakinra: AnakinraNow | None = None

    def of(self, *drugs: str) -> tuple[Dose, ...]:
        """The doses of these drugs, by name or class."""
        return tuple(each for each in self.given if {each.agent, each.drug_class} & set(drugs))

    def last(self, *drugs: str) -> Dose | None:
        """The last dose of these drugs, by name or class."""
        return next(reversed(self.of(*drugs)), None)


@dataclass(frozen=True, slots=True)
class IecHsNow:
    """IEC-HS as far as it is suspected by the checklist or recorded by a physician."""

    recorded: Event | None = None
    grade: int | None = None
    is_suspected: bool = False
    is_loud: bool = False
    """False where ferritin alone is high, was so at the baseline and falls."""
    since: timedelta | None = None
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class IcahtNow:
    """Neutropenia by ICAHT, with what the marrow risk score said."""

    early_grade: int | None = None
    late_grade: int | None = None
    hematotox_risk: str | None = None
    """`high` or `low`, as worked out before lymphodepletion; None where it could not be."""
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class PatientNow:
    """The patient on this day. `is_child` also where the weight is below that of adult doses."""

    age_years: Decimal | None = None
    is_child: bool = False
    weight_kg: Decimal | None = None
    weighed: timedelta | None = None
    weight_is_fresh: bool | None = None
    sex: str | None = None
    indication: str | None = None
    weight_uid: str = ""


@dataclass(frozen=True, slots=True)
class Situation:
    """The present of one course. `day` is the calendar day since the latest infusion."""

    now: timedelta
    day: int = 0
    crs: GradeNow = field(default_factory=GradeNow)
    icans: GradeNow = field(default_factory=GradeNow)
    bedside: BedsideNow = field(default_factory=BedsideNow)
    labs: Mapping[str, Reading] = field(default_factory=dict)
    """The newest usable result of each analyte, fresh or not."""
    labs_not_used: Mapping[str, str] = field(default_factory=dict)
    """By analyte, in words, a newer result that could not be used."""
    ferritin: FerritinCourse | None = None
    doses: DosesNow = field(default_factory=DosesNow)
    responses: Mapping[str, Response] = field(default_factory=dict)
    """By drug (`tocilizumab`, `steroid`, `anakinra`) and toxicity: `tocilizumab/crs`."""
    iec_hs: IecHsNow = field(default_factory=IecHsNow)
    icaht: IcahtNow = field(default_factory=IcahtNow)
    movement: tuple[Fact, ...] = ()
    """What calls MNT to be considered; empty where it is not suspected, or recorded by now."""
    events: tuple[Event, ...] = ()
    product: CarProduct | None = None
    patient: PatientNow = field(default_factory=PatientNow)
    is_dead: bool = False
    local: LocalRules = DEFAULT
    choices: StepChoices = STEP_AS_PRINTED

    def lab(self, analyte: str) -> Reading | None:
        """The newest result where it is fresh enough to be used; None otherwise."""
        reading = self.labs.get(analyte)
        return reading if reading is not None and reading.is_fresh else None

    def event(self, *kinds: str) -> Event | None:
        """The newest event of these kinds."""
        return next((each for each in reversed(self.events) if each.kind in kinds), None)

    def tocilizumab_is_indicated(self) -> bool:
        """CRS 2 or more, or CRS 1 with persistent fever; in review only after attribution."""
        if self.crs.is_review or self.crs.grade is None:
            return False
        return self.crs.is_at_least(2) or (self.crs.grade == 1 and self.has_persistent_fever())

    def has_persistent_fever(self) -> bool:
        """Fever in every entry for longer than the hours chosen, the last one not too old."""
        since, fever = self.bedside.fever_since, self.bedside.fever
        if since is None or fever is None or fever.at is None:
            return False
        if self.now - fever.at > timedelta(hours=self.choices.fever_fresh_hours):
            return False
        return self.now - since > timedelta(hours=self.choices.persistent_fever_hours)
