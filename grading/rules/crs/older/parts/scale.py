"""From the table of an older CRS scale to its grade at every assessment of a course.

A grade 0 or 1 needs the bedside set; what else could raise it leaves "at least" (local rule).
Where the literal text allows several grades, there is no grade, only the lowest and the highest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from grading.engine.labs import unused_cautions, unused_reasons
from grading.engine.over_course import GradedPart
from grading.engine.reads import Reads
from grading.engine.result import AMBIGUOUS, Criterion, Missing, Result, weigh
from grading.engine.system import FromReading
from grading.record import INFUSION, Findings
from grading.rules.crs.bedside_facts import NEEDED_FOR_CRS
from grading.rules.crs.older.parts.facts import OlderFacts, OlderReading, read_older
from grading.rules.signs.attribution import behind, beside_all_counted, undetermined
from grading.rules.signs.organ_toxicity import LABS_NOT_COUNTED, ORGANS_BY_LABORATORY

BEDSIDE = frozenset(
    {
        Missing.TEMPERATURE,
        Missing.HYPOTENSION,
        Missing.VASOPRESSORS,
        Missing.OXYGEN_DEVICE,
        Missing.OXYGEN_FLOW,
    }
)
"""A patient without a sign has no grade, rather than 0, while one of these is missing."""

Criteria = Sequence[Criterion[OlderFacts]]
Choose = Callable[[OlderFacts], Criteria]


def crs_scale(table: Criteria, reads: Reads, choose: Choose | None = None) -> dict[str, Any]:
    """The fields of `System` that these scales have in common, and how this one grades.

    `choose` gives the rows that hold for this patient, where not all do. A scale that reads organ
    toxicity also says which laboratory results did not count.
    """

    rows_of: Choose = (lambda _facts: table) if choose is None else choose
    has_organs = ORGANS_BY_LABORATORY in reads.worked_out

    def answer(reading: OlderReading | None) -> GradedPart:
        if reading is None:
            return GradedPart(Result(missing=NEEDED_FOR_CRS), False)
        result = _grade(reading.facts, rows_of(reading.facts), reading.cautions)
        if reading.all_counted is not None:
            whole = reading.all_counted
            rows = rows_of(whole)
            other = _grade(whole, rows, ())
            signs = behind(other.because, rows, reading.away, whole.signs_present())
            result = beside_all_counted(result, other, signs)
        if has_organs:
            _add_laboratory(result, reading.facts)
        return GradedPart(result, True)

    return {
        "toxicity": "crs",
        "name": "CRS",
        "ask": FromReading(read_older, answer),
        "reads": reads,
        "has_part": Findings.has_crs_part,
    }


def _add_laboratory(result: Result, facts: OlderFacts) -> None:
    """Add what a reader has to know of the laboratory: results not used, or doubtful."""
    organs = facts.organs
    if LABS_NOT_COUNTED in organs.cautions:
        result.cautions = (*result.cautions, LABS_NOT_COUNTED)
    if facts.findings.elapsed >= INFUSION and (organs.not_used or organs.remarks):
        result.because = (*result.because, *unused_reasons(organs.not_used))
        cautions = (*result.cautions, *unused_cautions(organs.not_used), *organs.remarks)
        result.cautions = tuple(dict.fromkeys(cautions))


def _grade(facts: OlderFacts, rows: Criteria, cautions: tuple[str, ...]) -> Result:
    """The result of one assessment by these rows; `cautions` are those from its reading."""
    findings = facts.findings
    if findings.elapsed < INFUSION:
        missing = facts.crs.unrecorded()
        return Result(None if missing else 0, missing=missing, cautions=cautions)
    verdict = weigh(rows, facts)
    if not verdict.met:
        lacks = not BEDSIDE.isdisjoint(verdict.missing)
        return Result(
            None if lacks else 0,
            at_least=bool(verdict.missing) and not lacks,
            missing=verdict.missing,
            cautions=cautions,
        )
    result = verdict.result(rows, facts)
    met = [rows[place] for place in verdict.met]
    all_cautions = list(cautions)
    for topic in {topic: None for row in met for topic in row.rests_on}:
        all_cautions += facts.cautions(topic)
    if result.low is not None:
        all_cautions.append(AMBIGUOUS.format(low=result.low, high=result.high))
    if findings.attribution:
        all_cautions += undetermined(result.because, met, findings)
    result.cautions = tuple(dict.fromkeys(all_cautions))
    return result
