"""The data on which the features of IEC-HS are judged, and what of it cannot be used.

Takes   the record, its results, ICANS by ASTCT 2019, the moment and the start of the window.
Gives   the latest result of an analyte, its limit, the assessments of the last day, their oxygen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from grading.engine.labs import LabIndex, LabValue, NotUsed, UpperLimit, upper_limit
from grading.engine.result import Result, SystemGrades
from grading.local_rules import LocalRules
from grading.record import DAY, INFUSION, Findings, Record
from grading.rules.hyperinflammation.results_not_used import (
    ANALYTE_OF,
    BEFORE_INFUSION,
    before_infusion,
)
from grading.rules.signs.attribution import counts
from grading.rules.signs.oxygen import NOTHING_NEW, Oxygen, oxygen_of
from grading.vocabulary import Sign

BASELINES = ("ferritin", "ast", "alt", "creatinine", "anc", "platelets")
"""Analytes of which the last result up to the infusion is compared or shown."""


@dataclass(slots=True)
class IecHsInputs:
    """The data on which the features are judged at `at`; `cautions` collects what is assumed."""

    record: Record
    labs: LabIndex
    icans: SystemGrades
    local: LocalRules
    at: timedelta
    since: timedelta
    cautions: list[str] = field(default_factory=list)

    def latest(self, analyte: str) -> LabValue | None:
        return self.labs.latest(analyte, self.at, since=self.since)

    def not_used(self, name: str) -> list[NotUsed]:
        """The results of a name in `missing` that are not used."""
        analyte = ANALYTE_OF.get(name, name)
        if name in BEFORE_INFUSION:
            return before_infusion(self.labs, analyte)
        return self.labs.not_used((analyte,), self.since, self.at)

    def all_not_used(self, analytes: Iterable[str]) -> list[NotUsed]:
        """Those of the window, and those that would be a baseline."""
        recent = [result for analyte in analytes for result in self.not_used(analyte)]
        has_baseline = self.record.baseline.ferritin_ng_ml is not None
        names = [name for name in BASELINES if name != "ferritin" or not has_baseline]
        return [*recent, *(each for name in names for each in before_infusion(self.labs, name))]

    def oxygen(self, row: Findings) -> Oxygen:
        """The oxygen of an assessment as CRS reads it; how it was read becomes a caution."""
        if not counts(row, Sign.HYPOXIA, self.local):
            return NOTHING_NEW
        age = self.record.age_at(row.elapsed)
        return oxygen_of(row, self.record.baseline, age, self.local, self.cautions)

    def limit(self, measured: LabValue) -> UpperLimit | None:
        """The upper limit for a result; one that was assumed leaves a caution."""
        limit = upper_limit(measured, self.local)
        if limit is not None and limit.assumed:
            self.cautions.append(limit.caution)
        return limit

    def last_day(self) -> Iterator[tuple[Findings, Result]]:
        """Assessments of the last 24 h, latest first, with their ICANS."""
        start = max(self.at - DAY, INFUSION)
        rows = zip(reversed(self.record.findings), reversed(self.icans.results), strict=True)
        for findings, result in rows:
            if findings.elapsed < start:
                return
            if findings.elapsed <= self.at:
                yield findings, result
