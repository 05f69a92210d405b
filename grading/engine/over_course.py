"""From a rule on one assessment to the results of a whole course.

These systems grade each assessment by itself, whatever came before. Episodes, peak and daily
maximum follow from the results as for any other toxicity.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from grading.engine.course.episodes import EpisodeTracker, summarize
from grading.engine.result import Result, SystemGrades
from grading.engine.shared import Shared
from grading.local_rules import LocalRules
from grading.record import INFUSION, Findings, Record

Rule = Callable[[Findings, Record, LocalRules], Result]

GradedPart = tuple[Result, bool]
"""The result of one assessment, and whether it has the part that is graded."""

Ask = Callable[[Findings, Record, LocalRules], GradedPart]
Grade = Callable[..., SystemGrades]


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
            return Result(missing=needed), False
        result = rule(findings, record, local)
        if findings.elapsed < INFUSION:
            grade = None if result.missing else 0
            return Result(grade, missing=result.missing, cautions=result.cautions), True
        return result, True

    return answer


def per_assessment(ask: Ask, *, toxicity: str) -> Grade:
    """A function that grades every assessment of a course by itself.

    `toxicity` is what a death has to be attributed to for the course to end in 5.
    """

    def grade(record: Record, local: LocalRules, _shared: Shared | None = None) -> SystemGrades:
        answers = (ask(findings, record, local) for findings in record.findings)
        return over_course(record, local, answers, toxicity=toxicity)

    return grade


def over_course(
    record: Record, local: LocalRules, answers: Iterable[GradedPart], *, toxicity: str
) -> SystemGrades:
    """The results of a course with their episodes, peak and daily maximum."""
    tracker = EpisodeTracker(local)
    results: list[Result] = []
    for findings, (result, has_part) in zip(record.findings, answers, strict=True):
        if has_part:
            tracker.follow(findings.elapsed, result)
        results.append(result)
    course = summarize(record, results, tracker.episodes, toxicity=toxicity)
    return SystemGrades(tuple(results), course)
