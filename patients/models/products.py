"""The reference rows of the products: statements of the literature, with their sources.

Nothing here is about a patient, and no grade is computed from it. Administrators edit the rows
in the admin; every change has its history. An unknown number is null, never 0: null alone is
"not printed in the source", and a `CellNote` holds any other reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from grading.sources import CONFIDENCE
from patients.models.guarded import KeptHistory

PERCENT = (0, 100)
ONSET_DAYS = (0, 60)
DAILY_DAYS = (1, 60)
WEEKS = (1, 52)
"""Lowest and highest value, both inclusive. Every label lies inside."""


PERCENTS_OF_A_TRIAL = (
    "crs_any",
    "crs_g3",
    "nt_any",
    "nt_g3",
    "other_nt_any",
    "other_nt_g3",
    "infection_any",
    "infection_g3",
)


def check_marks(marks: str) -> None:
    """Refuse a text that is not made of one or more of the confidence marks."""
    if not marks or set(marks) - set(CONFIDENCE):
        raise ValidationError(f"{marks} is not made of the marks {', '.join(CONFIDENCE)}.")


def percent_field() -> models.DecimalField[Any, Any]:
    """A nullable percentage with one decimal."""
    ends = [MinValueValidator(Decimal(PERCENT[0])), MaxValueValidator(Decimal(PERCENT[1]))]
    return models.DecimalField(
        max_digits=4, decimal_places=1, null=True, blank=True, validators=ends
    )


def _whole(low: int, high: int) -> models.PositiveSmallIntegerField[Any, Any]:
    ends = [MinValueValidator(low), MaxValueValidator(high)]
    return models.PositiveSmallIntegerField(null=True, blank=True, validators=ends)


def within_ends(
    table: str, names: Iterable[str], ends: tuple[int, int]
) -> list[models.BaseConstraint]:
    """Constraints by which each column is null or between the ends, both inclusive."""
    return [
        models.CheckConstraint(
            condition=Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__range": ends}),
            name=f"{table}_{name}_limits",
        )
        for name in names
    ]


def source_constraints(table: str) -> list[models.BaseConstraint]:
    """Constraints by which the source and its confidence mark are never empty."""
    return [
        models.CheckConstraint(condition=~Q(source=""), name=f"{table}_source_named"),
        models.CheckConstraint(condition=~Q(confidence=""), name=f"{table}_confidence_marked"),
    ]


class Sourced(models.Model):
    """A row with its source and the confidence of its reading."""

    source = models.TextField(help_text="Citation and the place in it.")
    confidence = models.CharField(
        max_length=4,
        validators=[check_marks],
        help_text="One or more of V, S, M and D; the reference pages say what they mean.",
    )
    history = KeptHistory(inherit=True)

    class Meta:
        abstract = True


class Region(models.TextChoices):
    """The authority whose label it is."""

    US = "US", "US"
    EU = "EU", "EU"
    UK = "UK", "UK"
    OTHER = "other", "other"


class Product(Sourced):
    """A CAR-T product. `Course.product` is text; `patients.reading.products` finds its row."""

    name = models.CharField(max_length=80, unique=True)
    brand = models.CharField(max_length=40, blank=True)
    abbreviation = models.CharField(max_length=40, unique=True)
    target = models.CharField(max_length=60)
    costimulatory_domain = models.CharField(max_length=60, blank=True)
    notes = models.TextField(blank=True)
    is_offered = models.BooleanField(
        default=True, help_text="Stands as a button on the admission form."
    )
    position = models.PositiveSmallIntegerField(default=100, help_text="Order in lists.")

    class Meta:
        ordering = ["position", "name"]
        constraints = source_constraints("product")

    def __str__(self) -> str:
        return self.abbreviation


class ProductIndication(Sourced):
    """One indication for which a product is approved, with region and year."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="indications")
    indication = models.CharField(max_length=120)
    region = models.CharField(max_length=10, choices=Region.choices)
    year = _whole(2010, 2100)

    class Meta:
        ordering = ["product", "region", "year", "indication"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "indication", "region"], name="product_indication_once"
            ),
            *source_constraints("product_indication"),
        ]

    def __str__(self) -> str:
        return f"{self.product}: {self.indication} ({self.region})"


