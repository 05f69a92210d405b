"""The models of users, of wards, and of who belongs to which ward."""

from __future__ import annotations

import zoneinfo
from collections.abc import Collection
from functools import cache
from typing import Any, NoReturn

from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.auth.validators import ASCIIUsernameValidator
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from grading.rules.systems import COURSE_SYSTEMS, PRIMARY, SYSTEMS
from patients.characters import normalized, problem_in_name
from patients.models.guarded import GuardedWrite
from patients.sessions import end_sessions


@cache
def time_zones() -> frozenset[str]:
    """The names in the IANA time zone database, which is many files."""
    return frozenset(zoneinfo.available_timezones())


def check_time_zone(name: str) -> None:
    """Refuse a name that is not in the IANA time zone database."""
    if name not in time_zones():
        raise ValidationError(f"{name} is not an IANA time zone. Write it like Europe/Madrid.")


class Role(models.TextChoices):
    NURSE = "nurse"
    PHYSICIAN = "physician"
    VIEWER = "viewer"
    ADMINISTRATOR = "administrator"


NAME_TAKEN = "This user name is taken. Capitals make no other name."
NEVER_DELETED = (
    "An account is never deleted: what it recorded names it. Take away “Active” instead."
)


class UserQuerySet(models.QuerySet["User"]):
    """A queryset that refuses to change accounts without `save`, which is logged."""

    def update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise GuardedWrite("Accounts are changed one by one by save(), which is logged.")

    aupdate = bulk_update = abulk_update = bulk_create = abulk_create = update

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise GuardedWrite(NEVER_DELETED)

    adelete = _raw_delete = delete


class CartoxUserManager(UserManager["User"]):
    use_in_migrations = False  # other apps' migrations change every account at once

    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def get_by_natural_key(self, username: str | None) -> User:
        """The account with this name, whatever its capitals, as at the sign-in."""
        return self.get(username__iexact=username)

    def create_superuser(self, *args: Any, **kwargs: Any) -> User:
        """Make the account of an administrator, as the command line does."""
        return super().create_superuser(*args, **({"role": Role.ADMINISTRATOR} | kwargs))


class User(AbstractUser):
    """A person who signs in. What they see follows from `Membership`, what they do from `role`."""

    username = models.CharField(
        max_length=150,
        unique=True,
        help_text="Letters of A–Z, digits and @ . + - _ only. Capitals make no other name.",
        validators=[ASCIIUsernameValidator()],
        error_messages={"unique": NAME_TAKEN},
    )
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.VIEWER)
    must_change_password = models.BooleanField(default=False, db_default=False, editable=False)
    """Whether an administrator chose the password, so that the next sign-in asks for another."""

    objects = CartoxUserManager()  # type: ignore[misc]

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="user_role_known_word"),
            models.UniqueConstraint(
                Lower("username"),
                name="user_name_once_in_any_case",
                violation_error_message=NAME_TAKEN,
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Bring the names into one Unicode form; refuse what nobody sees in them.

        What is stored from before stays, so that the account can be changed.
        """
        stored = None if self._state.adding else User.objects.filter(pk=self.pk).first()
        for name, label in (("first_name", "The first name"), ("last_name", "The last name")):
            if stored is not None and getattr(stored, name) == getattr(self, name):
                continue
            setattr(self, name, normalized(getattr(self, name)))
            if problem := problem_in_name(getattr(self, name)):
                raise ValidationError({name: f"{label} {problem}"})
        is_renamed = stored is None or stored.username != self.username
        super().clean_fields({*(exclude or ()), *(() if is_renamed else ("username",))})

    def clean(self) -> None:
        """Refuse the user name of somebody else, whatever its capitals."""
        super().clean()
        others = User.objects.filter(username__iexact=self.username).exclude(pk=self.pk)
        if others.exists():
            raise ValidationError({"username": NAME_TAKEN})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the user, and end every session of one who may no longer sign in."""
        super().save(*args, **kwargs)
        if not self.is_active:
            end_sessions([self.pk])

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise GuardedWrite(NEVER_DELETED)


class WardQuerySet(models.QuerySet["Ward"]):
    """A queryset that refuses to change wards past `door.save_ward`, which regrades."""

    def update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise GuardedWrite("A ward is changed by door.save_ward, which regrades its patients.")

    aupdate = bulk_update = abulk_update = update

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise GuardedWrite("A ward is never deleted: courses and their history name it.")

    adelete = _raw_delete = delete


class Ward(models.Model):
    """A ward: its time zone, how often patients are assessed, and whom to call."""

    name = models.CharField(max_length=80, unique=True)
    time_zone = models.CharField(max_length=64, default="UTC", validators=[check_time_zone])
    assessment_every_hours = models.PositiveSmallIntegerField(
        default=12, validators=[MinValueValidator(1), MaxValueValidator(48)]
    )
    who_to_call = models.TextField(blank=True)
    ice_sentence = models.CharField(max_length=160, blank=True)
    ice_objects = models.CharField(max_length=120, blank=True)
    systems = models.JSONField(null=True, blank=True)
    """Keys of the systems shown beside ASTCT; null: all. ASTCT is always shown."""
    members: models.ManyToManyField[User, Membership] = models.ManyToManyField(
        User, through="Membership", related_name="wards"
    )

    objects = WardQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(assessment_every_hours__range=(1, 48)),
                name="ward_assessed_at_least_every_two_days",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def sees(self, key: str) -> bool:
        """Whether this ward is shown the system `key`; the primary ones are always shown."""
        return key in PRIMARY or self.systems is None or key in self.systems

    def clean(self) -> None:
        """Refuse a name with what nobody sees, and a key that is no system."""
        if problem := problem_in_name(self.name):
            raise ValidationError({"name": f"The name of the ward {problem}"})
        if self.systems is None:
            return
        all_keys = {*SYSTEMS, *COURSE_SYSTEMS}
        unknown = [key for key in self.systems if key not in all_keys]
        if unknown:
            raise ValidationError({"systems": f"Unknown systems: {', '.join(unknown)}."})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store a new ward, which has no patients yet; refuse a change, which moves due times."""
        if not self._state.adding:
            raise GuardedWrite("A ward is changed by door.save_ward, which regrades its patients.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise GuardedWrite("A ward is never deleted: courses and their history name it.")

    def write(self) -> None:
        """Write the ward. For the door alone: it regrades."""
        super().save()


class MembershipQuerySet(models.QuerySet["Membership"]):
    """A queryset that refuses to write memberships without `save`, which is logged."""

    def update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise GuardedWrite("Memberships are saved one by one by save(), which is logged.")

    aupdate = bulk_update = abulk_update = bulk_create = abulk_create = update


class Membership(models.Model):
    """A user who belongs to a ward, and therefore sees its patients."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    ward = models.ForeignKey(Ward, on_delete=models.CASCADE, related_name="memberships")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["user", "ward"], name="membership_once_per_ward")
        ]

    def __str__(self) -> str:
        return f"{self.user} on {self.ward}"
