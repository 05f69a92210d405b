"""An entry is signed by the person who typed it, whoever is signed in when it arrives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from patients.models import Assessment, Course, User
from tests.patients.entering import NOW, answering, as_shown, page, posted
from tests.patients.form_addresses import PARTS, addresses_of_forms
from tests.storing import AssessmentAt


@pytest.fixture(autouse=True)
def at_half_past_six() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def addresses(
    course: Course, nurse: User, physician: User, assessment_at: AssessmentAt
) -> dict[str, str]:
    return addresses_of_forms(course, nurse, physician, assessment_at)


VALUES = {"temperature_c": "38.9", "note": "looks worse", "reason": "wrong value", "bed": "14"}


@pytest.mark.parametrize("fill", [{}, {"fill": ""}], ids=["saved", "an offer tapped"])
def test_a_form_that_another_user_opened_stores_nothing_and_shows_what_was_typed(
    fill: dict[str, str],
    addresses: dict[str, str],
    course: Course,
    nurse: User,
    physician_client: Client,
) -> None:
    values = posted(course, **VALUES) | {"typed_by": str(nurse.pk)} | fill
    for name, address in addresses.items():
        with CaptureQueriesContext(connection) as queries:
            answer = physician_client.post(address, values)
        shown = answer.content.decode()
        assert answer.status_code == 409, name
        refusal = "This form was opened by Nina Nurse. Nothing was saved in your name."
        assert refusal in shown, name
        assert not [q for q in queries if q["sql"].startswith(("INSERT", "UPDATE"))], name
        assert name in PARTS or all(value in shown for value in VALUES.values()), name


def test_nobody_reads_that_an_entry_is_absent_which_its_opener_had_saved(
    course: Course, nurse: User, nurse_client: Client, physician_client: Client
) -> None:
    """The nurse lost the answer; the physician sends the form that still stands there."""
    address = page("assessment_new", course)
    values = posted(course, temperature_c="38.9") | {"typed_by": str(nurse.pk)}
    nurse_client.post(address, values)
    shown = physician_client.post(address, values).content.decode()
    assert "It may be stored already in the name of Nina Nurse" in shown
    assert "Not saved" not in shown


def test_a_form_that_lost_who_opened_it_is_refused_with_everything_typed(
    addresses: dict[str, str], course: Course, physician_client: Client
) -> None:
    lost = [(name, "") for name in addresses if name not in PARTS]
    lost += [("dose_new", key) for key in ("x", "0", "-1", "1e3", "9" * 30, "\0")]
    for name, key in lost:
        answer = physician_client.post(addresses[name], posted(course, **VALUES, typed_by=key))
        assert answer.status_code == 422, (name, key)
        shown = answer.content.decode()
        assert "The page had lost who opened it. Nothing was saved." in shown, (name, key)


def test_the_values_are_taken_over_on_purpose_and_signed_by_who_does(
    addresses: dict[str, str],
    course: Course,
    nurse: User,
    physician: User,
    physician_client: Client,
) -> None:
    address = addresses["assessment_new"]
    theirs = posted(course, temperature_c="38.9") | {"typed_by": str(nurse.pk)}
    refused = physician_client.post(address, theirs)
    taken = physician_client.post(address, {**_hidden(refused), "fill": ""})
    form = as_shown(taken)
    assert (form["temperature_c"], form["typed_by"]) == ("38.9", str(physician.pk))
    assert form["uid"] != theirs["uid"]
    form = answering(physician_client, address, form)
    assert physician_client.post(address, form).status_code == 302
    assert Assessment.objects.latest("pk").recorded_by == physician


def _hidden(answer: Any) -> dict[str, str]:
    return {name: value for name, value in as_shown(answer).items() if name != "text"}
