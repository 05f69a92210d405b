"""Columns and constraints that several models share: measurements, points, words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from grading.measures import (
    BEFORE_AT,
    EARLIEST_AT,
    EARLIEST_BIRTH,
    EARLIEST_YEAR,
    FURTHEST_FROM_INFUSION,
    LATEST_BIRTH,
    LATEST_YEAR,
    is_clinical_time,
)
from grading.table.sections import LIMITS, WORDS

OUTSIDE_YEARS = f"lies outside the years {EARLIEST_YEAR}–{LATEST_YEAR}. Correct the date."


def choices_of(enum: Iterable[Any]) -> list[tuple[str, str]]:
    """Django choices from a closed list, in the words of the screen."""
    return [(word.value, word.value.replace("_", " ")) for word in enum]


def measurement(name: str, *, digits: int = 9, places: int = 4) -> models.DecimalField[Any, Any]:
    """A nullable number with the hard limits of `name`; it keeps the digits that were typed."""
    limits = LIMITS[name]
    return models.DecimalField(
        null=True,
        blank=True,
        max_digits=digits,
        decimal_places=places,
        validators=[MinValueValidator(limits.hard_low), MaxValueValidator(limits.hard_high)],
    )


def points(name: str) -> models.PositiveSmallIntegerField[Any, Any]:
    """A nullable whole number of points with the limits of the scale."""
    limits = LIMITS[name]
    return models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[
            MinValueValidator(int(limits.hard_low)),
            MaxValueValidator(int(limits.hard_high)),
        ],
    )


def word_column(name: str) -> models.CharField[Any, Any]:
    """A nullable word out of the closed list of `name`. NULL is unknown."""
    return models.CharField(null=True, blank=True, max_length=30, choices=choices_of(WORDS[name]))


def within_limits(model_name: str, field: str, measured: str = "") -> models.CheckConstraint:
    """NULL, or inside the hard limits of `measured` (by default the field's own name)."""
    limits = LIMITS[measured or field]
    low, high = _plain(limits.hard_low), _plain(limits.hard_high)
    inside = models.Q(**{f"{field}__gte": low, f"{field}__lte": high})
    return models.CheckConstraint(
        condition=models.Q(**{f"{field}__isnull": True}) | inside,
        name=f"{model_name}_{field}_within_limits",
        violation_error_message=f"{field} is outside {low}–{high} {limits.unit}.",
    )


def in_clinical_years(model_name: str, *fields: str) -> models.CheckConstraint:
    """Each field is NULL, or a time of the years 1990–2150."""
    condition = models.Q()
    for field in fields:
        inside = models.Q(**{f"{field}__gte": EARLIEST_AT, f"{field}__lt": BEFORE_AT})
        condition &= models.Q(**{f"{field}__isnull": True}) | inside
    return models.CheckConstraint(
        condition=condition,
        name=f"{model_name}_times_in_clinical_years",
        violation_error_message=f"A time {OUTSIDE_YEARS}",
    )


def born_in_possible_years() -> models.CheckConstraint:
    """NULL, or a birth date from 120 years before the first year of clinical times."""
    years = f"{EARLIEST_BIRTH.year}–{LATEST_BIRTH.year}"
    return models.CheckConstraint(
        condition=models.Q(birth_date__isnull=True)
        | models.Q(birth_date__gte=EARLIEST_BIRTH, birth_date__lte=LATEST_BIRTH),
        name="patient_birth_date_in_possible_years",
        violation_error_message=f"The birth date lies outside the years {years}. Correct it.",
    )


def check_near_infusion(field: str, label: str, moment: datetime, infused_at: datetime) -> None:
    """Refuse a time outside the years 1990–2150, or more than 30 years from the infusion."""
    if not is_clinical_time(moment):
        raise ValidationError({field: f"{label} {OUTSIDE_YEARS}"})
    if abs(moment - infused_at) > FURTHEST_FROM_INFUSION:
        text = f"{label} lies more than 30 years from the infusion. Check both dates."
        raise ValidationError({field: text})


def one_of(model_name: str, field: str, enum: Iterable[Any]) -> models.CheckConstraint:
    """NULL, or a word out of the closed list."""
    words = [member.value for member in enum]
    return models.CheckConstraint(
        condition=models.Q(**{f"{field}__isnull": True}) | models.Q(**{f"{field}__in": words}),
        name=f"{model_name}_{field}_known_word",
        violation_error_message=f"{field} must be one of: {', '.join(words)}.",
    )


def _plain(limit: Decimal) -> Decimal | int:
    return int(limit) if limit == limit.to_integral_value() else limit
