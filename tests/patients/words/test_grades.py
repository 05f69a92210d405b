"""A grade in words, short for a cell and long for a sentence."""

from __future__ import annotations

import pytest

from grading.engine.result import Result
from patients.models import GradeRecord
from patients.words.grades import grade_in_short, grade_in_words

WORDS = {
    "a grade": (Result(grade=3), "3", "3"),
    "no toxicity": (Result(grade=0), "0", "0"),
    "a lower bound": (Result(grade=2, at_least=True), "≥ 2", "at least 2"),
    "a range": (Result(low=2, high=3), "2–3", "2–3"),
    "a range as a lower bound": (
        Result(low=2, high=3, at_least=True),
        "≥ 2–3",
        "at least 2–3",
    ),
    "review": (Result(review=True, would_be=2), "review (would be 2)", "review, would be 2"),
    "review of a lower bound": (
        Result(review=True, would_be=2, at_least=True),
        "review (would be ≥ 2)",
        "review, would be at least 2",
    ),
    "nothing": (Result(), "not gradable", "not gradable"),
}


@pytest.mark.parametrize("name", WORDS)
def test_a_result_and_its_stored_grade_read_the_same(name: str) -> None:
    result, in_short, in_words = WORDS[name]
    stored = GradeRecord(**result.facts())

    assert (grade_in_short(result), grade_in_words(result)) == (in_short, in_words)
    assert (grade_in_short(stored), grade_in_words(stored)) == (in_short, in_words)
