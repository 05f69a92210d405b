"""Each change of an account leaves its line in the security log, whatever way it was made."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse

from cartox_site.json_lines import JsonLines
from patients.models import Membership, Role, User, Ward

PASSWORD = "a long enough passphrase"
NEW = "another long passphrase"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def committed(django_capture_on_commit_callbacks: Any, nurse: User, ward: Ward) -> Any:
    """What a test changes is committed as it is done; the ward and its nurse stood before."""
    return django_capture_on_commit_callbacks


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture, committed: Any) -> Callable[..., list[dict[str, Any]]]:
    """Call with a change to get the lines that it left."""

    def left_by(change: Callable[[], Any]) -> list[dict[str, Any]]:
        caplog.set_level(logging.INFO, logger="cartox.security")
        caplog.clear()
        with committed(execute=True):
            change()
        records = [record for record in caplog.records if record.name == "cartox.security"]
        return [json.loads(JsonLines().format(record)) for record in records]

    return left_by


@pytest.fixture
def admin_client(administrator: User, signed_in: Callable[[User], Client]) -> Client:
    return signed_in(administrator)


def posted_account(client: Client, user: User, **changes: Any) -> Callable[[], Any]:
    """The page of the account in the admin, with these changes, ready to be sent."""
    page = reverse("admin:patients_user_change", args=[user.pk])
    context = client.get(page).context
    forms = [context["adminform"].form]
    forms += [form for inline in context["inline_admin_formsets"] for form in inline.formset.forms]
    forms += [inline.formset.management_form for inline in context["inline_admin_formsets"]]
    fields = {
        field.html_name: field.value()
        for form in forms
        for field in form
        if field.value() not in (None, False) and field.name not in {"last_login", "date_joined"}
    }
    fields |= {"date_joined_0": "2026-01-01", "date_joined_1": "08:00:00"} | changes
    fields = {name: value for name, value in fields.items() if value is not None}

    def send() -> None:
        assert client.post(page, fields).status_code == 302

    return send


def test_a_role_and_flags_changed_in_the_admin_are_logged_from_what_to_what(
    admin_client: Client, administrator: User, nurse: User, lines: Any
) -> None:
    [line] = lines(posted_account(admin_client, nurse, role="physician", is_staff="on"))
    assert (line["event"], line["user"]) == ("account_changed", administrator.username)
    assert (line["account"], line["address"]) == (nurse.username, "127.0.0.1")
    assert line["changed"] == {"role": ["nurse", "physician"], "is_staff": [False, True]}


def test_an_account_that_is_saved_unchanged_leaves_no_line(
    admin_client: Client, nurse: User, lines: Any
) -> None:
    assert lines(posted_account(admin_client, nurse)) == []
    assert lines(nurse.save) == []


def test_a_ward_given_and_taken_beside_the_account_is_logged(
    admin_client: Client, nurse: User, ward: Ward, other_ward: Ward, lines: Any
) -> None:
    added = {"memberships-1-ward": other_ward.pk, "memberships-1-user": nurse.pk}
    added |= {"memberships-TOTAL_FORMS": 2, "memberships-0-DELETE": "on"}
    logged = lines(posted_account(admin_client, nurse, **added))
    assert [(line["event"], line["account"], line["ward"]) for line in logged] == [
        ("membership_taken", nurse.username, ward.name),
        ("membership_given", nurse.username, other_ward.name),
    ]


def test_a_membership_by_its_own_page_is_logged(
    admin_client: Client, nurse: User, ward: Ward, other_ward: Ward, lines: Any
) -> None:
    membership = nurse.memberships.get()
    page = reverse("admin:patients_membership_change", args=[membership.pk])
    moved = {"user": nurse.pk, "ward": other_ward.pk}
    logged = lines(lambda: admin_client.post(page, moved))
    assert [(line["event"], line["ward"]) for line in logged] == [
        ("membership_taken", ward.name),
        ("membership_given", other_ward.name),
    ]
    chosen = {"action": "delete_selected", "_selected_action": [membership.pk], "post": "yes"}
    address = reverse("admin:patients_membership_changelist")
    [line] = lines(lambda: admin_client.post(address, chosen))
    assert (line["event"], line["ward"]) == ("membership_taken", other_ward.name)


def test_an_account_made_and_a_password_given_in_the_admin_are_logged(
    admin_client: Client, administrator: User, lines: Any
) -> None:
    fields = {"username": "nora_new", "role": "nurse", "password1": PASSWORD, "password2": PASSWORD}
    inline = {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
    add = reverse("admin:patients_user_add")
    [made] = lines(lambda: admin_client.post(add, fields | inline | {"usable_password": "true"}))
    assert (made["event"], made["user"]) == ("account_created", administrator.username)
    assert (made["account"], made["given"]["role"]) == ("nora_new", "nurse")

    user = User.objects.get(username="nora_new")
    page = reverse("admin:auth_user_password_change", args=[user.pk])
    given = {"password1": NEW, "password2": NEW, "usable_password": "true"}
    [line] = lines(lambda: admin_client.post(page, given))
    assert (line["event"], line["account"]) == ("password_set", "nora_new")
    assert line["user"] == administrator.username
    assert PASSWORD not in json.dumps([made, line])
    assert NEW not in json.dumps([made, line])


def test_sessions_that_an_administrator_ends_are_logged(
    admin_client: Client, administrator: User, nurse_client: Client, nurse: User, lines: Any
) -> None:
    nurse_client.get(reverse("board"))
    address = reverse("admin:patients_user_changelist")
    for action, events in (
        ("sign_out_everywhere", {"sessions_ended"}),
        ("deactivate", {"account_changed"}),
    ):
        chosen = {"action": action, "_selected_action": [nurse.pk]}
        logged = lines(lambda: admin_client.post(address, chosen))  # noqa: B023
        assert {line["event"] for line in logged} == events
        assert {(line["user"], line["account"]) for line in logged} == {
            (administrator.username, nurse.username)
        }


def test_unlocking_is_logged_and_a_count_that_ran_out_is_not(
    admin_client: Client, administrator: User, nurse: User, lines: Any
) -> None:
    wrong = {"login": nurse.username, "password": "wrong"}
    for _ in range(5):
        Client().post(reverse("account_login"), wrong)
    chosen = {"action": "delete_selected", "post": "yes"}
    chosen |= {"_selected_action": [AccessAttempt.objects.get().pk]}
    address = reverse("admin:axes_accessattempt_changelist")
    [line] = lines(lambda: admin_client.post(address, chosen))
    assert (line["event"], line["user"]) == ("unlocked", administrator.username)
    assert (line["account"], line["failures"]) == (nurse.username, 5)

    nurse.set_password(PASSWORD)
    nurse.save()
    Client().post(reverse("account_login"), wrong)
    right = wrong | {"password": PASSWORD}
    logged = lines(lambda: Client().post(reverse("account_login"), right))
    assert [line["event"] for line in logged] == ["sign_in"]


@pytest.mark.parametrize(
    ("command", "event"),
    [
        (["createsuperuser", "--no-input", "--username", "root", "--email", "r@example.org"], None),
        (["axes_reset"], "unlocked"),
    ],
)
def test_the_command_line_is_logged_with_who_runs_it(
    command: list[str], event: str | None, nurse: User, lines: Any
) -> None:
    for _ in range(5):
        Client().post(reverse("account_login"), {"login": nurse.username, "password": "wrong"})
    [line] = lines(lambda: call_command(*command, stdout=StringIO()))
    assert line["event"] == (event or "account_created")
    assert (line["user"], line["address"]) == (None, None)
    assert line["os_user"]
    assert line["command"]


def by_shell(nurse: User, other_ward: Ward) -> dict[str, Callable[[], Any]]:
    def password() -> None:
        nurse.set_password(NEW)
        nurse.save()

    def field(name: str, value: Any) -> Callable[[], Any]:
        def change() -> None:
            setattr(nurse, name, value)
            nurse.save(update_fields=[name])

        return change

    group = Group.objects.create(name="keepers")
    permission = Permission.objects.get(codename="change_user")
    return {
        "account_created": lambda: User.objects.create_user("nora_new"),
        "account_changed": field("is_superuser", True),
        "password_set": password,
        "membership_given": lambda: Membership.objects.create(user=nurse, ward=other_ward),
        "membership_taken": nurse.memberships.all().delete,
        "rights_given": lambda: nurse.user_permissions.add(permission),
        "rights_given to a group": lambda: group.permissions.set([permission]),
        "rights_given by the group": lambda: group.user_set.add(nurse),
        "rights_taken": nurse.groups.clear,
        "rights_taken with the group": group.delete,
    }


@pytest.mark.parametrize(
    "what",
    [
        "account_created",
        "account_changed",
        "password_set",
        "membership_given",
        "membership_taken",
        "rights_given",
        "rights_given to a group",
        "rights_given by the group",
        "rights_taken",
        "rights_taken with the group",
    ],
)
def test_a_shell_is_logged_and_what_it_takes_back_is_not(
    what: str, nurse: User, other_ward: Ward, lines: Any
) -> None:
    change = by_shell(nurse, other_ward)[what]

    def taken_back() -> None:
        with transaction.atomic():
            change()
            transaction.set_rollback(True)

    if what in {"account_created", "membership_given", "membership_taken"}:
        assert lines(taken_back) == []
    [line] = lines(change)
    assert line["event"] == what.split(" ", maxsplit=1)[0]
    assert NEW not in json.dumps(line)


def test_a_change_that_fails_leaves_no_line(nurse: User, lines: Any) -> None:
    def fail() -> None:
        nurse.role = "a role that is none"
        with pytest.raises(Exception, match="user_role_known_word"), transaction.atomic():
            nurse.save()

    assert lines(fail) == []


def test_a_password_that_is_hashed_anew_at_sign_in_is_not_logged_as_changed(
    nurse: User, settings: Any, lines: Any
) -> None:
    nurse.set_password(PASSWORD)
    nurse.save()
    old = nurse.password
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]
    credentials = {"login": nurse.username, "password": PASSWORD}
    logged = lines(lambda: Client().post(reverse("account_login"), credentials))
    assert [line["event"] for line in logged] == ["sign_in"]
    nurse.refresh_from_db()
    assert nurse.password != old


def test_every_role_is_given_with_its_line(nurse: User, lines: Any) -> None:
    for role in (Role.PHYSICIAN, Role.VIEWER, Role.ADMINISTRATOR):
        before, nurse.role = nurse.role, role
        [line] = lines(nurse.save)
        assert line["changed"] == {"role": [before, role]}
