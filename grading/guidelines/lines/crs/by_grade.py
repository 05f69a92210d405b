"""CRS by grade: the review's Table 3 and the text beside it. Lower lines hold at higher grades."""

from __future__ import annotations

from datetime import timedelta

from grading.guidelines.line import Line, LineKind, Toxicity, Why
from grading.guidelines.lines.conditions import crs_from, grade_fact
from grading.guidelines.lines.crs.crs_conditions import (
    CRS_TABLE,
    CRS_TEXT,
    METHYLPREDNISOLONE,
    STEROID,
    TOCILIZUMAB,
    after_last_tocilizumab,
    after_steroid_began,
    crs_in_review,
    hours_ago,
    still_holds,
    treated_crs,
    unless_better,
)
from grading.guidelines.lines.crs.steroids import (
    borderline_after_tocilizumab,
    not_yet_borderline,
)
from grading.guidelines.lines.crs.tocilizumab_dose import (
    count_and_last,
    dose_and_count,
    is_spent,
    tocilizumab_offered,
    tocilizumab_spent,
    tocilizumab_with_response,
)
from grading.guidelines.lines.crs.which_steroid import unless_icans_asks_for
from grading.guidelines.situation.situation import Fact, Situation
from grading.record import HOUR

CHILD_DEXAMETHASONE = (
    "Dexamethasone can be considered where hypotension persists after fluids and tocilizumab: dose "
    "by the pediatric protocol"
)


def fever_or_grade_1(situation: Situation) -> Why:
    """CRS 1, or a fever at a higher grade."""
    why, fever = crs_from(1)(situation), situation.bedside.fever
    if why is None or (fever is None and situation.crs.is_at_least(2)):
        return None
    return why if fever is None else (*why, fever)


def persistent_fever_of_grade_1(situation: Situation) -> Why:
    """Tocilizumab is offered at CRS 1, and IEC-HS is not what the fever stands for."""
    if situation.iec_hs.recorded is not None or situation.iec_hs.is_suspected:
        return None
    return tocilizumab_offered(1, 1)(situation)


def not_yet_persistent(situation: Situation) -> Why:
    """CRS 1 without an indication for tocilizumab so far, and with a dose left."""
    if situation.tocilizumab_is_indicated() or is_spent(situation):
        return None
    return treated_crs(1, 1)(situation)


def fever_will_persist(situation: Situation) -> timedelta | None:
    """When the fever will have lasted as long as a persistent one; None without a fever."""
    since = situation.bedside.fever_since
    return None if since is None else since + situation.choices.persistent_fever_hours * HOUR


def steroid_can_rise(situation: Situation) -> Why:
    """CRS 3 or 4 not better under a steroid, unless ICANS asks for as much as that grade."""
    step = 4 if situation.crs.is_at_least(4) else 3
    return unless_icans_asks_for(step, unless_better(treated_crs(3), STEROID))(situation)


def not_resolved(situation: Situation) -> Why:
    """CRS 0 now, and the episode is still open."""
    crs = situation.crs
    if crs.grade != 0 or crs.onset is None or crs.resolved is not None or crs.is_review:
        return None
    clear = "" if crs.since is None else f" for {hours_ago(situation, crs.since)}"
    return (Fact(f"CRS 0{clear}, episode open", crs.at, crs.uid), Fact("onset", crs.onset))


def early_tocilizumab(situation: Situation) -> Why:
    """Tocilizumab is offered within 12 hours of the onset, after a BCMA product."""
    onset, product = situation.crs.onset, situation.product
    if product is None or product.target != "BCMA" or onset is None:
        return None
    if situation.now - onset >= 12 * HOUR:
        return None
    why = tocilizumab_offered(1)(situation)
    return None if why is None else (*why, Fact("onset", onset), Fact(product.short))


def toxicities_apart(situation: Situation) -> Why:
    """CRS with a recorded IEC-HS: tocilizumab is for the CRS alone."""
    why, iec_hs = treated_crs(1)(situation), situation.iec_hs
    if why is None or iec_hs.recorded is None:
        return None
    event = iec_hs.recorded
    return (grade_fact("CRS", situation.crs), Fact("IEC-HS recorded", event.elapsed, event.uid))


