"""Querysets that refuse to write past the door, and the history that outlives accounts.

Rows about patients are written through one door (`patients.door`), which regrades. Every other
function of Django that writes many rows at once raises `GuardedWrite`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

AnyModel = TypeVar("AnyModel", bound=models.Model)


class GuardedWrite(TypeError):
    """Raised where code writes past the door: an error of the program, not of a user."""


def _refuse(name: str) -> Callable[..., NoReturn]:
    def refuse(self: models.QuerySet[Any], *args: Any, **kwargs: Any) -> NoReturn:
        raise GuardedWrite(
            f"{self.model.__name__}.objects.{name}() would pass by the door: no regrade, no "
            "history. Use patients.door."
        )

    refuse.__name__ = name
    return refuse


class GuardedQuerySet(models.QuerySet[AnyModel]):
    """A queryset that reads any row and refuses to write in bulk."""

    update = _refuse("update")
    delete = _refuse("delete")
    bulk_create = _refuse("bulk_create")
    bulk_update = _refuse("bulk_update")
    aupdate = _refuse("aupdate")
    adelete = _refuse("adelete")
    abulk_create = _refuse("abulk_create")
    abulk_update = _refuse("abulk_update")
    _raw_delete = _refuse("_raw_delete")


class KeptHistory(HistoricalRecords):  # type: ignore[misc]
    """A history whose rows go on naming who changed something: that account is never deleted."""

    def __init__(self, *, inherit: bool = False) -> None:
        reason = models.TextField(null=True)
        super().__init__(history_change_reason_field=reason, inherit=inherit)

    def get_extra_fields(self, model: type[models.Model], fields: Any) -> dict[str, Any]:
        """The columns of every history; `history_user` protects the account."""
        account: models.ForeignKey[Any, Any] = models.ForeignKey(
            settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
        )
        return {**super().get_extra_fields(model, fields), "history_user": account}


def refuse_fixtures(sender: type[models.Model], *, raw: bool, **_: Any) -> None:
    """Refuse rows from `loaddata`, which writes them without `save` and without the door."""
    if raw:
        raise GuardedWrite(
            f"A {sender._meta.verbose_name} is not loaded from a fixture: no regrade, no history. "
            "Use import_course, or restore a backup."
        )


def unguarded(model: type[AnyModel]) -> models.QuerySet[AnyModel]:
    """All rows of `model`, with writing allowed. For the door and regrade alone."""
    return models.QuerySet(model)
