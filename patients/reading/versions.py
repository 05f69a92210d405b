"""The versions by which pages know whether what they have read or written still holds.

The version of a course rises with every entry and every change. A worker keeps two things under
it: the course file (`course_file.py`) and finished fragments (`{% cache %}` in templates).
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import connection

from grading.rules.systems import rules_version
from patients.models import Course
from patients.permissions import Visitor
from patients.regrading.graded import rules_of_site

PAGES = "4"
"""Raised when a page is written differently, so that open pages fetch themselves anew."""


def application_version() -> str:
    """The version of all that is the same for every course: pages, rules, and the site's words."""
    site = rules_of_site()
    return f"{PAGES} {rules_version(site.local)} {site.version_of_options()}"


def versions_of_open_courses(
    user: Visitor, *, ward_id: int | None = None, uid: UUID | None = None
) -> list[tuple[UUID, int]]:
    """The open courses that a user sees, each with its version; of one ward, or one course.

    The rows alone of `courses_visible_to`; a test compares the two.
    """
    values: list[Any] = [user.pk]
    query = _VERSIONS
    if ward_id is not None:
        query += " AND course.ward_id = %s"
        values.append(ward_id)
    if uid is not None:
        query += " AND course.uid = %s"
        values.append(_uid_field.get_db_prep_value(uid, connection))
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        # SQLite keeps a uid as text
        return [(UUID(str(stored)), version) for stored, version in cursor.fetchall()]


def version_of(user: Visitor, uid: UUID) -> int | None:
    """The version of an open course; None where it is closed, or not visible to them.

    It is asked for before the course is read, so that nothing is cached under a newer version.
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
