"""What lines on ICANS ask of the course: steroid so far, improvement, high grade, puncture."""

from __future__ import annotations

from datetime import timedelta

from grading.guidelines.line import Why
from grading.guidelines.lines.conditions import (
    Condition,
    crs_from,
    grade_fact,
    icans_from,
    worse_again,
)
from grading.guidelines.lines.crs.which_steroid import steroid_is_that_of_icans
from grading.guidelines.situation.response import ENTERED_AFTER
from grading.guidelines.situation.situation import Fact, Situation
from grading.record import HOUR, Dose
from grading.vocabulary import OtherNeuro

HIGH_GRADE = 3
PROPHYLAXIS_DAYS = 30
"""So long prophylaxis against seizures is usual in the United States; general knowledge."""
STEROID_RUNS = timedelta(hours=24)
"""So long after its last dose a steroid counts as running, where no schedule says otherwise."""


def first_steroid(situation: Situation) -> Dose | None:
    """The first dose of a steroid since the onset of this episode of ICANS."""
    onset = situation.icans.onset
    if onset is None:
        return None
    given = (dose for dose in situation.doses.of("steroid") if dose.amount != 0)
    return next((dose for dose in given if dose.elapsed >= onset - ENTERED_AFTER), None)


def steroid_runs(situation: Situation) -> bool:
    last = situation.doses.last("steroid")
    if last is None:
        return False
    ended = max(last.elapsed, min(last.ended or last.elapsed, situation.now))
    return situation.doses.steroids.is_running or situation.now - ended <= STEROID_RUNS


def steroid_for_icans(situation: Situation) -> Fact | None:
    """5 doses of steroid, the first 30 h ago."""
    first = first_steroid(situation)
    if first is None:
        return None
    doses = sum(dose.elapsed >= first.elapsed for dose in situation.doses.of("steroid"))
    hours = int((situation.now - first.elapsed) / HOUR)
    number = "1 dose" if doses == 1 else f"{doses} doses"
    return Fact(f"{number} of steroid, the first {hours} h ago", first.elapsed, first.uid)


def steroid_judged_from(situation: Situation) -> timedelta | None:
    """Since when the steroid is judged: its first dose, or the rise of ICANS that was better."""
    first = first_steroid(situation)
    if first is None:
        return None
    risen = worse_again(situation.icans, first.elapsed)
    return first.elapsed if risen is None else risen


def steroid_reassessment(situation: Situation) -> timedelta | None:
    """When a steroid has been given long enough to be judged; None before the first dose."""
    since = steroid_judged_from(situation)
    return None if since is None else since + situation.choices.icans_steroid_hours * HOUR


def improved(situation: Situation) -> bool:
    """Whether ICANS is lower than at the first dose of steroid."""
    first, icans = first_steroid(situation), situation.icans
    response = situation.responses.get("steroid/icans")
    if response is not None and response.changed == "better":
        return True
    if first is None or icans.grade is None or not icans.history:
        return False
    earlier = [each for each in icans.history if each.at <= first.elapsed]
    then = earlier[-1] if earlier else icans.history[0]
    return icans.grade < then.grade


def refractory_from(lowest: int) -> Condition:
    """ICANS of this grade or more that did not improve under steroid for the hours chosen."""
    of_grade = icans_from(lowest)

    def condition(situation: Situation) -> Why:
        why, due = of_grade(situation), steroid_reassessment(situation)
        steroid = steroid_for_icans(situation)
        if why is None or due is None or steroid is None:
            return None
        if situation.now < due or improved(situation):
            return None
        risen = worse_again(situation.icans, steroid.at) if steroid.at is not None else None
        words = (
            "not lower since the first steroid"
            if risen is None
            else "not lower since it rose again"
        )
        return (*why, Fact(words, situation.icans.at if risen is None else risen), steroid)

    return condition


def lower_under_steroid(situation: Situation) -> Why:
    """Grade 1 or less, lower than it was, under a steroid that CRS does not ask for."""
    why = icans_from(0, 1)(situation)
    steroid = steroid_for_icans(situation)
    if why is None or steroid is None or not steroid_runs(situation):
        return None
    if situation.crs.is_at_least(2) or situation.icans.grade == situation.icans.peak:
        return None
    resolved, since = situation.icans.resolved, situation.doses.steroids.since
    if resolved is not None and since is not None and since > resolved:
        return None
    return (*why, Fact(f"highest grade of this episode {situation.icans.peak}"), steroid)


