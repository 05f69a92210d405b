"""Wards decide what is seen, roles what is done."""

from __future__ import annotations

import uuid

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404

from patients import door
from patients.door.refusals import NotAllowed
from patients.models import Course, Membership, Patient, User
from patients.permissions import can_enter, check_can_enter, courses_visible_to, get_course_or_404
from patients.rights import RIGHTS


def test_members_see_the_courses_of_their_wards(
    course: Course, other_course: Course, nurse: User, viewer: User, other_ward_nurse: User
) -> None:
    assert list(courses_visible_to(nurse)) == [course]
    assert list(courses_visible_to(viewer)) == [course]
    assert list(courses_visible_to(other_ward_nurse)) == [other_course]


def test_a_member_of_two_wards_sees_both_once(
    course: Course, other_course: Course, nurse: User
) -> None:
    Membership.objects.create(user=nurse, ward=other_course.ward)
    assert sorted(courses_visible_to(nurse).values_list("pk", flat=True)) == sorted(
        [course.pk, other_course.pk]
    )


def test_a_patient_of_another_ward_does_not_exist(course: Course, other_ward_nurse: User) -> None:
    with pytest.raises(Http404):
        get_course_or_404(other_ward_nurse, course.uid)


def test_a_course_that_moves_is_seen_by_its_new_ward(
    course: Course, nurse: User, other_ward_nurse: User
) -> None:
    Membership.objects.create(user=nurse, ward=other_ward_nurse.wards.get())
    door.amend(course, by=nurse, reason="moved", changes={"ward": other_ward_nurse.wards.get()})
    nurse.memberships.get(ward=other_ward_nurse.wards.get()).delete()
    assert get_course_or_404(other_ward_nurse, course.uid) == course
    with pytest.raises(Http404):
        get_course_or_404(nurse, course.uid)


def test_an_administrator_reads_nothing_clinical_unless_a_member(
    course: Course, administrator: User
) -> None:
    assert list(courses_visible_to(administrator)) == []
    Membership.objects.create(user=administrator, ward=course.ward)
    assert list(courses_visible_to(administrator)) == [course]


def test_nobody_sees_anything_without_an_active_account(course: Course, nurse: User) -> None:
    assert list(courses_visible_to(AnonymousUser())) == []
    nurse.is_active = False
    assert list(courses_visible_to(nurse)) == []
    assert not can_enter(nurse)


def test_nurses_and_physicians_enter(nurse: User, physician: User) -> None:
    for user in (nurse, physician):
        check_can_enter(user)  # refuses by an exception
        assert can_enter(user)


def test_viewers_and_administrators_do_not_enter(viewer: User, administrator: User) -> None:
    for user in (viewer, administrator, AnonymousUser()):
        with pytest.raises(PermissionDenied, match="Only nurses and physicians"):
            check_can_enter(user)


@pytest.mark.parametrize("model", [Course, Patient])
def test_the_table_of_rights_names_every_field_that_can_be_changed(
    model: type[Course] | type[Patient],
) -> None:
    named = [right.fields for right in RIGHTS if right.model is model]
    assert frozenset().union(*named) == model.AMENDABLE


def test_a_field_without_a_right_is_nobodys(
    course: Course, physician: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Course, "AMENDABLE", Course.AMENDABLE | {"uid"})
    with pytest.raises(NotAllowed, match="Nobody has the right"):
        door.amend(course, by=physician, reason="r", changes={"uid": uuid.uuid4()})


def test_every_right_says_in_words_what_it_is() -> None:
    for right in RIGHTS:
        assert right.what
        assert right.condition
        assert right.refusal.endswith(".")
