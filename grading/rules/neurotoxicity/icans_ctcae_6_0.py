"""ICANS grade at each assessment, NCI CTCAE 6.0.

Purpose   grade ICANS by ICE, or by CAPD together with consciousness, and by daily living.
Use       beside ASTCT 2019, for trials that are graded by it (new ones from about 2026).
Not for   management: its options follow ASTCT alone. Seizure, weakness and raised pressure are
          terms of their own here; CAPD of 9 or more by itself is grade 3 in ASTCT, not here.
Source    CTCAE_6_0, "immune effector cell-associated neurotoxicity syndrome"; ";" in its cells
          means "or".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from grading.engine.checklists import all_of
from grading.engine.over_course import GradedPart
from grading.engine.reads import Reads
from grading.engine.result import AMBIGUOUS, Criterion, Missing, Result, weigh
from grading.engine.system import System
from grading.local_rules import LocalRules
from grading.record import INFUSION, Findings, Record
from grading.rules.neurotoxicity.icans_6_facts import Icans6Facts, icans_6_facts_of
from grading.rules.neurotoxicity.icans_astct_2019 import (
    capd_values,
    capd_within,
    ice_values,
    ice_within,
)
from grading.rules.neurotoxicity.icans_facts import ICANS_FACTS_READ, contradictions
from grading.rules.signs.attribution import NEURO_SIGNS, asking_twice, undetermined
from grading.sources import CTCAE_6_0
from grading.vocabulary import Consciousness, DailyLiving, Sign

KEY = "icans_ctcae_6_0"
TABLE = CTCAE_6_0.at("immune effector cell-associated neurotoxicity syndrome (MedDRA 10083347)")
GAP = TABLE.at("reading of CAPD and consciousness", "D")
LIFE = TABLE.at("reading of grade 4", "D")

CAPD_UP_TO, CAPD_FROM, CAPD_MOST = 8, 9, 32  # grades 1 and 2; grade 3; the end of the scale

Test = Callable[[Icans6Facts], bool | None]


def ice_cell(low: int, high: int) -> Test:
    """A cell of ICE points, inclusive."""
    within = ice_within(low, high)
    return lambda facts: within(facts.icans)


def capd_and(low: int, high: int, word: Consciousness) -> Test:
    """A cell of CAPD points, inclusive, joined with the stimulus to which the child wakes.

    Unrecorded consciousness is at least awake by itself.
    """
    within = capd_within(low, high)

    def test(facts: Icans6Facts) -> bool | None:
        wakes = facts.icans.consciousness
        if facts.excused is not False:
            return False if facts.excused or word != Consciousness.SPONTANEOUS else None
        if wakes is None and word == Consciousness.SPONTANEOUS:
            return within(facts.icans)
        return all_of((within(facts.icans), None if wakes is None else wakes == word))

    return test


def living_is(word: DailyLiving) -> Test:
    """What daily living allows; it is asked once there is a sign of neurotoxicity."""

    def test(facts: Icans6Facts) -> bool | None:
        if facts.daily_living is None:
            return None if facts.sign else False
        return facts.daily_living == word

    return test


def unarousable_if(stated: bool | None) -> Test:
    """Unarousable, where "life-threatening" was answered so; otherwise False."""
    return lambda facts: facts.unarousable if facts.life_threatening is stated else False


def threatens_life(facts: Icans6Facts) -> bool | None:
    """Whether neurotoxicity threatens life; asked only beside a severe sign."""
    return facts.life_threatening if facts.severe else False


def perhaps_threatens_life(facts: Icans6Facts) -> bool | None:
    """Life-threatening was stated beside a sign that is not severe: of this or of CRS."""
    return facts.life_threatening is True and facts.positive and not facts.severe


def _exam_unknown(facts: Icans6Facts) -> list[str]:
    return facts.exam_unknown()


def _capd_unknown(facts: Icans6Facts) -> list[str]:
    return [*facts.exam_unknown(), *_wakes_unknown(facts)]


def _wakes_unknown(facts: Icans6Facts) -> list[str]:
    return [Missing.CONSCIOUSNESS] if facts.icans.consciousness is None else []


def _living_unknown(_facts: Icans6Facts) -> list[str]:
    return [Missing.DAILY_LIVING]


def _life_unknown(_facts: Icans6Facts) -> list[str]:
    return [Missing.LIFE_THREATENING]


def _ice_values(facts: Icans6Facts) -> dict[str, Any]:
    return ice_values(facts.icans)


def _capd_values(facts: Icans6Facts) -> dict[str, Any]:
    return {**capd_values(facts.icans), "consciousness": facts.icans.consciousness}


def _no_values(_facts: Icans6Facts) -> dict[str, Any]:
    return {}


_ICE, _CAPD = (_exam_unknown, _ice_values), (_capd_unknown, _capd_values)
_LIVING, _LIFE = (_living_unknown, _no_values), (_life_unknown, _no_values)
_WAKES = (_wakes_unknown, _no_values)

CRITERIA: tuple[Criterion[Icans6Facts], ...] = (
    Criterion(
        "icans6_ice_7_9", 1, Sign.ICE, "ICE 7–9", "ICE {points}", TABLE,
        ice_cell(7, 9), *_ICE,
    ),
    Criterion(
        "icans6_capd_1_8_awake", 1, Sign.ICE, "CAPD 1–8 AND awakens spontaneously",
        "CAPD {points}", TABLE, capd_and(1, CAPD_UP_TO, Consciousness.SPONTANEOUS), *_CAPD,
    ),
    Criterion(
        "icans6_ice_3_6", 2, Sign.ICE, "ICE 3–6", "ICE {points}", TABLE,
        ice_cell(3, 6), *_ICE,
    ),
    Criterion(
        "icans6_capd_1_8_voice", 2, Sign.ICE, "CAPD 1–8 AND awakens to voice",
        "CAPD {points}, awakens to voice", TABLE,
        capd_and(1, CAPD_UP_TO, Consciousness.VOICE), *_CAPD,
    ),
    Criterion(
        "icans6_instrumental", 2, "daily living", "Limiting instrumental ADL",
        "instrumental activities of daily living limited", TABLE,
        living_is(DailyLiving.INSTRUMENTAL), *_LIVING,
    ),
    Criterion(
        "icans6_ice_0_2", 3, Sign.ICE, "ICE 0–2", "ICE {points}", TABLE,
        ice_cell(0, 2), *_ICE,
    ),
    Criterion(
        "icans6_capd_9_touch", 3, Sign.ICE, "CAPD ≥ 9 AND awakens only to tactile stimulus",
        "CAPD {points}, awakens only to touch", TABLE,
        capd_and(CAPD_FROM, CAPD_MOST, Consciousness.TOUCH), *_CAPD,
    ),
    Criterion(
        "icans6_self_care", 3, "daily living", "Limiting self-care ADL",
        "self-care limited", TABLE, living_is(DailyLiving.SELF_CARE), *_LIVING,
    ),
    Criterion(
        "icans6_capd_9_awake", 1, Sign.ICE,
        "CAPD ≥ 9, awakens spontaneously: the points of grade 3, the waking of grade 1",
        "CAPD {points}", GAP,
        capd_and(CAPD_FROM, CAPD_MOST, Consciousness.SPONTANEOUS), *_CAPD, up_to=3,
    ),
    Criterion(
        "icans6_capd_9_voice", 2, Sign.ICE,
        "CAPD ≥ 9, awakens to voice: the points of grade 3, the waking of grade 2",
        "CAPD {points}, awakens to voice", GAP,
        capd_and(CAPD_FROM, CAPD_MOST, Consciousness.VOICE), *_CAPD, up_to=3,
    ),
    Criterion(
        "icans6_capd_1_8_touch", 2, Sign.ICE,
        "CAPD 1–8, awakens only to touch: the points of grade 2, the waking of grade 3",
        "CAPD {points}, awakens only to touch", GAP,
        capd_and(1, CAPD_UP_TO, Consciousness.TOUCH), *_CAPD, up_to=3,
    ),
    Criterion(
        "icans6_unarousable", 3, Sign.CONSCIOUSNESS,
        "Unarousable: more than 'only to tactile stimulus', and perhaps life-threatening",
        "unarousable, stupor or coma", LIFE, unarousable_if(None), *_WAKES, up_to=4,
    ),
    Criterion(
        "icans6_unarousable_not_urgent", 3, Sign.CONSCIOUSNESS,
        "Unarousable, stated as not life-threatening", "unarousable, stupor or coma", LIFE,
        unarousable_if(False), *_WAKES,
    ),
    Criterion(
        "icans6_life_threatening_perhaps", 1, "treatment",
        "Life-threatening stated without a severe sign of neurotoxicity: of ICANS or of CRS",
        "stated as life-threatening", LIFE, perhaps_threatens_life, *_LIFE, up_to=4,
    ),
    Criterion(
        "icans6_life_threatening", 4, "treatment",
        "Life-threatening consequences; urgent intervention indicated",
        "stated as life-threatening", TABLE, threatens_life, *_LIFE,
    ),
)  # fmt: skip
"""The row of the criteria, one criterion per part of a cell, then what stands in none."""

FOOTNOTES = (
    ("Grade 5 is death.", TABLE),
    ("A semicolon in a cell means 'or'.", CTCAE_6_0.at("how to read the grades")),
    (
        (
            "CAPD is joined with the stimulus to which the child wakes, by 'and'. ASTCT 2019 "
            "grades by either."
        ),
        TABLE,
    ),
    (
        (
            "Ambiguous: points and waking of two different cells give the range between them: "
            "CAPD ≥ 9 awake 1 to 3, CAPD ≥ 9 to voice 2 to 3, CAPD 1–8 only to touch 2 to 3."
        ),
        GAP,
    ),
    (
        (
            "Ambiguous: an unarousable patient stands in no cell: 3 to 4 until it is stated "
            "whether it threatens life."
        ),
        LIFE,
    ),
    (
        (
            "'Life-threatening' is asked of an unarousable patient, and with a seizure over 5 "
            "min, deep focal weakness or raised pressure other than focal edema. Stated beside "
            "less than that it may be of CRS: up to 4."
        ),
        LIFE,
    ),
    (
        (
            "Seizure, weakness and raised pressure are terms of their own in CTCAE 6.0 and do not "
            "count here; a caution names them. Consciousness by itself counts in no cell."
        ),
        TABLE.at("reading of the row", "D"),
    ),
    (
        "Daily living is asked once there is a sign of neurotoxicity.",
        TABLE.at("reading of grades 2 and 3", "D"),
    ),
    (
        (
            "Which examination decides, awake aphasia (ICE 0) and a CAPD within the child's own "
            "baseline are read as for ASTCT 2019."
        ),
        TABLE.at("reading of ICE and CAPD", "D"),
    ),
)
"""Additions by the text, with the place of each."""


def has_icans_6_part(findings: Findings) -> bool:
    """Whether anything was recorded that ICANS looks at, daily living included."""
    return findings.has_icans_part() or findings.daily_living is not None


def _ask_row(findings: Findings, record: Record, local: LocalRules) -> GradedPart:
    """One assessment by itself: ICANS depends on no earlier one."""
    cautions: list[str] = []
    facts = icans_6_facts_of(findings, record, local, cautions)
    if not has_icans_6_part(findings):
        return GradedPart(Result(missing=facts.unrecorded()), False)
    if findings.elapsed < INFUSION:
        missing = facts.unrecorded()
        return GradedPart(
            Result(None if missing else 0, missing=missing, cautions=tuple(cautions)), True
        )
    verdict = weigh(CRITERIA, facts)
    if verdict.met:
        result = verdict.result(CRITERIA, facts)
    else:
        done = facts.icans.exam_done
        result = Result(
            0 if done else None, at_least=done and verdict.at_least, missing=verdict.missing
        )
    if result.low is not None:
        cautions.insert(0, AMBIGUOUS.format(low=result.low, high=result.high))
    cautions += contradictions(facts.icans) + undetermined(result.because, CRITERIA, findings)
    result.cautions = tuple(cautions)
    return GradedPart(result, True)


icans_6_answer = asking_twice(_ask_row, NEURO_SIGNS)
"""ICANS at one assessment, beside it the grade with every sign counted."""


READS = ICANS_FACTS_READ.joined(
    Reads(words=("baseline.capd_total", "daily_living", "life_threatening"))
)

SYSTEM = System(
    key=KEY,
    toxicity="icans",
    name="ICANS",
    standard="CTCAE 6.0",
    year=2025,
    ask=icans_6_answer,
    reads=READS,
    has_part=has_icans_6_part,
    criteria=CRITERIA,
    footnotes=FOOTNOTES,
    source=CTCAE_6_0,
)
