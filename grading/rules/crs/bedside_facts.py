"""The CRS facts of one assessment, read once for ASTCT 2019 and the older scales alike.

Purpose   fever, hypotension with the vasopressors that count, oxygen that counts.
Use       `read` for one assessment.
Not for   the fever waiver and the onset window: those are the course's (ASTCT 2019).
Source    ASTCT_2019, CRS table with footnotes; limits as `pressure` and `oxygen` say.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from grading.engine.reads import BEFORE_INFUSION, Reads
from grading.engine.result import Missing, missing_in_order
from grading.local_rules import LocalRules
from grading.record import ADULT_FROM_YEARS, INFUSION, Findings, Record
from grading.rules.signs.attribution import CRS_SIGNS, counts, uncounted, with_all_counted
from grading.rules.signs.fever import FEVER_FROM_C, fever_of
from grading.rules.signs.oxygen import LOW_FLOW_UP_TO_L_MIN, NOTHING_NEW, Oxygen, oxygen_of
from grading.rules.signs.pressure import LOW_PRESSURE, LOW_SATURATION_LIMITS, is_adult, low_pressure
from grading.rules.signs.vasopressors import (
    NO_PRESSORS,
    RUNS,
    Pressors,
    disagreements,
    pressors_of,
)
from grading.vocabulary import Sign

NEEDED_FOR_CRS = (
    Missing.TEMPERATURE,
    Missing.HYPOTENSION,
    Missing.VASOPRESSORS,
    Missing.OXYGEN_DEVICE,
)
"""The bedside set. Where none of it was recorded, all of it is missing."""

HYPOTENSION_DERIVED = "hypotension: derived from pressure"
ANSWERED_NO_PRESSURE_LOW = "hypotension: answered no, the pressure is low"
ANSWERED_NO_PRESSOR_RUNS = "hypotension: answered no while a vasopressor runs"
ADULT_LIMITS = "age unknown: adult limits used"


CRS_FACTS_READ = Reads(
    words=(
        "fever",
        "hypotension",
        "vasopressors",
        "oxygen_device",
        "positive_pressure_for",
        "attribution",
        "baseline.oxygen_device",
        "baseline.home_cpap",
    ),
    sides={
        "age_years": (ADULT_FROM_YEARS,),
        "temperature_c": (FEVER_FROM_C,),
        "oxygen_flow_l_min": (LOW_FLOW_UP_TO_L_MIN, "baseline.oxygen_flow_l_min"),
        "baseline.oxygen_flow_l_min": (LOW_FLOW_UP_TO_L_MIN,),
        "spo2_percent": LOW_SATURATION_LIMITS,
        "baseline.spo2_percent": LOW_SATURATION_LIMITS,
    },
    worked_out=(BEFORE_INFUSION, LOW_PRESSURE, RUNS),
)
"""All that `read` looks at in one assessment and its course, and the reasons show."""


@dataclass(slots=True)
class CrsFacts:
    """The facts that the table tests, after attribution and baseline. None is unknown."""

    temperature_c: Decimal | None
    fever: bool | None
    hypotension: bool | None
    pressors: Pressors
    oxygen: Oxygen
    findings: Findings

    def unrecorded(self) -> tuple[str, ...]:
        """The items that a CRS 0 needs and that were not recorded."""
        no_device = self.findings.oxygen_device is None and self.oxygen.device is None
        unrecorded = {
            Missing.TEMPERATURE: self.fever is None,
            Missing.HYPOTENSION: self.hypotension is None,
            Missing.VASOPRESSORS: self.pressors.needed is None,
            Missing.OXYGEN_DEVICE: no_device,
        }
        return missing_in_order(name for name, absent in unrecorded.items() if absent)


def fever_values(facts: CrsFacts) -> dict[str, Any]:
    """The temperature in °C; without a number, the answer that there was fever."""
    if facts.temperature_c is None:
        return {"fever": True}
    return {"temperature_c": facts.temperature_c}


def hypotension_values(facts: CrsFacts) -> dict[str, Any]:
    """The pressure in mmHg and what runs to hold it."""
    values: dict[str, Any] = {"hypotension": facts.hypotension}
    findings = facts.findings
    if findings.systolic_mmhg is not None:
        values["systolic_mmhg"] = findings.systolic_mmhg
    if findings.diastolic_mmhg is not None:
        values["diastolic_mmhg"] = findings.diastolic_mmhg
    if facts.pressors.agents is not None:
        values["vasopressors"] = facts.pressors.agents
    return values


def oxygen_values(facts: CrsFacts) -> dict[str, Any]:
    """Device as entered, flow in L/min, saturation in %, and why positive pressure is given."""
    findings = facts.findings
    names = ("oxygen_device", "oxygen_flow_l_min", "positive_pressure_for", "spo2_percent")
    return {name: value for name in names if (value := getattr(findings, name)) is not None}


@dataclass(slots=True)
class ReadFacts:
    """The facts of one assessment, and the cautions from reading it.

    `all_counted` are its facts with every sign counted, where `away` names signs put down to
    another cause.
    """

    facts: CrsFacts
    cautions: tuple[str, ...]
    all_counted: ReadFacts | None = None
    away: tuple[Sign, ...] = ()


def read(findings: Findings, record: Record, local: LocalRules) -> ReadFacts:
    """Read one assessment, and again with every sign counted where one does not count.

    Its cautions name the runs that the list of vasopressors leaves out.
    """
    reading = _read_as_attributed(findings, record, local)
    reading.cautions = (*disagreements(findings, record, local), *reading.cautions)
    reading.away = uncounted(findings, CRS_SIGNS, local)
    if reading.away and findings.elapsed >= INFUSION:
        every_sign = with_all_counted(findings, reading.away)
        reading.all_counted = _read_as_attributed(every_sign, record, local)
    return reading


def _read_as_attributed(findings: Findings, record: Record, local: LocalRules) -> ReadFacts:
    """Read one assessment: attribution first, then baseline, limits and open runs."""
    cautions: list[str] = []
    age = record.age_at(findings.elapsed)
    hypotension, pressors = _hypotension(findings, record, age, local, cautions)
    oxygen = NOTHING_NEW
    if counts(findings, Sign.HYPOXIA, local):
        oxygen = oxygen_of(findings, record.baseline, age, local, cautions)
    facts = CrsFacts(
        findings.temperature_c, fever_of(findings, local), hypotension, pressors, oxygen, findings
    )
    return ReadFacts(facts, tuple(cautions))


def _hypotension(
    findings: Findings,
    record: Record,
    age_years: Decimal | None,
    local: LocalRules,
    cautions: list[str],
) -> tuple[bool | None, Pressors]:
    """Hypotension with the vasopressors that count. A running vasopressor makes it true."""
    if not counts(findings, Sign.HYPOTENSION, local):
        return False, NO_PRESSORS
    pressors = pressors_of(findings, record, local, cautions)
    low = low_pressure(findings, record.baseline, age_years, local)
    if findings.hypotension is False:
        if pressors.needed is not True:
            cautions += [ANSWERED_NO_PRESSURE_LOW] if low else []
            return False, NO_PRESSORS if pressors.needed is None else pressors
        cautions.append(ANSWERED_NO_PRESSOR_RUNS)
    if findings.hypotension is True or pressors.needed is True:
        return True, pressors
    if low is None or not local.hypotension_from_pressure:
        return None, pressors
    if age_years is None and is_adult(None, local):
        cautions.append(ADULT_LIMITS)
    if low:
        cautions.append(HYPOTENSION_DERIVED)
        return True, pressors
    return (False if pressors.agents == () else None), pressors
