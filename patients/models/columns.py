"""Columns and constraints that several models share: measurements, points, words."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import nullcontext
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import DatabaseError, connections, models, router, transaction
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.db.models.sql import Query
from django.db.models.sql.constants import SINGLE

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


class CheckedTogether(models.Model):
    """A row whose checks are asked in one query. Django asks each in a query of its own."""

    class Meta:
        abstract = True

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Refuse a row that breaks a constraint; Django asks again which one, and says so."""
        using = router.db_for_write(type(self), instance=self)
        left_out = set(exclude or ())
        fields = [field for field in self._meta.concrete_fields if field.name not in left_out]
        try:
            for constraint in self._meta.constraints:
                if not isinstance(constraint, models.CheckConstraint):
                    constraint.validate(type(self), self, left_out, using)
            if self._keeps_checks(fields, using):
                return
        except (DatabaseError, ValidationError):
            pass
        super().validate_constraints(exclude)

    def _keeps_checks(self, fields: Collection[models.Field[Any, Any]], using: str) -> bool:
        """Whether the row keeps every check on these fields, as the database answers."""
        query: Any = Query(None)
        for field in fields:
            value = Value(getattr(self, field.attname), field)
            query.add_annotation(value, field.name, select=False)
        query.add_annotation(Value(1), "is_kept")
        names = {field.name for field in fields}
        for check, needed in checks_of(type(self)):
            if needed <= names:
                unknown_keeps_it = Coalesce(check, True, output_field=models.BooleanField())
                query.add_q(Q(unknown_keeps_it))
        is_inside = connections[using].in_atomic_block
        with transaction.atomic(using) if is_inside else nullcontext():
            return query.get_compiler(using).execute_sql(SINGLE) is not None


@cache
def checks_of(model: type[models.Model]) -> tuple[tuple[Any, frozenset[str]], ...]:
    """The conditions of the checks of a table, each with the fields that it reads."""
    paths_in = model._get_expr_references  # type: ignore[attr-defined]  # noqa: SLF001
    return tuple(
        (Q(each.condition), frozenset(path[0] for path in paths_in(each.condition)))
        for each in model._meta.constraints
        if isinstance(each, models.CheckConstraint)
    )


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
