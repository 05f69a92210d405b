"""From a rule on one set of findings to a system over a course.

For systems without memory: each assessment is graded by itself. Episodes, peak and daily maximum
are then told as for any other toxicity.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from grading.record import Findings, Record
from grading.rules.episodes import EpisodeTracker, summarize
from grading.rules.local import LocalRules
from grading.rules.result import Result, SystemGrades

Rule = Callable[[Findings, Record, LocalRules], Result]


def per_assessment(
    rule: Rule,
    *,
    has_part: Callable[[Findings], bool],
    toxicity: str,
    needed: tuple[str, ...] = (),
) -> Callable[[Record, LocalRules], SystemGrades]:
    """Grade every assessment that has the part by `rule`; others have no grade, missing `needed`.

    Before the first infusion no sign counts: 0 where `rule` misses nothing, else no grade.
    `toxicity` is what a death has to be attributed to for the course to end in 5.
    """

    def grade(record: Record, local: LocalRules) -> SystemGrades:
        results = []
        for findings in record.findings:
            result = Result(missing=needed)
            if has_part(findings):
                result = rule(findings, record, local)
                if findings.elapsed < timedelta(0):
                    result = _before_infusion(result)
            results.append(result)
        return follow(record, local, results, has_part=has_part, toxicity=toxicity)

    return grade


def follow(
    record: Record,
    local: LocalRules,
    results: Sequence[Result],
    *,
    has_part: Callable[[Findings], bool],
    toxicity: str,
) -> SystemGrades:
    """The results of a course with the episodes, the peak and the daily maximum they make."""
    tracker = EpisodeTracker(local)
    for findings, result in zip(record.findings, results, strict=True):
        if has_part(findings):
            tracker.observe(findings.elapsed, result)
    timed = zip((row.elapsed for row in record.findings), results, strict=True)
    course = summarize(record, timed, tracker.episodes, toxicity=toxicity)
    return SystemGrades(tuple(results), course)


def _before_infusion(result: Result) -> Result:
    return Result(
        grade=None if result.missing else 0, missing=result.missing, cautions=result.cautions
    )
