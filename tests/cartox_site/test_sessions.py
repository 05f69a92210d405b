"""How long somebody stays signed in, and what signs them out."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from patients.models import Role, User
from patients.models.guarded import unguarded
from patients.sessions import end_sessions
from tests.conftest import make_user

NOON = datetime(2026, 1, 8, 12, 0, tzinfo=UTC)
PASSWORD = "a long enough passphrase"
POLL = {"HX-Request": "true", "Sec-Fetch-Mode": "cors", "Cartox-Poll": "1"}


@pytest.fixture
def idle_after_30(settings: Any) -> None:
    settings.IDLE_SECONDS = 30 * 60


@pytest.fixture
def with_password(nurse: User) -> User:
    nurse.set_password(PASSWORD)
    nurse.save()
    return nurse


def sign_in(user: AbstractBaseUser) -> Client:
    client = Client()
    credentials = {"login": user.get_username(), "password": PASSWORD}
    assert client.post("/accounts/login/", credentials).status_code == 302
    return client


def is_in(client: Client, **headers: Any) -> bool:
    answer = client.get(reverse("board"), **headers)
    assert answer.status_code in {200, 204, 302, 401}
    return answer.status_code in {200, 204}


@pytest.mark.usefixtures("idle_after_30")
@pytest.mark.parametrize(("minutes", "still_in"), [(29, True), (31, False)])
def test_half_an_hour_without_an_act_ends_the_session(
    minutes: int, still_in: bool, with_password: User
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        client = sign_in(with_password)
        clock.shift(timedelta(minutes=minutes))
        assert is_in(client) is still_in
        assert ("_auth_user_id" in client.session) is still_in


@pytest.mark.usefixtures("idle_after_30")
def test_a_board_that_asks_by_itself_is_no_act(with_password: User) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        client = sign_in(with_password)
        for _ in range(29):
            clock.shift(timedelta(minutes=1))
            assert is_in(client, headers=POLL)
        clock.shift(timedelta(minutes=2))
        assert client.get(reverse("board_rows"), headers=POLL).status_code == 401


@pytest.mark.usefixtures("idle_after_30")
@pytest.mark.parametrize("act", ["opens a page", "sends a form"])
def test_an_act_begins_the_half_hour_anew(act: str, with_password: User) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        client = sign_in(with_password)
        clock.shift(timedelta(minutes=25))
        if act == "opens a page":
            assert is_in(client)
        else:
            client.post(reverse("find"), {"text": "x"}, headers={"HX-Request": "true"})
        clock.shift(timedelta(minutes=25))
        assert is_in(client)


@pytest.mark.parametrize("minutes", [1, 2, 5, 30])
def test_whoever_goes_on_working_stays_signed_in_however_short_the_limit_is(
    minutes: int, with_password: User, settings: Any
) -> None:
    """Somebody acts twice in each limit, and then not for the whole of it."""
    settings.IDLE_SECONDS = 60 * minutes
    with time_machine.travel(NOON, tick=False) as clock:
        client = sign_in(with_password)
        for _ in range(6):
            clock.shift(timedelta(seconds=60 * minutes * 0.48))
            assert is_in(client)
        clock.shift(timedelta(minutes=minutes))
        assert not is_in(client)


@pytest.mark.usefixtures("idle_after_30")
def test_few_of_many_acts_write_to_the_session(
    with_password: User,
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        client = sign_in(with_password)
        stored = set()
        for _ in range(30):
            clock.shift(timedelta(seconds=10))
            assert is_in(client)
            stored.add(client.session["cartox_acted"])
    assert len(stored) == 6  # at the sign-in and once in each of five minutes


def test_without_an_idle_limit_only_the_shift_ends_the_session(
    with_password: User, settings: Any
) -> None:
    settings.IDLE_SECONDS = 0
    with time_machine.travel(NOON, tick=False) as clock:
        client = sign_in(with_password)
        clock.shift(timedelta(hours=11, minutes=59))
        assert is_in(client)


@pytest.mark.usefixtures("idle_after_30")
def test_whoever_goes_on_working_signs_in_again_after_twelve_hours(with_password: User) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        client = sign_in(with_password)
        for _ in range(12 * 3 - 1):
            clock.shift(timedelta(minutes=20))
            assert is_in(client)
        clock.shift(timedelta(minutes=20))
        assert not is_in(client)


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(with_password: User) -> None:
    mine, lost_tablet = sign_in(with_password), sign_in(with_password)
    before = mine.session.session_key
    new = "another long passphrase"
    fields = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert mine.post(reverse("account_change_password"), fields).status_code == 302

    assert is_in(mine)
    assert mine.session.session_key != before
    assert not is_in(lost_tablet)


def test_signing_somebody_out_everywhere_reads_no_session_that_has_expired(
    with_password: User,
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(with_password)
        clock.shift(timedelta(hours=13))
        client = sign_in(with_password)
        assert end_sessions([with_password.pk]) == 1
        assert not is_in(client)


def test_what_is_done_every_day_takes_expired_sessions_and_old_sign_ins_alone(
    with_password: User,
) -> None:
    page = (Path(settings.BASE_DIR) / "docs/running.md").read_text(encoding="utf-8")
    commands = re.findall(
        r"manage\.py (clearsessions|axes_reset_logs --age 90)$", page, re.MULTILINE
    )
    assert len(commands) == 2
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(with_password)
        clock.shift(timedelta(days=91))
        client = sign_in(with_password)
        Client().post("/accounts/login/", {"login": "nina_nurse", "password": "wrong"})
        for command in commands:
            call_command(*command.split(), stdout=StringIO())
        assert is_in(client)
    assert Session.objects.count() == AccessLog.objects.count() == 1
    assert AccessAttempt.objects.count() == 1


def test_a_closed_account_is_signed_out_even_if_it_is_opened_again(with_password: User) -> None:
    client, other = sign_in(with_password), sign_in(make_user_with_password())
    with_password.is_active = False
    with_password.save()
    with_password.is_active = True
    with_password.save()
    assert not is_in(client)
    assert is_in(other)


def make_user_with_password() -> User:
    user = make_user("otto_other", Role.VIEWER)
    user.set_password(PASSWORD)
    user.save()
    return user


def test_a_session_of_an_account_closed_in_the_database_is_flushed(with_password: User) -> None:
    client = sign_in(with_password)
    unguarded(User).filter(pk=with_password.pk).update(is_active=False)
    assert not is_in(client)
    unguarded(User).filter(pk=with_password.pk).update(is_active=True)
    assert not is_in(client)


def test_an_administrator_signs_somebody_out_everywhere(
    with_password: User, db: None, signed_in: Callable[[User], Client]
) -> None:
    nurses = [sign_in(with_password), sign_in(with_password)]
    root = User.objects.create_superuser("root_admin", password=PASSWORD)
    admin = signed_in(root)
    chosen = {"action": "sign_out_everywhere", "_selected_action": [with_password.pk]}
    answer = admin.post(reverse("admin:patients_user_changelist"), chosen, follow=True)

    assert "Sessions ended: 2." in answer.content.decode()
    assert [is_in(client) for client in nurses] == [False, False]
    assert Session.objects.count() == 1


@pytest.mark.django_db(transaction=True)  # the line is written at the commit
def test_everybody_signs_out_everywhere_by_a_link_in_the_menu(
    with_password: User, caplog: pytest.LogCaptureFixture
) -> None:
    here, lost_tablet, colleague = (
        sign_in(with_password),
        sign_in(with_password),
        sign_in(make_user_with_password()),
    )
    address = reverse("sign_out_everywhere")
    assert f'href="{address}"' in here.get(reverse("board")).content.decode()
    assert "Sign out everywhere?" in here.get(address).content.decode()
    assert is_in(lost_tablet)
    with caplog.at_level("INFO", logger="cartox.security"):
        answer = here.post(address)
    assert answer.headers["Location"] == reverse("account_login")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert [is_in(client) for client in (here, lost_tablet, colleague)] == [False, False, True]
    [facts] = [r.facts for r in caplog.records if r.getMessage() == "sessions_ended"]  # type: ignore[attr-defined]
    assert (facts["account"], facts["sessions"]) == ("nina_nurse", 2)


def test_the_administrator_finds_the_administration_in_the_menu(
    nurse_client: Client, administrator: User, signed_in: Callable[[User], Client]
) -> None:
    link = f'href="{reverse("admin:index")}"'
    assert link in signed_in(administrator).get(reverse("board")).content.decode()
    assert link not in nurse_client.get(reverse("board")).content.decode()


def test_signing_in_gives_a_new_session_key(with_password: User) -> None:
    client = Client()
    session = client.session
    session["from"] = "before"
    session.save()
    given = session.session_key
    client.cookies["sessionid"] = given
    client.post("/accounts/login/", {"login": with_password.username, "password": PASSWORD})
    assert client.session.session_key != given
    assert not Session.objects.filter(pk=given).exists()
