"""The contradictions of an entry: findings that cannot stand together in one assessment.

Takes   plain values, as the fields of `record.Findings` hold them; any may be None.
Gives   which contradictions there are. Each level refuses them in the words of its users.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from typing import Any

from grading.vocabulary import NotDone

ItemPoints = Mapping[str, int | None]

REASONS_THAT_SCORE_ZERO = (NotDone.UNAROUSABLE.value, NotDone.APHASIA.value)
"""Reasons under which the review scores the examination 0: only these stand beside 0 points."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One contradiction: `holds` takes the values of `fields`, in their order."""

    code: str
    fields: tuple[str, ...]
    holds: Callable[..., bool]


def contradictions_in(findings: Any) -> list[Contradiction]:
    """Every contradiction of an assessment, in the order of `CONTRADICTIONS`."""
    return [item for item, values_of in VALUES if item.holds(*values_of(findings))]


def agents_not_running(
    rates: Collection[str] | None, vasopressors: Collection[str] | None
) -> list[str]:
    """The agents with a rate that are not among the vasopressors, where these were recorded."""
    if rates is None or vasopressors is None:
        return []
    return sorted(agent for agent in rates if agent not in vasopressors)


def _both_given(temperature_c: Decimal | None, fever: bool | None) -> bool:
    return temperature_c is not None and fever is not None


def _swapped(systolic_mmhg: Decimal | None, diastolic_mmhg: Decimal | None) -> bool:
    return (
        systolic_mmhg is not None and diastolic_mmhg is not None and diastolic_mmhg >= systolic_mmhg
    )


def _items_and_total(ice: ItemPoints | None, ice_total: int | None) -> bool:
    return ice_total is not None and any(points is not None for points in (ice or {}).values())


def _ice_and_reason(ice: ItemPoints | None, ice_total: int | None, reason: str | None) -> bool:
    return reason is not None and _scored_and_not_done([ice_total, *(ice or {}).values()], reason)


def _capd_and_reason(capd_total: int | None, reason: str | None) -> bool:
    return reason is not None and _scored_and_not_done([capd_total], reason)


def _scored_and_not_done(points: list[int | None], reason: str) -> bool:
    scored = [item for item in points if item is not None]
    if not scored:
        return False
    return any(scored) or reason not in REASONS_THAT_SCORE_ZERO


def _rate_without_run(rates: Collection[str] | None, vasopressors: Collection[str] | None) -> bool:
    return bool(agents_not_running(rates, vasopressors))


TEMPERATURE_AND_FEVER = Contradiction(
    "temperature_and_fever", ("temperature_c", "fever"), _both_given
)
SWAPPED_PRESSURES = Contradiction(
    "swapped_pressures", ("systolic_mmhg", "diastolic_mmhg"), _swapped
)
ICE_ITEMS_AND_TOTAL = Contradiction("ice_items_and_total", ("ice", "ice_total"), _items_and_total)
ICE_SCORE_AND_REASON = Contradiction(
    "ice_score_and_reason", ("ice", "ice_total", "ice_not_done"), _ice_and_reason
)
CAPD_SCORE_AND_REASON = Contradiction(
    "capd_score_and_reason", ("capd_total", "capd_not_done"), _capd_and_reason
)
RATE_WITHOUT_RUN = Contradiction(
    "rate_without_run", ("vasopressor_rates", "vasopressors"), _rate_without_run
)

CONTRADICTIONS = (
    TEMPERATURE_AND_FEVER,
    ICE_ITEMS_AND_TOTAL,
    SWAPPED_PRESSURES,
    RATE_WITHOUT_RUN,
    ICE_SCORE_AND_REASON,
    CAPD_SCORE_AND_REASON,
)
"""Every contradiction, in the order in which a course document is refused for it."""

VALUES = [(item, attrgetter(*item.fields)) for item in CONTRADICTIONS]
"""Each contradiction with the reader of its fields."""
