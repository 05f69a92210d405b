"""ICANS: the review's Table 7 and the text beside it as lines.

Source  the review, Table 7 and 'Grading and management of ICANS'. What it prints no time for has
        a local one, named among the choices.
"""

from __future__ import annotations

from collections.abc import Callable

from grading.guidelines.line import Line, LineKind, Toxicity, Why
from grading.guidelines.lines.conditions import crs_from, icans_from
from grading.guidelines.lines.crs.which_steroid import (
    both_ask_for_a_steroid,
    two_steroid_steps,
)
from grading.guidelines.lines.neurotoxicity.icans_course import (
    PROPHYLAXIS_DAYS,
    against_puncture,
    counts_before_puncture,
    counts_for_puncture,
    first_steroid,
    last_seizure,
    lower_under_steroid,
    steroid_at,
    steroid_reassessment,
    with_crs,
    without_crs,
)
from grading.guidelines.situation.situation import Fact, Situation
from grading.record import HOUR
from grading.sources import HARRISON_PUNCTURE, LOCAL, REVIEW_2024

ICANS_TABLE = REVIEW_2024.at("Table 7")
ICANS_TEXT = REVIEW_2024.at("'Grading and management of ICANS'")
CHILD_DEXAMETHASONE = "Dexamethasone until improvement to grade 1: dose by the pediatric protocol"
CHILD_METHYLPREDNISOLONE = "Methylprednisolone: dose by the pediatric protocol"


def _severe_hyponatremia(situation: Situation) -> Why:
    sodium = situation.lab("sodium")
    if sodium is None or not sodium.is_below(situation.choices.severe_hyponatremia_mmol_l):
        return None
    return (Fact(sodium.text, sodium.at, sodium.uid),)


def _prophylaxis(situation: Situation) -> Why:
    """Up to Day 30 always, then with ICANS; with a seizure it is no longer prophylaxis."""
    if last_seizure(situation) is not None:
        return None
    if situation.day > PROPHYLAXIS_DAYS:
        return icans_from(1)(situation)
    return icans_from(0)(situation) or crs_from(1)(situation)


def _often_enough(situation: Situation) -> tuple[str, ...]:
    return ("often enough by itself at grade 1",) if situation.icans.grade == 1 else ()


def _first_steroid_at_grade_1(situation: Situation) -> Why:
    """Grade 1 that was never higher, before any steroid for it."""
    if first_steroid(situation) is not None or (situation.icans.peak or 0) > 1:
        return None
    return steroid_at(1, 1)(situation)


def _puncture(lowest: int, highest: int) -> Callable[[Situation], Why]:
    of_grade = icans_from(lowest, highest)

    def condition(situation: Situation) -> Why:
        return None if against_puncture(situation) else of_grade(situation)

    return condition


def _imaging_before_puncture(situation: Situation) -> Why:
    why, against = icans_from(2)(situation), against_puncture(situation)
    return None if why is None or not against else (*against, *why)


def _imaging_on_record(situation: Situation) -> tuple[str, ...]:
    imaging = situation.bedside.imaging
    if not imaging:
        return ("no brain imaging on record",)
    at = imaging[0].at
    return () if at is None else (f"{imaging[0].text} {(situation.now - at) // HOUR} h ago",)


def _intensive_care(situation: Situation) -> Why:
    """ICANS 3 or more; the line of CRS 3 or more says it already."""
    return None if crs_from(3)(situation) else icans_from(3)(situation)


def _both_steroids(situation: Situation) -> Why:
    return with_crs(1)(situation) if both_ask_for_a_steroid(situation) else None


