"""Steroids around CRS: what runs, when more or less of it can be considered."""

from __future__ import annotations

from decimal import Decimal

from grading.engine.sentences import trimmed
from grading.guidelines.line import Line, LineKind, Toxicity, Why
from grading.guidelines.lines.conditions import grade_fact
from grading.guidelines.lines.crs.crs_conditions import (
    CRS_TEXT,
    TOCILIZUMAB,
    hours_ago,
    is_better_after,
    tocilizumab_for_crs,
    treated_crs,
)
from grading.guidelines.lines.crs.tocilizumab_dose import count_and_last, tocilizumab_so_far
from grading.guidelines.situation.situation import Fact, Situation
from grading.guidelines.tocilizumab import MINUTE, in_hours_and_minutes
from grading.record import HOUR
from grading.sources import ASCO_2021, LOCAL

RUNNING_DAYS = 2
"""A steroid whose last dose is older is no longer a part of the present treatment."""

REPLACEMENT_MG = Decimal(1)
"""Dexamethasone a day; hydrocortisone up to 26 mg: a replacement, not tapered. Local."""


def steroid_fact(situation: Situation) -> Fact | None:
    """The steroid that runs, since when; None where none does."""
    steroids = situation.doses.steroids
    if not steroids.is_running or steroids.last is None or steroids.since is None:
        return None
    since = hours_ago(situation, steroids.since)
    return Fact(f"{steroids.last.agent} for {since}", steroids.since, steroids.last.uid)


def borderline_after_tocilizumab(situation: Situation) -> Why:
    """Hypotension of CRS 2 after a fluid bolus and at least one dose of tocilizumab."""
    bedside, given = situation.bedside, tocilizumab_for_crs(situation)
    why = treated_crs(2, 2)(situation)
    pressure, fluid = bedside.hypotension, bedside.fluid_bolus
    if why is None or not given or pressure is None or fluid is None:
        return None
    if is_better_after(situation, TOCILIZUMAB):
        return None
    if pressure.at is not None and pressure.at <= given[0].elapsed:
        return None
    doses = "1 dose" if len(given) == 1 else f"{len(given)} doses"
    last = given[-1]
    return (*why, pressure, fluid, Fact(f"tocilizumab: {doses}", last.elapsed, last.uid))


def not_yet_borderline(situation: Situation) -> Why:
    """CRS 2 that is not known to be better, before the line above stands."""
    if is_better_after(situation, TOCILIZUMAB) or borderline_after_tocilizumab(situation):
        return None
    return treated_crs(2, 2)(situation)


def improving(situation: Situation) -> Why:
    """A steroid runs, CRS is 2 at most, below its highest grade, and nothing else calls for it."""
    crs, steroid = situation.crs, steroid_fact(situation)
    if steroid is None or crs.grade is None or crs.peak is None or crs.grade >= min(crs.peak, 3):
        return None
    calls_elsewhere = situation.icans.is_at_least(2) or situation.iec_hs.recorded is not None
    if calls_elsewhere or situation.doses.steroids.is_tapering or crs.is_review:
        return None
    if crs.before is not None and crs.before.grade < crs.grade:
        return None
    if _is_for_something_else(situation):
        return None
    return (grade_fact("CRS", crs), Fact(f"highest {crs.peak}"), steroid)


def _is_for_something_else(situation: Situation) -> bool:
    """A steroid that began after CRS was over, or in the amount of a replacement."""
    steroids, resolved = situation.doses.steroids, situation.crs.resolved
    if resolved is not None and steroids.since is not None and steroids.since > resolved:
        return True
    total = steroids.mg_in_24_h
    return bool(total) and total is not None and total <= REPLACEMENT_MG


def flare(situation: Situation) -> Why:
    """CRS rose while the steroid was tapered, or within two days after its last dose."""
    crs, steroids = situation.crs, situation.doses.steroids
    if crs.before is None or crs.grade is None or crs.grade <= crs.before.grade:
        return None
    if steroids.last is None or crs.is_review or not crs.is_at_least(1):
        return None
    if steroids.last.elapsed < crs.before.at - RUNNING_DAYS * 24 * HOUR:
        return None
    if steroids.is_running and not steroids.is_tapering:
        return None
    rose = crs.at if crs.since is None else crs.since
    given = steroids.since if steroids.is_tapering else steroids.last.elapsed
    if rose is None or given is None or rose <= given:
        return None
    words = "steroid tapered" if steroids.is_tapering else "last steroid"
    return (
        Fact(f"CRS {crs.before.grade} then, {crs.grade} now", crs.at, crs.uid),
        Fact(words, steroids.last.elapsed, steroids.last.uid),
    )


