"""The network address from which a request comes."""

from __future__ import annotations

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str | None:
    """The client's address by the outermost of our proxies; without proxies, the peer's address.

    Each proxy adds the address of its client at the end of X-Forwarded-For. The addresses before
    those of our own proxies were sent by the client and may be anything.
    """
    addresses = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    count = settings.PROXY_COUNT
    forwarded = addresses[-count].strip() if 0 < count <= len(addresses) else ""
    return _valid(forwarded) or _valid(request.META.get("REMOTE_ADDR", ""))


def is_of_this_computer(request: HttpRequest) -> bool:
    """Whether this computer itself asks; a proxy on it that asks for others sends a header."""
    connected = _valid(request.META.get("REMOTE_ADDR", ""))
    forwarded = {"HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR"} & set(request.META)
    return connected is not None and ip_address(connected).is_loopback and not forwarded


def _valid(address: str) -> str | None:
    """The address in its usual spelling; None where it is none."""
    try:
        return str(ip_address(address))
    except ValueError:
        return None  # a unix socket has none
