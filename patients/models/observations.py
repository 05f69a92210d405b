"""What was observed of one course: assessments, laboratory results, doses, events."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from grading import kinds
from grading.agents import AGENTS, DrugClass
from grading.contradictions import REASONS_THAT_SCORE_ZERO
from grading.vocabulary import (
    ANALYTES,
    EVENT_DETAILS,
    GRADED_EVENTS,
    Comparator,
    Consciousness,
    CrsResponse,
    DeathAttribution,
    EventKind,
    Icp,
    Motor,
    NotDone,
    OtherNeuro,
    OxygenDevice,
    PositivePressureFor,
    Seizure,
    SeizureKind,
    Vasopressor,
)
from patients.models.accounts import User
from patients.models.clinical_row import ClinicalQuerySet, ClinicalRow, audit_constraints
from patients.models.columns import measurement, one_of, points, within_limits, word, words_of
from patients.models.entry_checks import (
    bad_attribution,
    bad_ice,
    bad_organs,
    bad_rates,
    unknown_words,
)

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
SCORES = (
    "ice_total",
    "capd_total",
    "fluid_boluses",
    "head_of_government",
    "papilledema_stage",
)

# The constraints below say in SQL what `grading.contradictions` says in Python; the database
# cannot look into the ICE items and the rates, which `entry_checks` does.


def _score_or_reason(scale: str) -> Q:
    """A total beside a not-done reason only where that reason means 0."""
    known_zero = Q(**{f"{scale}_total": 0, f"{scale}_not_done__in": REASONS_THAT_SCORE_ZERO})
    either = Q(**{f"{scale}_total__isnull": True}) | Q(**{f"{scale}_not_done__isnull": True})
    return either | known_zero


class Assessment(ClinicalRow):
    """One look at the patient. The fields are those of `grading.record.Findings`."""

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
    oxygen_device = word(OxygenDevice)
    oxygen_flow_l_min = measurement("oxygen_flow_l_min")
    fio2_percent = measurement("fio2_percent")
    positive_pressure_for = word(PositivePressureFor)
    vitals_not_done = word(NotDone)
    attribution = models.JSONField(default=dict, blank=True)
    ice = models.JSONField(null=True, blank=True)
    ice_total = points("ice_total")
    ice_not_done = word(NotDone)
    capd_total = points("capd_total")
    capd_not_done = word(NotDone)
    consciousness = word(Consciousness)
    seizure = word(Seizure)
    motor = word(Motor)
    icp = models.JSONField(null=True, blank=True)
    other_neuro = models.JSONField(null=True, blank=True)
    fluid_boluses = points("fluid_boluses")
    vasopressor_rates = models.JSONField(null=True, blank=True)
    vasopressor_hours = measurement("vasopressor_hours")
    refractory_hypotension = models.BooleanField(null=True, blank=True)
    life_threatening = models.BooleanField(null=True, blank=True)
    constitutional_symptoms = models.BooleanField(null=True, blank=True)
    crs_response = word(CrsResponse)
    organ_toxicity = models.JSONField(null=True, blank=True)
    coagulopathy_treated = models.BooleanField(null=True, blank=True)
    iv_therapy = models.BooleanField(null=True, blank=True)
    head_of_government = points("head_of_government")
    seizure_kind = word(SeizureKind)
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
            *(within_limits("assessment", name) for name in (*VITALS, *SCORES)),
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
        """The lists and maps, which the database cannot check."""
        mistakes: dict[str, str] = {}
        for field, words in (
            ("vasopressors", Vasopressor),
            ("icp", Icp),
            ("other_neuro", OtherNeuro),
        ):
            unknown = unknown_words(getattr(self, field), [member.value for member in words])
            if unknown:
                mistakes[field] = unknown
        if mistake := bad_attribution(self.attribution):
            mistakes["attribution"] = mistake
        if mistake := bad_ice(self.ice, self.ice_not_done):
            mistakes["ice"] = mistake
        if mistake := bad_rates(self.vasopressor_rates, self.vasopressors):
            mistakes["vasopressor_rates"] = mistake
        if mistake := bad_organs(self.organ_toxicity):
            mistakes["organ_toxicity"] = mistake
        if mistakes:
            raise ValidationError(mistakes)


MOST_CANONICAL = Decimal(10) ** 9
"""More digits than `LabResult.canonical_value` keeps."""


class LabResult(ClinicalRow):
    """One laboratory value, with comparator and unit as received."""

    entry_kind = kinds.LAB_RESULT

    collected_at = models.DateTimeField(db_index=True)
    analyte = models.CharField(
        max_length=30, choices=[(code, analyte.label) for code, analyte in ANALYTES.items()]
    )
    value = models.DecimalField(max_digits=15, decimal_places=6)
    comparator = models.CharField(
        max_length=1, choices=words_of(Comparator), default=Comparator.EQUAL.value
    )
    unit = models.CharField(max_length=30, null=True, blank=True)
    lower_limit = models.DecimalField(max_digits=15, decimal_places=6, null=True, blank=True)
    upper_limit = models.DecimalField(max_digits=15, decimal_places=6, null=True, blank=True)
    fasting = models.BooleanField(null=True, blank=True)
    canonical_value = models.DecimalField(
        max_digits=15, decimal_places=6, null=True, blank=True, editable=False
    )

    objects = ClinicalQuerySet["LabResult"].as_manager()

    class Meta:
        base_manager_name = "objects"
        indexes = [models.Index(fields=["course", "collected_at"], name="labresult_by_course")]
        constraints = [
            *audit_constraints("labresult"),
            one_of("labresult", "comparator", Comparator),
            models.CheckConstraint(
                condition=Q(analyte__in=list(ANALYTES)), name="labresult_analyte_known_word"
            ),
            models.CheckConstraint(
                condition=Q(value__gte=0),
                name="labresult_value_not_negative",
                violation_error_message="A laboratory value cannot be negative.",
            ),
            models.CheckConstraint(
                condition=Q(upper_limit__isnull=True) | Q(upper_limit__gt=0),
                name="labresult_upper_limit_positive",
                violation_error_message="The upper limit of normal must be above 0.",
            ),
            models.CheckConstraint(
                condition=Q(lower_limit__isnull=True)
                | Q(upper_limit__isnull=True)
                | Q(lower_limit__lt=F("upper_limit")),
                name="labresult_limits_in_order",
                violation_error_message="The upper limit of normal must be above the lower one.",
            ),
        ]

    def clean(self) -> None:
        """Refuse a number that cannot be one; a value with < or > may lie beyond the limits."""
        canonical = self.canonical()
        if canonical is None:
            return
        analyte = ANALYTES[self.analyte]
        if round(canonical, 6) >= MOST_CANONICAL:
            raise ValidationError(
                {"value": f"{self.value} {self.unit} is too large for {analyte.label}."}
            )
        if self.comparator == Comparator.EQUAL.value and analyte.limits.refuses(canonical):
            limits = analyte.limits
            raise ValidationError(
                {
                    "value": f"{analyte.label} {self.value} {self.unit} is outside "
                    f"{limits.hard_low}–{limits.hard_high} {analyte.unit}. Check the unit."
                }
            )

    def canonical(self) -> Any:
        """The value in the analyte's own unit, unrounded; None without a factor."""
        if self.value is None or self.analyte not in ANALYTES:
            return None
        return ANALYTES[self.analyte].canonical(self.value, self.unit)

    def fill_in(self) -> None:
        canonical = self.canonical()
        self.canonical_value = None if canonical is None else round(canonical, 6)


