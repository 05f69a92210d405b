"""The live preview: grades of the unsaved entry within its whole course, and nothing stored."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from patients import door
from patients.models import Assessment, Course, Dose, User
from tests.patients.entering import FULL, NOW, page, posted, preview
from tests.storing import AssessmentAt


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def test_the_grade_and_its_reason_are_shown_with_their_system(
    nurse_client: Client, course: Course
) -> None:
    shown = preview(nurse_client, course, **FULL)
    assert "CRS grade 1 (ASTCT 2019)" in shown
    assert "fever 38.9 °C" in shown
    assert "ICANS grade 0 (ASTCT 2019)" in shown


def test_an_empty_form_is_not_assessed(nurse_client: Client, course: Course) -> None:
    shown = preview(nurse_client, course)
    assert shown.count("not assessed (ASTCT 2019)") == 4  # of each system the mark, and read out


def test_what_is_missing_is_called_not_yet_entered(nurse_client: Client, course: Course) -> None:
    shown = preview(nurse_client, course, temperature_c="38.9")
    assert "CRS at least grade 1 (ASTCT 2019)" in shown
    assert "<b>Not yet entered:</b> hypotension, vasopressors, oxygen device" in shown


def test_review_is_shown_as_loudly_as_its_would_be_grade(
    nurse_client: Client, course: Course
) -> None:
    shown = preview(nurse_client, course, **{**FULL, "temperature_c": "36.8", "hypotension": "yes"})
    assert "CRS needs review, would be grade 2" in shown
    assert "badge--2 badge--review" in shown
    assert "attribute the signs" in shown


def test_an_earlier_dose_of_the_course_waives_the_fever(
    nurse_client: Client, course: Course, assessment_at: AssessmentAt, nurse: User
) -> None:
    tocilizumab = Dose(
        course=course, given_at=course.infused_at + timedelta(hours=50), agent="tocilizumab"
    )
    door.enter(course, [assessment_at(48, temperature_c=Decimal("39.0")), tocilizumab], by=nurse)
    shown = preview(nurse_client, course, **{**FULL, "temperature_c": "36.8", "hypotension": "yes"})
    assert "CRS grade 2 (ASTCT 2019)" in shown
    assert "fever no longer required: tocilizumab given since onset" in shown


def test_the_grade_before_is_shown_beside_it(
    nurse_client: Client, course: Course, assessment_at: AssessmentAt, nurse: User
) -> None:
    door.enter(
        course, [assessment_at(60, temperature_c=Decimal("39.0"), hypotension=True)], by=nurse
    )
    assert "was 2, 7 h 30 before" in preview(nurse_client, course, **FULL)


def test_a_refused_value_is_left_out_and_named_and_the_rest_is_graded(
    nurse_client: Client, course: Course
) -> None:
    shown = preview(nurse_client, course, **{**FULL, "heart_rate": "900"})
    assert "CRS grade 1 (ASTCT 2019)" in shown
    assert "<b>Left out until corrected:</b> Heart rate" in shown
    assert "Heart rate 900 /min is outside 0–300 /min." in shown


def test_a_half_typed_value_is_not_scolded(nurse_client: Client, course: Course) -> None:
    shown = preview(nurse_client, course, temperature_c="3")
    assert "is outside" not in shown
    assert "<b>Left out until corrected:</b> Temperature" in shown


def test_a_soft_question_is_asked_while_typing(nurse_client: Client, course: Course) -> None:
    shown = preview(nurse_client, course, temperature_c="41.5")
    assert "yes, 41.5 °C is right" in shown
    assert 'id="id_temperature_c_error" aria-live="polite" hx-swap-oob="morph"' in shown


def test_a_refused_time_grades_as_now(nurse_client: Client, course: Course) -> None:
    shown = preview(nurse_client, course, **{**FULL, "observed_at_time": "23:59"})
    assert "CRS grade 1" in shown
    assert "Left out until corrected:</b> Observed" in shown


def test_the_running_ice_total_names_what_is_not_scored(
    nurse_client: Client, course: Course
) -> None:
    shown = preview(nurse_client, course, ice_year="1", ice_naming="2")
    assert "3 so far; not scored: Month, City, Hospital" in shown
    assert "10 of 10" in preview(nurse_client, course, **FULL)


@pytest.mark.parametrize(
    ("entered", "expected"),
    [
        ({"vasopressors": ""}, "hypotension 112/64 mmHg, no vasopressor known"),
        ({"vasopressors": "none"}, "hypotension 112/64 mmHg, no vasopressor</li>"),
        (
            {"vasopressors": "dobutamine"},
            "hypotension 112/64 mmHg, no vasopressor that counts (dobutamine)",
        ),
    ],
)
def test_hypotension_says_whether_no_vasopressor_runs_or_nobody_said(
    nurse_client: Client, course: Course, entered: dict[str, str], expected: str
) -> None:
    hypotensive = {**FULL, "temperature_c": "38.9", "hypotension": "yes"}
    pressure = {"systolic_mmhg": "112", "diastolic_mmhg": "64"}
    assert expected in preview(nurse_client, course, **{**hypotensive, **pressure, **entered})


@pytest.mark.parametrize(
    ("reason", "name"),
    [
        ({"ice_not_done": "sedated"}, "ICE score"),
        ({"vitals_not_done": "refused"}, "temperature"),
    ],
)
def test_what_was_not_done_for_a_reason_is_no_longer_asked_for(
    nurse_client: Client, course: Course, reason: dict[str, str], name: str
) -> None:
    partly = {"consciousness": "spontaneous", "hypotension": "no"}
    asked = [
        part.split("</p>")[0]
        for part in preview(nurse_client, course, **partly).split("Not yet entered:</b>")[1:]
    ]
    assert any(name in part for part in asked)
    answered = preview(nurse_client, course, **partly, **reason).split("Not yet entered:</b>")[1:]
    assert answered
    assert not any(name in part.split("</p>")[0] for part in answered)


def test_neither_of_two_pressures_the_wrong_way_round_is_graded(
    nurse_client: Client, course: Course
) -> None:
    entered = {"temperature_c": "38.9", "systolic_mmhg": "64", "diastolic_mmhg": "112"}
    shown = preview(nurse_client, course, **{**FULL, **entered, "hypotension": ""})
    assert "CRS at least grade 1" in shown
    assert "64" not in shown.split('id="says"')[0]
    assert "Left out until corrected:</b> Systolic, Diastolic" in shown


def test_a_correction_is_graded_in_place_of_the_old_entry(
    nurse_client: Client, course: Course, assessment_at: AssessmentAt, nurse: User
) -> None:
    old = assessment_at(66.4, temperature_c=Decimal("39.0"), hypotension=True)
    door.enter(course, [old], by=nurse)
    shown = preview(nurse_client, course, **FULL, replaces=str(old.uid))
    assert "CRS grade 1" in shown
    assert "was 2" not in shown


def test_the_preview_never_writes(nurse_client: Client, course: Course) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        preview(nurse_client, course, **FULL)
    writes = [
        query["sql"]
        for query in queries
        if query["sql"].startswith(("INSERT", "UPDATE", "DELETE")) and "session" not in query["sql"]
    ]
    assert writes == []
    assert not Assessment.objects.exists()


def test_the_preview_costs_the_same_for_a_long_course(
    nurse_client: Client, course: Course, assessment_at: AssessmentAt, nurse: User
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            preview(nurse_client, course, **FULL)
        return len(queries)

    door.enter(course, [assessment_at(1)], by=nurse)
    short = cost()
    door.enter(course, [assessment_at(hour) for hour in range(2, 41)], by=nurse)
    assert cost() == short <= 15  # one of them: whom a rise would call


@pytest.mark.parametrize(
    ("client", "status"),
    [("other_ward_client", 404), ("viewer_client", 403), ("anonymous", 302), ("nurse_client", 200)],
)
def test_the_preview_checks_access_itself(
    request: pytest.FixtureRequest, course: Course, client: str, status: int
) -> None:
    values: dict[str, Any] = posted(course, **FULL)
    answer = request.getfixturevalue(client).post(page("assessment_preview", course), values)
    assert answer.status_code == status


def test_a_preview_whose_session_ended_gets_no_sign_in_page(
    anonymous: Client, course: Course
) -> None:
    answer = anonymous.post(
        page("assessment_preview", course), posted(course), headers={"HX-Request": "true"}
    )
    assert answer.status_code == 401


def test_the_preview_is_asked_by_post_only(nurse_client: Client, course: Course) -> None:
    assert nurse_client.get(page("assessment_preview", course)).status_code == 405


VITALS = {"temperature_c": "37.2", "systolic_mmhg": "118", "spo2_percent": "95"}
HYPOTENSIVE = {"temperature_c": Decimal("39.0"), "hypotension": True}


@pytest.mark.parametrize(
    ("answers", "alone"),
    [
        (VITALS, "not gradable"),
        ({**VITALS, "temperature_c": "38.4"}, "at least 1"),
        ({**VITALS, "oxygen_device": "room_air"}, "not gradable"),
    ],
)
def test_a_partial_set_leaves_the_grade_before_it(
    nurse_client: Client,
    course: Course,
    assessment_at: AssessmentAt,
    nurse: User,
    answers: dict[str, str],
    alone: str,
) -> None:
    door.enter(course, [assessment_at(60, **HYPOTENSIVE)], by=nurse)
    shown = preview(nurse_client, course, **answers)
    assert "CRS grade 2 (ASTCT 2019), not reassessed" in shown
    assert f"2, 7 h 30 before, stays until a complete entry; this entry alone: {alone}" in shown
    assert "Not yet entered:" in shown


def test_a_complete_set_replaces_the_grade_before_it(
    nurse_client: Client, course: Course, assessment_at: AssessmentAt, nurse: User
) -> None:
    door.enter(course, [assessment_at(60, **HYPOTENSIVE)], by=nurse)
    shown = preview(nurse_client, course, **FULL)
    assert "CRS grade 1 (ASTCT 2019)" in shown
    assert "not reassessed" not in shown


def test_on_room_air_a_low_saturation_waits_for_oxygen_not_for_an_answer(
    nurse_client: Client, course: Course
) -> None:
    shown = preview(nurse_client, course, **{**FULL, "spo2_percent": "88"})
    assert "88 % on room air: grade follows once oxygen is given" in shown
    assert "Not yet entered:" not in shown
    unknown = preview(nurse_client, course, **{**FULL, "spo2_percent": "88", "oxygen_device": ""})
    assert "grade follows once" not in unknown
    assert "<b>Not yet entered:</b> oxygen device" in unknown