ICANS_LINES: tuple[Line, ...] = (
    Line(
        "icans_monitoring",
        Toxicity.ICANS,
        LineKind.MONITOR,
        "ICANS 0–4",
        "ICE score and motor strength at least twice daily; serial blood count, metabolic panel, "
        "coagulation and inflammatory markers; severe hyponatremia corrected",
        ICANS_TEXT,
        icans_from(0),
    ),
    Line(
        "icans_hyponatremia",
        Toxicity.ICANS,
        LineKind.NOW,
        "severe hyponatremia",
        "Severe hyponatremia: correction",
        ICANS_TEXT,
        _severe_hyponatremia,
    ),
    Line(
        "icans_seizure_prophylaxis",
        Toxicity.ICANS,
        LineKind.CONSIDER,
        "ICANS 0–4 or CRS 1–4 up to Day 30, ICANS 1–4 later; no seizure",
        "An antiepileptic drug for seizure prophylaxis is common at most institutions",
        ICANS_TEXT,
        _prophylaxis,
        drugs=("antiepileptic",),
    ),
    Line(
        "icans_neurology",
        Toxicity.ICANS,
        LineKind.NOW,
        "ICANS 1–4",
        "Neurology consultation from the onset of ICANS on",
        ICANS_TEXT,
        icans_from(1),
    ),
    Line(
        "icans_supportive",
        Toxicity.ICANS,
        LineKind.NOW,
        "ICANS 1–4",
        "Supportive care",
        ICANS_TABLE,
        icans_from(1),
        details=_often_enough,
    ),
    Line(
        "icans_dexamethasone_once",
        Toxicity.ICANS,
        LineKind.CONSIDER,
        "ICANS 1, never higher, before any steroid",
        "Dexamethasone {dexamethasone_mg} mg once can be considered, with reassessment",
        ICANS_TABLE,
        _first_steroid_at_grade_1,
        text_for_child="Dexamethasone once can be considered, with reassessment: dose by the "
        "pediatric protocol",
        drugs=("steroid",),
    ),
    Line(
        "icans_dexamethasone_q12h",
        Toxicity.ICANS,
        LineKind.NOW,
        "ICANS 2",
        "Dexamethasone {dexamethasone_mg} mg IV every 12 hours until improvement to grade 1",
        ICANS_TABLE,
        steroid_at(2, 2),
        text_for_child=CHILD_DEXAMETHASONE,
        drugs=("steroid",),
    ),
    Line(
        "icans_dexamethasone_q6h_persistent",
        Toxicity.ICANS,
        LineKind.IF_NO_RESPONSE,
        "ICANS 2",
        "Persistent grade 2: escalation to dexamethasone {dexamethasone_mg} mg IV every 6 hours",
        ICANS_TABLE,
        steroid_at(2, 2),
        text_for_child="Persistent grade 2: dexamethasone more often, by the pediatric protocol",
        due=steroid_reassessment,
    ),
    Line(
        "icans_imaging",
        Toxicity.ICANS,
        LineKind.NOW,
        "ICANS 2–4",
        "Neuroimaging and EEG",
        ICANS_TEXT,
        icans_from(2),
        details=_imaging_on_record,
    ),
    Line(
        "icans_lumbar_puncture_consider",
        Toxicity.ICANS,
        LineKind.CONSIDER,
        "ICANS 2, nothing recorded against it",
        "Lumbar puncture with opening pressure can be considered",
        ICANS_TEXT,
        _puncture(2, 2),
        details=counts_before_puncture,
    ),
    Line(
        "icans_lumbar_puncture",
        Toxicity.ICANS,
        LineKind.NOW,
        "ICANS 3–4, nothing recorded against it",
        "Lumbar puncture with opening pressure is strongly encouraged, after imaging",
        ICANS_TEXT,
        _puncture(3, 4),
        details=counts_before_puncture,
    ),
    Line(
        "icans_imaging_before_puncture",
        Toxicity.ICANS,
        LineKind.CAUTION,
        "ICANS 2–4 with edema, papilledema, another sign of raised pressure, hemorrhage, low "
        "platelets or a high INR",
        "Imaging first, before a lumbar puncture or intrathecal treatment; platelets from "
        "{puncture_platelets} × 10⁹/L on and INR up to {puncture_inr} are advisable for it",
        HARRISON_PUNCTURE,
        _imaging_before_puncture,
        details=counts_for_puncture,
    ),
    Line(
        "icans_icu",
        Toxicity.ICANS,
        LineKind.NOW,
        "ICANS 3–4, CRS below 3",
        "Intensive care",
        ICANS_TEXT,
        _intensive_care,
    ),
    Line(
        "icans_dexamethasone_q6h",
        Toxicity.ICANS,
        LineKind.NOW,
        "ICANS 3",
        "Dexamethasone {dexamethasone_mg} mg IV every 6 hours until improvement to grade 1",
        ICANS_TABLE,
        steroid_at(3, 3),
        text_for_child=CHILD_DEXAMETHASONE,
        drugs=("steroid",),
    ),
    Line(
        "icans_methylprednisolone_refractory",
        Toxicity.ICANS,
        LineKind.IF_NO_RESPONSE,
        "ICANS 3",
        "Refractory grade 3: escalation up to methylprednisolone {methylprednisolone_mg} mg IV two "
        "to three times daily, in place of dexamethasone",
        ICANS_TABLE,
        steroid_at(3, 3),
        text_for_child="Refractory grade 3: methylprednisolone in place of dexamethasone, dose "
        "by the pediatric protocol",
        drugs=("methylprednisolone",),
        due=steroid_reassessment,
    ),
    Line(
        "icans_methylprednisolone",
        Toxicity.ICANS,
        LineKind.NOW,
        "ICANS 4",
        "Escalation up to methylprednisolone {methylprednisolone_mg} mg IV two to three times "
        "daily, in place of dexamethasone {dexamethasone_mg} mg IV every 6 hours; not both",
        ICANS_TABLE,
        steroid_at(4, 4),
        text_for_child=f"{CHILD_METHYLPREDNISOLONE}, in place of dexamethasone; not both",
        drugs=("methylprednisolone",),
    ),
    Line(
        "icans_airway",
        Toxicity.ICANS,
        LineKind.NOW,
        "ICANS 4, not ventilated",
        "Airway protection; intubation and ventilation are often required",
        ICANS_TEXT,
        lambda situation: None if situation.bedside.ventilated else icans_from(4)(situation),
    ),
    Line(
        "icans_taper",
        Toxicity.ICANS,
        LineKind.STOP_OR_TAPER,
        "ICANS 0–1, lower than before, steroid running, CRS below 2",
        "Rapid taper of the steroid, as clinically appropriate, once ICANS is grade 1",
        ICANS_TABLE,
        lower_under_steroid,
    ),
    Line(
        "icans_one_steroid",
        Toxicity.ICANS,
        LineKind.CAUTION,
        "ICANS and CRS that both ask for a steroid",
        "One steroid line for CRS and ICANS together: the higher of the two, not both",
        LOCAL,
        _both_steroids,
        details=two_steroid_steps,
    ),
    Line(
        "icans_tocilizumab_for_crs",
        Toxicity.ICANS,
        LineKind.CAUTION,
        "ICANS 1–4 with CRS",
        "Tocilizumab is for the CRS only: it has not been shown to help ICANS and may worsen it",
        ICANS_TEXT,
        with_crs(1),
    ),
    Line(
        "icans_tocilizumab_isolated",
        Toxicity.ICANS,
        LineKind.CAUTION,
        "ICANS 1–4 without CRS",
        "Tocilizumab is not indicated for isolated ICANS and may worsen it",
        ICANS_TEXT,
        without_crs(1),
    ),
)
