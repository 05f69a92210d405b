"""The base of what a round records: written once, and where wrong withdrawn with a reason."""

from __future__ import annotations

import uuid
from typing import Any, NoReturn

from django.db import models
from django.db.models import Q

from patients.models import GuardedWrite, User


class KeptRow(models.Model):
    """What somebody recorded. Its form makes `uid`, so that a form sent twice is stored once."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise GuardedWrite("What a round records is written by patients.rounds.writing alone.")

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise GuardedWrite("What a round records is never deleted.")


class Withdrawable(KeptRow):
    """A row that may be marked entered in error, once, with who, when and why."""

    withdrawn_at = models.DateTimeField(null=True, editable=False)
    withdrawn_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    withdrawn_reason = models.TextField(blank=True, editable=False)

    class Meta:
        abstract = True


def withdrawn_whole(table: str) -> models.CheckConstraint:
    """A row is withdrawn with time, account and reason, or not at all."""
    nothing = Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_reason="")
    whole = Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_reason="")
    return models.CheckConstraint(condition=nothing | whole, name=f"{table}_withdrawn_whole")
