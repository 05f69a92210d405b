"""Which bed somebody means who searches for one: “12”, “bed 12”, “5W-12”."""

from __future__ import annotations

import re


def is_bed_meant(text: str, bed: str, ward: str) -> bool:
    """Whether `text` names this bed of this ward: as it is written, by its end, or behind the ward.

    Zeros in front, capitals, spaces and signs make no difference; a ward may be written by its
    first letters, 5W for 5 West. Words without a number name no bed.
    """
    wanted, own = _parts(text), _parts(bed)
    if not own or not any(part.isdecimal() for part in wanted):
        return False
    whole = _parts(ward)
    short = [part if part.isdecimal() else part[0] for part in whole]
    places = (own, [*whole, *own], [*short, *own])
    return wanted in places or wanted == own[-len(wanted) :]


def _parts(text: str) -> list[str]:
    """The numbers and words of a text without “bed”: “Bed 5W-012” is 5, w, 12."""
    parts = re.findall(r"\d+|[^\W\d_]+", text.casefold())
    return [
        part.lstrip("0") or "0" if part.isdecimal() else part for part in parts if part != "bed"
    ]
