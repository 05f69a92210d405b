"""The differences between the systems of one toxicity at one assessment, each with its finding."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grading.engine.result import Met, Result
from grading.engine.system import System
from grading.rules.reasons import sentence
from patients.words.grades import bounded, from_to


@dataclass(frozen=True, slots=True)
class Comparison:
    """The systems of one toxicity at one assessment.

    is_possible  whether at least two of them have a grade
    difference   the finding by which the highest and the lowest part; empty where they agree
    """

    is_possible: bool
    difference: str


@dataclass(frozen=True, slots=True)
class _SystemGrade:
    """A system with the lowest and highest grade that it may give, and how it came to it."""

    system: System
    result: Result
    low: int
    high: int

    def in_words(self) -> str:
        grade = bounded(from_to(self.low, self.high), at_least=self.result.at_least)
        return f"{self.system.standard} grade {grade}"


def comparison_of(results: Iterable[tuple[System, Result | None]]) -> Comparison:
    """Compare the results of these systems; None stands for a part that was not assessed."""
    graded = []
    for system, result in results:
        if result is None:
            continue
        shown = result.shown
        low, high = (result.low, result.high) if shown is None else (shown, shown)
        if low is not None and high is not None:
            graded.append(_SystemGrade(system, result, low, high))
    return Comparison(len(graded) > 1, _difference(graded))


def _difference(graded: Sequence[_SystemGrade]) -> str:
    """The highest and lowest grade with the finding that differs; empty where they agree.

    Of several equal grades the first is named: ASTCT, where it is one of them.
    """
    if len(graded) < 2:
        return ""
    highest = max(graded, key=lambda one: (one.high, one.low))
    others = [one for one in graded if one is not highest and _looks_there(one.system, highest)]
    if not others:
        return ""
    lowest = min(others, key=lambda one: (one.low, one.high))
    if (highest.low, highest.high) == (lowest.low, lowest.high):
        return ""
    astct_first = sorted((highest, lowest), key=lambda one: not one.system.primary)
    both = ", ".join(one.in_words() for one in astct_first)
    return f"{both}: {_parting(highest, lowest)}."


def _looks_there(system: System, highest: _SystemGrade) -> bool:
    """Whether a system looks at the finding behind the highest grade.

    A scale of one sign alone, such as seizures, does not differ by another sign.
    """
    domains = {str(criterion.domain).casefold() for criterion in system.criteria}
    if len(domains) > 1 or not highest.result.because:
        return True
    return _domain(highest.system, highest.result.because[0]) in domains


def _parting(highest: _SystemGrade, lowest: _SystemGrade) -> str:
    """The finding behind the highest grade, and the grade of it by the lowest system.

    Where the lowest system counts something else in that domain, or only something of another
    domain, that finding stands there with its grade.
    """
    if not highest.result.because:
        return f"{highest.system.standard} met no single criterion"
    top = highest.result.because[0]
    by_highest = _counts(top, highest)
    if not lowest.result.because:
        return f"{by_highest}; {lowest.system.standard} counts nothing of it"
    domain = _domain(highest.system, top)
    same = [met for met in lowest.result.because if _domain(lowest.system, met) == domain]
    return f"{by_highest}, {_counts((same or lowest.result.because)[0], lowest)}"


def _counts(met: Met, graded: _SystemGrade) -> str:
    return f"“{sentence(met)}” is grade {met.grade} by {graded.system.standard}"


def _domain(system: System, met: Met) -> str:
    return next(
        (str(item.domain).casefold() for item in system.criteria if item.code == met.code), ""
    )
