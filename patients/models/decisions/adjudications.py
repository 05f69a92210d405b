"""The model of a physician's decisions: about the cause of a sign, or the final grade."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from grading import kinds
from grading.entries.adjudication import unfit_values
from grading.vocabulary import AttributedCause, Decision, GradedToxicity, Sign
from patients import clock
from patients.models.clinical_row import (
    CLOCK_TOLERANCE,
    ClinicalQuerySet,
    ClinicalRow,
    audit_constraints,
)
from patients.models.columns import choices_of, one_of, word_column


class Adjudication(ClinicalRow):
    """A physician's decision on what a sign is put down to, or the physician's final grade."""

    entry_kind = kinds.ADJUDICATION
    other_times = ("holds_from", "onset_at", "resolved_at")

    decided_at = models.DateTimeField(db_index=True)
    decision = models.CharField(max_length=30, choices=choices_of(Decision))
    sign = word_column("sign")
    cause = word_column("cause")
    holds_from = models.DateTimeField(null=True, blank=True)
    toxicity = word_column("toxicity")
    grade = models.PositiveSmallIntegerField(null=True, blank=True)
    onset_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)

    objects = ClinicalQuerySet["Adjudication"].as_manager()

    class Meta:
        base_manager_name = "objects"
        indexes = [models.Index(fields=["course", "decided_at"], name="adjudication_by_course")]
        constraints = [
            *audit_constraints("adjudication"),
            one_of("adjudication", "decision", Decision),
            one_of("adjudication", "sign", Sign),
            one_of("adjudication", "cause", AttributedCause),
            one_of("adjudication", "toxicity", GradedToxicity),
            models.CheckConstraint(
                condition=Q(
                    decision=Decision.FINAL_GRADE.value,
                    sign__isnull=True,
                    cause__isnull=True,
                    holds_from__isnull=True,
                    toxicity__isnull=False,
                    grade__isnull=False,
                )
                | ~Q(decision=Decision.FINAL_GRADE.value)
                & Q(
                    sign__isnull=False,
                    toxicity__isnull=True,
                    grade__isnull=True,
                    onset_at__isnull=True,
                    resolved_at__isnull=True,
                ),
                name="adjudication_sign_or_final_grade",
                violation_error_message="A decision is about a sign, or it is a final grade.",
            ),
            models.CheckConstraint(
                condition=~Q(reason="") | Q(cause__isnull=False),
                name="adjudication_reason_or_cause",
                violation_error_message="Say why, or name the cause.",
            ),
            models.CheckConstraint(
                condition=Q(cause__isnull=True) | Q(decision=Decision.CONFIRMED.value),
                name="adjudication_cause_where_confirmed",
                violation_error_message="A cause belongs to a confirmed attribution.",
            ),
            models.CheckConstraint(
                condition=Q(grade__isnull=True) | Q(grade__lte=5),
                name="adjudication_grade_at_most_five",
                violation_error_message="A grade is 0 to 5.",
            ),
            models.CheckConstraint(
                condition=Q(onset_at__isnull=True)
                | Q(resolved_at__isnull=True)
                | Q(resolved_at__gte=F("onset_at")),
                name="adjudication_resolves_after_onset",
                violation_error_message="The resolution cannot be before the onset.",
            ),
        ]

    def clean(self) -> None:
        """Refuse values that do not fit the decision; an onset or a resolution is not to come."""
        if self.decision not in list(Decision):
            return  # the field says so
        times = ("onset_at", "resolved_at")
        mistakes = {
            name: f"{name.removesuffix('_at').replace('_', ' ').capitalize()} {reason}."
            for name, reason in unfit_values(self, times)
        }
        for name in times:
            moment: datetime | None = getattr(self, name)
            if moment is not None and moment > clock.now() + CLOCK_TOLERANCE:
                mistakes.setdefault(name, "This time is still to come. Check date and time.")
        if mistakes:
            raise ValidationError(mistakes)
