"""The contradictions of an entry: findings that cannot stand together in one assessment.

Takes   findings: `record.Findings`, a stored row or the answers of the form; any may be None.
Gives   which contradictions there are, the field that is refused and the reason, for every level.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from grading.measures import plain_text
from grading.vocabulary import Attribution, NotDone, Sign

REASONS_THAT_SCORE_ZERO = (NotDone.UNAROUSABLE.value, NotDone.APHASIA.value)
"""Reasons under which the review scores the examination 0: only these stand beside 0 points."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One contradiction of an assessment, whose findings each function takes.

    It cannot hold without the finding that is `refused`, in a map at its key `part`. `reason` has
    neither a capital at its beginning nor a full stop.
    """

    code: str
    refused: str
    holds: Callable[[Any], bool]
    reason: Callable[[Any], str]
    part: Callable[[Any], str] | None = None

    def key(self, findings: Any) -> str:
        """The key at which a document is refused."""
        return self.refused if self.part is None else f"{self.refused}.{self.part(findings)}"

    def sentence(self, findings: Any) -> str:
        """The reason as a sentence of its own."""
        reason = self.reason(findings)
        return f"{reason[0].upper()}{reason[1:]}."


def contradictions_in(findings: Any) -> list[Contradiction]:
    """Every contradiction of an assessment, in the order of `CONTRADICTIONS`."""
    return [item for item in CONTRADICTIONS if item.holds(findings)]


def _both_given(findings: Any) -> bool:
    return findings.temperature_c is not None and findings.fever is not None


def _temperature_decides(findings: Any) -> str:
    measured = plain_text(findings.temperature_c)
    return f"a temperature of {measured} °C is entered and decides: leave fever open"


def _items_and_total(findings: Any) -> bool:
    return findings.ice_total is not None and bool(_scored_items(findings))


def _keep_items_or_total(findings: Any) -> str:
    return f"ICE total {findings.ice_total} is entered and ICE items as well: keep one"


def _swapped(findings: Any) -> bool:
    systolic, diastolic = findings.systolic_mmhg, findings.diastolic_mmhg
    return systolic is not None and diastolic is not None and bool(diastolic >= systolic)


def _not_below(findings: Any) -> str:
    systolic, diastolic = plain_text(findings.systolic_mmhg), plain_text(findings.diastolic_mmhg)
    return f"diastolic {diastolic} is not below systolic {systolic}"


def _agents_not_running(findings: Any) -> list[str]:
    """The agents with a rate that are not among the vasopressors, where these were recorded."""
    rates, running = findings.vasopressor_rates, findings.vasopressors
    if rates is None or running is None:
        return []
    return sorted(agent for agent in rates if agent not in running)


def _first_not_running(findings: Any) -> str:
    return _agents_not_running(findings)[0]


def _not_running(findings: Any) -> str:
    return f"{_first_not_running(findings)} has a rate and is not among the vasopressors"


def _signs_with_cause_alone(findings: Any) -> list[str]:
    """The signs that have another cause and are not put down to another cause."""
    causes = findings.attribution_cause or {}
    put_down = findings.attribution or {}
    return [sign for sign in causes if causes[sign] and put_down.get(sign) != Attribution.OTHER]


def _first_with_cause_alone(findings: Any) -> str:
    return _signs_with_cause_alone(findings)[0]


def _cause_without_attribution(findings: Any) -> str:
    sign = Sign(_first_with_cause_alone(findings))
    name = sign.in_sentence or sign.replace("_", " ")
    return f"{name} has a cause and is not put down to another cause"


def _ice_points(findings: Any) -> list[int]:
    """The total, or the points of the items that were scored."""
    total = findings.ice_total
    return _scored_items(findings) if total is None else [total]


def _capd_points(findings: Any) -> list[int]:
    return [] if findings.capd_total is None else [findings.capd_total]


def _scored_items(findings: Any) -> list[int]:
    return [points for points in (findings.ice or {}).values() if points is not None]


def _cannot_stand(points: list[int], reason: str | None) -> bool:
    """Whether points stand beside a reason why nothing was examined; some go with 0 points."""
    if reason is None or not points:
        return False
    return any(points) or reason not in REASONS_THAT_SCORE_ZERO


def _keep_score_or_reason(test: str, points: list[int]) -> str:
    return f"{test} {sum(points)} is entered and “not done” as well: keep one"


CONTRADICTIONS = (
    Contradiction("temperature_and_fever", "fever", _both_given, _temperature_decides),
    Contradiction("ice_items_and_total", "ice_total", _items_and_total, _keep_items_or_total),
    Contradiction("swapped_pressures", "diastolic_mmhg", _swapped, _not_below),
    Contradiction(
        "rate_without_run",
        "vasopressor_rates",
        holds=lambda findings: bool(_agents_not_running(findings)),
        reason=_not_running,
        part=_first_not_running,
    ),
    Contradiction(
        "cause_without_attribution",
        "attribution_cause",
        holds=lambda findings: bool(_signs_with_cause_alone(findings)),
        reason=_cause_without_attribution,
        part=_first_with_cause_alone,
    ),
    Contradiction(
        "ice_score_and_reason",
        "ice_not_done",
        holds=lambda findings: _cannot_stand(_ice_points(findings), findings.ice_not_done),
        reason=lambda findings: _keep_score_or_reason("ICE", _ice_points(findings)),
    ),
    Contradiction(
        "capd_score_and_reason",
        "capd_not_done",
        holds=lambda findings: _cannot_stand(_capd_points(findings), findings.capd_not_done),
        reason=lambda findings: _keep_score_or_reason("CAPD", _capd_points(findings)),
    ),
)
"""Every contradiction, in the order in which a course document is refused for it."""
