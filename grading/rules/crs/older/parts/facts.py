"""The facts that the older CRS scales test, made once for each assessment and shared by all.

Purpose   turn one assessment into plain words: which oxygen, which vasopressors at which dose,
          which organ toxicity, after attribution and baseline.
Use       `course_facts` gives them for every assessment; each scale is a table over them.
Not for   ASTCT 2019, which needs the course (fever waiver) and has its own facts.
Source    attribution, baseline oxygen and pressure limits as for ASTCT 2019; FiO2 from flow,
          doses and organ toxicity as their modules say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_DOWN, Decimal
from typing import Any

from grading.engine.checklists import any_of
from grading.engine.result import Criterion, Missing, Verdict, weigh
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
from grading.rules.signs.organ_toxicity import OrganIndex, Organs
from grading.rules.signs.oxygen import HFNC_BY_DEVICE, is_slow_high_flow
from grading.rules.signs.pressure import is_adult
from grading.rules.signs.vasopressor_dose import (
    EQUIVALENTS_USED,
    HIGH_DOSE_FROM_HOURS,
    HOURS_DERIVED,
    RATES_DERIVED,
    WEIGHT_UNKNOWN,
    RunIndex,
    VasopressorDose,
    dose_of,
    hours_reach,
)
from grading.vocabulary import Organ

HUNDREDTH = Decimal("0.01")
MANY_HOURS = Decimal(24)  # MSKCC, inclusive


FIO2, RATE, WEIGHT, HOURS, ORGAN, DEVICE = "fio2", "dose", "weight", "hours", "organs", "device"
"""The estimates that a cell may rest on; their cautions are shown where the cell is met."""


@dataclass(slots=True)
class OlderBasis:
    """The values behind the facts, for the reasons and the cautions."""

    findings: Findings
    crs: bedside.CrsFacts
    agents: frozenset[str]
    dose: VasopressorDose | None
    fio2_percent: Decimal | None
    fio2_estimated: bool
    organs: Organs

    def cautions(self, topic: str) -> tuple[str, ...]:
        """The cautions for a cell that rests on this estimate."""
        if topic == ORGAN:
            return self.organs.cautions
        if topic == DEVICE:
            return (HFNC_BY_DEVICE,) if is_slow_high_flow(self.crs.oxygen) else ()
        if topic == FIO2:
            if self.fio2_estimated:
                return (FIO2_ESTIMATED,)
            unstated = self.fio2_percent is None and self.crs.oxygen.device in NONINVASIVE
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


Verdicts = dict[int, Verdict]
"""The verdict of each table, by the identity of the table. Equal facts share it."""

MOST_KINDS = 5_000
"""The most kinds of facts remembered at a time, so that memory stays bounded."""

_VERDICTS: dict[OlderFacts, Verdicts] = {}


@dataclass(slots=True, unsafe_hash=True)
class OlderFacts:
    """The facts of one assessment. None is unknown. They are not changed after they are made.

    Equal facts give equal grades: `basis` serves the reasons and is not compared. `sign` is
    any of fever, hypotension and hypoxia; `unlisted` where the list of vasopressors is unknown, so
    that more may run than the doses say; `sequela` the worse of creatinine and lungs; `if_new`
    the support of a device whose unknown flow leaves open how much, or whether it is new;
    `flow_up_to` the highest grade by device that this flow could be, 0 where it decides nothing.
    """

    fever: bool | None
    hypotension: bool | None
    pressor: bool | None
    multiple: bool | None
    unlisted: bool
    high: bool | None
    high_per_kg: bool | None
    high_rate: bool | None
    many_hours: bool | None
    dose_missing: tuple[str, ...]
    dose_missing_per_kg: tuple[str, ...]
    many_boluses: bool | None
    refractory: bool | None
    life_threatening: bool | None
    sign: bool | None
    support: OxygenSupport | None
    if_new: OxygenSupport | None
    by_device: DeviceSupport | None
    flow_up_to: int
    oxygen_missing: tuple[str, ...]
    organ: int
    transaminases: int
    bilirubin: int
    creatinine: int
    sequela: int
    organs_known: bool
    creatinine_known: bool
    coagulopathy: bool | None
    iv_therapy: bool | None
    response: str | None
    symptoms: bool | None
    pediatric: bool
    basis: OlderBasis = field(compare=False, repr=False)
    verdicts: Verdicts = field(default_factory=dict, compare=False, repr=False)

    def remembered(self) -> OlderFacts:
        """These facts with the verdicts that equal facts already got, in any course."""
        verdicts_of_equals = _VERDICTS.get(self)
        if verdicts_of_equals is None:
            if len(_VERDICTS) >= MOST_KINDS:
                _VERDICTS.clear()
            verdicts_of_equals = _VERDICTS[replace(self, basis=NO_BASIS)] = self.verdicts
        self.verdicts = verdicts_of_equals
        return self

    def verdict(self, table: Sequence[Criterion[OlderFacts]]) -> Verdict:
        """The verdict of this table on these facts, weighed once for all that are equal."""
        verdict = self.verdicts.get(id(table))
        if verdict is None:
            verdict = self.verdicts[id(table)] = weigh(table, self)
        return verdict

    def unrecorded(self) -> tuple[str, ...]:
        """The bedside items that a grade 0 needs and that were not recorded."""
        return self.basis.crs.unrecorded()


NO_BASIS: Any = None
"""The basis of remembered facts: they hold no patient's values."""


