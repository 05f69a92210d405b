"""ICANS grade at each assessment of a course, ASTCT consensus 2019, adults and children.

Purpose   grade neurotoxicity from five domains: ICE or CAPD, consciousness, seizure, motor
          findings, raised intracranial pressure with edema. The worst domain is the grade.
Use       ICE from 12 years; CAPD below, and at any age with developmental delay.
Not for   tremor, myoclonus, asterixis, headache or intracranial hemorrhage: recorded, never ICANS.
Source    ASTCT_2019, ICANS tables for adults and children with footnotes; the review's Table 6.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from grading.engine.over_course import GradedPart
from grading.engine.reads import Reads
from grading.engine.result import Criterion, Missing, Result, worst
from grading.engine.system import System
from grading.local_rules import LocalRules
from grading.record import INFUSION, Findings, Record
from grading.rules.neurotoxicity.icans_facts import (
    CAPD,
    ICANS_FACTS_READ,
    ICE,
    IcansFacts,
    contradictions,
    icans_facts_of,
)
from grading.rules.signs.attribution import NEURO_SIGNS, asking_twice, undetermined
from grading.sources import ASTCT_2019, CTCAE_6_0
from grading.vocabulary import Consciousness, Icp, Motor, Seizure, Sign

KEY = "icans_astct_2019"
ADULT = ASTCT_2019.at("ICANS table for adults and its footnotes (review, Table 6)")
CHILD = ASTCT_2019.at("ICANS table for children (CAPD)", "VM")

CAPD_DELIRIUM_FROM = 9  # inclusive; ASTCT 2019, children, grade 3

MILD_WEAKNESS = "motor: mild weakness is not an ICANS criterion; watch for deep focal weakness"


def unknown_ice(facts: IcansFacts) -> list[str]:
    """The examination of this patient's instrument, while it is not done or done in part."""
    return [] if facts.exam_done else [Missing.ICE_SCORE]


def unknown_capd(facts: IcansFacts) -> list[str]:
    """CAPD while it is not done."""
    return [] if facts.exam_done else [Missing.CAPD]


def ice_values(facts: IcansFacts) -> dict[str, Any]:
    """The sum in points, the most it can be, or why it was not done."""
    if facts.findings.ice_not_done is not None:
        return {"ice_not_done": facts.findings.ice_not_done}
    if facts.ice.done:
        return {"ice_total": facts.ice.total}
    return {"ice_at_most": facts.ice.high}


def capd_values(facts: IcansFacts) -> dict[str, Any]:
    """The CAPD sum, or why it was not done."""
    if facts.findings.capd_not_done is not None:
        return {"capd_not_done": facts.findings.capd_not_done}
    return {"capd_total": facts.capd}


def ice_within(low: int, high: int) -> Callable[[IcansFacts], bool | None]:
    """A cell of ICE points, inclusive. A partial score is met by the best it can still be."""

    def test(facts: IcansFacts) -> bool | None:
        if facts.instrument != ICE or facts.unarousable_for_exam:
            return False
        if low <= facts.ice.high <= high:
            return True
        return None if facts.ice.low <= high < facts.ice.high else False

    return test


def capd_within(low: int, high: int) -> Callable[[IcansFacts], bool | None]:
    """A cell of CAPD points, inclusive."""

    def test(facts: IcansFacts) -> bool | None:
        if facts.instrument != CAPD or facts.unarousable_for_exam:
            return False
        return None if facts.capd is None else low <= facts.capd <= high

    return test


def capd_zero(facts: IcansFacts) -> bool | None:
    """CAPD 0: no ICANS, unless the ward reads grade 1 as "< 9"."""
    return capd_within(0, 0)(facts)


def unable(instrument: str) -> Callable[[IcansFacts], bool | None]:
    """Unarousable, and therefore unable to perform the examination of this instrument."""

    def test(facts: IcansFacts) -> bool | None:
        return facts.instrument == instrument and facts.unarousable_for_exam

    return test


def domain_is(domain: str, *met: str, perhaps: tuple[str, ...] = ()) -> Any:
    """A test for one word of a domain; `perhaps` are words that leave it open."""

    def test(facts: IcansFacts) -> bool | None:
        value = getattr(facts, domain)
        if value is None or value in perhaps:
            return None
        return value in met

    return test


def icp_shows(*signs: Icp) -> Callable[[IcansFacts], bool | None]:
    """Any of these signs of raised pressure or edema."""

    def test(facts: IcansFacts) -> bool | None:
        return None if facts.icp is None else not facts.icp.isdisjoint(signs)

    return test


def _domain(name: str, missing: Missing) -> tuple[Any, Any]:
    """The functions `unknown` and `saw` of every cell in a domain that is one word."""

    def unknown(_facts: IcansFacts) -> list[str]:
        return [missing]

    def values(facts: IcansFacts) -> dict[str, Any]:
        value = getattr(facts, name)
        return {name: sorted(value) if isinstance(value, frozenset) else value}

    return unknown, values


