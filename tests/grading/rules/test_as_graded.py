"""What comes out of many made-up courses stays as it is until somebody means to change it."""

from __future__ import annotations

from tests.grading.documents.many_faults import AS_REFUSED, as_refused
from tests.grading.rules.many_courses import AS_GRADED, as_graded

HOW = """
Where a grade is meant to change: look at every line of the difference that
`python -m tests.grading.rules.many_courses` makes, and raise EDITION in grading/rules/systems.py.
Where only words change, the grades in these lines stay and the digests alone differ.
"""


def test_every_course_is_graded_and_worded_as_it_was() -> None:
    stored = AS_GRADED.read_text(encoding="utf-8").splitlines()
    assert stored
    for now, then in zip(as_graded(), stored, strict=True):
        name, *parts = now.split(" | ")
        changed = [part for part in parts if part not in then.split(" | ")]
        assert now == then, f"{name}: {changed or now}\n{HOW}"


def test_every_mistake_is_told_as_it_was() -> None:
    stored = AS_REFUSED.read_text(encoding="utf-8").splitlines()
    assert stored
    how = "`python -m tests.grading.documents.many_faults` writes the file anew."
    assert as_refused() == stored, how


def test_every_kind_of_answer_is_among_them() -> None:
    words = set(AS_GRADED.read_text(encoding="utf-8").split())
    assert words >= {"0", "1", "2", "3", "4", "≥1", "≥2", "≥3", "null", "review2", "review4"}
    assert any("–" in word for word in words)
