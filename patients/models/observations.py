"""The models of laboratory results, doses and events."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from grading import kinds
from grading.agents import AGENTS, DrugClass, agent_named, is_rate
from grading.event_kinds import EVENT_DETAILS, GRADED_EVENTS, DeathAttribution, EventKind
from grading.vocabulary import ANALYTES, Comparator, LabStatus, Specimen
from patients.characters import problem_in_name
from patients.models.accounts import User
from patients.models.clinical_row import ClinicalQuerySet, ClinicalRow, audit_constraints
from patients.models.columns import choices_of, one_of, word_column

MOST_CANONICAL = Decimal(10) ** 9
"""`LabResult.canonical_value` keeps only values below this."""


class LabResult(ClinicalRow):
    """One laboratory value, with comparator and unit as received.

    `canonical_value` is the value in the analyte's own unit, rounded to six decimals. No rule reads
    it: rules convert `value` and `unit` themselves. The laboratory table of the chart and the check
    of imported documents read it, and an export may select by it.
    """

    entry_kind = kinds.LAB_RESULT

    collected_at = models.DateTimeField(db_index=True)
    analyte = models.CharField(
        max_length=30, choices=[(code, analyte.label) for code, analyte in ANALYTES.items()]
    )
    value = models.DecimalField(max_digits=15, decimal_places=6)
    comparator = models.CharField(
        max_length=1, choices=choices_of(Comparator), default=Comparator.EQUAL.value
    )
    unit = models.CharField(max_length=30, null=True, blank=True)
    lower_limit = models.DecimalField(max_digits=15, decimal_places=6, null=True, blank=True)
    upper_limit = models.DecimalField(max_digits=15, decimal_places=6, null=True, blank=True)
    fasting = models.BooleanField(null=True, blank=True)
    status = models.CharField(max_length=30, choices=choices_of(LabStatus), null=True, blank=True)
    specimen = models.CharField(max_length=30, choices=choices_of(Specimen), null=True, blank=True)
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
            one_of("labresult", "status", LabStatus),
            one_of("labresult", "specimen", Specimen),
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
        """Refuse a value outside the hard limits; one with < or > may lie outside."""
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
    other_times = ("ended_at",)

    given_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    agent = models.CharField(max_length=60)
    drug_class = models.CharField(max_length=30, choices=choices_of(DrugClass), blank=True)
    amount = models.DecimalField(max_digits=15, decimal_places=6, null=True, blank=True)
    unit = models.CharField(max_length=30, null=True, blank=True)
    route = models.CharField(max_length=30, null=True, blank=True)
    brand = models.CharField(max_length=60, null=True, blank=True)
    batch = models.CharField(max_length=40, null=True, blank=True)
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
                condition=Q(amount__isnull=True) | Q(amount__gte=0),
                name="dose_amount_not_negative",
                violation_error_message="The amount cannot be below 0.",
            ),
        ]

    def clean(self) -> None:
        """A known drug has its own class: none and `other` become that, any other is refused.

        An amount of 0 is a rate that is not running; of anything else it is no dose.

        A copy stays as it was typed on the other chart; the record reads both by their names.
        """
        if problem := problem_in_name(self.agent):
            raise ValidationError({"agent": f"The name of the drug {problem}"})
        for name in ("brand", "batch"):
            if problem := problem_in_name(getattr(self, name) or ""):
                raise ValidationError({name: f"The {name} {problem}"})
        if self.amount == 0 and not is_rate(self.unit):
            raise ValidationError({"amount": "An amount of 0 is no dose. Leave it blank."})
        self.fill_in()
        listed = agent_named(self.agent)
        if self.copied_from is None and listed is not None and self.drug_class != AGENTS[listed]:
            named = self.agent if listed == self.agent else f"{self.agent} is {listed} and"
            sentence = f"{named} is of the class {AGENTS[listed]}, not {self.drug_class}."
            raise ValidationError({"drug_class": sentence})

    def fill_in(self) -> None:
        listed = agent_named(self.agent)
        if listed is not None and self.copied_from is None:
            if self.drug_class in ("", DrugClass.OTHER):
                self.drug_class = AGENTS[listed].value
        elif not self.drug_class:
            self.drug_class = DrugClass.OTHER.value


GRADED = sorted(kind.value for kind in GRADED_EVENTS)


class Event(ClinicalRow):
    """An event that a rule or a reader uses, such as imaging, relapse or death."""

    entry_kind = kinds.EVENT

    happened_at = models.DateTimeField(db_index=True)
    kind = models.CharField(max_length=30, choices=choices_of(EventKind))
    attributed_to = word_column("attributed_to")
    grade = models.PositiveSmallIntegerField(null=True, blank=True)
    detail = models.CharField(max_length=30, null=True, blank=True)
    hemophagocytosis = models.BooleanField(null=True, blank=True)

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
                condition=Q(hemophagocytosis__isnull=True) | Q(kind=EventKind.MARROW.value),
                name="event_only_a_marrow_has_hemophagocytosis",
                violation_error_message="Only of a marrow is hemophagocytosis yes or no.",
            ),
            models.CheckConstraint(
                condition=Q(grade__isnull=True)
                | Q(
                    grade__gte=1,
                    grade__lte=5,
                    kind__in=sorted(kind.value for kind in GRADED_EVENTS),
                ),
                name="event_grade_one_to_five",
                violation_error_message="A grade of 1 to 5, for an event that is graded.",
            ),
        ]

    def clean(self) -> None:
        """Refuse a detail that is not in the list of this kind of event."""
        details = EVENT_DETAILS.get(self.kind, ())  # type: ignore[call-overload]
        if self.detail is not None and self.detail not in details:
            listed = ", ".join(details) or "none"
            raise ValidationError({"detail": f"{self.detail} is not one of: {listed}."})
