"""The models of quick sign-in: the PIN of a user, and on which devices it holds."""

from __future__ import annotations

from django.db import models

from patients.models import User


class Pin(models.Model):
    """The PIN of a user, hashed like a password."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True)
    hashed = models.CharField(max_length=128)
    set_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"PIN of {self.user}"


class FullSignIn(models.Model):
    """A sign-in by password on one device, after which the PIN holds there for a shift.

    The device is named by the hash of its cookie. `password_state` changes with the password, which
    ends it; `wrong_pins` are those since the password was typed.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    device = models.CharField(max_length=64)
    password_state = models.CharField(max_length=128)
    signed_in_at = models.DateTimeField()
    wrong_pins = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "device"], name="full_sign_in_once_a_device")
        ]

    def __str__(self) -> str:
        return f"{self.user} at {self.signed_in_at:%Y-%m-%d %H:%M}"
