"""ICANS in other guidelines, beside the review's lines and never blended with them.

Source  ASCO 2021, CARTOX as reproduced, the Carvykti label, and single publications by name.
"""

from __future__ import annotations

from datetime import timedelta

from grading.guidelines.line import Guideline, Line, LineKind, Toxicity, Why
from grading.guidelines.lines.conditions import Condition, crs_from, icans_from
from grading.guidelines.lines.neurotoxicity.icans import CHILD_DEXAMETHASONE
from grading.guidelines.lines.neurotoxicity.icans_course import (
    PROPHYLAXIS_DAYS,
    first_steroid,
    flare_of_icans,
    last_seizure,
    lower_under_steroid,
    with_crs,
    without_crs,
)
from grading.guidelines.situation.situation import Fact, Situation
from grading.record import HOUR
from grading.sources import (
    ASCO_2021,
    ASH_SAP_ICANS,
    CARTOX_2018,
    CARVYKTI_LABEL,
    GALLI_2025,
    ICE_BY_THE_HALF_HOUR,
)

ASCO_ICANS = ASCO_2021.at("ICANS, pages 6–9")
ASCO_FOOTNOTES = ASCO_2021.at("ICANS, footnotes, page 9")
EARLY_STEROID = ("axi-cel", "brexu-cel")
"""The products for which ASCO names an earlier steroid (page 9)."""
FIRST_SIGNS = timedelta(hours=24)
"""The source names no end of the first signs."""


def _high_risk_by_asco(situation: Situation) -> tuple[str, ...]:
    """Whether this product is one that ASCO names for more neurotoxicity."""
    product = situation.product
    if product is None:
        return ("product not known; ASCO names axi-cel and brexu-cel",)
    named = product.short in EARLY_STEROID
    return (f"{product.short}: {'named' if named else 'not named'} by ASCO for more neurotoxicity",)


def _named_by_asco(grade: int) -> Condition:
    """ICANS of this grade after a product that ASCO names for more neurotoxicity."""
    of_grade = icans_from(grade, grade)

    def condition(situation: Situation) -> Why:
        product, why = situation.product, of_grade(situation)
        if why is None or product is None or product.short not in EARLY_STEROID:
            return None
        return (*why, Fact(product.short))

    return condition


def _before_steroid(condition: Condition) -> Condition:
    """The condition, as long as no steroid was given for this episode."""
    return lambda situation: None if first_steroid(situation) else condition(situation)


def _at_the_first_signs(situation: Situation) -> Why:
    """ICANS in the first hours after its onset."""
    onset = situation.icans.onset
    if onset is None or situation.now - onset > FIRST_SIGNS:
        return None
    return icans_from(1)(situation)


def _prophylaxis_days(situation: Situation) -> bool:
    """No seizure so far, and within the days over which prophylaxis is usual."""
    return last_seizure(situation) is None and 0 <= situation.day <= PROPHYLAXIS_DAYS


def _levetiracetam(situation: Situation) -> Why:
    return icans_from(1)(situation) if _prophylaxis_days(situation) else None


def _crs_after_cilta_cel(situation: Situation) -> Why:
    """CRS after cilta-cel; in review only after attribution."""
    product = situation.product
    if product is None or product.short != "cilta-cel" or situation.crs.is_review:
        return None
    why = crs_from(1)(situation)
    if why is None or last_seizure(situation) is not None:
        return None
    return (*why, Fact(product.short))


def _levetiracetam_against_cd19(situation: Situation) -> Why:
    product = situation.product
    if product is None or product.target != "CD19" or not _prophylaxis_days(situation):
        return None
    why = icans_from(0)(situation)
    return None if why is None else (*why, Fact(f"{product.short}, against CD19"))


def _persists(situation: Situation) -> Why:
    """ICANS 3 or more since the hours after which imaging is repeated."""
    due = _imaging_again(situation)
    why = icans_from(3)(situation)
    return None if why is None or due is None else why


def _imaging_again(situation: Situation) -> timedelta | None:
    """The hours chosen after the last imaging; without one, after the grade was reached."""
    last = max(
        (fact.at for fact in situation.bedside.imaging if fact.at is not None),
        default=situation.icans.since,
    )
    return None if last is None else last + situation.choices.repeat_imaging_hours * HOUR


