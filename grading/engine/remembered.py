"""Grades without reasons, fast: the table is asked once for each kind of assessment.

A system names what its table tells apart in a course and in an assessment: words as they are,
numbers by the side of each limit on which they fall. The first assessment of a kind is graded by
the table; its answer, without the reasons, serves every other of that kind. So a fast grade can
differ from the table's only where too little is told apart, which tests look for.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

from grading.engine.result import Result

Answer = TypeVar("Answer")

MOST_COURSES = 500
MOST_ASSESSMENTS = 5_000
"""Kinds remembered at a time; a registry shows fewer, and memory stays flat where it does not."""


class OfAssessments(dict[Hashable, Answer]):
    """Answers for the kinds of assessment in one kind of course."""

    def keep(self, kind: Hashable, answer: Answer) -> Answer:
        """Remember an answer for the next of its kind."""
        if len(self) >= MOST_ASSESSMENTS:
            self.clear()
        self[kind] = answer
        return answer


class Remembered(Generic[Answer]):
    """Answers of one system by kind of course, then by kind of assessment."""

    def __init__(self) -> None:
        self._courses: dict[Hashable, OfAssessments[Answer]] = {}

    def of_course(self, kind: Hashable) -> OfAssessments[Answer]:
        """The answers for this kind of course so far."""
        if kind not in self._courses:
            if len(self._courses) >= MOST_COURSES:
                self._courses.clear()
            self._courses[kind] = OfAssessments()
        return self._courses[kind]


def bare(result: Result) -> Result:
    """The result without what it saw and how it was read."""
    result.because, result.cautions, result.values = (), (), {}
    return result
