"""From a rule on one assessment to the results of a whole course.

These systems grade each assessment by itself, whatever came before. Episodes, peak and daily
maximum follow from the results as for any other toxicity.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from grading.engine.course.episodes import EpisodeTracker, summarize
from grading.engine.result import Met, Result, SystemGrades
from grading.local_rules import LocalRules
from grading.record import INFUSION, Findings, Record

Rule = Callable[[Findings, Record, LocalRules], Result]


class GradedPart(NamedTuple):
    """The result of one assessment by itself, and whether it has the part that is graded."""

    result: Result
    has_part: bool

    @property
    def met(self) -> tuple[Met, ...]:
        """The reasons of the result."""
        return self.result.because

    def with_met(self, met: tuple[Met, ...]) -> GradedPart:
        """The same answer with these reasons."""
        return GradedPart(self.result.with_reasons(met), self.has_part)

    def without_reasons(self) -> GradedPart:
        """The same answer without reasons, cautions and values."""
        return GradedPart(self.result.without_reasons(), self.has_part)


Ask = Callable[[Findings, Record, LocalRules], GradedPart]


def answering(
    rule: Rule, *, has_part: Callable[[Findings], bool], needed: tuple[str, ...] = ()
) -> Ask:
    """A function that grades an assessment by `rule` where it has the part to be graded.

    Other assessments have no grade and miss `needed`.

    Before the first infusion no sign counts: the grade is 0 where `rule` misses nothing, else
    there is none.
    """

    def answer(findings: Findings, record: Record, local: LocalRules) -> GradedPart:
        if not has_part(findings):
            return GradedPart(Result(missing=needed), False)
        result = rule(findings, record, local)
        if findings.elapsed < INFUSION:
            grade = None if result.missing else 0
            early = Result(grade, missing=result.missing, cautions=result.cautions)
            return GradedPart(early, True)
        return GradedPart(result, True)

    return answer


def over_course(
    record: Record, local: LocalRules, answers: Iterable[GradedPart], *, toxicity: str
) -> SystemGrades:
    """The results of a course with their episodes, peak and daily maximum."""
    tracker = EpisodeTracker(local)
    results: list[Result] = []
    for findings, (result, has_part) in zip(record.findings, answers, strict=True):
        results.append(result)
        # while no episode is open, only a positive result changes anything
        if has_part and (tracker.open is not None or result.is_positive()):
            tracker.arrive(findings.elapsed)
            tracker.observe(findings.elapsed, result)
    course = summarize(record, results, tracker.episodes, toxicity=toxicity)
    return SystemGrades(tuple(results), course)
