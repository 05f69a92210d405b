"""One decision of our own: its default, its reason, what else a ward may choose."""

from __future__ import annotations

from dataclasses import field
from typing import Any


def decided(
    default: Any,
    reason: str,
    *,
    instead: str = "",
    place: str = "",
    ceiling: bool = False,
    floor: bool = False,
) -> Any:
    """A field with its default, its reason, the alternative, and the systems it concerns.

    A site can only lower a default that is a printed ceiling, and only raise one that is a floor.
    """
    metadata = {"reason": reason, "instead": instead, "place": place}
    return field(default=default, metadata={**metadata, "ceiling": ceiling, "floor": floor})
