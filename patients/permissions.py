"""The permissions: what the door and the pages ask of the table of rights.

Membership of wards decides what a user sees, the role what the user does. The door asks with the
account and the course as they are stored under its lock; a page asks what it may show. A request
for a patient of another ward is answered with 404, not with a refusal.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404

from grading.event_kinds import DIAGNOSES
from grading.vocabulary import StepAnswer
from patients.models import (
    Adjudication,
    Assessment,
    ClinicalRow,
    Course,
    Event,
    Patient,
    Role,
    StepMark,
    User,
)
from patients.rights import (
    ADJUDICATE,
    ADMIT,
    ADMIT_CLOSED,
    CORRECT,
    CORRECT_INFUSION,
    CORRECT_PERSON,
    DECLINE,
    ENTER,
    GRADE_EVENTS,
    IMPORT,
    IMPORTER,
    NOBODY,
    RIGHTS,
    SEE,
    SET_ROUNDS,
    STRIKE_OUT,
    Amendable,
    Change,
    Right,
    Signer,
)

log = logging.getLogger("cartox.security")

Visitor = User | AnonymousUser


# The door: the account and the course as they are stored


def signer_of(user: Visitor | None) -> Signer:
    """`user` as the account is stored now, in one query: a role taken away signs nothing more."""
    if not isinstance(user, User):
        return Signer("", frozenset())
    accounts = User.objects.filter(pk=user.pk)
    stored = list(accounts.values_list("username", "role", "is_active", "memberships__ward"))
    if not stored:
        return Signer("", frozenset())
    username, role, is_active, _ = stored[0]
    if not is_active:
        role = IMPORT if username == IMPORTER else ""
    return Signer(role, frozenset(ward_id for *_, ward_id in stored if ward_id is not None))


def refusal_to_act(signer: Signer, right: Right, *ward_ids: int | None) -> str | None:
    """Why the signer may not do this on these wards; None where they may."""
    if signer.role in right.roles and all(signer.is_on(ward_id) for ward_id in ward_ids):
        return None
    return right.refusal


def rights_to_enter(row: ClinicalRow) -> list[Right]:
    """The rights that somebody needs who enters this row.

    A correction leaves an attribution confirmed that was so; any other confirms it anew. What a
    physician recorded of an event is a physician's to correct.
    """
    needed = [ENTER] if row.replaces is None else rights_to_correct(row.replaces)
    if _is_graded(row) and GRADE_EVENTS not in needed:
        needed.append(GRADE_EVENTS)
    confirms = isinstance(row, Assessment) and row.replaces is None and row.attribution_confirmed
    if confirms or isinstance(row, Adjudication):
        needed.append(ADJUDICATE)
    if isinstance(row, StepMark) and row.answer != StepAnswer.DONE:
        needed.append(DECLINE)
    return needed


def _is_graded(row: ClinicalRow) -> bool:
    """Whether the row is an event that only a physician records."""
    return isinstance(row, Event) and (row.kind in DIAGNOSES or row.grade is not None)


def rights_to_correct(row: ClinicalRow) -> list[Right]:
    """The rights that somebody needs who enters another row in place of this one."""
    return [CORRECT, GRADE_EVENTS] if _is_graded(row) else [CORRECT]


def rights_to_strike_out(row: ClinicalRow) -> list[Right]:
    """The rights that somebody needs who strikes out this row."""
    return [STRIKE_OUT, ADJUDICATE] if isinstance(row, Adjudication) else [STRIKE_OUT]


def refusal_to_admit(signer: Signer, course: Course) -> str | None:
    """Why the signer may not open this new course; None where they may."""
    is_open = course.is_open() and not course.outcome
    return refusal_to_act(signer, ADMIT if is_open else ADMIT_CLOSED, course.ward_id)


def refusal_to_amend(
    signer: Signer, stored: Amendable, changes: Mapping[str, Any], ward_ids: Collection[int]
) -> str | None:
    """Why the signer may not change these fields; None where they may.

    `ward_ids` are those of the course, or of all courses of the patient.
    """
    if ward_ids and not any(signer.is_on(ward_id) for ward_id in ward_ids):
        return SEE.refusal
    for name, value in changes.items():
        change = Change(stored, ward_ids, signer, value)
        lines = [right for right in RIGHTS if right.model is type(stored) and name in right.fields]
        holding = [right for right in lines if right.holds(change)]
        if not any(signer.role in right.roles for right in holding):
            return holding[0].refusal if holding else lines[0].refusal if lines else NOBODY
    return None


def refusal_to_set_rounds(signer: Signer, ward_id: int) -> str | None:
    """Why the signer may not set the rounds of this ward; None where they may.

    An administrator sets those of every ward, as in `/admin/`.
    """
    if signer.role == Role.ADMINISTRATOR:
        return None
    return refusal_to_act(signer, SET_ROUNDS, ward_id)


def ward_ids_of(stored: Amendable) -> set[int]:
    """The ward of a course, or those of all courses of a patient."""
    if isinstance(stored, Course):
        return {stored.ward_id}
    return set(stored.courses.values_list("ward", flat=True))


# The pages: what they show of a course that the user sees


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


def has_right(user: Visitor, right: Right) -> bool:
    """Whether the role of the user has this right."""
    return isinstance(user, User) and user.is_active and user.role in right.roles


def check_right(user: Visitor, right: Right) -> None:
    """Refuse with a sentence unless the role of the user has this right."""
    if not has_right(user, right):
        raise PermissionDenied(right.refusal)


def can_enter(user: Visitor) -> bool:
    """Whether the user may record assessments, labs, doses and events."""
    return has_right(user, ENTER)


def check_can_enter(user: Visitor) -> None:
    """Refuse with a sentence unless the user may record."""
    check_right(user, ENTER)


def can_set_infusion(user: Visitor, course: Course) -> bool:
    """Whether the user may change the infusion of this course, which they see."""
    role = user.role if isinstance(user, User) and user.is_active else ""
    signer = Signer(role, frozenset({course.ward_id}))
    infusion = dict.fromkeys(CORRECT_INFUSION.fields)
    return refusal_to_amend(signer, course, infusion, signer.ward_ids) is None


def refusal_to_correct_person(user: Visitor, patient: Patient) -> str | None:
    """Why the user may not correct the particulars of this patient; None where they may."""
    particulars = dict.fromkeys(CORRECT_PERSON.fields)
    return refusal_to_amend(signer_of(user), patient, particulars, ward_ids_of(patient))


def log_if_elsewhere(user: Visitor, patient: Patient, answer: str) -> None:
    """Log that a form told the user of a patient who is not on their wards; never who it is."""
    if not courses_visible_to(user).filter(patient=patient).exists():
        log.info("mrn_looked_up", extra={"facts": {"user": user.get_username(), "answer": answer}})
