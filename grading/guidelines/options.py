"""The management options for the present CRS and ICANS grade together.

Takes   the situation: both grades, the weight, the doses given, the moment, a child, a death.
Gives   options with their source, CRS first; the tocilizumab line carries dose, count and time.
        Once the total of tocilizumab is reached a caution stands in its place.
Source  `review_2024`: the review's Tables 3 and 7; `tocilizumab` for dose and ceilings.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from grading.guidelines.after_death import is_dead
from grading.guidelines.review_2024 import (
    CHILD,
    CONCURRENT,
    CRS_UNKNOWN,
    ISOLATED_ICANS,
    LINES,
    TOCILIZUMAB_SPENT,
    Line,
)
from grading.guidelines.tocilizumab import (
    CAP_MG,
    NO_LIMIT,
    TocilizumabLedger,
    in_hours_and_minutes,
    mg_per_kg,
    tocilizumab_ledger,
)
from grading.local_rules import LocalRules
from grading.record import ADULT_FROM_YEARS, Record

DOSES = ("steroid", "tocilizumab")
"""The kinds of line that print a dose."""
ITS_DOSE = frozenset({"crs_label_small"})
"""Lines of other kinds that print a dose of tocilizumab."""


@dataclass(frozen=True, slots=True)
class Situation:
    """The present of one course. A grade in review counts as its would-be grade here."""

    crs_grade: int | None
    icans_grade: int | None
    tocilizumab: TocilizumabLedger
    weight_kg: str = ""
    now: timedelta = timedelta(0)
    is_child: bool = False
    is_dead: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """One option with its source; `kind` as in `review_2024.Line`."""

    toxicity: str
    grade: int
    code: str
    text: str
    source: str
    confidence: str
    kind: str
    details: tuple[str, ...] = ()


def situation_at(
    record: Record,
    elapsed: timedelta,
    crs_grade: int | None,
    icans_grade: int | None,
    local: LocalRules,
) -> Situation:
    """The situation at a moment; grades are those shown (would-be grades in review)."""
    weight = "" if record.weight_kg is None else f"{record.weight_kg.normalize():f}"
    ledger = tocilizumab_ledger(record, elapsed, local)
    age = record.age_at(elapsed)
    is_child = age is not None and age < ADULT_FROM_YEARS
    return Situation(crs_grade, icans_grade, ledger, weight, elapsed, is_child, is_dead(record))


def options(situation: Situation, local: LocalRules) -> list[Option]:
    """Options for both grades. A null grade offers nothing, neither does grade 5 or a death."""
    if situation.is_dead:
        return []
    chosen = [
        *_for("crs", situation.crs_grade, situation, local),
        *_for("icans", situation.icans_grade, situation, local),
    ]
    if situation.is_child and (doses := [line for line in chosen if line.kind in DOSES]):
        remark = replace(CHILD, toxicity=doses[0].toxicity)
        chosen.insert(0, _option(remark, doses[0].grade, situation))
    if situation.icans_grade is None or not 1 <= situation.icans_grade <= 4:
        return chosen
    # ICANS needs the warning; how it reads depends on whether there is CRS as well
    caution = ISOLATED_ICANS if situation.crs_grade == 0 else CONCURRENT
    if situation.crs_grade is None:
        caution = CRS_UNKNOWN
    return [_option(caution, situation.icans_grade, situation), *chosen]


def _for(toxicity: str, grade: int | None, situation: Situation, local: LocalRules) -> list[Option]:
    if grade is None:
        return []
    lines = [
        line
        for line in LINES
        if line.toxicity == toxicity
        and grade in line.grades
        and (line.kind != "difference" or local.differing_steroid_lines == "show")
    ]
    if situation.tocilizumab.is_spent and any(line.kind == "tocilizumab" for line in lines):
        others = (
            line for line in lines if line.kind != "tocilizumab" and line.code not in ITS_DOSE
        )
        lines = [*others, TOCILIZUMAB_SPENT]
    return [_option(line, grade, situation) for line in lines]


def _option(line: Line, grade: int, situation: Situation) -> Option:
    return Option(
        toxicity=line.toxicity,
        grade=grade,
        code=line.code,
        text=line.text,
        source=str(line.source),
        confidence=line.source.confidence,
        kind=line.kind,
        details=_details(line, situation),
    )


def _details(line: Line, situation: Situation) -> tuple[str, ...]:
    """Dose by weight, count and next permitted time, in words; the page adds the clock time."""
    ledger = situation.tocilizumab
    if line.code == TOCILIZUMAB_SPENT.code:
        return (f"{ledger.given} of {ledger.ceiling} doses given",)
    if line.kind != "tocilizumab" or ledger.next_permitted is None:
        return ()
    details = []
    if ledger.dose_mg is not None:
        weight, rate = situation.weight_kg, mg_per_kg(Decimal(situation.weight_kg))
        capped = " (cap)" if Decimal(weight) * rate > CAP_MG else ""
        details.append(f"{weight} kg × {rate} mg/kg = {ledger.dose_mg} mg{capped}")
    details.append(f"{ledger.given} of {ledger.ceiling} doses given")
    if ledger.allowed_now:
        details.append(NO_LIMIT)
    else:
        wait = in_hours_and_minutes(ledger.next_permitted - situation.now)
        details.append(f"next dose within the limits in {wait}")
    return (*details, *ledger.cautions)
