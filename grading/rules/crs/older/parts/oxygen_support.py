"""Oxygen support for the older CRS scales: none, below 40 %, 40 % or more, pressure, ventilator.

Takes   one assessment and the oxygen that counts in it (new to this patient, given for hypoxia).
Gives   the support, FiO2 in %, and the missing items that decide it.
Source  the cut at 40 % Lee 2014, MSKCC, CARTOX and CTCAE 5.0; FiO2 from the flow of a nasal cannula
        is a local rule.
"""

from __future__ import annotations

from collections.abc import Hashable
from decimal import Decimal
from enum import StrEnum

from grading.engine.reads import OfAssessment, WorkedOut
from grading.engine.result import Missing
from grading.local_rules import LocalRules
from grading.record import Findings, Record
from grading.rules.signs.oxygen import Oxygen
from grading.vocabulary import OxygenDevice

FORTY_PERCENT = Decimal(40)  # inclusive; Lee 2014, MSKCC, CARTOX, CTCAE 5.0
AIR_PERCENT, PERCENT_PER_L_MIN, MOST_PERCENT = Decimal(20), Decimal(4), Decimal(100)
FIO2_ESTIMATED = "approximate: FiO2 estimated from flow"
PRESSURE_FIO2_UNKNOWN = "positive pressure: FiO2 not recorded, taken as 40 % or more"
NONINVASIVE = frozenset({OxygenDevice.CPAP, OxygenDevice.BIPAP})


class OxygenSupport(StrEnum):
    """The oxygen that counts. `UNSTATED` is oxygen by a device whose FiO2 is unknown."""

    NONE = "none"
    BELOW_40 = "below_40"
    UNSTATED = "unstated"
    FROM_40 = "from_40"
    PRESSURE_BELOW_40 = "pressure_below_40"
    PRESSURE = "pressure"
    VENTILATOR = "ventilator"
    UNTREATED = "untreated"


def fio2_of(findings: Findings, oxygen: Oxygen, local: LocalRules) -> tuple[Decimal | None, bool]:
    """FiO2 in % of the oxygen that counts, and whether it was estimated."""
    if oxygen.device in (None, OxygenDevice.ROOM_AIR):
        return None, False
    return _fio2_given(findings, local)


def _fio2_given(findings: Findings, local: LocalRules) -> tuple[Decimal | None, bool]:
    """FiO2 in % as recorded, else from the flow of a nasal cannula, and whether estimated."""
    if findings.fio2_percent is not None:
        return findings.fio2_percent, False
    flow = findings.oxygen_flow_l_min
    is_cannula = findings.oxygen_device == OxygenDevice.NASAL_CANNULA
    if flow is None or not is_cannula or not local.fio2_from_flow:
        return None, False
    return min(AIR_PERCENT + PERCENT_PER_L_MIN * flow, MOST_PERCENT), True


def support_of(oxygen: Oxygen, fio2_percent: Decimal | None) -> OxygenSupport | None:
    """The support that counts; None where the device, or whether it is new, is unknown."""
    device = oxygen.device
    if device is None or oxygen.new is None:
        return OxygenSupport.UNTREATED if oxygen.untreated else None
    if not oxygen.new:
        return OxygenSupport.NONE
    if device == OxygenDevice.MECHANICAL_VENTILATION:
        return OxygenSupport.VENTILATOR
    below = fio2_percent is not None and fio2_percent < FORTY_PERCENT
    if device in NONINVASIVE:
        return OxygenSupport.PRESSURE_BELOW_40 if below else OxygenSupport.PRESSURE
    return _by_fio2(fio2_percent)


def _by_fio2(fio2_percent: Decimal | None) -> OxygenSupport:
    if fio2_percent is None:
        return OxygenSupport.UNSTATED
    return OxygenSupport.BELOW_40 if fio2_percent < FORTY_PERCENT else OxygenSupport.FROM_40


def support_if_new(findings: Findings, oxygen: Oxygen, local: LocalRules) -> OxygenSupport | None:
    """The support of a device whose flow is unknown, if it is more than usual; else None."""
    return _by_fio2(_fio2_given(findings, local)[0]) if oxygen.flow_up_to else None


def oxygen_missing(findings: Findings, oxygen: Oxygen) -> tuple[str, ...]:
    """Missing items apart from a flow: the device, or FiO2 where no flow can replace it."""
    if oxygen.device is None:
        return (Missing.OXYGEN_DEVICE,)
    is_open = oxygen.new is not False and findings.fio2_percent is None and not oxygen.flow_up_to
    return (Missing.FIO2,) if is_open else ()


def _fio2_of_course(_record: Record, local: LocalRules) -> OfAssessment | None:
    """FiO2 by the flow of a nasal cannula at each assessment; None where no flow is taken so."""

    def of_assessment(findings: Findings) -> Hashable:
        percent, is_estimated = _fio2_given(findings, local)
        return percent if is_estimated else None

    return of_assessment if local.fio2_from_flow else None


FIO2_BY_FLOW = WorkedOut(
    "fio2_by_flow",
    _fio2_of_course,
    reads=("fio2_percent", "oxygen_device", "oxygen_flow_l_min"),
)
"""FiO2 in % that no one recorded, as far as a flow tells it."""
