"""CRS: where other guidelines and labels print otherwise than the review. Nothing is blended."""

from __future__ import annotations

from grading.guidelines.line import Guideline, Line, LineKind, Toxicity, Why
from grading.guidelines.lines.conditions import Condition, crs_from
from grading.guidelines.lines.crs.by_grade import persistent_fever_of_grade_1
from grading.guidelines.lines.crs.crs_conditions import (
    METHYLPREDNISOLONE,
    STEROID,
    TOCILIZUMAB,
    after_first_tocilizumab,
    tocilizumab_for_crs,
    treated_crs,
    unless_better,
)
from grading.guidelines.lines.crs.first import not_neutropenic
from grading.guidelines.lines.crs.tocilizumab_dose import small_patient, tocilizumab_offered
from grading.guidelines.lines.crs.which_steroid import unless_icans_asks_for
from grading.guidelines.situation.situation import Fact, Situation
from grading.record import HOUR
from grading.sources import (
    ASCO_2021,
    BCMA_LABELS,
    CARTOX_2018,
    KYMRIAH_LABEL,
    NCCN,
    SAMSUNG,
)

EARLY_STEROID = {"axi-cel", "brexu-cel"}
"""The products for which ASCO recommends a steroid earlier."""


def after_tocilizumab(condition: Condition) -> Condition:
    """The condition, after a first dose for CRS, where CRS is not known to be better since."""

    def after(situation: Situation) -> Why:
        given = tocilizumab_for_crs(situation)
        why = unless_better(condition)(situation)
        if why is None or not given:
            return None
        return (*why, Fact("first tocilizumab", given[0].elapsed, given[0].uid))

    return after


def early_steroid_product(situation: Situation) -> Why:
    """CRS 1 or 2 after one of the two products."""
    why, product = treated_crs(1, 2)(situation), situation.product
    if why is None or product is None or product.short not in EARLY_STEROID:
        return None
    return (*why, Fact(product.short))


def early_after_bcma(situation: Situation) -> Why:
    """CRS 1 after a BCMA product, with its onset within three days of the infusion."""
    why, product, onset = treated_crs(1, 1)(situation), situation.product, situation.crs.onset
    if why is None or product is None or product.target != "BCMA" or onset is None:
        return None
    if onset >= 72 * HOUR:
        return None
    return (*why, Fact(product.short), Fact("onset", onset))


def maybe_neutropenic(situation: Situation) -> Why:
    """CRS without an ANC that speaks against growth factors."""
    return None if not_neutropenic(situation) is not None else crs_from(1)(situation)


def _label_escalation(code: str, lowest: int, highest: int, beside: str) -> Line:
    """The label's next step, beside that of the review at these grades."""
    return Line(
        code=code,
        toxicity=Toxicity.CRS,
        kind=LineKind.IF_NO_RESPONSE,
        stands=f"CRS {lowest}–{highest} after tocilizumab, not known to be better",
        text=(
            "Kymriah label: methylprednisolone without improvement 12–18 hours after the first "
            "tocilizumab, or on worsening; without response to the second dose a third or "
            "alternative measures"
        ),
        source=KYMRIAH_LABEL,
        when=after_tocilizumab(treated_crs(lowest, highest)),
        guideline=Guideline.LABEL,
        differs_from=beside,
        due=after_first_tocilizumab,
        drugs=(METHYLPREDNISOLONE,),
    )


