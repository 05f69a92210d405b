"""The details of a tocilizumab line: dose by weight, count, time of the next."""

from __future__ import annotations

from decimal import Decimal

from grading.guidelines.situation.situation import Situation
from grading.guidelines.tocilizumab import CAP_MG, NO_LIMIT, in_hours_and_minutes, mg_per_kg


def dose_and_count(situation: Situation) -> tuple[str, ...]:
    """Dose by weight, count and next permitted time, in words; the page adds the clock time."""
    ledger = situation.doses.tocilizumab
    weight = situation.patient.weight_kg
    if ledger is None or ledger.next_permitted is None:
        return ()
    details = []
    if ledger.dose_mg is not None and weight is not None:
        rate = mg_per_kg(weight)
        capped = " (cap)" if weight * rate > CAP_MG else ""
        details.append(f"{_plain(weight)} kg × {rate} mg/kg = {ledger.dose_mg} mg{capped}")
    details.append(f"{ledger.given} of {ledger.ceiling} doses given")
    if ledger.allowed_now:
        details.append(NO_LIMIT)
    else:
        wait = in_hours_and_minutes(ledger.next_permitted - situation.now)
        details.append(f"next dose within the limits in {wait}")
    return (*details, *ledger.cautions)


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
