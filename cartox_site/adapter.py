"""How sign-in behaves: no sign-up, and no guessing."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up: an administrator makes the accounts."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


def name_tried(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The name as sign-in matches it: whatever its case, it is one account and one count."""
    name = (credentials or {}).get("username") or request.POST.get("login", "")
    return str(name).strip().casefold()


def locked_out(request: HttpRequest, credentials: dict[str, Any]) -> HttpResponse:
    """The page after too many wrong passwords, for this name on this machine."""
    return render(request, "account/locked_out.html", status=429)
