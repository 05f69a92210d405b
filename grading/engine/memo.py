"""One memo for all systems: a rule is asked once for each kind of assessment.

Takes   systems that declare what they read (`System.reads`), and a record.
Gives   the answer of each to every assessment, as if each had been asked.
How     what the systems of one toxicity read is joined into one key. Where a key is new, each
        system is asked and its answer remembered. A remembered answer shows the numbers of the
        assessment at hand. An answer is wrong where a rule reads what it does not declare: tests
        change every field that is not declared.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from functools import lru_cache, reduce
from itertools import repeat
from operator import itemgetter
from typing import Any

from grading.engine.kinds import PLACES, Kind, KindsOfCourse, Layout
from grading.engine.reads import Reads
from grading.engine.result import Met
from grading.engine.system import FromReading, RuleAnswer, System
from grading.local_rules import LocalRules
from grading.record import Findings, Record

MOST_COURSES = 500
MOST_ASSESSMENTS = 10_000
MOST_RECALLED = 2_500
"""The most kinds of a course, of an assessment in all of them together, and answers with their
numbers, remembered at a time: memory stays bounded, some 20 kB for a kind with vasopressors."""

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
        self._recalled: dict[tuple[Remembered, Any], tuple[RuleAnswer, ...]] = {}
        self._assessments = 0

    def recall(self, record: Record, *, reasons: bool) -> list[tuple[RuleAnswer, ...]]:
        """The answers to each assessment, in the order of `systems`."""
        course = KindsOfCourse(self._layout, record)
        remembered, kind_of = self._of_course(course.kind), course.kind_of
        of_each: list[tuple[RuleAnswer, ...]] = []
        for findings in record.findings:
            kind = kind_of(findings)
            answers = remembered.get(kind)
            if answers is None:
                asked = tuple(_ask_each(self.systems, findings, record, self.local))
                if self._assessments >= MOST_ASSESSMENTS:
                    self._forget()
                    remembered = self._of_course(course.kind)
                answers = remembered[kind] = Remembered(findings, asked, self.reads.words)
                self._assessments += 1
            of_each.append(self._with_numbers(answers, findings) if reasons else answers.bare)
        return of_each

    def _with_numbers(self, kind: Remembered, findings: Findings) -> tuple[RuleAnswer, ...]:
        """The answers of this kind with the numbers of this assessment."""
        if kind.numbers_of is None:
            return kind.full
        key = kind, kind.numbers_of(findings)
        answers = self._recalled.get(key)
        if answers is None:
            if len(self._recalled) >= MOST_RECALLED:
                self._recalled.clear()
            answers = self._recalled[key] = kind.at(findings)
        return answers

    def _of_course(self, kind: Hashable) -> dict[Kind, Remembered]:
        """The answers for this kind of course so far."""
        remembered = self._courses.get(kind)
        if remembered is None:
            if len(self._courses) >= MOST_COURSES:
                self._forget()
            remembered = self._courses.setdefault(kind, {})
        return remembered

    def _forget(self) -> None:
        """Begin anew; another thread goes on with the kinds of its course that it holds."""
        self._courses.clear()
        self._assessments = 0


def _ask_each(
    systems: Systems, findings: Findings, record: Record, local: LocalRules
) -> Iterator[RuleAnswer]:
    """The answer of each system to one assessment; what several read alike is read once."""
    readings: dict[Any, Any] = {}
    for system in systems:
        ask = system.ask
        if not isinstance(ask, FromReading):
            yield ask(findings, record, local)
            continue
        if ask.read not in readings:
            readings[ask.read] = ask.read(findings, record, local)
        yield ask.answer(readings[ask.read])


class Remembered:
    """The answers of some systems to every assessment of one kind: with reasons, and without.

    `numbers_of` gives the numbers of an assessment that stand in their reasons; None without any.
    """

    __slots__ = ("_bare", "_places", "full", "numbers_of")

    def __init__(
        self, findings: Findings, asked: Sequence[RuleAnswer], words: Sequence[str]
    ) -> None:
        self.full = tuple(asked)
        self._bare: tuple[RuleAnswer, ...] | None = None
        self._places = [
            [_places_of_numbers(met, findings, words) for met in answer.met] for answer in asked
        ]
        shown = {place for each in self._places for numbers in each for _, place in numbers}
        self.numbers_of = itemgetter(*sorted(shown)) if shown else None

    @property
    def bare(self) -> tuple[RuleAnswer, ...]:
        """The answers without reasons, made when they are first wanted."""
        if self._bare is None:
            self._bare = tuple(answer.without_reasons() for answer in self.full)
        return self._bare

    def at(self, findings: Findings) -> tuple[RuleAnswer, ...]:
        """The answers with the numbers of this assessment in their reasons."""
        return tuple(
            [
                answer.with_met(tuple(map(_with_numbers, answer.met, places, repeat(findings))))
                if any(places)
                else answer
                for answer, places in zip(self.full, self._places, strict=True)
            ]
        )


def _places_of_numbers(met: Met, findings: Findings, words: Sequence[str]) -> list[tuple[str, int]]:
    """The names under which a reason shows numbers of the assessment, with their place in it."""
    return [
        (name, PLACES[name])
        for name, value in met.saw.items()
        if name in PLACES and name not in words and value is findings[PLACES[name]]
    ]


def _with_numbers(met: Met, places: Sequence[tuple[str, int]], findings: Findings) -> Met:
    """The reason with the numbers of another assessment of its kind."""
    if not places:
        return met
    values = met.saw.copy()
    for name, place in places:
        values[name] = findings[place]
    return Met(met.code, met.grade, values)
