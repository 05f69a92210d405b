"""What did not leave stands below the board, on its page and in a check."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from patients.models import Course, User
from patients.rounds.messages import deliver
from patients.rounds.messages.failures import (
    LATE_AFTER,
    check_messages,
    message_counts,
    unsent_in_words,
)
from patients.rounds.messages.site_messages import SiteMessages
from patients.rounds.messages.sweep import turn, worker_named
from patients.rounds.rules.calls import Answering
from patients.rounds.rules.policy import Policy
from patients.rounds.writing import store_settings
from tests.patients.rounds.messages.calling import ICU, SITE, answer, close, open_call

SECOND = timedelta(seconds=1)


def counts(course: Course) -> tuple[int, int]:
    """Messages of this course that failed, and that wait."""
    row = Course.objects.annotate(**message_counts(deliver.clock.now(), "pk")).get(pk=course.pk)
    return row.messages_failed, row.messages_waiting  # type: ignore[attr-defined]


def texts(client: Client) -> str:
    return client.get("/rounds/messages/").content.decode()


@pytest.fixture
def refusing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliver, "sent_to", lambda *_: "The service answered 403.")


def ids_of_check() -> list[str]:
    return [str(warning.id) for warning in check_messages(databases=["default"])]


def test_what_no_worker_sent_for_two_minutes_waits(
    course: Course,
    nurse: User,
    clock: time_machine.Traveller,
    nurse_client: Client,
) -> None:
    open_call(course, nurse)
    clock.shift(LATE_AFTER - SECOND)
    assert (counts(course), ids_of_check()) == ((0, 0), [])
    assert "to be sent 10:00, if nobody has answered by then" in texts(nurse_client)
    clock.shift(SECOND)
    assert (counts(course), ids_of_check()) == ((0, 1), ["rounds.W002"])
    assert "not sent: waits since 10:00, because no worker runs" in texts(nurse_client)


def test_what_was_tried_without_success_for_two_minutes_has_failed(
    course: Course,
    nurse: User,
    clock: time_machine.Traveller,
    nurse_client: Client,
    refusing: None,
) -> None:
    open_call(course, nurse)
    for _ in range(3):
        turn(worker_named("a"))
        clock.shift(timedelta(seconds=30))
    assert counts(course) == (0, 0)
    clock.shift(timedelta(seconds=30))
    assert (counts(course), ids_of_check()) == ((1, 0), ["rounds.W001"])
    text = texts(nurse_client)
    assert "not sent yet: attempt 4 from 10:03. The service answered 403." in text


def test_what_was_given_up_stands_until_the_call_is_closed(
    course: Course,
    nurse: User,
    clock: time_machine.Traveller,
    nurse_client: Client,
    refusing: None,
) -> None:
    call = open_call(course, nurse)
    for _ in range(6):
        turn(worker_named("a"))
        clock.shift(timedelta(minutes=10))
    assert counts(course) == (1, 0)
    [warning] = check_messages(databases=["default"])
    assert "on_call: The service answered 403." in str(warning.msg)
    assert "given up 10:50 after 6 attempts. The service answered 403." in texts(nurse_client)
    answer(call, nurse, Answering.NURSE_IN_CHARGE)
    close(call, nurse)
    assert (counts(course), ids_of_check()) == ((0, 0), [])


def test_a_sent_message_troubles_nobody(
    course: Course,
    nurse: User,
    clock: time_machine.Traveller,
    nurse_client: Client,
    sent: list[str],
) -> None:
    open_call(course, nurse)
    turn(worker_named("a"))
    clock.shift(timedelta(hours=1))
    assert (counts(course), ids_of_check()) == ((0, 0), [])
    assert "sent 10:00" in texts(nurse_client)


def test_the_page_lists_the_wards_of_the_user_alone(
    course: Course,
    nurse: User,
    clock: time_machine.Traveller,
    nurse_client: Client,
    other_ward_client: Client,
) -> None:
    open_call(course, nurse)
    assert "DOE, Jane" in texts(nurse_client)
    assert "DOE" not in texts(other_ward_client)


def test_a_site_without_addresses_is_told_so(nurse_client: Client, settings: Any) -> None:
    settings.CARTOX_MESSAGES = SiteMessages()
    assert "This site sends no messages." in texts(nurse_client)


def test_the_sentences_below_the_board() -> None:
    assert unsent_in_words(0, 0) == []
    assert unsent_in_words(1, 3) == [
        "1 message about calls could not be sent: telephone",
        "3 messages wait: the worker that sends them does not run: telephone",
    ]


def test_the_check_names_addresses_that_cannot_be_used_and_that_nobody_set(
    course: Course, physician: User, settings: Any
) -> None:
    settings.CARTOX_MESSAGES = SiteMessages({"on_call": "pager://x"}, base_url=SITE.base_url)
    policy = Policy({0: (ICU,)}).to_json()
    stored: dict[str, Any] = {"schedule": {}, "policy": policy, "laboratory": {}}
    store_settings(course.ward, since=0, by=physician, reason="set up", settings=stored)
    warnings = check_messages(databases=["default"])
    assert [str(each.msg) for each in warnings] == [
        "apprise cannot use the address on_call of CARTOX_MESSAGES.",
        (
            "The calls of 7 East name addresses that CARTOX_MESSAGES does not have: icu. Nothing "
            "is sent there."
        ),
    ]


def test_the_check_asks_no_database_that_it_was_not_given() -> None:
    assert check_messages() == []
