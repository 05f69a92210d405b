"""The facts of one assessment for the older CRS scales, with all that they read.

Beside the facts as attributed stand those with every sign counted, where a clinician put one down
to another cause.
"""

from __future__ import annotations

from dataclasses import dataclass

from grading.engine.reads import OfAssessment, Reads, WorkedOut
from grading.local_rules import LocalRules
from grading.record import Findings, Record
from grading.rules.crs.astct_2019.course import READS as ASTCT_READS
from grading.rules.crs.bedside_facts import read
from grading.rules.crs.older.parts.facts import OlderFacts, older_facts_of
from grading.rules.signs.organ_toxicity import organ_index
from grading.rules.signs.oxygen import HFNC_BY_DEVICE
from grading.rules.signs.vasopressor_dose import run_index
from grading.vocabulary import Sign

AllCounted = tuple[OlderFacts, tuple[Sign, ...]]
"""The facts of an assessment with every sign counted, and the signs put down to another cause."""


@dataclass(slots=True)
class ReadOlder:
    """The facts of one assessment, with the cautions of their reading.

    `all_counted` are the facts with every sign counted, None where every sign counts already.
    """

    facts: OlderFacts
    all_counted: AllCounted | None
    cautions: tuple[str, ...]


def read_older(findings: Findings, record: Record, local: LocalRules) -> ReadOlder:
    """The facts of an assessment that has a CRS part.

    Most older scales do not grade a high-flow system by its device, so that caution is left to the
    cell that does (`DEVICE`).
    """
    runs, organs = run_index(record), organ_index(record, local)
    reading = read(findings, record, local)
    facts = older_facts_of(reading, record, local, runs, organs)
    all_counted = None
    if reading.all_counted is not None:
        counted = older_facts_of(reading.all_counted, record, local, runs, organs)
        all_counted = counted, reading.away
    cautions = tuple(item for item in reading.cautions if item != HFNC_BY_DEVICE)
    return ReadOlder(facts, all_counted, cautions)


def _doses_of_course(record: Record, _local: LocalRules) -> OfAssessment | None:
    runs = run_index(record)
    if not runs.runs:
        return None
    return lambda findings: (
        tuple(runs.rates_at(findings.elapsed).items()),
        runs.hours_at(findings.elapsed),
    )


def _organs_of_course(record: Record, local: LocalRules) -> OfAssessment | None:
    organs = organ_index(record, local)
    if not organs.times and organs.labs is None:
        return None
    return lambda findings: organs.read_at(findings, local)


READS = ASTCT_READS.joined(
    Reads(
        words=(
            "oxygen_flow_l_min",
            "fio2_percent",
            "fluid_bolus",
            "fluid_boluses",
            "vasopressor_rates",
            "vasopressor_hours",
            "refractory_hypotension",
            "life_threatening",
            "constitutional_symptoms",
            "crs_response",
            "organ_toxicity",
            "coagulopathy_treated",
            "iv_therapy",
            "weight_kg",
        ),
        worked_out=(
            WorkedOut("vasopressor_dose", _doses_of_course),
            WorkedOut("organs", _organs_of_course, reads=("organ_toxicity",)),
        ),
    )
)
"""All that the older scales look at in one assessment and its course."""
