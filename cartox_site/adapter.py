"""The adapter of sign-in: nobody signs up, wrong passwords are counted, every attempt is logged."""

from __future__ import annotations

import logging
import math
from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import ChangePasswordForm as AnyonesChangePasswordForm
from allauth.core import context
from axes.models import AccessAttempt
from axes.utils import reset
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from cartox_site.accounts.quick import note_full_sign_in
from cartox_site.addresses import counted_address
from cartox_site.middleware import begin_session
from cartox_site.security_log import account_named, record
from patients.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Closes sign-up, since an administrator makes the accounts, and logs each sign-in."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        super().login(request, user)
        begin_session(request)
        if isinstance(user, User):
            note_full_sign_in(request, user)
        record("sign_in", request)
        if not settings.PROXY_COUNT and "HTTP_X_FORWARDED_FOR" in request.META:
            record("proxy_not_counted", request, logging.WARNING)

    def logout(self, request: HttpRequest) -> None:
        record("sign_out", request)
        super().logout(request)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """The user; None for a closed account too, so that nobody learns its password."""
        user: AbstractBaseUser | None = super().authenticate(request, **credentials)
        if user is None or user.is_active:
            return user
        if not axes_has_locked(request):
            name = name_tried(request, credentials)
            record("closed_account", request, account=account_named(name))
            raise_alarms(request, name)
        return None

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        if axes_has_locked(request):
            return  # locked out: the password was not tried, and `locked_out` logs it
        name = name_tried(request, credentials)
        record("wrong_password", request, account=account_named(name))
        raise_alarms(request, name)

    def reauthenticate(self, user: AbstractBaseUser, password: str) -> bool:
        """Whether `password` is that of `user`. Wrong ones count like those at sign-in."""
        is_theirs: bool = super().reauthenticate(user, password)
        if is_theirs:
            address = counted_address(context.request)
            reset(username=user.get_username().casefold(), ip=address)
        return is_theirs

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("board")

    def set_password(self, user: User, password: str) -> None:
        user.must_change_password = False
        super().set_password(user, password)


class ChangePasswordForm(AnyonesChangePasswordForm):  # type: ignore[misc]
    """Counts wrong present passwords as at sign-in, so that a tablet left open reveals none."""

    def clean_oldpassword(self) -> str:
        adapter = AccountAdapter(context.request)
        password: str = self.cleaned_data["oldpassword"]
        if not adapter.reauthenticate(self.user, password):
            raise adapter.validation_error("enter_current_password")
        return password

    def clean_password1(self) -> str:
        password: str = self.cleaned_data["password1"]
        if password == self.cleaned_data.get("oldpassword"):
            raise ValidationError("This is the present password. Choose another one.")
        return password


def axes_has_locked(request: HttpRequest) -> bool:
    """Whether name and address were locked already, so that this attempt was not counted."""
    return getattr(request, "axes_failures_since_start", None) is None


def name_tried(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The name that was typed, in the form that axes counts by: without spaces and case."""
    name = (credentials or {}).get("username") or request.POST.get("login", "")
    return str(name).strip().casefold()


def raise_alarms(request: HttpRequest, name: str) -> None:
    """Log an alarm where many wrong passwords came for this name, or from this address.

    Neither locks anybody out: a name locked everywhere would let a stranger keep a nurse out.
    """
    counted: dict[str, dict[str, Any]] = {
        "name": {"username": name},
        "address": {"ip_address": counted_address(request)},
    }
    still_counting = AccessAttempt.objects.filter(
        attempt_time__gte=timezone.now() - settings.AXES_COOLOFF_TIME
    )
    for by, those in counted.items():
        failures = still_counting.filter(**those).aggregate(all=Sum("failures_since_start"))["all"]
        if failures is not None and failures >= settings.ALARM_AFTER_FAILURES:
            facts = {"counted_by": by, "failures": failures, "account": account_named(name)}
            record("many_wrong_passwords", request, logging.WARNING, **facts)


def locked_out(request: HttpRequest, credentials: dict[str, Any]) -> HttpResponse:
    """The page after too many wrong passwords, for this name on this machine."""
    name = name_tried(request, credentials)
    record("locked_out", request, account=account_named(name))
    minutes = math.ceil(locked_for(name, counted_address(request)) / timedelta(minutes=1))
    return render(request, "account/locked_out.html", {"minutes": max(minutes, 1)}, status=429)


def locked_for(name: str, address: str | None) -> timedelta:
    """How long the lock of this name at this address still lasts.

    A browser of its own makes a row of its own. The lock ends when so many of them are forgotten
    that the others hold fewer failures than the limit.
    """
    now, failures = timezone.now(), 0
    attempts = AccessAttempt.objects.filter(username=name, ip_address=address)
    for attempt in attempts.order_by("-attempt_time"):
        failures += attempt.failures_since_start
        if failures >= settings.AXES_FAILURE_LIMIT:
            left: timedelta = attempt.attempt_time + settings.AXES_COOLOFF_TIME - now
            return max(left, timedelta())
    return timedelta()
