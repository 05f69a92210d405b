"""The base of every row about a patient, with the constraints that the tables of all kinds share.

Rows are immutable. A mistake is struck out, or replaced by a new row; both stay readable.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, ClassVar, NoReturn, Self, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from grading.kinds import EntryKind
from patients import clock
from patients.models.accounts import User
from patients.models.columns import CheckedTogether, check_near_infusion
from patients.models.guarded import GuardedQuerySet, GuardedWrite
from patients.models.people import Course

AnyRow = TypeVar("AnyRow", bound="ClinicalRow")

CLOCK_TOLERANCE = timedelta(minutes=10)
"""A tablet's clock may be ahead of the server's by at most this."""

EARLIEST_BEFORE_INFUSION = timedelta(days=2 * 366)
"""An earlier observation is refused: it belongs to another treatment, or its year is mistyped."""


class ClinicalQuerySet(GuardedQuerySet[AnyRow]):
    def live(self) -> Self:
        """The rows that count: neither struck out nor replaced.

        An entry stays replaced when its correction is struck out later: both were wrong.
        """
        return self.filter(Q(struck_out_at__isnull=True, replaced_by__isnull=True))


class ClinicalRow(CheckedTogether):
    """One entry about a patient. Its form makes `uid`, so that a form sent twice is stored once."""

    entry_kind: ClassVar[EntryKind]
    audit_fields: ClassVar[frozenset[str]] = frozenset(
        {
            "id",
            "recorded_at",
            "recorded_by",
            "struck_out_at",
            "struck_out_by",
            "struck_out_reason",
        }
    )

    other_times: ClassVar[tuple[str, ...]] = ()
    """The times of a row beside the one that grades go by."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="%(class)ss")
    note = models.TextField(blank=True)
    recorded_at = models.DateTimeField(editable=False)
    recorded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", editable=False
    )
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    copied_from = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, editable=False, related_name="copied_to"
    )
    struck_out_at = models.DateTimeField(null=True, editable=False)
    struck_out_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    struck_out_reason = models.TextField(blank=True, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.at:%Y-%m-%d %H:%M}"

    @property
    def at(self) -> datetime:
        """The time at which it was observed, collected, given or happened; grades go by it."""
        moment: datetime = getattr(self, self.entry_kind.time_field)
        return moment

    def is_live(self) -> bool:
        """Whether the row counts: it is neither struck out nor replaced."""
        return self.struck_out_at is None and not hasattr(self, "replaced_by")

    @property
    def is_correction(self) -> bool:
        """Whether the row replaces another one."""
        return self.serializable_value("replaces") is not None

    def facts(self) -> dict[str, Any]:
        """The values that were entered, without who recorded them and when."""
        return {
            field.name: field.value_from_object(self)
            for field in self._meta.concrete_fields
            if field.name not in self.audit_fields
        }

    def copy_for(self, course: Course, uid: uuid.UUID) -> Self:
        """A new row, not saved, with the same facts on the course of the right patient."""
        own = {"uid", "course", "replaces", "copied_from"}
        facts = {
            self._meta.get_field(name).attname: value  # type: ignore[union-attr]
            for name, value in self.facts().items()
            if name not in own
        }
        return type(self)(course=course, uid=uid, copied_from=self, **facts)

    def save(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse: an entry is checked, signed and graded as it is stored."""
        if not self._state.adding:
            raise GuardedWrite("An entry cannot be changed. Enter a new one that replaces it.")
        raise GuardedWrite("An entry is stored by door.enter, which regrades its course.")

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Check the fields; refuse a time in the future, or too far from the infusion."""
        super().clean_fields(exclude=exclude)
        time_field = self.entry_kind.time_field
        moment: datetime | None = getattr(self, time_field)
        if self.course_id is None or moment is None:
            return
        if moment > clock.now() + CLOCK_TOLERANCE:
            text = "This time is still to come. Check date and time."
            raise ValidationError({time_field: text})
        if moment < self.course.infused_at - EARLIEST_BEFORE_INFUSION:
            text = "This time is more than two years before the infusion. Check the date."
            raise ValidationError({time_field: text})
        for field in (time_field, *self.other_times):
            if (typed := getattr(self, field)) is not None:
                check_near_infusion(field, "This time", typed, self.course.infused_at)

    def fill_in(self) -> None:
        """Set the columns that are computed from the values typed; here there are none."""

    def insert(self) -> None:
        """Write the row. For the door alone: it locks, checks and regrades."""
        super().save(force_insert=True)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise GuardedWrite("An entry cannot be deleted. Strike it out by door.strike_out.")


def audit_constraints(name: str) -> list[models.BaseConstraint]:
    """Constraints of each table: a row is struck out whole or not, and never replaces itself."""
    untouched = Q(struck_out_at__isnull=True, struck_out_by__isnull=True, struck_out_reason="")
    struck = Q(struck_out_at__isnull=False, struck_out_by__isnull=False) & ~Q(struck_out_reason="")
    return [
        models.CheckConstraint(condition=untouched | struck, name=f"{name}_struck_out_whole"),
        models.CheckConstraint(
            condition=Q(replaces__isnull=True) | ~Q(replaces=F("id")),
            name=f"{name}_replaces_another",
        ),
    ]
