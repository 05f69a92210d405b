"""The facts by which the clocks run: from stored entries, in any order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from patients import door
from patients.models import Course, Dose, Event, LabResult, MonitoringSchedule, Product, User
from patients.regrading.graded import read_and_grade
from patients.regrading.standing import standings_of
from patients.rounds.due.facts import daily_until_of, facts_of
from patients.rounds.due.ward import facts_now
from patients.rounds.rules.clocks import CourseFacts
from tests.storing import AssessmentAt

VITALS = ("temperature_c", "systolic_mmhg", "hypotension", "spo2_percent", "oxygen_device")
NO_SCORE: dict[str, Any] = {"ice": None, "ice_total": None}
NEUROLOGIC = NO_SCORE | dict.fromkeys(("consciousness", "seizure", "motor", "icp"))
Enter = Callable[..., CourseFacts]


@pytest.fixture
def enter(course: Course, nurse: User) -> Enter:
    def entered(*rows: Any) -> CourseFacts:
        door.enter(course, list(rows), by=nurse)
        return facts_now(course.pk)

    return entered


@pytest.fixture
def hours(course: Course) -> Callable[[datetime | None], float | None]:
    def since(at: datetime | None) -> float | None:
        return None if at is None else (at - course.infused_at) / timedelta(hours=1)

    return since


Hours = Callable[[datetime | None], float | None]


def run(course: Course, hour: float, agent: str = "norepinephrine", **more: Any) -> Dose:
    at = course.infused_at + timedelta(hours=hour)
    values = {"agent": agent, "amount": Decimal("0.05"), "unit": "mcg/kg/min"}
    return Dose(course=course, given_at=at, **(values | more))


def result(course: Course, hour: float, analyte: str, **more: Any) -> LabResult:
    at = course.infused_at + timedelta(hours=hour)
    values = {"value": Decimal(10), "unit": "mg/L", "comparator": "="}
    return LabResult(course=course, collected_at=at, analyte=analyte, **(values | more))


@pytest.mark.parametrize(
    ("findings", "grade"),
    [
        ({}, 0),
        ({"temperature_c": Decimal(38)}, 1),
        ({"temperature_c": Decimal(38), "hypotension": True}, 2),
        (
            {"temperature_c": Decimal(38), "hypotension": True, "vasopressors": ["norepinephrine"]},
            3,
        ),
        ({"hypotension": True}, 2),
        ({"temperature_c": Decimal(38), "attribution": {"fever": "other"}}, 1),
    ],
    ids=["well", "CRS 1", "CRS 2", "CRS 3", "in review", "put aside, not confirmed"],
)
def test_a_patient_is_watched_by_the_higher_grade_while_anything_is_in_doubt(
    enter: Enter, assessment_at: AssessmentAt, findings: dict[str, Any], grade: int
) -> None:
    assert enter(assessment_at(60, **findings)).crs == grade


def test_vital_signs_alone_never_put_off_ice(
    enter: Enter, assessment_at: AssessmentAt, hours: Hours
) -> None:
    alone = [assessment_at(hour, **NEUROLOGIC) for hour in (64, 68, 71)]
    facts = enter(assessment_at(60), *alone)
    assert (hours(facts.vitals_at), hours(facts.neuro_at)) == (71, 60)


@pytest.mark.parametrize("left_out", VITALS)
def test_a_set_that_lacks_a_sign_is_not_whole(
    enter: Enter, assessment_at: AssessmentAt, hours: Hours, left_out: str
) -> None:
    lacking = {left_out: None, **({"vasopressors": None} if left_out == "hypotension" else {})}
    facts = enter(assessment_at(60), assessment_at(66, **lacking))
    either_tells = left_out in ("systolic_mmhg", "hypotension")
    assert hours(facts.vitals_at) == (66 if either_tells else 60)


def test_ice_done_in_part_is_not_whole_and_a_reason_is_a_fact(
    enter: Enter, assessment_at: AssessmentAt, hours: Hours
) -> None:
    in_part = {"ice": {"year": 1}, "ice_total": None}
    facts = enter(assessment_at(60), assessment_at(65, **in_part))
    assert (hours(facts.neuro_at), facts.not_done) == (60, {})
    facts = enter(assessment_at(66, **NO_SCORE, ice_not_done="asleep"))
    assert hours(facts.neuro_at) == 66
    assert facts.not_done == {"neuro": ("asleep, not woken", facts.neuro_at)}
    assert facts.score is not None
    assert hours(facts.score["at"]) == 60
    assert enter(assessment_at(67)).not_done == {}


def test_a_reason_for_no_vital_signs_stands_until_a_whole_set(
    enter: Enter, assessment_at: AssessmentAt, hours: Hours
) -> None:
    without = dict.fromkeys(VITALS) | {"vasopressors": None, "vitals_not_done": "refused"}
    facts = enter(assessment_at(60), assessment_at(66, **without))
    assert facts.not_done["vitals"] == ("refused", facts.starts_at + timedelta(hours=66))
    assert hours(facts.vitals_at) == 60
    assert enter(assessment_at(68)).not_done == {}


@pytest.mark.parametrize(("before", "at"), [(None, None), (8, 48)], ids=["baseline", "score"])
def test_the_newest_score_stands_beside_the_one_before(
    course: Course,
    enter: Enter,
    physician: User,
    assessment_at: AssessmentAt,
    before: int | None,
    at: int | None,
) -> None:
    changes = {"baseline_ice_total": 9}
    door.amend(course, by=physician, reason="asked", changes=changes)
    earlier = [] if before is None else [assessment_at(48, ice=None, ice_total=before)]
    newest = assessment_at(60, ice=None, ice_total=7)
    facts = enter(*earlier, newest, assessment_at(61, **NO_SCORE))
    assert facts.score == {
        "test": "ICE",
        "points": 7,
        "at": newest.observed_at,
        "entry": str(newest.uid),
        "before": 9 if before is None else before,
        "before_at": None if at is None else course.infused_at + timedelta(hours=at),
    }
    assert CourseFacts.from_json(facts.to_json()) == facts


def test_a_small_child_is_examined_by_capd(
    enter: Enter, course: Course, physician: User, assessment_at: AssessmentAt
) -> None:
    born = (course.infused_at - timedelta(days=5 * 365)).date()
    door.amend(course.patient, by=physician, reason="asked", changes={"birth_date": born})
    facts = enter(assessment_at(60, **NO_SCORE, capd_total=3), assessment_at(61, ice_total=5))
    assert facts.neuro_test == "CAPD"
    assert facts.score is not None
    assert (facts.score["points"], facts.score["before"]) == (3, None)


def test_laboratory_facts_name_the_newest_result_of_each_value_that_can_be_used(
    enter: Enter, course: Course, hours: Hours
) -> None:
    facts = enter(
        result(course, 40, "crp"),
        result(course, 30, "crp"),
        result(course, 50, "crp", unit="bananas"),
        result(course, 45, "ferritin", unit="ug/L"),
    )
    newest = {analyte: hours(at) for analyte, at in facts.labs_at.items()}
    assert newest == {"crp": 40, "ferritin": 45}


def test_a_vasopressor_has_its_newest_start_and_the_first_since_which_any_runs(
    enter: Enter, course: Course, hours: Hours
) -> None:
    facts = enter(run(course, 50), run(course, 52, "vasopressin", amount=Decimal(2), unit="U/h"))
    assert (hours(facts.vasopressor), hours(facts.vasopressor_since)) == (52, 50)
    facts = enter(run(course, 53, amount=Decimal(0)), run(course, 54, "vasopressin", amount=0))
    assert (facts.vasopressor, facts.vasopressor_since) == (None, None)


def test_a_new_rate_and_an_inotrope_start_no_vasopressor(
    enter: Enter, course: Course, hours: Hours
) -> None:
    first = run(course, 50, ended_at=course.infused_at + timedelta(hours=51))
    facts = enter(first, run(course, 51, amount=Decimal("0.1")), run(course, 52, "dobutamine"))
    assert hours(facts.vasopressor) == 50


def test_a_vasopressor_of_a_list_alone_is_no_start(
    enter: Enter, assessment_at: AssessmentAt, hours: Hours
) -> None:
    facts = enter(assessment_at(60, vasopressors=["norepinephrine"]))
    assert (facts.vasopressor, hours(facts.vasopressor_since)) == (None, 60)


def test_icans_has_a_first_sign_while_its_episode_is_open(
    enter: Enter, assessment_at: AssessmentAt, hours: Hours
) -> None:
    ill = assessment_at(60, ice=None, ice_total=8)
    facts = enter(assessment_at(50), assessment_at(62, ice=None, ice_total=8), ill)
    assert (facts.icans, hours(facts.icans_since)) == (1, 60)
    days = [assessment_at(hour) for hour in range(64, 64 + 24 * 8, 12)]
    assert enter(*days).icans_since is None


def test_the_first_observations_are_due_at_the_infusion_or_the_later_opening(
    course: Course,
) -> None:
    graded = read_and_grade(course)
    for hours_later, starts in ((-5, 0), (7, 7)):
        course.opened_at = course.infused_at + timedelta(hours=hours_later)
        facts = facts_of(graded, standings_of(graded))
        assert facts.starts_at == course.infused_at + timedelta(hours=starts)
    assert facts.infused_at == course.infused_at
    course.infusion_planned = True
    assert facts_of(graded, {}).infused_at is None


def test_a_death_and_a_closing_are_facts(
    enter: Enter, course: Course, physician: User, hours: Hours
) -> None:
    at = course.infused_at + timedelta(hours=70)
    facts = enter(Event(course=course, happened_at=at, kind="death"))
    assert (hours(facts.died_at), facts.closed_at) == (70, None)
    changes = {"closed_at": at + timedelta(hours=1), "outcome": "died"}
    door.amend(course, by=physician, reason="died", changes=changes)
    assert hours(facts_now(course.pk).closed_at) == 71


def test_the_longest_valid_label_says_until_when_monitoring_is_daily(course: Course) -> None:
    course.product, course.time_zone = "ward-cel", "Europe/Madrid"
    assert daily_until_of(course) is None
    product = Product.objects.create(
        name="ward-cel", abbreviation="w-cel", target="CD19", source="s", confidence="V"
    )
    labels = {"US": (7, False), "EU": (10, False), "UK": (14, True), "other": (None, False)}
    for region, (days, is_superseded) in labels.items():
        MonitoringSchedule.objects.create(
            product=product,
            region=region,
            daily_days=days,
            is_superseded=is_superseded,
            source="s",
            confidence="V",
        )
    course.infused_at = datetime(2026, 3, 20, 23, 30, tzinfo=UTC)  # 21 March on the ward
    assert daily_until_of(course) == datetime(2026, 3, 31, 22, tzinfo=UTC)
    course.later_infusions = ["2026-03-22T10:00+00:00"]
    assert daily_until_of(course) == datetime(2026, 4, 1, 22, tzinfo=UTC)
    course.infusion_planned = True
    assert daily_until_of(course) is None


def test_facts_are_the_same_in_whatever_order_they_were_entered(
    enter: Enter, course: Course, assessment_at: AssessmentAt
) -> None:
    rows = [
        assessment_at(72),
        run(course, 50),
        assessment_at(60, ice=None, ice_total=6, temperature_c=Decimal(39)),
        result(course, 40, "crp"),
        assessment_at(66, **NEUROLOGIC),
    ]
    for row in rows:
        of_reversed = enter(row)
    graded = read_and_grade(Course.objects.get(pk=course.pk))
    record = graded.record
    record.findings = tuple(reversed(record.findings))
    record.put_in_order()
    again = facts_of(graded, standings_of(graded))
    assert replace(of_reversed, daily_until=None) == again