_CONSCIOUSNESS = _domain("consciousness", Missing.CONSCIOUSNESS)
_SEIZURE = _domain("seizure", Missing.SEIZURE)
_MOTOR = _domain("motor", Missing.MOTOR)
_ICP = _domain("icp", Missing.ICP)

CRITERIA: tuple[Criterion[IcansFacts], ...] = (
    Criterion(
        "ice_7_9", 1, Sign.ICE, "ICE 7–9", "ICE {points}", ADULT,
        ice_within(7, 9), unknown_ice, ice_values,
    ),
    Criterion(
        "ice_3_6", 2, Sign.ICE, "ICE 3–6", "ICE {points}", ADULT,
        ice_within(3, 6), unknown_ice, ice_values,
    ),
    Criterion(
        "ice_0_2", 3, Sign.ICE, "ICE 0–2 (0 if awake with global aphasia)", "ICE {points}", ADULT,
        ice_within(0, 2), unknown_ice, ice_values,
    ),
    Criterion(
        "ice_unarousable", 4, Sign.ICE, "ICE 0 because unarousable and unable to perform",
        "unarousable, unable to perform ICE", ADULT, unable(ICE), unknown_ice, ice_values,
    ),
    Criterion(
        "capd_0", 1, Sign.ICE, "CAPD 0, only where a ward reads grade 1 as '< 9'",
        "CAPD {points}", CHILD, capd_zero, unknown_capd, capd_values,
    ),
    Criterion(
        "capd_1_8", 1, Sign.ICE, "CAPD 1–8 (grade 1 and 2: consciousness separates them)",
        "CAPD {points}", CHILD, capd_within(1, CAPD_DELIRIUM_FROM - 1), unknown_capd, capd_values,
    ),
    Criterion(
        "capd_9_32", 3, Sign.ICE, "CAPD ≥ 9", "CAPD {points}", CHILD,
        capd_within(CAPD_DELIRIUM_FROM, 32), unknown_capd, capd_values,
    ),
    Criterion(
        "capd_unarousable", 4, Sign.ICE, "Unable to perform CAPD because unarousable",
        "unarousable, unable to perform CAPD", CHILD, unable(CAPD), unknown_capd, capd_values,
    ),
    Criterion(
        "wakes_to_voice", 2, Sign.CONSCIOUSNESS, "Awakens to voice", "awakens to voice", ADULT,
        domain_is("consciousness", Consciousness.VOICE), *_CONSCIOUSNESS,
    ),
    Criterion(
        "wakes_to_touch", 3, Sign.CONSCIOUSNESS, "Awakens only to tactile stimulus",
        "awakens only to touch", ADULT,
        domain_is("consciousness", Consciousness.TOUCH), *_CONSCIOUSNESS,
    ),
    Criterion(
        "unarousable", 4, Sign.CONSCIOUSNESS,
        "Unarousable, or requires vigorous or repetitive tactile stimuli; stupor or coma",
        "unarousable, stupor or coma", ADULT,
        domain_is("consciousness", Consciousness.UNAROUSABLE), *_CONSCIOUSNESS,
    ),
    Criterion(
        "seizure_resolved", 3, Sign.SEIZURE,
        "Any clinical seizure that resolves rapidly, or nonconvulsive seizures on EEG that resolve "
        "with intervention", "seizure", ADULT,
        domain_is("seizure", Seizure.RESOLVED, Seizure.PRESENT), *_SEIZURE,
    ),
    Criterion(
        "seizure_prolonged", 4, Sign.SEIZURE,
        "Life-threatening prolonged seizure (> 5 min), or repetitive seizures without return to "
        "baseline in between", "prolonged or repeated seizure", ADULT,
        domain_is("seizure", Seizure.PROLONGED, perhaps=(Seizure.PRESENT,)), *_SEIZURE,
    ),
    Criterion(
        "deep_focal_weakness", 4, Sign.MOTOR,
        "Deep focal motor weakness such as hemiparesis or paraparesis",
        "deep focal motor weakness", ADULT,
        domain_is("motor", Motor.DEEP_FOCAL_WEAKNESS), *_MOTOR,
    ),
    Criterion(
        "focal_edema", 3, Sign.ICP, "Focal or local edema on neuroimaging",
        "focal edema on imaging", ADULT, icp_shows(Icp.FOCAL_EDEMA), *_ICP,
    ),
    Criterion(
        "diffuse_edema", 4, Sign.ICP, "Diffuse cerebral edema on neuroimaging",
        "diffuse cerebral edema", ADULT, icp_shows(Icp.DIFFUSE_EDEMA), *_ICP,
    ),
    Criterion(
        "posturing", 4, Sign.ICP, "Decerebrate or decorticate posturing",
        "decerebrate or decorticate posturing", ADULT, icp_shows(Icp.POSTURING), *_ICP,
    ),
    Criterion(
        "cn6_palsy", 4, Sign.ICP, "Cranial nerve VI palsy",
        "cranial nerve VI palsy", ADULT, icp_shows(Icp.CN6_PALSY), *_ICP,
    ),
    Criterion(
        "papilledema", 4, Sign.ICP, "Papilledema",
        "papilledema", ADULT, icp_shows(Icp.PAPILLEDEMA), *_ICP,
    ),
    Criterion(
        "cushing_triad", 4, Sign.ICP, "Cushing's triad",
        "Cushing's triad", ADULT, icp_shows(Icp.CUSHING_TRIAD), *_ICP,
    ),
)  # fmt: skip
"""The ICANS tables, one criterion per cell; from consciousness on the cells serve both ages."""

