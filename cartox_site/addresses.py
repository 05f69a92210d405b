"""The network address from which a request comes."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address

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


HOSTS_BITS = 64
"""A site is given a /64 of IPv6 or more, and a computer in it takes any address that it likes."""


def counted_address(request: HttpRequest) -> str | None:
    """The address by which wrong passwords are counted: of IPv6 the /64, else `address_of`.

    An IPv4 address that is written as IPv6 is counted as IPv4.
    """
    text = address_of(request)
    address = None if text is None else ip_address(text)
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or IPv6Address(int(address) >> HOSTS_BITS << HOSTS_BITS)
    return None if address is None else str(address)


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
