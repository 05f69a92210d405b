"""Steroids and anakinra at a moment: since when, how much in 24 h, when the next is due.

Takes   the doses up to the moment, oldest first, and the weight for a dose by the kilogram.
Gives   `SteroidsNow` and `AnakinraNow`. A total that holds an unknown amount is unknown.
Source  the windows and what counts as a taper are local rules; (now − 24 h, now] as for
        tocilizumab.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import groupby, pairwise

from grading.agents import DrugClass
from grading.engine.sentences import trimmed, ward_word
from grading.guidelines.situation.situation import AnakinraNow, SteroidsNow
from grading.guidelines.situation.steroid_equivalents import (
    MG_OF_EQUAL_EFFECT,
    dexamethasone_mg_of,
    is_systemic,
    mg_of,
)
from grading.record import DAY, HOUR, Dose

STEROID_PAUSE = 2 * DAY
"""After so long without a dose the next is the first of another treatment, inclusive."""
ANAKINRA_PAUSE_OF_TREATMENT = 7 * DAY
LONGEST_INTERVAL = DAY
"""Doses further apart than this are no schedule."""
TENTH = Decimal("0.1")
SMALLER, LARGER = Decimal("0.7"), Decimal("1.4")
"""A change of the amount per time by so much is a step, and no dose that came late."""


def steroids_now(given: Sequence[Dose], now: timedelta, weight_kg: Decimal | None) -> SteroidsNow:
    """The steroids up to now. One that is not given to the whole body is named and not counted."""
    of_class = [dose for dose in given if dose.drug_class == DrugClass.STEROID and dose.amount != 0]
    doses = [dose for dose in of_class if is_systemic(dose)]
    treatment = _present(doses, now, STEROID_PAUSE)
    day = [dose for dose in doses if dose.elapsed > now - DAY]
    elsewhere = [dose for dose in of_class if dose.elapsed > now - DAY and not is_systemic(dose)]
    interval = _interval(treatment)
    lasts = DAY if interval is None else 2 * interval
    is_running = bool(treatment) and now - treatment[-1].elapsed < lasts
    due = treatment[-1].elapsed + interval if is_running and interval is not None else None
    return SteroidsNow(
        last=doses[-1] if doses else None,
        since=treatment[0].elapsed if treatment else None,
        by_drug=tuple(
            _of_drug(agent, day, weight_kg) for agent in dict.fromkeys(each.agent for each in day)
        ),
        mg_in_24_h=_sum([dexamethasone_mg_of(dose, weight_kg) for dose in day]),
        not_counted=(
            *(
                _why_not_counted(dose)
                for dose in day
                if dexamethasone_mg_of(dose, weight_kg) is None
            ),
            *(f"{ward_word(dose.agent)} {dose.route}: not systemic" for dose in elsewhere),
        ),
        next_due=due,
        interval_hours=None if interval is None else _hours(interval),
        is_running=is_running,
        is_tapering=is_running and _tapers(treatment, now, weight_kg),
    )


def anakinra_now(
    given: Sequence[Dose], now: timedelta, weight_kg: Decimal | None
) -> AnakinraNow | None:
    """The present treatment with anakinra; None where none was given for a week."""
    doses = [dose for dose in given if dose.agent == "anakinra" and dose.amount != 0]
    treatment = _present(doses, now, ANAKINRA_PAUSE_OF_TREATMENT)
    if not treatment:
        return None
    day = [mg_of(dose, weight_kg) for dose in treatment if dose.elapsed > now - DAY]
    last = treatment[-1]
    ended = max(last.elapsed, min(last.ended or last.elapsed, now))
    return AnakinraNow(treatment[0].elapsed, ended, _sum(day), last.uid)


def _present(doses: Sequence[Dose], now: timedelta, pause: timedelta) -> list[Dose]:
    """The doses of the treatment that goes on, oldest first; none after a pause."""
    treatment: list[Dose] = []
    later = now
    for dose in reversed(doses):
        ended = min(dose.ended or dose.elapsed, later)
        if later - max(ended, dose.elapsed) >= pause:
            break
        treatment.append(dose)
        later = dose.elapsed
    return treatment[::-1]


def _interval(treatment: Sequence[Dose]) -> timedelta | None:
    """The time between the last two doses of the drug that was given last; None without one."""
    if not treatment:
        return None
    times = sorted({dose.elapsed for dose in treatment if dose.agent == treatment[-1].agent})
    if len(times) == 1 or times[-1] - times[-2] > LONGEST_INTERVAL:
        return None
    return times[-1] - times[-2]


def _tapers(treatment: Sequence[Dose], now: timedelta, weight_kg: Decimal | None) -> bool:
    """Whether the newest step of the amount per time leads down; a missing amount tells nothing.

    The first dose has no interval before it: it is taken to be that of the second.
    """
    doses: list[tuple[timedelta, Decimal]] = []
    for at, together in groupby(treatment, key=lambda dose: dose.elapsed):
        amount = _sum([dexamethasone_mg_of(dose, weight_kg) for dose in together])
        if amount is None:
            return False
        doses.append((at, amount))
    rates = [
        amount / Decimal((at - before) / HOUR) for (before, _), (at, amount) in pairwise(doses)
    ]
    if not rates:
        return False
    rates.insert(0, doses[0][1] / Decimal((doses[1][0] - doses[0][0]) / HOUR))
    for place in range(len(rates) - 1, 0, -1):
        earlier, later = rates[place - 1], rates[place]
        at = doses[place - 1][0]
        if later < SMALLER * earlier and not (now - at < DAY and _is_beside(treatment, at)):
            return True
        if later > LARGER * earlier:
            return False
    return False


def _is_beside(treatment: Sequence[Dose], at: timedelta) -> bool:
    """Whether the drug of a moment was given into the schedule of another that goes on."""
    of_moment = {dose.agent for dose in treatment if dose.elapsed == at}
    before = {dose.agent for dose in treatment if dose.elapsed < at}
    later = {dose.agent for dose in treatment if dose.elapsed > at}
    return bool((before & later) - of_moment)


def _sum(amounts: Sequence[Decimal | None]) -> Decimal | None:
    """The sum; None where one of them is unknown."""
    total = Decimal(0)
    for amount in amounts:
        if amount is None:
            return None
        total += amount
    return total


def _hours(duration: timedelta) -> Decimal:
    return Decimal(duration / HOUR).quantize(TENTH)


def _of_drug(agent: str, day: Sequence[Dose], weight_kg: Decimal | None) -> str:
    """Dexamethasone 40 mg in 24 h, 4 doses."""
    doses = [dose for dose in day if dose.agent == agent]
    total = _sum([mg_of(dose, weight_kg) for dose in doses])
    amount = "amount unknown" if total is None else f"{total.normalize():,f} mg"
    count = "1 dose" if len(doses) == 1 else f"{len(doses)} doses"
    return f"{ward_word(agent)} {amount} in 24 h, {count}"


def _why_not_counted(dose: Dose) -> str:
    name = ward_word(dose.agent)
    if dose.agent not in MG_OF_EQUAL_EFFECT:
        return f"{name}: no factor"
    if dose.amount is None or dose.unit is None:
        return f"{name}: amount unknown"
    return f"{name} {trimmed(dose.amount)} {dose.unit}: no mg"
