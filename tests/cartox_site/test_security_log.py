"""What is logged of signing in and of refusals, and what never is."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from cartox_site.json_lines import JsonLines
from patients import door
from patients.models import Course, User
from tests.storing import AssessmentAt

LOGIN = "/accounts/login/"
PASSWORD = "a long enough passphrase"


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Callable[[], list[dict[str, Any]]]:
    """What was logged until now, as the lines say it."""
    caplog.set_level(logging.INFO, logger="cartox.security")
    written = JsonLines()
    return lambda: [
        json.loads(written.format(record))
        for record in caplog.records
        if record.name == "cartox.security"
    ]


@pytest.fixture
def with_password(nurse: User) -> User:
    nurse.set_password(PASSWORD)
    nurse.save()
    return nurse


def attempt(client: Client, name: str, password: str) -> None:
    client.post(LOGIN, {"login": name, "password": password}, REMOTE_ADDR="127.0.0.9")


def test_signing_in_and_out_is_logged_with_who_when_and_where(
    anonymous: Client, with_password: User, lines: Callable[[], list[dict[str, Any]]]
) -> None:
    at = datetime(2026, 1, 8, 12, 0, tzinfo=UTC)
    with time_machine.travel(at, tick=False):
        attempt(anonymous, with_password.username, PASSWORD)
        anonymous.post("/accounts/logout/", REMOTE_ADDR="127.0.0.9")
    entered, left = lines()
    assert entered == {
        "at": "2026-01-08T12:00:00.000+00:00",
        "level": "INFO",
        "logger": "cartox.security",
        "event": "sign_in",
        "user": with_password.username,
        "address": "127.0.0.9",
        "method": "POST",
        "path": LOGIN,
    }
    assert (left["event"], left["user"]) == ("sign_out", with_password.username)


def test_wrong_passwords_and_the_lock_out_are_logged_without_the_password(
    anonymous: Client, with_password: User, lines: Callable[[], list[dict[str, Any]]]
) -> None:
    for _ in range(5):
        attempt(anonymous, with_password.username.upper(), "my secret guess")
    events = [line["event"] for line in lines()]
    assert events == ["wrong_password"] * 5 + ["locked_out"]
    assert {line["account"] for line in lines()} == {with_password.username}
    assert "my secret guess" not in json.dumps(lines())


def test_what_is_no_account_is_not_logged_by_name(
    anonymous: Client, db: None, lines: Callable[[], list[dict[str, Any]]]
) -> None:
    attempt(anonymous, "a password in the wrong field", "x")
    assert [line["account"] for line in lines()] == [None]
    assert "wrong field" not in json.dumps(lines())


def test_a_new_password_is_logged(
    anonymous: Client,
    with_password: User,
    lines: Callable[[], list[dict[str, Any]]],
    django_capture_on_commit_callbacks: Any,
) -> None:
    attempt(anonymous, with_password.username, PASSWORD)
    new = "another long passphrase"
    fields = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    with django_capture_on_commit_callbacks(execute=True):
        anonymous.post(reverse("account_change_password"), fields)
    assert [line["event"] for line in lines()] == ["sign_in", "password_changed"]
    assert new not in json.dumps(lines())


def test_a_refused_page_and_a_course_of_another_ward_are_logged(
    course: Course,
    other_course: Course,
    viewer_client: Client,
    viewer: User,
    lines: Callable[[], list[dict[str, Any]]],
) -> None:
    refused = reverse("assessment_new", args=[course.uid])
    elsewhere = reverse("chart", args=[other_course.uid])
    viewer_client.get(refused)
    viewer_client.get(elsewhere, {"q": other_course.patient.family_name})
    logged = [(line["event"], line["user"], line["status"], line["path"]) for line in lines()]
    assert logged == [
        ("refused", viewer.username, 403, refused),
        ("refused", viewer.username, 404, elsewhere),
    ]


def test_nothing_of_a_patient_is_logged(
    course: Course,
    nurse_client: Client,
    viewer_client: Client,
    assessment_at: AssessmentAt,
    nurse: User,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    door.enter(course, [assessment_at(30)], by=nurse)
    patient = course.patient
    for client in (nurse_client, viewer_client):
        for text in (patient.mrn, patient.family_name):
            client.post(reverse("find"), {"text": text})
        client.get(reverse("chart", args=[course.uid]))
        client.post(reverse("patient_correct", args=[course.uid]), {"mrn": patient.mrn})
    assert caplog.records
    written = JsonLines()
    logged = "\n".join(written.format(record) for record in caplog.records)
    assert patient.mrn not in logged
    assert patient.family_name not in logged


def test_a_line_stays_one_line_whatever_was_asked_for() -> None:
    record = logging.LogRecord("x", logging.INFO, "", 0, "asked\nfor %s", ("a\r\nb",), None)
    line = JsonLines().format(record)
    assert "\n" not in line
    assert "\r" not in line
    assert json.loads(line)["event"] == "asked\nfor a\r\nb"


def test_an_error_is_logged_by_kind_and_place_and_not_with_its_message() -> None:
    def fail() -> None:
        raise ValueError("Key (mrn)=(00123) already exists")

    try:
        fail()
    except ValueError:
        wrong = sys.exc_info()
    record = logging.LogRecord("x", logging.ERROR, "", 0, "Internal Server Error", (), wrong)
    line = json.loads(JsonLines().format(record))
    assert line["error"] == "ValueError"
    assert __file__ in line["at_code"][-1]
    assert "00123" not in json.dumps(line)


def test_the_end_of_an_idle_session_is_logged(
    with_password: User, settings: Any, lines: Callable[[], list[dict[str, Any]]]
) -> None:
    settings.IDLE_SECONDS = 1800
    client = Client()
    with time_machine.travel(datetime(2026, 1, 8, 12, 0, tzinfo=UTC), tick=False) as clock:
        attempt(client, with_password.username, PASSWORD)
        clock.shift(1800)
        client.get(reverse("board"))
    assert (lines()[-1]["event"], lines()[-1]["user"]) == ("session_idle", with_password.username)
