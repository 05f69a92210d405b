"""The oracle's whole answer to a course document, in the words of the grades document."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

from tests.oracle.course import crs as crs_of
from tests.oracle.course import icans as icans_of
from tests.oracle.course.crs import grade_crs
from tests.oracle.course.document import Course, Entry, Item
from tests.oracle.course.easix import INDICES, easix_before
from tests.oracle.course.episodes import Episodes, Verdict
from tests.oracle.course.icaht import early_icaht, early_t_icaht, late_icaht
from tests.oracle.course.icans import grade_icans
from tests.oracle.course.lymphodepletion import car_hematotox
from tests.oracle.course.stands import current

GRADE_OF_DEATH = 5


def answer(document: Item) -> dict[str, Any]:
    """Verdicts of CRS and ICANS for each assessment, and what is worked out of the course."""
    course = Course(document)
    crs, crs_episodes = grade_crs(course)
    icans, icans_episodes = grade_icans(course)
    return {
        "assessments": [
            {
                "crs_astct_2019": as_written(one) | {"missing": set(one.missing)},
                "icans_astct_2019": as_written(two),
            }
            for one, two in zip(crs, icans, strict=True)
        ],
        "course": {
            "crs_astct_2019": summary(course, crs, crs_episodes, "crs")
            | {"current": standing(course, crs, crs_of.has_part)},
            "icans_astct_2019": summary(course, icans, icans_episodes, "icans")
            | {"current": standing(course, icans, icans_of.has_part)},
            "icaht_early": early_icaht(course),
            "icaht_late": late_icaht(course),
            "t_icaht_early": early_t_icaht(course),
            "car_hematotox": car_hematotox(course),
            **{index: easix_before(course, index) for index in INDICES},
        },
    }


def standing(
    course: Course, verdicts: Iterable[Verdict], has_part: Callable[[Entry], bool]
) -> Item | None:
    pairs = zip(course.assessments, verdicts, strict=True)
    return current([(entry, verdict) for entry, verdict in pairs if has_part(entry)])


def as_written(verdict: Verdict) -> dict[str, Any]:
    return {
        "grade": verdict.grade,
        "at_least": verdict.at_least,
        "review": verdict.review,
        "would_be": verdict.would_be,
        "if_all_counted": verdict.if_all_counted,
        "put_aside": set(verdict.put_aside),
    }


def hours(moment: Fraction | None) -> float | None:
    return None if moment is None else float(moment)


def summary(
    course: Course, verdicts: Iterable[Verdict], episodes: Episodes, cause: str
) -> dict[str, Any]:
    """Peak, daily grades and episodes; an attributed death makes the peak and its day 5.

    A grade before the infusion stands among the daily ones and makes no peak.
    """
    daily: dict[int, int] = {}
    after_infusion: list[int] = []
    for entry, verdict in zip(course.assessments, verdicts, strict=True):
        if verdict.grade is not None:
            day = course.day(entry.hour)
            daily[day] = max(verdict.grade, daily.get(day, 0))
            after_infusion += [verdict.grade] if entry.hour >= 0 else []
    for event in course.events:
        if event.get("kind") == "death" and event.get("attributed_to") == cause:
            daily[course.day(event.hour)] = GRADE_OF_DEATH
            after_infusion.append(GRADE_OF_DEATH)
    latest = episodes.all[-1] if episodes.all else None
    return {
        "peak": max(after_infusion, default=None),
        "onset_hour": hours(latest and latest.onset),
        "resolved_hour": hours(latest and latest.resolved),
        "episodes": [
            {
                "onset_hour": hours(episode.onset),
                "resolved_hour": hours(episode.resolved),
                "peak": episode.peak,
            }
            for episode in episodes.all
        ],
        "daily": {str(day): grade for day, grade in sorted(daily.items())},
    }
