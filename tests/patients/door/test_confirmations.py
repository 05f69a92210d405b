"""Who stands behind what an assessment attributes, and who decides about it: only a physician."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import ValidationError

from patients import door
from patients.door.refusals import NotAllowed
from patients.models import Adjudication, Assessment, Course, Event, User
from tests.patients.entering import NOW
from tests.storing import AssessmentAt, importer

SEPTIC: dict[str, Any] = {
    "attribution": {"hypotension": "other"},
    "attribution_cause": {"hypotension": "sepsis"},
}


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def entered(course: Course, row: Assessment, by: User) -> bool | None:
    door.enter(course, [row], by=by)
    return Assessment.objects.get(uid=row.uid).attribution_confirmed


def decision(course: Course, **values: Any) -> Adjudication:
    decided_at = course.infused_at + timedelta(hours=40)
    return Adjudication(**({"decided_at": decided_at, "course": course} | values))


REFUSAL = {"decision": "refused", "sign": "hypotension", "reason": "cultures negative"}


def test_what_a_physician_attributes_is_confirmed_and_what_a_nurse_attributes_is_not(
    course: Course, nurse: User, physician: User, assessment_at: AssessmentAt
) -> None:
    assert entered(course, assessment_at(36, **SEPTIC), nurse) is None
    assert entered(course, assessment_at(37, **SEPTIC), physician) is True
    assert entered(course, assessment_at(38, attribution={"fever": "car_t"}), physician) is True
    assert entered(course, assessment_at(39), physician) is None


def test_nobody_confirms_by_what_a_form_sends(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    assert entered(course, assessment_at(36, attribution_confirmed=True, **SEPTIC), nurse) is None


@pytest.mark.parametrize(
    ("enters", "copies", "confirmed"),
    [
        ("nurse", "nurse", None),
        ("nurse", "physician", None),
        ("physician", "nurse", None),
        ("physician", "physician", True),
    ],
)
def test_a_copy_to_the_right_patient_confirms_nothing_that_was_not_confirmed(
    request: pytest.FixtureRequest,
    other_course: Course,
    assessment_at: AssessmentAt,
    enters: str,
    copies: str,
    confirmed: bool | None,
) -> None:
    by = request.getfixturevalue(copies)
    by.memberships.create(ward=other_course.ward)
    row, uid = assessment_at(36, **SEPTIC), uuid4()
    door.enter(row.course, [row], by=request.getfixturevalue(enters))
    door.copy_to(row, other_course, by=by, reason="wrong patient", uid=uid)
    assert Assessment.objects.get(uid=uid).attribution_confirmed is confirmed


@pytest.mark.parametrize(
    ("change", "confirmed"),
    [
        ({}, True),
        ({"systolic_mmhg": "92", "diastolic_mmhg": None}, True),
        ({"attribution": {"hypotension": "other", "hypoxia": "other"}}, None),
        ({"attribution_cause": {"hypotension": "drug"}}, None),
        ({"attribution_cause": None, "attribution_words": "bleeding"}, None),
        ({"attribution": {}, "attribution_cause": None}, None),
    ],
)
def test_a_nurse_who_corrects_leaves_it_confirmed_where_the_attribution_stays(
    course: Course,
    nurse: User,
    physician: User,
    assessment_at: AssessmentAt,
    change: dict[str, Any],
    confirmed: bool | None,
) -> None:
    first = assessment_at(36, **SEPTIC)
    door.enter(course, [first], by=physician)
    correction = assessment_at(36, **(SEPTIC | change), replaces=first)
    assert entered(course, correction, nurse) is confirmed


def test_a_correction_of_what_a_nurse_attributed_confirms_nothing(
    course: Course, nurse: User, physician: User, assessment_at: AssessmentAt
) -> None:
    first = assessment_at(36, **SEPTIC)
    door.enter(course, [first], by=nurse)
    second = assessment_at(36, **SEPTIC, replaces=first)
    assert entered(course, second, nurse) is None
    assert entered(course, assessment_at(36, **SEPTIC, replaces=second), physician) is True


def test_a_form_sent_twice_is_the_same_entry(
    course: Course, physician: User, assessment_at: AssessmentAt
) -> None:
    uid = uuid4()
    for _ in range(2):
        door.enter(course, [assessment_at(36, uid=uid, **SEPTIC)], by=physician)
    assert Assessment.objects.get().attribution_confirmed is True


@pytest.mark.parametrize(
    "values",
    [
        REFUSAL,
        {"decision": "confirmed", "sign": "hypoxia", "cause": "drug"},
        {"decision": "withdrawn", "sign": "fever", "reason": "too early to say"},
        {"decision": "final_grade", "toxicity": "crs", "grade": 3, "reason": "reviewed"},
    ],
)
def test_only_a_physician_decides(
    course: Course,
    nurse: User,
    viewer: User,
    other_ward_nurse: User,
    physician: User,
    values: dict[str, Any],
) -> None:
    for person in (nurse, viewer, other_ward_nurse):
        with pytest.raises(NotAllowed, match=r"Only (a physician decides|nurses and physicians)"):
            door.enter(course, [decision(course, **values)], by=person)
    assert not Adjudication.objects.exists()

    door.enter(course, [decision(course, **values)], by=physician)
    row = Adjudication.objects.get()
    assert (row.recorded_by, row.decision) == (physician, values["decision"])


def test_a_nurse_strikes_out_an_event_and_no_decision(
    course: Course, nurse: User, physician: User
) -> None:
    row, event = decision(course, **REFUSAL), Event(happened_at=NOW, kind="icu_in")
    door.enter(course, [row, event], by=physician)
    door.strike_out(event, by=nurse, reason="wrong bed")
    with pytest.raises(NotAllowed, match="Only a physician decides"):
        door.strike_out(row, by=nurse, reason="wrong bed")
    assert door.strike_out(row, by=physician, reason="wrong bed") is not None
    assert Adjudication.objects.get().struck_out_by == physician


def test_an_import_keeps_what_its_document_says_of_it(
    course: Course, assessment_at: AssessmentAt
) -> None:
    confirmed = assessment_at(36, **SEPTIC, attribution_confirmed=True)
    assert entered(course, confirmed, importer()) is True
    assert entered(course, assessment_at(37, **SEPTIC), importer()) is None
    door.enter(course, [decision(course, **REFUSAL)], by=importer())


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"decision": "refused", "sign": "fever"}, "reason"),
        ({"decision": "refused", "sign": "fever", "reason": "  "}, "reason"),
        ({"decision": "withdrawn", "sign": "fever"}, "reason"),
        ({"decision": "confirmed", "sign": "fever"}, "reason"),
        ({"decision": "confirmed", "cause": "sepsis"}, "sign"),
        (REFUSAL | {"cause": "sepsis"}, "cause"),
        (REFUSAL | {"grade": 3}, "grade"),
        (REFUSAL | {"toxicity": "crs"}, "toxicity"),
        (REFUSAL | {"onset_at": NOW}, "onset_at"),
        ({"decision": "final_grade", "toxicity": "crs", "reason": "x"}, "grade"),
        ({"decision": "final_grade", "grade": 2, "reason": "x"}, "toxicity"),
        ({"decision": "final_grade", "toxicity": "crs", "grade": 2}, "reason"),
        (
            {
                "decision": "final_grade",
                "toxicity": "icans",
                "grade": 2,
                "reason": "x",
                "onset_at": NOW,
                "resolved_at": NOW - timedelta(minutes=1),
            },
            "resolved_at",
        ),
        (
            {
                "decision": "final_grade",
                "toxicity": "icans",
                "grade": 2,
                "reason": "x",
                "onset_at": NOW + timedelta(hours=1),
            },
            "onset_at",
        ),
        ({"decision": "perhaps", "sign": "fever", "reason": "x"}, "decision"),
    ],
)
def test_a_decision_that_does_not_fit_together_is_refused(
    course: Course, physician: User, values: dict[str, Any], name: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        door.enter(course, [decision(course, **values)], by=physician)
    assert name in refused.value.message_dict
    assert not Adjudication.objects.exists()


def test_a_cause_stands_only_beside_a_sign_put_down_to_another_cause(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    for attribution in ({}, {"hypotension": "car_t"}, {"hypotension": "undetermined"}):
        row = assessment_at(
            36, attribution=attribution, attribution_cause={"hypotension": "sepsis"}
        )
        with pytest.raises(ValidationError, match="Hypotension has a cause"):
            door.enter(course, [row], by=nurse)
