"""The older CRS scales without reasons: all ask once for each kind of assessment.

An assessment is looked up by its kind: all that the scales look at. Facts are made only for an
assessment whose kind is new. A grade is wrong where a kind leaves out something that a scale looks
at; tests compare both.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from grading.engine.remembered import Remembered
from grading.engine.result import Result
from grading.engine.shared import Shared
from grading.local_rules import LocalRules
from grading.record import Findings, Record
from grading.rules.crs import astct_2019_fast as astct
from grading.rules.crs.bedside_facts import read
from grading.rules.crs.older.parts.course_facts import AllCounted, all_counted_of
from grading.rules.crs.older.parts.facts import MANY_HOURS, OlderFacts, older_facts_of
from grading.rules.crs.older.parts.oxygen_support import (
    AIR_PERCENT,
    FORTY_PERCENT,
    PERCENT_PER_L_MIN,
)
from grading.rules.signs.organ_toxicity import OrganIndex, organ_index
from grading.rules.signs.pressure import is_adult
from grading.rules.signs.vasopressor_dose import HIGH_DOSE_FROM_HOURS, RunIndex, run_index

BEFORE_INFUSION = timedelta(0)
FLOW_FROM_40_L_MIN = (FORTY_PERCENT - AIR_PERCENT) / PERCENT_PER_L_MIN

KindFacts = tuple[OlderFacts, AllCounted | None]
Answers = dict[int, Result]
"""The results of the scales for one kind, by the identity of their table, without values."""

_REMEMBERED: Remembered[Answers] = Remembered()


@dataclass(slots=True)
class CrsKinds:
    """The answers so far to each assessment of a course; None where it has no CRS part."""

    record: Record
    local: LocalRules
    runs: RunIndex
    organs: OrganIndex
    answers: list[Answers | None] = field(default_factory=list)
    _facts: dict[int, KindFacts] = field(default_factory=dict)

    def facts_at(self, place: int) -> KindFacts:
        """The facts of one assessment, made for the first scale that has no answer yet.

        Beside them, where a sign does not count, the facts with every sign counted.
        """
        made = self._facts.get(place)
        if made is None:
            reading = read(self.record.findings[place], self.record, self.local)
            around = (self.record, self.local, self.runs, self.organs)
            made = older_facts_of(reading, *around), all_counted_of(reading, *around)
            self._facts[place] = made
        return made


def kinds_of_course(record: Record, local: LocalRules, shared: Shared) -> CrsKinds:
    """The kinds of a course, made once for all scales."""
    made: CrsKinds | None = shared.get(__name__)
    if made is None:
        made = CrsKinds(record, local, run_index(record), organ_index(record, local))
        made.answers.extend(_answers(made, shared))
        shared[__name__] = made
    return made


def _answers(course: CrsKinds, shared: Shared) -> Iterator[Answers | None]:
    record, local = course.record, course.local
    by_kind = _REMEMBERED.of_course(astct.kind_of_course(record, local))
    for findings, kind in zip(
        record.findings, astct.kinds_of_course(record, local, shared), strict=True
    ):
        if not findings.has_crs_part():
            yield None
            continue
        full = (kind, _kind(findings, course))
        answers = by_kind.get(full)
        yield by_kind.keep(full, {}) if answers is None else answers


def _kind(findings: Findings, course: CrsKinds) -> Hashable:
    """The kind of an assessment: what the older scales look at beyond ASTCT 2019."""
    record, local, fio2 = course.record, course.local, findings.fio2_percent
    flow, boluses, organs = (
        findings.oxygen_flow_l_min, findings.fluid_boluses, findings.organ_toxicity,
    )  # fmt: skip
    return (
        findings.elapsed < BEFORE_INFUSION,
        is_adult(record.age_at(findings.elapsed), local),
        None if fio2 is None else fio2 < FORTY_PERCENT,
        None if flow is None else flow < FLOW_FROM_40_L_MIN,
        None if boluses is None else boluses > 1,
        findings.fluid_bolus,
        findings.refractory_hypotension,
        findings.life_threatening,
        findings.constitutional_symptoms,
        findings.crs_response,
        findings.coagulopathy_treated,
        findings.iv_therapy,
        None if organs is None else tuple(organs.items()),
        course.organs.grades_at(findings.elapsed, local) if course.organs.times else None,
        _dose(findings, course.runs),
    )


def _dose(findings: Findings, runs: RunIndex) -> Hashable:
    """Rates, and on which side of each limit the hours lie; None where neither is recorded."""
    hours, rates = findings.vasopressor_hours, findings.vasopressor_rates
    derived: dict[str, Decimal] = {}
    derived_hours = None
    if runs.runs:
        derived, derived_hours = (
            runs.rates_at(findings.elapsed),
            runs.hours_at(findings.elapsed),
        )
    if hours is None and derived_hours is None and not rates and not derived:
        return None
    return (
        _side(hours),
        _side(derived_hours),
        None if rates is None else tuple(rates.items()),
        tuple(derived.items()),
        runs.weight_kg,
    )


def _side(hours: Decimal | None) -> int | None:
    return None if hours is None else (hours >= HIGH_DOSE_FROM_HOURS) + (hours >= MANY_HOURS)
