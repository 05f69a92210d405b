"""Grade one whole course from its start, and store the grades that differ.

A grade that no longer comes out is superseded, never changed. Facts are compared, not
sentences: a reworded sentence, or a new version of the rules alone, writes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Model

from grading.record import INFUSION, Record
from grading.rules.systems import PRIMARY
from patients.models import Course, GradeChange, GradeRecord
from patients.models.guarded import unguarded
from patients.regrading.board_row import stored_board_row, write_board_row
from patients.regrading.digests import changed_digests, digests_of, stored_digests, write_digests
from patients.regrading.early_signs import Signs, early_signs
from patients.regrading.graded import local_rules, read_and_grade
from patients.regrading.hooks import Regraded, call_hooks
from patients.regrading.record import LiveRows, record_of
from patients.regrading.stored_grades import Difference, compare


def regrade(
    course: Course, *, at: datetime, entered: Sequence[Model] = (), in_full: bool = False
) -> list[GradeChange]:
    """Bring the stored grades and the board up to date; the caller holds the course's lock.

    Stored grades are read where the digest of an assessment differs; all of them `in_full`, and
    where a version of Cartox without digests wrote last.
    `entered` are the rows that came through the door: with any, the version of the board row
    rises even where no grade changed. Every entry through the door ends here, so the hooks of
    `CARTOX_IN_TRANSACTION` and `CARTOX_AFTER_COMMIT` are called here.
    """
    graded = read_and_grade(course)
    board = stored_board_row(course)
    digests, stored = digests_of(graded), stored_digests([course])[course.pk]
    is_trusted = board is not None and board.digests_hold and not in_full
    changed = changed_digests(digests, stored) if is_trusted else None
    differences = compare(graded, at=at, about=changed) if changed != set() else []
    grades = unguarded(GradeRecord)
    if old := [each.old.pk for each in differences if each.old is not None]:
        grades.filter(pk__in=old).update(superseded_at=at)
    if new := [each.new for each in differences if each.new is not None]:
        grades.bulk_create(new, batch_size=500)
    write_digests(course, digests, stored)
    standing = write_board_row(graded, board, at=at, entered=bool(entered) or bool(differences))
    changes = _changes(differences, graded.rows, graded.record)
    call_hooks(
        Regraded(
            course=course,
            at=at,
            entered=tuple(entered),
            before=standing.before,
            after=standing.after,
            changes=tuple(changes),
            graded=graded,
        )
    )
    return changes


def foresee(course: Course, *, at: datetime) -> list[GradeChange]:
    """The changes that `regrade` would make if course and patient were as given; writes nothing."""
    graded = read_and_grade(course)
    return _changes(compare(graded, at=at), graded.rows, graded.record)


def _changes(
    differences: Sequence[Difference], rows: LiveRows, record: Record | None
) -> list[GradeChange]:
    """The changes to report: of assessments, by the systems that drive the board, by time."""
    early = {} if record is None else _early_signs(record)
    differing = {difference.key[1] for difference in differences}
    uids = {row.id: UUID(row.entry.uid) for row in rows.assessments if row.id in differing}
    changes = []
    for difference in differences:
        system, assessment_id = difference.key
        grade = difference.old if difference.new is None else difference.new
        if grade is None or assessment_id is None or system not in PRIMARY:
            continue
        uid = uids.get(assessment_id)
        if uid is None and grade.assessment is not None:  # the entry no longer counts
            uid = grade.assessment.uid
        signs = early.get(str(uid), {}).get(PRIMARY[system].toxicity, {})
        changes.append(
            GradeChange(system, grade.applies_at, uid, difference.old, difference.new, signs)
        )
    return sorted(changes, key=lambda each: (each.applies_at, each.system, str(each.assessment)))


def _early_signs(record: Record) -> dict[str, dict[str, Signs]]:
    """The signs of every assessment before the infusion, by its uid and by toxicity."""
    return {
        findings.uid: early_signs(findings, record, local_rules())
        for findings in record.findings
        if findings.elapsed < INFUSION
    }


def changes_at(course: Course, moment: datetime) -> list[GradeChange]:
    """The changes that an entry recorded at `moment` brought about, read back."""
    of_course = GradeRecord.objects.filter(course=course, assessment__isnull=False)
    written = of_course.filter(computed_at=moment).select_related("assessment")
    ended = of_course.filter(superseded_at=moment).select_related("assessment")
    new = {(record.system, record.assessment_id): record for record in written}
    old = {(record.system, record.assessment_id): record for record in ended}
    keys = dict.fromkeys((*new, *old))
    changes = [Difference(key, old.get(key), new.get(key)) for key in keys]
    is_early = any(grade.applies_at < course.infused_at for grade in new.values())
    return _changes(changes, LiveRows(), record_of(course) if is_early else None)
