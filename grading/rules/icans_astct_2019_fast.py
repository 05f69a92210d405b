"""ICANS by ASTCT 2019, remembered by kind of assessment: the answers of `icans_astct_2019`."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import replace

from grading.record import Findings, Record
from grading.rules.icans_astct_2019 import INFUSION, Answer, answer_to, over_course
from grading.rules.local import LocalRules
from grading.rules.remembered import Remembered, bare
from grading.rules.result import Result, SystemGrades
from grading.vocabulary import OtherNeuro

Known = tuple[Result, Result, bool]
"""Of one kind: the result with its reasons, without them, and whether there is this part."""

_REMEMBERED: Remembered[Known] = Remembered()


def grade(record: Record, local: LocalRules) -> SystemGrades:
    """ICANS at every assessment of the course, in order, without reasons."""
    answers = ((bared, has_part) for _, bared, has_part in _known(record, local))
    return over_course(record, local, answers)


def with_reasons(record: Record, local: LocalRules) -> SystemGrades:
    """The same with everything: a kind holds all that the reasons and cautions say."""
    answers: Iterator[Answer] = ((full, has_part) for full, _, has_part in _known(record, local))
    return over_course(record, local, answers)


def _known(record: Record, local: LocalRules) -> Iterator[Known]:
    known = _REMEMBERED.of_course((local, record.developmental_delay, record.baseline.capd_total))
    for findings in record.findings:
        age_years = record.age_at(findings.elapsed)
        kind = _kind(findings, None if age_years is None else age_years < local.capd_below_years)
        answer = known.get(kind)
        if answer is None:
            result, has_part = answer_to(findings, record, local)
            answer = known.keep(kind, (result, bare(replace(result)), has_part))
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
