"""The model of assessments, with the checks of the lists and maps in it."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from grading import kinds
from grading.contradictions import REASONS_THAT_SCORE_ZERO, contradictions_in
from grading.vocabulary import (
    ICE_ITEMS,
    ORGAN_GRADE_UP_TO,
    RATE_LIMITS,
    Attribution,
    Consciousness,
    CrsResponse,
    Icp,
    Motor,
    NotDone,
    Organ,
    OtherNeuro,
    OxygenDevice,
    PositivePressureFor,
    Seizure,
    SeizureKind,
    Sign,
    Vasopressor,
)
from patients.models.clinical_row import ClinicalQuerySet, ClinicalRow, audit_constraints
from patients.models.columns import measurement, one_of, points, within_limits, word_column

VITALS = (
    "temperature_c",
    "systolic_mmhg",
    "diastolic_mmhg",
    "heart_rate",
    "respiratory_rate",
    "spo2_percent",
    "oxygen_flow_l_min",
    "fio2_percent",
    "vasopressor_hours",
    "csf_opening_mmhg",
)
SCALES = (
    "ice_total",
    "capd_total",
    "fluid_boluses",
    "head_of_government",
    "papilledema_stage",
)

# The constraints below state in SQL the contradictions that `grading.contradictions` states in
# Python, as far as the database can: it cannot look into the ICE items and the rates.


def _score_or_reason(scale: str) -> Q:
    """The condition that a total and a not-done reason stand together only where both mean 0."""
    known_zero = Q(**{f"{scale}_total": 0, f"{scale}_not_done__in": REASONS_THAT_SCORE_ZERO})
    either = Q(**{f"{scale}_total__isnull": True}) | Q(**{f"{scale}_not_done__isnull": True})
    return either | known_zero


class Assessment(ClinicalRow):
    """The findings of one moment. The fields are those of `grading.record.Findings`."""

    entry_kind = kinds.ASSESSMENT

    observed_at = models.DateTimeField(db_index=True)
    temperature_c = measurement("temperature_c")
    fever = models.BooleanField(null=True, blank=True)
    systolic_mmhg = measurement("systolic_mmhg")
    diastolic_mmhg = measurement("diastolic_mmhg")
    heart_rate = measurement("heart_rate")
    respiratory_rate = measurement("respiratory_rate")
    spo2_percent = measurement("spo2_percent")
    hypotension = models.BooleanField(null=True, blank=True)
    fluid_bolus = models.BooleanField(null=True, blank=True)
    vasopressors = models.JSONField(null=True, blank=True)
    oxygen_device = word_column(OxygenDevice)
    oxygen_flow_l_min = measurement("oxygen_flow_l_min")
    fio2_percent = measurement("fio2_percent")
    positive_pressure_for = word_column(PositivePressureFor)
    vitals_not_done = word_column(NotDone)
    attribution = models.JSONField(default=dict, blank=True)
    ice = models.JSONField(null=True, blank=True)
    ice_total = points("ice_total")
    ice_not_done = word_column(NotDone)
    capd_total = points("capd_total")
    capd_not_done = word_column(NotDone)
    consciousness = word_column(Consciousness)
    seizure = word_column(Seizure)
    motor = word_column(Motor)
    icp = models.JSONField(null=True, blank=True)
    other_neuro = models.JSONField(null=True, blank=True)
    fluid_boluses = points("fluid_boluses")
    vasopressor_rates = models.JSONField(null=True, blank=True)
    vasopressor_hours = measurement("vasopressor_hours")
    refractory_hypotension = models.BooleanField(null=True, blank=True)
    life_threatening = models.BooleanField(null=True, blank=True)
    constitutional_symptoms = models.BooleanField(null=True, blank=True)
    crs_response = word_column(CrsResponse)
    organ_toxicity = models.JSONField(null=True, blank=True)
    coagulopathy_treated = models.BooleanField(null=True, blank=True)
    iv_therapy = models.BooleanField(null=True, blank=True)
    head_of_government = points("head_of_government")
    seizure_kind = word_column(SeizureKind)
    seizure_multiple = models.BooleanField(null=True, blank=True)
    papilledema_stage = points("papilledema_stage")
    csf_opening_mmhg = measurement("csf_opening_mmhg")
    splenomegaly = models.BooleanField(null=True, blank=True)
    hepatomegaly = models.BooleanField(null=True, blank=True)
    nk_activity_low = models.BooleanField(null=True, blank=True)

    objects = ClinicalQuerySet["Assessment"].as_manager()

    class Meta:
        base_manager_name = "objects"
        indexes = [models.Index(fields=["course", "observed_at"], name="assessment_by_course")]
        constraints = [
            *audit_constraints("assessment"),
            *(within_limits("assessment", name) for name in (*VITALS, *SCALES)),
            *(
                one_of("assessment", name, words)
                for name, words in (
                    ("oxygen_device", OxygenDevice),
                    ("positive_pressure_for", PositivePressureFor),
                    ("vitals_not_done", NotDone),
                    ("ice_not_done", NotDone),
                    ("capd_not_done", NotDone),
                    ("consciousness", Consciousness),
                    ("seizure", Seizure),
                    ("motor", Motor),
                    ("crs_response", CrsResponse),
                    ("seizure_kind", SeizureKind),
                )
            ),
            models.CheckConstraint(
                condition=Q(diastolic_mmhg__isnull=True)
                | Q(systolic_mmhg__isnull=True)
                | Q(diastolic_mmhg__lt=F("systolic_mmhg")),
                name="assessment_diastolic_below_systolic",
                violation_error_message="Diastolic pressure must be below systolic pressure.",
            ),
            models.CheckConstraint(
                condition=Q(temperature_c__isnull=True) | Q(fever__isnull=True),
                name="assessment_temperature_or_fever",
                violation_error_message="Enter a temperature, or fever yes or no, not both.",
            ),
            models.CheckConstraint(
                condition=Q(ice__isnull=True) | Q(ice_total__isnull=True),
                name="assessment_ice_items_or_total",
                violation_error_message="Enter the ICE items or the ICE total, not both.",
            ),
            models.CheckConstraint(
                condition=Q(ice__isnull=True)
                | Q(ice_not_done__isnull=True)
                | Q(ice_not_done__in=REASONS_THAT_SCORE_ZERO),
                name="assessment_ice_items_or_reason",
                violation_error_message="ICE was scored, or it was not done; not both.",
            ),
            models.CheckConstraint(
                condition=_score_or_reason("ice"),
                name="assessment_ice_total_or_reason",
                violation_error_message="ICE was scored, or it was not done; not both.",
            ),
            models.CheckConstraint(
                condition=_score_or_reason("capd"),
                name="assessment_capd_total_or_reason",
                violation_error_message="CAPD was scored, or it was not done; not both.",
            ),
        ]

    def clean(self) -> None:
        """Check the lists and maps, which the database cannot check, and refuse contradictions."""
        mistakes = {
            "vasopressors": _unknown_words(self.vasopressors, Vasopressor),
            "icp": _unknown_words(self.icp, Icp),
            "other_neuro": _unknown_words(self.other_neuro, OtherNeuro),
            "attribution": _bad_attribution(self.attribution),
            "ice": _bad_ice(self.ice),
            "vasopressor_rates": _bad_rates(self.vasopressor_rates),
            "organ_toxicity": _bad_organs(self.organ_toxicity),
        }
        if any(mistakes.values()):
            raise ValidationError({name: text for name, text in mistakes.items() if text})
        for contradiction in contradictions_in(self):
            column = contradiction.key(self).partition(".")[0]
            raise ValidationError({column: contradiction.sentence(self)})


# Each function below returns the message about one list or map, empty where nothing is wrong.


def _bad_rates(rates: Any) -> str:
    """Rates by agent, in the units of `RATE_LIMITS`."""
    if rates is None:
        return ""
    if not isinstance(rates, dict):
        return "Must give a rate for each vasopressor."
    for agent, rate in rates.items():
        limits = RATE_LIMITS.get(agent)
        if limits is None:
            return f"{agent} has no rate here. Known are: {', '.join(RATE_LIMITS)}."
        if not isinstance(rate, int | float) or isinstance(rate, bool):
            return f"The rate of {agent} must be a number."
        if limits.refuses(Decimal(str(rate))):
            return f"{rate} {limits.unit} of {agent} cannot be. Check the unit."
    return ""


def _bad_organs(grades: Any) -> str:
    """CTCAE grades by organ."""
    if grades is None:
        return ""
    if not isinstance(grades, dict):
        return "Must give a grade for each organ."
    organs = {organ.value for organ in Organ}
    for organ, grade in grades.items():
        if organ not in organs:
            return f"{organ} is not an organ of the list: {', '.join(sorted(organs))}."
        if not _is_points(grade, most=ORGAN_GRADE_UP_TO):
            return f"{organ} has a CTCAE grade from 0 to {ORGAN_GRADE_UP_TO}, not {grade}."
    return ""


def _unknown_words(listed: Any, vocabulary: type[StrEnum]) -> str:
    """The words of a list that are outside the vocabulary, or listed twice."""
    if listed is None:
        return ""
    if not isinstance(listed, list | tuple):
        return "Must be a list, empty for none."
    words = [member.value for member in vocabulary]
    unknown = [str(item) for item in listed if item not in words]
    if unknown:
        return f"Unknown: {', '.join(unknown)}. Choose from: {', '.join(words)}."
    return "" if len(set(listed)) == len(listed) else "Each may be listed once."


def _bad_attribution(attribution: Any) -> str:
    """A cause for each sign."""
    if not isinstance(attribution, dict):
        return "Must name a cause for each sign."
    signs, causes = {sign.value for sign in Sign}, {cause.value for cause in Attribution}
    unknown = [str(key) for key in attribution if key not in signs]
    unknown += [str(value) for value in attribution.values() if str(value) not in causes]
    return f"Unknown: {', '.join(unknown)}." if unknown else ""


def _bad_ice(ice: Any) -> str:
    """Points for each ICE item."""
    if ice is None:
        return ""
    if not isinstance(ice, dict):
        return "Must give points for each ICE item."
    for item, scored in ice.items():
        if item not in ICE_ITEMS:
            return f"{item} is not an ICE item. The items are: {', '.join(ICE_ITEMS)}."
        if scored is not None and not _is_points(scored, most=ICE_ITEMS[item]):
            return f"{item} gives 0 to {ICE_ITEMS[item]} points, not {scored}."
    return ""


def _is_points(scored: Any, *, most: int) -> bool:
    return isinstance(scored, int) and not isinstance(scored, bool) and 0 <= scored <= most
