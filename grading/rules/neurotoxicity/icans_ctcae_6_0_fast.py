"""ICANS by CTCAE 6.0, remembered by kind of assessment: the answers of `icans_ctcae_6_0`."""

from __future__ import annotations

from collections.abc import Hashable

from grading.engine.by_kind import by_kind
from grading.engine.shared import Shared
from grading.local_rules import LocalRules
from grading.record import Record
from grading.rules.neurotoxicity import icans_astct_2019_fast as astct
from grading.rules.neurotoxicity.icans_ctcae_6_0 import icans_6_answer


def _kind_of_course(record: Record, local: LocalRules) -> Hashable:
    return (local, record.developmental_delay, record.baseline.capd_total)


def _kinds_of_course(record: Record, local: LocalRules, shared: Shared) -> list[Hashable]:
    """The kind of each assessment: what ASTCT 2019 looks at, and the two answers of this row."""
    return [
        (kind, findings.daily_living, findings.life_threatening)
        for findings, kind in zip(
            record.findings, astct.kinds_of_course(record, local, shared), strict=True
        )
    ]


with_reasons, grade = by_kind(
    icans_6_answer, toxicity="icans", of_course=_kind_of_course, kinds=_kinds_of_course
)
"""ICANS at every assessment of the course, with reasons and without."""
