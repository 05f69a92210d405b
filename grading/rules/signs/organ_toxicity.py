"""Organ toxicity by CTCAE 4.03: as recorded at the bedside, else from the laboratory.

Purpose   the worst organ, transaminases apart, for the CRS scales that ask for it.
Use       a recorded grade of an organ stands; transaminases, bilirubin and creatinine that were
          not recorded are taken from the latest results, in multiples of the upper limit.
Not for   attribution, nor organs without a laboratory value: those count when recorded.
Source    CTCAE_4_03 (Lee 2014 and CARTOX name it), creatinine also in multiples of the last value
          before the infusion. Which results are fresh enough is a local rule.
"""

from __future__ import annotations

from collections.abc import Container, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from grading.engine.labs import LabIndex, LabValue, NotUsed, labs_of, upper_limit
from grading.engine.reads import OfAssessment, WorkedOut
from grading.local_rules import LocalRules
from grading.record import HOUR, INFUSION, Findings, Record
from grading.vocabulary import Organ

TRANSAMINASE_ABOVE = (Decimal(1), Decimal(3), Decimal(5), Decimal(20))
BILIRUBIN_ABOVE = (Decimal(1), Decimal("1.5"), Decimal(3), Decimal(10))
CREATININE_ABOVE = (Decimal(1), Decimal("1.5"), Decimal(3), Decimal(6))
"""Grade n is above the n-th multiple of the upper limit of normal (CTCAE 4.03); all exclusive."""
CREATININE_ABOVE_BASELINE = ((2, Decimal("1.5")), (3, Decimal(3)))
"""Creatinine also in multiples of the patient's own baseline: grade and multiple (CTCAE 4.03)."""

ORGAN_OF_ANALYTE = {
    "ast": (Organ.TRANSAMINASES, TRANSAMINASE_ABOVE),
    "alt": (Organ.TRANSAMINASES, TRANSAMINASE_ABOVE),
    "bilirubin_total": (Organ.BILIRUBIN, BILIRUBIN_ABOVE),
    "creatinine": (Organ.CREATININE, CREATININE_ABOVE),
}
FROM_LAB = (Organ.TRANSAMINASES, Organ.BILIRUBIN, Organ.CREATININE)
"""The organs that have to be known for organ toxicity to be known (local rule)."""

ORGANS_DERIVED = "organ toxicity: derived from laboratory results"
LABS_NOT_COUNTED = (
    "organ toxicity: laboratory results are not counted without fever, hypotension or hypoxia"
)


@dataclass(slots=True)
class Organs:
    """CTCAE 4.03 grade by organ; `complete`: each of `FROM_LAB` has a grade or fresh result."""

    grades: Mapping[str, int] = field(default_factory=dict)
    complete: bool = False
    cautions: tuple[str, ...] = ()
    not_used: tuple[NotUsed, ...] = ()
    """The results of organs not recorded at the bedside that would be the latest fresh ones."""
    remarks: tuple[str, ...] = ()
    """What a reader has to know of the results that were used: unlikely, or preliminary."""

    def worst(self, organs: Container[str]) -> int:
        """The highest grade among some organs; 0 where none has one."""
        return max((grade for organ, grade in self.grades.items() if organ in organs), default=0)


class GradedLab(NamedTuple):
    """One laboratory result with its grade, and the cautions for whoever uses it."""

    organ: str
    grade: int
    caution: str
    remarks: tuple[str, ...]


