"""One memo for all systems: a rule is asked once for each kind of assessment.

Takes   systems that declare what they read (`System.reads`), and a record.
Gives   the answer of each to every assessment, as if each had been asked.
How     what the systems of one toxicity read is joined into one key. Where a key is new, each
        system is asked and its answer remembered. A remembered answer shows the numbers of the
        assessment at hand. An answer is wrong where a rule reads what it does not declare: tests
        change every field that is not declared.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from functools import lru_cache, reduce

from grading.engine.kinds import PLACES, Kind, KindsOfCourse, Layout
from grading.engine.reads import Reads
from grading.engine.result import Met
from grading.engine.system import RuleAnswer, System
from grading.local_rules import LocalRules
from grading.record import Findings, Record

MOST_COURSES = 500
MOST_ASSESSMENTS = 5_000
"""The most kinds remembered at a time, so that memory stays bounded."""

Systems = tuple[System, ...]


def answers_of(
    systems: Mapping[str, System], record: Record, local: LocalRules, *, reasons: bool
) -> dict[str, Sequence[RuleAnswer]]:
    """The answers of each of these systems to every assessment of a course, in order.

    Without reasons they may lack what only a reader needs.
    """
    answers: dict[str, Sequence[RuleAnswer]] = {}
    for memo in _memos(tuple(systems.values()), local):
        of_each = memo.recall(record, reasons=reasons)
        columns = zip(*of_each, strict=True) if of_each else [()] * len(memo.systems)
        answers.update(zip((system.key for system in memo.systems), columns, strict=True))
    return answers


@lru_cache(maxsize=16)
def _memos(systems: Systems, local: LocalRules) -> tuple[Memo, ...]:
    """A memo for the systems of each toxicity: they read much the same, and share a key."""
    of_toxicity: dict[str, list[System]] = {}
    for system in systems:
        of_toxicity.setdefault(system.toxicity, []).append(system)
    return tuple(Memo(tuple(group), local) for group in of_toxicity.values())


class Memo:
    """The answers of some systems, by kind of course, then by kind of assessment."""

    def __init__(self, systems: Systems, local: LocalRules) -> None:
        self.systems, self.local = systems, local
        self.reads = reduce(Reads.joined, (system.reads for system in systems))
        self._layout = Layout(self.reads, local)
        self._courses: dict[Hashable, dict[Kind, Remembered]] = {}

    def recall(self, record: Record, *, reasons: bool) -> list[tuple[RuleAnswer, ...]]:
        """The answers to each assessment, in the order of `systems`."""
        course = KindsOfCourse(self._layout, record)
        remembered, kind_of = self._of_course(course.kind), course.kind_of
        of_each: list[tuple[RuleAnswer, ...]] = []
        for findings in record.findings:
            kind = kind_of(findings)
            answers = remembered.get(kind)
            if answers is None:
                asked = tuple(system.ask(findings, record, self.local) for system in self.systems)
                if len(remembered) >= MOST_ASSESSMENTS:
                    remembered.clear()
                answers = remembered[kind] = Remembered(findings, asked, self.reads.words)
            of_each.append(answers.at(findings) if reasons else answers.bare)
        return of_each

    def _of_course(self, kind: Hashable) -> dict[Kind, Remembered]:
        """The answers for this kind of course so far."""
        if kind not in self._courses:
            if len(self._courses) >= MOST_COURSES:
                self._courses.clear()
            self._courses[kind] = {}
        return self._courses[kind]


class Remembered:
    """The answers of some systems to every assessment of one kind: with reasons, and without."""

    __slots__ = ("_numbers", "bare", "full")

    def __init__(
        self, findings: Findings, asked: Sequence[RuleAnswer], words: Sequence[str]
    ) -> None:
        self.full = tuple(asked)
        self.bare = tuple(answer.without_reasons() for answer in asked)
        numbers = [[_numbers_of(met, findings, words) for met in answer.met] for answer in asked]
        self._numbers = numbers if any(any(each) for each in numbers) else None

    def at(self, findings: Findings) -> tuple[RuleAnswer, ...]:
        """The answers with the numbers of this assessment in their reasons."""
        if self._numbers is None:
            return self.full
        return tuple(
            answer.with_met(
                tuple(_with_numbers(*pair, findings) for pair in zip(answer.met, each, strict=True))
            )
            if any(each)
            else answer
            for answer, each in zip(self.full, self._numbers, strict=True)
        )


def _numbers_of(met: Met, findings: Findings, words: Sequence[str]) -> dict[str, int]:
    """The values of a reason that are numbers of the assessment, with their place in it."""
    return {
        name: PLACES[name]
        for name, value in met.saw.items()
        if name in PLACES and name not in words and value is findings[PLACES[name]]
    }


def _with_numbers(met: Met, numbers: Mapping[str, int], findings: Findings) -> Met:
    """The reason with the numbers of another assessment of its kind."""
    if not numbers:
        return met
    return Met(
        met.code,
        met.grade,
        {**met.saw, **{name: findings[place] for name, place in numbers.items()}},
    )
