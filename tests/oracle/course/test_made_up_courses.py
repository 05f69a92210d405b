"""The engine beside the oracle on made-up courses, with reasons and without.

A difference is argued from the texts. `python -m tests.oracle.course.compare` shows each kind.
"""

from __future__ import annotations

from random import Random

import pytest

from tests.oracle.course import compare
from tests.oracle.course.document import Item
from tests.oracle.course.made_up import made_up_course
from tests.oracle.course.smallest import smallest

EVERYDAY, SLOW, SEED = 500, 20_000, 20261129


def first_difference(count: int, seed: int) -> tuple[Item, list[compare.Difference]] | None:
    """The first made-up course on which engine and oracle differ, cut down, and how they do."""
    pick = Random(seed)
    for _ in range(count):
        document = made_up_course(pick)
        if wrong := compare.differences(document):
            kind = compare.kind_of(wrong[0])
            small = smallest(document, lambda smaller: compare.shows(smaller, kind))  # noqa: B023
            return small, compare.differences(small)
    return None


def test_the_engine_grades_made_up_courses_as_the_texts_say() -> None:
    assert first_difference(EVERYDAY, SEED) is None


@pytest.mark.slow
def test_the_engine_grades_many_made_up_courses_as_the_texts_say() -> None:
    assert first_difference(SLOW, SEED + 1) is None
