"""Everything about one ward in one month, in few queries whatever the number of patients."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from grading.rules.systems import PRIMARY
from patients.models import Assessment, Course, GradeRecord
from patients.regrading.record import build_record, live_rows_of
from patients.rights import IMPORTER
from patients.rounds.due.rows import pause_facts
from patients.rounds.due.ward import rounds_of
from patients.rounds.models import Omission, Pause
from patients.rounds.report.stories import CourseRecord

Grades = Mapping[str, Sequence[tuple[datetime, int]]]


def records_of(courses: Sequence[Course]) -> dict[int, CourseRecord]:
    """What moved the clocks of these courses, by their keys."""
    keys = [course.pk for course in courses]
    facts = rounds_of([course.uid for course in courses])
    rows = live_rows_of(courses)
    grades, signs = _grades(keys)
    omissions = _by_course(Omission.objects.filter(course__in=keys, withdrawn_at=None))
    pauses = _by_course(
        Pause.objects.filter(course__in=keys, withdrawn_at=None)
        .select_related("recorded_by")
        .order_by("from_at")
    )
    return {
        course.pk: CourseRecord(
            facts=facts[course.uid].facts,
            record=build_record(course, rows[course.pk]),
            start=course.infused_at.astimezone(UTC),
            grades=grades[course.pk],
            signs=signs[course.pk],
            omissions=omissions[course.pk],
            pauses=tuple(map(pause_facts, pauses[course.pk])),
        )
        for course in courses
    }


def _by_course(rows: Iterable[Any]) -> dict[int, list[Any]]:
    by_course: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        by_course[row.course_id].append(row)
    return by_course


def _grades(
    keys: Sequence[int],
) -> tuple[dict[int, Grades], dict[int, list[tuple[datetime, datetime | None]]]]:
    """The grades of each course over time, and the episodes of ICANS; as they stand now.

    While a sign is put aside or waits for a review the higher grade counts. An entry without a
    grade leaves the one before.
    """
    grades: dict[int, Grades] = {key: {"crs": [], "icans": []} for key in keys}
    signs: dict[int, list[tuple[datetime, datetime | None]]] = {key: [] for key in keys}
    live = GradeRecord.objects.live().filter(course__in=keys, system__in=list(PRIMARY))
    columns = ("course_id", "system", "assessment_id", "applies_at")
    numbers = ("grade", "would_be", "high", "if_all_counted")
    records = live.filter(assessment__isnull=False).order_by("applies_at", "assessment_id")
    for course, system, _, at, *values in records.values_list(*columns, *numbers).iterator():
        if present := [number for number in values if number is not None]:
            of_toxicity: Any = grades[course][system.partition("_")[0]]
            of_toxicity.append((at.astimezone(UTC), max(present)))
    icans = [key for key in PRIMARY if key.startswith("icans")]
    summaries = live.filter(assessment__isnull=True, system__in=icans)
    for course, values in summaries.values_list("course_id", "values"):
        for episode in values.get("episodes", ()):
            resolved = episode["resolved_at"]
            signs[course].append((_moment(episode["onset_at"]), resolved and _moment(resolved)))
    return grades, signs


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


Entered = tuple[int, datetime, datetime]
"""The course of an assessment, when it was observed, and when it was typed in."""


def entered_between(keys: Sequence[int], begin: datetime, end: datetime) -> list[Entered]:
    """The assessments that somebody typed: no corrections, and none that were imported."""
    rows = Assessment.objects.live().filter(
        course__in=keys, observed_at__gte=begin, observed_at__lt=end, replaces__isnull=True
    )
    typed = rows.exclude(recorded_by__username=IMPORTER)
    return list(typed.values_list("course_id", "observed_at", "recorded_at"))
