"""What must follow an entry: the hooks of the transaction and of the commit."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from patients import door
from patients.models import (
    Assessment,
    BoardRow,
    Course,
    Dose,
    GradeRecord,
    Membership,
    Patient,
    User,
    Ward,
)
from patients.models.guarded import unguarded
from patients.regrading.hooks import Regraded
from patients.write_queue import in_turn
from tests.storing import stored

AssessmentAt = Callable[..., Assessment]
CRS = "crs_astct_2019"
FEVER = {"temperature_c": Decimal("38.9")}
HERE = "tests.patients.regrading.test_hooks"

noted: list[Regraded] = []


def note(regraded: Regraded) -> None:
    noted.append(regraded)


def fail(regraded: Regraded) -> None:
    raise RuntimeError("the pager does not answer")


def enter_a_fever(regraded: Regraded) -> None:
    """Enter a row, once."""
    assert not connection.in_atomic_block
    if not noted:
        noted.append(regraded)
        course = regraded.course
        row = Assessment(
            course=course, observed_at=course.infused_at + timedelta(hours=50), **FEVER
        )
        door.enter(course, [row], by=User.objects.get(username="nina_nurse"))


@pytest.fixture
def in_transaction(settings: Any) -> Iterator[list[Regraded]]:
    noted.clear()
    settings.CARTOX_IN_TRANSACTION = [f"{HERE}.note"]
    yield noted
    noted.clear()


@pytest.fixture
def after_commit(
    settings: Any, transactional_db: None
) -> Iterator[Callable[[str], list[Regraded]]]:
    noted.clear()

    def call(name: str) -> list[Regraded]:
        settings.CARTOX_AFTER_COMMIT = [f"{HERE}.{name}"]
        return noted

    yield call
    noted.clear()


def test_a_hook_sees_the_standing_before_and_after_and_what_was_entered(
    course: Course, nurse: User, assessment_at: AssessmentAt, in_transaction: list[Regraded]
) -> None:
    first, second = assessment_at(30), assessment_at(36, **FEVER)
    door.enter(course, [first], by=nurse)
    door.enter(course, [second], by=nurse)

    _, rise = in_transaction
    assert (rise.before[CRS].shown, rise.after[CRS].shown) == (0, 1)
    assert rise.after[CRS].onset == second.observed_at
    assert rise.entered == (second,)
    assert [change.system for change in rise.changes] == [CRS, "icans_astct_2019"]


def test_a_started_run_changes_no_grade_and_counts_too(
    course: Course, nurse: User, assessment_at: AssessmentAt, in_transaction: list[Regraded]
) -> None:
    door.enter(course, [assessment_at(30)], by=nurse)
    run = Dose(given_at=course.infused_at + timedelta(hours=31), agent="norepinephrine")
    door.enter(course, [run], by=nurse)

    assert in_transaction[-1].entered == (run,)
    assert in_transaction[-1].changes == ()
    assert in_transaction[-1].before == in_transaction[-1].after


def ways_in(course: Course, nurse: User, febrile: Assessment, other: Course) -> dict[str, Any]:
    run = Dose(given_at=course.infused_at, agent="norepinephrine", amount=1, unit="mg/h")
    door.enter(course, [run], by=nurse)
    ward, patient = course.ward, course.patient
    return {
        "enter": lambda: door.enter(
            course, [Assessment(observed_at=course.infused_at, **FEVER)], by=nurse
        ),
        "stop": lambda: door.stop(run, at=run.given_at + timedelta(hours=1), by=nurse),
        "amend a course": lambda: door.amend(course, by=nurse, reason="bed", changes={"bed": "3"}),
        "amend a patient": lambda: door.amend(
            patient, by=nurse, reason="passport", changes={"given_name": "Ann"}
        ),
        "save a ward": lambda: door.save_ward(ward),
        "copy to": lambda: door.copy_to(
            febrile, other, by=nurse, reason="wrong patient", uid=uuid.uuid4()
        ),
        "strike out": lambda: door.strike_out(run, by=nurse, reason="wrong"),
        "admit": lambda: stored(
            Course(
                patient=stored(Patient(mrn="00777", family_name="Moe")),
                ward=ward,
                product="x",
                infused_at=course.infused_at,
            )
        ),
    }


def test_every_way_through_the_door_calls_the_hooks(
    course: Course,
    other_course: Course,
    nurse: User,
    assessment_at: AssessmentAt,
    in_transaction: list[Regraded],
) -> None:
    Membership.objects.create(user=nurse, ward=other_course.ward)
    febrile = assessment_at(30, **FEVER)
    door.enter(course, [febrile], by=nurse)
    for way_in, come_in in ways_in(course, nurse, febrile, other_course).items():
        in_transaction.clear()
        come_in()
        assert len(in_transaction) == (2 if way_in == "copy to" else 1), way_in
        assert all(regraded.entered for regraded in in_transaction), way_in


def test_a_form_sent_twice_calls_the_hooks_once(
    course: Course, nurse: User, in_transaction: list[Regraded]
) -> None:
    for thing, changes in ((course, {"bed": "3"}), (course.patient, {"given_name": "Ann"})):
        since = thing.version()
        in_transaction.clear()
        for _ in range(2):
            door.amend(thing, by=nurse, reason="passport", changes=changes, since=since)
        assert len(in_transaction) == 1


def test_the_import_and_the_command_call_the_hooks(
    ward: Ward, nurse: User, in_transaction: list[Regraded]
) -> None:
    document = "grading/published/blood-2022-139-1116.json"
    options = ("--mrn", "00123", "--infused-at", "2026-01-05T10:00:00+01:00")
    call_command("import_course", document, "--ward", ward.name, *options, stdout=io.StringIO())
    [imported] = in_transaction
    assert imported.before == {}
    assert imported.entered

    unguarded(BoardRow).update(tocilizumab_given=3)
    in_transaction.clear()
    call_command("regrade", stdout=io.StringIO())
    assert [(regraded.course, regraded.entered) for regraded in in_transaction] == [
        (imported.course, ())
    ]


def test_the_admin_calls_the_hooks(
    course: Course,
    administrator: User,
    signed_in: Callable[[User], Client],
    in_transaction: list[Regraded],
) -> None:
    ward = course.ward
    in_transaction.clear()
    answer = signed_in(administrator).post(
        reverse("admin:patients_ward_change", args=[ward.pk]),
        {"name": ward.name, "time_zone": ward.time_zone, "assessment_every_hours": "6"},
    )
    assert answer.status_code == 302
    assert [regraded.entered for regraded in in_transaction] == [(ward,)]


def test_a_failure_in_the_transaction_undoes_the_save(
    course: Course, nurse: User, assessment_at: AssessmentAt, settings: Any
) -> None:
    settings.CARTOX_IN_TRANSACTION = [f"{HERE}.fail"]
    with pytest.raises(RuntimeError, match="the pager does not answer"):
        door.enter(course, [assessment_at(36, **FEVER)], by=nurse)

    assert not Assessment.objects.exists()
    assert not GradeRecord.objects.filter(assessment__isnull=False).exists()


@pytest.fixture
def committed(after_commit: Any, course: Course, nurse: User) -> tuple[Course, User]:
    return course, nurse


def test_after_the_commit_a_failure_is_logged_and_the_save_stands(
    committed: tuple[Course, User],
    assessment_at: AssessmentAt,
    after_commit: Callable[[str], list[Regraded]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    course, nurse = committed
    after_commit("fail")
    door.enter(course, [assessment_at(36, **FEVER)], by=nurse)

    assert Assessment.objects.count() == 1
    assert f"{HERE}.fail failed after a regrade of course {course.uid}" in caplog.text
    assert "the pager does not answer" in caplog.text


def test_a_hook_after_the_commit_may_itself_enter_a_row(
    committed: tuple[Course, User],
    assessment_at: AssessmentAt,
    after_commit: Callable[[str], list[Regraded]],
) -> None:
    course, nurse = committed
    after_commit("enter_a_fever")
    door.enter(course, [assessment_at(36)], by=nurse)

    assert Assessment.objects.count() == 2
    assert course.board_row.standings[CRS].shown == 1


def test_nothing_is_called_after_a_transaction_that_fails(
    committed: tuple[Course, User],
    assessment_at: AssessmentAt,
    after_commit: Callable[[str], list[Regraded]],
) -> None:
    course, nurse = committed
    calls = after_commit("note")

    @in_turn()
    def enter_and_fail() -> None:
        door.enter(course, [assessment_at(36)], by=nurse)
        raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError, match="the disk is full"):
        enter_and_fail()
    assert calls == []
