"""Seizure by CTCAE 4.03, remembered by kind: the answers of `seizure_ctcae_4_03`."""

from __future__ import annotations

from collections.abc import Hashable

from grading.engine.by_kind import by_kind
from grading.engine.shared import Shared
from grading.local_rules import LocalRules
from grading.record import INFUSION, Record
from grading.rules.neurotoxicity.seizure_ctcae_4_03 import seizure_answer
from grading.vocabulary import Sign


def _kind_of_course(_record: Record, local: LocalRules) -> Hashable:
    return local


def _kinds_of_course(record: Record, _local: LocalRules, _shared: Shared) -> list[Hashable]:
    """The kind of each assessment: everything in it that the row looks at."""
    return [
        (
            findings.elapsed < INFUSION,
            findings.seizure,
            findings.seizure_kind,
            findings.seizure_multiple,
            findings.attribution.get(Sign.SEIZURE),
        )
        for findings in record.findings
    ]


with_reasons, grade = by_kind(
    seizure_answer, toxicity="icans", of_course=_kind_of_course, kinds=_kinds_of_course
)
"""Seizure grades at every assessment of the course, with reasons and without."""
