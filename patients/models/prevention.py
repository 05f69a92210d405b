"""The reference rows of prevention: trials and their numbers, with their sources."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from patients.models.products import (
    PERCENT,
    Sourced,
    check_marks,
    percent_field,
    source_constraints,
    within_ends,
)


class PreventionTrial(Sourced):
    """A trial of prophylaxis. Its numbers are `outcomes`, each with its own threshold."""

    agent = models.CharField(max_length=60)
    schedule = models.CharField(max_length=120)
    trial = models.CharField(max_length=80, unique=True)
    is_randomized = models.BooleanField(default=False)
    comparator = models.TextField(blank=True, help_text="Empty where there was none.")
    comment = models.TextField(blank=True)
    doubt = models.TextField(blank=True)
    independent_check = models.TextField(blank=True)
    check_source = models.TextField(blank=True)
    check_confidence = models.CharField(max_length=4, blank=True, validators=[check_marks])
    position = models.PositiveSmallIntegerField(default=100, help_text="Order as printed.")

    class Meta:
        ordering = ["position", "agent"]
        constraints = [
            models.CheckConstraint(
                condition=Q(independent_check="") | ~Q(check_source="") & ~Q(check_confidence=""),
                name="prevention_check_has_a_source",
                violation_error_message="An independent check needs its source and mark.",
            ),
            *source_constraints("prevention"),
        ]

    def __str__(self) -> str:
        return f"{self.agent}, {self.trial}"


class PreventionOutcome(Sourced):
    """One number of a prophylaxis trial, with the threshold it was counted at.

    The thresholds differ between trials: a number without its own is not comparable with
    anything, and no list may be sorted by it. A null percent is not printed in the source.
    """

    class Arm(models.TextChoices):
        TREATED = "treated"
        COMPARATOR = "comparator"

    class Toxicity(models.TextChoices):
        CRS = "CRS", "CRS"
        ICANS = "ICANS", "ICANS"

    class Threshold(models.TextChoices):
        ANY = "any", "any grade"
        G2 = "G2", "G2"
        G2_UP = "G2+", "G2+"
        G3_UP = "G3+", "G3+"

    trial = models.ForeignKey(PreventionTrial, on_delete=models.CASCADE, related_name="outcomes")
    arm = models.CharField(max_length=12, choices=Arm.choices)
    toxicity = models.CharField(max_length=8, choices=Toxicity.choices)
    threshold = models.CharField(max_length=4, choices=Threshold.choices)
    percent = percent_field()
    doubt = models.TextField(blank=True)

    class Meta:
        ordering = ["trial", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["trial", "arm", "toxicity", "threshold"],
                name="prevention_outcome_once",
            ),
            *within_ends("outcome", ["percent"], PERCENT),
            *source_constraints("outcome"),
        ]

    def __str__(self) -> str:
        return f"{self.trial}: {self.arm} {self.toxicity} {self.threshold}"
