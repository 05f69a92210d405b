"""The rounds of a ward as pages read them, and the rows that follow every save."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command

from patients import door
from patients.models import Course, MonitoringSchedule, Product, User
from patients.models.guarded import unguarded
from patients.rounds.due.rows import store_not_done, store_pauses
from patients.rounds.due.ward import course_dues, rounds_of, schedule_in
from patients.rounds.models import Omission, Pause, RoundRow, RoundSettings
from patients.rounds.rules.clocks import DueState
from patients.rounds.rules.schedule import Schedule
from patients.rounds.writing import holding, insert, write_fields
from tests.storing import AssessmentAt


def row_of(course: Course) -> RoundRow:
    return RoundRow.objects.get(course=course)


def after(course: Course, hours: float) -> datetime:
    return course.infused_at + timedelta(hours=hours)


@pytest.fixture
def before_rounds(settings: Any) -> Callable[[], None]:
    """A site without rounds, until it is called; named before the fixture `course`."""
    hooks, settings.CARTOX_IN_TRANSACTION = settings.CARTOX_IN_TRANSACTION, []

    def upgraded() -> None:
        settings.CARTOX_IN_TRANSACTION = hooks

    return upgraded


def test_every_save_stores_the_facts_of_the_course(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    assert row_of(course).course_facts.starts_at == max(course.infused_at, course.opened_at)
    door.enter(course, [assessment_at(60)], by=nurse)
    assert row_of(course).course_facts.vitals_at == after(course, 60)


def test_an_amended_course_has_the_daily_days_of_its_label_and_an_entry_asks_for_none(
    course: Course, physician: User, assessment_at: AssessmentAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    Product.objects.create(
        name="ward-cel", abbreviation="w-cel", target="CD19", source="s", confidence="V"
    ).schedules.create(region="US", daily_days=7, source="s", confidence="V")
    changes = {"product": "ward-cel"}
    door.amend(course, by=physician, reason="label read", changes=changes)
    until = row_of(course).daily_until
    assert until is not None
    assert course.day(until) == 8

    MonitoringSchedule.objects.filter(product__name="ward-cel").update(daily_days=9)
    door.enter(course, [assessment_at(60)], by=physician)
    assert row_of(course).course_facts.daily_until == until
    call_command("regrade")
    assert row_of(course).daily_until == until  # nothing differs but the label


def test_one_query_tells_the_rounds_of_every_course(
    course: Course,
    nurse: User,
    assessment_at: AssessmentAt,
    django_assert_num_queries: Any,
) -> None:
    door.enter(course, [assessment_at(60)], by=nurse)
    with django_assert_num_queries(1):
        vitals, neuro, labs = course_dues(course, after(course, 72))
    assert (vitals.state, vitals.due_at) == (DueState.DUE, after(course, 72))
    assert neuro.what == "ICE"
    assert labs.state == DueState.OVERDUE


def test_a_course_from_before_the_rounds_is_read_and_nothing_written(
    before_rounds: Callable[[], None],
    course: Course,
    nurse: User,
    assessment_at: AssessmentAt,
) -> None:
    door.enter(course, [assessment_at(60)], by=nurse)
    before_rounds()
    facts = rounds_of([course.uid])[course.uid].facts
    assert not RoundRow.objects.exists()
    door.enter(course, [assessment_at(66, ice_total=None)], by=nurse)
    assert row_of(course).course_facts.daily_until == facts.daily_until
    assert (facts.vitals_at, facts.daily_until is None) == (after(course, 60), False)


def test_regrade_fills_the_rows_that_are_missing_or_stale(
    before_rounds: Callable[[], None],
    course: Course,
    nurse: User,
    assessment_at: AssessmentAt,
) -> None:
    door.enter(course, [assessment_at(60)], by=nurse)
    before_rounds()
    with pytest.raises(SystemExit):
        call_command("regrade", "--check")
    assert not RoundRow.objects.exists()
    call_command("regrade")
    facts = row_of(course).facts
    assert row_of(course).course_facts == rounds_of([course.uid])[course.uid].facts
    unguarded(RoundRow).filter(course=course).update(facts={})
    call_command("regrade")
    assert row_of(course).facts == facts
    call_command("regrade", "--check")


def test_a_ward_is_asked_by_its_own_schedule(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(60)], by=nurse)
    own = Schedule.for_ward_hours(6).to_json()
    unguarded(RoundSettings).bulk_create(
        [RoundSettings(ward=course.ward, schedule=own, changed_at=course.infused_at)]
    )
    assert course_dues(course, after(course, 61))[0].due_at == after(course, 66)


def test_what_a_ward_did_not_set_is_its_default() -> None:
    assert schedule_in(None, 6, "7 East") == Schedule.for_ward_hours(6)
    own = schedule_in({"panel": ["crp"]}, 6, "7 East")
    assert (own.panel, own.rows) == (("crp",), Schedule.for_ward_hours(6).rows)


def test_a_schedule_that_cannot_be_read_leaves_the_defaults_and_an_error_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR):
        schedule = schedule_in({"panel": ["phlogiston"]}, 6, "7 East")
    assert schedule == Schedule.for_ward_hours(6)
    assert "The schedule of ward 7 East cannot be read" in caplog.text


def test_pauses_and_reasons_reach_the_row_and_those_withdrawn_leave_it(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(60)], by=nurse)
    signed = {"course": course, "recorded_by": nurse, "recorded_at": after(course, 72)}
    with holding(course) as (locked, at):
        times = {"from_at": at - timedelta(hours=1), "until_at": at + timedelta(hours=1)}
        pause = insert(Pause(reason="imaging", note="MRI", **times, **signed))
        older = insert(Omission(clock="vitals", at=after(course, 72), reason="asleep", **signed))
        newer = insert(Omission(clock="vitals", at=after(course, 73), reason="refused", **signed))
        store_pauses(locked, at=at)
        store_not_done(locked, at=at)
    of_course = rounds_of([course.uid])[course.uid]
    assert [each.words for each in of_course.pauses] == ["imaging, MRI"]
    assert [(each.reason, each.uid) for each in of_course.not_done] == [("refused", str(newer.uid))]
    assert course_dues(course, at)[0].state == DueState.PAUSED

    with holding(course) as (locked, at):
        write_fields(pause, ended_at=at, ended_by=nurse)
        withdrawn = {"withdrawn_at": at, "withdrawn_by": nurse, "withdrawn_reason": "wrong bed"}
        write_fields(newer, **withdrawn)
        store_pauses(locked, at=at)
        store_not_done(locked, at=at)
    of_course = rounds_of([course.uid])[course.uid]
    assert [each.ended_at for each in of_course.pauses] == [at]
    assert [each.uid for each in of_course.not_done] == [str(older.uid)]

    with holding(course) as (locked, at):
        store_pauses(locked, at=at + timedelta(days=2))
    assert row_of(course).pauses == []


def test_the_facts_of_a_row_are_those_of_the_record(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(60, ice=None, ice_total=6)], by=nurse)
    facts = row_of(course).course_facts
    assert facts.score is not None
    assert (facts.score["points"], facts.icans_since) == (6, after(course, 60))
