"""A system without memory, remembered by kind of assessment: the answers of its `per_assessment`.

For tables that see words, points and few numbers: a kind then holds all that the reasons and
cautions say, so that a whole answer is remembered and not only the grade.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import replace

from grading.engine.over_course import Ask, Grade, over_course
from grading.engine.remembered import Remembered, bare
from grading.engine.result import Result, SystemGrades
from grading.engine.shared import Shared
from grading.local_rules import LocalRules
from grading.record import Record

KindAnswers = tuple[Result, Result, bool]
"""The answer for one kind: with reasons, without, and whether it has the part."""

OfCourse = Callable[[Record, LocalRules], Hashable]
Kinds = Callable[[Record, LocalRules, Shared], Sequence[Hashable]]


def by_kind(ask: Ask, *, toxicity: str, of_course: OfCourse, kinds: Kinds) -> tuple[Grade, Grade]:
    """Two grade functions with the answers of `ask`, with its reasons and without.

    `of_course` gives the kind of a course, `kinds` the kind of each of its assessments: all that
    `ask` looks at.
    """
    remembered: Remembered[KindAnswers] = Remembered()

    def answers_of(
        record: Record, local: LocalRules, shared: Shared | None
    ) -> Iterator[KindAnswers]:
        answers = remembered.of_course(of_course(record, local))
        of_each = kinds(record, local, {} if shared is None else shared)
        for findings, kind in zip(record.findings, of_each, strict=True):
            answer = answers.get(kind)
            if answer is None:
                result, has_part = ask(findings, record, local)
                answer = answers.keep(kind, (result, bare(replace(result)), has_part))
            yield answer

    def with_reasons(
        record: Record, local: LocalRules, shared: Shared | None = None
    ) -> SystemGrades:
        answers = ((full, has_part) for full, _, has_part in answers_of(record, local, shared))
        return over_course(record, local, answers, toxicity=toxicity)

    def without(record: Record, local: LocalRules, shared: Shared | None = None) -> SystemGrades:
        answers = ((bared, has_part) for _, bared, has_part in answers_of(record, local, shared))
        return over_course(record, local, answers, toxicity=toxicity)

    return with_reasons, without
