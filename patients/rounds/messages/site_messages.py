"""To which addresses a site sends messages about calls: its file, read and checked at start.

The addresses are secrets. They stay in the file, out of the database, the log and every message
of this module.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S+")
ADDRESS_NAME = re.compile(r"[\w .-]{1,80}")
BASE_URL = re.compile(r"https?://[^/?#\s@]+")
KEYS = {"addresses", "names_patients"}
EXAMPLE = 'on_call = "mailtos://user:password@example.org"'


@dataclass(frozen=True, slots=True)
class SiteMessages:
    """Addresses by name; without one nothing is written and no worker is needed.

    addresses  the URL for apprise by the name that a ward's policy uses
    names_patients  whether name and MRN leave with a message
    base_url   the beginning of a link to a chart
    """

    addresses: Mapping[str, str] = field(default_factory=dict, repr=False)
    names_patients: bool = False
    base_url: str = ""


def site_messages_of(environment: Mapping[str, str], *, desk_mode: bool) -> SiteMessages:
    """The settings of this start; ValueError with a sentence where they are wrong."""
    if "CARTOX_MESSAGES" not in environment:
        return SiteMessages()
    if not (path := environment["CARTOX_MESSAGES"]):
        raise ValueError("CARTOX_MESSAGES is empty. Name a file, or take it away.")
    base_url = environment.get("CARTOX_BASE_URL", "").rstrip("/")
    if not BASE_URL.fullmatch(base_url):
        raise ValueError(
            "CARTOX_MESSAGES is set but CARTOX_BASE_URL is not, or is wrong. Set it to what opens "
            "Cartox in a browser, such as https://cartox.example.org, without a path."
        )
    if not desk_mode and not base_url.startswith("https://"):
        raise ValueError("CARTOX_BASE_URL does not begin with https://.")
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
        addresses, names_patients = _read(tomllib.loads(text))
    except (OSError, ValueError) as wrong:
        raise ValueError(f"CARTOX_MESSAGES, {path}: {wrong}") from None
    return SiteMessages(addresses, names_patients, base_url)


def _read(content: Mapping[str, Any]) -> tuple[dict[str, str], bool]:
    """What the file says. No sentence repeats an address: a password is in it."""
    if unread := sorted(content.keys() - KEYS):
        raise ValueError(f"{unread[0]} is not read here. Write [addresses] or names_patients.")
    names_patients = content.get("names_patients", False)
    if names_patients is not True and names_patients is not False:
        raise ValueError("names_patients is neither true nor false.")
    addresses = content.get("addresses")
    if not isinstance(addresses, dict) or not addresses:
        raise ValueError(f"[addresses] is missing or empty. Write a line such as {EXAMPLE}.")
    for name, address in addresses.items():
        if not ADDRESS_NAME.fullmatch(name):
            raise ValueError("[addresses] has a name that is empty, too long or has odd signs.")
        if not isinstance(address, str) or not ADDRESS.fullmatch(address):
            raise ValueError(f"[addresses] {name} is no address. Write a line such as {EXAMPLE}.")
    return addresses, names_patients
