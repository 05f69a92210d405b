"""What a regrade of all courses would change or changed, and the table of it for a reader."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TextIO

from patients.door.locks import lock, now_after_last_grade
from patients.models import BoardRow, Course, GradeRecord
from patients.regrading.board_row import is_stale
from patients.regrading.graded import Graded, grade_course, grade_rows
from patients.regrading.record import live_rows_of
from patients.regrading.regrade import regrade
from patients.regrading.stored_grades import Difference, compare, fresh_facts, standing_facts
from patients.words.grades import grade_in_words
from patients.write_queue import in_turn

COLUMNS = ("course", "time", "system", "before", "after", "reason")


@dataclass(frozen=True, slots=True)
class Found:
    """What differed in one course."""

    course: Course
    differences: list[Difference]
    board_is_stale: bool


def regrade_courses(ids: Sequence[int], *, at: datetime, write: bool) -> Iterator[Found]:
    """Compare a batch of courses in seven queries; only one that differs is locked.

    Somebody may enter something between two of the queries. Under its lock the course is
    therefore read again before anything is said of it.
    """
    for pk in list(_suspects(ids)):
        found = _settle(pk, at=at, write=write)
        if found.differences or found.board_is_stale:
            yield found


def _suspects(ids: Sequence[int]) -> Iterator[int]:
    of_batch = Course.objects.filter(pk__in=ids).order_by("pk")
    courses = list(of_batch.select_related("patient", "ward"))
    rows, standing = live_rows_of(courses), standing_facts(courses)
    board = {row.course_id: row for row in BoardRow.objects.filter(course__in=courses)}
    for course in courses:
        graded = grade_rows(course, rows[course.pk])
        differs = fresh_facts(graded) != standing[course.pk]
        if differs or is_stale(graded, board.get(course.pk)):
            yield course.pk


@in_turn()
def _settle(pk: int, *, at: datetime, write: bool) -> Found:
    course = lock(Course(pk=pk))
    graded = grade_course(course)
    found = Found(course, compare(graded, at=at), _board_is_stale(graded))
    if write:
        regrade(course, at=now_after_last_grade(course))
    return found


def _board_is_stale(graded: Graded) -> bool:
    return is_stale(graded, BoardRow.objects.filter(course=graded.course).first())


# The table


def write_header(stream: TextIO) -> None:
    csv.writer(stream).writerow(COLUMNS)


def write_found(stream: TextIO, found: Found) -> None:
    """One line for each difference, and one where the board was wrong."""
    table = csv.writer(stream)
    for difference in found.differences:
        table.writerow(_line(found.course, difference))
    if found.board_is_stale:
        table.writerow([found.course.uid, "", "board", "", "", "it did not say what was entered"])
    stream.flush()


def _line(course: Course, difference: Difference) -> list[Any]:
    standing = difference.new or difference.old
    applies_at = "" if standing is None else standing.applies_at.astimezone(course.zone).isoformat()
    grades = [
        "" if record is None else grade_in_words(record)
        for record in (difference.old, difference.new)
    ]
    return [course.uid, applies_at, difference.key[0], *grades, _reason(difference)]


def _reason(difference: Difference) -> str:
    """Which facts differ; the criteria by their codes."""
    old, new = difference.old, difference.new
    if old is None or new is None:
        return "not graded before" if old is None else "the entry no longer counts"
    before, after = _facts(old), _facts(new)
    changed = [
        f"{name}: {_text(before[name])} → {_text(after[name])}"
        for name in before
        if before[name] != after[name]
    ]
    if old.rules_version != new.rules_version:
        changed.append(f"rules: {old.rules_version} → {new.rules_version}")
    return "; ".join(changed)


def _facts(record: GradeRecord) -> dict[str, Any]:
    facts = record.facts() | {"has_part": record.has_part, "applies_at": str(record.applies_at)}
    codes = [met["code"] for met in facts["because"]]
    saw = {met["code"]: met["saw"] for met in facts["because"]}
    return facts | {"because": codes, "saw": saw}


def _text(fact: Any) -> str:
    return fact if isinstance(fact, str) else json.dumps(fact, ensure_ascii=False)
