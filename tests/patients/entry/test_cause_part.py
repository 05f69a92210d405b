"""The cause of a sign that does not count is asked for beside it, and never left out."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from patients import door
from patients.models import Assessment, Course, User
from tests.patients.entering import NOW, enter, page, posted, preview
from tests.storing import AssessmentAt

SHOCK = {
    "temperature_c": "38.6",
    "hypotension": "yes",
    "vasopressors": ["norepinephrine", "epinephrine"],
    "oxygen_device": "room_air",
}


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def text(answer: Any) -> str:
    return html.unescape(" ".join(answer.content.decode().split()))


def put_down(sign: str, cause: str = "", words: str = "") -> dict[str, str]:
    typed = {f"attribution_{sign}": "other", f"cause_{sign}": cause, "attribution_words": words}
    return {name: value for name, value in typed.items() if value}


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        (put_down("hypotension"), "Tap the other cause of hypotension."),
        (put_down("ice"), "Tap the other cause of ICE."),
        (put_down("motor"), "Tap the other cause of weakness."),
        (
            put_down("hypotension", "sepsis") | put_down("hypoxia"),
            "Tap the other cause of hypoxia.",
        ),
        (put_down("fever", "other"), "Say in a few words what the other cause is."),
        (put_down("fever", "other", "  "), "Say in a few words what the other cause is."),
        (
            put_down("fever", "drug", "a line infection"),
            "Tap “other, in words” at the sign that this is the cause of, or empty this box.",
        ),
        (
            {"cause_seizure": "drug"},
            "Tap “another cause” for seizure as well, or take its cause back.",
        ),
        (
            put_down("fever", "toes"),
            "Select a valid choice. toes is not one of the available choices.",
        ),
    ],
)
def test_another_cause_is_not_saved_without_its_cause(
    nurse_client: Client, course: Course, typed: dict[str, str], refusal: str
) -> None:
    answer = enter(nurse_client, course, **SHOCK, **typed)
    assert answer.status_code == 422
    assert refusal in text(answer)
    assert not Assessment.objects.exists()


@pytest.mark.parametrize(
    ("typed", "causes", "words"),
    [
        (put_down("hypotension", "sepsis"), {"hypotension": "sepsis"}, None),
        (
            put_down("hypotension", "sepsis") | put_down("hypoxia", "pulmonary_edema_or_embolism"),
            {"hypotension": "sepsis", "hypoxia": "pulmonary_edema_or_embolism"},
            None,
        ),
        (put_down("fever", "other", "line infection"), {"fever": "other"}, "line infection"),
        ({"attribution_fever": "car_t", "cause_fever": "sepsis"}, None, None),
        ({"attribution_fever": "undetermined", "cause_fever": "sepsis"}, None, None),
    ],
)
def test_the_cause_is_stored_with_the_sign_that_it_belongs_to(
    nurse_client: Client,
    course: Course,
    typed: dict[str, str],
    causes: dict[str, str] | None,
    words: str | None,
) -> None:
    assert enter(nurse_client, course, **SHOCK, **typed).status_code == 302
    row = Assessment.objects.get()
    assert (row.attribution_cause, row.attribution_words) == (causes, words)


def test_the_preview_says_who_puts_what_aside_and_the_higher_grade(
    nurse_client: Client, course: Course
) -> None:
    sentence = (
        "hypotension put down to sepsis by N. Nurse 06:30, not confirmed by a physician; "
        "CRS would be 4"
    )
    shown = preview(nurse_client, course, **SHOCK, **put_down("hypotension", "sepsis"))
    assert sentence in shown
    assert "would be 4" not in preview(nurse_client, course, **SHOCK)
    without = preview(nurse_client, course, **SHOCK, **put_down("hypotension"))
    assert sentence.replace("sepsis", "another cause") in without
    assert "Tap the other cause" not in without


def test_what_a_physician_puts_down_is_confirmed_in_the_preview(
    physician_client: Client, course: Course
) -> None:
    shown = preview(physician_client, course, **SHOCK, **put_down("hypotension", "sepsis"))
    sentence = "hypotension put down to sepsis, confirmed by P. Physician 06:30; CRS would be 4"
    assert sentence in shown


def test_the_form_says_what_becomes_of_it(
    nurse_client: Client, physician_client: Client, course: Course
) -> None:
    address = page("assessment_new", course)
    assert "until a physician has confirmed it" in text(nurse_client.get(address))
    assert "is confirmed with this entry" in text(physician_client.get(address))


def test_an_entry_from_before_the_cause_was_asked_needs_it_once_corrected(
    nurse_client: Client, nurse: User, course: Course, assessment_at: AssessmentAt
) -> None:
    old = assessment_at(60, attribution={"fever": "other"})
    door.enter(course, [old], by=nurse)
    address = page("assessment_correct", course, row_uid=old.uid)
    sent = posted(course, replaces=str(old.uid), **SHOCK, **put_down("fever"))
    assert nurse_client.post(address, sent).status_code == 422
    assert nurse_client.post(address, sent | {"cause_fever": "drug"}).status_code == 302
