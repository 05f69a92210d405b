"""The sentences of the review, one row each: which lines stand in a situation and which do not."""

from __future__ import annotations

import pytest

from tests.grading.guidelines.sentences import SENTENCE_FILES, Sentence, sentences

ROWS = [
    pytest.param(row, id=f"{path.stem}: {row}")
    for path in sorted(SENTENCE_FILES.glob("*.csv"))
    for row in sentences(path.name)
]


@pytest.mark.parametrize("row", ROWS)
def test_the_lines_that_a_sentence_calls_for_stand_and_the_others_do_not(row: Sentence) -> None:
    row.check()
