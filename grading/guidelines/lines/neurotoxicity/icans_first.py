"""Before anything is treated as ICANS: sedation, another cause, intracranial hemorrhage.

Source  the review, Table 6 and its footnotes.
"""

from __future__ import annotations

from grading.agents import DrugClass
from grading.guidelines.line import Line, LineKind, Toxicity, Why
from grading.guidelines.lines.conditions import icans_from
from grading.guidelines.lines.neurotoxicity.neurologic import finding
from grading.guidelines.situation.situation import Fact, Situation
from grading.record import DAY, Dose
from grading.sources import REVIEW_2024
from grading.vocabulary import OtherNeuro

ICANS_GRADES = REVIEW_2024.at("Table 6, footnotes")
SEDATED_WITHIN = DAY
"""So long after its end a sedative may still be the cause; no source decides."""


def another_cause(situation: Situation) -> Why:
    """ICANS with a sedative of today, in review, or with a sign that nobody confirmed as apart."""
    why, icans = icans_from(1)(situation), situation.icans
    if why is None:
        return None
    in_review = icans.reasons if icans.is_review else ()
    sedatives = tuple(
        dict.fromkeys(
            Fact(dose.agent.replace("_", " "), dose.elapsed, dose.uid)
            for dose in situation.doses.of(DrugClass.SEDATIVE)
            if _may_act(dose, situation)
        )
    )
    causes = (*icans.put_aside, *in_review, *sedatives[-1:])
    return (*causes, *why) if causes else None


def _may_act(dose: Dose, situation: Situation) -> bool:
    """A rate without an end still runs."""
    if dose.ended is None and "/" in (dose.unit or "").replace("/kg", "", 1):
        return True
    return situation.now - (dose.ended or dose.elapsed) <= SEDATED_WITHIN


ICANS_FIRST_LINES: tuple[Line, ...] = (
    Line(
        "icans_other_cause",
        Toxicity.ICANS,
        LineKind.EXCLUDE_FIRST,
        "ICANS 1–4 with a sedative in the last 24 h, in review, or with a sign put down to another "
        "cause and not confirmed",
        "Sedation or another cause of the signs first: ICANS is what no other cause explains",
        ICANS_GRADES,
        another_cause,
    ),
    Line(
        "neurologic_hemorrhage",
        Toxicity.NEUROLOGIC,
        LineKind.EXCLUDE_FIRST,
        "intracranial hemorrhage",
        "Intracranial hemorrhage is no feature of ICANS: its signs told apart, before they are "
        "treated as ICANS",
        ICANS_GRADES,
        finding(OtherNeuro.INTRACRANIAL_HEMORRHAGE),
    ),
)
