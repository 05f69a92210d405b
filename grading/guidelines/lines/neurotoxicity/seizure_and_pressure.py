"""Seizures, status epilepticus and raised intracranial pressure.

Source  the review, Table 7, names no drug and no measure; those by name are from CARTOX, as
        reproduced, and from general knowledge where marked so.
"""

from __future__ import annotations

from grading.guidelines.line import Guideline, Line, LineKind, Toxicity, Why
from grading.guidelines.lines.neurotoxicity.icans import ICANS_TABLE
from grading.guidelines.lines.neurotoxicity.icans_course import (
    last_seizure,
    pressure_facts,
    recent,
)
from grading.guidelines.situation.situation import Situation
from grading.sources import CARTOX_2018, ESETT_2019

CARTOX_SEIZURE = CARTOX_2018.at(
    "nonconvulsive status, as reproduced at cancerbiomed.org, Table 4", "V"
)


def _seizure(situation: Situation) -> Why:
    return recent(situation, (last_seizure(situation),)) or None


def _status(situation: Situation) -> Why:
    return recent(situation, (situation.bedside.status_epilepticus,)) or None


def _raised_pressure(situation: Situation) -> Why:
    return recent(situation, pressure_facts(situation)) or None


SEIZURE_AND_PRESSURE_LINES: tuple[Line, ...] = (
    Line(
        "icans_raised_pressure",
        Toxicity.ICANS,
        LineKind.NOW,
        "edema or another sign of raised intracranial pressure",
        "Raised pressure: head of the bed at 30°, hyperosmolar treatment (mannitol or hypertonic "
        "saline), neurosurgery and neurocritical care; short hyperventilation where it is acute",
        CARTOX_2018.at("raised intracranial pressure", "M"),
        _raised_pressure,
        guideline=Guideline.CARTOX,
    ),
    Line(
        "icans_seizure",
        Toxicity.ICANS,
        LineKind.NOW,
        "a seizure",
        "Seizures and status epilepticus: antiepileptics with neurology assistance, by "
        "institutional guidelines",
        ICANS_TABLE,
        _seizure,
        drugs=("antiepileptic",),
    ),
    Line(
        "icans_seizure_by_name",
        Toxicity.ICANS,
        LineKind.NOW,
        "a seizure",
        "By name: levetiracetam; lorazepam while a seizure goes on; phenobarbital where it "
        "persists",
        CARTOX_SEIZURE,
        _seizure,
        guideline=Guideline.CARTOX,
        drugs=("levetiracetam", "lorazepam", "phenobarbital"),
    ),
    Line(
        "icans_status",
        Toxicity.ICANS,
        LineKind.NOW,
        "status epilepticus",
        "Nonconvulsive status: levetiracetam 500 mg IV with lorazepam 0.5 mg IV, again every 5 "
        "minutes up to 2 mg in all; where it persists, intensive care and phenobarbital 60 mg IV",
        CARTOX_SEIZURE,
        _status,
        guideline=Guideline.CARTOX,
        text_for_child="Nonconvulsive status: levetiracetam with lorazepam; where it persists, "
        "intensive care and phenobarbital; doses by the pediatric protocol",
        drugs=("levetiracetam", "lorazepam", "phenobarbital"),
    ),
    Line(
        "icans_status_convulsive",
        Toxicity.ICANS,
        LineKind.NOW,
        "status epilepticus",
        "Convulsive status: a full dose of a benzodiazepine first, then levetiracetam, "
        "fosphenytoin or valproate, alike in effect; intensive care",
        ESETT_2019,
        _status,
        guideline=Guideline.OTHER,
        drugs=("levetiracetam", "fosphenytoin", "valproate"),
    ),
)
