"""The pages around signing in are ours, and each one can be reached and read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from patients.models import User


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("account_logout", "Sign out?"),
        ("account_change_password", "Change password"),
        ("account_reauthenticate", "Your password again"),
    ],
)
def test_a_signed_in_person_reads(
    nurse: User, signed_in: Callable[[User], Client], name: str, says: str
) -> None:
    nurse.set_password("a password of their own")
    nurse.save()
    assert says in signed_in(nurse).get(reverse(name), follow=True).content.decode()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("account_login", "Toxicity of CAR-T cell therapy"),
        ("account_signup", "Accounts are made by an administrator"),
    ],
)
def test_a_passer_by_reads(anonymous: Client, db: None, name: str, says: str) -> None:
    assert says in anonymous.get(reverse(name), follow=True).content.decode()


def test_a_wrong_password_is_said_beside_the_form(anonymous: Client, db: None) -> None:
    page = anonymous.post(reverse("account_login"), {"login": "nobody", "password": "wrong"})
    assert 'role="alert"' in page.content.decode()


def test_a_page_that_is_not_there_says_what_to_do(nurse_client: Client) -> None:
    page = nurse_client.get("/courses/00000000-0000-0000-0000-000000000000/")
    assert page.status_code == 404
    assert "There is no such page on your wards" in page.content.decode()


def test_a_stale_form_is_told_that_nothing_was_saved(nurse: object) -> None:
    strict = Client(enforce_csrf_checks=True)
    page = strict.post(reverse("account_login"), {"login": "x", "password": "y"})
    assert page.status_code == 403
    assert "Nothing was saved" in page.content.decode()


def test_a_failure_says_nothing_of_the_inside(
    nurse_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the secret of the inside")

    monkeypatch.setattr("patients.board.views._board", fail)
    nurse_client.raise_request_exception = False
    page = nurse_client.get(reverse("board"))
    assert page.status_code == 500
    assert "the secret of the inside" not in page.content.decode()
    assert "RuntimeError" not in page.content.decode()
