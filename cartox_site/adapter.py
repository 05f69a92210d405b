"""The adapter of sign-in: nobody signs up, wrong passwords are counted, every attempt is logged."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import ChangePasswordForm as AnyonesChangePasswordForm
from allauth.core import context
from axes.helpers import get_client_ip_address
from axes.utils import reset
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cartox_site.middleware import begin_session
from cartox_site.security_log import account_named, record


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Closes sign-up, since an administrator makes the accounts, and logs each sign-in."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        super().login(request, user)
        begin_session(request)
        record("sign_in", request)

    def logout(self, request: HttpRequest) -> None:
        record("sign_out", request)
        super().logout(request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        record("wrong_password", request, account=account_named(name_tried(request, credentials)))

    def reauthenticate(self, user: AbstractBaseUser, password: str) -> bool:
        """Whether `password` is that of `user`. Wrong ones count like those at sign-in."""
        is_theirs: bool = super().reauthenticate(user, password)
        if is_theirs:
            address = get_client_ip_address(context.request)
            reset(username=user.get_username().casefold(), ip=address)
        return is_theirs

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        super().set_password(user, password)
        record("password_changed", context.request)


class ChangePasswordForm(AnyonesChangePasswordForm):  # type: ignore[misc]
    """Counts wrong present passwords as at sign-in, so that a tablet left open reveals none."""

    def clean_oldpassword(self) -> str:
        adapter = AccountAdapter(context.request)
        password: str = self.cleaned_data["oldpassword"]
        if not adapter.reauthenticate(self.user, password):
            raise adapter.validation_error("enter_current_password")
        return password


def name_tried(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The name that was typed, in the form that axes counts by: without spaces and case."""
    name = (credentials or {}).get("username") or request.POST.get("login", "")
    return str(name).strip().casefold()


def locked_out(request: HttpRequest, credentials: dict[str, Any]) -> HttpResponse:
    """The page after too many wrong passwords, for this name on this machine."""
    record("locked_out", request, account=account_named(name_tried(request, credentials)))
    return render(request, "account/locked_out.html", status=429)
