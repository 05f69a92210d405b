"""The model of assessments, with the checks of the lists and maps in it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from grading import kinds
from grading.contradictions import REASONS_THAT_SCORE_ZERO, contradictions_in
from grading.measures import plain_text
from grading.table.fields import Each, Kind, Number, OneOf, SomeOf, Whole
from grading.table.findings import OBSERVATION, names_of
from grading.table.sections import WORDS
from grading.vocabulary import Word
from patients.models.clinical_row import ClinicalQuerySet, ClinicalRow, audit_constraints
from patients.models.columns import measurement, one_of, points, within_limits, word_column
from patients.models.ice.handwriting import Handwriting
from patients.models.ice.strokes import UnusableStrokes, check_strokes

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
    measured_weight_kg = measurement("measured_weight_kg")
    hypotension = models.BooleanField(null=True, blank=True)
    fluid_bolus = models.BooleanField(null=True, blank=True)
    vasopressors = models.JSONField(null=True, blank=True)
    oxygen_device = word_column("oxygen_device")
    oxygen_flow_l_min = measurement("oxygen_flow_l_min")
    fio2_percent = measurement("fio2_percent")
    positive_pressure_for = word_column("positive_pressure_for")
    vitals_not_done = word_column("vitals_not_done")
    attribution = models.JSONField(default=dict, blank=True)
    attribution_cause = models.JSONField(null=True, blank=True)
    attribution_words = models.TextField(null=True, blank=True)
    attribution_confirmed = models.BooleanField(null=True, blank=True)
    ice = models.JSONField(null=True, blank=True)
    ice_total = points("ice_total")
    ice_not_done = word_column("ice_not_done")
    capd_total = points("capd_total")
    capd_not_done = word_column("capd_not_done")
    consciousness = word_column("consciousness")
    seizure = word_column("seizure")
    motor = word_column("motor")
    icp = models.JSONField(null=True, blank=True)
    other_neuro = models.JSONField(null=True, blank=True)
    fluid_boluses = points("fluid_boluses")
    vasopressor_rates = models.JSONField(null=True, blank=True)
    vasopressor_hours = measurement("vasopressor_hours")
    refractory_hypotension = models.BooleanField(null=True, blank=True)
    life_threatening = models.BooleanField(null=True, blank=True)
    constitutional_symptoms = models.BooleanField(null=True, blank=True)
    crs_response = word_column("crs_response")
    organ_toxicity = models.JSONField(null=True, blank=True)
    coagulopathy_treated = models.BooleanField(null=True, blank=True)
    iv_therapy = models.BooleanField(null=True, blank=True)
    head_of_government = points("head_of_government")
    seizure_kind = word_column("seizure_kind")
    seizure_multiple = models.BooleanField(null=True, blank=True)
    papilledema_stage = points("papilledema_stage")
    csf_opening_mmhg = measurement("csf_opening_mmhg")
    daily_living = word_column("daily_living")
    splenomegaly = models.BooleanField(null=True, blank=True)
    hepatomegaly = models.BooleanField(null=True, blank=True)
    nk_activity_low = models.BooleanField(null=True, blank=True)
    worried = word_column("worried")
    already_escalated = models.BooleanField(null=True, blank=True)
    place = word_column("place")

    handwriting = models.ForeignKey(
        Handwriting, on_delete=models.PROTECT, null=True, blank=True, related_name="assessments"
    )
    """What the patient wrote for ICE. No rule reads it."""

    objects = ClinicalQuerySet["Assessment"].as_manager()

    class Meta:
        base_manager_name = "objects"
        indexes = [models.Index(fields=["course", "observed_at"], name="assessment_by_course")]
        constraints = [
            *audit_constraints("assessment"),
            *(within_limits("assessment", name) for name in names_of(Number, Whole)),
            *(one_of("assessment", name, WORDS[name]) for name in names_of(OneOf)),
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

    def insert(self) -> None:
        """Write the row, and before it the handwriting that came with it."""
        if self.handwriting is not None:
            self.handwriting.insert()
        super().insert()

    def clean(self) -> None:
        """Check the lists and maps, which the database cannot check, and refuse contradictions."""
        if self.handwriting is not None:
            try:
                check_strokes(self.handwriting.strokes)
            except UnusableStrokes as unusable:
                raise ValidationError({"handwriting": str(unusable)}) from unusable
        entered = {name: getattr(self, name) for name in names_of(SomeOf, Each)}
        mistakes = {
            name: _problem(OBSERVATION[name].kind, value)
            for name, value in entered.items()
            if value is not None
        }
        if any(mistakes.values()):
            raise ValidationError({name: text for name, text in mistakes.items() if text})
        for contradiction in contradictions_in(self):
            raise ValidationError({contradiction.refused: contradiction.sentence(self)})


# Each function below returns what is wrong with a value, empty where nothing is.


def _problem(kind: Kind, value: Any) -> str:
    match kind:
        case SomeOf(words):
            return _problem_in_list(words, value)
        case Each(kind_of):
            return _problem_in_map(kind_of, value)
        case OneOf(words) if value not in list(words):
            return f"Unknown: {value}. Choose from: {', '.join(words)}."
        case Number(limits) | Whole(limits):
            types = (int,) if isinstance(kind, Whole) else (int, float)
            is_number = isinstance(value, types) and not isinstance(value, bool)
            if not is_number or limits.refuses(Decimal(str(value))):
                low, high = plain_text(limits.hard_low), plain_text(limits.hard_high)
                return f"{value} is not a number from {low} to {high} {limits.unit}."
    return ""


def _problem_in_list(words: type[Word], listed: Any) -> str:
    if not isinstance(listed, list | tuple):
        return "Must be a list, empty for none."
    if problems := list(filter(None, (_problem(OneOf(words), item) for item in listed))):
        return problems[0]
    return "" if len(set(listed)) == len(listed) else "Each may be listed once."


def _problem_in_map(kind_of: Mapping[str, Kind], values: Any) -> str:
    if not isinstance(values, dict):
        return "Must give values by name."
    for name, value in values.items():
        if name not in kind_of:
            return f"Unknown: {name}. Choose from: {', '.join(kind_of)}."
        if value is not None and (problem := _problem(kind_of[name], value)):
            return f"{name}: {problem}"
    return ""
