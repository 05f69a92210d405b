"""Tocilizumab for CRS: when a line offers it, its dose by weight, count, last and next."""

from __future__ import annotations

from decimal import Decimal

from grading.engine.sentences import trimmed
from grading.guidelines.line import Why
from grading.guidelines.lines.conditions import Condition, grade_fact
from grading.guidelines.lines.crs.crs_conditions import TOCILIZUMAB, crs_in_review, hours_ago
from grading.guidelines.situation.situation import Fact, Situation
from grading.guidelines.tocilizumab import (
    MINUTE,
    NO_LIMIT,
    SMALL_BELOW_KG,
    dose_mg,
    in_hours_and_minutes,
    mg_per_kg,
)


def is_spent(situation: Situation) -> bool:
    """Whether the total was given, so that no dose is offered any more."""
    ledger = situation.doses.tocilizumab
    return ledger is not None and ledger.is_spent


def tocilizumab_offered(lowest: int, highest: int = 4) -> Condition:
    """CRS of such a grade with an indication, and a dose left."""

    def condition(situation: Situation) -> Why:
        crs, bedside = situation.crs, situation.bedside
        if not situation.tocilizumab_is_indicated() or is_spent(situation):
            return None
        if crs.grade is None or not lowest <= crs.grade <= highest:
            return None
        facts = [grade_fact("CRS", crs)]
        if crs.grade == 1 and bedside.fever_since is not None:
            since = hours_ago(situation, bedside.fever_since)
            uid = "" if bedside.fever is None else bedside.fever.uid
            facts.append(Fact(f"fever in every entry for {since}", bedside.fever_since, uid))
        return tuple(facts)

    return condition


def tocilizumab_with_response(situation: Situation) -> Why:
    """Tocilizumab is offered at CRS 2–4; with what became of CRS since the last dose."""
    why = tocilizumab_offered(2)(situation)
    response = situation.responses.get("tocilizumab/crs")
    if why is None or response is None or response.changed is None:
        return why
    return (*why, *(fact for fact in response.facts if fact.at != situation.crs.at))


def tocilizumab_spent(situation: Situation) -> Why:
    """CRS after the last dose of the total."""
    last = situation.doses.last(TOCILIZUMAB)
    if not is_spent(situation) or last is None or not situation.crs.is_at_least(1):
        return None
    given = f"{len(situation.doses.of(TOCILIZUMAB))} of {situation.local.tocilizumab_total} doses"
    return (Fact(f"tocilizumab: {given}", last.elapsed, last.uid), grade_fact("CRS", situation.crs))


def tocilizumab_so_far(situation: Situation) -> Why:
    """Doses were given, and no other line says how many."""
    last = situation.doses.last(TOCILIZUMAB)
    elsewhere = (tocilizumab_offered(1), tocilizumab_spent, crs_in_review)
    if last is None or any(condition(situation) for condition in elsewhere):
        return None
    return (Fact("last tocilizumab", last.elapsed, last.uid),)


def small_patient(situation: Situation) -> Why:
    """Tocilizumab is offered to a patient below 30 kg."""
    weight = situation.patient.weight_kg
    if weight is None or weight >= SMALL_BELOW_KG:
        return None
    why = tocilizumab_offered(2)(situation)
    return None if why is None else (*why, Fact(f"weight {trimmed(weight)} kg"))


def dose_and_count(situation: Situation) -> tuple[str, ...]:
    """Dose by weight, count, last and next permitted time; the page adds the clock time."""
    ledger, weight = situation.doses.tocilizumab, situation.patient.weight_kg
    if ledger is None or ledger.next_permitted is None:
        return ()
    dose = () if weight is None else (_dose(weight, situation),)
    if ledger.allowed_now:
        following = NO_LIMIT
    else:
        wait = in_hours_and_minutes(ledger.next_permitted - situation.now)
        limit = next((each for each in ledger.warnings if each.startswith(f"{ledger.binding}")), "")
        following = f"next dose within the limits in {wait} ({limit})"
    return (*dose, *count_and_last(situation), following, *ledger.cautions)


def count_and_last(situation: Situation) -> tuple[str, ...]:
    """How many doses of how many were given, and how long ago the last was."""
    ledger, last = situation.doses.tocilizumab, situation.doses.last(TOCILIZUMAB)
    if ledger is None:
        return ()
    given = f"{ledger.given} of {ledger.ceiling} doses given"
    if last is None:
        return (given,)
    since = (situation.now - last.elapsed) // MINUTE * MINUTE
    ago = f"{in_hours_and_minutes(since)} ago" if since >= MINUTE else "just now"
    return (f"{given}, the last {ago}",)


def _dose(weight: Decimal, situation: Situation) -> str:
    """72 kg × 8 mg/kg = 576 mg; with the rate that applies, and the cap where it binds."""
    choices = situation.choices
    rate, amount = mg_per_kg(weight, choices), dose_mg(weight, choices)
    capped = " (cap)" if weight * rate > choices.tocilizumab_cap_mg else ""
    return f"{trimmed(weight)} kg × {trimmed(rate)} mg/kg = {trimmed(amount)} mg{capped}"
