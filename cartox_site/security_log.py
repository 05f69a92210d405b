"""The log of sign-in and access: one line of JSON for each event, and nothing about a patient.

A path is logged without its query, and no form value is logged. A name is logged only if an account
has it: what somebody typed into the wrong field may be a password.
"""

from __future__ import annotations

import logging
from typing import Any

from django.http import HttpRequest

from cartox_site.addresses import address_of
from patients.models import User

log = logging.getLogger("cartox.security")


def record(event: str, request: HttpRequest, level: int = logging.INFO, **facts: Any) -> None:
    """Log `event` with who asked, from where, and for what."""
    user = getattr(request, "user", None)
    about_request = {
        "user": user.get_username() if user is not None and user.is_authenticated else None,
        "address": address_of(request),
        "method": request.method,
        "path": request.path,
    }
    log.log(level, event, extra={"facts": about_request | facts})


def record_without_request(event: str, **facts: Any) -> None:
    """Log `event` of the command line, where nobody is signed in."""
    log.info(event, extra={"facts": {"user": None, "address": None} | facts})


def account_named(name: str) -> str | None:
    """`name` as its account spells it, or None if there is no such account."""
    accounts = User.objects.filter(username__iexact=name)
    return accounts.values_list("username", flat=True).first()