class ProductFact(Sourced):
    """One more statement of a label, such as onset, duration, or how it counts days."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="facts")
    topic = models.CharField(max_length=60)
    text = models.TextField()
    position = models.PositiveSmallIntegerField(default=100, help_text="Order in lists.")

    class Meta:
        ordering = ["product", "position", "topic"]
        constraints = [
            models.UniqueConstraint(fields=["product", "topic"], name="product_fact_once"),
            *source_constraints("product_fact"),
        ]

    def __str__(self) -> str:
        return f"{self.product}: {self.topic}"


class TrialIncidence(Sourced):
    """One row of the review's Table 1: percent of patients, any grade and grade 3 or above."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="trials")
    indication = models.CharField(max_length=120)
    trial = models.CharField(max_length=60, unique=True)
    crs_any = percent_field()
    crs_g3 = percent_field()
    crs_onset_days = _whole(*ONSET_DAYS)
    nt_any = percent_field()
    nt_g3 = percent_field()
    nt_name = models.CharField(
        max_length=40, blank=True, help_text="What the trial counted, where not neurotoxicity."
    )
    other_nt_any = percent_field()
    other_nt_g3 = percent_field()
    cytopenia = models.TextField(blank=True)
    infection_any = percent_field()
    infection_g3 = percent_field()
    position = models.PositiveSmallIntegerField(default=100, help_text="Order as printed.")

    class Meta:
        ordering = ["position", "trial"]
        verbose_name_plural = "trial incidences"
        constraints = [
            *within_ends("trial", PERCENTS_OF_A_TRIAL, PERCENT),
            *within_ends("trial", ["crs_onset_days"], ONSET_DAYS),
            *source_constraints("trial"),
        ]

    def __str__(self) -> str:
        return f"{self.trial} ({self.product})"

    def clean(self) -> None:
        """Refuse a percentage of grade 3 and above that is higher than that of any grade."""
        for part, whole in (("crs_g3", "crs_any"), ("nt_g3", "nt_any")):
            severe, every = getattr(self, part), getattr(self, whole)
            if severe is not None and every is not None and severe > every:
                raise ValidationError({part: "More than those with any grade."})


class CellNote(Sourced):
    """A note on one cell of a trial: a doubt, or why there is no number."""

    class Kind(models.TextChoices):
        DOUBTFUL = "doubtful"
        DIFFERS = "differs", "differs elsewhere"
        UNREADABLE = "unreadable"
        NOT_REPORTED = "not_reported", "not reported"

    class Cell(models.TextChoices):
        INDICATION = "indication"
        CRS_ANY = "crs_any", "CRS any"
        CRS_G3 = "crs_g3", "CRS G3+"
        CRS_ONSET = "crs_onset_days", "CRS onset"
        NT_ANY = "nt_any", "Neurotoxicity any"
        NT_G3 = "nt_g3", "Neurotoxicity G3+"
        CYTOPENIA = "cytopenia"
        INFECTION_ANY = "infection_any", "Infection any"
        INFECTION_G3 = "infection_g3", "Infection G3+"

    incidence = models.ForeignKey(TrialIncidence, on_delete=models.CASCADE, related_name="notes")
    cell = models.CharField(max_length=20, choices=Cell.choices)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    note = models.TextField()

    class Meta:
        ordering = ["incidence", "id"]
        constraints = [
            models.UniqueConstraint(fields=["incidence", "cell"], name="cell_note_once"),
            *source_constraints("cell_note"),
        ]

    def __str__(self) -> str:
        return f"{self.incidence}: {self.get_cell_display()}, {self.get_kind_display()}"


class MonitoringSchedule(Sourced):
    """The time for which a label has patients monitored, by region and date.

    Null dates are not recorded. A schedule that was replaced on a day that nobody recorded is
    marked `is_superseded`; otherwise its dates decide, both days included.
    """

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="schedules")
    region = models.CharField(max_length=10, choices=Region.choices)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    is_superseded = models.BooleanField(
        default=False, help_text="Replaced, on a day that is not recorded."
    )
    daily_days = _whole(*DAILY_DAYS)
    stay_near_weeks = _whole(*WEEKS)
    driving_weeks = _whole(*WEEKS)
    text = models.TextField(blank=True)

    class Meta:
        ordering = ["region", "product", F("valid_from").desc(nulls_last=True)]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "region", "valid_from"],
                name="schedule_once_from_a_day",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_to__gte=F("valid_from")),
                name="schedule_ends_after_it_begins",
                violation_error_message="The last day is before the first.",
            ),
            *within_ends("schedule", ["daily_days"], DAILY_DAYS),
            *within_ends("schedule", ["stay_near_weeks", "driving_weeks"], WEEKS),
            *source_constraints("schedule"),
        ]

    def __str__(self) -> str:
        return f"{self.product}, {self.region}"

    def is_valid_on(self, day: date) -> bool:
        """Whether the schedule is valid on that day, both ends included; an unknown end is open."""
        has_begun = self.valid_from is None or self.valid_from <= day
        has_ended = self.valid_to is not None and self.valid_to < day
        return has_begun and not has_ended and not self.is_superseded

    def is_past(self, day: date) -> bool:
        """Whether the schedule ended before that day or was superseded."""
        return self.is_superseded or (self.valid_to is not None and self.valid_to < day)
