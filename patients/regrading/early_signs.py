"""The signs of an assessment before the first infusion, for pages.

There the grade is 0 whatever was seen, because nothing can come from cells that were not given
yet. A page still has to say that the patient is ill. A sign is listed whatever it is put down to.
"""

from __future__ import annotations

from typing import Any

from grading.engine.result import to_json
from grading.local_rules import LocalRules
from grading.record import INFUSION, Findings, Record
from grading.rules.crs.bedside_facts import read
from grading.rules.neurotoxicity.ice import ICE_FULL_SCORE, ice_score
from grading.rules.signs.pressure import low_pressure, low_saturation
from grading.vocabulary import Consciousness, Motor, NotDone, Seizure

CAPD_NORMAL = 0
"""CAPD points without any sign of delirium; ASTCT 2019 grades from 1 point on."""
NEUROLOGIC_NOT_DONE = frozenset({NotDone.UNAROUSABLE, NotDone.APHASIA})
"""Reasons for not doing an examination that are signs themselves."""

Signs = dict[str, Any]
"""Signs by name as JSON values, in the order in which they are said."""


def early_signs(findings: Findings, record: Record, local: LocalRules) -> dict[str, Signs]:
    """The signs by toxicity; empty at and after the infusion, and where nothing was seen."""
    if findings.elapsed >= INFUSION:
        return {}
    signs = {"crs": _bedside(findings, record, local), "icans": _neurologic(findings, record)}
    return {toxicity: to_json(own) for toxicity, own in signs.items() if own}


def _bedside(findings: Findings, record: Record, local: LocalRules) -> Signs:
    """Fever, low pressure with what holds it, new oxygen, low saturation."""
    facts = read(findings._replace(attribution={}), record, local).facts
    age = record.age_at(findings.elapsed)
    signs: Signs = {}
    if facts.fever:
        is_measured = facts.temperature_c is not None
        signs |= {"temperature_c": facts.temperature_c} if is_measured else {"fever": True}
    if facts.hypotension or low_pressure(findings, record.baseline, age, local):
        signs["low_pressure"] = True
    if facts.pressors.needed:
        signs["vasopressors"] = facts.pressors.agents
    if facts.oxygen.new and facts.oxygen.device is not None:
        signs["oxygen_device"] = findings.oxygen_device
        signs["oxygen_flow_l_min"] = findings.oxygen_flow_l_min
    if low_saturation(findings.spo2_percent, age, local):
        signs["spo2_percent"] = findings.spo2_percent
    return signs


def _neurologic(findings: Findings, record: Record) -> Signs:
    """The examination below its full score, or below the usual one, and the other domains."""
    signs: Signs = {}
    score, usual = ice_score(findings), record.baseline.ice_total
    if score.high < (ICE_FULL_SCORE if usual is None else usual):
        signs["ice_total" if score.done else "ice_at_most"] = score.high
    capd, usual = findings.capd_total, record.baseline.capd_total
    if capd is not None and capd > (CAPD_NORMAL if usual is None else usual):
        signs["capd_total"] = capd
    not_done = findings.ice_not_done or findings.capd_not_done
    if not_done in NEUROLOGIC_NOT_DONE:
        signs["not_done"] = not_done
    normal = {
        "consciousness": Consciousness.SPONTANEOUS,
        "seizure": Seizure.NONE,
        "motor": Motor.NONE,
    }
    for name, word in normal.items():
        if (value := getattr(findings, name)) not in (None, word):
            signs[name] = value
    if findings.icp:
        signs["icp"] = findings.icp
    return signs
