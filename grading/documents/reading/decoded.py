"""A course document as plain values, in the order of `grading.table`: before times and checks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from grading.kinds import EntryKind

Values = Sequence[Any]
"""The values of one object, in the order of its fields; None where absent or null."""


@dataclass(slots=True)
class Entries:
    """The entries of one kind: the place of each in its list, and a column for each field.

    An entry with a mistake of its own is left out, so that places may have gaps.
    """

    places: Sequence[int]
    columns: list[Sequence[Any]]


def is_recorded(column: Sequence[Any]) -> bool:
    """Whether anything is known in a column."""
    return bool(column) and (column[0] is not None or column.count(None) < len(column))


@dataclass(slots=True)
class DecodedCourse:
    """The values of a whole document; a part with a mistake of its own is None."""

    top: Values
    parts: dict[str, Values | None] = field(default_factory=dict)
    entries: dict[EntryKind, Entries] = field(default_factory=dict)
