"""The signs that count: those that no clinician puts down to another cause.

Source  ASTCT_2019: only signs not attributable to another cause are graded. That an undetermined
        sign counts is a local rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grading.engine.result import Criterion, Met
from grading.local_rules import LocalRules
from grading.record import Findings
from grading.vocabulary import Attribution, Sign


def counts(findings: Findings, sign: Sign, local: LocalRules) -> bool:
    """Whether a sign counts for the grade: it does unless put down to another cause."""
    attribution = findings.attribution.get(sign)
    if attribution == Attribution.UNDETERMINED:
        return local.undetermined_counts
    return attribution != Attribution.OTHER


def undetermined(
    met: tuple[Met, ...], criteria: Sequence[Criterion[Any]], findings: Findings
) -> list[str]:
    """A caution for every sign that counts although its cause is undetermined."""
    if Attribution.UNDETERMINED not in findings.attribution.values():
        return []
    domains = {criterion.code: criterion.domain for criterion in criteria}
    signs = dict.fromkeys(domains[reason.code] for reason in met)
    return [
        f"{sign}: attribution undetermined"
        for sign in signs
        if findings.attribution.get(sign) == Attribution.UNDETERMINED
    ]
