"""Grading systems: each grades one toxicity, at each assessment or over the course.

Each module of rules exports its own: `SYSTEM`, or `EARLY_SYSTEM` and `LATE_SYSTEM` where one
table has two windows. `rules/systems.py` lists them in the order in which pages show them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, Self

from grading.engine.over_course import over_course
from grading.engine.reads import Reads
from grading.engine.result import Criterion, Met, Result, SystemGrades
from grading.local_rules import LocalRules
from grading.record import Findings, Record
from grading.sources import Source


class RuleAnswer(Protocol):
    """The answer of a system to one assessment by itself."""

    @property
    def met(self) -> tuple[Met, ...]:
        """The criteria met, with the values they are based on."""

    def with_met(self, met: tuple[Met, ...]) -> Self:
        """The same answer with these reasons."""

    def without_reasons(self) -> Self:
        """The same answer without what only a reader needs."""


@dataclass(frozen=True, slots=True)
class FromReading:
    """A rule that answers from a reading of the assessment which other rules share."""

    read: Callable[[Findings, Record, LocalRules], Any]
    answer: Callable[[Any], RuleAnswer]

    def __call__(self, findings: Findings, record: Record, local: LocalRules) -> RuleAnswer:
        """The answer to one assessment, which is read for this rule alone."""
        return self.answer(self.read(findings, record, local))


@dataclass(frozen=True, slots=True, eq=False)
class System:
    """A published scale that grades one toxicity at each assessment, named with its year.

    `ask` answers for one assessment by itself and looks at no more than `reads` declares;
    `in_course` makes the results of a course from the answers. `primary` systems drive the board,
    the headline and the options; the others stand beside.
    """

    key: str
    toxicity: str
    name: str
    standard: str
    year: int
    ask: Callable[[Findings, Record, LocalRules], Any]
    reads: Reads
    has_part: Callable[[Findings], bool]
    criteria: tuple[Criterion[Any], ...]
    footnotes: tuple[tuple[str, Source], ...]
    source: Source
    primary: bool = False
    in_course: Callable[..., SystemGrades] | None = None
    """Without one, episodes, peak and daily maximum follow from the answers alone."""

    def grade(self, record: Record, local: LocalRules) -> SystemGrades:
        """The grades of a course with their reasons; every assessment is asked anew."""
        answers = [self.ask(findings, record, local) for findings in record.findings]
        return self.graded(record, local, answers)

    def graded(
        self, record: Record, local: LocalRules, answers: Sequence[Any], *, reasons: bool = True
    ) -> SystemGrades:
        """The grades of a course from the answers to its assessments."""
        if self.in_course is not None:
            return self.in_course(record, local, answers, reasons=reasons)
        return over_course(record, local, answers, toxicity=self.toxicity)

    @property
    def label(self) -> str:
        """The name of the system on screen, always with its year."""
        return f"{self.name} ({self.standard} {self.year})"


@dataclass(frozen=True, slots=True)
class CourseSystem:
    """One score or grade of the whole course; its result is None where nothing was measured.

    `to_document` gives the result's form in the grades document; `nothing` is that form where
    there is no result, with null rather than 0 or "no". `sentences` are its reasons in words, by
    code, with placeholders for their values. `table` is the rule for a reader; its first row
    holds the heads.
    """

    key: str
    toxicity: str
    name: str
    standard: str
    year: int
    compute: Callable[[Record, Mapping[str, SystemGrades], LocalRules], Result | None]
    to_document: Callable[[Result, Mapping[str, str]], Any]
    nothing: Any
    sentences: Mapping[str, str]
    table: tuple[tuple[str, ...], ...]
    footnotes: tuple[tuple[str, Source], ...]
    source: Source

    @property
    def label(self) -> str:
        """The name of the score or grade on screen, always with its year."""
        return f"{self.name} ({self.standard} {self.year})"

    def document(self, result: Result) -> Any:
        """The result in the grades document, its reasons in words."""
        return self.to_document(result, self.sentences)
