"""From which machine a request comes."""

from __future__ import annotations

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str | None:
    """The address that the outermost of our proxies saw; without proxies, who connected.

    Each proxy writes at the end of X-Forwarded-For whom it was asked by. What stands before our
    own was sent by the client and may be anything.
    """
    addresses = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    count = settings.PROXY_COUNT
    forwarded = addresses[-count].strip() if 0 < count <= len(addresses) else ""
    return _valid(forwarded) or _valid(request.META.get("REMOTE_ADDR", ""))


def is_of_this_computer(request: HttpRequest) -> bool:
    """Whether somebody at this computer asks; a proxy here asks for others, and says so."""
    connected = _valid(request.META.get("REMOTE_ADDR", ""))
    forwarded = {"HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR"} & set(request.META)
    return connected is not None and ip_address(connected).is_loopback and not forwarded


def _valid(address: str) -> str | None:
    try:
        return str(ip_address(address))
    except ValueError:
        return None  # a unix socket has none
