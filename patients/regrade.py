"""Grade one whole course from its start, and keep what came out.

A grade that no longer comes out is superseded, never changed. Facts are compared, not
sentences: a reworded sentence, or a new version of the rules alone, writes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import cache, lru_cache
from operator import attrgetter, itemgetter
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast, JSONArray

from grading.record import Record
from grading.rules import registry
from grading.rules.local import LocalRules
from grading.rules.registry import PRIMARY, SYSTEMS, rules_version
from grading.rules.result import CourseSummary, Episode, Result, SystemGrades
from patients.board_facts import write_board_row
from patients.models import Course, GradeChange, GradeRecord
from patients.models.guarded import unguarded
from patients.transfer import LiveRows, build_record, live_rows

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


def local_rules() -> LocalRules:
    """The decisions under which this site grades."""
    return LocalRules()


@dataclass(slots=True)
class Graded:
    """One course with what every system says of it now."""

    course: Course
    rows: LiveRows
    record: Record
    grades: dict[str, SystemGrades]
    of_course: dict[str, Result]


@dataclass(slots=True)
class Difference:
    """What stands and what should: `old` to supersede, `new` to write; either may be None."""

    key: Key
    old: GradeRecord | None
    new: GradeRecord | None


def grade_course(course: Course) -> Graded:
    """Read the live rows of a course and grade them; writes nothing."""
    return grade_rows(course, live_rows(course))


def grade_rows(course: Course, rows: LiveRows) -> Graded:
    """Grade rows that were read already."""
    record = build_record(course, rows)
    local = local_rules()
    grades = registry.grade_record(record, local)
    return Graded(course, rows, record, grades, registry.grade_course(record, grades, local))


def regrade(course: Course, *, at: datetime, entered: bool = False) -> list[GradeChange]:
    """Bring the stored grades and the board up to date; the caller holds the course's lock.

    `entered` says that something came through the door: the board's version then rises even
    where no grade changed.
    """
    graded = grade_course(course)
    differences = compare(graded, at=at)
    _supersede([difference.old for difference in differences], at)
    _write([difference.new for difference in differences])
    write_board_row(graded, at=at, entered=entered or bool(differences))
    return _changes(differences, graded.rows)


def foresee(course: Course, *, at: datetime) -> list[GradeChange]:
    """What `regrade` would change if the course and its patient were as given; writes nothing."""
    graded = grade_course(course)
    return _changes(compare(graded, at=at), graded.rows)


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


def _supersede(records: Iterable[GradeRecord | None], at: datetime) -> None:
    ids = [record.pk for record in records if record is not None]
    if ids:
        unguarded(GradeRecord).filter(pk__in=ids).update(superseded_at=at)


def _write(records: Iterable[GradeRecord | None]) -> None:
    new = [record for record in records if record is not None]
    if new:
        unguarded(GradeRecord).bulk_create(new, batch_size=500)


def _changes(differences: Iterable[Difference], rows: LiveRows) -> list[GradeChange]:
    """The changes to report: of assessments, by the systems that drive the board, by time."""
    uids = {row.id: row.uid for row in rows.assessments}
    changes = [
        _change(difference.old, difference.new, uids)
        for difference in differences
        if difference.key[0] in PRIMARY
    ]
    return sorted(
        (change for change in changes if change is not None),
        key=lambda change: (change.applies_at, change.system, str(change.assessment)),
    )


def _change(
    before: GradeRecord | None, after: GradeRecord | None, uids: Mapping[int, UUID]
) -> GradeChange | None:
    """`uids` are those of the assessments that count, by their primary key."""
    standing = after if after is not None else before
    if standing is None or standing.assessment_id is None:
        return None
    known = uids.get(standing.assessment_id)
    return GradeChange(
        system=standing.system,
        applies_at=standing.applies_at,
        assessment=standing.assessment.uid if known is None else known,  # type: ignore[union-attr]
        before=before,
        after=after,
    )


def changes_at(course: Course, moment: datetime) -> list[GradeChange]:
    """The changes that an entry recorded at `moment` brought about, read back."""
    of_course = GradeRecord.objects.filter(course=course, assessment__isnull=False)
    written = of_course.filter(computed_at=moment).select_related("assessment")
    ended = of_course.filter(superseded_at=moment).select_related("assessment")
    new = {(record.system, record.assessment_id): record for record in written}
    old = {(record.system, record.assessment_id): record for record in ended}
    keys = dict.fromkeys((*new, *old))
    changes = (Difference(key, old.get(key), new.get(key)) for key in keys)
    return _changes(changes, LiveRows())
