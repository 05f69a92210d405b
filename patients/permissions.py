"""Who may see and do what. Wards decide what is seen, roles what is done.

A patient of another ward does not exist for you: the answer is 404, not a refusal.
"""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404

from patients.models import Course, Role, User

ENTERING = frozenset({Role.NURSE, Role.PHYSICIAN})
"""Roles that record what they see and give. Viewers and administrators read, if members."""

Visitor = User | AnonymousUser


def courses_visible_to(user: Visitor) -> QuerySet[Course]:
    """The courses on the user's wards, closed ones included. Being an administrator adds none."""
    if not isinstance(user, User) or not user.is_active:
        return Course.objects.none()
    return Course.objects.filter(ward__memberships__user=user).select_related("patient", "ward")


def get_course_or_404(user: Visitor, uid: UUID | str) -> Course:
    """The course, if it is on one of the user's wards."""
    course = courses_visible_to(user).filter(uid=uid).first()
    if course is None:
        raise Http404("There is no such course on your wards.")
    return course


def can_enter(user: Visitor) -> bool:
    """Whether the user records assessments, labs, doses and events."""
    return isinstance(user, User) and user.is_active and user.role in ENTERING


def check_can_enter(user: Visitor) -> None:
    """Refuse with a sentence unless the user may record."""
    if not can_enter(user):
        raise PermissionDenied("Only nurses and physicians of this ward can make entries.")
