"""The one place that writes drafts: kept while somebody types, gone at saving or after 12 h.

A draft takes no turn among the writers of the record (`patients/write_queue.py`): where the
database is busy it is the draft that has to wait.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.utils import timezone

from patients.drafts.addresses import course_uid_of, form_at
from patients.drafts.models import KEPT_FOR, Draft
from patients.models import Course, User
from patients.models.ice.strokes import MOST_CHARACTERS
from patients.permissions import can_enter, courses_visible_to

LONGEST = 50_000 + MOST_CHARACTERS
"""Characters of a draft: less than 10,000 without its notes, and what a patient wrote by hand."""
MOST_FORMS = 50
"""Drafts of one user at a time: three for each bed of a full ward."""
MOST_A_MINUTE = 60
"""Writes of one user: four forms being typed at once come to 16, and each that is left to one."""
OFTENEST = timedelta(seconds=10)
"""A form sends what is typed every 15 s; one that is left may send it sooner."""


class DraftRefused(Exception):
    """A draft that is not kept on the server, with the sentence that says why."""

    def __init__(self, sentence: str, status: HTTPStatus) -> None:
        self.sentence, self.status = sentence, status
        super().__init__(sentence)


@dataclass(frozen=True, slots=True)
class Typed:
    """What the page of a form sends of it. `age` is that of its oldest value."""

    address: str
    form_uid: UUID
    title: str
    content: str
    revision: int
    age: timedelta
    was_sent: bool
    is_left: bool


def keep_draft(typed: Typed, *, by: User) -> Course | None:
    """Store the draft of a form and give its course; an older one changes nothing."""
    course = _course_of(typed.address, by)
    _check_content(typed.content)
    _check_rate(by)
    now = timezone.now()
    values: dict[str, Any] = {
        "course": course,
        "address": typed.address,
        "title": typed.title,
        "content": typed.content,
        "revision": typed.revision,
        "was_sent": typed.was_sent,
        "typed_at": now,
    }
    first = max(now - max(typed.age, timedelta()), now - 2 * KEPT_FOR)
    try:
        with transaction.atomic():
            _write(typed, values | {"first_typed_at": first}, by, now)
    except IntegrityError:  # the same form at the same moment, by another request
        with transaction.atomic():
            _write(typed, values | {"first_typed_at": first}, by, now)
    return course


def _course_of(address: str, by: User) -> Course | None:
    """The course of the form, where the user may enter something; None for one of a ward."""
    page = form_at(address)
    if page is None:
        raise DraftRefused("Nothing that is typed on this page is kept.", HTTPStatus.NOT_FOUND)
    if (uid := course_uid_of(page)) is None:
        return None
    course = courses_visible_to(by).filter(uid=uid).first()
    if course is None:
        raise DraftRefused("This patient is no longer on your wards.", HTTPStatus.NOT_FOUND)
    if not can_enter(by):
        raise DraftRefused("You may no longer enter anything.", HTTPStatus.FORBIDDEN)
    return course


def _check_content(content: str) -> None:
    if len(content) > LONGEST:
        sentence = f"It is longer than a draft can be, {LONGEST:,} characters. Shorten the note."
        raise DraftRefused(sentence, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        pairs = json.loads(content)
        texts = [text for pair in pairs for text in pair]
        is_right = all(len(pair) == 2 for pair in pairs)
    except (ValueError, TypeError):
        is_right, texts = False, []
    if not is_right or not all(isinstance(text, str) for text in texts):
        raise DraftRefused("It did not arrive whole.", HTTPStatus.BAD_REQUEST)


def _check_rate(by: User) -> None:
    """Refuse more writes a minute than people can cause; each worker counts for itself."""
    key = f"drafts-{by.pk}"
    cache.add(key, 0, timeout=60)
    try:
        count = cache.incr(key)
    except ValueError:  # forgotten just now
        return
    if count > MOST_A_MINUTE:
        raise _too_often()


def _too_often() -> DraftRefused:
    return DraftRefused("It comes too often.", HTTPStatus.TOO_MANY_REQUESTS)


def _write(typed: Typed, values: dict[str, Any], by: User, now: datetime) -> None:
    """Store the row of this form, and take away those whose time is over, of everybody."""
    Draft.objects.filter(typed_at__lte=now - KEPT_FOR).delete()
    theirs = Draft.objects.filter(user=by)
    row = theirs.filter(form_uid=typed.form_uid).first()
    if row is None:
        if theirs.count() >= MOST_FORMS:
            sentence = f"You have {MOST_FORMS} unfinished forms. Save or discard one of them."
            raise DraftRefused(sentence, HTTPStatus.CONFLICT)
        Draft.objects.create(user=by, form_uid=typed.form_uid, **values)
        return
    if row.revision >= typed.revision and row.was_sent >= typed.was_sent:
        return
    if not typed.is_left and now - row.typed_at < OFTENEST:
        raise _too_often()
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=[name for name in values if name != "first_typed_at"])


def forget_draft(form_uid: UUID, *, by: User) -> None:
    """Delete the draft of this form, if there is one: it was saved, or nobody wants it."""
    rows = Draft.objects.filter(user=by, form_uid=form_uid)
    if rows.exists():
        rows.delete()


def drafts_of(user: User, now: datetime) -> list[Draft]:
    """The drafts that are offered to this user, the newest first."""
    recent = Draft.objects.filter(user=user, typed_at__gt=now - KEPT_FOR)
    return list(recent.select_related("course__patient", "course__ward").order_by("-typed_at"))
