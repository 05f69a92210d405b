"""Oxygen support by device, for the scale that names devices as ASTCT 2019 does: CTCAE 6.0.

Takes   the oxygen that counts in one assessment (new to this patient, given for hypoxia).
Gives   the class of its device; None where the device, or whether it is new, is unknown.
Source  CTCAE_6_0, "cytokine release syndrome". It prints no number for low flow: up to 6 L/min is
        the footnote of ASTCT_2019.
"""

from __future__ import annotations

from enum import StrEnum

from grading.rules.crs.older.parts.oxygen_support import NONINVASIVE
from grading.rules.signs.oxygen import LOW_FLOW_UP_TO_L_MIN, Oxygen
from grading.vocabulary import OxygenDevice


class DeviceSupport(StrEnum):
    """The oxygen that counts, by its device. `UNSTATED` is a nasal cannula of unknown flow."""

    NONE = "none"
    LOW_FLOW = "low_flow"
    UNSTATED = "unstated"
    HIGH_FLOW = "high_flow"
    NONINVASIVE = "noninvasive"
    VENTILATOR = "ventilator"
    UNTREATED = "untreated"


def device_support_of(oxygen: Oxygen) -> DeviceSupport | None:
    """The class of the device that counts."""
    if oxygen.device is None or oxygen.new is None:
        return DeviceSupport.UNTREATED if oxygen.untreated else None
    return _by_device(oxygen) if oxygen.new else DeviceSupport.NONE


def _by_device(oxygen: Oxygen) -> DeviceSupport:
    if oxygen.device == OxygenDevice.MECHANICAL_VENTILATION:
        return DeviceSupport.VENTILATOR
    if oxygen.device in NONINVASIVE:
        return DeviceSupport.NONINVASIVE
    if oxygen.device == OxygenDevice.BLOW_BY:
        return DeviceSupport.LOW_FLOW
    if oxygen.device != OxygenDevice.NASAL_CANNULA:
        return DeviceSupport.HIGH_FLOW
    if oxygen.flow_l_min is None:
        return DeviceSupport.UNSTATED
    is_low = oxygen.flow_l_min <= LOW_FLOW_UP_TO_L_MIN
    return DeviceSupport.LOW_FLOW if is_low else DeviceSupport.HIGH_FLOW
