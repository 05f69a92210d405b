"""What a worker keeps in its memory between requests, so that it is not read and made anew.

Only what follows from its key alone is kept: of a course, its `uid` with the version that every
entry and every change raises. So nothing kept is ever stale, and no worker has to be told.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import connection

from patients.models import Course
from patients.permissions import Visitor

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """The values used last, so many at most. Shared by threads: a value must not be changed."""

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, Lock()
        self._values: OrderedDict[Hashable, Value] = OrderedDict()

    def get(self, key: Hashable) -> Value | None:
        with self._lock:
            value = self._values.get(key)
            if value is not None:
                self._values.move_to_end(key)
            return value

    def put(self, key: Hashable, value: Value) -> Value:
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            if len(self._values) > self._most:
                self._values.popitem(last=False)
        return value


def versions_of_open_courses(
    user: Visitor, *, ward_id: int | None = None, uid: UUID | None = None
) -> list[tuple[UUID, int]]:
    """The open courses that a user sees, each with its version; of one ward, or one course.

    The rows alone of `courses_visible_to`; a test compares the two.
    """
    values: list[Any] = [user.pk]
    asked = _VERSIONS
    if ward_id is not None:
        asked += " AND course.ward_id = %s"
        values.append(ward_id)
    if uid is not None:
        asked += " AND course.uid = %s"
        values.append(_uid_field.get_db_prep_value(uid, connection))
    with connection.cursor() as cursor:
        cursor.execute(asked, values)
        return [(_as_uuid(found), version) for found, version in cursor.fetchall()]


def version_of(user: Visitor, uid: UUID) -> int | None:
    """The version of an open course; None where it is closed, or not theirs to see.

    To be asked for before the course is read, so that what is kept under it is never older.
    """
    return next((version for _, version in versions_of_open_courses(user, uid=uid)), None)


_VERSIONS = """
    SELECT course.uid, board.version
    FROM patients_boardrow board
    JOIN patients_course course ON course.id = board.course_id
    JOIN patients_membership member ON member.ward_id = course.ward_id
    WHERE member.user_id = %s AND course.closed_at IS NULL"""
"""Asked by every open board every 15 s: to put it together anew took longer than its answer."""

_uid_field = Course._meta.get_field("uid")


def _as_uuid(found: Any) -> UUID:
    return found if isinstance(found, UUID) else UUID(found)  # SQLite keeps them as text
