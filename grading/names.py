"""How names of drugs and analytes are compared: without case, spaces, hyphens and underscores."""

from __future__ import annotations

import re
from collections.abc import Iterable

IGNORED = re.compile(r"[\s_‐‑-]+")


def folded(name: str) -> str:
    """The name in the form in which two spellings of it are equal: `IL-6` and `il 6` are il6."""
    return IGNORED.sub("", name).casefold()


def by_any_name(names: dict[str, Iterable[str]]) -> dict[str, str]:
    """The name in the record by each folded name; `names` holds the other names of each."""
    return {folded(name): key for key, others in names.items() for name in (key, *others)}
