"""What every row about a patient carries, and what its table holds whatever the kind.

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
from patients.models.guarded import GuardedQuerySet, GuardedWrite
from patients.models.people import Course

AnyRow = TypeVar("AnyRow", bound="ClinicalRow")


CLOCK_TOLERANCE = timedelta(minutes=10)
"""How far a tablet's clock may be ahead of ours."""

EARLIEST_BEFORE_INFUSION = timedelta(days=2 * 366)
"""Older observations belong to another treatment; a typed year is the likelier reason."""


class ClinicalQuerySet(GuardedQuerySet[AnyRow]):
    def live(self) -> Self:
        """What counts: neither struck out nor replaced.

        An entry stays replaced when its correction is struck out later: both were wrong.
        """
        return self.filter(Q(struck_out_at__isnull=True, replaced_by__isnull=True))


class ClinicalRow(models.Model):
    """What every row about a patient carries. `uid` is made by the form: a replay exists once."""

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
        """When it was observed, collected, given or happened. It drives everything."""
        moment: datetime = getattr(self, self.entry_kind.time_field)
        return moment

    def is_live(self) -> bool:
        """Whether it counts: neither struck out nor replaced."""
        return self.struck_out_at is None and not hasattr(self, "replaced_by")

    def facts(self) -> dict[str, Any]:
        """What was entered, without who and when."""
        return {
            field.name: field.value_from_object(self)
            for field in self._meta.concrete_fields
            if field.name not in self.audit_fields
        }

    def copy_for(self, course: Course, uid: uuid.UUID) -> Self:
        """The same facts, not saved yet, for the patient they were about."""
        own = {"uid", "course", "replaces", "copied_from"}
        facts = {name: value for name, value in self.facts().items() if name not in own}
        return type(self)(course=course, uid=uid, copied_from=self, **facts)

    def save(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse: an entry is checked, signed and graded as it is stored."""
        if not self._state.adding:
            raise GuardedWrite("An entry cannot be changed. Enter a new one that replaces it.")
        raise GuardedWrite("An entry is stored by door.enter, which regrades its course.")

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """The fields, and the time: not to come, and not from another year than the course."""
        super().clean_fields(exclude=exclude)
        moment: datetime | None = getattr(self, self.entry_kind.time_field)
        if self.course_id is None or moment is None:
            return
        if mistake := _bad_time(moment, self.course):
            raise ValidationError({self.entry_kind.time_field: mistake})

    def fill_in(self) -> None:
        """Set what follows from what was typed."""

    def insert(self) -> None:
        """Write the row. For the door alone: it locks, checks and regrades."""
        super().save(force_insert=True)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise GuardedWrite("An entry cannot be deleted. Strike it out by door.strike_out.")


def _bad_time(moment: datetime, course: Course) -> str:
    if moment > clock.now() + CLOCK_TOLERANCE:
        return "This time is still to come. Check date and time."
    if moment < course.infused_at - EARLIEST_BEFORE_INFUSION:
        return "This time is more than two years before the infusion. Check the date."
    return ""


def audit_constraints(name: str) -> list[models.BaseConstraint]:
    """For the table of one kind: struck out whole or not at all, and never replacing itself."""
    untouched = Q(struck_out_at__isnull=True, struck_out_by__isnull=True, struck_out_reason="")
    struck = Q(struck_out_at__isnull=False, struck_out_by__isnull=False) & ~Q(struck_out_reason="")
    return [
        models.CheckConstraint(condition=untouched | struck, name=f"{name}_struck_out_whole"),
        models.CheckConstraint(
            condition=Q(replaces__isnull=True) | ~Q(replaces=F("id")),
            name=f"{name}_replaces_another",
        ),
    ]
