"""Tocilizumab and steroid so far, in a line each: what was given, and when the next can be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from grading.guidelines.situation.situation import Situation
from grading.guidelines.tocilizumab import NO_LIMIT, TocilizumabLedger
from patients.chart.step.step_lines import PanelTime
from patients.words import wording

TENTH = Decimal("0.1")
WITHOUT_INDICATION: dict[int | None, str] = {
    0: "no CRS: no indication",
    1: "CRS 1: for persistent fever only",
}


@dataclass(frozen=True, slots=True)
class TocilizumabNow:
    """Count, last dose and one dose by weight; the time of the next stands apart.

    `is_indicated` is whether there is CRS to treat by it, in review once it is attributed; a
    next dose is of no interest without.
    """

    words: str
    next: str
    is_indicated: bool
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SteroidNow:
    """Each drug of the last 24 h, their total, and when the next of the schedule is due."""

    words: str
    next: str = ""
    warnings: tuple[str, ...] = ()


def tocilizumab_in_words(situation: Situation, time: PanelTime) -> TocilizumabNow:
    """1 of 4 given; last 08:00, 5 h 00 ago; one dose is 576 mg at 72 kg."""
    ledger, crs = situation.doses.tocilizumab, situation.crs.grade
    if ledger is None:
        return TocilizumabNow("not known", "", is_indicated=False)
    parts = [f"{ledger.given} of {ledger.ceiling} given"]
    if ledger.last is not None:
        parts.append(_last("last", ledger.last, situation, time))
    if not (situation.crs.is_review or situation.tocilizumab_is_indicated()):
        return TocilizumabNow("; ".join(parts), WITHOUT_INDICATION.get(crs, ""), is_indicated=False)
    if not ledger.is_spent and ledger.dose_mg is not None:
        weight = wording.number(ledger.weight_kg)
        parts.append(f"one dose is {wording.number(ledger.dose_mg)} mg at {weight} kg")
    return TocilizumabNow(
        words="; ".join(parts),
        next=_next(ledger, situation, time),
        is_indicated=True,
        warnings=(*ledger.warnings, *ledger.cautions),
    )


def _next(ledger: TocilizumabLedger, situation: Situation, time: PanelTime) -> str:
    """The time from which no limit stands against another dose, and the limit that binds."""
    if ledger.next_permitted is None:
        return "no further dose within the total"
    if situation.crs.is_review:
        return "attribute first"
    if ledger.allowed_now:
        return NO_LIMIT
    binding = "" if ledger.binding is None else f" ({ledger.binding})"
    return f"next within the limits from {time.clock(ledger.next_permitted)}{binding}"


def steroid_in_words(situation: Situation, time: PanelTime) -> SteroidNow:
    """Begun 27 Nov 23:00; last …; dexamethasone 40 mg in 24 h, 4 doses; total; taper."""
    steroids = situation.doses.steroids
    if steroids.last is None:
        return SteroidNow("no steroid given")
    parts = [] if steroids.since is None else [f"begun {time.clock(steroids.since)}"]
    drug = f"last {wording.words(steroids.last.agent)}"
    amount = wording.amount(steroids.last.amount, steroids.last.unit, steroids.last.route)
    parts.append(_last(f"{drug} {amount}", steroids.last.elapsed, situation, time))
    parts.extend(steroids.by_drug)
    if steroids.mg_in_24_h is not None and steroids.by_drug:
        total = wording.number(steroids.mg_in_24_h.quantize(TENTH))
        parts.append(f"dexamethasone equivalent {total} mg in 24 h")
    if steroids.is_tapering:
        parts.append("taper begun")
    return SteroidNow(
        words="; ".join(parts),
        next="" if steroids.next_due is None else _due(steroids.next_due, situation, time),
        warnings=tuple(f"not in the total: {each}" for each in steroids.not_counted),
    )


def _due(due: timedelta, situation: Situation, time: PanelTime) -> str:
    hours = wording.number(situation.doses.steroids.interval_hours)
    verb = "was due" if due < situation.now else "is due"
    return f"next of the schedule (every {hours} h) {verb} {time.clock(due)}"


def _last(what: str, at: timedelta, situation: Situation, time: PanelTime) -> str:
    return f"{what} {time.clock(at)}, {wording.duration(situation.now - at)} ago"
