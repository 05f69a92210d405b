"""Organ toxicity by CTCAE 4.03: as recorded at the bedside, else from the laboratory.

Purpose   the worst organ, transaminases apart, for the CRS scales that ask for it.
Use       a recorded grade of an organ stands; transaminases, bilirubin and creatinine that were
          not recorded are taken from the latest results, in multiples of the upper limit.
Not for   attribution, nor organs without a laboratory value: those count when recorded.
Source    CTCAE_4_03 (Lee 2014 and CARTOX name it), creatinine also in multiples of the last value
          before the infusion. Which results are fresh enough is a local rule.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from grading.engine.labs import LabIndex, LabValue, NotUsed, labs_of, upper_limit
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

    grades: dict[str, int] = field(default_factory=dict)
    complete: bool = False
    cautions: tuple[str, ...] = ()
    not_used: tuple[NotUsed, ...] = ()
    """The results of organs not recorded at the bedside that would be the latest fresh ones."""
    remarks: tuple[str, ...] = ()
    """What a reader has to know of the results that were used: unlikely, or preliminary."""


NOTHING_KNOWN = Organs()


@dataclass(slots=True)
class _Graded:
    """One laboratory result with its grade and the caution that goes with its limit."""

    grade: int
    caution: str
    remarks: tuple[str, ...] = ()


@dataclass(slots=True)
class OrganIndex:
    """The results of one course by which organs are graded, by analyte in order of time."""

    times: dict[str, list[timedelta]]
    graded: dict[str, list[_Graded]]
    labs: LabIndex | None = None
    """All results, where some of these analytes cannot be used; None where all can."""

    def at(self, findings: Findings, local: LocalRules, *, labs_count: bool) -> Organs:
        """The organs at one assessment: grades as recorded, the others from the laboratory.

        Where `labs_count` is false a laboratory result counts for `complete` but gives no grade.
        """
        recorded = findings.organ_toxicity
        if not self.times and self.labs is None:
            if recorded is None:
                return NOTHING_KNOWN
            return Organs(recorded, all(organ in recorded for organ in FROM_LAB))
        fresh = self._latest(findings.elapsed, local)
        for organ in recorded or ():
            fresh.pop(organ, None)
        made = self._by_laboratory(fresh, recorded, labs_count=labs_count)
        if not labs_count:
            return made
        made.not_used = self._not_used(findings.elapsed, recorded or {}, local)
        made.remarks = tuple(
            dict.fromkeys(
                remark for items in fresh.values() for item in items for remark in item.remarks
            )
        )
        return made

    def _by_laboratory(
        self,
        fresh: dict[str, list[_Graded]],
        recorded: dict[str, int] | None,
        *,
        labs_count: bool,
    ) -> Organs:
        """The organs by these fresh results and the grades of the others, as recorded."""
        complete = all(organ in fresh or organ in (recorded or ()) for organ in FROM_LAB)
        worst = {organ: max(item.grade for item in items) for organ, items in fresh.items()}
        if not labs_count:
            ignored = max(worst.values(), default=0) > 1
            return Organs(dict(recorded or {}), complete, (LABS_NOT_COUNTED,) if ignored else ())
        cautions = [
            item.caution
            for organ, items in fresh.items()
            for item in items
            if item.grade and item.grade == worst[organ]
        ]
        derived = [ORGANS_DERIVED] if cautions else []
        texts = tuple(dict.fromkeys([*derived, *filter(None, cautions)]))
        return Organs({**worst, **(recorded or {})}, complete, texts)

    def _not_used(
        self, elapsed: timedelta, recorded: Mapping[str, int], local: LocalRules
    ) -> tuple[NotUsed, ...]:
        """The results that cannot be used and are fresher than any that can."""
        if self.labs is None:
            return ()
        since = elapsed - local.organ_labs_within_hours * HOUR
        named: list[NotUsed] = []
        for analyte, (organ, _) in ORGAN_OF_ANALYTE.items():
            if organ not in recorded:
                used = self.labs.latest(analyte, elapsed, since=since)
                start = since if used is None else used.elapsed
                named += self.labs.not_used((analyte,), start, elapsed)
        return tuple(named)

    def read_at(self, findings: Findings, local: LocalRules) -> Hashable:
        """All that `at` takes from the laboratory at this assessment."""
        fresh = self._latest(findings.elapsed, local)
        used = tuple(
            (organ, tuple((item.grade, item.caution, item.remarks) for item in items))
            for organ, items in fresh.items()
        )
        not_used = self._not_used(findings.elapsed, findings.organ_toxicity or {}, local)
        return used, tuple(map(repr, not_used))

    def _latest(self, elapsed: timedelta, local: LocalRules) -> dict[str, list[_Graded]]:
        """The latest fresh result of each analyte, by organ."""
        since = elapsed - local.organ_labs_within_hours * HOUR
        fresh: dict[str, list[_Graded]] = {}
        for analyte, times in self.times.items():
            place = bisect_right(times, elapsed) - 1
            if place >= 0 and times[place] >= since:
                fresh.setdefault(ORGAN_OF_ANALYTE[analyte][0], []).append(
                    self.graded[analyte][place]
                )
        return fresh


def organ_index(record: Record, local: LocalRules) -> OrganIndex:
    """Grade every result of an organ's analyte, once for all assessments of the course."""
    times: dict[str, list[timedelta]] = {}
    graded: dict[str, list[_Graded]] = {}
    if not record.labs:
        return OrganIndex(times, graded)
    labs = labs_of(record)
    some_not_used = bool(labs.not_used(ORGAN_OF_ANALYTE))
    baseline = labs.latest_before("creatinine", INFUSION)
    for analyte in ORGAN_OF_ANALYTE:
        results = labs.of(analyte)
        if results:
            times[analyte] = [value.elapsed for value in results]
            graded[analyte] = [_graded(value, analyte, baseline, local) for value in results]
    return OrganIndex(times, graded, labs if some_not_used else None)


def _graded(
    measured: LabValue, analyte: str, baseline: LabValue | None, local: LocalRules
) -> _Graded:
    """CTCAE 4.03 grade 0–4 by multiples of the upper limit; creatinine also by baseline."""
    limit = upper_limit(measured, local)
    if limit is None:
        return _Graded(0, "", measured.remarks)
    value = measured.highest or measured.lowest
    grades = [sum(value > multiple * limit.value for multiple in ORGAN_OF_ANALYTE[analyte][1])]
    if analyte == "creatinine" and baseline is not None and measured.elapsed >= INFUSION:
        grades += [
            grade
            for grade, multiple in CREATININE_ABOVE_BASELINE
            if value > multiple * baseline.value
        ]
    return _Graded(max(grades), limit.caution, measured.remarks)