CRS_ELSEWHERE_LINES: tuple[Line, ...] = (
    Line(
        code="crs_asco_grade_1",
        toxicity=Toxicity.CRS,
        kind=LineKind.CONSIDER,
        stands="CRS 1, fever over 3 days",
        text="ASCO: fever lasting more than 3 days or refractory can be managed as grade 2",
        source=ASCO_2021.at("CRS grade 1, page 5"),
        when=persistent_fever_of_grade_1,
        guideline=Guideline.ASCO,
        differs_from="crs_tocilizumab_consider",
    ),
    Line(
        code="crs_bcma_label_grade_1",
        toxicity=Toxicity.CRS,
        kind=LineKind.CONSIDER,
        stands="CRS 1, onset within 72 hours of a BCMA product",
        text="BCMA labels: grade 1 by onset, within 72 hours of the infusion or later",
        source=BCMA_LABELS,
        when=early_after_bcma,
        guideline=Guideline.LABEL,
        differs_from="crs_fever_persists",
        is_quiet=True,
    ),
    Line(
        code="crs_asco_ceiling",
        toxicity=Toxicity.CRS,
        kind=LineKind.CAUTION,
        stands="tocilizumab offered",
        text="ASCO: at most 3 doses of tocilizumab in 24 hours and 4 in all",
        source=ASCO_2021.at("CRS grade 2, page 6"),
        when=tocilizumab_offered(2),
        guideline=Guideline.ASCO,
        differs_from="crs_tocilizumab",
    ),
    Line(
        code="crs_nccn_ceiling",
        toxicity=Toxicity.CRS,
        kind=LineKind.CAUTION,
        stands="tocilizumab offered",
        text="NCCN: every 8 hours, at most 3 doses of tocilizumab in 24 hours and 4 in all",
        source=NCCN,
        when=tocilizumab_offered(2),
        guideline=Guideline.OTHER,
        differs_from="crs_tocilizumab",
        is_quiet=True,
    ),
    Line(
        code="crs_label_ceiling",
        toxicity=Toxicity.CRS,
        kind=LineKind.CAUTION,
        stands="tocilizumab offered",
        text="Kymriah label: 8 hours at least between doses, 4 in all, no limit for 24 hours",
        source=KYMRIAH_LABEL,
        when=tocilizumab_offered(2),
        guideline=Guideline.LABEL,
        differs_from="crs_tocilizumab",
        is_quiet=True,
    ),
    Line(
        code="crs_cartox_interval",
        toxicity=Toxicity.CRS,
        kind=LineKind.CAUTION,
        stands="tocilizumab offered",
        text="CARTOX: tocilizumab may be repeated after 6 hours",
        source=CARTOX_2018.at("CRS grade 2"),
        when=tocilizumab_offered(2),
        guideline=Guideline.CARTOX,
        differs_from="crs_tocilizumab",
        is_quiet=True,
    ),
    Line(
        code="crs_label_small",
        toxicity=Toxicity.CRS,
        kind=LineKind.NOW,
        stands="tocilizumab offered, below 30 kg",
        text=(
            "Kymriah label: {tocilizumab_small_mg_per_kg} mg/kg below 30 kg; the review prints "
            "{tocilizumab_mg_per_kg} mg/kg for all"
        ),
        source=KYMRIAH_LABEL,
        when=small_patient,
        guideline=Guideline.LABEL,
        differs_from="crs_tocilizumab",
        drugs=(TOCILIZUMAB,),
    ),
    _label_escalation("crs_label_escalation", 2, 2, "crs_escalation"),
    _label_escalation("crs_label_methylprednisolone", 3, 4, "crs_methylprednisolone"),
    Line(
        code="crs_asco_24_hours",
        toxicity=Toxicity.CRS,
        kind=LineKind.IF_NO_RESPONSE,
        stands="CRS 2 after tocilizumab, not known to be better",
        text="ASCO: as grade 3 without improvement within 24 hours of the first tocilizumab",
        source=ASCO_2021.at("CRS grade 2", "M"),
        when=after_tocilizumab(treated_crs(2, 2)),
        guideline=Guideline.ASCO,
        differs_from="crs_escalation",
        due=lambda situation: tocilizumab_for_crs(situation)[0].elapsed + 24 * HOUR,
    ),
    Line(
        code="crs_asco_early_steroid",
        toxicity=Toxicity.CRS,
        kind=LineKind.CONSIDER,
        stands="CRS 1–2, axi-cel or brexu-cel",
        text="ASCO: steroid earlier for axi-cel and brexu-cel, the product of this course",
        source=ASCO_2021.at("CRS, additional considerations, page 6"),
        when=early_steroid_product,
        guideline=Guideline.ASCO,
        drugs=(STEROID,),
    ),
    Line(
        code="crs_cartox_dexamethasone",
        toxicity=Toxicity.CRS,
        kind=LineKind.IF_NO_RESPONSE,
        stands="CRS 2",
        text="CARTOX: dexamethasone {dexamethasone_mg} mg IV every 6 hours at grade 2",
        text_for_child="CARTOX: dexamethasone at grade 2, dose by the pediatric protocol",
        source=CARTOX_2018.at("CRS grade 2"),
        when=unless_icans_asks_for(2, unless_better(treated_crs(2, 2))),
        guideline=Guideline.CARTOX,
        differs_from="crs_dexamethasone_q12h",
        drugs=(STEROID,),
    ),
    Line(
        code="crs_samsung_dexamethasone",
        toxicity=Toxicity.CRS,
        kind=LineKind.IF_NO_RESPONSE,
        stands="CRS 2",
        text="Samsung MC: dexamethasone {dexamethasone_mg} mg IV every 12–24 hours at grade 2",
        text_for_child="Samsung MC: dexamethasone at grade 2, dose by the pediatric protocol",
        source=SAMSUNG.at("CRS grade 2"),
        when=unless_icans_asks_for(2, unless_better(treated_crs(2, 2))),
        guideline=Guideline.OTHER,
        differs_from="crs_dexamethasone_q12h",
        drugs=(STEROID,),
        is_quiet=True,
    ),
    Line(
        code="crs_asco_methylprednisolone",
        toxicity=Toxicity.CRS,
        kind=LineKind.NOW,
        stands="CRS 4",
        text=(
            "ASCO: methylprednisolone {asco_methylprednisolone_mg} mg IV every 12 hours for 3 "
            "days, lowered in steps until grade 1; {methylprednisolone_mg} mg twice daily "
            "without improvement"
        ),
        text_for_child="ASCO: methylprednisolone at grade 4, dose by the pediatric protocol",
        source=ASCO_2021.at("CRS grade 4, page 6"),
        when=unless_icans_asks_for(4, treated_crs(4)),
        guideline=Guideline.ASCO,
        differs_from="crs_methylprednisolone",
        drugs=(METHYLPREDNISOLONE,),
    ),
    Line(
        code="crs_samsung_methylprednisolone",
        toxicity=Toxicity.CRS,
        kind=LineKind.NOW,
        stands="CRS 4",
        text="Samsung MC: methylprednisolone {methylprednisolone_mg} mg daily for 3 days",
        text_for_child="Samsung MC: methylprednisolone, dose by the pediatric protocol",
        source=SAMSUNG.at("CRS grade 4"),
        when=unless_icans_asks_for(4, treated_crs(4)),
        guideline=Guideline.OTHER,
        differs_from="crs_methylprednisolone",
        drugs=(METHYLPREDNISOLONE,),
        is_quiet=True,
    ),
    Line(
        code="crs_gm_csf",
        toxicity=Toxicity.CRS,
        kind=LineKind.CAUTION,
        stands="CRS 1–4 and in review, unless not neutropenic",
        text="ASCO: GM-CSF is not recommended",
        source=ASCO_2021.at("CRS grade 1, page 5"),
        when=maybe_neutropenic,
        guideline=Guideline.ASCO,
        is_quiet=True,
    ),
)
