"""The ICANS facts of one assessment: the examination that decides, and the other four domains.

Purpose   read one assessment after attribution, for the tables of ICANS and of CRES.
Use       `icans_facts_of`; `instrument_of` gives the examination of this patient, ICE or CAPD.
Source    ASTCT_2019, ICANS tables for adults and children with footnotes.
"""

from __future__ import annotations

from dataclasses import dataclass

from grading.engine.reads import BEFORE_INFUSION, Reads
from grading.engine.result import Missing, missing_in_order
from grading.local_rules import LocalRules
from grading.record import Findings, Record
from grading.rules.neurotoxicity.ice import ICE_FULL_SCORE, IceScore, ice_score
from grading.rules.signs.attribution import counts
from grading.vocabulary import (
    Attribution,
    Consciousness,
    Icp,
    Motor,
    NotDone,
    OtherNeuro,
    Seizure,
    Sign,
)

ICE, CAPD = "ice", "capd"

ICANS_FACTS_READ = Reads(
    words=(
        "ice",
        "ice_total",
        "ice_not_done",
        "capd_total",
        "capd_not_done",
        "consciousness",
        "seizure",
        "motor",
        "icp",
        "other_neuro",
        "attribution",
        "developmental_delay",
    ),
    sides={"age_years": ("local.capd_below_years",)},
    worked_out=(BEFORE_INFUSION,),
)
"""All that these facts look at in one assessment and its course."""

EDEMA = frozenset({Icp.FOCAL_EDEMA, Icp.DIFFUSE_EDEMA})

UNUSED = "{other} recorded but not used: {decides} decides for this patient"
HEMORRHAGE = "intracranial hemorrhage: edema is not counted as ICANS"
SEDATED_CAUTION = "consciousness: sedated, taken out of the grade"
CONTRADICTION = "contradictory: unarousable, yet the examination was done; the worse counts"
APHASIA_UNAROUSABLE = "contradictory: awake aphasia, yet unarousable; the worse counts"
UNAROUSABLE_AWAKE = (
    "contradictory: examination not done as unarousable, yet awake; the worse counts"
)
UNAROUSABLE_ELSEWHERE = (
    "not examined as unarousable counts, although consciousness is attributed to another cause"
)


@dataclass(slots=True)
class IcansFacts:
    """The facts that the tables test, after attribution. None is unknown."""

    instrument: str
    ice: IceScore
    capd: int | None
    exam_done: bool
    unarousable_for_exam: bool
    consciousness: str | None
    seizure: str | None
    motor: str | None
    icp: frozenset[str] | None
    findings: Findings

    def unrecorded(self) -> tuple[str, ...]:
        """The items that an ICANS 0 needs and that were not recorded."""
        exam = Missing.ICE_SCORE if self.instrument == ICE else Missing.CAPD
        unrecorded = {
            exam: not self.exam_done,
            Missing.CONSCIOUSNESS: self.consciousness is None,
            Missing.SEIZURE: self.seizure is None,
            Missing.MOTOR: self.motor is None,
            Missing.ICP: self.icp is None,
        }
        return missing_in_order(name for name, absent in unrecorded.items() if absent)


def instrument_of(findings: Findings, record: Record, local: LocalRules) -> tuple[str, str | None]:
    """The examination that decides, ICE or CAPD, and a caution where the age is unknown."""
    if record.developmental_delay is True:
        return CAPD, None
    age_years = record.age_at(findings.elapsed)
    if age_years is not None:
        return (CAPD if age_years < local.capd_below_years else ICE), None
    used_if = (  # the examination that was scored, or at least marked as not done
        (ICE, findings.ice_total is not None or findings.has_ice_points()),
        (CAPD, findings.capd_total is not None),
        (ICE, findings.ice_not_done is not None),
        (CAPD, findings.capd_not_done is not None),
    )
    used = next((instrument for instrument, is_used in used_if if is_used), None)
    return (used, f"age unknown: {used.upper()} used") if used else (ICE, None)


