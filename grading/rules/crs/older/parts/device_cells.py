"""The questions about the device of oxygen that the cells of CTCAE 6.0 ask of one assessment.

Each answers True, False or None (unknown). `support_unknown(grade)` names the missing items that
could make the support one of this grade.
"""

from __future__ import annotations

from grading.rules.crs.older.parts.device_support import DeviceSupport
from grading.rules.crs.older.parts.facts import OlderFacts
from grading.rules.crs.older.parts.oxygen_cells import OlderTest, OlderUnknown

LOW_FLOW_GRADE, HIGH_FLOW_GRADE = 2, 3
"""The highest grade that an unknown flow could turn out to be, as `Oxygen.flow_up_to` counts."""


def by_device(grade: int, *classes: DeviceSupport) -> OlderTest:
    """A test for the device that counts; open while a device or a flow could make it this grade."""

    def test(facts: OlderFacts) -> bool | None:
        if facts.by_device in (None, DeviceSupport.UNTREATED):
            return None if support_unknown(grade)(facts) else False
        return facts.by_device in classes

    return test


def support_unknown(grade: int) -> OlderUnknown:
    """The device where it is unknown, and the flow where a flow could make this grade."""

    return lambda facts: tuple(facts.crs.oxygen.unknown(grade))


on_low_flow = by_device(LOW_FLOW_GRADE, DeviceSupport.LOW_FLOW, DeviceSupport.UNSTATED)
"""Nasal cannula up to 6 L/min or blow-by; an unknown flow is at least this."""


def on_high_flow_or_mask(facts: OlderFacts) -> bool | None:
    """High-flow cannula, or any mask."""
    if facts.by_device is DeviceSupport.UNSTATED:
        return None
    return by_device(HIGH_FLOW_GRADE, DeviceSupport.HIGH_FLOW)(facts)


on_noninvasive = by_device(HIGH_FLOW_GRADE + 1, DeviceSupport.NONINVASIVE)
on_ventilator = by_device(HIGH_FLOW_GRADE + 1, DeviceSupport.VENTILATOR)
low_flow_unknown = support_unknown(LOW_FLOW_GRADE)
high_flow_unknown = support_unknown(HIGH_FLOW_GRADE)
pressure_unknown = support_unknown(HIGH_FLOW_GRADE + 1)
