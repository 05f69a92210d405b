"""CRS that is refractory to tocilizumab and steroid, recognized from doses and hours.

Source  the review, 'Grading and management of CRS' and Table 3, alternative therapies. It prints
        no hours: those of `StepChoices` are the Kymriah label's and our own.
"""

from __future__ import annotations

from datetime import timedelta

from grading.guidelines.line import Line, LineKind, Toxicity, Why
from grading.guidelines.lines.crs.crs_conditions import (
    CRS_TABLE,
    CRS_TEXT,
    after_first_tocilizumab,
    after_steroid_began,
    steroid_without_response,
    tocilizumab_without_response,
    treated_crs,
    worse_after_the_total,
)
from grading.guidelines.lines.crs.tocilizumab_dose import count_and_last, is_spent
from grading.guidelines.situation.situation import Situation


def refractory(situation: Situation) -> Why:
    """CRS 3 or 4 that is better neither after tocilizumab nor under a steroid."""
    why = treated_crs(3)(situation)
    antibody = tocilizumab_without_response(situation) or worse_after_the_total(situation)
    steroid = steroid_without_response(situation)
    if why is None or antibody is None or steroid is None:
        return None
    return (*why, antibody, steroid)


def refractory_to_tocilizumab(situation: Situation) -> Why:
    """CRS from 2 that is not better after tocilizumab, and no steroid failed yet."""
    why, antibody = treated_crs(2)(situation), tocilizumab_without_response(situation)
    if why is None or antibody is None or refractory(situation) is not None:
        return None
    return (*why, antibody)


def not_yet_refractory(situation: Situation) -> Why:
    """CRS 3 or 4 that may become so."""
    return None if refractory(situation) is not None else treated_crs(3)(situation)


def refractory_with_doses_left(situation: Situation) -> Why:
    """Refractory CRS before the total of tocilizumab is reached."""
    return None if is_spent(situation) else refractory(situation)


def when_both_failed(situation: Situation) -> timedelta | None:
    """When both will have had their hours; None where one of them was not begun."""
    first, steroid = after_first_tocilizumab(situation), after_steroid_began(situation)
    return None if first is None or steroid is None else max(first, steroid)


def _alternative(agent: str, text: str, for_child: str = "") -> Line:
    """One drug for refractory CRS, with its mechanism and its evidence as printed."""
    return Line(
        code=f"crs_{agent}",
        toxicity=Toxicity.CRS,
        kind=LineKind.CONSIDER,
        stands="CRS 3–4, refractory to tocilizumab and steroid",
        text=text,
        text_for_child=for_child,
        source=CRS_TABLE,
        when=refractory,
        drugs=(agent,),
    )


CRS_RESCUE_LINES: tuple[Line, ...] = (
    Line(
        code="crs_refractory",
        toxicity=Toxicity.CRS,
        kind=LineKind.EXCLUDE_FIRST,
        stands="CRS 3–4, refractory to tocilizumab and steroid",
        text=(
            "Refractory to tocilizumab and steroid: active infection or progression of the "
            "malignancy as a contributing cause"
        ),
        source=CRS_TEXT,
        when=refractory,
    ),
    Line(
        code="crs_refractory_tocilizumab",
        toxicity=Toxicity.CRS,
        kind=LineKind.CAUTION,
        stands="CRS 2–4, not better after tocilizumab",
        text="No response to tocilizumab so far",
        source=CRS_TEXT,
        when=refractory_to_tocilizumab,
    ),
    Line(
        code="crs_alternatives",
        toxicity=Toxicity.CRS,
        kind=LineKind.IF_NO_RESPONSE,
        stands="CRS 3–4, not yet refractory to both",
        text=(
            "Refractory after tocilizumab and steroid: an alternative can be considered "
            "(anakinra, siltuximab, etanercept, emapalumab, dasatinib, ruxolitinib); infection "
            "and progression excluded first"
        ),
        source=CRS_TABLE,
        when=not_yet_refractory,
        due=when_both_failed,
    ),
    Line(
        code="crs_alternatives_before_total",
        toxicity=Toxicity.CRS,
        kind=LineKind.CAUTION,
        stands="CRS 3–4, refractory to tocilizumab and steroid, doses of tocilizumab left",
        text=(
            "Alternatives: the review's text considers them after {tocilizumab_total} doses of "
            "tocilizumab, its Table 3 after tocilizumab in refractory cases"
        ),
        source=CRS_TEXT,
        when=refractory_with_doses_left,
        details=count_and_last,
    ),
    _alternative(
        "anakinra",
        "Anakinra (IL-1 receptor antagonist): case reports and retrospective studies; more "
        "efficacy shown in ICANS",
    ),
    _alternative(
        "siltuximab", "Siltuximab (binds IL-6): efficacy shown, alone and with tocilizumab"
    ),
    _alternative(
        "etanercept",
        "Etanercept (TNF-α inhibitor): case reports, after anti-CD19 and anti-BCMA products",
    ),
    _alternative(
        "emapalumab",
        "Emapalumab (IFN-γ antibody) {emapalumab_mg_per_kg} mg/kg once: case series of children "
        "with B-ALL, five of six better; one case of grade 4 with HLH",
    ),
    _alternative(
        "dasatinib",
        "Dasatinib (tyrosine kinase inhibitor) {dasatinib_mg} mg daily for 7 days: one case, after "
        "four doses of tocilizumab and high-dose steroid",
        for_child=(
            "Dasatinib (tyrosine kinase inhibitor): one case, an adult; dose by the pediatric "
            "protocol"
        ),
    ),
    _alternative("ruxolitinib", "Ruxolitinib (JAK inhibitor): several case reports"),
    Line(
        code="crs_itacitinib",
        toxicity=Toxicity.CRS,
        kind=LineKind.CAUTION,
        stands="CRS 3–4, refractory to tocilizumab and steroid",
        text=(
            "Itacitinib (JAK1 inhibitor): preclinical data and prophylaxis before axi-cel only, "
            "none in refractory CRS"
        ),
        source=CRS_TABLE,
        when=refractory,
        is_quiet=True,
    ),
)
