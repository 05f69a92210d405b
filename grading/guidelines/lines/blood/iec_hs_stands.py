"""When the lines of IEC-HS stand: suspicion, record, ladder, support. Each gives its facts."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from grading.engine.sentences import trimmed
from grading.guidelines.indication import is_autoimmune
from grading.guidelines.line import Why
from grading.guidelines.lines.blood.anakinra_clock import (
    AnakinraClock,
    anakinra_clock,
    ruxolitinib_was_given,
)
from grading.guidelines.lines.conditions import beyond, grade_fact, not_usable, reading_fact
from grading.guidelines.situation.situation import Fact, Situation
from grading.record import DAY

SUBSTANTIAL_TIMES = 2
TRANSAMINASES_TIMES = 5
TREATMENT = ("anakinra", "ruxolitinib", "emapalumab", "etoposide")
TREATED_WITHIN = 2 * DAY


def suspected_or_recorded(situation: Situation) -> Why:
    """IEC-HS recorded by a physician and not over, or suspected with more than thin evidence.

    One short fact: what the suspicion rests on stands at `suspected` alone.
    """
    iec_hs = situation.iec_hs
    if (event := iec_hs.recorded) is not None:
        if _is_over(situation):
            return None
        grade = "" if iec_hs.grade is None else f" {iec_hs.grade}"
        return (Fact(f"IEC-HS{grade} recorded by a physician", event.elapsed, event.uid),)
    if not (iec_hs.is_suspected and iec_hs.is_loud):
        return None
    return (Fact("IEC-HS suspected", iec_hs.since),)


def _is_over(situation: Situation) -> bool:
    """Ferritin measured since the record is no longer substantially high, and nothing is given.

    Local: no source says when IEC-HS ends; a substantial elevation is its first requirement.
    """
    recorded, ferritin = situation.iec_hs.recorded, situation.ferritin
    if recorded is None or ferritin is None or ferritin.now.at <= recorded.elapsed:
        return False
    ratios = (ferritin.times_limit, ferritin.times_baseline or Decimal(0))
    if ratios[0] is None or max(ratios[0], ratios[1]) > SUBSTANTIAL_TIMES:
        return False
    last = situation.doses.last(*TREATMENT)
    return last is None or situation.now - (last.ended or last.elapsed) > TREATED_WITHIN


def suspected(situation: Situation) -> Why:
    """Suspected, not recorded, with what that rests on."""
    iec_hs = situation.iec_hs
    if iec_hs.recorded is not None or (why := suspected_or_recorded(situation)) is None:
        return None
    return iec_hs.facts or why


def thin_evidence(situation: Situation) -> Why:
    iec_hs = situation.iec_hs
    if iec_hs.recorded is not None or not iec_hs.is_suspected or iec_hs.is_loud:
        return None
    return iec_hs.facts or (Fact("IEC-HS suspected", iec_hs.since),)


def recorded_for_treatment(situation: Situation) -> Why:
    """Recorded with grade 2 to 4, or without a grade."""
    if situation.iec_hs.recorded is None or situation.iec_hs.grade == 1:
        return None
    return suspected_or_recorded(situation)


def recorded_grade_1(situation: Situation) -> Why:
    return suspected_or_recorded(situation) if situation.iec_hs.grade == 1 else None


def suspected_without_anakinra(situation: Situation) -> Why:
    if situation.iec_hs.recorded is not None or anakinra_clock(situation):
        return None
    return suspected_or_recorded(situation)


def _treated(situation: Situation) -> Why:
    """Recorded for treatment, or suspected and anakinra is given for it."""
    clock = anakinra_clock(situation)
    is_suspected = situation.iec_hs.recorded is None
    if is_suspected and clock is None:
        return None
    why = suspected_or_recorded(situation) if is_suspected else recorded_for_treatment(situation)
    return None if why is None else (*why, *_clock_facts(situation, clock))


def _clock_facts(situation: Situation, clock: AnakinraClock | None) -> tuple[Fact, ...]:
    if clock is None:
        return ()
    facts = [Fact("anakinra for IEC-HS since", clock.since, clock.uid)]
    if clock.target is not None and not situation.patient.is_child:
        facts.append(Fact("target dose since", clock.target))
    if clock.steroid is not None:
        facts.append(Fact("steroid since", clock.steroid))
    ferritin = situation.ferritin
    if ferritin is None or ferritin.now.at <= clock.since:
        facts.append(Fact("no ferritin since"))
    elif ferritin.before is not None:
        facts.append(
            Fact(
                f"{ferritin.before.text}, then {ferritin.now.text}",
                ferritin.now.at,
                ferritin.now.uid,
            )
        )
    return tuple(facts)


def anakinra_without_steroid(situation: Situation) -> Why:
    clock = anakinra_clock(situation)
    return _treated(situation) if clock is not None and clock.steroid is None else None


def anakinra_below_target(situation: Situation) -> Why:
    clock = anakinra_clock(situation)
    return _treated(situation) if clock is not None and clock.target is None else None


def before_ruxolitinib(situation: Situation) -> Why:
    return None if ruxolitinib_was_given(situation) else _treated(situation)


def ruxolitinib_due(situation: Situation) -> timedelta | None:
    clock = anakinra_clock(situation)
    return None if clock is None else clock.due


def wait_of_ruxolitinib(situation: Situation) -> tuple[str, ...]:
    clock = anakinra_clock(situation)
    return (
        ("The 48 h have not begun: no anakinra for IEC-HS yet",) if clock is None else clock.lacks()
    )


def after_ruxolitinib(situation: Situation) -> Why:
    """Severe, or of unknown grade, after anakinra and ruxolitinib."""
    iec_hs = situation.iec_hs
    if not ruxolitinib_was_given(situation) or iec_hs.grade in {1, 2}:
        return None
    if (why := suspected_or_recorded(situation)) is None:
        return None
    given = situation.doses.last("ruxolitinib")
    return (
        why if given is None else (*why, Fact("ruxolitinib last given", given.elapsed, given.uid))
    )


def iec_hs_without_crs(situation: Situation) -> Why:
    if situation.crs.grade is not None and situation.crs.grade > 0:
        return None
    if (why := suspected_or_recorded(situation)) is None:
        return None
    crs = (
        Fact("CRS not graded") if situation.crs.grade is None else grade_fact("CRS", situation.crs)
    )
    return (*why, crs)


def in_severe_crs(situation: Situation) -> Why:
    if not situation.crs.is_at_least(3) or (why := suspected_or_recorded(situation)) is None:
        return None
    return (*why, grade_fact("CRS", situation.crs))


def low_fibrinogen(situation: Situation) -> Why:
    limit = situation.choices.cryoprecipitate_below_mg_dl
    return _with(situation, beyond(situation, "fibrinogen", below=limit))


def severe_coagulopathy(situation: Situation) -> Why:
    return _with(situation, beyond(situation, "inr", above=situation.choices.severe_inr_above))


def low_counts(situation: Situation) -> Why:
    choices = situation.choices
    platelets = beyond(situation, "platelets", below=choices.low_platelets_below)
    hemoglobin = beyond(situation, "hemoglobin", below=choices.low_hemoglobin_below_g_dl)
    return _with(situation, (*platelets, *hemoglobin))


def _with(situation: Situation, facts: tuple[Fact, ...]) -> Why:
    """IEC-HS together with these facts; None where one of the two is not there."""
    why = suspected_or_recorded(situation)
    return (*why, *facts) if why and facts else None


def values_of_support_unknown(situation: Situation) -> Why:
    """IEC-HS, and fibrinogen or platelets are not on record or too old to be used."""
    if (why := suspected_or_recorded(situation)) is None:
        return None
    unknown = (not_usable(situation, name) for name in ("fibrinogen", "platelets", "inr"))
    facts = tuple(fact for fact in unknown if fact is not None)
    return (*why, *facts) if facts else None


def ferritin_improves(situation: Situation) -> Why:
    """Ferritin falls under treatment for IEC-HS."""
    ferritin, last = situation.ferritin, situation.doses.last(*TREATMENT, "steroid")
    if ferritin is None or not ferritin.falls or last is None:
        return None
    if (why := suspected_or_recorded(situation)) is None:
        return None
    if situation.now - (last.ended or last.elapsed) > TREATED_WITHIN:
        return None
    return (*why, Fact(f"{ferritin.now.text}, falling", ferritin.now.at, ferritin.now.uid))


def timing_open(situation: Situation) -> Why:
    """Ferritin with transaminases or fibrinogen while CRS is active: not yet IEC-HS."""
    ferritin = situation.ferritin
    if situation.iec_hs.is_suspected or situation.iec_hs.recorded is not None or ferritin is None:
        return None
    ratios = (ferritin.times_limit, ferritin.times_baseline)
    if max((ratio for ratio in ratios if ratio is not None), default=0) <= SUBSTANTIAL_TIMES:
        return None
    others = [
        *beyond(situation, "fibrinogen", below=situation.choices.cryoprecipitate_below_mg_dl),
        *beyond(situation, "ast", above=TRANSAMINASES_TIMES * situation.local.uln_ast_u_l),
        *beyond(situation, "alt", above=TRANSAMINASES_TIMES * situation.local.uln_alt_u_l),
    ]
    return (reading_fact(ferritin.now), *others) if others else None


def in_autoimmune_disease(situation: Situation) -> Why:
    if not is_autoimmune(situation.patient.indication):
        return None
    why = suspected_or_recorded(situation) or thin_evidence(situation)
    return why and (*why, Fact(f"indication: {situation.patient.indication}"))


def anakinra_by_weight(situation: Situation) -> tuple[str, ...]:
    """10 mg/kg as the dose of a day, and what the last 24 h held."""
    weight, rate = situation.patient.weight_kg, situation.choices.anakinra_mg_per_kg_a_day
    details = []
    if weight is not None:
        details.append(f"{trimmed(weight)} kg × {rate} mg/kg = {weight * rate:.0f} mg/day at most")
    anakinra = situation.doses.anakinra
    if anakinra is not None and anakinra.mg_in_24_h is not None:
        details.append(f"{trimmed(anakinra.mg_in_24_h)} mg given in the last 24 h")
    return tuple(details)
