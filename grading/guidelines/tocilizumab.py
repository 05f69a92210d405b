"""Tocilizumab: the dose by weight, the count, and when a next dose is permitted.

Purpose   answer "how much, how many so far, from when again" at one moment of a course.
Use       as a prompt. A dose that was given is always recorded, whatever this says.
Source    8 mg/kg, at most 800 mg, 12 mg/kg below 30 kg: Kymriah label, a site may choose less.
          Every 8 h, 4 in all: the review. At most 3 in 24 h: ASCO 2021. The window is
          (t − 24 h, t], on instants, so that a change of the clock changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from grading.decisions.step_choices import STEP_AS_PRINTED, StepChoices
from grading.local_rules import LocalRules
from grading.record import DAY, HOUR, Record, Weight

DAYS_FROM = timedelta(hours=72)
"""From this age on, the age of a weight is given in days."""
AGENT = "tocilizumab"
SMALL_BELOW_KG = Decimal(30)  # exclusive; Kymriah label
WINDOW = timedelta(hours=24)
MINUTE = timedelta(minutes=1)
NO_LIMIT = "no dose limit reached"
"""Interval, 24 h and total are kept. Whether a dose is indicated is another question."""


def dose_mg(weight_kg: Decimal, choices: StepChoices = STEP_AS_PRINTED) -> Decimal:
    """One dose in mg for a weight in kg, whole milligrams, with its cap."""
    amount = min(weight_kg * mg_per_kg(weight_kg, choices), choices.tocilizumab_cap_mg)
    return amount.quantize(Decimal(1), ROUND_HALF_UP)


def mg_per_kg(weight_kg: Decimal, choices: StepChoices = STEP_AS_PRINTED) -> Decimal:
    """The dose rate that applies at this weight."""
    is_small = weight_kg < SMALL_BELOW_KG
    return choices.tocilizumab_small_mg_per_kg if is_small else choices.tocilizumab_mg_per_kg


class TocilizumabRule(StrEnum):
    """The limit that binds: the one which a next dose has to wait for longest, or the total."""

    INTERVAL = "interval"
    PER_24_H = "24 h limit"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class TocilizumabLedger:
    """The number of doses given, and the dose, time and limits of the next.

    weight_kg        the newest weight, None where none is recorded
    dose_mg          by that weight
    last             the time of the last dose; None before the first
    next_permitted   elapsed time from which the interval and the 24 h limit allow another;
                     the current moment where it is allowed now; None once the total is reached
    binding          the limit for which it waits; None where a dose now passes none
    warnings         the limits that a dose at this moment would pass
    cautions         remarks on the dose shown
    """

    given: int
    ceiling: int
    weight_kg: Decimal | None
    dose_mg: Decimal | None
    next_permitted: timedelta | None
    warnings: tuple[str, ...]
    cautions: tuple[str, ...]
    last: timedelta | None = None
    binding: TocilizumabRule | None = None

    @property
    def allowed_now(self) -> bool:
        """Whether a dose at this moment would pass no limit."""
        return not self.warnings

    @property
    def is_spent(self) -> bool:
        """Whether the total is reached, so that no dose is offered any more."""
        return self.next_permitted is None


def tocilizumab_ledger(
    record: Record,
    elapsed: timedelta,
    local: LocalRules,
    choices: StepChoices = STEP_AS_PRINTED,
) -> TocilizumabLedger:
    """The ledger at `elapsed`. All doses of the course count, prophylactic ones included."""
    given = [
        dose.elapsed for dose in record.doses if dose.agent == AGENT and dose.elapsed <= elapsed
    ]
    weight = record.weight_at(elapsed)
    permitted, binding = _next_permitted(given, elapsed, local)
    return TocilizumabLedger(
        given=len(given),
        ceiling=local.tocilizumab_total,
        weight_kg=None if weight is None else weight.kg,
        dose_mg=None if weight is None else dose_mg(weight.kg, choices),
        next_permitted=permitted,
        warnings=_warnings(given, elapsed, local),
        cautions=_weight_cautions(weight, elapsed, local),
        last=given[-1] if given else None,
        binding=binding,
    )


def _next_permitted(
    given: list[timedelta], elapsed: timedelta, local: LocalRules
) -> tuple[timedelta | None, TocilizumabRule | None]:
    """When a next dose passes no limit, and the limit for which it waits until then."""
    if len(given) >= local.tocilizumab_total:
        return None, TocilizumabRule.TOTAL
    permitted, binding = elapsed, None
    if given:
        after = given[-1] + local.tocilizumab_interval_hours * HOUR
        if after > permitted:
            permitted, binding = after, TocilizumabRule.INTERVAL
    if len(given) >= local.tocilizumab_per_24_h:
        after = given[-local.tocilizumab_per_24_h] + WINDOW
        if after > permitted:
            permitted, binding = after, TocilizumabRule.PER_24_H
    return permitted, binding


def _warnings(given: list[timedelta], elapsed: timedelta, local: LocalRules) -> tuple[str, ...]:
    """Each limit that a dose at `elapsed` would pass, named by itself."""
    warnings = []
    if given and elapsed - given[-1] < local.tocilizumab_interval_hours * HOUR:
        since = in_hours_and_minutes((elapsed - given[-1]) // MINUTE * MINUTE)
        warnings.append(
            f"interval: {since} since the last dose, {local.tocilizumab_interval_hours} h needed"
        )
    recent = sum(1 for moment in given if moment > elapsed - WINDOW)
    if recent >= local.tocilizumab_per_24_h:
        warnings.append(f"24 h limit: {recent} doses in the last 24 h")
    if len(given) >= local.tocilizumab_total:
        warnings.append(f"total: {len(given)} of {local.tocilizumab_total} doses given")
    return tuple(warnings)


def in_hours_and_minutes(duration: timedelta) -> str:
    """4 h, 3 h 05 min, 1 min; a part of a minute counts as one, so that a wait is never 0."""
    hours, minutes = divmod(-(-duration // MINUTE), 60)
    if not minutes:
        return f"{hours} h"
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min"


def _weight_cautions(
    weight: Weight | None, elapsed: timedelta, local: LocalRules
) -> tuple[str, ...]:
    if weight is None:
        return ("no weight recorded: the dose by weight cannot be shown",)
    if weight.measured is None:
        return ("the time of the weight is not recorded",)
    age = elapsed - weight.measured
    if age <= local.weight_fresh_hours * HOUR:
        return ()
    shown = f"{age // HOUR} h" if age < DAYS_FROM else f"{age // DAY} days"
    return (f"the weight is {shown} old",)
