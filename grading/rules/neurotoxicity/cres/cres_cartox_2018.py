"""CRES grade at each assessment, CARTOX (MD Anderson) 2018.

Purpose   grade neurotoxicity by CARTOX-10, raised intracranial pressure, seizures and weakness.
Use       beside ICANS (ASTCT 2019), to compare with trials that were graded by it.
Not for   management; children examined by CAPD, which cannot be turned into CARTOX-10.
Source    CARTOX_2018, CRES grading in outline as reproduced by Sharma 2018, Table 3.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from grading.engine.over_course import answering
from grading.engine.reads import Reads
from grading.engine.result import Criterion, Missing, Result, worst
from grading.engine.system import System
from grading.local_rules import LocalRules
from grading.record import INFUSION, Findings, Record
from grading.rules.neurotoxicity.cres.cres_facts import CresFacts, cres_facts_of, has_cres_part
from grading.rules.neurotoxicity.icans_facts import ICANS_FACTS_READ
from grading.rules.neurotoxicity.seizures import (
    is_generalized,
    is_status,
    seizure_unknown,
    seizure_values,
    where_present,
)
from grading.rules.signs.attribution import NEURO_SIGNS, asking_twice, undetermined
from grading.sources import CARTOX_2018
from grading.vocabulary import Consciousness, Motor, Seizure, SeizureKind, Sign

KEY = "cres_cartox_2018"
TABLE = CARTOX_2018.at("CRES grading (Sharma 2018, Table 3)", "VM")

STAGE_4_FROM = 3  # Frisén stage, inclusive; CARTOX 2018, grade 4
PRESSURE_4_FROM = Decimal(20)  # mmHg, inclusive; CARTOX 2018, grade 4
MILDER_KINDS = (None, SeizureKind.FOCAL, SeizureKind.NONCONVULSIVE)

UNAROUSABLE_TESTED = "contradictory: unarousable, yet the examination was done; the worse counts"
MILD_COUNTS = "mild weakness counts: the text says new motor weakness, however slight"


def points_within(low: int, high: int) -> Callable[[CresFacts], bool | None]:
    """A cell of CARTOX-10 points, inclusive. A bounded score is met by the best it can be."""

    def test(facts: CresFacts) -> bool | None:
        if facts.unarousable:
            return False
        if low <= facts.score.high <= high:
            return True
        return None if facts.score.low <= high < facts.score.high else False

    return test


def is_obtunded(facts: CresFacts) -> bool | None:
    """Unarousable. Waking only to touch leaves it open unless the examination was done."""
    if facts.unarousable or facts.consciousness == Consciousness.UNAROUSABLE:
        return True
    if facts.consciousness == Consciousness.TOUCH:
        return False if facts.tested else None
    return None if facts.consciousness is None else False


def is_focal_or_stopped(facts: CresFacts) -> bool | None:
    """Focal, or nonconvulsive and stopped; an unrecorded kind counts as the mildest."""
    return facts.seizure != Seizure.PROLONGED and facts.kind in MILDER_KINDS


def is_weak(facts: CresFacts) -> bool | None:
    return None if facts.motor is None else facts.motor != Motor.NONE


def has_papilledema_1_2(facts: CresFacts) -> bool | None:
    """Papilledema, unless its recorded stage or the opening pressure makes it grade 4."""
    if facts.papilledema is not True:
        return facts.papilledema
    return (facts.stage or 0) < STAGE_4_FROM and (facts.csf_mmhg or 0) < PRESSURE_4_FROM


def has_papilledema_3_5(facts: CresFacts) -> bool | None:
    if facts.papilledema is not True:
        return facts.papilledema
    return None if facts.stage is None else facts.stage >= STAGE_4_FROM


def has_pressure_20(facts: CresFacts) -> bool | None:
    """Opening pressure of 20 mmHg or more; an unmeasured one is missing only with papilledema."""
    if facts.csf_mmhg is not None:
        return facts.csf_mmhg >= PRESSURE_4_FROM
    return None if facts.papilledema is True else False


def has_edema(facts: CresFacts) -> bool | None:
    return facts.edema


def _unknown(*names: Missing) -> Callable[[CresFacts], list[str]]:
    return lambda _facts: list(names)


def _obtunded_unknown(facts: CresFacts) -> list[str]:
    return [Missing.CONSCIOUSNESS if facts.consciousness is None else Missing.CARTOX_10]


def _stage_unknown(facts: CresFacts) -> list[str]:
    return [Missing.ICP if facts.papilledema is None else Missing.PAPILLEDEMA_STAGE]


def _points_values(facts: CresFacts) -> dict[str, Any]:
    score = facts.score
    return {"cartox_10": score.low if score.done else f"{score.low} to {score.high}"}


def _consciousness_values(facts: CresFacts) -> dict[str, Any]:
    return {} if facts.consciousness is None else {"consciousness": facts.consciousness}


def _motor_values(facts: CresFacts) -> dict[str, Any]:
    return {"motor": facts.motor}


def _pressure_values(facts: CresFacts) -> dict[str, Any]:
    stage = "not known" if facts.stage is None else facts.stage
    csf = "not measured" if facts.csf_mmhg is None else f"{facts.csf_mmhg.normalize():f} mmHg"
    return {"papilledema_stage": stage, "csf_opening": csf}


def _no_values(_facts: CresFacts) -> dict[str, Any]:
    return {}


_POINTS = (_unknown(Missing.CARTOX_10), _points_values)
_SEIZURE = (seizure_unknown, seizure_values)

CRITERIA: tuple[Criterion[CresFacts], ...] = (
    Criterion(
        "cres2018_points_7_9", 1, Sign.ICE, "CARTOX-10 7–9", "CARTOX-10 {cartox_10}", TABLE,
        points_within(7, 9), *_POINTS,
    ),
    Criterion(
        "cres2018_points_3_6", 2, Sign.ICE, "CARTOX-10 3–6", "CARTOX-10 {cartox_10}", TABLE,
        points_within(3, 6), *_POINTS,
    ),
    Criterion(
        "cres2018_points_0_2", 3, Sign.ICE, "CARTOX-10 0–2", "CARTOX-10 {cartox_10}", TABLE,
        points_within(0, 2), *_POINTS,
    ),
    Criterion(
        "cres2018_papilledema_1_2", 3, Sign.ICP,
        "Stage 1–2 papilledema with CSF opening pressure < 20 mmHg",
        "papilledema, stage {papilledema_stage}, CSF opening pressure {csf_opening}", TABLE,
        has_papilledema_1_2, _unknown(Missing.ICP), _pressure_values,
    ),
    Criterion(
        "cres2018_seizure_partial", 3, Sign.SEIZURE,
        "Partial seizure, or nonconvulsive seizures on EEG that respond to benzodiazepine",
        "seizure: {seizure_kind}", TABLE,
        where_present(is_focal_or_stopped), *_SEIZURE,
    ),
    Criterion(
        "cres2018_obtunded", 4, Sign.CONSCIOUSNESS, "Obtunded, CARTOX-10 cannot be tested",
        "unarousable, cannot be tested", TABLE,
        is_obtunded, _obtunded_unknown, _consciousness_values,
    ),
    Criterion(
        "cres2018_papilledema_3_5", 4, Sign.ICP, "Stage 3–5 papilledema",
        "papilledema, stage {papilledema_stage}", TABLE,
        has_papilledema_3_5, _stage_unknown, _pressure_values,
    ),
    Criterion(
        "cres2018_csf_20", 4, Sign.ICP, "CSF opening pressure ≥ 20 mmHg",
        "CSF opening pressure {csf_opening}", TABLE,
        has_pressure_20, _unknown(Missing.CSF_PRESSURE), _pressure_values,
    ),
    Criterion(
        "cres2018_edema", 4, Sign.ICP, "Cerebral edema", "cerebral edema", TABLE,
        has_edema, _unknown(Missing.ICP), _no_values,
    ),
    Criterion(
        "cres2018_seizure_generalized", 4, Sign.SEIZURE, "Generalized seizure",
        "generalized seizure", TABLE, where_present(is_generalized), *_SEIZURE,
    ),
    Criterion(
        "cres2018_status", 4, Sign.SEIZURE, "Convulsive or nonconvulsive status epilepticus",
        "prolonged or repeated seizure, or status: {seizure_kind}", TABLE,
        where_present(is_status), *_SEIZURE,
    ),
    Criterion(
        "cres2018_weakness", 4, Sign.MOTOR, "New motor weakness", "motor weakness: {motor}", TABLE,
        is_weak, _unknown(Missing.MOTOR), _motor_values,
    ),
)  # fmt: skip
"""The CRES table, one criterion per cell."""

FOOTNOTES = (
    ("Grade 5 is death due to neurotoxicity.", TABLE.at("reading of grade 5", "D")),
    (
        "Sharma 2018 prints '0–1' for grade 3, which leaves score 2 in no grade: a misprint, 0–2.",
        CARTOX_2018.at("as reproduced by Sharma 2018, Table 3", "VM"),
    ),
    (
        (
            "CARTOX-10: year, month, city, hospital, head of government, three objects, a written "
            "sentence, counting back from 100 by tens. ICE has a command instead of the head of "
            "government."
        ),
        CARTOX_2018.at("CARTOX-10", "MS"),
    ),
    (
        (
            "An ICE sum without its items bounds CARTOX-10: within one point of the sum, closer "
            "where the head of government is known. Grade 0 needs all ten points."
        ),
        TABLE.at("reading of an ICE sum", "D"),
    ),
    (
        (
            "'Cannot be tested' means obtunded: sedation, language or refusal give no score. Awake "
            "global aphasia is 0 points. Waking only to touch is no grade beside a score; without "
            "one it stays open whether that is obtunded."
        ),
        TABLE.at("reading of grade 4, score", "D"),
    ),
    (
        "CAPD has no place in the table: a child who cannot do CARTOX-10 has no score.",
        TABLE.at("reading for children", "D"),
    ),
    (
        (
            "Any cerebral edema is grade 4, focal or diffuse, beside a hemorrhage too unless it "
            "is attributed to another cause. Posturing, sixth nerve palsy and Cushing's triad are "
            "not in the table: a caution names them."
        ),
        TABLE.at("reading of the ICP column", "D"),
    ),
    (
        (
            "An opening pressure that was not measured is asked for only with papilledema; "
            "then, as with an unknown stage, the grade is 'at least 3'."
        ),
        TABLE.at("reading of the ICP column", "D"),
    ),
    (
        (
            "A seizure entered as prolonged or repeated is status epilepticus; one of unknown kind "
            "is 'at least 3'."
        ),
        TABLE.at("reading of the seizure column", "D"),
    ),
    (
        "Mild weakness is motor weakness: the text gives no degree.",
        TABLE.at("reading of grade 4, motor", "D"),
    ),
)
"""Additions by the table's footnotes and the text, with the place of each."""


