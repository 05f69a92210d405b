"""When a lock ends, how addresses are counted, and when many wrong passwords raise an alarm."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings as site_settings
from django.test import Client, RequestFactory

from cartox_site.addresses import counted_address
from cartox_site.json_lines import JsonLines
from patients.models import Role, User
from tests.conftest import make_user

NOON = datetime(2026, 1, 8, 12, 0, tzinfo=UTC)
PASSWORD = "a long enough passphrase"


@pytest.fixture
def with_password(nurse: User) -> User:
    nurse.set_password(PASSWORD)
    nurse.save()
    return nurse


@pytest.fixture(autouse=True)
def _of_a_ward(settings: Any) -> None:
    settings.DESK_MODE = False  # which answers this computer only


def attempt(name: str, password: str, address: str = "127.0.0.1", **headers: str) -> Any:
    credentials = {"login": name, "password": password}
    return Client().post("/accounts/login/", credentials, REMOTE_ADDR=address, headers=headers)


@pytest.mark.parametrize(
    ("tries_at", "after", "status"),
    [
        ([], timedelta(minutes=9, seconds=59), 429),
        ([], timedelta(minutes=10, seconds=1), 302),
        (["wrong"] * 9, timedelta(minutes=9, seconds=59), 429),
        (["wrong"] * 9, timedelta(minutes=10, seconds=1), 302),
        ([PASSWORD] * 9, timedelta(minutes=10, seconds=1), 302),
    ],
)
def test_a_lock_ends_after_ten_minutes_whatever_was_tried_meanwhile(
    tries_at: list[str], after: timedelta, status: int, with_password: User
) -> None:
    name = with_password.username
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(5):
            attempt(name, "wrong")
        for tried in tries_at:
            clock.shift(timedelta(minutes=1))
            assert attempt(name, tried).status_code == 429
        clock.move_to(NOON + after)
        assert attempt(name, PASSWORD).status_code == status


@pytest.mark.parametrize(
    ("after", "says"),
    [
        (timedelta(), "in 10 minutes"),
        (timedelta(minutes=3), "in 7 minutes"),
        (timedelta(minutes=3, seconds=1), "in 7 minutes"),
        (timedelta(minutes=9, seconds=30), "in 1 minute;"),
    ],
)
def test_the_page_says_when_the_lock_ends(after: timedelta, says: str, with_password: User) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(5):
            attempt(with_password.username, "wrong")
        clock.shift(after)
        assert says in attempt(with_password.username, "wrong").content.decode()


def test_the_page_says_when_a_lock_ends_that_two_browsers_made(with_password: User) -> None:
    name = with_password.username
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(4):
            attempt(name, "wrong", **{"User-Agent": "an old tablet"})
        clock.shift(timedelta(minutes=6))
        page = attempt(name, "wrong", **{"User-Agent": "a new one"}).content.decode()
        assert "in 4 minutes" in page
        clock.shift(timedelta(minutes=4, seconds=1))
        assert attempt(name, PASSWORD).status_code == 302


# Addresses


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("10.0.0.5", "10.0.0.5"),
        ("::ffff:10.0.0.5", "10.0.0.5"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::", "2001:db8:1:2::"),
        ("2001:db8:1:3::6", "2001:db8:1:3::"),
        ("fe80::1%eth0", "fe80::"),
        ("", None),
    ],
)
def test_an_address_is_counted_by_its_network(
    address: str, counted: str | None, rf: RequestFactory
) -> None:
    assert counted_address(rf.get("/", REMOTE_ADDR=address)) == counted


def test_a_network_is_locked_and_the_log_names_the_address(
    with_password: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="cartox.security")
    answers = [
        attempt(with_password.username, "wrong", f"2001:db8:1:2::{number}").status_code
        for number in range(1, 6)
    ]
    assert answers == [200] * 4 + [429]
    assert attempt(with_password.username, PASSWORD, "2001:db8:1:2:ff::9").status_code == 429
    assert attempt(with_password.username, PASSWORD, "2001:db8:1:3::9").status_code == 302
    assert '"address": "2001:db8:1:2::3"' in JsonLines().format(caplog.records[2])


@pytest.mark.parametrize(("proxies", "warned"), [(0, True), (1, False)])
def test_a_proxy_that_the_settings_do_not_count_is_logged(
    proxies: int,
    warned: bool,
    with_password: User,
    settings: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    settings.PROXY_COUNT = proxies
    attempt(with_password.username, PASSWORD, **{"X-Forwarded-For": "10.0.0.5"})
    assert ("proxy_not_counted" in caplog.messages) is warned


# Alarms


def alarms(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    lines = [json.loads(JsonLines().format(record)) for record in caplog.records]
    return [line for line in lines if line["event"] == "many_wrong_passwords"]


def test_many_wrong_passwords_for_one_name_raise_an_alarm_and_lock_nobody_elsewhere(
    with_password: User, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    assert site_settings.ALARM_AFTER_FAILURES == 20
    for number in range(19):
        attempt(with_password.username, "wrong", f"10.0.{number}.1")
    assert alarms(caplog) == []

    attempt(with_password.username, "wrong", "10.0.99.1")
    [alarm] = alarms(caplog)
    assert (alarm["level"], alarm["counted_by"], alarm["failures"]) == ("WARNING", "name", 20)
    assert (alarm["account"], alarm["address"]) == (with_password.username, "10.0.99.1")
    assert attempt(with_password.username, PASSWORD, "10.1.1.1").status_code == 302


def test_many_wrong_passwords_from_one_address_raise_an_alarm(
    with_password: User, caplog: pytest.LogCaptureFixture
) -> None:
    make_user("otto_other", Role.NURSE)
    for number in range(19):
        attempt(f"somebody {number}", "wrong")
    assert alarms(caplog) == []

    attempt("OTTO_other", "wrong")
    attempt("a password in the wrong field", "wrong")
    facts = [(alarm["counted_by"], alarm["failures"], alarm["account"]) for alarm in alarms(caplog)]
    assert facts == [("address", 20, "otto_other"), ("address", 21, None)]
    assert "wrong field" not in json.dumps(alarms(caplog))
    assert attempt(with_password.username, PASSWORD).status_code == 302
