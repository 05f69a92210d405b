"""The regrade of all courses: the differences that it finds or writes, and their table."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TextIO

from grading.documents.course_csv import harmless
from patients.door.locks import lock, now_after_last_grade
from patients.models import BoardRow, Course, GradeRecord
from patients.regrading.board_row import is_stale, stored_board_row
from patients.regrading.digests import Digests, changed_digests, digests_of, stored_digests
from patients.regrading.graded import Graded, grade_rows, read_and_grade
from patients.regrading.hooks import with_stale_rows
from patients.regrading.record import live_rows_of
from patients.regrading.regrade import regrade
from patients.regrading.stored_grades import Difference, compare, fresh_grades, standing_grades
from patients.words.grades import grade_in_words
from patients.write_queue import in_turn

NOTHING_SAID = "nothing is said of this course any more"
REPORT_COLUMNS = ("course", "time", "system", "before", "after", "reason")


@dataclass(frozen=True, slots=True)
class CourseDifferences:
    """The stored grades of one course that differ, and whether its board row or a digest does.

    A row that a hook keeps beside the board row counts as the board row.
    """

    course: Course
    differences: list[Difference]
    board_is_stale: bool
    digests_are_wrong: bool

    def __bool__(self) -> bool:
        return bool(self.differences) or self.board_is_stale or self.digests_are_wrong

    def with_another_grade(self) -> int:
        """How many of the differences are in the grade that is shown, not in its reasons alone."""
        return sum(
            old is None or new is None or grade_in_words(old) != grade_in_words(new)
            for old, new in ((each.old, each.new) for each in self.differences)
        )


def regrade_courses(
    ids: Sequence[int], *, at: datetime, write: bool
) -> Iterator[CourseDifferences]:
    """Compare a batch of courses in five queries and those of the hooks.

    Only one that differs is locked. Somebody may enter something between two of the queries, so it
    is read again under the lock before it is reported.
    """
    for pk in list(_suspects(ids)):
        differences = _compare_locked(pk, at=at, write=write)
        if differences:
            yield differences


def _suspects(ids: Sequence[int]) -> Iterator[int]:
    """The primary keys of the courses whose grades or board row seem to differ."""
    of_batch = Course.objects.filter(pk__in=ids).order_by("pk")
    courses = list(of_batch.select_related("patient", "ward"))
    rows, standing = live_rows_of(courses), standing_grades(courses)
    digests = stored_digests(courses)
    board = {row.course_id: row for row in BoardRow.objects.filter(course__in=courses)}
    every = [grade_rows(course, rows[course.pk]) for course in courses]
    for graded, has_stale in zip(every, with_stale_rows(every), strict=True):
        pk = graded.course.pk
        row = board.get(pk)
        differs = has_stale or fresh_grades(graded) != standing[pk]
        if differs or is_stale(graded, row) or _are_wrong(digests[pk], graded, row):
            yield pk


def _are_wrong(digests: Digests, graded: Graded, board: BoardRow | None) -> bool:
    """Whether a save would trust a digest that is not that of the present grades."""
    is_trusted = board is not None and board.digests_hold
    return is_trusted and bool(changed_digests(digests_of(graded), digests))


@in_turn()
def _compare_locked(pk: int, *, at: datetime, write: bool) -> CourseDifferences:
    course = lock(Course(pk=pk))
    graded = read_and_grade(course)
    board = stored_board_row(course)
    differences = CourseDifferences(
        course,
        compare(graded, at=at),
        board_is_stale=is_stale(graded, board) or with_stale_rows([graded])[0],
        digests_are_wrong=_are_wrong(stored_digests([course])[pk], graded, board),
    )
    if write:
        regrade(course, at=now_after_last_grade(course), in_full=True)
    return differences


# The table


def write_report_header(stream: TextIO) -> None:
    csv.writer(stream).writerow(REPORT_COLUMNS)


def write_differences(stream: TextIO, of_course: CourseDifferences) -> None:
    """One line for each difference, and one each where the board or a digest was wrong."""
    table = csv.writer(stream)
    course = of_course.course
    for difference in of_course.differences:
        old, new = difference.old, difference.new
        grade = old if new is None else new
        time = "" if grade is None else grade.applies_at.astimezone(course.zone).isoformat()
        grades = ["" if record is None else grade_in_words(record) for record in (old, new)]
        row = [course.uid, time, difference.key[0], *grades, _reason(difference)]
        table.writerow(map(harmless, row))
    if of_course.board_is_stale:
        table.writerow([course.uid, "", "board", "", "", "it did not say what was entered"])
    if of_course.digests_are_wrong:
        table.writerow([course.uid, "", "digest", "", "", "it is not that of the grades"])
    stream.flush()


def _reason(difference: Difference) -> str:
    """The names and values of what differs; criteria are named by their codes."""
    old, new = difference.old, difference.new
    if old is None:
        return "not graded before"
    if new is None:
        of_course = old.assessment_id is None
        return NOTHING_SAID if of_course else "the entry no longer counts"
    before, after = _facts(old), _facts(new)
    changed = [
        f"{name}: {_text(before.get(name))} → {_text(after.get(name))}"
        for name in before | after
        if before.get(name) != after.get(name)
    ]
    if old.rules_version != new.rules_version:
        changed.append(f"rules: {old.rules_version} → {new.rules_version}")
    return "; ".join(changed)


def _facts(record: GradeRecord) -> dict[str, Any]:
    facts = record.facts() | {"has_part": record.has_part, "applies_at": str(record.applies_at)}
    codes = [met["code"] for met in facts["because"]]
    values_by_code = {met["code"]: met["saw"] for met in facts["because"]}
    return facts | {"because": codes, "saw": values_by_code}


def _text(fact: Any) -> str:
    return fact if isinstance(fact, str) else json.dumps(fact, ensure_ascii=False)
