"""CRES by CARTOX 2018, remembered by kind of assessment: the answers of `cres_cartox_2018`."""

from __future__ import annotations

from collections.abc import Hashable

from grading.engine.by_kind import by_kind
from grading.engine.shared import Shared
from grading.local_rules import LocalRules
from grading.record import Record
from grading.rules.neurotoxicity import icans_astct_2019_fast as icans
from grading.rules.neurotoxicity.cres.cres_cartox_2018 import cres_answer


def _kind_of_course(record: Record, local: LocalRules) -> Hashable:
    return (local, record.developmental_delay)


def _kinds_of_course(record: Record, local: LocalRules, shared: Shared) -> list[Hashable]:
    """The kind of each assessment: that of ICANS, and what CRES looks at beside."""
    return [
        (
            kind,
            findings.head_of_government,
            findings.seizure_kind,
            findings.seizure_multiple,
            findings.papilledema_stage,
            findings.csf_opening_mmhg,
        )
        for findings, kind in zip(
            record.findings, icans.kinds_of_course(record, local, shared), strict=True
        )
    ]


with_reasons, grade = by_kind(
    cres_answer, toxicity="icans", of_course=_kind_of_course, kinds=_kinds_of_course
)
"""CRES at every assessment of the course, with reasons and without."""
