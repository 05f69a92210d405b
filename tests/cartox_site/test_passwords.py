"""Which pages take a password, and which passwords are taken."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from patients import door
from patients.models import Course, User, Ward
from tests.storing import AssessmentAt

PASSWORD = "a long enough passphrase"
TAKING = {
    "account_login": "wrong ones are counted",
    "account_reauthenticate": "wrong ones are counted",
    "account_change_password": "wrong ones are counted, a new one is logged",
    "auth_user_password_change": "a new one is logged",
    "patients_user_add": "a new account is logged",
    "locked": "wrong ones are counted, wrong PINs too",
    "choose_pin": "wrong ones are counted, a new PIN is logged",
}
"""The pages that ask for a password or set one."""


def patterns(resolver: URLResolver, prefix: str = "/") -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, prefix + str(pattern.pattern))
        else:
            yield prefix + str(pattern.pattern), pattern


def with_password(user: User) -> User:
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def about(course: Course, nurse: User, assessment_at: AssessmentAt) -> dict[str, str]:
    """What stands in an address: a course, an entry of it, and in the admin an account."""
    row = assessment_at(30)
    door.enter(course, [row], by=nurse)
    of_pages = {"uid": str(course.uid), "row_uid": str(row.uid), "kind": "assessments"}
    return of_pages | dict.fromkeys(("id", "object_id", "version_id"), str(nurse.pk))


def test_no_page_but_the_known_ones_takes_a_password(
    about: dict[str, str], administrator: User, physician: User, signed_in: Callable[[User], Client]
) -> None:
    visitors = [Client(), *(signed_in(with_password(user)) for user in (administrator, physician))]
    asked, taking = set(), set()
    for route, pattern in patterns(get_resolver()):
        address = re.sub(r"<(?:\w+:)?(\w+)>", lambda part: about.get(part[1], "x"), route)
        for client in visitors:
            answer = client.get(address)
            asked.add((pattern.name, answer.status_code))
            outside_lock = re.sub(rb'(?s)<dialog id="lock".*?</dialog>', b"", answer.content)
            if b'type="password"' in outside_lock:
                taking.add(str(pattern.name))
    assert taking == set(TAKING)
    assert {(name, 200) for name in TAKING} <= asked
    assert len({name for name, status in asked if status == 200}) > 40


@pytest.mark.parametrize("page", ["admin:password_change", "admin:password_change_done"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_the_admin_leads_to_the_page_that_counts(
    page: str, method: str, administrator: User, signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(with_password(administrator))
    new = "another long passphrase"
    fields = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    answer = getattr(client, method)(reverse(page), fields)
    assert (answer.status_code, answer["Location"]) == (302, reverse("account_change_password"))
    administrator.refresh_from_db()
    assert administrator.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("page", "fields"),
    [
        ("account_login", {"login": "nina_nurse", "password": "wrong"}),
        ("account_reauthenticate", {"password": "wrong"}),
        ("account_change_password", {"oldpassword": "wrong", "password1": "x", "password2": "x"}),
    ],
)
def test_every_page_that_asks_for_a_password_counts_wrong_ones(
    page: str, fields: dict[str, str], nurse: User, signed_in: Callable[[User], Client]
) -> None:
    client = Client() if page == "account_login" else signed_in(with_password(nurse))
    answers = [client.post(reverse(page), fields).status_code for _ in range(5)]
    assert answers == [200] * 4 + [429]
    assert AccessAttempt.objects.get().failures_since_start == 5


def test_everybody_finds_the_page_in_the_menu(nurse_client: Client) -> None:
    page = nurse_client.get(reverse("board")).content.decode()
    assert f'href="{reverse("account_change_password")}"' in page


@pytest.mark.parametrize(
    "page", ["account_login", "account_reauthenticate", "account_change_password"]
)
def test_a_password_is_masked_and_left_to_its_manager(
    page: str, nurse: User, signed_in: Callable[[User], Client]
) -> None:
    client = Client() if page == "account_login" else signed_in(with_password(nurse))
    shown_page = client.get(reverse(page)).content.decode()
    inputs = re.findall(r"<input(?! type=.hidden)[^>]*password[^>]*>", shown_page)
    assert inputs
    for shown in inputs:
        assert 'type="password"' in shown
        assert re.search(r'autocomplete="(current|new)-password"', shown)
    scripts = (Path(settings.BASE_DIR) / "static/js").rglob("*.js")
    naming = {path.name for path in scripts if "password" in path.read_text("utf-8")}
    assert naming == {"lock.js", "scan.js"}  # one sends it to unlock, one leaves its field alone


# What is taken


def is_taken(password: str, user: User) -> bool:
    try:
        validate_password(password, user)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize(
    ("password", "taken"),
    [
        ("7east7east7east1", False),
        ("East!East!East!7", False),
        ("levante-levante-12", False),
        ("levante and two grey cats", True),
        ("Sommer2026!Sommer", False),
        ("Diciembre-2026!!", False),
        ("nina.nina.nina.1", False),
        ("administrator26", False),
        ("Passwort2026!", False),
        ("Contraseña-2026", False),
        ("letmein12345", False),
        ("iloveyou1234", False),
        ("Krankenhaus1", False),
        ("P@ssw0rd2026", False),
        ("W1llk0mm3n2026", False),
        ("We1c0me-2026", False),
        ("changemechangeme", False),
        ("ｎｕｒｓｅ２０２６２０２６", False),
        ("$un$h1ne-2026", False),
        ("sunshinesunshine", False),
        ("dragon#987654", False),
        ("the hospital has a yellow door", True),
        ("correct horse battery staple", True),
        ("mein alter Esel frisst Disteln", True),
        ("tres gatos 3 y 0 perros", True),
    ],
)
def test_no_password_is_made_of_words_that_the_ward_knows(
    password: str, taken: bool, nurse: User
) -> None:
    Ward.objects.create(name="Planta 4 Levante")
    assert is_taken(password, nurse) is taken


@pytest.mark.parametrize(
    ("password", "taken"),
    [
        ("aaaaaaaaaaaa", False),
        ("abcabcabcabc", False),
        ("123412341234x", False),
        ("abcdefghijkl", False),
        ("lkjihgfedcba", False),
        ("qwertzuiop123", False),
        ("Asdfghjkl!!!", False),
        ("xyzzy-xyzzy-xyzzy", False),
        ("k7#2p9$x4!q8", True),
        ("twelveletter", True),
        ("grey cats and grey dogs", True),
        ("x" * 100_000, False),
        ("grey cats and dogs" + "x" * 100_000, True),  # is looked at no longer than a short one
    ],
)
def test_no_password_repeats_itself_or_follows_the_keyboard(
    password: str, taken: bool, nurse: User
) -> None:
    assert is_taken(password, nurse) is taken


def test_a_refused_password_is_answered_with_what_to_choose(
    nurse: User, signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(with_password(nurse))
    fields: dict[str, Any] = {
        "oldpassword": PASSWORD,
        **dict.fromkeys(("password1", "password2"), "aaaaaaaaaaaa"),
    }
    page = client.post(reverse("account_change_password"), fields).content.decode()
    assert "repeats itself or follows the keyboard. Choose several words." in page
