"""Who gets in, who is kept out, and what every answer carries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from axes.models import AccessAttempt
from django.contrib.auth import get_user_model
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from cartox_site.addresses import address_of
from patients.models import Course, User
from patients.models.guarded import unguarded
from tests.patients.entering import NOW, posted

LOGIN = "/accounts/login/"
PASSWORD = "a long enough passphrase"
OPEN_PAGES = {"account_login", "account_logout", "account_signup", "login", "locked", "unlock"}


@pytest.fixture
def with_password(nurse: User) -> User:
    nurse.set_password(PASSWORD)
    nurse.save()
    return nurse


def attempt(client: Client, user: User, password: str, address: str = "127.0.0.1") -> Any:
    credentials = {"login": user.username, "password": password}
    return client.post(LOGIN, credentials, REMOTE_ADDR=address)


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


# Passwords


def test_the_right_password_signs_in(anonymous: Client, with_password: User) -> None:
    assert attempt(anonymous, with_password, PASSWORD).status_code == 302
    assert is_signed_in(anonymous)


def test_after_the_lock_out_the_right_password_is_refused_too(
    anonymous: Client, with_password: User
) -> None:
    answers = [attempt(anonymous, with_password, "wrong") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]

    assert attempt(anonymous, with_password, PASSWORD).status_code == 429
    assert not is_signed_in(anonymous)
    assert AccessAttempt.objects.get().username == with_password.username


def test_another_spelling_of_the_name_is_the_same_account_to_the_lock(
    anonymous: Client, with_password: User
) -> None:
    name = with_password.username
    spellings = [name, name.upper(), name.title(), f" {name}", name.swapcase()]
    for spelling in spellings:
        answer = anonymous.post(LOGIN, {"login": spelling, "password": "wrong"})
    assert answer.status_code == 429

    right = {"login": name.capitalize(), "password": PASSWORD}
    assert anonymous.post(LOGIN, right).status_code == 429
    assert not is_signed_in(anonymous)


def test_nobody_is_locked_out_from_another_machine(with_password: User) -> None:
    for _ in range(6):
        attempt(Client(), with_password, "wrong", address="127.0.0.9")

    elsewhere = Client()
    assert attempt(elsewhere, with_password, PASSWORD).status_code == 302
    assert is_signed_in(elsewhere)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "", "10.0.0.1"),
        (0, "10.9.9.9", "10.0.0.1"),
        (1, "10.0.0.5", "10.0.0.5"),
        (1, "10.9.9.9, 10.0.0.5", "10.0.0.5"),
        (2, "10.9.9.9, 10.0.0.5, 10.0.0.2", "10.0.0.5"),
        (2, "10.0.0.5", "10.0.0.1"),
        (1, "nonsense", "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, "2001:DB8::5", "2001:db8::5"),
    ],
)
def test_an_address_is_believed_from_our_own_proxies_alone(
    proxies: int, forwarded: str, address: str, settings: Any, rf: RequestFactory
) -> None:
    settings.PROXY_COUNT = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert address_of(rf.get("/", headers=headers, REMOTE_ADDR="10.0.0.1")) == address


def test_a_connection_without_an_address_has_none(rf: RequestFactory) -> None:
    assert address_of(rf.get("/", REMOTE_ADDR="")) is None


def test_behind_a_proxy_nobody_is_locked_out_from_another_machine(
    with_password: User, settings: Any
) -> None:
    settings.PROXY_COUNT, settings.DESK_MODE = 1, False
    wrong = {"login": with_password.username, "password": "wrong"}
    for number in range(6):  # what the client writes before the proxy's own word changes nothing
        forged = {"X-Forwarded-For": f"10.8.8.{number}, 10.0.0.9"}
        answer = Client().post(LOGIN, wrong, headers=forged)
    assert answer.status_code == 429
    assert AccessAttempt.objects.get().ip_address == "10.0.0.9"

    right = {"login": with_password.username, "password": PASSWORD}
    elsewhere = Client()
    elsewhere.post(LOGIN, right, headers={"X-Forwarded-For": "10.0.0.5"})
    assert is_signed_in(elsewhere)


def test_passwords_are_kept_by_argon2(settings: Any, nurse: User) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    nurse.set_password(PASSWORD)
    assert nurse.password.startswith("argon2$argon2id$")
    assert get_user_model() is User


def test_the_first_hasher_is_argon2() -> None:
    from cartox_site import settings as as_shipped

    assert as_shipped.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")


def change(client: Client, old: str, new: str = "another long passphrase") -> Any:
    fields = {"oldpassword": old, "password1": new, "password2": new}
    return client.post(reverse("account_change_password"), fields)


def test_the_old_password_is_not_guessed_at_a_tablet_left_open(
    nurse_client: Client, anonymous: Client, with_password: User
) -> None:
    attempt(nurse_client, with_password, PASSWORD)
    answers = [change(nurse_client, "wrong").status_code for _ in range(5)]
    assert answers == [200, 200, 200, 200, 429]

    assert change(nurse_client, PASSWORD).status_code == 429
    with_password.refresh_from_db()
    assert with_password.check_password(PASSWORD)
    assert attempt(anonymous, with_password, PASSWORD).status_code == 429


def test_the_right_old_password_clears_the_count(
    nurse_client: Client, anonymous: Client, with_password: User
) -> None:
    attempt(nurse_client, with_password, PASSWORD)
    assert [change(nurse_client, "wrong").status_code for _ in range(4)] == [200] * 4
    assert change(nurse_client, PASSWORD).status_code == 302
    assert AccessAttempt.objects.count() == 0


@pytest.mark.parametrize(
    ("new", "taken"),
    [
        ("elevenlette", False),
        ("twelveletter", True),
        ("wardnurse7east", False),
        ("Cartox-2026-Cartox", False),
        ("passwordpassword", False),
        ("123412341234", False),
        ("nina_nurse2026", False),
        ("carpet of six oranges", True),
        (" both ends are spaces ", True),
        (" ".join(f"{number} oranges of {number} trees" for number in range(9)), True),
    ],
)
def test_a_new_password_is_long_and_not_of_this_place(
    nurse_client: Client, with_password: User, new: str, taken: bool
) -> None:
    attempt(nurse_client, with_password, PASSWORD)
    assert change(nurse_client, PASSWORD, new).status_code == (302 if taken else 200)
    with_password.refresh_from_db()
    assert with_password.check_password(new) is taken


def test_nobody_signs_up(anonymous: Client, db: None) -> None:
    fields = {"username": "intruder", "password1": PASSWORD, "password2": PASSWORD}
    anonymous.post("/accounts/signup/", fields)
    assert not User.objects.filter(username="intruder").exists()


def test_signing_in_never_leads_to_another_host(anonymous: Client, with_password: User) -> None:
    credentials = {"login": with_password.username, "password": PASSWORD}
    answer = anonymous.post(f"{LOGIN}?next=//evil.example/", credentials)
    assert answer.status_code == 302
    assert "evil" not in answer["Location"]


def test_a_closed_account_tells_nobody_whether_its_password_is_right(
    with_password: User, caplog: pytest.LogCaptureFixture
) -> None:
    with_password.is_active = False
    with_password.save()
    answers = {}
    for password in ("wrong", PASSWORD):
        AccessAttempt.objects.all().delete()
        with time_machine.travel(NOW, tick=False):
            pages = [attempt(Client(), with_password, password) for _ in range(6)]
        assert [page.status_code for page in pages] == [200] * 4 + [429] * 2
        tokens = r"[A-Za-z0-9]{64}"
        answers[password] = [re.sub(tokens, "", page.content.decode()) for page in pages]
    assert answers["wrong"] == answers[PASSWORD]
    assert "closed_account" in caplog.messages


def test_signing_out_takes_a_post(nurse_client: Client) -> None:
    nurse_client.get("/accounts/logout/")
    assert is_signed_in(nurse_client)
    nurse_client.post("/accounts/logout/")
    assert not is_signed_in(nurse_client)


@pytest.mark.parametrize("address", ["/accounts/logout/", "/admin/logout/"])
def test_signing_out_clears_the_pages_that_the_browser_stored(
    address: str, anonymous: Client, with_password: User
) -> None:
    unguarded(User).update(is_staff=True)
    for _ in range(2):  # it can sign in again afterwards
        assert attempt(anonymous, with_password, PASSWORD).status_code == 302
        assert is_signed_in(anonymous)
        assert "Clear-Site-Data" not in anonymous.get(address).headers
        answer = anonymous.post(address)
        assert answer["Clear-Site-Data"] == '"cache"'
        assert not is_signed_in(anonymous)


def test_the_admin_signs_in_by_the_same_door(anonymous: Client, db: None) -> None:
    answer = anonymous.get("/admin/login/")
    assert answer.status_code == 302
    assert answer["Location"].startswith(LOGIN)


# Every page


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, prefix + str(pattern.pattern))
        else:
            yield prefix + str(pattern.pattern), pattern


def test_every_page_needs_a_sign_in() -> None:
    open_pages = {
        pattern.name
        for _, pattern in patterns(get_resolver())
        if not getattr(pattern.callback, "login_required", True)
    }
    assert open_pages <= OPEN_PAGES | {"jsi18n"}


def test_an_anonymous_visitor_is_sent_to_the_sign_in(anonymous: Client, db: None) -> None:
    answer = anonymous.get(reverse("account_change_password"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(LOGIN)


@pytest.mark.parametrize(
    "headers",
    [{"HX-Request": "true"}, {"Sec-Fetch-Mode": "cors"}, {"Sec-Fetch-Mode": "same-origin"}],
)
def test_a_script_without_a_session_gets_401_and_no_login_page(
    headers: dict[str, str], anonymous: Client, db: None
) -> None:
    answer = anonymous.get(reverse("account_change_password"), headers=headers)
    assert answer.status_code == 401
    assert b"<form" not in answer.content


def test_a_page_is_never_stored_by_the_browser(anonymous: Client, db: None) -> None:
    assert "no-store" in anonymous.get(LOGIN)["Cache-Control"]


def test_the_policy_allows_this_host_and_nothing_inline(anonymous: Client, db: None) -> None:
    answer = anonymous.get(LOGIN)
    policy = dict(
        part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";")
    )

    assert policy["default-src"] == policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["img-src"] == "'self' data: blob:"
    assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert "camera=()" in answer["Permissions-Policy"]
    assert answer["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("address", [LOGIN, "/static/css/base.css", "/static/img/icon.svg"])
def test_a_page_and_a_file_are_closed_to_other_sites(
    address: str, anonymous: Client, db: None
) -> None:
    answer = anonymous.get(address)
    assert answer.status_code == 200
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert "Access-Control-Allow-Origin" not in answer


def test_the_session_cookie_is_kept_from_scripts_and_from_other_sites(
    anonymous: Client, with_password: User
) -> None:
    attempt(anonymous, with_password, PASSWORD)
    session, token = anonymous.cookies["sessionid"], anonymous.cookies["csrftoken"]
    assert session["httponly"]
    assert (session["samesite"], token["samesite"]) == ("Lax", "Lax")
    assert not session["expires"]


def test_what_a_page_says_of_a_patient_is_in_no_cookie_and_no_address(
    nurse_client: Client, course: Course
) -> None:
    with time_machine.travel(NOW, tick=False):
        given = posted(course, "given_at", agent="norepinephrine")
        answer = nurse_client.post(reverse("dose_new", args=[course.uid]), given)
        assert set(nurse_client.cookies) <= {"sessionid", "csrftoken"}
        chart = nurse_client.get(answer["Location"])
    assert "Saved: norepinephrine" in chart.content.decode()
    assert not {"norepinephrine", "DOE", "00123"} & set(re.split(r"\W", answer["Location"]))


@pytest.mark.parametrize(
    "comes",
    [
        {"REMOTE_ADDR": "10.1.2.3"},
        {"REMOTE_ADDR": ""},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_FORWARDED": "for=203.0.113.9"},
    ],
)
def test_desk_mode_answers_this_computer_only(
    comes: dict[str, Any], anonymous: Client, db: None
) -> None:
    answer = anonymous.get(LOGIN, **comes)
    assert answer.status_code == 403
    assert b"CARTOX_SECRET_KEY" in answer.content
