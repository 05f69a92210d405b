"""Answers of a table, remembered by kind of assessment: the table is asked once for each kind.

Two assessments are of one kind if the table cannot grade them differently. A system names the
kind of a course and of an assessment by the words recorded and, for a number, by whether it is
above or below each limit of the table. A remembered grade is wrong where a kind leaves out
something that the table looks at; tests compare both.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

from grading.engine.result import Result

Answer = TypeVar("Answer")

MOST_COURSES = 500
MOST_ASSESSMENTS = 5_000
"""The most kinds remembered at a time, so that memory stays bounded."""


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
    """The result without its reasons, cautions and values; it is changed in place."""
    result.because, result.cautions, result.values = (), (), {}
    return result
