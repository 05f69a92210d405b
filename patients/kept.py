"""What a worker keeps in its memory between requests, so that it is not read and made anew.

Only what follows from its key alone is kept: of a course, its `uid` with the version that every
entry and every change raises. So nothing kept is ever stale, and no worker has to be told.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar
from uuid import UUID

from patients.models import BoardRow
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
    chosen = {"course__ward": ward_id, "course__uid": uid}
    rows = BoardRow.objects.filter(
        course__ward__memberships__user=user.pk,
        course__closed_at=None,
        **{name: value for name, value in chosen.items() if value is not None},
    )
    return list(rows.values_list("course__uid", "version"))
