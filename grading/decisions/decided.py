"""One decision of our own: its default, its reason, what else a ward may choose."""

from __future__ import annotations

from dataclasses import field
from typing import Any


def decided(default: Any, reason: str, *, instead: str = "", place: str = "") -> Any:
    """A field with its default, its reason, the alternative, and the systems it concerns."""
    return field(default=default, metadata={"reason": reason, "instead": instead, "place": place})
