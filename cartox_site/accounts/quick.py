"""Quick sign-in by PIN: on a device where the user typed the password in the last twelve hours."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db.models import F
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from cartox_site.accounts.models import FullSignIn, Pin
from patients.models import Role, User

HOLDS = timedelta(hours=12)
"""So long after the password was typed the PIN holds: one long shift, as a session lasts."""
MOST_WRONG = 3
"""After so many wrong PINs in a row the device asks that user for the password."""
LONGEST_PIN = 12


def pin_allowed(user: User) -> bool:
    """Whether this user may have a PIN: nobody who administers, nor anybody of a site without."""
    is_administering = user.is_staff or user.is_superuser or user.role == Role.ADMINISTRATOR
    return bool(settings.CARTOX_PIN_DIGITS) and user.is_active and not is_administering


def problem_in_pin(pin: str) -> str:
    """Why these digits are no PIN, as a sentence; empty where they are one."""
    fewest = settings.CARTOX_PIN_DIGITS
    if not (pin.isascii() and pin.isdecimal() and fewest <= len(pin) <= LONGEST_PIN):
        return f"A PIN has {fewest} to {LONGEST_PIN} digits and nothing else."
    steps = {int(after) - int(before) for before, after in pairwise(pin)}
    if steps <= {0, 1} or steps <= {0, -1} or len(set(pin)) < 3:
        return "This PIN is guessed quickly: it repeats itself or counts on. Choose another one."
    return ""


def set_pin(user: User, pin: str) -> None:
    Pin.objects.update_or_create(user=user, defaults={"hashed": make_password(pin)})


def remove_pin(user: User) -> None:
    Pin.objects.filter(user=user).delete()


def note_full_sign_in(request: HttpRequest, user: User) -> None:
    """Note that `user` typed the password on this device; a new device gets its cookie."""
    now = timezone.now()
    FullSignIn.objects.filter(signed_in_at__lte=now - HOLDS).delete()
    if not settings.CARTOX_PIN_DIGITS:
        return
    if not (token := request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")):
        token = secrets.token_urlsafe(32)
        vars(request)["new_device"] = token
    FullSignIn.objects.update_or_create(
        user=user,
        device=_hash(token),
        defaults={
            "password_state": user.get_session_auth_hash(),
            "signed_in_at": now,
            "wrong_pins": 0,
        },
    )


class DeviceCookieMiddleware:
    """Gives a new device its cookie; it ends with the browser, like that of a session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if token := getattr(request, "new_device", ""):
            response.set_cookie(
                settings.DEVICE_COOKIE_NAME,
                token,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response


def pin_users(request: HttpRequest) -> list[User]:
    """The users whose PIN holds on this device, by name."""
    users = [sign_in.user for sign_in in _sign_ins(request) if _holds(sign_in)]
    return sorted(users, key=lambda user: (str(user), user.pk))


def full_sign_in_by_pin(request: HttpRequest, user_key: int, pin: str) -> FullSignIn | None:
    """The sign-in on which this PIN rests; None where it is wrong or does not hold here.

    A try is counted before it is looked at, so that many at once are no more than `MOST_WRONG`.
    """
    sign_in = next((one for one in _sign_ins(request) if one.user.pk == user_key), None)
    if sign_in is None or not _holds(sign_in):
        make_password(pin)  # takes as long as a wrong one
        return None
    row = FullSignIn.objects.filter(pk=sign_in.pk)
    if not row.filter(wrong_pins__lt=MOST_WRONG).update(wrong_pins=F("wrong_pins") + 1):
        return None
    if not check_password(pin, sign_in.user.pin.hashed):
        return None
    row.update(wrong_pins=0)
    return sign_in


def forget_devices(user_keys: Sequence[Any], **_: Any) -> None:
    """Let no PIN of these users hold anywhere: they were signed out everywhere."""
    FullSignIn.objects.filter(user__in=user_keys).delete()


def _sign_ins(request: HttpRequest) -> list[FullSignIn]:
    """The sign-ins of the last shift on this device, of users who have a PIN."""
    token = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")
    if not token:
        return []
    recent = FullSignIn.objects.filter(
        device=_hash(token), signed_in_at__gt=timezone.now() - HOLDS, user__pin__isnull=False
    )
    return list(recent.select_related("user__pin"))


def _holds(sign_in: FullSignIn) -> bool:
    is_of_password = secrets.compare_digest(
        sign_in.password_state, sign_in.user.get_session_auth_hash()
    )
    return is_of_password and sign_in.wrong_pins < MOST_WRONG and pin_allowed(sign_in.user)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
