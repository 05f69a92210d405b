"""The sentences of the review, one row each: which lines stand in a situation and which do not."""

from __future__ import annotations

import pytest

from tests.grading.guidelines.sentences import Sentence, sentences


@pytest.mark.parametrize("row", sentences("crs.csv"), ids=str)
def test_the_sentences_of_the_review_on_crs(row: Sentence) -> None:
    row.check()


@pytest.mark.parametrize("row", sentences("icans.csv"), ids=str)
def test_the_sentences_of_the_review_on_icans(row: Sentence) -> None:
    row.check()


@pytest.mark.parametrize("row", sentences("neurologic.csv"), ids=str)
def test_the_sentences_of_the_review_on_other_neurotoxicities(row: Sentence) -> None:
    row.check()
