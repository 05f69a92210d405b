"""A save reads and compares stored grades only where the digest of an assessment differs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from grading.engine.put_aside import PutAside
from grading.engine.result import Met, SystemGrades
from grading.rules.systems import SYSTEMS
from patients import door
from patients.models import Assessment, BoardRow, Course, GradeDigest, GradeRecord, User, triggers
from patients.models.guarded import unguarded
from patients.regrading.digests import NO_GRADES, digests_of, stored_digests
from patients.regrading.graded import Graded, read_and_grade
from patients.regrading.regrade import regrade
from tests.patients.regrading.test_regrade import tocilizumab
from tests.patients.regrading.test_regrade_command import run, spoil
from tests.storing import AssessmentAt

CRS = "crs_astct_2019"
FEVER = {"temperature_c": Decimal("38.9")}
MOST_QUERIES = 16
"""The most queries of one more entry that changes no other grade."""
SHOCK = {"hypotension": True, "vasopressors": ["norepinephrine"]}


def fresh_copy(course: Course) -> Course:
    return Course.objects.get(pk=course.pk)


def agree(course: Course) -> bool:
    """Whether the stored digests are those of the present grades."""
    stored = stored_digests([course])[course.pk]
    counting = {key: digest for key, digest in stored.items() if digest != NO_GRADES}
    return counting == digests_of(read_and_grade(fresh_copy(course)))


@pytest.fixture
def graded(course: Course, nurse: User, assessment_at: AssessmentAt) -> Graded:
    door.enter(course, [assessment_at(24), assessment_at(40, **FEVER)], by=nurse)
    return read_and_grade(fresh_copy(course))


# What a digest covers

OF_RESULT: dict[str, Any] = {
    "grade": 3,
    "at_least": True,
    "review": True,
    "would_be": 2,
    "low": 1,
    "high": 2,
    "because": (Met("fever", 1, {"temperature_c": Decimal("39.1")}),),
    "missing": ("motor",),
    "cautions": ("other",),
    "values": {"waived": True},
    "if_all_counted": 4,
    "put_aside": (PutAside("fever", "sepsis"),),
}


def with_results(graded: Graded, **other: Any) -> Graded:
    """The same with other facts in the CRS result of the second assessment."""
    grades = graded.grades[CRS]
    results = (grades.results[0], replace(grades.results[1], **other))
    changed = {**graded.grades, CRS: SystemGrades(results, grades.course)}
    return replace(graded, grades=changed)


@pytest.mark.parametrize("name", OF_RESULT)
def test_another_fact_of_a_result_gives_its_assessment_another_digest(
    graded: Graded, name: str
) -> None:
    before, after = digests_of(graded), digests_of(with_results(graded, **{name: OF_RESULT[name]}))
    changed = {key for key in before if before[key] != after[key]}
    assert changed == {graded.rows.assessments[1].id}


@pytest.mark.parametrize(
    "met",
    [
        Met("other", 1, {"temperature_c": Decimal("38.9")}),
        Met("fever", 2, {"temperature_c": Decimal("38.9")}),
        Met("fever", 1, {"temperature_c": Decimal("38.8")}),
        Met("fever", 1, {"fever": Decimal("38.9")}),
        Met("fever", 1, {"agents": ["dopamine"]}),
        Met("fever", 1, {"agents": ["epinephrine"]}),
    ],
)
def test_another_reason_gives_another_digest(graded: Graded, met: Met) -> None:
    reason = Met("fever", 1, {"temperature_c": Decimal("38.9")})
    before = digests_of(with_results(graded, because=(reason,)))
    assert digests_of(with_results(graded, because=(met,))) != before


def test_values_that_are_stored_alike_give_one_digest(graded: Graded) -> None:
    as_typed = Met("fever", 1, {"temperature_c": Decimal("39.0"), "agents": ("dopamine",)})
    as_stored = Met("fever", 1, {"temperature_c": 39, "agents": ["dopamine"]})
    assert digests_of(with_results(graded, because=(as_typed,))) == digests_of(
        with_results(graded, because=(as_stored,))
    )


def test_results_of_one_system_are_not_those_of_another(graded: Graded) -> None:
    one, other = list(graded.grades)[2:4]
    swapped = {**graded.grades, one: graded.grades[other], other: graded.grades[one]}
    named = {**with_results(graded, grade=3).grades}
    named["crs_lee_2014"], named[CRS] = named[CRS], named["crs_lee_2014"]
    assert digests_of(replace(graded, grades=named)) != digests_of(with_results(graded, grade=3))
    assert digests_of(replace(graded, grades=swapped)).keys() == digests_of(graded).keys()


def test_the_part_of_a_system_stands_in_the_digest(
    graded: Graded, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = digests_of(graded)
    without = replace(SYSTEMS[CRS], has_part=lambda findings: False)
    monkeypatch.setitem(SYSTEMS, CRS, without)
    after = digests_of(graded)
    assert [key for key in before if before[key] == after[key]] == [None]


# What a save reads and writes


def changes(course: Course, nurse: User, at: AssessmentAt) -> dict[str, Callable[[], Any]]:
    """Every way in which grades of assessments entered earlier change."""
    first = Assessment.objects.filter(course=course).order_by("observed_at")[0]
    later = course.infused_at + timedelta(hours=5)
    return {
        "a later entry": lambda: door.enter(course, [at(60, **SHOCK)], by=nurse),
        "an earlier entry": lambda: door.enter(course, [at(26, **FEVER)], by=nurse),
        "a drug that waives fever": lambda: door.enter(course, [tocilizumab(course, 41)], by=nurse),
        "a strike-out": lambda: door.strike_out(first, by=nurse, reason="wrong patient"),
        "another infusion time": lambda: door.amend(
            course, by=nurse, reason="typed wrong", changes={"infused_at": later}
        ),
    }


@pytest.mark.parametrize(
    "what",
    [
        "a later entry",
        "an earlier entry",
        "a drug that waives fever",
        "a strike-out",
        "another infusion time",
    ],
)
def test_after_every_change_all_grades_and_digests_are_those_of_the_course(
    course: Course, physician: User, assessment_at: AssessmentAt, what: str
) -> None:
    rows = [assessment_at(24, **FEVER), assessment_at(40, **FEVER), assessment_at(46, **SHOCK)]
    door.enter(course, rows, by=physician)
    changes(course, physician, assessment_at)[what]()

    assert agree(course)
    assert BoardRow.objects.get(course=course).digests_hold
    assert run("--check")[0] == 0


def test_the_digest_of_an_entry_that_counts_no_longer_is_empty(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    row = assessment_at(24, **FEVER)
    door.enter(course, [row, assessment_at(40)], by=nurse)
    door.strike_out(row, by=nurse, reason="wrong patient")
    assert GradeDigest.objects.get(assessment=row).digest == NO_GRADES
    assert not GradeRecord.objects.live().filter(assessment=row).exists()


def test_one_more_entry_costs_the_same_queries_and_rows_at_every_length(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    written: set[tuple[int, ...]] = set()
    for first, count in ((24.0, 3), (25.0, 10), (26.0, 30)):
        rows = [assessment_at(first + place / 60, **FEVER) for place in range(count)]
        door.enter(course, rows, by=nurse)
        before = GradeRecord.objects.count(), GradeDigest.objects.count()
        with CaptureQueriesContext(connection) as asked:
            door.enter(course, [assessment_at(first + 0.9, **FEVER)], by=nurse)
        after = GradeRecord.objects.count(), GradeDigest.objects.count()
        written.add((len(asked), after[0] - before[0], after[1] - before[1]))
    [(queries, grades, digests)] = written
    assert (grades, digests) == (len(SYSTEMS), 1)
    assert queries <= MOST_QUERIES
    assert not GradeRecord.objects.exclude(superseded_at=None).exists()


def test_a_save_reads_no_grade_whose_digest_is_the_same(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    """A grade that was spoiled by hand stands until a regrade, which compares everything."""
    door.enter(course, [assessment_at(24, **FEVER)], by=nurse)
    spoil(course)
    door.enter(course, [assessment_at(40, **FEVER)], by=nurse)
    assert GradeRecord.objects.live().filter(system=CRS, grade=4).count() == 1

    assert run("--check")[0] == 1
    run()
    assert not GradeRecord.objects.live().filter(system=CRS, grade=4).exists()
    assert run("--check")[0] == 0


# Digests that cannot be trusted


def forget_digests() -> None:
    with triggers.lifted(connection):
        unguarded(GradeDigest).delete()


@pytest.mark.parametrize("version", [None, 1])
def test_where_another_version_of_cartox_wrote_last_all_grades_are_compared(
    course: Course, nurse: User, assessment_at: AssessmentAt, version: int | None
) -> None:
    for hour in (24, 40):
        door.enter(course, [assessment_at(hour, **FEVER)], by=nurse)
    spoil(course)
    unguarded(BoardRow).update(digested_version=version)
    door.enter(course, [assessment_at(50, **FEVER)], by=nurse)

    assert not GradeRecord.objects.live().filter(system=CRS, grade=4).exists()
    assert agree(course)
    assert run("--check")[0] == 0


def test_a_database_without_digests_gets_them_with_the_next_entry(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(24), assessment_at(40, **FEVER)], by=nurse)
    forget_digests()
    unguarded(BoardRow).update(digested_version=None)
    assert run("--check") == (0, "1 courses regraded: 0 grades differ.\n")

    before = GradeRecord.objects.count()
    door.enter(course, [tocilizumab(course, 50)], by=nurse)
    assert agree(course)
    assert GradeRecord.objects.count() == before


def test_a_wrong_digest_is_told_and_put_right(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(24), assessment_at(40, **FEVER)], by=nurse)
    unguarded(GradeDigest).filter(assessment__isnull=False).update(digest="0" * 32)
    message = "1 courses regraded: 0 grades {0}. Digests of 1 courses {0}.\n"
    assert run("--check") == (1, message.format("differ"))
    assert run() == (0, message.format("changed"))
    assert agree(course)
    assert run("--check")[0] == 0


def test_a_save_after_the_clock_stepped_back_is_later_than_the_last(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    ahead = datetime(2099, 1, 1, tzinfo=UTC)
    door.enter(course, [assessment_at(24, **FEVER)], by=nurse)
    regrade(fresh_copy(course), at=ahead, entered=[course])
    unguarded(BoardRow).update(digested_version=None, updated_at=course.infused_at)
    with triggers.lifted(connection):
        unguarded(GradeRecord).update(computed_at=ahead)
    door.enter(course, [assessment_at(40, **FEVER)], by=nurse)
    assert BoardRow.objects.get(course=course).updated_at > ahead
    call_command("check")
