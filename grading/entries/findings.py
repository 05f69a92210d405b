"""One assessment of the record: everything that was observed at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

NOTHING_ATTRIBUTED: Mapping[str, str] = {}
"""Shared by all assessments without an attribution, and never changed."""


class Findings(NamedTuple):
    """One assessment: everything that was observed at one moment. Any field may be None.

    A tuple, since a million of them are made when a registry is read.

    `table.findings.OBSERVATIONS` declares each with its unit, words and limits. The bedside set
    comes first; those from `fluid_boluses` to `nk_activity_low` serve other systems than ASTCT; no
    grade reads the last three.
    """

    elapsed: timedelta
    uid: str = ""
    temperature_c: Decimal | None = None
    fever: bool | None = None
    systolic_mmhg: Decimal | None = None
    diastolic_mmhg: Decimal | None = None
    heart_rate: Decimal | None = None
    respiratory_rate: Decimal | None = None
    spo2_percent: Decimal | None = None
    measured_weight_kg: Decimal | None = None
    hypotension: bool | None = None
    fluid_bolus: bool | None = None
    vasopressors: tuple[str, ...] | None = None
    oxygen_device: str | None = None
    oxygen_flow_l_min: Decimal | None = None
    fio2_percent: Decimal | None = None
    positive_pressure_for: str | None = None
    vitals_not_done: str | None = None
    attribution: Mapping[str, str] = NOTHING_ATTRIBUTED
    attribution_cause: dict[str, str] | None = None
    attribution_words: str | None = None
    attribution_confirmed: bool | None = None
    ice: dict[str, int | None] | None = None
    ice_total: int | None = None
    ice_not_done: str | None = None
    capd_total: int | None = None
    capd_not_done: str | None = None
    consciousness: str | None = None
    seizure: str | None = None
    motor: str | None = None
    icp: tuple[str, ...] | None = None
    other_neuro: tuple[str, ...] | None = None
    fluid_boluses: int | None = None
    vasopressor_rates: dict[str, Decimal] | None = None
    vasopressor_hours: Decimal | None = None
    refractory_hypotension: bool | None = None
    life_threatening: bool | None = None
    constitutional_symptoms: bool | None = None
    crs_response: str | None = None
    organ_toxicity: dict[str, int] | None = None
    coagulopathy_treated: bool | None = None
    iv_therapy: bool | None = None
    head_of_government: int | None = None
    seizure_kind: str | None = None
    seizure_multiple: bool | None = None
    papilledema_stage: int | None = None
    csf_opening_mmhg: Decimal | None = None
    daily_living: str | None = None
    splenomegaly: bool | None = None
    hepatomegaly: bool | None = None
    nk_activity_low: bool | None = None
    worried: str | None = None
    already_escalated: bool | None = None
    place: str | None = None
    note: str = ""

    def is_examination(self) -> bool:
        """Whether something was examined, or the reason why not: more than a worry or a note."""
        names = ("elapsed", "uid", "worried", "already_escalated", "place", "note")
        return self != Findings(**{name: getattr(self, name) for name in names})

    def has_crs_part(self) -> bool:
        """Whether any finding by which CRS is graded was recorded."""
        return (
            self.temperature_c is not None
            or self.oxygen_device is not None
            or self.fever is not None
            or self.systolic_mmhg is not None
            or self.diastolic_mmhg is not None
            or self.spo2_percent is not None
            or self.hypotension is not None
            or self.vasopressors is not None
        )

    def has_icans_part(self) -> bool:
        """Whether any finding by which ICANS is graded was recorded."""
        return (
            self.ice_total is not None
            or self.consciousness is not None
            or self.ice_not_done is not None
            or self.capd_total is not None
            or self.capd_not_done is not None
            or self.seizure is not None
            or self.motor is not None
            or self.icp is not None
            or self.has_ice_points()
        )

    def has_ice_points(self) -> bool:
        """Whether at least one ICE item was scored."""
        return self.ice is not None and any(points is not None for points in self.ice.values())
