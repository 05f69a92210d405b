"""Stored grades."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import cache, lru_cache
from operator import attrgetter, itemgetter
from typing import Any

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast, JSONArray

from grading.engine.result import CourseSummary, Episode, Result
from grading.rules.systems import SYSTEMS, rules_version
from patients.models import Course, GradeRecord
from patients.regrading.graded import Graded, local_rules

Key = tuple[str, int | None]
"""A system, and the assessment; None for the course as a whole."""
_JSON = ("because", "missing", "cautions", "values")
_PLAIN = ("has_part", *(name for name in GradeRecord.FACTS if name not in _JSON))
COMPARED = ("applies_at", *_PLAIN, *_JSON)
"""What makes two grades differ: never the version of the rules, or when they were applied."""
Facts = tuple[Any, ...]
"""One grade: the values of `COMPARED`, in that order."""
_FACTS: Callable[[dict[str, Any]], Facts] = itemgetter(*GradeRecord.FACTS)
_SEEN: Callable[[Result], Facts] = attrgetter(*[field.name for field in fields(Result)][:-1])
"""All of a result but its values."""


@dataclass(slots=True)
class Difference:
    """What stands and what should: `old` to supersede, `new` to write; either may be None."""

    key: Key
    old: GradeRecord | None
    new: GradeRecord | None


def compare(graded: Graded, *, at: datetime) -> list[Difference]:
    """Every stored grade that differs from what comes out now."""
    fresh, standing = fresh_facts(graded), standing_facts([graded.course])[graded.course.pk]
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
        return GradeRecord(**about, **dict(zip(COMPARED, fresh[key], strict=True)), **common)

    return [Difference(key, old.get(key), new(key)) for key in keys]


def _standing_records(course: Course, keys: Sequence[Key]) -> dict[Key, GradeRecord]:
    """The records themselves of the few grades that differ."""
    if not keys:
        return {}
    of_course = Q(assessment=None) | Q(
        assessment__in={key[1] for key in keys if key[1] is not None}
    )
    live = GradeRecord.objects.filter(of_course, course=course).live()
    return {(stored.system, stored.assessment_id): stored for stored in live}


def fresh_facts(graded: Graded) -> dict[Key, Facts]:
    """What every system says now, in the form in which `standing_facts` reads it back."""
    by_uid = {str(row.uid): row for row in graded.rows.assessments}
    start = graded.course.infused_at
    fresh: dict[Key, Facts] = {}
    for system, grades in graded.grades.items():
        if not grades.results:
            continue
        has_part = SYSTEMS[system].has_part
        for findings, result in zip(graded.record.findings, grades.results, strict=True):
            row = by_uid[findings.uid]
            fresh[system, row.id] = (row.observed_at, has_part(findings), *_facts(result))
        fresh[system, None] = (start, True, *_FACTS(summary_facts(grades.course, start)))
    for system, result in graded.of_course.items():
        fresh[system, None] = (start, True, *_facts(result))
    return fresh


def _facts(result: Result) -> Facts:
    """The facts of one result. Most met nothing, and those are few: they are laid out once."""
    if result.because or result.values:
        return _FACTS(result.facts())
    return _nothing_met(*_SEEN(result))


@lru_cache(maxsize=4096)
def _nothing_met(*seen: Any) -> Facts:
    return _FACTS(Result(*seen).facts())


def standing_facts(courses: Sequence[Course]) -> dict[int, dict[Key, Facts]]:
    """What stands for each of these courses, in one query; no objects, for there are many."""
    by_course: dict[int, dict[Key, Facts]] = {course.pk: {} for course in courses}
    for course, system, assessment, at, facts in _standing().filter(course__in=list(by_course)):
        by_course[course][system, assessment] = (_moment(at), *_read(facts))
    return by_course


@cache
def _standing() -> QuerySet[Any, Any]:
    """Every grade that stands, its facts as one text; never asked as it is.

    A course has some hundred grades and few that differ: what is read as text is made once.
    """
    facts = JSONArray(*_PLAIN, *(Cast(name, TextField()) for name in _JSON))
    as_text = [Cast("applies_at", TextField()), Cast(facts, TextField())]
    return GradeRecord.objects.live().values_list("course_id", "system", "assessment_id", *as_text)


@lru_cache(maxsize=4096)
def _read(text: str) -> Facts:
    """All but when a grade applies. Truth may come as 1 or 0: it is only compared."""
    facts = json.loads(text)
    plain = len(_PLAIN)
    return (*facts[:plain], *map(json.loads, facts[plain:]))


@lru_cache(maxsize=4096)
def _moment(text: str) -> datetime:
    """A database without time zones keeps UTC."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def summary_facts(summary: CourseSummary, start: datetime) -> dict[str, Any]:
    """A course summary in the stored form of a result; its grade is the peak."""
    values = {
        "onset_at": None if summary.onset is None else (start + summary.onset).isoformat(),
        "resolved_at": None if summary.resolved is None else (start + summary.resolved).isoformat(),
        "episodes": [_episode_facts(episode, start) for episode in summary.episodes],
        "daily": {str(day): grade for day, grade in summary.daily.items()},
    }
    return Result(grade=summary.peak, values=values).facts()


def _episode_facts(episode: Episode, start: datetime) -> dict[str, Any]:
    resolved = None if episode.resolved is None else (start + episode.resolved).isoformat()
    return {
        "onset_at": (start + episode.onset).isoformat(),
        "resolved_at": resolved,
        "peak": episode.peak,
    }
