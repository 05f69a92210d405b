"""What regrading keeps, what it supersedes, and what the board then says."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from grading.engine.result import Result
from grading.measures import plain_text
from grading.rules.systems import SYSTEMS
from patients import door
from patients.models import Assessment, BoardRow, Course, Dose, GradeRecord, GuardedWrite, User
from patients.reading.versions import versions_of_open_courses
from patients.regrading import stored_grades
from patients.regrading.graded import read_and_grade
from patients.regrading.record import record_of
from patients.regrading.regrade import regrade
from patients.regrading.stored_grades import fresh_grades, standing_grades
from tests.storing import AssessmentAt

CRS, ICANS = "crs_astct_2019", "icans_astct_2019"
FEVER = {"temperature_c": Decimal("38.9")}


def board(course: Course) -> BoardRow:
    return BoardRow.objects.get(course=course)


def tocilizumab(course: Course, hours: float) -> Dose:
    given_at = course.infused_at + timedelta(hours=hours)
    return Dose(
        course=course, given_at=given_at, agent="tocilizumab", amount=576, unit="mg", route="IV"
    )


# Grades


def test_every_system_is_kept_for_every_assessment_and_for_the_course(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(24), assessment_at(40, **FEVER)], by=nurse)

    live = GradeRecord.objects.live()
    assert live.filter(assessment__isnull=False).count() == 2 * len(SYSTEMS)
    summary = live.of_course().get(system=CRS)
    assert (summary.grade, summary.applies_at) == (1, course.infused_at)
    onset = (course.infused_at + timedelta(hours=40)).isoformat()
    assert summary.values["onset_at"] == onset
    assert summary.values["episodes"] == [{"onset_at": onset, "resolved_at": None, "peak": 1}]
    assert summary.values["daily"] == {"1": 0, "2": 1}


def test_a_stored_grade_gives_back_the_result(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(36, **FEVER, motor=None)], by=nurse)

    result = GradeRecord.objects.get(system=ICANS, assessment__isnull=False).result
    assert isinstance(result, Result)
    assert (result.grade, result.at_least, result.missing) == (0, True, ("motor",))


def test_what_another_cause_takes_from_a_grade_is_stored_beside_it(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    septic = assessment_at(
        36,
        **FEVER,
        hypotension=True,
        vasopressors=["norepinephrine"],
        attribution={"hypotension": "other"},
    )
    door.enter(course, [septic], by=nurse)

    stored = GradeRecord.objects.get(system=CRS, assessment__isnull=False)
    assert (stored.grade, stored.if_all_counted, stored.result.if_all_counted) == (1, 3, 3)
    (aside,) = stored.result.put_aside
    assert (aside.sign, aside.elapsed, aside.uid) == (
        "hypotension",
        timedelta(hours=36),
        str(septic.uid),
    )
    assert board(course).standings[CRS].current == stored.result
    assert regrade(course, at=course.infused_at + timedelta(days=9)) == []


def test_regrading_again_writes_nothing(
    course: Course, nurse: User, assessment_at: AssessmentAt, django_assert_num_queries: Any
) -> None:
    door.enter(
        course, [assessment_at(24), assessment_at(36, **FEVER), tocilizumab(course, 37)], by=nurse
    )
    before = list(GradeRecord.objects.order_by("pk").values()), board(course).version

    # rows, digests, board row; the label, the row of the round, a stay at home
    with django_assert_num_queries(6):
        assert regrade(course, at=course.infused_at + timedelta(days=9)) == []
    assert (list(GradeRecord.objects.order_by("pk").values()), board(course).version) == before


@pytest.mark.parametrize("microseconds", [1, 120_000, 999_999])
def test_what_stands_is_read_as_it_was_made_to_the_microsecond(
    course: Course, nurse: User, assessment_at: AssessmentAt, microseconds: int
) -> None:
    entry = assessment_at(
        36.37, temperature_c="38.9", hypotension=True, vasopressors=["norepinephrine"]
    )
    entry.observed_at += timedelta(microseconds=microseconds)
    door.enter(course, [entry, assessment_at(48, ice_total=None, consciousness=None)], by=nurse)

    graded = read_and_grade(Course.objects.get(pk=course.pk))
    assert standing_grades([course])[course.pk] == fresh_grades(graded)


def test_a_new_version_of_the_rules_alone_writes_nothing(
    course: Course, nurse: User, assessment_at: AssessmentAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    door.enter(course, [assessment_at(36, **FEVER)], by=nurse)
    monkeypatch.setattr(stored_grades, "rules_version", lambda local: "another")
    regrade(course, at=course.infused_at + timedelta(days=9))

    assert not GradeRecord.objects.filter(rules_version="another").exists()


def test_a_changed_grade_supersedes_and_keeps_the_old(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    row = assessment_at(36, hypotension=True)
    door.enter(course, [assessment_at(30, **FEVER), row], by=nurse)
    [before] = GradeRecord.objects.filter(system=CRS, assessment=row)
    door.enter(course, [tocilizumab(course, 31)], by=nurse)

    old, new = GradeRecord.objects.filter(system=CRS, assessment=row).order_by("pk")
    assert (old.pk, old.review, new.grade) == (before.pk, True, 2)
    assert old.superseded_at == new.computed_at
    unchanged = GradeRecord.objects.filter(system=CRS, assessment__observed_at__lt=row.observed_at)
    assert [record.superseded_at for record in unchanged] == [None]


def test_the_order_of_entry_does_not_matter(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    rows = [assessment_at(30 + 6 * n, temperature_c=37 + n % 3) for n in range(6)]
    rows.append(tocilizumab(course, 43))
    random.Random(2019).shuffle(rows)
    for row in rows:
        door.enter(course, [row], by=nurse)
    stored = facts_by_time(course)

    record = record_of(course)
    fresh = read_and_grade(course)
    assert [findings.elapsed for findings in record.findings] == sorted(
        findings.elapsed for findings in record.findings
    )
    assert stored == [result.facts() for result in fresh.grades[CRS].results]


def facts_by_time(course: Course) -> list[dict[str, Any]]:
    records = GradeRecord.objects.filter(course=course, system=CRS, assessment__isnull=False)
    return [record.facts() for record in records.live().order_by("applies_at")]


def test_grades_are_written_by_regrade_alone(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(36)], by=nurse)
    record = GradeRecord.objects.first()
    assert record is not None
    with pytest.raises(GuardedWrite):
        record.save()
    with pytest.raises(GuardedWrite):
        board(course).save()
    with pytest.raises(GuardedWrite):
        GradeRecord.objects.update(grade=0)


# The board


def test_an_admitted_patient_is_on_the_board_at_once(course: Course) -> None:
    row = board(course)
    assert row.systems[CRS]["current"] is None


def test_the_board_shows_current_previous_and_peak(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    pressor = FEVER | {"hypotension": True, "vasopressors": ["norepinephrine"]}
    door.enter(
        course,
        [assessment_at(24, **FEVER), assessment_at(30, **pressor), assessment_at(36, **FEVER)],
        by=nurse,
    )

    crs = board(course).systems[CRS]
    assert (crs["current"]["grade"], crs["previous"], crs["peak"]) == (1, 3, 3)
    assert crs["at"] == crs["since"] == (course.infused_at + timedelta(hours=36)).isoformat()
    assert (crs["sort"], crs["last_graded"]) == (1, None)


def test_a_grade_that_holds_keeps_its_start(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    door.enter(
        course,
        [assessment_at(24), assessment_at(30, **FEVER), assessment_at(36, **FEVER)],
        by=nurse,
    )

    crs = board(course).systems[CRS]
    assert crs["since"] == (course.infused_at + timedelta(hours=30)).isoformat()
    assert crs["onset"] == crs["since"]


def test_an_entry_with_ice_alone_never_hides_a_crs_grade(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    moment = course.infused_at + timedelta(hours=40)
    ice_alone = Assessment(observed_at=moment, ice_total=8)
    door.enter(course, [assessment_at(36, **FEVER), ice_alone], by=nurse)

    systems = board(course).systems
    assert systems[CRS]["current"]["grade"] == 1
    assert systems[CRS]["at"] == (course.infused_at + timedelta(hours=36)).isoformat()
    assert systems[ICANS]["at"] == moment.isoformat()


def test_an_ungradable_entry_leaves_the_grade_standing_and_is_sorted_by_it(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    pressor = FEVER | {"hypotension": True, "vasopressors": ["norepinephrine"]}
    unknown = Assessment(
        observed_at=course.infused_at + timedelta(hours=42), heart_rate=90, spo2_percent=97
    )
    door.enter(course, [assessment_at(36, **pressor), unknown], by=nurse)

    crs = board(course).systems[CRS]
    assert crs["current"]["grade"] is None
    assert crs["not_reassessed"]["result"]["grade"] == 3
    assert crs["not_reassessed"]["at"] == (course.infused_at + timedelta(hours=36)).isoformat()
    assert crs["sort"] == 3


def test_a_review_is_sorted_by_what_it_would_be(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(24), assessment_at(36, hypotension=True)], by=nurse)

    crs = board(course).systems[CRS]
    assert (crs["current"]["review"], crs["current"]["would_be"]) == (True, 2)
    assert (crs["sort"], crs["last_graded"]["grade"]) == (2, 0)


def test_the_board_has_the_latest_value_of_each_sign_with_its_time(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    later = Assessment(observed_at=course.infused_at + timedelta(hours=40), temperature_c="37.10")
    items = {
        "year": 1,
        "month": 1,
        "city": 1,
        "hospital": 0,
        "naming": 3,
        "command": 1,
        "writing": 1,
        "attention": 0,
    }
    door.enter(
        course, [assessment_at(36, ice=items, ice_total=None, heart_rate=0), later], by=nurse
    )

    signs = board(course).signs
    assert signs["temperature_c"] == {"value": "37.1", "at": later.observed_at.isoformat()}
    assert signs["heart_rate"]["value"] == "0"
    assert signs["vasopressors"]["value"] == []
    assert signs["ice_total"]["value"] == 8
    assert signs["spo2_percent"]["at"] == (course.infused_at + timedelta(hours=36)).isoformat()


def test_the_board_counts_tocilizumab_and_says_from_when_the_next(
    course: Course, nurse: User
) -> None:
    assert board(course).tocilizumab_next_at is None
    door.enter(course, [tocilizumab(course, 36)], by=nurse)
    row = board(course)
    assert (row.tocilizumab_given, row.tocilizumab_ceiling) == (1, 4)
    assert row.tocilizumab_next_at == course.infused_at + timedelta(hours=44)

    door.enter(course, [tocilizumab(course, 44), tocilizumab(course, 52)], by=nurse)
    assert board(course).tocilizumab_next_at == course.infused_at + timedelta(hours=60)
    door.enter(course, [tocilizumab(course, 61)], by=nurse)
    assert (board(course).tocilizumab_given, board(course).tocilizumab_next_at) == (4, None)


def test_the_version_rises_with_every_entry(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    versions = [board(course).version]
    row = assessment_at(36)
    for entry in (
        lambda: door.enter(course, [row], by=nurse),
        lambda: door.strike_out(row, by=nurse, reason="typo"),
    ):
        entry()
        versions.append(board(course).version)
    assert versions == sorted(set(versions))


def test_a_closed_course_leaves_the_board_and_comes_back_with_a_higher_version(
    course: Course, physician: User
) -> None:
    before = board(course).version
    closed_at = course.infused_at + timedelta(days=30)
    door.amend(
        course,
        by=physician,
        reason="home",
        changes={"closed_at": closed_at, "outcome": "discharged", "closing_reason": "went home"},
    )
    while_closed = board(course)
    assert while_closed.version > before
    assert not versions_of_open_courses(physician)

    door.amend(
        course, by=physician, reason="back with fever", changes={"closed_at": None, "outcome": ""}
    )
    assert board(course).version > while_closed.version
    assert [version for _, version in versions_of_open_courses(physician)] == [
        board(course).version
    ]


def test_a_decimal_is_stored_without_padding() -> None:
    texts = [plain_text(Decimal(text)) for text in ("38.9000", "120.0000", "0.1250", "40")]
    assert texts == ["38.9", "120", "0.125", "40"]


# One call to the clock


def test_an_entry_has_one_time_for_row_and_grades(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(36)], by=nurse)
    moments: set[datetime] = set(GradeRecord.objects.values_list("computed_at", flat=True))
    assert moments == {Assessment.objects.get().recorded_at}
