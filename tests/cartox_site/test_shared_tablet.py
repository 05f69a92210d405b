"""A tablet that several people share: it locks, is unlocked, and changes its user by a PIN."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from cartox_site.accounts.models import FullSignIn, Pin
from cartox_site.accounts.quick import problem_in_pin, set_pin
from patients.models import Assessment, Course, Role, User, Ward
from patients.sessions import end_sessions
from tests.conftest import make_user
from tests.patients.entering import page, posted

NOON = datetime(2026, 1, 8, 12, 0, tzinfo=UTC)
PASSWORD, PIN, OTHER_PIN = "a long enough passphrase", "471108", "258013"
SCRIPT = {"Sec-Fetch-Mode": "cors"}


@pytest.fixture(autouse=True)
def clock(settings: Any) -> Iterator[Any]:
    settings.LOCK_SECONDS, settings.IDLE_SECONDS = 10 * 60, 30 * 60
    settings.CARTOX_PIN_DIGITS = 6
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def with_pin(user: User, pin: str) -> User:
    user.set_password(PASSWORD)
    user.save()
    set_pin(user, pin)
    return user


@pytest.fixture
def nina(nurse: User) -> User:
    return with_pin(nurse, PIN)


@pytest.fixture
def tom(ward: Ward) -> User:
    return with_pin(make_user("tom_other", Role.NURSE, ward), OTHER_PIN)


@pytest.fixture
def tablet(nina: User, tom: User) -> Client:
    """Both have typed their password on it in this shift; Nina is signed in."""
    client = Client()
    by_password(client, tom)
    client.post(reverse("account_logout"))
    by_password(client, nina)
    return client


def by_password(client: Client, user: User) -> None:
    typed = {"login": user.username, "password": PASSWORD}
    assert client.post(reverse("account_login"), typed).status_code == 302


def unlock(client: Client, user: User, secret: str, **headers: str) -> Any:
    typed = {"user": user.pk, "secret": secret}
    return client.post(reverse("unlock"), typed, headers=headers)


def signed_in_as(client: Client) -> str:
    return str(client.session.get("_auth_user_id", ""))


def is_locked(client: Client) -> bool:
    answer = client.get(reverse("board"))
    return answer.status_code == 302 and reverse("locked") in answer.headers["Location"]


def events(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [line.getMessage() for line in caplog.records if line.name == "cartox.security"]


# The lock


@pytest.mark.parametrize(("minutes", "locks"), [(9, False), (10, True)])
def test_ten_minutes_without_an_act_lock_every_page(
    minutes: int, locks: bool, tablet: Client, course: Course, clock: Any
) -> None:
    clock.shift(timedelta(minutes=minutes))
    assert is_locked(tablet) is locks
    chart = tablet.get(page("chart", course))
    assert (b"DOE" in chart.content) is not locks
    assert tablet.get(reverse("board_rows"), headers=SCRIPT).status_code == (401 if locks else 200)


def test_who_reads_is_here_and_a_board_that_asks_by_itself_is_not(
    tablet: Client, clock: Any
) -> None:
    for _ in range(3):
        clock.shift(timedelta(minutes=6))
        assert tablet.post(reverse("here"), headers=SCRIPT).status_code == 204
    for _ in range(2):
        clock.shift(timedelta(minutes=6))
        tablet.get(reverse("board_rows"), headers=SCRIPT)
    assert is_locked(tablet)


def test_a_locked_session_stays_locked_until_the_secret_of_its_user(
    tablet: Client, nina: User, clock: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO", logger="cartox.security"):
        tablet.post(reverse("lock"), headers=SCRIPT)
        assert tablet.post(reverse("here"), headers=SCRIPT).status_code == 401
        before = tablet.session.session_key
        assert unlock(tablet, nina, "000000", **SCRIPT).status_code == 403
        assert is_locked(tablet)
        assert "token" in unlock(tablet, nina, PIN, **SCRIPT).json()
    assert not is_locked(tablet)
    assert tablet.session.session_key != before
    assert events(caplog) == ["locked", "wrong_pin", "refused", "unlocked_by_pin"]
    clock.shift(timedelta(minutes=10))
    assert is_locked(tablet)
    tablet.get(reverse("board"))
    assert unlock(tablet, nina, PASSWORD, **SCRIPT).status_code == 200
    assert not is_locked(tablet)


def test_nothing_is_saved_on_a_locked_tablet_and_the_form_may_be_sent_again(
    tablet: Client, nina: User, course: Course
) -> None:
    form = posted(course, temperature_c="38.9", typed_by=nina.pk)
    tablet.post(reverse("lock"), headers=SCRIPT)
    answer = tablet.post(page("assessment_new", course), form, headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert "This tablet is locked." in answer.content.decode()
    assert not Assessment.objects.exists()


def test_the_page_of_the_lock_names_no_patient_and_leads_back(
    tablet: Client, nina: User, course: Course
) -> None:
    chart = page("chart", course)
    answer = tablet.post(reverse("lock"), {"next": chart}, follow=True)
    shown = answer.content.decode()
    assert "PIN or password of Nina Nurse" in shown
    assert "DOE" not in shown
    typed = {"user": nina.pk, "secret": PIN, "next": chart}
    assert tablet.post(reverse("unlock"), typed).headers["Location"] == chart
    foreign = typed | {"next": "https://example.org/"}
    assert tablet.post(reverse("unlock"), foreign).headers["Location"] == reverse("board")


def test_after_the_session_has_ended_the_open_page_goes_on_by_the_pin(
    tablet: Client, nina: User, clock: Any
) -> None:
    clock.shift(timedelta(minutes=31))
    tablet.get(reverse("board"))
    assert signed_in_as(tablet) == ""
    assert "token" in unlock(tablet, nina, PIN, **SCRIPT).json()
    assert signed_in_as(tablet) == str(nina.pk)


# The PIN


def test_a_colleague_takes_over_by_pin_and_signs_nothing_of_the_other(
    tablet: Client, nina: User, tom: User, course: Course, caplog: pytest.LogCaptureFixture
) -> None:
    tablet.post(reverse("lock"), headers=SCRIPT)
    caplog.clear()
    assert "Tom Other" in tablet.get(reverse("locked")).content.decode()
    with caplog.at_level("INFO", logger="cartox.security"):
        answer = unlock(tablet, tom, OTHER_PIN)
    assert answer.headers["Location"] == reverse("board")
    assert signed_in_as(tablet) == str(tom.pk)
    assert events(caplog) == ["pin_sign_in"]
    ninas = posted(course, temperature_c="38.9", typed_by=nina.pk)
    assert tablet.post(page("assessment_new", course), ninas).status_code == 409
    assert not Assessment.objects.exists()


def test_the_sign_in_page_offers_the_pin_on_this_tablet_alone(
    tablet: Client, nina: User, tom: User
) -> None:
    tablet.post(reverse("account_logout"))
    shown = tablet.get(reverse("account_login")).content.decode()
    assert "Nina Nurse" in shown
    assert "Tom Other" in shown
    elsewhere = Client()
    assert "Nina Nurse" not in elsewhere.get(reverse("account_login")).content.decode()
    assert unlock(elsewhere, nina, PIN).status_code == 403
    assert unlock(tablet, nina, PIN).status_code == 302


@pytest.mark.parametrize(("hours", "holds"), [(11.9, True), (12, False)])
def test_a_pin_holds_for_a_shift_after_the_password(
    hours: float, holds: bool, tablet: Client, nina: User, clock: Any
) -> None:
    clock.shift(timedelta(hours=hours))
    assert (unlock(tablet, nina, PIN).status_code == 302) is holds
    if holds:  # and its session ends with the shift, whatever one does
        clock.shift(timedelta(hours=12 - hours))
        assert tablet.get(reverse("board")).status_code == 302
        assert signed_in_as(tablet) == ""


def test_the_third_wrong_pin_asks_for_the_password_which_lets_the_pin_hold_again(
    tablet: Client, nina: User, tom: User
) -> None:
    for _ in range(2):
        assert unlock(tablet, nina, "000000").status_code == 403
    assert unlock(tablet, nina, PIN).status_code == 302
    for _ in range(3):
        assert unlock(tablet, nina, "000000").status_code == 403
    assert unlock(tablet, nina, PIN).status_code == 403
    assert unlock(tablet, tom, OTHER_PIN).status_code == 302  # the other's still holds
    assert unlock(tablet, nina, PASSWORD).status_code == 302
    assert unlock(tablet, nina, PIN).status_code == 302


def _password_changed(user: User) -> None:
    user.set_password("another long passphrase")
    user.save()


def _closed(user: User) -> None:
    user.is_active = False
    user.save()


def _administering(user: User) -> None:
    user.is_staff = True
    user.save()


@pytest.mark.parametrize(
    "change",
    [
        _password_changed,
        _closed,
        _administering,
        lambda user: end_sessions([user.pk]),
        lambda user: Pin.objects.filter(user=user).delete(),
    ],
    ids=["password changed", "account closed", "administers now", "signed out", "PIN taken away"],
)
def test_a_pin_holds_no_longer_after(
    change: Callable[[User], Any], tablet: Client, tom: User
) -> None:
    change(User.objects.get(pk=tom.pk))
    assert unlock(tablet, tom, OTHER_PIN).status_code == 403
    assert "Tom Other" not in tablet.get(reverse("locked")).content.decode()


def test_a_session_that_a_pin_began_ends_when_its_user_comes_to_administer(
    tablet: Client, tom: User
) -> None:
    unlock(tablet, tom, OTHER_PIN)
    _administering(User.objects.get(pk=tom.pk))
    assert tablet.get(reverse("admin:index")).status_code == 302
    assert signed_in_as(tablet) == ""


def test_wrong_passwords_at_the_lock_count_like_those_at_the_sign_in(
    tablet: Client, nina: User
) -> None:
    tablet.post(reverse("lock"), headers=SCRIPT)
    for _ in range(4):
        assert unlock(tablet, nina, "a wrong passphrase", **SCRIPT).status_code == 403
    assert unlock(tablet, nina, "a wrong passphrase", **SCRIPT).status_code == 429
    assert unlock(tablet, nina, PASSWORD, **SCRIPT).status_code == 429


@pytest.mark.parametrize("typed", ["", "x", "9" * 40, "-1", "0"])
def test_whatever_is_sent_as_a_user_is_answered(typed: str, tablet: Client) -> None:
    answer = tablet.post(reverse("unlock"), {"user": typed, "secret": PIN})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("pin", "accepted"),
    [
        ("471108", True),
        ("47110", False),  # one digit too few
        ("4711081234567", False),  # more than 12
        ("47110a", False),
        ("٤٧١١٠٨", False),
        ("111111", False),
        ("123456", False),
        ("987654", False),
        ("121212", False),
    ],
)
def test_a_pin_is_not_quickly_guessed(pin: str, accepted: bool) -> None:
    assert (problem_in_pin(pin) == "") is accepted


def test_a_pin_is_set_and_taken_away_with_the_password(
    nurse: User, caplog: pytest.LogCaptureFixture
) -> None:
    nurse.set_password(PASSWORD)
    nurse.save()
    client = Client()
    by_password(client, nurse)
    address = reverse("choose_pin")
    assert f'href="{address}"' in client.get(reverse("board")).content.decode()
    form = {"password": PASSWORD, "pin": PIN, "pin_again": PIN}
    for wrong in ({"password": "wrong"}, {"pin_again": OTHER_PIN}, {"pin": "1", "pin_again": "1"}):
        assert client.post(address, form | wrong).status_code == 422
    with caplog.at_level("INFO", logger="cartox.security"):
        assert client.post(address, form).status_code == 302
    assert Pin.objects.get().hashed != PIN
    assert unlock(client, nurse, PIN).status_code == 302
    client.post(address, {"password": PASSWORD, "remove": "yes"})
    assert unlock(client, nurse, PIN).status_code == 403
    assert "pin_set" in events(caplog)


def test_an_administrator_and_a_site_without_pins_have_none(
    administrator: User,
    nurse: User,
    signed_in: Callable[[User], Client],
    settings: Any,
) -> None:
    assert signed_in(administrator).get(reverse("choose_pin")).status_code == 403
    settings.CARTOX_PIN_DIGITS = 0
    assert signed_in(nurse).get(reverse("choose_pin")).status_code == 403
    client = Client()
    by_password(client, with_pin(nurse, PIN))
    assert not FullSignIn.objects.exists()
    assert unlock(client, nurse, PIN).status_code == 403


def test_the_cookie_of_a_device_is_out_of_reach_of_scripts_and_kept_as_a_hash(
    tablet: Client, nina: User, tom: User
) -> None:
    cookie = tablet.cookies["device"]
    assert (cookie["httponly"], cookie["samesite"], cookie["expires"]) == (True, "Lax", "")
    devices = set(FullSignIn.objects.values_list("device", flat=True))
    assert len(devices) == 1
    assert cookie.value not in devices
