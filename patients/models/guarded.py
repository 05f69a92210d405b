"""What keeps clinical rows as they were entered, and the refusals a user may meet.

Rows about patients are written through one door (`patients.door`), which regrades. Everything
else that Django offers for writing many rows at once raises here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from grading.vocabulary import VITAL_LIMITS

if TYPE_CHECKING:
    from patients.models.clinical_row import ClinicalRow

AnyModel = TypeVar("AnyModel", bound=models.Model)


class GuardedWrite(TypeError):
    """A write that would go past the door. A programming error, never a user's."""


class Refused(Exception):
    """An entry that cannot be accepted. The message is for the person who made it."""


class WrongCourse(Refused):
    """A row was handed to a course that it does not belong to."""


class AlreadyEntered(Refused):
    """The same form was saved before with other content; `stored` is what was saved."""

    def __init__(self, *, stored: ClinicalRow, attempted: ClinicalRow) -> None:
        self.stored, self.attempted = stored, attempted
        super().__init__(
            "This form was already saved, with other values. "
            "Look at the saved entry and correct it if it is wrong."
        )


class AlreadyReplaced(Refused):
    """Somebody corrected the same entry first: `first` is their row, `attempted` the new one."""

    def __init__(
        self, *, replaced: ClinicalRow, first: ClinicalRow, attempted: ClinicalRow | None
    ) -> None:
        self.replaced, self.first, self.attempted = replaced, first, attempted
        then = "Look at both and correct the newer one if needed."
        if first.struck_out_at is not None:
            then = "That correction was struck out since: neither counts. Enter it anew."
        super().__init__(f"This entry has already been corrected by {first.recorded_by}. {then}")


class AlreadyStruckOut(Refused):
    """The entry was struck out before."""

    def __init__(self, row: ClinicalRow) -> None:
        self.row = row
        super().__init__(f"This entry was struck out by {row.struck_out_by}.")


class AlreadyStopped(Refused):
    """The run was ended before."""

    def __init__(self, row: ClinicalRow) -> None:
        self.row = row
        super().__init__("The end of this dose is already recorded.")


class AlreadyAmended(Refused):
    """Somebody changed the same course or patient since the form was opened.

    `thing` is as it stands, `changes` what was asked for, `latest` the history of who was first.
    """

    def __init__(self, *, thing: Any, changes: dict[str, Any], latest: Any) -> None:
        self.thing, self.changes, self.latest = thing, changes, latest
        who = "Somebody" if latest.history_user is None else str(latest.history_user)
        super().__init__(
            f"{who} changed this after you opened the form. Nothing of yours was saved."
        )


def _refuse(name: str) -> Callable[..., NoReturn]:
    def refuse(self: models.QuerySet[Any], *args: Any, **kwargs: Any) -> NoReturn:
        raise GuardedWrite(
            f"{self.model.__name__}.objects.{name}() would pass by the door: no regrade, no "
            "history. Use Course.enter, strike_out, stop or amend."
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


def words_of(enum: Iterable[Any]) -> list[tuple[str, str]]:
    """Django choices from a closed list, in the words of the screen."""
    return [(word.value, word.value.replace("_", " ")) for word in enum]


def measurement(name: str, *, digits: int = 9, places: int = 4) -> models.DecimalField[Any, Any]:
    """A nullable number with the hard limits of `name`; it keeps the digits that were typed."""
    limits = VITAL_LIMITS[name]
    return models.DecimalField(
        null=True,
        blank=True,
        max_digits=digits,
        decimal_places=places,
        validators=[MinValueValidator(limits.hard_low), MaxValueValidator(limits.hard_high)],
    )


def points(name: str) -> models.PositiveSmallIntegerField[Any, Any]:
    """A nullable whole number of points with the limits of the scale."""
    limits = VITAL_LIMITS[name]
    return models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[
            MinValueValidator(int(limits.hard_low)),
            MaxValueValidator(int(limits.hard_high)),
        ],
    )


def word(enum: Iterable[Any]) -> models.CharField[Any, Any]:
    """A nullable word out of a closed list. NULL is unknown."""
    return models.CharField(null=True, blank=True, max_length=30, choices=words_of(enum))


def within_limits(model_name: str, field: str, measured: str = "") -> models.CheckConstraint:
    """NULL, or inside the hard limits of `measured` (by default the field's own name)."""
    limits = VITAL_LIMITS[measured or field]
    low, high = _plain(limits.hard_low), _plain(limits.hard_high)
    inside = models.Q(**{f"{field}__gte": low, f"{field}__lte": high})
    return models.CheckConstraint(
        condition=models.Q(**{f"{field}__isnull": True}) | inside,
        name=f"{model_name}_{field}_within_limits",
        violation_error_message=f"{field} is outside {low}–{high} {limits.unit}.",
    )


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
