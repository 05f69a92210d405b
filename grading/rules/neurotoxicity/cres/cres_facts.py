"""The CRES facts of one assessment: CARTOX-10, then each domain after attribution.

Purpose   read one assessment for the table of CARTOX 2018.
Use       `cres_facts_of`; `has_cres_part` is true where there is anything to grade.
Source    CARTOX_2018, CRES grading in outline as reproduced by Sharma 2018, Table 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from grading.engine.result import Missing, missing_in_order
from grading.local_rules import LocalRules
from grading.record import Findings, Record
from grading.rules.neurotoxicity.cres import cartox_10
from grading.rules.neurotoxicity.cres.cartox_10 import Cartox10
from grading.rules.neurotoxicity.icans_facts import CAPD, consciousness_of, instrument_of
from grading.rules.neurotoxicity.seizures import seizure_of
from grading.rules.signs.attribution import counts
from grading.vocabulary import Icp, Motor, NotDone, Sign

BOUNDED = "CARTOX-10 {low} to {high}: an ICE sum does not tell the command from the other items"
CAPD_ONLY = "CARTOX-10 is for those able to do it: CAPD cannot be turned into it"
STAGE_0 = "contradictory: papilledema, yet stage 0; the stage is taken as not known"
SIGN_NOT_PRINTED = "{sign}: not in the CARTOX table, not counted"
NOT_IN_TABLE = (Icp.POSTURING, Icp.CN6_PALSY, Icp.CUSHING_TRIAD)


@dataclass(frozen=True, slots=True)
class CresFacts:
    """The facts that the table tests, after attribution. None is unknown.

    `papilledema` with `stage` None is papilledema of an unknown stage. `tested` is whether the
    patient could do the examination, although its sum may have only bounds.
    """

    score: Cartox10
    tested: bool
    unarousable: bool
    consciousness: str | None
    seizure: str | None
    kind: str | None
    motor: str | None
    papilledema: bool | None
    stage: int | None
    csf_mmhg: Decimal | None
    edema: bool | None

    def unrecorded(self) -> tuple[str, ...]:
        """The items that a grade 0 needs and that were not recorded."""
        recorded = {
            Missing.CARTOX_10: self.score.done or self.unarousable,
            Missing.CONSCIOUSNESS: self.consciousness is not None,
            Missing.SEIZURE: self.seizure is not None,
            Missing.MOTOR: self.motor is not None,
            Missing.ICP: self.edema is not None,
        }
        return missing_in_order(name for name, present in recorded.items() if not present)


def has_cres_part(findings: Findings) -> bool:
    """Whether any finding by which ICANS or CRES is graded was recorded."""
    return findings.has_icans_part() or any(
        value is not None
        for value in (
            findings.head_of_government,
            findings.seizure_kind,
            findings.seizure_multiple,
            findings.papilledema_stage,
            findings.csf_opening_mmhg,
        )
    )


def cres_facts_of(
    findings: Findings, record: Record, local: LocalRules, cautions: list[str]
) -> CresFacts:
    """Read one assessment: the score, then each domain after attribution."""
    score, unarousable = _examination(findings, record, local, cautions)
    seizure, kind = seizure_of(findings, local)
    papilledema, stage, csf, edema = _pressure(findings, local, cautions)
    return CresFacts(
        score,
        score.done or cartox_10.examined(findings),
        unarousable,
        consciousness_of(findings, local, cautions, examined=score.done),
        seizure,
        kind,
        findings.motor if counts(findings, Sign.MOTOR, local) else Motor.NONE,
        papilledema,
        stage,
        csf,
        edema,
    )


def _examination(
    findings: Findings, record: Record, local: LocalRules, cautions: list[str]
) -> tuple[Cartox10, bool]:
    """CARTOX-10, and whether it was not done because the patient could not be woken."""
    not_done = findings.ice_not_done
    instrument, _ = instrument_of(findings, record, local)
    asked = findings.ice_total is not None or findings.has_ice_points()
    if instrument == CAPD and not asked and not_done is None:
        cautions.append(CAPD_ONLY)
        not_done = findings.capd_not_done
    if not counts(findings, Sign.ICE, local):
        return (Cartox10(10, 10) if cartox_10.examined(findings) else Cartox10()), False
    if not_done == NotDone.UNAROUSABLE:
        return Cartox10(), True
    if not_done not in (None, NotDone.APHASIA):
        cautions.append(f"CARTOX-10 not done: {not_done}")
    score = cartox_10.cartox_10_score(findings)
    if findings.ice_total is not None and not score.done:
        cautions.append(BOUNDED.format(low=score.low, high=score.high))
    return score, False


def _pressure(
    findings: Findings, local: LocalRules, cautions: list[str]
) -> tuple[bool | None, int | None, Decimal | None, bool | None]:
    """Papilledema, its stage, the opening pressure in mmHg, edema."""
    if not counts(findings, Sign.ICP, local):
        return False, 0, None, False
    icp, stage = findings.icp, findings.papilledema_stage
    answered = None if icp is None else Icp.PAPILLEDEMA in icp
    if stage == 0 and answered:
        cautions.append(STAGE_0)
        stage = None
    papilledema = answered if stage is None else stage > 0
    edema = None if icp is None else not {Icp.FOCAL_EDEMA, Icp.DIFFUSE_EDEMA}.isdisjoint(icp)
    cautions += [
        SIGN_NOT_PRINTED.format(sign=sign.replace("_", " "))
        for sign in NOT_IN_TABLE
        if sign in (icp or ())
    ]
    return papilledema, stage, findings.csf_opening_mmhg, edema
