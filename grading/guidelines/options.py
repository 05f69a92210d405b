"""The management options for the present CRS and ICANS grade together.

Takes   the situation: both grades, the weight, the doses given, the moment.
Gives   options with their source, CRS first; the tocilizumab line carries dose, count and time.
Source  `review_2024`: the review's Tables 3 and 7; `tocilizumab` for dose and ceilings.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from grading.guidelines.review_2024 import CONCURRENT, CRS_UNKNOWN, ISOLATED_ICANS, LINES, Line
from grading.guidelines.tocilizumab import CAP_MG, TocilizumabLedger, mg_per_kg, tocilizumab_ledger
from grading.local_rules import LocalRules
from grading.record import HOUR, Record


@dataclass(frozen=True, slots=True)
class Situation:
    """The present of one course. A grade in review counts as its would-be grade here."""

    crs_grade: int | None
    icans_grade: int | None
    tocilizumab: TocilizumabLedger
    weight_kg: str = ""
    now_hour: float = 0.0


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
    return Situation(crs_grade, icans_grade, ledger, weight, elapsed / HOUR)


def options(situation: Situation, local: LocalRules) -> list[Option]:
    """Options for both grades. A null grade offers nothing; grade 5 offers nothing."""
    chosen = [
        *_for("crs", situation.crs_grade, situation, local),
        *_for("icans", situation.icans_grade, situation, local),
    ]
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
    return [
        _option(line, grade, situation)
        for line in LINES
        if line.toxicity == toxicity
        and grade in line.grades
        and (line.kind != "difference" or local.differing_steroid_lines == "show")
    ]


def _option(line: Line, grade: int, situation: Situation) -> Option:
    return Option(
        toxicity=line.toxicity,
        grade=grade,
        code=line.code,
        text=line.text,
        source=str(line.source),
        confidence=line.source.confidence,
        kind=line.kind,
        details=_tocilizumab_details(situation) if line.kind == "tocilizumab" else (),
    )


def _tocilizumab_details(situation: Situation) -> tuple[str, ...]:
    """Dose by weight, count and next permitted time, in words; the page adds the clock time."""
    ledger = situation.tocilizumab
    details = []
    if ledger.dose_mg is not None:
        weight, rate = situation.weight_kg, mg_per_kg(Decimal(situation.weight_kg))
        capped = " (cap)" if Decimal(weight) * rate > CAP_MG else ""
        details.append(f"{weight} kg × {rate} mg/kg = {ledger.dose_mg} mg{capped}")
    details.append(f"{ledger.given} of {ledger.ceiling} doses given")
    if ledger.next_permitted is None:
        details.append("no further dose within the ceiling")
    elif ledger.allowed_now:
        details.append("interval and 24 h limit allow a dose now")
    else:
        wait = ledger.next_permitted / HOUR - situation.now_hour
        details.append(f"next dose within the limits in {wait:.1f} h")
    return (*details, *ledger.cautions)
