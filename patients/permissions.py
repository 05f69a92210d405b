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

DECIDING = frozenset({Role.PHYSICIAN})
"""Roles that correct the infusion time, which moves every grade's window, and that close and
reopen a course. Admitting, moving and every other correction belong to all who record."""

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


def can_decide(user: Visitor) -> bool:
    """Whether the user corrects infusion times, closes and reopens courses."""
    return isinstance(user, User) and user.is_active and user.role in DECIDING


def check_can_decide(user: Visitor) -> None:
    """Refuse with a sentence unless the user is a physician."""
    if not can_decide(user):
        raise PermissionDenied("Only a physician of this ward closes or reopens a course.")


def can_set_infusion(user: Visitor, course: Course) -> bool:
    """A planned infusion is recorded by whoever gives it; a given one only a physician corrects."""
    return can_decide(user) or (can_enter(user) and course.infusion_planned)
