"""The oxygen that counts: the support that is new to this patient and given for hypoxia.

Takes   one assessment, the baseline, the age in years.
Gives   the device that counts (room air where none does), its flow in L/min, whether it is new,
        and whether a low saturation goes untreated; None wherever it is unknown.
Source  ASTCT 2019 CRS table; home oxygen, home CPAP and untreated hypoxia are local rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from grading.engine.result import Missing
from grading.local_rules import LocalRules
from grading.record import Baseline, Findings
from grading.rules.signs.pressure import low_saturation
from grading.vocabulary import POSITIVE_PRESSURE, OxygenDevice, PositivePressureFor

LOW_FLOW_UP_TO_L_MIN = Decimal(6)  # inclusive; ASTCT 2019 CRS table, footnote on cannula

MASKS = frozenset({OxygenDevice.FACEMASK, OxygenDevice.VENTURI, OxygenDevice.NONREBREATHER})

UNTREATED = "hypoxia: low saturation without new oxygen, untreated"
BASELINE_LOW = "hypoxia: the baseline saturation is below the limit"
HFNC_BY_DEVICE = "hypoxia: high-flow system at 6 L/min or less, graded by device"
PRESSURE_NOT_COUNTED: dict[str | None, str] = {
    PositivePressureFor.AIRWAY_PROTECTION: (
        "hypoxia: positive pressure to protect the airway, not counted"
    ),
    PositivePressureFor.HOME_CPAP: "hypoxia: home CPAP as before, not counted",
}
AS_HYPOXIA = "hypoxia: reason for positive pressure not stated, counted as hypoxia"
AS_HOME_CPAP = "hypoxia: reason for positive pressure not stated, counted as home CPAP"


@dataclass(slots=True)
class Oxygen:
    """The oxygen that counts; its device, and whether it is new, are None where unknown.

    `flow_up_to` is the highest grade that an unknown flow could turn out to be, 0 where it is
    known or irrelevant.
    """

    device: str | None
    flow_l_min: Decimal | None = None
    new: bool | None = False
    untreated: bool | None = False
    flow_up_to: int = 0

    def unknown(self, grade: int = 1) -> list[str]:
        """Missing items that decide whether the support is of this ASTCT grade, or of any."""
        device: list[str] = [Missing.OXYGEN_DEVICE] if self.device is None else []
        return [*device, *([Missing.OXYGEN_FLOW] if self.flow_up_to >= grade else [])]


NOTHING_NEW = Oxygen(OxygenDevice.ROOM_AIR)


def oxygen_of(
    findings: Findings,
    baseline: Baseline,
    age_years: Decimal | None,
    local: LocalRules,
    cautions: list[str],
) -> Oxygen:
    """The support that counts at this assessment; adds to `cautions` how it was read."""
    support = _support(findings, baseline, local, cautions)
    if support.device is not None and support.new is True:
        return support
    low = low_saturation(findings.spo2_percent, age_years, local)
    if low is not True or not local.low_saturation_counts:
        return support
    if low_saturation(baseline.spo2_percent, age_years, local) is True:
        cautions.append(BASELINE_LOW)
        return Oxygen(None, new=None, untreated=None, flow_up_to=support.flow_up_to)
    cautions.append(UNTREATED)
    return Oxygen(None, new=None, untreated=True, flow_up_to=support.flow_up_to)


def _support(
    findings: Findings, baseline: Baseline, local: LocalRules, cautions: list[str]
) -> Oxygen:
    """The new support given for hypoxia; a ward may decide that a low flow outweighs the device."""
    device, flow = findings.oxygen_device, findings.oxygen_flow_l_min
    if device is None:
        return Oxygen(None, new=None)
    if device == OxygenDevice.ROOM_AIR:
        return NOTHING_NEW
    if device in POSITIVE_PRESSURE:
        counts = _given_for_hypoxia(findings, baseline, local, cautions)
        return Oxygen(device, flow, new=True) if counts else NOTHING_NEW
    new = _is_new(device, flow, baseline)
    if new is False:
        return NOTHING_NEW
    if flow is not None and flow <= LOW_FLOW_UP_TO_L_MIN:
        is_high_flow_system = device == OxygenDevice.HIGH_FLOW_NASAL_CANNULA
        if (is_high_flow_system and local.hfnc_low_flow == "flow") or (
            device in MASKS and local.mask_low_flow == "flow"
        ):
            device = OxygenDevice.NASAL_CANNULA
        elif is_high_flow_system:
            cautions.append(HFNC_BY_DEVICE)
    if device == OxygenDevice.NASAL_CANNULA and flow is None:
        return Oxygen(device, flow, new=new, flow_up_to=3)
    return Oxygen(device, flow, new=new, flow_up_to=_level(device, flow) if new is None else 0)


def is_slow_high_flow(oxygen: Oxygen) -> bool:
    """A high-flow system at 6 L/min or less that counts by its device."""
    flow = oxygen.flow_l_min
    is_system = oxygen.device == OxygenDevice.HIGH_FLOW_NASAL_CANNULA
    return is_system and flow is not None and flow <= LOW_FLOW_UP_TO_L_MIN


def _given_for_hypoxia(
    findings: Findings, baseline: Baseline, local: LocalRules, cautions: list[str]
) -> bool:
    """Whether positive pressure counts; local rules decide where no reason is recorded."""
    reason = findings.positive_pressure_for
    if reason in PRESSURE_NOT_COUNTED:
        cautions.append(PRESSURE_NOT_COUNTED[reason])
        return False
    if reason is not None:
        return True
    is_mask_pressure = findings.oxygen_device != OxygenDevice.MECHANICAL_VENTILATION
    if is_mask_pressure and baseline.home_cpap is True:
        cautions.append(AS_HOME_CPAP)
        return False
    if local.unstated_positive_pressure_counts:
        cautions.append(AS_HYPOXIA)
    return local.unstated_positive_pressure_counts


def _is_new(device: str, flow: Decimal | None, baseline: Baseline) -> bool | None:
    """Whether the oxygen is more than that at home; None where a flow that decides is unknown."""
    usual = baseline.oxygen_device
    if usual is None or usual == OxygenDevice.ROOM_AIR or usual in POSITIVE_PRESSURE:
        return True
    if device != usual:
        as_much = _level(device, flow) >= _level(usual, baseline.oxygen_flow_l_min)
        may_be_high_flow = device == OxygenDevice.NASAL_CANNULA and flow is None
        return None if may_be_high_flow and not as_much else as_much
    if flow is None or baseline.oxygen_flow_l_min is None:
        return None
    return flow > baseline.oxygen_flow_l_min


def _level(device: str, flow: Decimal | None) -> int:
    """The support of a device in grades of the CRS table: 2 low flow, 3 high flow or mask."""
    if device == OxygenDevice.BLOW_BY:
        return 2
    if device == OxygenDevice.NASAL_CANNULA:
        return 3 if flow is not None and flow > LOW_FLOW_UP_TO_L_MIN else 2
    return 3
