"""The smallest part of a course that still shows a difference."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator

from tests.oracle.course.document import Item

LISTS = ("assessments", "doses", "labs", "events", "adjudications")
PARTS = ("patient", "course", "baseline")


def smallest(document: Item, differs: Callable[[Item], bool]) -> Item:
    """Leave out entries and keys, one at a time, while the difference stays."""
    while (smaller := next(filter(differs, smaller_than(document)), None)) is not None:
        document = smaller
    return document


def smaller_than(document: Item) -> Iterator[Item]:
    """The document without one entry, or without one key of one entry or part."""
    for kind in LISTS:
        for index in range(len(document.get(kind, ()))):
            shorter = copy.deepcopy(document)
            del shorter[kind][index]
            yield shorter
    for kind in LISTS:
        for index, item in enumerate(document.get(kind, ())):
            for key in item.keys() - {
                "hour",
                "agent",
                "analyte",
                "value",
                "unit",
                "kind",
                "decision",
                "sign",
                "reason",
            }:
                shorter = copy.deepcopy(document)
                del shorter[kind][index][key]
                yield shorter
    for part in PARTS:
        for key in document.get(part, {}).keys() - {"infused_at"}:
            shorter = copy.deepcopy(document)
            del shorter[part][key]
            yield shorter
