"""A form that arrives again after a lost answer: stored once, and never acknowledged falsely."""

from __future__ import annotations

import html
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from patients import door
from patients.models import CLINICAL_MODELS, Course, Dose, User
from tests.patients.entering import NOW, as_shown, page, posted

RESULTS = {"crp_value": "40", "crp_unit": "mg/L", "ferritin_value": "800", "ferritin_unit": "ng/mL"}
TOCILIZUMAB = {"agent": "tocilizumab", "amount": "576", "unit": "mg", "route": "IV"}
FORMS: dict[str, tuple[str, dict[str, str], dict[str, str]]] = {
    "assessment_new": ("observed_at", {"heart_rate": "84"}, {"heart_rate": "48"}),
    "lab_new": ("collected_at", RESULTS, {"crp_value": "41"}),
    "dose_new": ("given_at", TOCILIZUMAB, {"amount": "560"}),
    "event_new": ("happened_at", {"kind": "icu_in"}, {"kind": "icu_out"}),
}
"""Of each form the field of its time, what is typed, and what differs when it is sent again."""


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def text(answer: Any) -> str:
    return html.unescape(" ".join(answer.content.decode().split()))


def rows() -> int:
    return sum(model.objects.count() for model in CLINICAL_MODELS)


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("is_closed", [False, True])
def test_the_same_again_is_answered_as_the_first_time(
    name: str, is_closed: bool, nurse_client: Client, course: Course, physician: User
) -> None:
    time_field, values, _ = FORMS[name]
    sent = posted(course, time_field, **values, **{f"{time_field}_time": "06:44"})
    first, count = nurse_client.post(page(name, course), sent), rows()
    if is_closed:
        door.amend(
            course,
            by=physician,
            reason="home",
            changes={"closed_at": NOW, "closing_reason": "went home"},
        )
    with time_machine.travel(NOW + timedelta(minutes=9), tick=False):
        again = nurse_client.post(page(name, course), sent)
    assert (first.status_code, again.status_code, rows()) == (302, 302, count)


@pytest.mark.parametrize("name", FORMS)
def test_other_content_is_not_acknowledged(name: str, nurse_client: Client, course: Course) -> None:
    time_field, values, changed = FORMS[name]
    sent = posted(course, time_field, **values)
    nurse_client.post(page(name, course), sent)
    count = rows()
    again = nurse_client.post(page(name, course), sent | changed)
    assert (again.status_code, rows()) == (409, count)
    assert "with other values" in text(again)

    assert f'action="{page(name, course)}"' in text(again)
    taken_over = nurse_client.post(page(name, course), as_shown(again) | {"fill": ""})
    form = as_shown(taken_over)
    assert taken_over.status_code == 200
    assert {field: form[field] for field in changed} == changed
    assert form["uid"] != sent["uid"]


@pytest.mark.parametrize(
    ("without", "added", "shown"),
    [
        (["ferritin_value", "ferritin_unit"], {}, "Ferritin 800 ng/mL"),
        ([], {"ldh_value": "300", "ldh_unit": "U/L"}, "LDH 300 U/L"),
        ([], {"crp_value": "41"}, "CRP 41 mg/L"),
        ([], {"crp_unit": "mg/dL", "confirm": "crp_value=40 mg/dL"}, "CRP 40 mg/dL"),
        ([], {"collected_at_time": "06:20"}, "06:20"),
    ],
)
def test_other_results_of_one_sample_are_shown_beside_those_stored(
    without: list[str],
    added: dict[str, str],
    shown: str,
    nurse_client: Client,
    course: Course,
) -> None:
    sent = posted(course, "collected_at", **RESULTS)
    nurse_client.post(page("lab_new", course), sent)
    again = {name: value for name, value in sent.items() if name not in without} | added
    answer = nurse_client.post(page("lab_new", course), again)
    assert answer.status_code == 409
    assert shown in text(answer)
    assert rows() == 2


def test_a_row_of_another_patient_gives_the_form_a_new_number(
    nurse_client: Client, course: Course, other_course: Course, other_ward_nurse: User
) -> None:
    theirs = Dose(given_at=other_course.infused_at, agent="anakinra")
    door.enter(other_course, [theirs], by=other_ward_nurse)
    sent = posted(course, "given_at", **TOCILIZUMAB) | {"uid": str(theirs.uid)}
    answer = nurse_client.post(page("dose_new", course), sent)
    assert answer.status_code == 422
    assert "The number of this form cannot be used." in text(answer)
    assert 'value="576"' in text(answer)
    assert str(theirs.uid) not in text(answer)
    assert "anakinra 100" not in text(answer)


def test_the_end_of_a_run_again_and_another_end(
    nurse_client: Client, course: Course, nurse: User
) -> None:
    run = Dose(given_at=course.infused_at, agent="norepinephrine")
    door.enter(course, [run], by=nurse)
    path = page("dose_stop", course, row_uid=run.uid)
    sent = posted(course, "ended_at", ended_at_time="06:44")
    assert nurse_client.post(path, sent).status_code == 302
    with time_machine.travel(NOW + timedelta(minutes=9), tick=False):
        assert nurse_client.post(path, sent).status_code == 302
        other = nurse_client.post(path, sent | {"ended_at_time": "06:20"})
    assert other.status_code == 409
    assert "already recorded: 08 Jan 2026 06:40, by Nina Nurse" in text(other)
    assert 'value="06:20"' in text(other)


def test_a_strike_out_again_and_for_another_reason(
    nurse_client: Client, course: Course, nurse: User
) -> None:
    run = Dose(given_at=course.infused_at, agent="norepinephrine")
    door.enter(course, [run], by=nurse)
    path = page("strike_out", course, row_uid=run.uid, kind="doses")
    sent = {"uid": str(uuid.uuid4()), "course_uid": str(course.uid), "reason": "wrong value"}
    for _ in range(2):
        assert nurse_client.post(path, sent).status_code == 302
    other = nurse_client.post(path, sent | {"reason": "wrong time"})
    assert other.status_code == 409
    assert "struck out by Nina Nurse: wrong value" in text(other)