def flare_of_icans(situation: Situation) -> Why:
    """ICANS higher again, after it had come down in an episode with a steroid."""
    icans, steroid = situation.icans, steroid_for_icans(situation)
    grades = [each.grade for each in icans.history]
    if icans.grade is None or icans.before is None or steroid is None:
        return None
    if icans.grade <= icans.before.grade:
        return None
    lowest = len(grades) - 1 - grades[::-1].index(icans.before.grade)
    if max(grades[:lowest], default=0) <= icans.before.grade:
        return None
    rise = Fact(f"ICANS {icans.before.grade}, then {icans.grade}", icans.at, icans.uid)
    return (rise, Fact(f"highest grade of this episode {icans.peak}"), steroid)


def steroid_at(lowest: int, highest: int) -> Condition:
    """ICANS of these grades, where its steroid line is not below that of CRS."""
    of_grade = icans_from(lowest, highest)

    def condition(situation: Situation) -> Why:
        return of_grade(situation) if steroid_is_that_of_icans(situation) else None

    return condition


def without_crs(lowest: int, highest: int = 4) -> Condition:
    """ICANS of these grades with CRS 0, or with CRS that was never graded."""
    of_grade = icans_from(lowest, highest)

    def condition(situation: Situation) -> Why:
        why, crs = of_grade(situation), situation.crs
        if why is None or (crs.grade is not None and crs.grade > 0):
            return None
        no_crs = Fact("CRS not graded") if crs.grade is None else grade_fact("CRS", crs)
        return (*why, no_crs)

    return condition


def with_crs(lowest: int, highest: int = 4) -> Condition:
    """ICANS of these grades with CRS 1 or more."""
    of_icans, of_crs = icans_from(lowest, highest), crs_from(1)

    def condition(situation: Situation) -> Why:
        icans, crs = of_icans(situation), of_crs(situation)
        return None if icans is None or crs is None else (*icans, *crs)

    return condition


def high_grade_since(situation: Situation) -> timedelta | None:
    """Since when ICANS 3 or more is there in this episode."""
    high = [each.at for each in situation.icans.history if each.grade >= HIGH_GRADE]
    if not situation.icans.is_at_least(HIGH_GRADE):
        return None
    since = situation.icans.since
    return min([*high, *([] if since is None else [since])], default=situation.icans.at)


def pressure_facts(situation: Situation) -> tuple[Fact, ...]:
    """Every recorded sign of edema or raised pressure, each once."""
    bedside = situation.bedside
    listed = (bedside.edema, bedside.papilledema, *bedside.raised_pressure)
    return tuple(dict.fromkeys(fact for fact in listed if fact is not None))


def last_seizure(situation: Situation) -> Fact | None:
    """The last seizure of the course, whether or not a later entry is free of any."""
    return situation.bedside.seizure or situation.bedside.last_seizure


def recent(situation: Situation, facts: tuple[Fact | None, ...]) -> tuple[Fact, ...]:
    """Those of the facts that are not older than the hours chosen."""
    limit = situation.choices.neurologic_finding_hours * HOUR
    return tuple(
        fact
        for fact in facts
        if fact is not None and (fact.at is None or situation.now - fact.at <= limit)
    )


def against_puncture(situation: Situation) -> tuple[Fact, ...]:
    """What speaks against a lumbar puncture before imaging, or before the counts are mended."""
    choices, facts = situation.choices, list(pressure_facts(situation))
    hemorrhage = situation.bedside.other_neuro.get(OtherNeuro.INTRACRANIAL_HEMORRHAGE)
    facts += [] if hemorrhage is None else [hemorrhage]
    platelets, inr = situation.lab("platelets"), situation.lab("inr")
    if platelets is not None and platelets.is_below(choices.puncture_platelets):
        facts.append(Fact(platelets.text, platelets.at, platelets.uid))
    if inr is not None and inr.is_above(choices.puncture_inr):
        facts.append(Fact(inr.text, inr.at, inr.uid))
    return tuple(facts)


def counts_for_puncture(situation: Situation) -> tuple[str, ...]:
    """Platelets and INR, or in words that they are old or not known."""
    texts = []
    for analyte, label in (("platelets", "platelets"), ("inr", "INR")):
        reading = situation.labs.get(analyte)
        if reading is None:
            texts.append(f"{label} not known")
        elif reading.is_fresh:
            texts.append(reading.text)
        else:
            hours = int((situation.now - reading.at) / HOUR)
            texts.append(f"{label} not known now: {reading.text} is {hours} h old and not used")
    return tuple(texts)


def counts_before_puncture(situation: Situation) -> tuple[str, ...]:
    """The same where a puncture is offered, with those that have to be known before it."""
    labels = {"platelets": "platelets", "inr": "INR"}
    lacking = [label for name, label in labels.items() if situation.lab(name) is None]
    before = (f"before it: {' and '.join(lacking)} of today",) if lacking else ()
    return (*counts_for_puncture(situation), *before)