@dataclass(slots=True)
class OrganIndex:
    """The results of one course by which organs are graded; each is graded when first asked for."""

    labs: LabIndex
    local: LocalRules
    baseline: LabValue | None
    """The last creatinine before the infusion."""
    graded: dict[tuple[str, timedelta], GradedLab] = field(default_factory=dict)

    def at(self, findings: Findings, *, labs_count: bool) -> Organs:
        """The organs at one assessment: grades as recorded, the others from the laboratory.

        Where `labs_count` is false a laboratory result counts for `complete` but gives no grade.
        """
        recorded = findings.organ_toxicity or {}
        fresh = [each for each in self.fresh(findings.elapsed) if each.organ not in recorded]
        worst: dict[str, int] = {}
        for each in fresh:
            worst[each.organ] = max(each.grade, worst.get(each.organ, 0))
        complete = all(organ in worst or organ in recorded for organ in FROM_LAB)
        if not labs_count:
            ignored = max(worst.values(), default=0) > 1
            return Organs(recorded, complete, (LABS_NOT_COUNTED,) if ignored else ())
        cautions = [each.caution for each in fresh if each.grade == worst[each.organ] > 0]
        derived = [ORGANS_DERIVED] if cautions else []
        return Organs(
            {**worst, **recorded},
            complete,
            tuple(dict.fromkeys([*derived, *filter(None, cautions)])),
            self.not_used(findings.elapsed, recorded),
            tuple(dict.fromkeys(remark for each in fresh for remark in each.remarks)),
        )

    def fresh(self, elapsed: timedelta) -> tuple[GradedLab, ...]:
        """The latest result of each analyte, graded, where it is fresh enough."""
        since = elapsed - self.local.organ_labs_within_hours * HOUR
        latest = (self.labs.latest(name, elapsed, since=since) for name in ORGAN_OF_ANALYTE)
        return tuple(self._graded(value) for value in latest if value is not None)

    def not_used(self, elapsed: timedelta, recorded: Container[str] = ()) -> tuple[NotUsed, ...]:
        """The results that cannot be used and are fresher than any that can.

        Those of organs recorded at the bedside are left out.
        """
        if not self.labs.left_out:
            return ()
        since = elapsed - self.local.organ_labs_within_hours * HOUR
        named: list[NotUsed] = []
        for analyte, (organ, _) in ORGAN_OF_ANALYTE.items():
            if organ not in recorded:
                used = self.labs.latest(analyte, elapsed, since=since)
                start = since if used is None else used.elapsed
                named += self.labs.not_used((analyte,), start, elapsed)
        return tuple(named)

    def _graded(self, measured: LabValue) -> GradedLab:
        place = measured.lab.analyte, measured.elapsed
        if place not in self.graded:
            self.graded[place] = self._grade(measured)
        return self.graded[place]

    def _grade(self, measured: LabValue) -> GradedLab:
        """CTCAE 4.03 grade 0–4 by multiples of the upper limit; creatinine also by baseline."""
        analyte, limit = measured.lab.analyte, upper_limit(measured, self.local)
        organ, multiples = ORGAN_OF_ANALYTE[analyte]
        if limit is None:
            return GradedLab(organ, 0, "", measured.remarks)
        value = measured.highest or measured.lowest
        grades = [sum(value > multiple * limit.value for multiple in multiples)]
        if analyte == "creatinine" and self.baseline is not None and measured.elapsed >= INFUSION:
            usual = self.baseline.value
            grades += [grade for grade, times in CREATININE_ABOVE_BASELINE if value > times * usual]
        return GradedLab(organ, max(grades), limit.caution, measured.remarks)


def organ_index(record: Record, local: LocalRules) -> OrganIndex:
    """The results of a course by which organs are graded."""
    labs = labs_of(record)
    return OrganIndex(labs, local, labs.latest_before("creatinine", INFUSION))


def _laboratory_of_course(record: Record, local: LocalRules) -> OfAssessment | None:
    """What the laboratory says of the organs at each assessment; None without such results."""
    index = organ_index(record, local)
    if ORGAN_OF_ANALYTE.keys().isdisjoint((*index.labs.by_analyte, *index.labs.left_out)):
        return None

    def of_assessment(findings: Findings) -> Hashable:
        not_used = (
            (item.analyte, item.day, item.why, item.lab.value, item.lab.unit, item.lab.comparator)
            for item in index.not_used(findings.elapsed)
        )
        return index.fresh(findings.elapsed), tuple(not_used)

    return of_assessment


ORGANS_BY_LABORATORY = WorkedOut("organs_by_laboratory", _laboratory_of_course)
"""The results that `OrganIndex.at` takes beside the organs recorded."""
