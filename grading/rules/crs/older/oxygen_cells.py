"""The questions about oxygen that the cells of the older CRS scales ask of one assessment.

Each answers True, False or None (cannot tell); beside them stands what would settle them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from grading.rules.crs.older.facts import CrsSupport
from grading.rules.crs.older.oxygen_support import Support
from grading.vocabulary import CrsResponse, Missing

OlderTest = Callable[[CrsSupport], bool | None]
OlderUnknown = Callable[[CrsSupport], tuple[str, ...]]


def on(*levels: Support) -> OlderTest:
    """A test for the oxygen support that counts.

    Untreated hypoxia leaves it open, for any device may follow. A device whose flow is unknown
    leaves open only what that flow could make of it.
    """

    def test(facts: CrsSupport) -> bool | None:
        if facts.support is None or facts.support is Support.UNTREATED:
            is_open = Missing.OXYGEN_DEVICE in facts.oxygen_missing or _may_be(facts, levels)
            return None if is_open else False
        return facts.support in levels

    return test


def _may_be(facts: CrsSupport, levels: Sequence[Support]) -> bool:
    """Whether an unknown flow could make the oxygen one of these; any FiO2 may be 40 % or more."""
    from_40 = facts.if_new is Support.UNSTATED and Support.FROM_40 in levels
    return from_40 or facts.if_new in levels


def _flow_unknown(*levels: Support) -> OlderUnknown:
    """The device, FiO2, and the flow where it could make the oxygen one of these."""

    def unknown(facts: CrsSupport) -> tuple[str, ...]:
        flow = (Missing.OXYGEN_FLOW,) if _may_be(facts, levels) else ()
        return (*facts.oxygen_missing, *flow)

    return unknown


def device_unknown(facts: CrsSupport) -> tuple[str, ...]:
    """The device: no flow makes positive pressure of another one."""
    return facts.oxygen_missing


on_oxygen_below_40 = on(Support.BELOW_40, Support.UNSTATED)
"""Oxygen below 40 %; an unknown FiO2 is at least this."""


def on_oxygen_from_40(facts: CrsSupport) -> bool | None:
    """Oxygen of 40 % or more."""
    if facts.support is Support.UNSTATED:
        return None
    return on(Support.FROM_40)(facts)


below_40_unknown = _flow_unknown(Support.BELOW_40, Support.UNSTATED)
from_40_unknown = _flow_unknown(Support.FROM_40)
OXYGEN = (Support.BELOW_40, Support.UNSTATED, Support.FROM_40)
on_oxygen = on(*OXYGEN)
oxygen_unknown = _flow_unknown(*OXYGEN)
on_pressure_below_40 = on(Support.PRESSURE_BELOW_40)
on_pressure = on(Support.PRESSURE)
on_any_pressure = on(Support.PRESSURE, Support.PRESSURE_BELOW_40)
on_ventilator = on(Support.VENTILATOR)
on_ventilatory_support = on(Support.PRESSURE, Support.PRESSURE_BELOW_40, Support.VENTILATOR)


def on_oxygen_with_prompt_response(facts: CrsSupport) -> bool | None:
    """Oxygen by any device without pressure, in a patient who responds promptly."""
    return on_oxygen(facts) if facts.response == CrsResponse.PROMPT else False


def on_oxygen_without_prompt_response(facts: CrsSupport) -> bool | None:
    """Oxygen by any device without pressure, no prompt response recorded."""
    return False if facts.response == CrsResponse.PROMPT else on_oxygen(facts)


def is_untreated(facts: CrsSupport) -> bool | None:
    """A low saturation on no new oxygen."""
    if facts.support is None and Missing.OXYGEN_DEVICE in facts.oxygen_missing:
        return None
    return facts.support is Support.UNTREATED
