"""The facts of a seizure for the scales beside ASTCT: its presence, its length and its kind.

Source  local rule: a kind recorded without an answer to "seizure" counts as a seizure; beside the
        answer "none" it belongs to an older one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from grading.engine.result import Missing
from grading.local_rules import LocalRules
from grading.record import Findings
from grading.rules.signs.attribution import counts
from grading.vocabulary import Seizure, SeizureKind, Sign


class WithSeizure(Protocol):
    """Facts that hold a seizure and its kind; None is unknown."""

    @property
    def seizure(self) -> str | None: ...

    @property
    def kind(self) -> str | None: ...


SeizureFacts = TypeVar("SeizureFacts", bound=WithSeizure)


def seizure_of(findings: Findings, local: LocalRules) -> tuple[str | None, str | None]:
    """The seizure and its kind after attribution; None where it is unknown."""
    if not counts(findings, Sign.SEIZURE, local) or findings.seizure == Seizure.NONE:
        return Seizure.NONE, None
    seizure, kind = findings.seizure, findings.seizure_kind
    if seizure is None and (kind is not None or findings.seizure_multiple is True):
        seizure = Seizure.PRESENT
    return seizure, kind


def where_present(
    test: Callable[[SeizureFacts], bool | None],
) -> Callable[[SeizureFacts], bool | None]:
    """`test` where there was a seizure; False without one, None while it was not recorded."""

    def with_seizure(facts: SeizureFacts) -> bool | None:
        if facts.seizure is None:
            return None
        return False if facts.seizure == Seizure.NONE else test(facts)

    return with_seizure


def is_generalized(facts: WithSeizure) -> bool | None:
    """A generalized seizure, in a patient who had one."""
    return None if facts.kind is None else facts.kind == SeizureKind.GENERALIZED


def is_status(facts: WithSeizure) -> bool | None:
    """Prolonged or repeated without return to baseline, or named status, if there was a seizure."""
    if facts.seizure == Seizure.PROLONGED or facts.kind == SeizureKind.NONCONVULSIVE_STATUS:
        return True
    return None if facts.kind is None or facts.seizure == Seizure.PRESENT else False


def seizure_unknown(facts: WithSeizure) -> list[str]:
    """The seizure, or how it went, and its kind, each where not recorded."""
    names: list[str] = []
    if facts.seizure in (None, Seizure.PRESENT):
        names.append(Missing.SEIZURE)
    if facts.seizure is not None and facts.kind is None:
        names.append(Missing.SEIZURE_KIND)
    return names


def seizure_values(facts: WithSeizure) -> dict[str, Any]:
    """The kind of the seizure in words, or that it was not recorded."""
    return {"seizure_kind": facts.kind or "kind not known"}
