"""`if_all_counted` of every CRS and neurotoxicity system, without any table.

It is what the system says of the same entry where no sign of it is put down to another cause.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from random import Random
from typing import Any

from tests.oracle.course.compare import engine_answer
from tests.oracle.course.document import Item
from tests.oracle.course.made_up import made_up_course
from tests.required import often

COURSES, SEED = often(100, 500), 20261130
Grade = dict[str, Any]


def with_every_sign_counted(document: Item, index: int) -> Item:
    """The course with one entry, by its place in the document, whose signs all count."""
    counted = copy.deepcopy(document)
    attribution = counted["assessments"][index]["attribution"]
    for sign, cause in attribution.items():
        attribution[sign] = "car_t" if cause == "other" else cause
    return counted


def number_of(grade: Grade) -> int | None:
    return grade["would_be"] if grade["review"] else grade["grade"]


def disagreements(document: Item) -> Iterator[tuple[str, int | None, int | None]]:
    """System, what its result carries, and what it says where every sign counts."""
    entries = document["assessments"]
    attributed = [
        index
        for index, entry in enumerate(entries)
        if "other" in entry.get("attribution", {}).values() and entry["hour"] >= 0
    ]
    for index in attributed:
        counted = engine_answer(with_every_sign_counted(document, index))["assessments"][index]
        stands = engine_answer(document)["assessments"][index]
        for system, grade in stands["grades"].items():
            number, whole = number_of(grade), number_of(counted["grades"][system])
            if "low" in grade or "low" in counted["grades"][system]:
                continue
            higher = whole is not None and whole > (-1 if number is None else number)
            waits = grade["review"] and not counted["grades"][system]["review"]
            expected = whole if higher or waits else None
            if grade.get("if_all_counted") != expected:
                yield system, grade.get("if_all_counted"), expected


def test_what_is_put_down_elsewhere_is_said_by_every_system() -> None:
    pick = Random(SEED)
    for _ in range(COURSES):
        document = made_up_course(pick)
        document["assessments"].sort(key=lambda entry: entry["hour"])
        document["adjudications"] = []
        for entry in document["assessments"]:
            for key in ("attribution_cause", "attribution_confirmed"):
                entry.pop(key, None)
        assert list(disagreements(document)) == [], document
