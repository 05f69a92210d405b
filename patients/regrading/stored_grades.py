"""The grades of one course as they are stored, against those that come out now.

Facts are compared, not sentences, and never the version of the rules or the time of grading, so
that a reworded sentence or a new version of the rules alone writes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast, JSONArray

from grading.engine.result import CourseSummary, Result
from grading.rules.systems import SYSTEMS, rules_version
from patients.models import Course, GradeRecord
from patients.regrading.graded import Graded, local_rules

Key = tuple[str, int | None]
"""A system, and the primary key of the assessment; None for the course as a whole."""


class StoredGrade(NamedTuple):
    """The columns of `GradeRecord` in which two grades may differ."""

    applies_at: datetime
    has_part: bool
    grade: int | None
    at_least: bool
    review: bool
    would_be: int | None
    low: int | None
    high: int | None
    because: list[dict[str, Any]]
    missing: list[str]
    cautions: list[str]
    values: dict[str, Any]
    if_all_counted: int | None = None
    put_aside: Sequence[dict[str, Any]] = []


FEW = 100
"""The most assessments by which a query asks; of more, the whole course is read."""

_JSON_COLUMNS = ("because", "missing", "cautions", "values", "put_aside")
_COLUMNS = StoredGrade._fields[1:]
"""All but the time, which is read by itself."""


@dataclass(slots=True)
class Difference:
    """One grade to bring up to date: `old` to supersede, `new` to write; either may be None."""

    key: Key
    old: GradeRecord | None
    new: GradeRecord | None


def compare(
    graded: Graded, *, at: datetime, about: Collection[int | None] | None = None
) -> list[Difference]:
    """Every stored grade that differs from what comes out now.

    `about` are the assessments to compare, None among them for the course; by default all are.
    """
    fresh = fresh_grades(graded, about)
    standing = (
        standing_grades([graded.course])[graded.course.pk]
        if about is None
        else _standing_grades_about(graded.course, about)
    )
    keys = [key for key in fresh | standing if fresh.get(key) != standing.get(key)]
    old = _standing_records(graded.course, [key for key in keys if key in standing])
    common = {
        "course": graded.course,
        "rules_version": rules_version(local_rules()),
        "computed_at": at,
    }

    def new(key: Key) -> GradeRecord | None:
        if key not in fresh:
            return None
        system, assessment = key
        about = {"system": system, "assessment_id": assessment}
        return GradeRecord(**about, **fresh[key]._asdict(), **common)

    return [Difference(key, old.get(key), new(key)) for key in keys]


def _standing_records(course: Course, keys: Sequence[Key]) -> dict[Key, GradeRecord]:
    """The records themselves of the few grades that differ."""
    if not keys:
        return {}
    of_keys = is_about(course, {assessment for _, assessment in keys})
    live = GradeRecord.objects.filter(of_keys).live()
    return {(stored.system, stored.assessment_id): stored for stored in live}


def is_about(course: Course, assessments: Collection[int | None]) -> Q:
    """The condition that a row is about one of these, None for the course as a whole.

    Each part names the course, so that a database finds both by its index.
    """
    of_assessments = Q(course=course, assessment__in=[key for key in assessments if key])
    of_course = Q(course=course, assessment=None)
    return of_assessments | of_course if None in assessments else of_assessments


def fresh_grades(
    graded: Graded, about: Collection[int | None] | None = None
) -> dict[Key, StoredGrade]:
    """The present grades of every system, in the form in which `standing_grades` reads them."""
    fresh: dict[Key, StoredGrade] = {}
    for place, key in enumerate(graded.assessment_ids):
        if about is not None and key not in about:
            continue
        findings = graded.record.findings[place]
        observed_at = graded.course.infused_at + findings.elapsed
        for system, grades in graded.grades.items():
            has_part, facts = SYSTEMS[system].has_part(findings), grades.results[place].facts()
            fresh[system, key] = StoredGrade(observed_at, has_part, **facts)
    return fresh | (fresh_course_grades(graded) if about is None or None in about else {})


def fresh_course_grades(graded: Graded) -> dict[Key, StoredGrade]:
    """The present grades of the course as a whole."""
    start = graded.course.infused_at
    summaries = {
        (system, None): StoredGrade(start, True, **summary_facts(grades.course, start))
        for system, grades in graded.grades.items()
        if grades.results
    }
    results = graded.of_course.items()
    return summaries | {
        (system, None): StoredGrade(start, True, **result.facts()) for system, result in results
    }


def standing_grades(courses: Sequence[Course]) -> dict[int, dict[Key, StoredGrade]]:
    """The live grades of each of these courses by its primary key, in one query."""
    by_course: dict[int, dict[Key, StoredGrade]] = {course.pk: {} for course in courses}
    for course, key, grade in _read(_live_grades().filter(course__in=list(by_course))):
        by_course[course][key] = grade
    return by_course


def _standing_grades_about(course: Course, about: Collection[int | None]) -> dict[Key, StoredGrade]:
    """The live grades of some assessments; of many, those of the course are read."""
    if len(about) > FEW:
        every = standing_grades([course])[course.pk]
        return {key: grade for key, grade in every.items() if key[1] in about}
    live = _live_grades().filter(is_about(course, about))
    return {key: grade for _, key, grade in _read(live)}


def _read(live: QuerySet[Any, Any]) -> Iterator[tuple[int, Key, StoredGrade]]:
    """Stored grades, each with its course and key.

    No model objects are made: a course has hundreds of grades, and few of them differ.
    """
    for course, system, assessment, applies_at, columns in live:
        grade = StoredGrade(_as_datetime(applies_at), *_read_columns(columns))
        yield course, (system, assessment), grade


@cache
def _live_grades() -> QuerySet[Any, Any]:
    """Every live grade with its columns as one text; filtered before it is evaluated.

    Equal texts are read once (`_read_columns`), which costs less than a column each.
    """
    columns = [Cast(name, TextField()) if name in _JSON_COLUMNS else name for name in _COLUMNS]
    as_text = [Cast("applies_at", TextField()), Cast(JSONArray(*columns), TextField())]
    return GradeRecord.objects.live().values_list("course_id", "system", "assessment_id", *as_text)


@lru_cache(maxsize=4096)
def _read_columns(text: str) -> tuple[Any, ...]:
    """The values of `_COLUMNS`. A truth value may come as 1 or 0, which compares equal."""
    return tuple(
        json.loads(value) if name in _JSON_COLUMNS else value
        for name, value in zip(_COLUMNS, json.loads(text), strict=True)
    )


def texts_of_grades(course: Course) -> dict[Key, str]:
    """Every live grade of a course as a text for `result_of_text`, in one query."""
    live = _live_grades().filter(course=course)
    return {(system, assessment): text for _, system, assessment, _, text in live}


@lru_cache(maxsize=8192)
def result_of_text(text: str) -> Result:
    """The result as the rules gave it. Equal texts share one result, which nobody changes."""
    facts = dict(zip(_COLUMNS, _read_columns(text), strict=True))
    del facts["has_part"]
    truths = {name: bool(facts[name]) for name in ("at_least", "review")}
    return Result.from_facts(facts | truths)


@lru_cache(maxsize=4096)
def _as_datetime(text: str) -> datetime:
    """An aware datetime; a database without time zones keeps UTC."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def summary_facts(summary: CourseSummary, start: datetime) -> dict[str, Any]:
    """A course summary in the stored form of a result; its grade is the peak."""

    def stored(elapsed: timedelta | None) -> str | None:
        return None if elapsed is None else (start + elapsed).isoformat()

    values = {
        "onset_at": stored(summary.onset),
        "resolved_at": stored(summary.resolved),
        "episodes": [
            {
                "onset_at": stored(episode.onset),
                "resolved_at": stored(episode.resolved),
                "peak": episode.peak,
            }
            for episode in summary.episodes
        ],
        "daily": {str(day): grade for day, grade in summary.daily.items()},
    }
    return Result(grade=summary.peak, values=values).facts()
