"""What is logged of accounts: who made, changed, opened and closed them, and gave which rights.

Signals of the models are followed, not the pages, so that the admin, its actions, the command line
and a shell are logged alike; the managers refuse what sends no signal. A line is written when the
change is committed, so that a change that failed leaves none. SQL by hand leaves none either.
"""

from __future__ import annotations

import os
import pwd
import sys
from functools import partial
from pathlib import Path
from typing import Any

from allauth.core import context
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.hashers import get_hasher
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save
from django.utils import timezone

from cartox_site.security_log import account_named, record, record_without_request
from patients.models import Membership, User
from patients.sessions import sessions_ended

LOGGED_FIELDS = (
    "username",
    "first_name",
    "last_name",
    "role",
    "is_active",
    "is_staff",
    "is_superuser",
)


def follow_accounts() -> None:
    """Connect the receivers of this module."""
    for model in (User, Membership):
        pre_save.connect(note_stored, sender=model)
    post_save.connect(log_account, sender=User)
    post_save.connect(log_membership, sender=Membership)
    post_delete.connect(log_membership_taken, sender=Membership)
    for through in (User.groups.through, User.user_permissions.through, Group.permissions.through):
        m2m_changed.connect(log_rights, sender=through)
    pre_delete.connect(log_group_deleted, sender=Group)
    post_delete.connect(log_unlocked, sender=AccessAttempt)
    sessions_ended.connect(log_sessions_ended)


def record_at_commit(event: str, **facts: Any) -> None:
    """Log `event` when the present transaction is committed, with who acts now."""
    request = context.request
    if request is not None:
        transaction.on_commit(partial(record, event, request, **facts))
        return
    command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:2]])
    who = {"command": command, "os_user": _os_user()}
    transaction.on_commit(partial(record_without_request, event, **who, **facts))


def note_stored(sender: type[User | Membership], instance: Any, **_: Any) -> None:
    """Keep what the database holds of a row that is about to be saved."""
    instance.stored_before = sender.objects.filter(pk=instance.pk).first()


def log_account(instance: User, update_fields: frozenset[str] | None, **_: Any) -> None:
    """Log a new account, and what changed of an old one from what to what.

    At a sign-in Django may store the same password anew, by a newer hash: that is no change.
    """
    before: User | None = instance.stored_before  # type: ignore[attr-defined]
    if before is None:
        given = {name: getattr(instance, name) for name in LOGGED_FIELDS}
        has_password = instance.has_usable_password()
        record_at_commit(
            "account_created", account=instance.username, has_password=has_password, given=given
        )
        return
    changed = {
        name: [getattr(before, name), getattr(instance, name)]
        for name in LOGGED_FIELDS
        if (update_fields is None or name in update_fields)
        and getattr(before, name) != getattr(instance, name)
    }
    if changed:
        record_at_commit("account_changed", account=before.username, changed=changed)
    request = context.request
    was_set = getattr(instance, "_password", None) is not None  # by set_password
    is_rehash = (
        update_fields == frozenset({"password"}) and not was_set and _is_of_old_hasher(before)
    )
    is_stored = update_fields is None or "password" in update_fields
    if is_stored and before.password != instance.password and not is_rehash:
        is_own = request is not None and request.user == instance
        event = "password_changed" if is_own else "password_set"
        usable = instance.has_usable_password()
        record_at_commit(event, account=instance.username, has_password=usable)


def log_membership(instance: Membership, **_: Any) -> None:
    """Log who was given a ward, and who lost it where a membership was rewritten."""
    before: Membership | None = instance.stored_before  # type: ignore[attr-defined]
    if before is not None:
        if (before.user_id, before.ward_id) == (instance.user_id, instance.ward_id):
            return
        log_membership_taken(before)
    facts = {"account": instance.user.username, "ward": instance.ward.name}
    record_at_commit("membership_given", **facts)


def log_membership_taken(instance: Membership, **_: Any) -> None:
    facts = {"account": instance.user.username, "ward": instance.ward.name}
    record_at_commit("membership_taken", **facts)


def log_rights(
    instance: Model, action: str, model: type[Model], pk_set: set[Any] | None, **_: Any
) -> None:
    """Log groups and permissions of the admin that were given to an account or a group, or taken.

    Where all are taken at once, `pk_set` is None.
    """
    event = {"post_add": "rights_given", "post_remove": "rights_taken", "pre_clear": "rights_taken"}
    if action not in event or pk_set == set():
        return
    rows = model._default_manager.filter(pk__in=pk_set or ())  # noqa: SLF001 - of any model
    rights = ["all"] if pk_set is None else sorted(_right(row) for row in rows)
    record_at_commit(event[action], of=_right(instance), rights=rights)


def log_group_deleted(instance: Group, **_: Any) -> None:
    accounts = sorted(instance.user_set.values_list("username", flat=True))
    record_at_commit("rights_taken", of=accounts, rights=[_right(instance)])


def log_unlocked(instance: AccessAttempt, **_: Any) -> None:
    """Log that somebody took away failures that still counted, which unlocks a name."""
    request = context.request
    is_over = instance.attempt_time <= timezone.now() - settings.AXES_COOLOFF_TIME
    by_name = "" if request is None else request.user.get_username().casefold()
    if not is_over and by_name != instance.username:
        facts = {"failures": instance.failures_since_start, "unlocked_at": instance.ip_address}
        record_at_commit("unlocked", account=account_named(instance.username or ""), **facts)


def log_sessions_ended(user_key: str, count: int, **_: Any) -> None:
    account = User.objects.filter(pk=user_key).values_list("username", flat=True).first()
    record_at_commit("sessions_ended", account=account, sessions=count)


def _is_of_old_hasher(user: User) -> bool:
    newest = get_hasher()
    is_newest = user.password.startswith(f"{newest.algorithm}$")
    return not is_newest or newest.must_update(user.password)


def _right(row: Model) -> str:
    """An account, a group or a permission by its kind and name."""
    return f"{row._meta.verbose_name} {getattr(row, 'username', row)}"


def _os_user() -> str:
    """The account of the operating system, since nobody is signed in at the command line."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