def icans_facts_of(
    findings: Findings, record: Record, local: LocalRules, cautions: list[str]
) -> IcansFacts:
    """Read one assessment: which examination, then each domain after attribution."""
    instrument, caution = instrument_of(findings, record, local)
    cautions += [caution] if caution else []
    not_done = findings.ice_not_done if instrument == ICE else findings.capd_not_done
    counted = counts(findings, Sign.ICE, local)
    scored = ice_score(findings) if instrument == ICE else IceScore()
    capd = findings.capd_total if instrument == CAPD and not_done is None else None
    unarousable = not_done == NotDone.UNAROUSABLE and counted
    done = unarousable or (scored.done if instrument == ICE else capd is not None)
    if not counted:
        done = done and not_done is None
        scored = IceScore(ICE_FULL_SCORE, ICE_FULL_SCORE, True) if done else IceScore()
        capd = 0 if done and instrument == CAPD else None
    if not_done and not done:
        cautions.append(f"{instrument.upper()} not done: {not_done}")
    ice_scored = findings.ice_total is not None or findings.has_ice_points()
    if instrument == ICE and findings.capd_total is not None:
        cautions.append(UNUSED.format(other="CAPD", decides="ICE"))
    elif instrument == CAPD and ice_scored:
        cautions.append(UNUSED.format(other="ICE", decides="CAPD"))
    return IcansFacts(
        instrument,
        scored,
        capd,
        done,
        unarousable,
        consciousness_of(findings, local, cautions, examined=done),
        findings.seizure if counts(findings, Sign.SEIZURE, local) else Seizure.NONE,
        findings.motor if counts(findings, Sign.MOTOR, local) else Motor.NONE,
        _icp(findings, local, cautions),
        findings,
    )


def consciousness_of(
    findings: Findings, local: LocalRules, cautions: list[str], *, examined: bool
) -> str | None:
    """Consciousness as it counts: awake where another cause explains it, sedation included.

    Sedation explains it only where no examination was done (`examined` is false).
    """
    if not counts(findings, Sign.CONSCIOUSNESS, local):
        return Consciousness.SPONTANEOUS
    sedated = NotDone.SEDATED in (findings.ice_not_done, findings.capd_not_done)
    if sedated and not examined and local.sedation_removes_consciousness:
        cautions.append(SEDATED_CAUTION)
        return Consciousness.SPONTANEOUS
    return findings.consciousness


def _icp(findings: Findings, local: LocalRules, cautions: list[str]) -> frozenset[str] | None:
    if not counts(findings, Sign.ICP, local):
        return frozenset()
    if findings.icp is None:
        return None
    signs = frozenset(findings.icp)
    bled = OtherNeuro.INTRACRANIAL_HEMORRHAGE in (findings.other_neuro or ())
    if bled and signs & EDEMA:
        cautions.append(HEMORRHAGE)
        return signs - EDEMA
    return signs


def contradictions(facts: IcansFacts) -> list[str]:
    """Cautions for findings that cannot both be true; the worse one counts."""
    findings = facts.findings
    asleep = findings.consciousness == Consciousness.UNAROUSABLE
    scored = bool(findings.ice_total) or facts.ice.low > 0 or facts.capd is not None
    awake = findings.consciousness in (Consciousness.SPONTANEOUS, Consciousness.VOICE)
    other_cause = findings.attribution.get(Sign.CONSCIOUSNESS) == Attribution.OTHER
    holds_by_caution = {
        CONTRADICTION: asleep and scored,
        APHASIA_UNAROUSABLE: asleep and findings.ice_not_done == NotDone.APHASIA,
        UNAROUSABLE_AWAKE: awake and facts.unarousable_for_exam,
        UNAROUSABLE_ELSEWHERE: other_cause and facts.unarousable_for_exam,
    }
    return [caution for caution, holds in holds_by_caution.items() if holds]
