"""Results that a checklist would have used and cannot read: named, and never missing.

Use       the items of a checklist name what they need; what came in a unit that cannot be read
          leaves `missing` and stands beside the item with its reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from grading.engine.labs import LabIndex, NotUsed, unused_reasons
from grading.engine.result import Met
from grading.record import INFUSION

ANALYTE_OF = {
    "fasting_triglycerides": "triglycerides",
    "ferritin_baseline": "ferritin",
    "ast_before_infusion": "ast",
    "alt_before_infusion": "alt",
}
"""The analyte of a name in `missing` that says more than the analyte."""
BEFORE_INFUSION = frozenset({"ferritin_baseline", "ast_before_infusion", "alt_before_infusion"})


class Needing(Protocol):
    """An item of a checklist, with what it lacks and which results of that are not used."""

    missing: tuple[str, ...]
    not_used: tuple[Met, ...]


def set_apart(items: Iterable[Needing], not_used: Callable[[str], list[NotUsed]]) -> None:
    """Take from `missing` what came and is not used; `not_used` gives these results by name."""
    for item in items:
        results = {name: not_used(name) for name in item.missing}
        item.missing = tuple(name for name, came in results.items() if not came)
        item.not_used = unused_reasons(result for came in results.values() for result in came)


def before_infusion(labs: LabIndex, analyte: str) -> list[NotUsed]:
    """The results up to the infusion that are not used and are later than the one that is."""
    usable = labs.latest(analyte, INFUSION)
    results = labs.not_used((analyte,), None, INFUSION)
    return [result for result in results if usable is None or result.elapsed > usable.elapsed]