class Dose(ClinicalRow):
    """One administration, or a run from `given_at` to `ended_at`."""

    entry_kind = kinds.DOSE
    audit_fields = ClinicalRow.audit_fields | {"end_recorded_at", "end_recorded_by"}

    given_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    agent = models.CharField(max_length=60)
    drug_class = models.CharField(max_length=30, choices=words_of(DrugClass), blank=True)
    amount = models.DecimalField(max_digits=15, decimal_places=6, null=True, blank=True)
    unit = models.CharField(max_length=30, null=True, blank=True)
    route = models.CharField(max_length=30, null=True, blank=True)
    end_recorded_at = models.DateTimeField(null=True, editable=False)
    end_recorded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    objects = ClinicalQuerySet["Dose"].as_manager()

    class Meta:
        base_manager_name = "objects"
        indexes = [models.Index(fields=["course", "given_at"], name="dose_by_course")]
        constraints = [
            *audit_constraints("dose"),
            one_of("dose", "drug_class", DrugClass),
            models.CheckConstraint(condition=~Q(agent=""), name="dose_agent_named"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("given_at")),
                name="dose_ends_after_it_starts",
                violation_error_message="The end of a dose cannot be before its start.",
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gt=0),
                name="dose_amount_positive",
                violation_error_message="The amount must be more than 0, or left blank.",
            ),
        ]

    def clean(self) -> None:
        """A known agent has its class; any other is of the class `other` unless it says more."""
        self.fill_in()
        of_agent = AGENTS.get(self.agent)
        if of_agent is not None and self.drug_class != of_agent.value:
            sentence = f"{self.agent} is of the class {of_agent.value}."
            raise ValidationError({"drug_class": sentence})

    def fill_in(self) -> None:
        if not self.drug_class:
            self.drug_class = AGENTS.get(self.agent, DrugClass.OTHER).value


class Event(ClinicalRow):
    """Something that happened and that a rule or a reader needs to know."""

    entry_kind = kinds.EVENT

    happened_at = models.DateTimeField(db_index=True)
    kind = models.CharField(max_length=30, choices=words_of(EventKind))
    attributed_to = word(DeathAttribution)
    grade = models.PositiveSmallIntegerField(null=True, blank=True)
    detail = models.CharField(max_length=30, null=True, blank=True)

    objects = ClinicalQuerySet["Event"].as_manager()

    class Meta:
        base_manager_name = "objects"
        indexes = [models.Index(fields=["course", "happened_at"], name="event_by_course")]
        constraints = [
            *audit_constraints("event"),
            one_of("event", "kind", EventKind),
            one_of("event", "attributed_to", DeathAttribution),
            models.CheckConstraint(
                condition=Q(attributed_to__isnull=True) | Q(kind=EventKind.DEATH.value),
                name="event_only_death_is_attributed",
                violation_error_message="Only a death is attributed to a toxicity.",
            ),
            models.CheckConstraint(
                condition=Q(grade__isnull=True)
                | Q(grade__gte=1, grade__lte=5, kind__in=sorted(GRADED_EVENTS)),
                name="event_grade_one_to_five",
                violation_error_message="A grade of 1 to 5, for an event that is graded.",
            ),
        ]

    def clean(self) -> None:
        """A detail out of the list of this kind of event."""
        details = EVENT_DETAILS.get(self.kind, ())  # type: ignore[call-overload]
        if self.detail is not None and self.detail not in details:
            listed = ", ".join(details) or "none"
            raise ValidationError({"detail": f"{self.detail} is not one of: {listed}."})


MODELS_BY_KIND: dict[kinds.EntryKind, type[ClinicalRow]] = {
    kinds.ASSESSMENT: Assessment,
    kinds.LAB_RESULT: LabResult,
    kinds.DOSE: Dose,
    kinds.EVENT: Event,
}
CLINICAL_MODELS = tuple(MODELS_BY_KIND.values())
