"""What holds for every line, whatever it says."""

from __future__ import annotations

from grading.guidelines.step import LINES


def test_every_line_has_a_code_of_its_own_that_begins_with_its_toxicity() -> None:
    codes = [line.code for line in LINES]
    assert len(set(codes)) == len(codes)
    for line in LINES:
        assert line.code.startswith(f"{line.toxicity}_"), line.code
        assert line.code == line.code.lower()


def test_a_line_that_differs_names_a_line_of_the_review() -> None:
    codes = {line.code for line in LINES}
    assert {line.differs_from for line in LINES if line.differs_from} <= codes
