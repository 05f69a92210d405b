"""ICANS by ASTCT 2019, remembered by kind of assessment: the answers of `icans_astct_2019`."""

from __future__ import annotations

from collections.abc import Hashable

from grading.engine.by_kind import by_kind
from grading.engine.shared import Shared
from grading.local_rules import LocalRules
from grading.record import INFUSION, Findings, Record
from grading.rules.neurotoxicity.icans_astct_2019 import icans_answer
from grading.vocabulary import OtherNeuro


def kinds_of_course(record: Record, local: LocalRules, shared: Shared) -> list[Hashable]:
    """The kind of each assessment; CRES looks at the same and at more."""
    made: list[Hashable] | None = shared.get(__name__)
    if made is None:
        made = shared[__name__] = [_kind(findings, record, local) for findings in record.findings]
    return made


def _kind_of_course(record: Record, local: LocalRules) -> Hashable:
    return (local, record.developmental_delay, record.baseline.capd_total)


def _kind(findings: Findings, record: Record, local: LocalRules) -> Hashable:
    """The kind of an assessment: everything in it that the tables look at."""
    age_years = record.age_at(findings.elapsed)
    bled = findings.other_neuro and OtherNeuro.INTRACRANIAL_HEMORRHAGE in findings.other_neuro
    return (
        None if age_years is None else age_years < local.capd_below_years,
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


with_reasons, grade = by_kind(
    icans_answer, toxicity="icans", of_course=_kind_of_course, kinds=kinds_of_course
)
"""ICANS at every assessment of the course, with reasons and without."""
