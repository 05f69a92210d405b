"""Grading systems: each grades one toxicity, at each assessment or over the course.

Each module of rules exports its own: `SYSTEM`, or `EARLY_SYSTEM` and `LATE_SYSTEM` where one
table has two windows. `rules/systems.py` lists them in the order in which pages show them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from grading.engine.result import Criterion, Result, SystemGrades
from grading.engine.shared import Shared
from grading.local_rules import LocalRules
from grading.record import Findings, Record
from grading.sources import Source


@dataclass(frozen=True, slots=True)
class System:
    """A published scale that grades one toxicity at each assessment, named with its year.

    `primary` systems drive the board, the headline and the options; the others stand beside.
    """

    key: str
    toxicity: str
    name: str
    standard: str
    year: int
    grade: Callable[..., SystemGrades]
    has_part: Callable[[Findings], bool]
    criteria: tuple[Criterion[Any], ...]
    footnotes: tuple[tuple[str, Source], ...]
    source: Source
    primary: bool = False
    recalled: Callable[..., SystemGrades] | None = None
    """As `grade`, from answers remembered by kind of assessment; None where none are."""

    fast: Callable[..., SystemGrades] | None = None
    """As `grade`, without `because`, `cautions` and `values`; None where there is none."""

    shares: bool = False
    """Whether the three functions take a `Shared` dictionary as their third argument."""

    def graded(
        self, record: Record, local: LocalRules, shared: Shared, *, reasons: bool
    ) -> SystemGrades:
        """The grades of a course, with their reasons or without."""
        grade = (self.recalled if reasons else self.fast) or self.grade
        return grade(record, local, shared) if self.shares else grade(record, local)

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
