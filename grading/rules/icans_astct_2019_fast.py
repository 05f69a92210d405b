"""ICANS by ASTCT 2019 without reasons: `icans_astct_2019`, remembered by kind of assessment."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from grading.record import Findings, Record
from grading.rules.icans_astct_2019 import INFUSION, Answer, answer_to, over_course
from grading.rules.local import LocalRules
from grading.rules.remembered import Remembered, bare
from grading.rules.result import SystemGrades
from grading.vocabulary import OtherNeuro

_REMEMBERED: Remembered[Answer] = Remembered()


def grade(record: Record, local: LocalRules) -> SystemGrades:
    """ICANS at every assessment of the course, in order, from what the tables said of its kind."""
    return over_course(record, local, _answers(record, local))


def _answers(record: Record, local: LocalRules) -> Iterator[Answer]:
    known = _REMEMBERED.of_course((local, record.developmental_delay, record.baseline.capd_total))
    for findings in record.findings:
        age_years = record.age_at(findings.elapsed)
        kind = _kind(findings, None if age_years is None else age_years < local.capd_below_years)
        answer = known.get(kind)
        if answer is None:
            result, has_part = answer_to(findings, record, local)
            answer = known.keep(kind, (bare(result), has_part))
        yield answer


def _kind(findings: Findings, young: bool | None) -> Hashable:
    """Everything that the tables tell apart in an assessment: words and points as they are."""
    bled = findings.other_neuro and OtherNeuro.INTRACRANIAL_HEMORRHAGE in findings.other_neuro
    return (
        young,
        findings.elapsed < INFUSION,
        findings.ice_total,
        None if findings.ice is None else tuple(findings.ice.items()),
        findings.ice_not_done,
        findings.capd_total,
        findings.capd_not_done,
        findings.consciousness,
        findings.seizure,
        findings.motor,
        findings.icp,
        bool(bled),
        tuple(findings.attribution.items()),
    )