def grade_cres(findings: Findings, record: Record, local: LocalRules) -> Result:
    """CRES of one assessment, by itself."""
    cautions: list[str] = []
    facts = cres_facts_of(findings, record, local, cautions)
    if findings.elapsed < INFUSION:
        return Result(missing=facts.unrecorded(), cautions=tuple(cautions))
    met, could_raise = worst(CRITERIA, facts)
    if facts.consciousness == Consciousness.UNAROUSABLE and (facts.score.low, facts.score.high) != (
        0,
        10,
    ):
        cautions.append(UNAROUSABLE_TESTED)
    if facts.motor == Motor.MILD:
        cautions.append(MILD_COUNTS)
    cautions += undetermined(met, CRITERIA, findings)
    result = Result(because=met, missing=could_raise, cautions=tuple(cautions))
    if met or facts.score.done:
        result.grade = met[0].grade if met else 0
        result.at_least = bool(could_raise)
    return result


NEEDED_FOR_CRES = (
    Missing.CONSCIOUSNESS,
    Missing.SEIZURE,
    Missing.MOTOR,
    Missing.ICP,
    Missing.CARTOX_10,
)

cres_answer = asking_twice(
    answering(grade_cres, has_part=has_cres_part, needed=NEEDED_FOR_CRES), NEURO_SIGNS
)
"""CRES of one assessment, where it has anything that CRES looks at."""


READS = ICANS_FACTS_READ.without("other_neuro").joined(
    Reads(
        words=(
            "head_of_government",
            "seizure_kind",
            "seizure_multiple",
            "papilledema_stage",
            "csf_opening_mmhg",
        )
    )
)
"""The same as ICANS, but for the hemorrhage, and what only CRES asks for."""

SYSTEM = System(
    key=KEY,
    toxicity="icans",
    name="CRES",
    standard="CARTOX",
    year=2018,
    ask=cres_answer,
    reads=READS,
    has_part=has_cres_part,
    criteria=CRITERIA,
    footnotes=FOOTNOTES,
    source=CARTOX_2018,
)
