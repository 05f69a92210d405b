"""What stands beside any dose: age, weight, steroid above what is printed or against a label."""

from __future__ import annotations

from grading.engine.sentences import trimmed
from grading.guidelines.line import Guideline, Line, LineKind, Toxicity, Why
from grading.guidelines.lines.blood.icaht_stands import severe_neutropenia
from grading.guidelines.lines.blood.iec_hs_stands import suspected_or_recorded
from grading.guidelines.lines.conditions import Condition, grade_fact
from grading.guidelines.situation.situation import Fact, Situation
from grading.guidelines.situation.steroid_equivalents import dexamethasone_of
from grading.record import DAY, Dose
from grading.sources import BREYANZI_UK_LABEL, LOCAL, REVIEW_2024, TECARTUS_UK_LABEL

TIMES_A_DAY = {False: 2, True: 3}
"""So often a day the review prints the highest steroid dose: for CRS, and from ICANS 3 on."""
PROPHYLAXIS_FROM, PROPHYLAXIS_UNTIL = -1 * DAY, 3 * DAY
"""Local: a steroid from Day −1 to Day 2 before any CRS or ICANS counts as prophylaxis."""


def dose_by_weight_in_question(situation: Situation) -> Why:
    """Tocilizumab for CRS with a dose left, IEC-HS, or G-CSF at an ANC below 500/µL."""
    ledger = situation.doses.tocilizumab
    if situation.tocilizumab_is_indicated() and ledger is not None and not ledger.is_spent:
        return (grade_fact("CRS", situation.crs),)
    return suspected_or_recorded(situation) or severe_neutropenia(situation)


def _weight_unknown(situation: Situation) -> Why:
    return dose_by_weight_in_question(situation) if situation.patient.weight_kg is None else None


def _weight_old(situation: Situation) -> Why:
    """A weight that is older than the hours of the ward, or of unknown time."""
    patient = situation.patient
    if patient.weight_kg is None or patient.weight_is_fresh is True:
        return None
    if (why := dose_by_weight_in_question(situation)) is None:
        return None
    shown = f"{trimmed(patient.weight_kg)} kg"
    if patient.weighed is None:
        return (*why, Fact(f"{shown}, time of weighing not recorded"))
    return (*why, Fact(f"{shown}, weighed", patient.weighed, patient.weight_uid))


def _patient_unknown(situation: Situation) -> Why:
    """Something is treated and neither age nor weight says whether this is a child."""
    patient = situation.patient
    if patient.age_years is not None or patient.weight_kg is not None:
        return None
    named = (("CRS", situation.crs), ("ICANS", situation.icans))
    why = tuple(grade_fact(name, grade) for name, grade in named if grade.is_at_least(1))
    return why or suspected_or_recorded(situation)


def _steroid_above(*, of_icans: bool) -> Condition:
    """More steroid in 24 h than the review prints: for CRS, or for ICANS from grade 3 on."""

    def condition(situation: Situation) -> Why:
        steroids = situation.doses.steroids
        if steroids.mg_in_24_h is None or steroids.last is None:
            return None
        if situation.icans.is_at_least(3) != of_icans:
            return None
        printed = situation.choices.methylprednisolone_mg * TIMES_A_DAY[of_icans]
        if steroids.mg_in_24_h <= dexamethasone_of("methylprednisolone", printed):
            return None
        total = f"steroid of 24 h as dexamethasone: {trimmed(round(steroids.mg_in_24_h, 1))} mg"
        return (Fact(total, steroids.last.elapsed, steroids.last.uid),)

    return condition


def prophylactic_steroid(short: str) -> Condition:
    """A steroid around the infusion of this product, before any CRS or ICANS."""

    def condition(situation: Situation) -> Why:
        product = situation.product
        if product is None or product.short != short:
            return None
        given = [dose for dose in situation.doses.of("steroid") if _is_prophylaxis(dose, situation)]
        return (
            tuple(
                Fact(
                    f"{dose.agent.replace('_', ' ')} before any CRS or ICANS",
                    dose.elapsed,
                    dose.uid,
                )
                for dose in given
            )
            or None
        )

    return condition


def _is_prophylaxis(dose: Dose, situation: Situation) -> bool:
    """Given around an infusion, and before the first sign of CRS and ICANS."""
    onsets = [each.onset for each in (situation.crs, situation.icans) if each.onset is not None]
    is_early = PROPHYLAXIS_FROM <= dose.elapsed < PROPHYLAXIS_UNTIL
    return is_early and all(dose.elapsed < onset for onset in onsets)


DOSE_LINES: tuple[Line, ...] = (
    Line(
        "course_weight_old",
        Toxicity.COURSE,
        LineKind.CAUTION,
        "a dose by weight in question, weight older than a day",
        "A dose by weight is in question and the weight is old: a new one may change the dose",
        LOCAL,
        _weight_old,
        guideline=Guideline.LOCAL,
    ),
    Line(
        "course_weight_unknown",
        Toxicity.COURSE,
        LineKind.CAUTION,
        "a dose by weight in question, no weight",
        "A dose by weight is in question and no weight is recorded",
        LOCAL,
        _weight_unknown,
        guideline=Guideline.LOCAL,
    ),
    Line(
        "course_patient_unknown",
        Toxicity.COURSE,
        LineKind.CAUTION,
        "age and weight not recorded",
        "Neither age nor weight is recorded: the doses are those printed for adults",
        LOCAL,
        _patient_unknown,
        guideline=Guideline.LOCAL,
    ),
    Line(
        "course_steroid_above_crs",
        Toxicity.COURSE,
        LineKind.CAUTION,
        "more steroid in 24 h than printed, ICANS below 3",
        "More steroid in 24 hours than methylprednisolone {methylprednisolone_mg} mg every 12 "
        "hours, the highest that the review prints for CRS",
        REVIEW_2024.at("Table 3"),
        _steroid_above(of_icans=False),
    ),
    Line(
        "course_steroid_above_icans",
        Toxicity.COURSE,
        LineKind.CAUTION,
        "more steroid in 24 h than printed, ICANS 3–4",
        "More steroid in 24 hours than methylprednisolone {methylprednisolone_mg} mg three times, "
        "the highest that the review prints for ICANS",
        REVIEW_2024.at("Table 7"),
        _steroid_above(of_icans=True),
    ),
    Line(
        "course_steroid_liso_cel",
        Toxicity.COURSE,
        LineKind.CAUTION,
        "liso-cel, prophylactic steroid",
        "Breyanzi (UK label): a prophylactic steroid is not advised",
        BREYANZI_UK_LABEL,
        prophylactic_steroid("liso-cel"),
        guideline=Guideline.LABEL,
    ),
    Line(
        "course_steroid_brexu_cel",
        Toxicity.COURSE,
        LineKind.CAUTION,
        "brexu-cel, prophylactic steroid",
        "Tecartus (UK label): a prophylactic steroid is not recommended",
        TECARTUS_UK_LABEL,
        prophylactic_steroid("brexu-cel"),
        guideline=Guideline.LABEL,
    ),
)