def _tocilizumab_first(situation: Situation) -> Why:
    ledger = situation.doses.tocilizumab
    if first_steroid(situation) is not None or not situation.tocilizumab_is_indicated():
        return None
    if ledger is None or ledger.is_spent:
        return None
    return with_crs(1)(situation)


ICANS_ELSEWHERE_LINES: tuple[Line, ...] = (
    Line(
        "icans_ice_every_8_hours",
        Toxicity.ICANS,
        LineKind.MONITOR,
        "ICANS 0–4",
        "ASH-SAP: ICE and neurologic checks every 8 hours",
        ASH_SAP_ICANS,
        icans_from(0),
        guideline=Guideline.OTHER,
        differs_from="icans_monitoring",
    ),
    Line(
        "icans_ice_by_the_half_hour",
        Toxicity.ICANS,
        LineKind.MONITOR,
        "ICANS 1–4, within 24 hours of its onset",
        "An Australian unit: ICE every half hour for 2 hours at the first sign, every 4 hours once "
        "stable",
        ICE_BY_THE_HALF_HOUR,
        _at_the_first_signs,
        guideline=Guideline.OTHER,
        differs_from="icans_monitoring",
    ),
    Line(
        "icans_asco_aspiration",
        Toxicity.ICANS,
        LineKind.NOW,
        "ICANS 1–4",
        "ASCO: aspiration precautions, head of the bed elevated",
        ASCO_ICANS,
        icans_from(1),
        guideline=Guideline.ASCO,
        differs_from="icans_supportive",
    ),
    Line(
        "icans_asco_prophylaxis",
        Toxicity.ICANS,
        LineKind.CONSIDER,
        "ICANS 0–4, no seizure, up to Day 30",
        "ASCO: seizure prophylaxis can be considered for products with ICANS, or with an earlier "
        "seizure, CNS disease, a brain lesion or a suspicious EEG",
        ASCO_ICANS,
        lambda situation: icans_from(0)(situation) if _prophylaxis_days(situation) else None,
        guideline=Guideline.ASCO,
        differs_from="icans_seizure_prophylaxis",
        drugs=("antiepileptic",),
    ),
    Line(
        "icans_cartox_levetiracetam",
        Toxicity.ICANS,
        LineKind.CONSIDER,
        "ICANS 1–4, no seizure, up to Day 30",
        "CARTOX: levetiracetam 750 mg every 12 hours by mouth while the EEG shows no seizure",
        CARTOX_2018.at("CRES grade 1, as reproduced at cancerbiomed.org, Table 4", "V"),
        _levetiracetam,
        guideline=Guideline.CARTOX,
        text_for_child="CARTOX: levetiracetam while the EEG shows no seizure; dose by the "
        "pediatric protocol",
        differs_from="icans_seizure_prophylaxis",
        drugs=("levetiracetam",),
    ),
    Line(
        "icans_label_levetiracetam",
        Toxicity.ICANS,
        LineKind.CONSIDER,
        "CRS 1–4 after cilta-cel, no seizure",
        "Carvykti label: seizure prophylaxis with levetiracetam can be considered from CRS on",
        CARVYKTI_LABEL.at("management of CRS, as told by the manufacturer, August 2024"),
        _crs_after_cilta_cel,
        guideline=Guideline.LABEL,
        differs_from="icans_seizure_prophylaxis",
        drugs=("levetiracetam",),
    ),
    Line(
        "icans_levetiracetam_without_benefit",
        Toxicity.ICANS,
        LineKind.CAUTION,
        "ICANS 0–4 after a product against CD19, no seizure, up to Day 30",
        "Levetiracetam as prophylaxis in large B-cell lymphoma: ICANS 37 % with it, 32 % without; "
        "early ICAHT 2–4 64 % and 37 % (254 matched patients, not randomized)",
        GALLI_2025,
        _levetiracetam_against_cd19,
        guideline=Guideline.OTHER,
        differs_from="icans_seizure_prophylaxis",
        is_quiet=True,
    ),
    Line(
        "icans_asco_grade_1",
        Toxicity.ICANS,
        LineKind.NOW,
        "ICANS 1 without CRS, before any steroid",
        "ASCO: without CRS, supportive care only at grade 1",
        ASCO_ICANS,
        _before_steroid(without_crs(1, 1)),
        guideline=Guideline.ASCO,
        differs_from="icans_supportive",
    ),
    Line(
        "icans_asco_early_steroid",
        Toxicity.ICANS,
        LineKind.CONSIDER,
        "ICANS 1 after axi-cel or brexu-cel, before any steroid",
        "ASCO: after axi-cel or brexu-cel a steroid from grade 1 on may be an option",
        ASCO_FOOTNOTES,
        _before_steroid(_named_by_asco(1)),
        guideline=Guideline.ASCO,
        differs_from="icans_supportive",
    ),
    Line(
        "icans_asco_high_dose",
        Toxicity.ICANS,
        LineKind.CONSIDER,
        "ICANS 3 after axi-cel or brexu-cel",
        "ASCO: after axi-cel or brexu-cel a high dose of steroid at grade 3 may be an option",
        ASCO_FOOTNOTES,
        _named_by_asco(3),
        guideline=Guideline.ASCO,
        differs_from="icans_dexamethasone_q6h",
    ),
    Line(
        "icans_asco_grade_2",
        Toxicity.ICANS,
        LineKind.CONSIDER,
        "ICANS 2 without CRS",
        "ASCO: without CRS, dexamethasone {dexamethasone_mg} mg IV for 2 doses can be considered "
        "for high-risk products or patients; every 6–12 hours without improvement",
        ASCO_ICANS,
        without_crs(2, 2),
        guideline=Guideline.ASCO,
        text_for_child=f"ASCO: without CRS, for high-risk products. {CHILD_DEXAMETHASONE}",
        details=_high_risk_by_asco,
        differs_from="icans_dexamethasone_q12h",
        drugs=("steroid",),
    ),
    Line(
        "icans_asco_grade_3",
        Toxicity.ICANS,
        LineKind.NOW,
        "ICANS 3",
        "ASCO: dexamethasone {dexamethasone_mg} mg IV every 6–12 hours, or methylprednisolone 1 "
        "mg/kg every 12 hours; with CRS once it is refractory past the first dose of tocilizumab",
        ASCO_ICANS,
        icans_from(3, 3),
        guideline=Guideline.ASCO,
        text_for_child="ASCO: dexamethasone, dose by the pediatric protocol, or methylprednisolone "
        "1 mg/kg every 12 hours",
        differs_from="icans_dexamethasone_q6h",
        drugs=("steroid",),
    ),
    Line(
        "icans_asco_with_crs",
        Toxicity.ICANS,
        LineKind.CAUTION,
        "ICANS with CRS for which tocilizumab is indicated, before a steroid",
        "ASCO with CRS: tocilizumab first, a steroid past its first dose; caution with repeated "
        "doses in ICANS",
        ASCO_ICANS,
        _tocilizumab_first,
        guideline=Guideline.ASCO,
        differs_from="icans_tocilizumab_for_crs",
    ),
    Line(
        "icans_asco_repeat_imaging",
        Toxicity.ICANS,
        LineKind.IF_NO_RESPONSE,
        "ICANS 3–4",
        "ASCO: neuroimaging every 2–3 days can be considered where grade 3 or more persists",
        ASCO_ICANS,
        _persists,
        guideline=Guideline.ASCO,
        differs_from="icans_imaging",
        due=_imaging_again,
    ),
    Line(
        "icans_flare",
        Toxicity.ICANS,
        LineKind.CAUTION,
        "ICANS higher again, after it had come down with a steroid",
        "Flare of ICANS, as ASCO reports on a rapid taper: the lines of the present grade hold "
        "again",
        ASCO_FOOTNOTES,
        flare_of_icans,
        guideline=Guideline.ASCO,
    ),
    Line(
        "icans_asco_flare",
        Toxicity.ICANS,
        LineKind.CAUTION,
        "ICANS 0–1, lower than before, steroid running",
        "ASCO: ICANS can flare on a rapid taper; close monitoring for relapse during it",
        ASCO_FOOTNOTES,
        lower_under_steroid,
        guideline=Guideline.ASCO,
        differs_from="icans_taper",
    ),
)
