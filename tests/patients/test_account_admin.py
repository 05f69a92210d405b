"""Accounts and wards are never deleted, and who is given a password has to choose another."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth import SESSION_KEY
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from patients import door
from patients.models import Course, GuardedWrite, Membership, Role, User, Ward, triggers
from patients.models.guarded import unguarded
from tests.conftest import make_user

GIVEN = "given by an administrator"
OWN = "chosen on their own"


@pytest.fixture
def admin_client(administrator: User, signed_in: Callable[[User], Client]) -> Client:
    return signed_in(administrator)


def sign_in(name: str, password: str) -> Client:
    client = Client()
    credentials = {"login": name, "password": password}
    assert client.post(reverse("account_login"), credentials).status_code == 302
    return client


def give_password(admin_client: Client, user: User, password: str = GIVEN) -> Any:
    fields = {"password1": password, "password2": password, "usable_password": "true"}
    return admin_client.post(reverse("admin:auth_user_password_change", args=[user.pk]), fields)


def change_password(client: Client, old: str, new: str) -> Any:
    fields = {"oldpassword": old, "password1": new, "password2": new}
    return client.post(reverse("account_change_password"), fields)


# What is never deleted


@pytest.mark.parametrize("model", ["user", "ward"])
def test_the_admin_offers_no_deletion(model: str, admin_client: Client, nurse: User) -> None:
    listed = admin_client.get(reverse(f"admin:patients_{model}_changelist")).content
    assert b"delete_selected" not in listed
    thing = nurse if model == "user" else nurse.wards.get()
    page = admin_client.get(reverse(f"admin:patients_{model}_change", args=[thing.pk])).content
    assert b"deletelink" not in page
    admin_client.post(reverse(f"admin:patients_{model}_delete", args=[thing.pk]), {"post": "yes"})
    thing.refresh_from_db()


def test_the_page_of_deletion_says_what_to_do_instead(admin_client: Client, nurse: User) -> None:
    page = admin_client.get(reverse("admin:patients_user_delete", args=[nurse.pk]), follow=True)
    assert "An account is never deleted" in page.content.decode()
    assert "Take away “Active”" in page.content.decode()


@pytest.mark.parametrize(
    "write",
    [
        lambda user: user.delete(),
        lambda user: User.objects.all().delete(),
        lambda user: User._base_manager.all().delete(),
        lambda user: User.objects.filter(pk=user.pk).update(role="physician"),
        lambda user: User.objects.bulk_update([user], ["role"]),
        lambda user: User.objects.bulk_create([User(username="another")]),
        lambda user: user.wards.get().delete(),
        lambda user: user.wards.all().delete(),
        lambda user: Ward.objects.all().delete(),
        lambda user: user.wards.get().members.add(User.objects.create(username="another")),
        lambda user: user.memberships.update(user=user),
        lambda user: Membership.objects.bulk_create([Membership(user=user)]),
    ],
)
def test_no_account_or_ward_is_deleted_or_changed_without_its_line(
    write: Callable[[User], Any], nurse: User
) -> None:
    with pytest.raises(GuardedWrite):
        write(nurse)


def test_a_deactivated_account_is_out_and_stays_named(
    admin_client: Client,
    administrator: User,
    nurse: User,
    physician_client: Client,
    course: Course,
    assessment_at: Callable[..., Any],
) -> None:
    nurse.set_password(OWN)
    nurse.save()
    theirs = sign_in(nurse.username, OWN)
    door.enter(course, [assessment_at(30)], by=nurse)
    chosen = {"action": "deactivate", "_selected_action": [nurse.pk, administrator.pk]}
    answer = admin_client.post(reverse("admin:patients_user_changelist"), chosen, follow=True)
    assert f"signed out: {nurse.username}. Their entries go on" in answer.content.decode()

    assert theirs.get(reverse("board")).status_code == 302
    assert User.objects.get(pk=administrator.pk).is_active
    page = physician_client.get(reverse("chart", args=[course.uid])).content.decode()
    assert "Nina Nurse" in page


# Names that look alike


def add_account(admin_client: Client, **fields: str) -> Any:
    own = {"username": "nora_new", "role": "nurse", "password1": GIVEN, "password2": GIVEN}
    no_wards = {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
    return admin_client.post(
        reverse("admin:patients_user_add"), own | {"usable_password": "true"} | no_wards | fields
    )


@pytest.mark.parametrize("username", ["nina_nurse", "Nina_Nurse", "ｎina_nurse", "n\u0456na", ""])
def test_a_new_user_name_looks_like_no_other(
    username: str, admin_client: Client, nurse: User
) -> None:
    before = User.objects.count()
    answer = add_account(admin_client, username=username)
    assert answer.status_code == 200
    assert list(answer.context["adminform"].form.errors) == ["username"]
    assert User.objects.count() == before


@pytest.mark.parametrize("name", ["NINA_NURSE", "nin\u0430_nurse"])
def test_a_name_from_the_command_line_looks_like_no_other(name: str, nurse: User) -> None:
    with pytest.raises(CommandError):
        call_command("createsuperuser", "--noinput", username=name, email="")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", "PAUL_physician"),
        ("username", "nin\u0430"),
        ("first_name", "Ni\u200bna"),
        ("last_name", "\u3164"),
    ],
)
def test_an_account_is_not_renamed_to_what_looks_like_another(
    field: str, value: str, nurse: User, physician: User
) -> None:
    setattr(nurse, field, value)
    with pytest.raises(ValidationError) as refused:
        nurse.full_clean()
    assert list(refused.value.error_dict) == [field]


def test_an_account_from_before_keeps_its_name_and_a_new_one_is_in_one_form(nurse: User) -> None:
    unguarded(User).filter(pk=nurse.pk).update(username="ñina", first_name="Ni\u200bna")
    nurse = User.objects.get(pk=nurse.pk)
    nurse.set_password(OWN)
    nurse.last_name = "Ｎｕｒｓｅ "
    nurse.full_clean()
    nurse.save()
    assert nurse.last_name == "Nurse"
    assert sign_in("ñina", OWN).get(reverse("board")).status_code == 200


def test_two_names_that_differ_in_capitals_stop_the_migration_and_are_named(nurse: User) -> None:
    migration = import_module("patients.migrations.0012_user_names_told_apart")
    check = migration.refuse_names_that_differ_in_capitals_only
    editor = SimpleNamespace(connection=connection)
    check(apps, editor)
    with triggers.lifted(connection), connection.cursor() as cursor:
        cursor.execute("DROP INDEX user_name_once_in_any_case")
        User.objects.create_user("Nina_Nurse")
    with pytest.raises(CommandError, match="Nina_Nurse") as stopped:
        check(apps, editor)
    assert "nina_nurse" in str(stopped.value)


# A password that somebody else chose


def test_a_first_password_is_replaced_before_anything_else(
    admin_client: Client, ward: Ward
) -> None:
    page = add_account(admin_client)
    assert page.status_code == 302, page.context["errors"]
    Membership.objects.create(user=User.objects.get(username="nora_new"), ward=ward)
    client = sign_in("nora_new", GIVEN)
    change = reverse("account_change_password")
    for address in (reverse("board"), reverse("find"), reverse("rules"), "/admin/"):
        for ask in (client.get, client.post):
            assert ask(address)["Location"] == change
        by_script = client.get(address, headers={"HX-Request": "true"})
        assert (by_script.status_code, b"Change your password first" in by_script.content) == (
            401,
            True,
        )
    assert "An administrator chose your present password" in client.get(change).content.decode()

    assert change_password(client, GIVEN, GIVEN).status_code == 200
    assert client.get(reverse("board")).status_code == 302
    assert change_password(client, GIVEN, OWN)["Location"] == reverse("board")
    assert client.get(reverse("board")).status_code == 200
    assert sign_in("nora_new", OWN).get(reverse("board")).status_code == 200


def test_a_password_set_by_an_administrator_ends_the_sessions_and_is_replaced(
    admin_client: Client, nurse: User, db: None
) -> None:
    nurse.set_password(OWN)
    nurse.save()
    client = sign_in(nurse.username, OWN)
    assert give_password(admin_client, nurse).status_code == 302

    assert client.get(reverse("board"))["Location"].startswith(reverse("account_login"))
    again = sign_in(nurse.username, GIVEN)
    assert again.get(reverse("board"))["Location"] == reverse("account_change_password")
    assert admin_client.get(reverse("admin:index")).status_code == 200


@pytest.mark.parametrize("sign_out", ["account_logout", "admin:logout"])
def test_who_has_to_change_the_password_can_sign_out_instead(
    sign_out: str, admin_client: Client, nurse: User
) -> None:
    nurse.is_staff = True
    nurse.save()
    give_password(admin_client, nurse)
    client = sign_in(nurse.username, GIVEN)
    assert client.get(reverse(sign_out)).status_code == 200
    assert client.post(reverse(sign_out))["Location"] == reverse("account_login")
    assert SESSION_KEY not in client.session


@pytest.mark.parametrize("spelled", ["{}", "0{}", "%20{}"])
def test_an_administrator_changes_the_own_password_with_the_present_one(
    spelled: str, admin_client: Client, administrator: User
) -> None:
    before = administrator.password
    page = f"/admin/patients/user/{spelled.format(administrator.pk)}/password/"
    fields = {"password1": GIVEN, "password2": GIVEN, "usable_password": "true"}
    for answer in (admin_client.get(page), admin_client.post(page, fields)):
        assert answer["Location"] == reverse("account_change_password")
    assert User.objects.get(pk=administrator.pk).password == before


def test_a_password_from_the_command_line_need_not_be_replaced(db: None) -> None:
    User.objects.create_superuser("root_admin", password=OWN)
    assert sign_in("root_admin", OWN).get(reverse("board")).status_code == 200
    assert make_user("olga_other", Role.NURSE).must_change_password is False
