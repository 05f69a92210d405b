"""The facts that the older CRS scales test, each worked out once, when a cell first asks for it.

Purpose   turn one assessment into plain words: which oxygen, which vasopressors at which dose,
          which organ toxicity, after attribution and baseline.
Use       each scale is a table over these facts; all scales share those of one assessment.
Not for   ASTCT 2019, which needs the course (fever waiver) and has its own facts.
Source    attribution, baseline oxygen and pressure limits as for ASTCT 2019; FiO2 from flow,
          doses and organ toxicity as their modules say.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from grading.engine.checklists import any_of
from grading.engine.result import Missing
from grading.local_rules import LocalRules
from grading.record import Findings, Record
from grading.rules.crs import bedside_facts as bedside
from grading.rules.crs.older.parts.device_support import DeviceSupport, device_support_of
from grading.rules.crs.older.parts.oxygen_support import (
    FIO2_ESTIMATED,
    NONINVASIVE,
    PRESSURE_FIO2_UNKNOWN,
    OxygenSupport,
    fio2_of,
    oxygen_missing,
    support_if_new,
    support_of,
)
from grading.rules.signs.organ_toxicity import Organs, organ_index
from grading.rules.signs.oxygen import HFNC_BY_DEVICE, is_slow_high_flow
from grading.rules.signs.pressure import is_adult
from grading.rules.signs.vasopressor_dose import (
    EQUIVALENTS_USED,
    HIGH_DOSE_FROM_HOURS,
    HOURS_DERIVED,
    RATES_DERIVED,
    WEIGHT_UNKNOWN,
    VasopressorDose,
    dose_of,
    hours_reach,
    in_hundredths,
    run_index,
)
from grading.vocabulary import Sign

MANY_HOURS = Decimal(24)  # MSKCC, inclusive

FIO2, RATE, WEIGHT, HOURS, ORGAN, DEVICE = "fio2", "dose", "weight", "hours", "organs", "device"
"""The estimates that a cell may rest on; their cautions are shown where the cell is met."""


class OlderFacts:
    """The facts of one assessment. None is unknown.

    `pressor` is whether a vasopressor runs, `several` whether two or more do.
    """

    def __init__(self, crs: bedside.CrsFacts, record: Record, local: LocalRules) -> None:
        self.crs, self.findings = crs, crs.findings
        self.record, self.local = record, local
        self.fever, self.hypotension = crs.fever, crs.hypotension
        self.pressor, self.several = crs.pressors.needed, crs.pressors.several

    def has_sign(self) -> bool | None:
        """Any of fever, hypotension and hypoxia."""
        return any_of((self.fever, self.hypotension, self.is_hypoxic()))

    def signs_present(self) -> list[Sign]:
        """The signs that are there for certain."""
        holds = {
            Sign.FEVER: self.fever,
            Sign.HYPOTENSION: self.hypotension,
            Sign.HYPOXIA: self.is_hypoxic(),
        }
        return [sign for sign, is_present in holds.items() if is_present]

    def is_hypoxic(self) -> bool | None:
        """New oxygen, or a low saturation without it."""
        oxygen = self.crs.oxygen
        if oxygen.untreated is True:
            return True
        return None if oxygen.device is None else oxygen.new

    @cached_property
    def dose(self) -> VasopressorDose | None:
        """The dose of the vasopressors that count; None where none does."""
        pressors = self.crs.pressors
        return (
            dose_of(self.findings, pressors, run_index(self.record)) if pressors.counted else None
        )

    def is_high(self, *, per_kg: bool = False) -> bool | None:
        """A high dose for 3 hours or more, by the table of Lee 2014 or per kg by that of Penn."""
        return self._undosed() if self.dose is None else self.dose.is_high(per_kg=per_kg)

    def is_high_rate(self) -> bool | None:
        """A high rate by the table of Lee 2014, however long."""
        return self._undosed() if self.dose is None else self.dose.is_high_rate()

    def _undosed(self) -> bool | None:
        return False if self.pressor is False else None  # never high where none runs

    def runs_many_hours(self) -> bool | None:
        """Whether some vasopressor has run for 24 hours."""
        if self.dose is None:
            return hours_reach(self.findings.vasopressor_hours, MANY_HOURS)
        return self.dose.runs_for(MANY_HOURS)

    def dose_missing(self, *, per_kg: bool = False) -> tuple[str, ...]:
        """Missing items that decide whether the dose is high, where a vasopressor runs."""
        dose = self.dose
        if dose is None or dose.is_high(per_kg=per_kg) is not None:
            return ()
        rate = dose.rate_of_known(per_kg=per_kg)
        is_long = dose.runs_for(HIGH_DOSE_FROM_HOURS)
        names = {Missing.VASOPRESSOR_DOSE: rate is None, Missing.VASOPRESSOR_HOURS: is_long is None}
        return tuple(name for name, absent in names.items() if absent)

    def had_many_boluses(self) -> bool | None:
        """More than one fluid bolus since the last assessment."""
        if self.findings.fluid_boluses is not None:
            return self.findings.fluid_boluses > 1
        return False if self.findings.fluid_bolus is False else None

    @cached_property
    def fio2(self) -> tuple[Decimal | None, bool]:
        """FiO2 in % of the oxygen that counts, and whether it was estimated."""
        return fio2_of(self.findings, self.crs.oxygen, self.local)

    @cached_property
    def support(self) -> OxygenSupport | None:
        """The oxygen that counts, by FiO2."""
        return support_of(self.crs.oxygen, self.fio2[0])

    @cached_property
    def if_new(self) -> OxygenSupport | None:
        """The support of a device whose unknown flow leaves open how much, or whether it is new."""
        return support_if_new(self.findings, self.crs.oxygen, self.local)

    @cached_property
    def oxygen_missing(self) -> tuple[str, ...]:
        """Missing items apart from a flow: the device, or FiO2 where no flow can replace it."""
        return oxygen_missing(self.findings, self.crs.oxygen)

    @cached_property
    def by_device(self) -> DeviceSupport | None:
        """The oxygen that counts, by its device."""
        return device_support_of(self.crs.oxygen)

    @cached_property
    def organs(self) -> Organs:
        """Organ toxicity, as recorded or by the laboratory, which counts beside a sign."""
        labs_count = self.has_sign() is True or self.local.organ_toxicity_alone
        return organ_index(self.record, self.local).at(self.findings, labs_count=labs_count)

    def is_child(self) -> bool:
        """Whether the patient is below 18; an unknown age is taken as adult."""
        return is_adult(self.record.age_at(self.findings.elapsed), self.local) is False

    def cautions(self, topic: str) -> tuple[str, ...]:
        """The cautions for a cell that rests on this estimate."""
        if topic == ORGAN:
            return self.organs.cautions
        if topic == DEVICE:
            return (HFNC_BY_DEVICE,) if is_slow_high_flow(self.crs.oxygen) else ()
        if topic == FIO2:
            percent, is_estimated = self.fio2
            if is_estimated:
                return (FIO2_ESTIMATED,)
            unstated = percent is None and self.crs.oxygen.device in NONINVASIVE
            return (PRESSURE_FIO2_UNKNOWN,) if unstated else ()
        dose = self.dose
        if dose is None:
            return ()
        by_topic = {
            RATE: (
                (RATES_DERIVED, dose.rates_derived),
                (EQUIVALENTS_USED, dose.uses_equivalents()),
            ),
            WEIGHT: ((WEIGHT_UNKNOWN, dose.lacks_weight()),),
            HOURS: ((HOURS_DERIVED, dose.hours_derived),),
        }
        return tuple(text for text, holds in by_topic[topic] if holds)


@dataclass(slots=True)
class OlderReading:
    """The facts of one assessment, and the cautions from reading it.

    `all_counted` are its facts with every sign counted, where `away` names signs put down to
    another cause.
    """

    facts: OlderFacts
    cautions: tuple[str, ...]
    all_counted: OlderFacts | None
    away: tuple[Sign, ...]


def read_older(findings: Findings, record: Record, local: LocalRules) -> OlderReading | None:
    """Read one assessment for all scales; None where it has no CRS part.

    Most older scales do not grade a high-flow system by its device, so that caution is left to the
    cell that does (`DEVICE`).
    """
    if not findings.has_crs_part():
        return None
    reading = bedside.read(findings, record, local)
    whole = reading.all_counted
    return OlderReading(
        OlderFacts(reading.facts, record, local),
        tuple(caution for caution in reading.cautions if caution != HFNC_BY_DEVICE),
        None if whole is None else OlderFacts(whole.facts, record, local),
        reading.away,
    )


def temperature_values(facts: OlderFacts) -> dict[str, Any]:
    """The temperature in °C; without a number, the answer that there was fever."""
    return bedside.fever_values(facts.crs)


def no_values(_facts: OlderFacts) -> dict[str, Any]:
    """No values: the cell was answered with yes."""
    return {}


def response_values(facts: OlderFacts) -> dict[str, Any]:
    """The recorded response of the syndrome to treatment."""
    return {"response": facts.findings.crs_response}


def device_values(facts: OlderFacts) -> dict[str, Any]:
    """Device, flow in L/min, saturation in %."""
    return bedside.oxygen_values(facts.crs)


def fio2_values(facts: OlderFacts) -> dict[str, Any]:
    """Device, flow in L/min, saturation in %, FiO2 in % as recorded or as estimated."""
    values = bedside.oxygen_values(facts.crs)
    percent, is_estimated = facts.fio2
    if percent is not None:
        values["fio2_estimated_percent" if is_estimated else "fio2_percent"] = percent
    return values


def vasopressor_values(facts: OlderFacts) -> dict[str, Any]:
    """Pressure in mmHg, vasopressors with rates in their units, hours without a gap."""
    values = bedside.hypotension_values(facts.crs)
    dose = facts.dose
    if dose is not None and dose.rates:
        values["vasopressor_rates"] = dict(dose.rates)
    if dose is not None and dose.hours is not None:
        values["vasopressor_hours"] = in_hundredths(dose.hours)
    if facts.findings.fluid_boluses is not None:
        values["fluid_boluses"] = facts.findings.fluid_boluses
    return values


def organ_values(facts: OlderFacts) -> dict[str, Any]:
    """CTCAE 4.03 grade of every organ that is not 0."""
    return {"organs": {organ: grade for organ, grade in facts.organs.grades.items() if grade}}
