"""ICANS that does not improve under steroid: one line for each drug, with its evidence as printed.

Source  the review, Table 7 and the text beside it; ASCO 2021 for doses of intrathecal treatment.
        The hours after which ICANS counts as refractory are a local rule.
"""

from __future__ import annotations

from decimal import Decimal

from grading.engine.sentences import trimmed
from grading.guidelines.line import Guideline, Line, LineKind, Toxicity, Why
from grading.guidelines.lines.conditions import icans_from
from grading.guidelines.lines.neurotoxicity.icans import ICANS_TABLE, ICANS_TEXT
from grading.guidelines.lines.neurotoxicity.icans_course import (
    against_puncture,
    high_grade_since,
    refractory_from,
    steroid_reassessment,
)
from grading.guidelines.situation.situation import Fact, Situation
from grading.record import DAY, HOUR
from grading.sources import ASCO_2021

ANAKINRA_HIGH_MG = Decimal(200)  # a day, exclusive; the review, reference 64


def _not_only_iec_hs(situation: Situation) -> Why:
    """Siltuximab is discouraged in IEC-HS without CRS."""
    has_iec_hs = situation.iec_hs.recorded is not None or situation.iec_hs.is_suspected
    if has_iec_hs and not situation.crs.is_at_least(1):
        return None
    return refractory_from(2)(situation)


def _intrathecal(situation: Situation) -> Why:
    return None if against_puncture(situation) else refractory_from(3)(situation)


def _since_high_grade(situation: Situation) -> tuple[str, ...]:
    """How much is left of the days within which intrathecal treatment was early."""
    since = high_grade_since(situation)
    if since is None:
        return ()
    days = situation.choices.intrathecal_days
    hours = int((situation.now - since) / HOUR)
    side = "within" if situation.now - since <= days * DAY else "beyond"
    return (f"grade 3 or more since {hours} h: {side} {days} days",)


def _anakinra_given(situation: Situation) -> tuple[str, ...]:
    anakinra = situation.doses.anakinra
    if anakinra is None:
        return ()
    if anakinra.mg_in_24_h is None:
        return ("anakinra is given; its amount in the last 24 h is not known",)
    return (f"anakinra {trimmed(anakinra.mg_in_24_h)} mg in the last 24 h",)


def _low_anakinra(situation: Situation) -> Why:
    """An adult under anakinra of 200 mg a day or less with ICANS 2 or more."""
    why, anakinra = icans_from(2)(situation), situation.doses.anakinra
    if why is None or anakinra is None or situation.patient.is_child:
        return None
    if anakinra.mg_in_24_h is None or anakinra.mg_in_24_h > ANAKINRA_HIGH_MG:
        return None
    return (*why, Fact(_anakinra_given(situation)[0], anakinra.last, anakinra.uid))


ICANS_RESCUE_LINES: tuple[Line, ...] = (
    Line(
        "icans_alternatives",
        Toxicity.ICANS,
        LineKind.IF_NO_RESPONSE,
        "ICANS 3–4",
        "Refractory after {icans_steroid_hours} hours of steroid: alternative drugs, "
        "anakinra preferred; little high-quality evidence for any",
        ICANS_TEXT,
        icans_from(3),
        due=steroid_reassessment,
    ),
    Line(
        "icans_anakinra",
        Toxicity.ICANS,
        LineKind.CONSIDER,
        "ICANS 2–4, refractory to steroid",
        "Anakinra (IL-1 receptor antagonist), preferred: retrospective studies; treatment-related "
        "mortality 0 % above 200 mg a day IV, 47 % with 100–200 mg a day (40 patients, not "
        "randomized)",
        ICANS_TEXT,
        refractory_from(2),
        text_for_child="Anakinra (IL-1 receptor antagonist), preferred: dose by the pediatric "
        "protocol; in adults the higher daily dose had the lower mortality",
        details=_anakinra_given,
        drugs=("anakinra",),
    ),
    Line(
        "icans_anakinra_dose",
        Toxicity.ICANS,
        LineKind.CAUTION,
        "ICANS 2–4, an adult under anakinra of at most 200 mg a day",
        "Anakinra: treatment-related mortality 47 % with 100–200 mg a day IV, 0 % above 200 mg "
        "(40 patients, not randomized)",
        ICANS_TEXT,
        _low_anakinra,
        text_for_child="Anakinra: dose by the pediatric protocol",
    ),
    Line(
        "icans_siltuximab",
        Toxicity.ICANS,
        LineKind.CONSIDER,
        "ICANS 2–4, refractory to steroid; not in IEC-HS without CRS",
        "Siltuximab (IL-6 inhibitor): pre-clinical rationale without significant clinical "
        "demonstration of efficacy",
        ICANS_TABLE,
        _not_only_iec_hs,
        drugs=("siltuximab",),
    ),
    Line(
        "icans_ruxolitinib",
        Toxicity.ICANS,
        LineKind.CONSIDER,
        "ICANS 2–4, refractory to steroid",
        "Ruxolitinib is named among the alternatives; no evidence in ICANS is printed",
        ICANS_TEXT,
        refractory_from(2),
        drugs=("ruxolitinib",),
    ),
    Line(
        "icans_dasatinib",
        Toxicity.ICANS,
        LineKind.CONSIDER,
        "ICANS 3–4, refractory to steroid",
        "Dasatinib (tyrosine kinase inhibitor): one case, ICANS 4 with CRS 3, extubated one day "
        "later",
        ICANS_TEXT,
        refractory_from(3),
        drugs=("dasatinib",),
    ),
    Line(
        "icans_intrathecal",
        Toxicity.ICANS,
        LineKind.CONSIDER,
        "ICANS 3–4, refractory to steroid, nothing recorded against a lumbar puncture",
        "Intrathecal hydrocortisone with or without chemotherapy (CAR T cells in the CSF): within "
        "{intrathecal_days} days of high-grade ICANS 7 of 7 recovered, later or without it 2 of 4",
        ICANS_TEXT,
        _intrathecal,
        details=_since_high_grade,
    ),
    Line(
        "icans_asco_intrathecal",
        Toxicity.ICANS,
        LineKind.CONSIDER,
        "ICANS 3–4, refractory to steroid, nothing recorded against a lumbar puncture",
        "ASCO: intrathecal hydrocortisone 50 mg with methotrexate 12 mg, limited experience",
        ASCO_2021.at("ICANS, footnotes, page 9"),
        _intrathecal,
        guideline=Guideline.ASCO,
        text_for_child="ASCO: intrathecal hydrocortisone with methotrexate: dose by the pediatric "
        "protocol",
        differs_from="icans_intrathecal",
    ),
    Line(
        "icans_atg",
        Toxicity.ICANS,
        LineKind.CONSIDER,
        "ICANS 3–4, refractory to steroid",
        "Antithymocyte globulin (against CAR T cells): one case, ICANS 4 with cerebral edema, "
        "three doses of rabbit globulin among other treatments",
        ICANS_TEXT,
        refractory_from(3),
        drugs=("antithymocyte_globulin",),
    ),
    Line(
        "icans_cyclophosphamide",
        Toxicity.ICANS,
        LineKind.CONSIDER,
        "ICANS 3–4, refractory to steroid",
        "Cyclophosphamide (against CAR T cells): one case, rebound neurotoxicity with PRES, 1.5 "
        "g/m², better over the next days",
        ICANS_TEXT,
        refractory_from(3),
        text_for_child="Cyclophosphamide (against CAR T cells): one case, rebound neurotoxicity "
        "with PRES; dose by the pediatric protocol",
        drugs=("cyclophosphamide",),
    ),
)
