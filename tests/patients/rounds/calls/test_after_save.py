"""Which saves call somebody, and which call nobody."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patients import clock, door
from patients.models import Adjudication, Assessment, Course, Dose, Event, Patient, User, Ward
from patients.rounds.models import Escalation
from patients.rounds.rules.calls import CallState
from patients.rounds.rules.causes import CauseKind
from tests.patients.rounds.calls.calling import (
    FEVER,
    HOOK,
    ON_OXYGEN,
    ON_PRESSOR,
    ON_TWO,
    calls_of,
    kinds,
    texts,
    the_call,
)
from tests.patients.rounds.messages.calling import open_call
from tests.storing import AssessmentAt, importer


@pytest.fixture
def enter(course: Course, nurse: User, assessment_at: AssessmentAt) -> Callable[..., Assessment]:
    """Enter an assessment so many hours after the infusion, well but for what is given."""

    def enter_one(hours: float, by: User = nurse, **findings: Any) -> Assessment:
        row = assessment_at(hours, **findings)
        door.enter(course, [row], by=by)
        return row

    return enter_one


Enter = Callable[..., Assessment]


def pressor(course: Course, hours: float, **values: Any) -> Dose:
    given = {"agent": "norepinephrine", "amount": Decimal("0.05"), "unit": "mcg/kg/min"} | values
    return Dose(course=course, given_at=course.infused_at + timedelta(hours=hours), **given)


def test_a_save_that_calls_nobody_asks_the_database_one_thing_more(
    course: Course, enter: Enter, settings: Any
) -> None:
    """The row of the round is written; the call is not even looked for."""

    def cost(hours: float) -> int:
        with CaptureQueriesContext(connection) as queries:
            enter(hours, **FEVER)
        return len(queries)

    enter(20, **FEVER)  # a call is open
    with_hook = cost(21)
    settings.CARTOX_IN_TRANSACTION = []
    assert with_hook == cost(22) + 1


# Rises


def test_a_well_patient_calls_nobody(course: Course, enter: Enter) -> None:
    enter(20)
    assert calls_of(course) == []


def test_the_first_grade_calls_and_says_what_changed_and_since_when(
    course: Course, enter: Enter
) -> None:
    row = enter(20, **FEVER)
    call = the_call(course)
    [cause] = call.causes
    assert (cause.kind, cause.grade, cause.entry) == (CauseKind.RISE, 1, str(row.uid))
    assert cause.since == row.observed_at
    assert cause.text == "CRS 1: fever 38.9 °C"
    assert (call.state, call.grade) == (CallState.UNANSWERED, 1)
    assert [step.contact for step in call.policy] == ["Bleep 4711", ""]
    assert call.step


def test_a_rise_says_what_it_was_and_calls_by_its_grade(course: Course, enter: Enter) -> None:
    enter(20)
    enter(24, **ON_PRESSOR)
    call = the_call(course)
    assert texts(call) == ["CRS 3, was 0: one vasopressor: norepinephrine"]
    assert [step.minutes for step in call.policy] == [5, 10]


def test_the_same_grade_saved_ten_times_makes_one_call(course: Course, enter: Enter) -> None:
    for hour in range(20, 30):
        enter(hour, **ON_OXYGEN)
    assert kinds(the_call(course)) == ["opened"]


def test_a_fall_calls_nobody_and_closes_nothing(course: Course, enter: Enter) -> None:
    enter(20, **ON_PRESSOR)
    enter(24, **ON_OXYGEN)
    assert kinds(the_call(course)) == ["opened"]


def test_a_further_rise_while_it_is_open_is_added_and_answers_count_no_more(
    course: Course, enter: Enter
) -> None:
    enter(20, **FEVER)
    enter(21, **ON_TWO)
    call = the_call(course)
    assert kinds(call) == ["opened", "added"]
    assert (call.grade, call.climb_number) == (4, 2)
    assert [cause.grade for cause in call.causes] == [1, 4]
    assert call.policy[0].minutes == 5


def test_crs_and_icans_of_one_save_make_one_call(course: Course, enter: Enter) -> None:
    enter(20)
    enter(24, **ON_OXYGEN, ice_total=6)
    call = the_call(course)
    assert [cause.key for cause in call.causes[:2]] == ["rise:crs:2", "rise:icans:2"]
    assert kinds(call) == ["opened"]


def test_a_late_entry_that_leaves_the_standing_as_it_is_calls_nobody(
    course: Course, enter: Enter
) -> None:
    enter(24)
    enter(20, **ON_PRESSOR)
    assert calls_of(course) == []


def test_an_entry_that_was_escalated_already_calls_nobody(course: Course, enter: Enter) -> None:
    enter(20, **ON_PRESSOR, already_escalated=True)
    assert calls_of(course) == []


def test_escalated_already_is_no_excuse_for_an_open_call(course: Course, enter: Enter) -> None:
    enter(20, **FEVER)
    enter(21, **ON_PRESSOR, already_escalated=True)
    call = the_call(course)
    assert (call.state, kinds(call)) == (CallState.UNANSWERED, ["opened"])


def test_grading_anew_without_an_entry_calls_nobody(
    course: Course, enter: Enter, settings: Any
) -> None:
    settings.CARTOX_IN_TRANSACTION = []
    enter(20, **ON_PRESSOR)
    settings.CARTOX_IN_TRANSACTION = [HOOK]
    call_command("regrade", stdout=io.StringIO())
    assert calls_of(course) == []


def test_a_correction_that_raises_is_a_rise(
    course: Course, enter: Enter, nurse: User, assessment_at: AssessmentAt
) -> None:
    first = enter(20, **FEVER)
    door.enter(course, [assessment_at(20, **ON_PRESSOR, replaces=first)], by=nurse)
    call = the_call(course)
    assert kinds(call) == ["opened", "added", "withdrawn"]
    assert [cause.grade for cause in call.causes] == [3]


# Reviews, scores, vasopressors, worry


def test_a_new_review_calls_once(course: Course, enter: Enter) -> None:
    enter(20, hypotension=True)
    enter(21, hypotension=True)
    call = the_call(course)
    assert [cause.key for cause in call.causes] == ["review:crs"]
    assert call.causes[0].text.startswith("CRS review, would be 2")
    assert (call.grade, kinds(call)) == (2, ["opened"])


@pytest.mark.parametrize(
    ("scores", "calls"),
    [
        ([10, 8], 1),  # 2 worse than the baseline, and than before
        ([10, 9], 0),
        ([9, 8], 1),  # now 2 worse than the baseline
        ([8, 7, 6], 1),  # it was that far below before: 7 is told by the grade alone
        ([8, 8, 8], 1),
        ([8, 9, 8], 2),  # each time it comes to lie 2 below the baseline
        ([8, 6], 2),
    ],
)
def test_a_score_2_points_worse_calls_once_by_its_entry(
    course: Course, enter: Enter, scores: list[int], calls: int
) -> None:
    for hour, points in enumerate(scores):
        enter(20 + hour, ice_total=points)
    falls = [
        cause.key
        for call in calls_of(course)
        for cause in call.causes
        if cause.kind is CauseKind.SCORE_FALL
    ]
    assert len(falls) == calls


def test_an_older_score_entered_late_calls_nobody(course: Course, enter: Enter) -> None:
    enter(24, ice_total=10)
    enter(20, ice_total=7)
    assert calls_of(course) == []


def test_a_rising_capd_is_worse(course: Course, enter: Enter) -> None:
    enter(20, ice_total=None, capd_total=3)
    enter(24, ice_total=None, capd_total=5)
    assert texts(the_call(course)) == ["CAPD 5; was 3"]


def test_a_vasopressor_started_after_the_last_assessment_calls(
    course: Course, enter: Enter, nurse: User
) -> None:
    enter(20)
    door.enter(course, [pressor(course, 21)], by=nurse)
    call = the_call(course)
    assert texts(call) == ["norepinephrine started: 0.05 mcg/kg/min"]
    assert call.grade == 3


@pytest.mark.parametrize(
    ("hours", "values"),
    [
        (20, {}),  # no later than the assessment, which says none
        (19, {}),
        (21, {"ended_at": 22}),
        (21, {"agent": "dobutamine"}),
    ],
)
def test_a_run_that_is_over_or_older_calls_nobody(
    course: Course, enter: Enter, nurse: User, hours: float, values: dict[str, Any]
) -> None:
    enter(20)
    if "ended_at" in values:
        values = {"ended_at": course.infused_at + timedelta(hours=values["ended_at"])}
    door.enter(course, [pressor(course, hours, **values)], by=nurse)
    causes = [cause.kind for call in calls_of(course) for cause in call.causes]
    assert CauseKind.VASOPRESSOR not in causes


def test_a_new_rate_calls_nobody(course: Course, enter: Enter, nurse: User) -> None:
    enter(20)
    run = pressor(course, 21)
    door.enter(course, [run], by=nurse)
    door.change_rate(run, pressor(course, 22, amount=Decimal("0.1")), by=nurse)
    assert kinds(the_call(course)) == ["opened"]


@pytest.mark.parametrize("has_ended", [False, True])
def test_a_call_follows_the_correction_of_the_run_that_caused_it(
    has_ended: bool, course: Course, enter: Enter, nurse: User
) -> None:
    enter(20)
    run = pressor(course, 21)
    door.enter(course, [run], by=nurse)
    if has_ended:
        door.stop(run, at=course.infused_at + timedelta(hours=22), by=nurse)
    right = pressor(course, 21, amount=Decimal("0.08"), ended_at=run.ended_at, replaces=run)
    door.correct_dose(right, seen_end=run.ended_at, by=nurse)
    call = the_call(course)
    assert texts(call) == ["norepinephrine started: 0.08 mcg/kg/min"]
    assert call.closed_at is None


def test_a_drug_that_was_no_vasopressor_takes_its_call_back(
    course: Course, enter: Enter, nurse: User
) -> None:
    enter(20)
    run = pressor(course, 21)
    door.enter(course, [run], by=nurse)
    right = pressor(course, 21, agent="dexamethasone", amount=10, unit="mg", replaces=run)
    door.correct_dose(right, seen_end=None, by=nurse)
    assert kinds(the_call(course)) == ["opened", "withdrawn", "closed"]


def test_a_run_of_what_is_on_the_list_already_calls_nobody(
    course: Course, enter: Enter, nurse: User
) -> None:
    enter(20, **ON_PRESSOR)
    door.enter(course, [pressor(course, 21)], by=nurse)
    assert kinds(the_call(course)) == ["opened"]


def test_the_grade_of_a_vasopressor_was_called_for_by_its_start(
    course: Course, enter: Enter, nurse: User
) -> None:
    """The climb goes on as it was; a second vasopressor is a further rise."""
    enter(20)
    door.enter(course, [pressor(course, 21)], by=nurse)
    enter(22, **ON_PRESSOR)
    call = the_call(course)
    assert (kinds(call), call.climb_number) == (["opened", "added"], 1)
    assert [cause.grade for cause in call.causes] == [3, 3]
    enter(23, **ON_TWO)
    assert the_call(course).climb_number == 3


def test_worry_calls_by_the_policy_of_the_grade_that_stands(course: Course, enter: Enter) -> None:
    enter(20, worried="nurse")
    enter(21, worried="family")
    call = the_call(course)
    assert {(cause.kind, cause.grade) for cause in call.causes} == {(CauseKind.WORRIED, 0)}
    assert texts(call) == ["Nina Nurse is worried", "the family is worried"]
    assert call.policy[0].minutes == 30


def test_an_old_worry_beside_a_newer_assessment_calls_nobody(course: Course, enter: Enter) -> None:
    enter(24)
    enter(20, worried="nurse")
    assert calls_of(course) == []


@pytest.mark.parametrize(("late", "calls"), [(10, 1), (12 * 60 - 1, 1), (12 * 60 + 1, 0)])
def test_worry_calls_for_twelve_hours_although_somebody_assessed_meanwhile(
    course: Course, enter: Enter, late: int, calls: int
) -> None:
    now = course.infused_at + timedelta(days=400)  # no save was later
    hours = (now - course.infused_at) / timedelta(hours=1)
    with clock.set_back_to(now):
        enter(hours)
        enter(hours - late / 60, worried="nurse")
    assert len(calls_of(course)) == calls


# The end of a course, imports, wards


def test_after_a_death_nobody_is_called_and_what_is_open_stays(
    course: Course, enter: Enter, nurse: User
) -> None:
    enter(20, **FEVER)
    death = Event(
        course=course,
        kind="death",
        happened_at=course.infused_at + timedelta(hours=21),
        attributed_to="crs",
    )
    door.enter(course, [death], by=nurse)
    enter(20.5, **ON_PRESSOR)
    call = the_call(course)
    assert (kinds(call), call.state) == (["opened"], CallState.UNANSWERED)


def test_closing_the_course_leaves_an_open_call_open(
    course: Course, enter: Enter, physician: User
) -> None:
    row = enter(20, **FEVER)
    closed_at = row.observed_at + timedelta(hours=1)
    changes = {"closed_at": closed_at, "outcome": "discharged", "closing_reason": "went home"}
    door.amend(course, by=physician, reason="home", changes=changes)
    assert kinds(the_call(course)) == ["opened"]


@pytest.mark.parametrize(
    ("age", "calls"), [(timedelta(hours=12), 1), (timedelta(hours=12, seconds=1), 0)]
)
def test_an_import_calls_for_what_stands_within_twelve_hours(
    ward: Ward, assessment_at: AssessmentAt, age: timedelta, calls: int
) -> None:
    rows = [assessment_at(2, **FEVER), assessment_at(20, **ON_PRESSOR)]
    infused_at = rows[1].observed_at - timedelta(hours=20)
    patient = Patient(mrn="00777", family_name="Poe", birth_date=date(1960, 1, 1))
    course = Course(ward=ward, product="obecabtagene", infused_at=infused_at)
    for row in rows:
        row.course_id = None
    with clock.set_back_to(rows[1].observed_at + age):
        door.admit_with(patient, course, rows, by=importer(), reason="import")
    assert [each.grade for each in calls_of(course)] == [3] * calls


def test_a_call_goes_along_to_another_ward_whose_people_answer_anew(
    course: Course, enter: Enter, physician: User, other_ward: Ward
) -> None:
    physician.memberships.create(ward=other_ward)
    enter(20, **FEVER)
    door.amend(course, by=physician, reason="intensive care", changes={"ward": other_ward})
    call = the_call(course)
    assert (kinds(call), call.climb_number) == (["opened", "added"], 2)
    assert call.policy[0].contact == ""
    assert [cause.grade for cause in call.causes] == [1]
    escalation = Escalation.objects.get()
    assert escalation.ward == Ward.objects.get(name="7 East")
    assert escalation.events.get(number=2).data["moved_to"] == "2 West"


def test_a_call_whose_events_name_no_ward_is_of_its_own_and_stops_no_save(
    course: Course, enter: Enter, nurse: User
) -> None:
    call = open_call(course, nurse)
    row = enter(20, **FEVER)
    assert Assessment.objects.live().get() == row
    assert not [event for event in call.events.all() if "moved_to" in event.data]


def test_another_bed_adds_nothing(course: Course, enter: Enter, nurse: User) -> None:
    enter(20, **FEVER)
    door.amend(course, by=nurse, reason="moved", changes={"bed": "3"})
    assert kinds(the_call(course)) == ["opened"]


# Corrections


def test_a_struck_out_entry_closes_what_it_caused_and_says_why(
    course: Course, enter: Enter, nurse: User
) -> None:
    enter(18)
    row = enter(20, **ON_PRESSOR)
    door.strike_out(row, by=nurse, reason="wrong patient")
    call = the_call(course)
    assert kinds(call) == ["opened", "withdrawn", "closed"]
    assert (call.outcome, call.closed_by) == ("in_error", "Nina Nurse")
    assert call.plan == "struck out: wrong patient"
    assert Escalation.objects.get().outcome == "in_error"


def test_the_grade_that_still_stands_keeps_the_call_open(
    course: Course, enter: Enter, nurse: User
) -> None:
    first = enter(20, **ON_PRESSOR)
    second = enter(21, **ON_PRESSOR)
    door.strike_out(first, by=nurse, reason="typed twice")
    call = the_call(course)
    assert (kinds(call), call.state) == (["opened", "withdrawn"], CallState.UNANSWERED)
    assert [(cause.key, cause.entry) for cause in call.causes] == [("rise:crs:3", str(second.uid))]
    assert call.climb_number == 1


def test_a_correction_to_a_lower_grade_that_is_a_rise_too_stays_a_call(
    course: Course, enter: Enter, nurse: User, assessment_at: AssessmentAt
) -> None:
    enter(18)
    row = enter(20, **ON_PRESSOR)
    door.enter(course, [assessment_at(20, **FEVER, replaces=row)], by=nurse)
    call = the_call(course)
    assert texts(call) == ["CRS 1, was 0: fever 38.9 °C"]
    assert (call.grade, kinds(call)) == (1, ["opened", "withdrawn"])


def test_a_correction_that_changes_no_grade_calls_nobody_anew(
    course: Course, enter: Enter, nurse: User, assessment_at: AssessmentAt
) -> None:
    row = enter(20, **ON_PRESSOR)
    better = assessment_at(20, **(ON_PRESSOR | {"note": "typed again"}), replaces=row)
    door.enter(course, [better], by=nurse)
    call = the_call(course)
    assert (call.climb_number, call.causes[0].entry) == (1, str(better.uid))


def test_a_corrected_worry_is_no_second_call(
    course: Course, enter: Enter, nurse: User, assessment_at: AssessmentAt
) -> None:
    row = enter(20, worried="nurse")
    door.enter(course, [assessment_at(20, worried="nurse", replaces=row)], by=nurse)
    assert (the_call(course).climb_number, the_call(course).state) == (1, CallState.UNANSWERED)
    last = Assessment.objects.order_by("-pk")[0]
    door.enter(course, [assessment_at(20, replaces=last)], by=nurse)
    assert the_call(course).outcome == "in_error"


def test_a_corrected_run_and_a_corrected_score_keep_their_call(
    course: Course, enter: Enter, nurse: User, assessment_at: AssessmentAt
) -> None:
    enter(20)
    run = pressor(course, 21)
    door.enter(course, [run], by=nurse)
    door.enter(course, [pressor(course, 21, amount=Decimal("0.5"), replaces=run)], by=nurse)
    row = enter(22, ice_total=8)
    climb = the_call(course).climb_number
    door.enter(course, [assessment_at(22, ice_total=8, note="again", replaces=row)], by=nurse)
    call = the_call(course)
    assert call.climb_number == climb
    assert "norepinephrine started: 0.5 mcg/kg/min" in texts(call)
    assert "ICE 8; was 10; baseline 10" in texts(call)


def test_what_a_physician_decides_about_a_sign_withdraws_nothing(
    course: Course, enter: Enter, physician: User
) -> None:
    enter(20, **ON_OXYGEN)
    decision = Adjudication(course=course, sign="hypoxia", decision="confirmed", cause="sepsis")
    door.decide(decision, after=None, by=physician)
    assert kinds(the_call(course)) == ["opened"]


def test_what_was_closed_in_error_is_not_reopened(
    course: Course, enter: Enter, nurse: User
) -> None:
    row = enter(20, **ON_OXYGEN)
    door.strike_out(row, by=nurse, reason="wrong patient")
    enter(21, **ON_OXYGEN)
    assert [escalation.reopens for escalation in Escalation.objects.order_by("pk")] == [None, None]


def test_an_undone_save_leaves_no_call(course: Course, enter: Enter, settings: Any) -> None:
    settings.CARTOX_IN_TRANSACTION = [HOOK, "tests.patients.regrading.test_hooks.fail"]
    with pytest.raises(RuntimeError):
        enter(20, **FEVER)
    assert calls_of(course) == []
