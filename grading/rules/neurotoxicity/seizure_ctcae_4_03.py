"""Seizure grade at each assessment, CTCAE 4.03.

Purpose   grade a seizure by its kind, number and length.
Use       beside ICANS (ASTCT 2019): early trials counted neurotoxicity by CTCAE 4.03.
Not for   management; other neurotoxicity, which CTCAE 4.03 grades term by term.
Source    CTCAE_4_03, "Seizure", as reproduced in PMC5987753.
"""

from __future__ import annotations

from dataclasses import dataclass

from grading.engine.over_course import answering
from grading.engine.reads import BEFORE_INFUSION, Reads
from grading.engine.result import AMBIGUOUS, Criterion, Missing, Result, weigh
from grading.engine.system import System
from grading.local_rules import LocalRules
from grading.record import INFUSION, Findings, Record
from grading.rules.neurotoxicity.seizures import (
    is_generalized,
    is_status,
    seizure_of,
    seizure_unknown,
    seizure_values,
    where_present,
)
from grading.rules.signs.attribution import asking_twice, counts, undetermined
from grading.sources import CTCAE_4_03
from grading.vocabulary import SeizureKind, Sign

KEY = "seizure_ctcae_4_03"
TABLE = CTCAE_4_03.at("Seizure (PMC5987753)")


@dataclass(frozen=True, slots=True)
class CtcaeSeizure:
    """The seizure, its kind, and whether there were several; None is unknown."""

    seizure: str | None
    kind: str | None
    multiple: bool | None


def is_focal(facts: CtcaeSeizure) -> bool | None:
    """Focal; an unrecorded kind counts as the mildest."""
    return facts.kind in (None, SeizureKind.FOCAL)


def is_nonconvulsive(facts: CtcaeSeizure) -> bool | None:
    return facts.kind == SeizureKind.NONCONVULSIVE


def is_multiple(facts: CtcaeSeizure) -> bool | None:
    return facts.multiple


def _kind_unknown(facts: CtcaeSeizure) -> list[str]:
    return [Missing.SEIZURE if facts.seizure is None else Missing.SEIZURE_KIND]


def _number_unknown(facts: CtcaeSeizure) -> list[str]:
    return [Missing.SEIZURE if facts.seizure is None else Missing.SEIZURES]


CRITERIA: tuple[Criterion[CtcaeSeizure], ...] = (
    Criterion(
        "ctcae403_seizure_partial", 1, Sign.SEIZURE,
        "Brief partial seizure; no loss of consciousness", "seizure: {seizure_kind}", TABLE,
        where_present(is_focal), _kind_unknown, seizure_values,
    ),
    Criterion(
        "ctcae403_seizure_nonconvulsive", 1, Sign.SEIZURE,
        "Nonconvulsive seizure on EEG that stopped: partial or generalized",
        "seizure: {seizure_kind}", TABLE.at("reading of grades 1 and 2", "D"),
        where_present(is_nonconvulsive), _kind_unknown, seizure_values, up_to=2,
    ),
    Criterion(
        "ctcae403_seizure_generalized", 2, Sign.SEIZURE, "Brief generalized seizure",
        "seizure: {seizure_kind}", TABLE,
        where_present(is_generalized), _kind_unknown, seizure_values,
    ),
    Criterion(
        "ctcae403_seizure_multiple", 3, Sign.SEIZURE,
        "Multiple seizures despite medical intervention", "several seizures: {seizure_kind}",
        TABLE, where_present(is_multiple), _number_unknown, seizure_values,
    ),
    Criterion(
        "ctcae403_seizure_prolonged", 4, Sign.SEIZURE,
        "Life-threatening; prolonged repetitive seizures",
        "prolonged or repeated seizure, or status: {seizure_kind}", TABLE,
        where_present(is_status), seizure_unknown, seizure_values,
    ),
)  # fmt: skip
"""The row "Seizure", one criterion per cell."""

FOOTNOTES = (
    ("Grade 5 is death.", TABLE.at("grade 5", "M")),
    (
        (
            "Ambiguous: the text has partial and generalized seizures only; a nonconvulsive one "
            "may be either: grade 1 to 2."
        ),
        TABLE.at("reading of grades 1 and 2", "D"),
    ),
    (
        "Whether consciousness was lost in a focal seizure is not asked: focal is grade 1.",
        TABLE.at("reading of grade 1", "D"),
    ),
    (
        "Several seizures are entered where they came despite treatment.",
        TABLE.at("reading of grade 3", "D"),
    ),
    (
        (
            "A seizure entered as prolonged or repeated without return to baseline is grade 4, and "
            "so is nonconvulsive status."
        ),
        TABLE.at("reading of grade 4", "D"),
    ),
)
"""Additions by the text, with the place of each."""


def has_seizure_part(findings: Findings) -> bool:
    """Whether anything on a seizure was recorded."""
    return (
        findings.seizure is not None
        or findings.seizure_kind is not None
        or findings.seizure_multiple is not None
    )


def grade_seizure(findings: Findings, _record: Record, local: LocalRules) -> Result:
    """The seizure grade of one assessment, by itself."""
    seizure, kind = seizure_of(findings, local)
    if seizure is None:
        return Result(missing=(Missing.SEIZURE,))
    if findings.elapsed < INFUSION:
        return Result(grade=0)
    counted = counts(findings, Sign.SEIZURE, local)
    facts = CtcaeSeizure(seizure, kind, findings.seizure_multiple if counted else None)
    result = weigh(CRITERIA, facts).result(CRITERIA, facts)
    cautions = undetermined(result.because, CRITERIA, findings)
    if result.low is not None:
        cautions.insert(0, AMBIGUOUS.format(low=result.low, high=result.high))
    result.cautions = tuple(cautions)
    return result


seizure_answer = asking_twice(
    answering(grade_seizure, has_part=has_seizure_part, needed=(Missing.SEIZURE,)),
    (Sign.SEIZURE,),
)
"""The seizure grade of one assessment, where anything on a seizure was recorded."""


READS = Reads(
    words=("seizure", "seizure_kind", "seizure_multiple", "attribution"),
    worked_out=(BEFORE_INFUSION,),
)

SYSTEM = System(
    key=KEY,
    toxicity="icans",
    name="Seizure",
    standard="CTCAE 4.03",
    year=2010,
    ask=seizure_answer,
    reads=READS,
    has_part=has_seizure_part,
    criteria=CRITERIA,
    footnotes=FOOTNOTES,
    source=CTCAE_4_03,
)
