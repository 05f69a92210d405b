"""What keeps clinical rows as they were entered, and the refusals a user may meet.

Rows about patients are written through one door (`patients.door`), which regrades. Everything
else that Django offers for writing many rows at once raises here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from django.db import models

if TYPE_CHECKING:
    pass


AnyModel = TypeVar("AnyModel", bound=models.Model)


class GuardedWrite(TypeError):
    """A write that would go past the door. A programming error, never a user's."""


def _refuse(name: str) -> Callable[..., NoReturn]:
    def refuse(self: models.QuerySet[Any], *args: Any, **kwargs: Any) -> NoReturn:
        raise GuardedWrite(
            f"{self.model.__name__}.objects.{name}() would pass by the door: no regrade, no "
            "history. Use patients.door."
        )

    refuse.__name__ = name
    return refuse


class GuardedQuerySet(models.QuerySet[AnyModel]):
    """Reads anything; writes nothing in bulk."""

    update = _refuse("update")
    delete = _refuse("delete")
    bulk_create = _refuse("bulk_create")
    bulk_update = _refuse("bulk_update")
    aupdate = _refuse("aupdate")
    adelete = _refuse("adelete")
    abulk_create = _refuse("abulk_create")
    abulk_update = _refuse("abulk_update")
    _raw_delete = _refuse("_raw_delete")


def refuse_fixtures(sender: type[models.Model], *, raw: bool, **_: Any) -> None:
    """`loaddata` writes rows without `save`; those about patients come in by the door alone."""
    if raw:
        raise GuardedWrite(
            f"A {sender._meta.verbose_name} is not loaded from a fixture: no regrade, no history. "
            "Use import_course, or restore a backup."
        )


def unguarded(model: type[AnyModel]) -> models.QuerySet[AnyModel]:
    """All rows of `model`, with writing allowed. For the door and regrade alone."""
    return models.QuerySet(model)
