"""The 48 h of anakinra for IEC-HS, after which the review offers ruxolitinib.

Takes   the situation: doses, since when there is IEC-HS, the target dose that was chosen.
Gives   since when anakinra is given for it, when the target dose and a steroid were both there.
Source  the review: "no improvement within 48 hours despite escalation of anakinra to target dose
        with concurrent corticosteroids". Anakinra for CRS or ICANS starts no clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from grading.guidelines.situation.situation import Situation
from grading.guidelines.situation.steroid_equivalents import mg_of
from grading.record import DAY, HOUR, INFUSION, Dose

ANAKINRA, STEROID, RUXOLITINIB = "anakinra", "steroid", "ruxolitinib"
ANAKINRA_PAUSE = 7 * DAY
"""After so long without a dose, the next is the first of another treatment."""
STEROID_PAUSE = 2 * DAY


@dataclass(frozen=True, slots=True)
class AnakinraClock:
    """Anakinra for IEC-HS. A time is None where that has not been reached or cannot be told.

    since     its first dose, or the begin of IEC-HS where it had been given before
    uid       the entry of the first dose
    target    when the doses of 24 h first made the target dose
    steroid   since when a steroid is given, without a gap
    due       48 h after both; None while one of them is not there
    """

    since: timedelta
    uid: str
    target: timedelta | None
    steroid: timedelta | None
    due: timedelta | None

    def lacks(self) -> tuple[str, ...]:
        """What the 48 h still wait for, in words."""
        lacks = []
        if self.target is None:
            lacks.append("the target dose is not reached or cannot be told from the entries")
        if self.steroid is None:
            lacks.append("no steroid is being given")
        return tuple(f"The 48 h have not begun: {each}" for each in lacks)


def anakinra_clock(situation: Situation) -> AnakinraClock | None:
    """The clock of this moment; None without IEC-HS, without anakinra for it, or 7 days after.

    Anakinra that ended more than a day before IEC-HS began was given for something else.
    """
    began = situation.iec_hs.since
    if began is None:
        return None
    doses = [dose for dose in situation.doses.of(ANAKINRA) if dose.elapsed >= INFUSION]
    doses = [dose for dose in doses if _last(dose, situation.now) >= began - DAY]
    if not doses or situation.now - _last(doses[-1], situation.now) > ANAKINRA_PAUSE:
        return None
    treated = _without_gap(doses, ANAKINRA_PAUSE, situation.now)
    since = treated[0].elapsed if treated[0].elapsed >= began - DAY else began
    target = _target_reached(treated, since, situation)
    steroid = _steroid_since(situation)
    both = None if target is None or steroid is None else max(target, steroid, since)
    wait = situation.choices.anakinra_reassess_hours * HOUR
    due = None if both is None else both + wait
    return AnakinraClock(since, treated[0].uid, target, steroid, due)


def ruxolitinib_was_given(situation: Situation) -> bool:
    """Whether ruxolitinib was given since IEC-HS began."""
    began = situation.iec_hs.since
    given = situation.doses.last(RUXOLITINIB)
    return given is not None and (began is None or given.elapsed >= began - DAY)


def _last(dose: Dose, now: timedelta) -> timedelta:
    return max(dose.elapsed, min(dose.ended or dose.elapsed, now))


def _without_gap(doses: Sequence[Dose], gap: timedelta, now: timedelta) -> list[Dose]:
    """The last doses, as far back as no gap lies between them."""
    joined = [doses[-1]]
    for dose in reversed(doses[:-1]):
        if joined[0].elapsed - _last(dose, now) > gap:
            break
        joined.insert(0, dose)
    return joined


def _target_reached(
    doses: Sequence[Dose], since: timedelta, situation: Situation
) -> timedelta | None:
    """When the doses of 24 h made the target dose; beside a child the protocol's is not known."""
    if situation.patient.is_child:
        return since
    for dose in doses:
        day = [each for each in doses if dose.elapsed - DAY < each.elapsed <= dose.elapsed]
        amounts = (mg_of(each, situation.patient.weight_kg) for each in day)
        if (
            sum((each for each in amounts if each is not None), Decimal(0))
            >= situation.choices.anakinra_target_mg_a_day
        ):
            return max(dose.elapsed, since)
    return None


def _steroid_since(situation: Situation) -> timedelta | None:
    """Since when a steroid is given without a gap; None where the last lies 2 days back."""
    doses = situation.doses.of(STEROID)
    if not doses or situation.now - _last(doses[-1], situation.now) > STEROID_PAUSE:
        return None
    return _without_gap(doses, STEROID_PAUSE, situation.now)[0].elapsed