CRS_LINES: tuple[Line, ...] = (
    Line(
        code="crs_monitoring",
        toxicity=Toxicity.CRS,
        kind=LineKind.MONITOR,
        stands="CRS 0–4 and in review",
        text=(
            "Frequent vital signs; blood count, metabolic panel, coagulation, inflammatory "
            "markers; neurologic assessment"
        ),
        source=CRS_TEXT,
        when=crs_from(0),
    ),
    Line(
        code="crs_not_resolved",
        toxicity=Toxicity.CRS,
        kind=LineKind.MONITOR,
        stands="CRS 0, episode open",
        text="Not yet resolved: CRS lasts until every sign that led to the diagnosis is gone",
        source=CRS_TEXT,
        when=not_resolved,
    ),
    Line(
        code="crs_antipyretic",
        toxicity=Toxicity.CRS,
        kind=LineKind.NOW,
        stands="CRS 1; CRS 2–4 with fever",
        text="Antipyretics (acetaminophen), intravenous fluids, symptomatic management",
        source=CRS_TABLE,
        when=fever_or_grade_1,
        details=still_holds(1),
        drugs=("antipyretic",),
    ),
    Line(
        code="crs_tocilizumab_consider",
        toxicity=Toxicity.CRS,
        kind=LineKind.CONSIDER,
        stands="CRS 1, fever over 3 days",
        text="Tocilizumab can be considered for persistent or recurrent fever, as for grade 2",
        source=CRS_TABLE,
        when=persistent_fever_of_grade_1,
        drugs=(TOCILIZUMAB,),
        details=dose_and_count,
    ),
    Line(
        code="crs_fever_persists",
        toxicity=Toxicity.CRS,
        kind=LineKind.IF_NO_RESPONSE,
        stands="CRS 1, fever not yet over 3 days",
        text="If fever persists or recurs: tocilizumab can be considered as for grade 2",
        source=CRS_TABLE,
        when=not_yet_persistent,
        due=fever_will_persist,
    ),
    Line(
        code="crs_fluids_oxygen",
        toxicity=Toxicity.CRS,
        kind=LineKind.NOW,
        stands="CRS 2–4 and in review",
        text="Intravenous fluids for hypotension and/or supplemental oxygen, as needed",
        source=CRS_TABLE,
        when=crs_from(2),
        details=still_holds(2),
    ),
    Line(
        code="crs_telemetry",
        toxicity=Toxicity.CRS,
        kind=LineKind.MONITOR,
        stands="CRS 2–4 and in review",
        text="Continuous pulse oximetry and cardiac telemetry",
        source=CRS_TEXT,
        when=crs_from(2),
        details=still_holds(2),
    ),
    Line(
        code="crs_tocilizumab",
        toxicity=Toxicity.CRS,
        kind=LineKind.NOW,
        stands="CRS 2–4, not in review, below the total",
        text=(
            "Tocilizumab {tocilizumab_mg_per_kg} mg/kg IV (at most {tocilizumab_cap_mg} mg a "
            "dose), every {tocilizumab_interval_hours} hours, at most {tocilizumab_total} doses in "
            "all"
        ),
        text_for_child=(
            "Tocilizumab IV by weight, every {tocilizumab_interval_hours} hours, at most "
            "{tocilizumab_total} doses in all"
        ),
        source=CRS_TABLE,
        when=tocilizumab_with_response,
        drugs=(TOCILIZUMAB,),
        details=still_holds(2, dose_and_count),
    ),
    Line(
        code="crs_early_tocilizumab",
        toxicity=Toxicity.CRS,
        kind=LineKind.CONSIDER,
        stands="tocilizumab offered within 12 hours of the onset, BCMA product",
        text=(
            "Tocilizumab within 12 hours of the onset: shorter CRS after BCMA products, response "
            "and survival not worse (retrospective)"
        ),
        source=CRS_TEXT,
        when=early_tocilizumab,
        is_quiet=True,
    ),
    Line(
        code="crs_tocilizumab_in_review",
        toxicity=Toxicity.CRS,
        kind=LineKind.CAUTION,
        stands="CRS in review",
        text="Tocilizumab and steroid for CRS only after attribution",
        source=CRS_TEXT,
        when=crs_in_review,
        details=count_and_last,
    ),
    Line(
        code="crs_tocilizumab_spent",
        toxicity=Toxicity.CRS,
        kind=LineKind.CAUTION,
        stands="CRS 1–4 and in review, all doses given",
        text="The total of tocilizumab is reached: no further dose is offered",
        source=CRS_TABLE,
        when=tocilizumab_spent,
        details=count_and_last,
    ),
    Line(
        code="crs_iec_hs_apart",
        toxicity=Toxicity.CRS,
        kind=LineKind.CAUTION,
        stands="CRS 1–4, IEC-HS recorded",
        text="CRS and IEC-HS are graded and treated apart: tocilizumab for the CRS only",
        source=CRS_TEXT,
        when=toxicities_apart,
    ),
    Line(
        code="crs_dexamethasone_borderline",
        toxicity=Toxicity.CRS,
        kind=LineKind.NOW,
        stands="CRS 2, hypotension after fluids and 1–2 doses of tocilizumab",
        text=(
            "Dexamethasone {dexamethasone_mg} mg IV every 12 hours (or equivalent) can be "
            "considered: hypotension after fluids and tocilizumab"
        ),
        text_for_child=CHILD_DEXAMETHASONE,
        source=CRS_TABLE,
        when=unless_icans_asks_for(2, borderline_after_tocilizumab),
        drugs=(STEROID,),
    ),
    Line(
        code="crs_dexamethasone_q12h",
        toxicity=Toxicity.CRS,
        kind=LineKind.IF_NO_RESPONSE,
        stands="CRS 2",
        text=(
            "Dexamethasone {dexamethasone_mg} mg IV every 12 hours (or equivalent) can be "
            "considered where borderline hypotension persists after fluids and 1–2 doses of "
            "tocilizumab"
        ),
        text_for_child=CHILD_DEXAMETHASONE,
        source=CRS_TABLE,
        when=unless_icans_asks_for(2, not_yet_borderline),
        drugs=(STEROID,),
        due=after_last_tocilizumab,
    ),
    Line(
        code="crs_escalation",
        toxicity=Toxicity.CRS,
        kind=LineKind.IF_NO_RESPONSE,
        stands="CRS 2",
        text="Without brisk improvement: vasopressor, intensive care, options as for grade 3",
        source=CRS_TEXT,
        when=unless_better(treated_crs(2, 2)),
        due=after_last_tocilizumab,
    ),
    Line(
        code="crs_icu",
        toxicity=Toxicity.CRS,
        kind=LineKind.NOW,
        stands="CRS 3–4 and in review",
        text="Intensive care; vasopressors for hypotension and/or more oxygen; echocardiography",
        source=CRS_TEXT,
        when=crs_from(3),
        details=still_holds(3),
    ),
    Line(
        code="crs_dexamethasone_q6h",
        toxicity=Toxicity.CRS,
        kind=LineKind.NOW,
        stands="CRS 3–4",
        text=(
            "Dexamethasone {dexamethasone_mg} mg IV every 6 hours (or equivalent) with "
            "tocilizumab, rapid taper once improving"
        ),
        text_for_child=(
            "Dexamethasone with tocilizumab, rapid taper once improving: dose by the pediatric "
            "protocol"
        ),
        source=CRS_TABLE,
        when=unless_icans_asks_for(3, treated_crs(3)),
        drugs=(STEROID,),
        details=still_holds(3),
    ),
    Line(
        code="crs_methylprednisolone",
        toxicity=Toxicity.CRS,
        kind=LineKind.IF_NO_RESPONSE,
        stands="CRS 4, CRS 3 if refractory",
        text=(
            "Refractory grade 3 or escalation to grade 4: in place of dexamethasone, steroid up "
            "to methylprednisolone {methylprednisolone_mg} mg IV every 12 hours"
        ),
        text_for_child=(
            "Refractory grade 3 or escalation to grade 4: methylprednisolone in place of "
            "dexamethasone, dose by the pediatric protocol"
        ),
        source=CRS_TABLE,
        when=steroid_can_rise,
        drugs=(METHYLPREDNISOLONE,),
        due=after_steroid_began,
    ),
)
