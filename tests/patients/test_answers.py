"""What a save answers does not depend on anything after its commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.exceptions import BadRequest
from django.db import DatabaseError, InterfaceError, OperationalError
from django.test import Client

from cartox_site.middleware import ACTED
from patients import door
from patients.forms import submit
from patients.forms.submit import typed_in_words
from patients.models import Assessment, Course, Dose, User
from patients.models.guarded import unguarded
from tests.patients.entering import FULL, NOW, as_shown, enter, page, posted

Spoil = Callable[[pytest.MonkeyPatch, Any], None]


@pytest.fixture(autouse=True)
def at_half_past_six() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def spoil_session_row(patch: pytest.MonkeyPatch, settings: Any) -> None:
    """Somebody is signed out elsewhere while the entry is being stored."""
    store = door.enter

    def store_and_sign_out(*args: Any, **kwargs: Any) -> Any:
        changes = store(*args, **kwargs)
        Session.objects.all().delete()
        return changes

    patch.setattr(door, "enter", store_and_sign_out)


def spoil_session_write(error: type[Exception]) -> Spoil:
    """The session cannot be written from the commit on."""

    def spoil(patch: pytest.MonkeyPatch, settings: Any) -> None:
        store = door.enter

        def fail(*_args: Any, **_kwargs: Any) -> None:
            raise error("server closed the connection unexpectedly")

        def store_and_lose_connection(*args: Any, **kwargs: Any) -> Any:
            changes = store(*args, **kwargs)
            patch.setattr(SessionStore, "save", fail)
            return changes

        patch.setattr(door, "enter", store_and_lose_connection)

    return spoil


def fails(_about: Any) -> str:
    raise RuntimeError("the pager is off")


def spoil_panel(patch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.CARTOX_SAVED_PANEL = [f"{__name__}.fails", *settings.CARTOX_SAVED_PANEL]


def spoil_hook(patch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.CARTOX_AFTER_COMMIT = [f"{__name__}.fails"]


SPOILS: dict[str, Spoil] = {
    "session deleted": spoil_session_row,
    **{
        f"session write raises {error.__name__}": spoil_session_write(error)
        for error in (UpdateError, OperationalError, InterfaceError, DatabaseError)
    },
    "panel": spoil_panel,
    "hook after the commit": spoil_hook,
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("writes_session", [True, False], ids=["session written", "not written"])
@pytest.mark.parametrize("spoil", SPOILS.values(), ids=SPOILS)
def test_what_fails_after_the_commit_leaves_the_answer_as_it_is(
    spoil: Spoil,
    writes_session: bool,
    nurse_client: Client,
    course: Course,
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
) -> None:
    if writes_session:  # as by a message of another app
        settings.SESSION_SAVE_EVERY_REQUEST = True
    spoil(monkeypatch, settings)
    nurse_client.raise_request_exception = False
    answer = enter(nurse_client, course, **FULL)
    assert Assessment.objects.count() == 1
    assert answer.status_code == 302
    assert answer["Location"].startswith(f"{page('chart', course)}?saved=")


def test_the_time_of_an_act_is_stored_before_the_view(
    nurse_client: Client, course: Course, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.IDLE_SECONDS = 30 * 60
    stamps = []
    store = door.enter

    def store_and_look(*args: Any, **kwargs: Any) -> Any:
        (session,) = Session.objects.all()
        stamps.append(session.get_decoded()[ACTED])
        return store(*args, **kwargs)

    monkeypatch.setattr(door, "enter", store_and_look)
    assert enter(nurse_client, course, **FULL).status_code == 302
    assert stamps == [NOW.timestamp()]


def test_a_session_ended_elsewhere_before_the_view_stores_nothing_and_asks_for_the_password(
    nurse_client: Client, course: Course, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.IDLE_SECONDS = 30 * 60

    def is_gone(*_args: Any, **_kwargs: Any) -> None:
        raise UpdateError

    monkeypatch.setattr(SessionStore, "save", is_gone)
    answer = enter(nurse_client, course, **FULL)
    assert answer.status_code == 401
    assert "Your session has ended." in answer.content.decode()
    assert not Assessment.objects.exists()


# The third answer, without a script


WHOSE = "DOE, Jane · MRN 00123 · 7 East, bed 12"
NOT_KNOWN = "Not known whether it was saved.</b> Tap save again: it is stored once."


def breaks(*_args: Any, **_kwargs: Any) -> Any:
    raise OperationalError("server closed the connection unexpectedly")


def fails_before_the_view(patch: pytest.MonkeyPatch, _settings: Any) -> None:
    patch.setattr(SessionStore, "load", breaks)


def fails_in_the_view(patch: pytest.MonkeyPatch, _settings: Any) -> None:
    patch.setattr(door, "enter", breaks)


def fails_after_the_commit(patch: pytest.MonkeyPatch, _settings: Any) -> None:
    patch.setattr(submit, "go_to_chart", breaks)


BREAKS: tuple[Spoil, ...] = (fails_before_the_view, fails_in_the_view, fails_after_the_commit)


@pytest.fixture
def checked_client(nurse: Any, nurse_client: Client) -> Client:
    """The nurse's browser, with the check against forgery."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.cookies = nurse_client.cookies
    return client


