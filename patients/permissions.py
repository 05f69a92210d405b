"""The permissions. Membership of wards decides what a user sees, the role what the user does.

A request for a patient of another ward is answered with 404, not with a refusal.
"""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404

from patients.models import Course, Role, User

ENTERING = frozenset({Role.NURSE, Role.PHYSICIAN})
"""The roles that make entries. Viewers and administrators read, if they are members of the ward."""

DECIDING = frozenset({Role.PHYSICIAN})
"""The roles that correct the infusion time, which moves the window of every grade, and that close
and reopen a course. The roles of `ENTERING` admit, move and make every other correction."""

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
    """Whether the user may record assessments, labs, doses and events."""
    return isinstance(user, User) and user.is_active and user.role in ENTERING


def check_can_enter(user: Visitor) -> None:
    """Refuse with a sentence unless the user may record."""
    if not can_enter(user):
        raise PermissionDenied("Only nurses and physicians of this ward can make entries.")


def can_decide(user: Visitor) -> bool:
    """Whether the user may correct infusion times, close and reopen courses."""
    return isinstance(user, User) and user.is_active and user.role in DECIDING


def check_can_decide(user: Visitor) -> None:
    """Refuse with a sentence unless the user is a physician."""
    if not can_decide(user):
        raise PermissionDenied("Only a physician of this ward closes or reopens a course.")


def can_set_infusion(user: Visitor, course: Course) -> bool:
    """Whether the user sets the infusion: a planned one needs `can_enter`, else `can_decide`."""
    return can_decide(user) or (can_enter(user) and course.infusion_planned)
