"""A seizure as the scales beside ASTCT read it: whether there was one, and of what kind.

Source  local rule: a kind recorded without an answer to "seizure" tells of a seizure; beside the
        answer "none" it tells of an older one.
"""

from __future__ import annotations

from typing import Any

from grading.local_rules import LocalRules
from grading.record import Findings
from grading.rules.signs.attribution import counts
from grading.vocabulary import Seizure, Sign


def seizure_of(findings: Findings, local: LocalRules) -> tuple[str | None, str | None]:
    """The seizure and its kind after attribution; None where it cannot be told."""
    if not counts(findings, Sign.SEIZURE, local) or findings.seizure == Seizure.NONE:
        return Seizure.NONE, None
    seizure, kind = findings.seizure, findings.seizure_kind
    if seizure is None and (kind is not None or findings.seizure_multiple is True):
        seizure = Seizure.PRESENT
    return seizure, kind


def saw_seizure(facts: Any) -> dict[str, Any]:
    """The kind of the seizure in words, or that it was not recorded."""
    return {"seizure_kind": facts.kind or "kind not known"}