def older_facts_of(
    reading: bedside.ReadFacts,
    record: Record,
    local: LocalRules,
    runs: RunIndex,
    organ_results: OrganIndex,
) -> OlderFacts:
    """The facts of one assessment with a CRS part."""
    crs, findings = reading.facts, reading.facts.findings
    pressors = crs.pressors
    dose = dose_of(findings, pressors, runs) if pressors.counted else None
    fio2, estimated = fio2_of(findings, crs.oxygen, local)
    support = support_of(crs.oxygen, fio2)
    is_supported = None if support is None else support != OxygenSupport.NONE
    sign = any_of((crs.fever, crs.hypotension, is_supported))
    labs_count = sign is True or local.organ_toxicity_alone
    organs = organ_results.at(findings, local, labs_count=labs_count)
    basis = OlderBasis(findings, crs, pressors.counted, dose, fio2, estimated, organs)
    hours = findings.vasopressor_hours
    undosed = False if pressors.needed is False else None  # never high where none runs
    return OlderFacts(
        fever=crs.fever,
        hypotension=crs.hypotension,
        pressor=pressors.needed,
        multiple=pressors.several,
        unlisted=not pressors.is_listed,
        high=undosed if dose is None else dose.is_high(),
        high_per_kg=undosed if dose is None else dose.is_high(per_kg=True),
        high_rate=undosed if dose is None else dose.is_high_rate(),
        many_hours=hours_reach(hours, MANY_HOURS) if dose is None else dose.runs_for(MANY_HOURS),
        dose_missing=_dose_missing(dose),
        dose_missing_per_kg=_dose_missing(dose, per_kg=True),
        many_boluses=_many_boluses(findings),
        refractory=findings.refractory_hypotension,
        life_threatening=findings.life_threatening,
        sign=sign,
        support=support,
        if_new=support_if_new(findings, crs.oxygen, local),
        by_device=device_support_of(crs.oxygen),
        flow_up_to=crs.oxygen.flow_up_to,
        oxygen_missing=oxygen_missing(findings, crs.oxygen),
        organ=max((g for o, g in organs.grades.items() if o != Organ.TRANSAMINASES), default=0),
        transaminases=organs.grades.get(Organ.TRANSAMINASES, 0),
        bilirubin=organs.grades.get(Organ.BILIRUBIN, 0),
        creatinine=organs.grades.get(Organ.CREATININE, 0),
        sequela=max(organs.grades.get(Organ.CREATININE, 0), organs.grades.get(Organ.PULMONARY, 0)),
        organs_known=organs.complete,
        creatinine_known=organs.complete or Organ.CREATININE in organs.grades,
        coagulopathy=findings.coagulopathy_treated,
        iv_therapy=findings.iv_therapy,
        response=findings.crs_response,
        symptoms=findings.constitutional_symptoms,
        pediatric=is_adult(record.age_at(findings.elapsed), local) is False,
        basis=basis,
    ).remembered()


def _dose_missing(dose: VasopressorDose | None, *, per_kg: bool = False) -> tuple[str, ...]:
    """Missing items that decide whether the dose is high, where a vasopressor runs."""
    if dose is None or dose.is_high(per_kg=per_kg) is not None:
        return ()
    rate = dose.rate_of_known(per_kg=per_kg)
    is_long = dose.runs_for(HIGH_DOSE_FROM_HOURS)
    names = {Missing.VASOPRESSOR_DOSE: rate is None, Missing.VASOPRESSOR_HOURS: is_long is None}
    return tuple(name for name, absent in names.items() if absent)


def _many_boluses(findings: Findings) -> bool | None:
    """More than one fluid bolus since the last assessment."""
    if findings.fluid_boluses is not None:
        return findings.fluid_boluses > 1
    return False if findings.fluid_bolus is False else None


def temperature_values(facts: OlderFacts) -> dict[str, Any]:
    """The temperature in °C; without a number, the answer that there was fever."""
    return bedside.fever_values(facts.basis.crs)


def no_values(_facts: OlderFacts) -> dict[str, Any]:
    """No values: the cell was answered with yes."""
    return {}


def response_values(facts: OlderFacts) -> dict[str, Any]:
    """The recorded response of the syndrome to treatment."""
    return {"response": facts.response}


def device_values(facts: OlderFacts) -> dict[str, Any]:
    """Device, flow in L/min, saturation in %."""
    return bedside.oxygen_values(facts.basis.crs)


def fio2_values(facts: OlderFacts) -> dict[str, Any]:
    """Device, flow in L/min, saturation in %, FiO2 in % as recorded or as estimated."""
    values = bedside.oxygen_values(facts.basis.crs)
    if facts.basis.fio2_percent is not None:
        name = "fio2_estimated_percent" if facts.basis.fio2_estimated else "fio2_percent"
        values[name] = facts.basis.fio2_percent
    return values


def vasopressor_values(facts: OlderFacts) -> dict[str, Any]:
    """Pressure in mmHg, vasopressors with rates in their units, hours without a gap."""
    values = bedside.hypotension_values(facts.basis.crs)
    dose = facts.basis.dose
    if dose is not None and dose.rates:
        values["vasopressor_rates"] = dict(dose.rates)
    if dose is not None and dose.hours is not None:
        values["vasopressor_hours"] = dose.hours.quantize(HUNDREDTH, ROUND_DOWN)
    if facts.basis.findings.fluid_boluses is not None:
        values["fluid_boluses"] = facts.basis.findings.fluid_boluses
    return values


def organ_values(facts: OlderFacts) -> dict[str, Any]:
    """CTCAE 4.03 grade of every organ that is not 0."""
    return {"organs": {organ: grade for organ, grade in facts.basis.organs.grades.items() if grade}}
