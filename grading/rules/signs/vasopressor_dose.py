"""The dose of vasopressors and the hours they have run: high dose or not.

Purpose   the dose and the hours that the older CRS scales cut at.
Takes     the vasopressors that count, the rates and hours of the assessment; where they were not
          recorded, the dose runs open at that moment.
Units     µg/min, dopamine µg/kg/min, vasopressin units/min; hours without a gap by any agent.
Source    LEE_2014 and PENN_2018, high-dose vasopressor tables (all for 3 hours or more);
          norepinephrine equivalents VASST_2008, approximate.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_DOWN, Decimal

from grading.agents import DrugClass
from grading.engine.reads import OfAssessment, WorkedOut
from grading.local_rules import LocalRules
from grading.measures import RATE_LIMITS
from grading.record import HOUR, Dose, Findings, Record
from grading.rules.signs.runs import with_ends
from grading.rules.signs.vasopressors import Pressors
from grading.sources import LEE_2014, PENN_2018
from grading.vocabulary import Vasopressor

LEE_HIGH_DOSE = LEE_2014.at("table of high-dose vasopressors", "M")
PENN_HIGH_DOSE = PENN_2018.at("table of high-dose vasopressors", "M")

HIGH_DOSE_FROM_HOURS = Decimal(3)  # inclusive; Lee 2014 and Penn 2018, high-dose table
HIGH_WITH_VASOPRESSIN = Decimal(10)  # norepinephrine equivalent, µg/min, inclusive
HIGH_COMBINED = Decimal(20)  # norepinephrine equivalent, µg/min, inclusive

LEE_HIGH_FROM: dict[str, Decimal] = {
    Vasopressor.NOREPINEPHRINE: Decimal(20),
    Vasopressor.DOPAMINE: Decimal(10),
    Vasopressor.PHENYLEPHRINE: Decimal(200),
    Vasopressor.EPINEPHRINE: Decimal(10),
}
"""One agent alone, in its unit, inclusive (Lee 2014)."""

PENN_HIGH_FROM_PER_KG: dict[str, Decimal] = {
    Vasopressor.NOREPINEPHRINE: Decimal("0.2"),
    Vasopressor.EPINEPHRINE: Decimal("0.1"),
}
"""One agent alone in µg/kg/min, inclusive (Penn 2018); the others as Lee 2014."""

EQUIVALENT: dict[str, Decimal] = {
    Vasopressor.NOREPINEPHRINE: Decimal(1),
    Vasopressor.DOPAMINE: Decimal("0.5"),
    Vasopressor.EPINEPHRINE: Decimal(1),
    Vasopressor.PHENYLEPHRINE: Decimal("0.1"),
}
"""Norepinephrine µg/min for one unit of each agent (VASST)."""

MICROGRAMS_PER_MIN = frozenset({"ug/min", "mcg/min", "µg/min", "μg/min"})
MICROGRAMS_PER_KG_MIN = frozenset({"ug/kg/min", "mcg/kg/min", "µg/kg/min", "μg/kg/min"})
UNITS_PER_MIN = frozenset({"units/min", "U/min", "u/min", "IU/min", "[IU]/min"})

RATES_DERIVED = "vasopressor dose: derived from the doses running"
HOURS_DERIVED = "vasopressor hours: derived from the doses running"
EQUIVALENTS_USED = "approximate: norepinephrine equivalents (VASST)"
WEIGHT_UNKNOWN = "vasopressor dose: weight not recorded, dose per kg unknown"

SECOND = timedelta(seconds=1)
HUNDREDTH = Decimal("0.01")

Rates = Mapping[str, Decimal]


@dataclass(slots=True)
class RunIndex:
    """The vasopressor runs of one course, and the stretches without a gap that they make."""

    runs: list[Dose]
    starts: list[timedelta]
    ends: list[timedelta | None]
    weight_kg: Decimal | None

    def hours_at(self, elapsed: timedelta) -> Decimal | None:
        """Hours for which some vasopressor has run without a gap; None where none runs."""
        place = bisect_right(self.starts, elapsed) - 1
        if place < 0:
            return None
        ended = self.ends[place]
        if ended is not None and ended <= elapsed:
            return None
        return Decimal((elapsed - self.starts[place]) // SECOND) / (HOUR // SECOND)

    def rates_at(self, elapsed: timedelta) -> dict[str, Decimal]:
        """The rate of each agent by its latest open run, where the unit can be read."""
        rates: dict[str, Decimal] = {}
        for run in self.runs:
            if run.elapsed > elapsed:
                break
            if run.runs_at(elapsed):
                rate = rate_of_run(run, self.weight_kg)
                if rate is None:
                    rates.pop(run.agent, None)
                else:
                    rates[run.agent] = rate
        return rates


def run_index(record: Record) -> RunIndex:
    """Join the vasopressor runs of a course into stretches, once for all assessments."""
    runs = [
        dose
        for dose in with_ends(record.doses)
        if dose.drug_class == DrugClass.VASOPRESSOR and dose.is_run()
    ]
    starts: list[timedelta] = []
    ends: list[timedelta | None] = []
    for run in runs:  # in order of their start
        if starts and (ends[-1] is None or run.elapsed <= ends[-1]):
            if ends[-1] is not None:
                ends[-1] = None if run.ended is None else max(ends[-1], run.ended)
            continue
        starts.append(run.elapsed)
        ends.append(run.ended)
    return RunIndex(runs, starts, ends, record.weight_kg)


def rate_of_run(run: Dose, weight_kg: Decimal | None) -> Decimal | None:
    """The rate of a run in the unit of its agent; None where it cannot be read, or has none."""
    amount, unit = run.amount, run.unit
    if amount is None or unit is None or run.agent not in RATE_LIMITS:
        return None
    if run.agent == Vasopressor.VASOPRESSIN:
        return amount if unit in UNITS_PER_MIN else None
    per_kg = run.agent == Vasopressor.DOPAMINE
    if unit in MICROGRAMS_PER_KG_MIN:
        return amount if per_kg else weight_kg and amount * weight_kg
    if unit in MICROGRAMS_PER_MIN:
        return (weight_kg and amount / weight_kg) if per_kg else amount
    return None


@dataclass(slots=True)
class VasopressorDose:
    """Rates and hours at one moment. None is unknown.

    `more_may_run` where the list is unknown, so that the rates are a lower bound; `longer_may_run`
    where the hours are, since an agent that counts has no run of its own.
    """

    agents: frozenset[str]
    rates: Rates
    hours: Decimal | None
    weight_kg: Decimal | None
    rates_derived: bool = False
    hours_derived: bool = False
    more_may_run: bool = False
    longer_may_run: bool = False

    def runs_for(self, limit_hours: Decimal) -> bool | None:
        """Whether some vasopressor has run for this long; None where the hours leave it open."""
        reached = hours_reach(self.hours, limit_hours)
        return None if reached is False and self.longer_may_run else reached

    def is_high(self, *, per_kg: bool = False) -> bool | None:
        """High dose for 3 hours or more; None where the dose or the hours leave it open."""
        is_long = self.runs_for(HIGH_DOSE_FROM_HOURS)
        if is_long is False:
            return False
        rate = self.is_high_rate(per_kg=per_kg)
        return None if rate is True and is_long is None else rate

    def is_high_rate(self, *, per_kg: bool = False) -> bool | None:
        """The rate alone, however long; None where another agent may run as well."""
        rate = self.rate_of_known(per_kg=per_kg)
        return None if rate is False and self.more_may_run else rate

    def rate_of_known(self, *, per_kg: bool = False) -> bool | None:
        """Whether the rate of the known agents is high, however long; `per_kg` by the Penn table.

        One agent at its own high dose stays high when another is added, so that a combination
        below its limit is open where an agent by itself is.
        """
        others = self.agents - {Vasopressor.VASOPRESSIN}
        alone = [self._alone(agent, per_kg=per_kg) for agent in others]
        if True in alone:
            return True
        if len(self.agents) == 1 and alone:
            return alone[0]
        with_vasopressin = Vasopressor.VASOPRESSIN in self.agents
        limit = HIGH_WITH_VASOPRESSIN if with_vasopressin else HIGH_COMBINED
        reached = self._reaches(others, limit)
        return None if reached is False and None in alone else reached

    def uses_equivalents(self) -> bool:
        """Whether the rate was compared as norepinephrine equivalents of several agents."""
        others = self.agents - {Vasopressor.VASOPRESSIN, Vasopressor.NOREPINEPHRINE}
        return bool(others) and len(self.agents) > 1

    def lacks_weight(self) -> bool:
        """Whether nothing but the weight is missing to compare the rate with the Penn limits."""
        others = self.agents - {Vasopressor.VASOPRESSIN}
        return (
            self.weight_kg is None
            and any(agent in PENN_HIGH_FROM_PER_KG for agent in others)
            and all(agent in self.rates for agent in others)
            and self.rate_of_known(per_kg=True) is None
        )

    def _alone(self, agent: str, *, per_kg: bool) -> bool | None:
        rate = self.rates.get(agent)
        if rate is None:
            return None
        if per_kg and agent in PENN_HIGH_FROM_PER_KG:
            if self.weight_kg is None:
                return None
            return rate >= PENN_HIGH_FROM_PER_KG[agent] * self.weight_kg
        limit = LEE_HIGH_FROM.get(agent)
        return None if limit is None else rate >= limit

    def _reaches(self, agents: Iterable[str], limit: Decimal) -> bool | None:
        """Whether the recorded rates reach the limit; None where they do not and one is missing."""
        total, complete = Decimal(0), True
        for agent in agents:
            rate, factor = self.rates.get(agent), EQUIVALENT.get(agent)
            if rate is None or factor is None:
                complete = False
            else:
                total += rate * factor
        if total >= limit:
            return True
        return False if complete else None


def hours_reach(hours: Decimal | None, limit_hours: Decimal) -> bool | None:
    """Whether the hours are at or above a limit; None where they are unknown."""
    return None if hours is None else hours >= limit_hours


def in_hundredths(hours: Decimal) -> Decimal:
    """Hours as reasons show them, rounded down, so that 2.999 never reads as the limit of 3."""
    return hours.quantize(HUNDREDTH, ROUND_DOWN)


def dose_of(findings: Findings, pressors: Pressors, index: RunIndex) -> VasopressorDose:
    """Rates and hours as recorded; those not recorded from the runs open at that moment."""
    rates: dict[str, Decimal] = {}
    hours, hours_derived = findings.vasopressor_hours, False
    if index.runs:
        rates = {
            agent: rate
            for agent, rate in index.rates_at(findings.elapsed).items()
            if agent in pressors.counted
        }
        if hours is None:
            hours = index.hours_at(findings.elapsed)
            hours_derived = hours is not None
    recorded = findings.vasopressor_rates or {}
    return VasopressorDose(
        pressors.counted,
        {**rates, **recorded},
        hours,
        index.weight_kg,
        rates_derived=any(agent not in recorded for agent in rates),
        hours_derived=hours_derived,
        more_may_run=not pressors.is_listed,
        longer_may_run=hours_derived and not (pressors.is_listed and pressors.all_run),
    )


def _doses_of_course(record: Record, _local: LocalRules) -> OfAssessment:
    """Rates and hours at each assessment, as recorded and by the runs; None where neither is."""
    index = run_index(record)

    def of_assessment(findings: Findings) -> Hashable:
        recorded, hours = findings.vasopressor_rates, findings.vasopressor_hours
        if not index.runs and not recorded and hours is None:
            return None
        rates = index.rates_at(findings.elapsed)
        is_derived = hours is None
        hours = index.hours_at(findings.elapsed) if is_derived else hours
        return (
            tuple((recorded or {}).items()),
            tuple(rates.items()),
            index.weight_kg if recorded or rates else None,
            None if hours is None else in_hundredths(hours),
            is_derived,
        )

    return of_assessment


DOSE = WorkedOut(
    "vasopressor_dose", _doses_of_course, reads=("vasopressor_rates", "vasopressor_hours")
)
"""The rates and hours of `dose_of`; hundredths of hours tell the side of every limit."""