def steroid_in_crs(situation: Situation) -> Why:
    """CRS or what is left of it, with a steroid running."""
    fact = steroid_fact(situation)
    return (fact,) if fact is not None and situation.crs.onset is not None else None


def any_steroid(situation: Situation) -> Why:
    """A steroid that runs, or whose last dose is not older than two days."""
    steroids = situation.doses.steroids
    last = steroids.last
    if last is None:
        return None
    if not steroids.is_running and situation.now - last.elapsed > RUNNING_DAYS * 24 * HOUR:
        return None
    return (Fact(f"last {last.agent}", last.elapsed, last.uid),)


def steroid_summary(situation: Situation) -> tuple[str, ...]:
    """Start, each drug by itself, the total as dexamethasone, the next dose, the taper."""
    steroids = situation.doses.steroids
    parts = [] if steroids.since is None else [f"for {hours_ago(situation, steroids.since)}"]
    parts += steroids.by_drug
    if steroids.mg_in_24_h is not None:
        parts.append(f"{trimmed(steroids.mg_in_24_h)} mg of dexamethasone in 24 h")
    if steroids.not_counted:
        parts.append(f"not counted: {', '.join(steroids.not_counted)}")
    if steroids.next_due is not None:
        wait = steroids.next_due - situation.now
        shown = in_hours_and_minutes(abs(wait))
        due = f"was due {shown} ago" if wait < 0 * HOUR else f"due in {shown}"
        due = due if abs(wait) >= MINUTE else "due now"
        parts.append(f"next of the schedule {due}")
    return (*parts, *(("being tapered",) if steroids.is_tapering else ()))


GIVEN_LINES: tuple[Line, ...] = (
    Line(
        code="crs_taper",
        toxicity=Toxicity.CRS,
        kind=LineKind.STOP_OR_TAPER,
        stands="CRS 0–2, below its highest grade, a steroid runs, no ICANS from 2, no IEC-HS",
        text="Rapid taper of the steroid once symptoms improve",
        source=CRS_TEXT,
        when=improving,
    ),
    Line(
        code="crs_flare",
        toxicity=Toxicity.CRS,
        kind=LineKind.CAUTION,
        stands="CRS that rose during a taper or within 2 days after it",
        text="Flare after the taper: infection first; the lines of the present grade hold again",
        source=ASCO_2021.at("flares on rapid taper"),
        when=flare,
    ),
    Line(
        code="crs_steroid_exposure",
        toxicity=Toxicity.CRS,
        kind=LineKind.CAUTION,
        stands="a steroid runs for CRS",
        text=(
            "Steroid exposure: no effect on response in one series (B-ALL), shorter "
            "progression-free survival with a higher total and longer use in another (LBCL)"
        ),
        source=CRS_TEXT,
        when=steroid_in_crs,
        is_quiet=True,
    ),
    Line(
        code="crs_antifungal",
        toxicity=Toxicity.CRS,
        kind=LineKind.CONSIDER,
        stands="a steroid runs for CRS",
        text="Antifungal prophylaxis can be considered during steroids",
        source=ASCO_2021.at("CRS, additional considerations, page 6"),
        when=steroid_in_crs,
        is_quiet=True,
    ),
    Line(
        code="course_tocilizumab",
        toxicity=Toxicity.COURSE,
        kind=LineKind.MONITOR,
        stands="tocilizumab given, none offered now",
        text="Doses of tocilizumab so far",
        source=LOCAL.at("as recorded"),
        when=tocilizumab_so_far,
        details=count_and_last,
        is_quiet=True,
    ),
    Line(
        code="course_steroids",
        toxicity=Toxicity.COURSE,
        kind=LineKind.MONITOR,
        stands="a steroid in the last 2 days",
        text="Steroids so far",
        source=LOCAL.at("as recorded; equivalents by our table"),
        when=any_steroid,
        details=steroid_summary,
        due=lambda situation: situation.doses.steroids.next_due,
        is_quiet=True,
    ),
)
"""Lines on what was given: steroids, and tocilizumab where no other line says it."""