FOOTNOTES = (
    (
        "Grade 5 is death due to ICANS in which no other cause is the principal factor.",
        ASTCT_2019.at("text on grade 5", "V"),
    ),
    (
        "The grade is that of the most severe domain not attributable to another cause.",
        ADULT,
    ),
    (
        "'Awakens spontaneously' never makes grade 1 by itself: with ICE 10 it is grade 0.",
        ADULT,
    ),
    (
        "ICE 0 is grade 3 if awake with global aphasia, grade 4 if unarousable.",
        ADULT,
    ),
    ("Depressed consciousness counts only without another cause, such as sedation.", ADULT),
    ("Tremor, myoclonus, asterixis and headache do not influence the grade.", ADULT),
    (
        "Intracranial hemorrhage with or without edema is excluded from ICANS grading.",
        ADULT,
    ),
    (
        "CTCAE 6.0 prints CAPD 1–8 for grades 1 and 2, which supports that reading here.",
        CTCAE_6_0.at("immune effector cell-associated neurotoxicity syndrome"),
    ),
    (
        (
            "Nonconvulsive seizures that do not resolve with intervention are entered as "
            "prolonged (local rule: they stand in neither cell)."
        ),
        ADULT.at("reading of the seizure row", "D"),
    ),
)
"""Additions by the tables' footnotes and the text, with the place of each."""


def _ask_tables(findings: Findings, record: Record, local: LocalRules) -> GradedPart:
    """One assessment by itself: ICANS depends on no earlier one."""
    cautions: list[str] = []
    facts = icans_facts_of(findings, record, local, cautions)
    if not findings.has_icans_part():
        return GradedPart(Result(missing=facts.unrecorded()), False)
    if findings.elapsed < INFUSION:
        missing = facts.unrecorded()
        return GradedPart(
            Result(None if missing else 0, missing=missing, cautions=tuple(cautions)), True
        )
    excused = _excuse_capd(facts, record, local)
    met, could_raise = worst(CRITERIA if local.capd_zero_counts else _WITHOUT_CAPD_ZERO, facts)
    cautions += contradictions(facts) + undetermined(met, CRITERIA, findings)
    if findings.motor == Motor.MILD:
        cautions.append(MILD_WEAKNESS)
    result = Result(because=met, missing=could_raise, cautions=tuple(cautions), values=excused)
    if met or facts.exam_done:
        result.grade = met[0].grade if met else 0
        result.at_least = bool(could_raise)
    return GradedPart(result, True)


icans_answer = asking_twice(_ask_tables, NEURO_SIGNS)
"""ICANS at one assessment, beside it the grade with every sign counted."""


_WITHOUT_CAPD_ZERO = tuple(criterion for criterion in CRITERIA if criterion.code != "capd_0")


def _excuse_capd(facts: IcansFacts, record: Record, local: LocalRules) -> dict[str, Any]:
    """Count a CAPD within the child's own baseline as 0, awake with nothing else positive.

    Where consciousness is unknown the excuse may still hold, so the CAPD is no lower bound.
    """
    usual = record.baseline.capd_total
    if not local.capd_baseline_excuses or usual is None or not facts.capd or facts.capd > usual:
        return {}
    wakes_by_itself = facts.findings.consciousness == Consciousness.SPONTANEOUS
    if facts.consciousness is not None and not wakes_by_itself:
        return {}
    others = [item for item in CRITERIA if item.domain != Sign.ICE]
    met, _ = worst(others, facts)
    if met:
        return {}
    within = {"capd_within_baseline": usual, "capd_total": facts.capd}
    facts.capd = 0
    return within


READS = ICANS_FACTS_READ.joined(Reads(words=("baseline.capd_total",)))

SYSTEM = System(
    key=KEY,
    toxicity="icans",
    name="ICANS",
    standard="ASTCT",
    year=2019,
    ask=icans_answer,
    reads=READS,
    has_part=Findings.has_icans_part,
    criteria=CRITERIA,
    footnotes=FOOTNOTES,
    source=ASTCT_2019,
    primary=True,
)
