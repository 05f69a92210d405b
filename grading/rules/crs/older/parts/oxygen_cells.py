"""The questions about oxygen that the cells of the older CRS scales ask of one assessment.

Each answers True, False or None (unknown). A function `…_unknown` beside it names the missing
items that would settle it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from grading.engine.result import Missing
from grading.rules.crs.older.parts.facts import OlderFacts
from grading.rules.crs.older.parts.oxygen_support import OxygenSupport
from grading.vocabulary import CrsResponse

OlderTest = Callable[[OlderFacts], bool | None]
OlderUnknown = Callable[[OlderFacts], tuple[str, ...]]


def on(*levels: OxygenSupport) -> OlderTest:
    """A test for the oxygen support that counts.

    Untreated hypoxia leaves it open, for any device may follow. A device whose flow is unknown
    leaves open only what that flow could make of it.
    """

    def test(facts: OlderFacts) -> bool | None:
        if facts.support is None or facts.support is OxygenSupport.UNTREATED:
            is_open = Missing.OXYGEN_DEVICE in facts.oxygen_missing or _may_be(facts, levels)
            return None if is_open else False
        return facts.support in levels

    return test


def _may_be(facts: OlderFacts, levels: Sequence[OxygenSupport]) -> bool:
    """Whether an unknown flow could make the oxygen one of these; any FiO2 may be 40 % or more."""
    from_40 = facts.if_new is OxygenSupport.UNSTATED and OxygenSupport.FROM_40 in levels
    return from_40 or facts.if_new in levels


def _flow_unknown(*levels: OxygenSupport) -> OlderUnknown:
    """The device, FiO2, and the flow where it could make the oxygen one of these."""

    def unknown(facts: OlderFacts) -> tuple[str, ...]:
        flow = (Missing.OXYGEN_FLOW,) if _may_be(facts, levels) else ()
        return (*facts.oxygen_missing, *flow)

    return unknown


def device_unknown(facts: OlderFacts) -> tuple[str, ...]:
    """The device: no flow makes positive pressure of another one."""
    return facts.oxygen_missing


on_oxygen_below_40 = on(OxygenSupport.BELOW_40, OxygenSupport.UNSTATED)
"""Oxygen below 40 %; an unknown FiO2 is at least this."""


def on_oxygen_from_40(facts: OlderFacts) -> bool | None:
    """Oxygen of 40 % or more."""
    if facts.support is OxygenSupport.UNSTATED:
        return None
    return on(OxygenSupport.FROM_40)(facts)


below_40_unknown = _flow_unknown(OxygenSupport.BELOW_40, OxygenSupport.UNSTATED)
from_40_unknown = _flow_unknown(OxygenSupport.FROM_40)
OXYGEN = (OxygenSupport.BELOW_40, OxygenSupport.UNSTATED, OxygenSupport.FROM_40)
on_oxygen = on(*OXYGEN)
oxygen_unknown = _flow_unknown(*OXYGEN)
on_pressure_below_40 = on(OxygenSupport.PRESSURE_BELOW_40)
on_pressure = on(OxygenSupport.PRESSURE)
on_any_pressure = on(OxygenSupport.PRESSURE, OxygenSupport.PRESSURE_BELOW_40)
on_ventilator = on(OxygenSupport.VENTILATOR)
on_ventilatory_support = on(
    OxygenSupport.PRESSURE, OxygenSupport.PRESSURE_BELOW_40, OxygenSupport.VENTILATOR
)


def on_oxygen_with_prompt_response(facts: OlderFacts) -> bool | None:
    """Oxygen by any device without pressure, in a patient who responds promptly."""
    return on_oxygen(facts) if facts.findings.crs_response == CrsResponse.PROMPT else False


def on_oxygen_without_prompt_response(facts: OlderFacts) -> bool | None:
    """Oxygen by any device without pressure, no prompt response recorded."""
    return False if facts.findings.crs_response == CrsResponse.PROMPT else on_oxygen(facts)


def is_untreated(facts: OlderFacts) -> bool | None:
    """A low saturation on no new oxygen."""
    oxygen = facts.crs.oxygen
    return None if oxygen.device is None and oxygen.untreated is not True else oxygen.untreated
