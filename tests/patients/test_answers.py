"""What a save answers does not depend on anything after its commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import DatabaseError, InterfaceError, OperationalError
from django.test import Client

from cartox_site.middleware import ACTED
from patients import door
from patients.models import Assessment, Course
from tests.patients.entering import FULL, NOW, enter, page

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
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")
    assert not Assessment.objects.exists()