def sent_form(client: Client, course: Course) -> dict[str, Any]:
    shown = as_shown(client.get(page("assessment_new", course)))
    shown.pop("text")
    return shown | FULL | {"note": "<b>pale</b>", "confirm": "temperature_c=38.9"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("spoil", BREAKS)
def test_a_failure_says_that_nobody_knows_and_brings_back_what_was_typed(
    spoil: Spoil, checked_client: Client, course: Course, settings: Any
) -> None:
    address, form = page("assessment_new", course), sent_form(checked_client, course)
    with pytest.MonkeyPatch.context() as patch:
        spoil(patch, settings)
        failed = checked_client.post(address, form)
    assert failed.status_code == 500
    shown = failed.content.decode()
    assert NOT_KNOWN in shown
    assert "<dt>Temperature (°C)</dt><dd>38.9</dd>" in shown
    assert "&lt;b&gt;pale&lt;/b&gt;" in shown
    assert f"<b>{WHOSE} · opened by Nina Nurse</b>" in shown
    assert "<dt>Observed</dt><dd>08 Jan 2026 06:40</dd>" in shown

    again = as_shown(failed)
    assert {name: again[name] for name in form if name != "csrfmiddlewaretoken"} == {
        name: value for name, value in form.items() if name != "csrfmiddlewaretoken"
    }
    assert checked_client.post(address, again).status_code == 302
    assert Assessment.objects.get().note == "<b>pale</b>"


@pytest.mark.parametrize("spoil", BREAKS)
def test_another_site_cannot_make_a_page_that_saves_its_values(
    spoil: Spoil, checked_client: Client, course: Course, settings: Any
) -> None:
    form = sent_form(checked_client, course) | {"csrfmiddlewaretoken": "x" * 64}
    with pytest.MonkeyPatch.context() as patch:
        spoil(patch, settings)
        answer = checked_client.post(page("assessment_new", course), form)
    assert answer.status_code in {403, 500}
    assert "send-again" not in answer.content.decode()
    assert "38.9" not in answer.content.decode()
    assert WHOSE not in answer.content.decode()


def test_a_page_older_than_the_sign_in_brings_back_what_was_typed(
    checked_client: Client, course: Course
) -> None:
    address, form = page("assessment_new", course), sent_form(checked_client, course)
    old = form | {"csrfmiddlewaretoken": "x" * 64}
    answer = checked_client.post(address, old, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 403
    assert "Nothing was saved this time" in answer.content.decode()
    assert f"<b>{WHOSE} · signed in as Nina Nurse</b>" in answer.content.decode()
    assert not Assessment.objects.exists()
    assert checked_client.post(address, as_shown(answer)).status_code == 302
    assert Assessment.objects.get().note == "<b>pale</b>"


@pytest.mark.parametrize("because", ["the session has ended", "the password is a first one"])
def test_a_form_sent_without_a_sign_in_comes_back_to_be_saved_after_it(
    because: str, checked_client: Client, nurse: User, course: Course
) -> None:
    address, form = page("assessment_new", course), sent_form(checked_client, course)
    if because == "the session has ended":
        session = checked_client.cookies.pop("sessionid")
    else:
        unguarded(User).update(must_change_password=True)
    answer = checked_client.post(address, form)
    assert answer.status_code == 401
    assert "Nothing was saved this time" in answer.content.decode()
    names_nobody = "It is the form of the tab that you came from." in answer.content.decode()
    assert names_nobody == (because == "the session has ended")
    assert not Assessment.objects.exists()
    if because == "the session has ended":
        checked_client.cookies["sessionid"] = session
    unguarded(User).update(must_change_password=False)
    assert checked_client.post(address, as_shown(answer)).status_code == 302
    assert Assessment.objects.get().note == "<b>pale</b>"


def test_a_page_that_only_reads_says_nothing_about_saving(
    nurse_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SessionStore, "load", breaks)
    nurse_client.raise_request_exception = False
    answer = nurse_client.get("/")
    assert answer.status_code == 500
    assert "saved" not in answer.content.decode()


def test_an_unreadable_form_is_answered_without_a_claim(
    nurse_client: Client, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_unreadable(*_args: Any, **_kwargs: Any) -> None:
        raise BadRequest("half a form")

    monkeypatch.setattr(door, "enter", is_unreadable)
    answer = enter(nurse_client, course, **FULL)
    assert answer.status_code == 400
    assert "Not known whether it was saved." in answer.content.decode()


def test_what_was_typed_is_listed_by_things_and_not_by_inputs() -> None:
    sent = {
        "collected_at_date": ["2026-11-29"],
        "collected_at_time": ["17:39"],
        "crp_value": ["88"],
        "crp_unit": ["mg/L"],
        "ferritin_value": [""],
        "ferritin_unit": ["ng/mL"],
        "birth_date_day": ["12"],
        "birth_date_month": ["3"],
        "birth_date_year": ["1964"],
        "ice_year": ["1"],
        "given_at_date": ["29.11."],
        "given_at_time": [""],
        "shown_for": ["DOE"],
    }
    assert typed_in_words(sent) == [
        ("Collected", "29 Nov 2026 17:39"),
        ("CRP", "88 mg/L"),
        ("Birth date", "12 Mar 1964"),
        ("ICE items: Year", "1"),
        ("Given", "29.11."),
    ]


def test_a_dose_sent_again_after_a_lost_answer_is_not_asked_about_itself(
    nurse_client: Client, course: Course
) -> None:
    dose = {"agent": "tocilizumab", "amount": "576", "unit": "mg", "route": "IV"}
    values = posted(course, "given_at", **dose)
    answers = [nurse_client.post(page("dose_new", course), values) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Dose.objects.count() == 1
