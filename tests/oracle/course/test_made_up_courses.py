"""The engine beside the oracle on made-up courses, with reasons and without.

A difference is argued from the texts. `python -m tests.oracle.course.compare` shows each kind.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import pytest

from grading.local_rules import DEFAULT
from tests.oracle.course import compare
from tests.oracle.course.document import Item
from tests.oracle.course.made_up import made_up_course
from tests.oracle.course.smallest import smallest

EVERYDAY, SLOW, SEED = 500, 2_000, 20261129


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


NEIGHBORS = [
    ("episode_unseen_hours", 71),
    ("episode_unseen_hours", 73),
    ("resolution_hours", 23),
    ("resolution_hours", 25),
    ("crs_onset_window_days", 13),
    ("crs_onset_window_days", 15),
    ("crs_window_anchor", "first"),
    ("fever_exemption_antipyretic", False),
    ("terlipressin_is_vasopressin", False),
    ("inotropes_count", True),
    ("icaht_never_days", 13),
    ("icaht_never_days", 15),
    ("icaht_never_death_days", 6),
    ("icaht_never_death_days", 8),
    ("icaht_maxgap", 6),
    ("icaht_maxgap", 8),
    ("icaht_duration", "cumulative"),
    ("lymphodepletion_apart_hours", 71),
    ("lymphodepletion_apart_hours", 73),
    ("lymphodepletion_earliest_day", -27),
    ("lymphodepletion_unrecorded_day", -6),
    ("easix_apart_hours", 23),
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "value"), NEIGHBORS)
def test_made_up_courses_notice_every_boundary_that_moves(name: str, value: Any) -> None:
    local = replace(DEFAULT, **{name: value})
    pick = Random(SEED)
    assert any(compare.differences(made_up_course(pick), local) for _ in range(EVERYDAY))
