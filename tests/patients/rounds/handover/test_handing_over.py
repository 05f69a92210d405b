"""A ward is handed over by one person and taken over by one other, on their own sign-in, once."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from patients import door
from patients.door.refusals import NotAllowed, Refused
from patients.models import Assessment, Course, Membership, Role, User, Ward
from patients.models.guarded import unguarded
from patients.rounds.handover.acts import accept, hand_over
from patients.rounds.handover.writing_down import content_of
from patients.rounds.models import Handover
from tests.conftest import INFUSED_AT, make_user
from tests.patients.door.test_races import in_parallel
from tests.storing import AssessmentAt

Hand = Callable[..., Handover]


@pytest.fixture(autouse=True)
def on_the_day_of_the_infusion() -> Iterator[None]:
    """The course is admitted then: every save of a course is later than the one before."""
    with time_machine.travel(INFUSED_AT, tick=False):
        yield


@pytest.fixture
def hand(ward: Ward, nurse: User, physician: User) -> Hand:
    """Hand the ward over from nurse to physician, or to another one."""

    def act(to: User | None = None, by: User | None = None, uid: UUID | None = None) -> Handover:
        content = content_of(ward, timezone.now())
        return hand_over(ward, content, to=to or physician, by=by or nurse, uid=uid or uuid.uuid4())

    return act


@pytest.fixture
def colleague(ward: Ward) -> User:
    return make_user("nora_night", Role.NURSE, ward)


def give(client: Client, ward: Ward, to: User, uid: UUID | None = None) -> Any:
    values = {"to": str(to.pk), "uid": str(uid or uuid.uuid4())}
    return client.post(reverse("handover_give", args=[ward.pk]), values)


def take(client: Client, row: Handover) -> Any:
    return client.post(reverse("handover_accept", args=[row.uid]), {"uid": str(row.uid)})


def test_one_tap_hands_over_and_one_tap_of_the_other_takes_over(
    ward: Ward, course: Course, nurse_client: Client, physician: User, physician_client: Client
) -> None:
    answer = give(nurse_client, ward, physician)
    row = Handover.objects.get()
    assert answer["Location"] == reverse("handover_show", args=[row.uid])
    page = physician_client.get(answer["Location"]).content.decode()
    assert "I take over, Paul Physician, " in page
    assert take(physician_client, row).status_code == 302
    row.refresh_from_db()
    assert (row.accepted_by, row.handed_to) == (physician, physician)
    assert (
        "Taken over by <b>Paul Physician</b>"
        in nurse_client.get(answer["Location"]).content.decode()
    )


def test_twice_is_once(
    ward: Ward, nurse_client: Client, physician: User, physician_client: Client
) -> None:
    uid = uuid.uuid4()
    assert [give(nurse_client, ward, physician, uid).status_code for _ in range(2)] == [302, 302]
    row = Handover.objects.get()
    take(physician_client, row)
    row.refresh_from_db()
    accepted_at = row.accepted_at
    assert take(physician_client, row).status_code == 302
    row.refresh_from_db()
    assert row.accepted_at == accepted_at


def test_nobody_accepts_for_somebody_else(
    ward: Ward, hand: Hand, colleague: User, signed_in: Callable[[User], Client]
) -> None:
    row = hand()
    answer = take(signed_in(colleague), row)
    assert answer.status_code == 409
    assert "Only Paul Physician accepts it" in answer.content.decode()
    row.refresh_from_db()
    assert row.accepted_at is None


def test_the_database_takes_no_other_account_and_no_second_acceptance(
    hand: Hand, nurse: User, physician: User, colleague: User
) -> None:
    row = hand()
    rows = unguarded(Handover).filter(pk=row.pk)
    now = timezone.now()
    for by in (colleague, nurse):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(accepted_at=now, accepted_by=by)
    rows.update(accepted_at=now, accepted_by=physician)
    for change in ({"accepted_at": now + timedelta(1)}, {"content": {}}, {"handed_to": colleague}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.delete()


def test_nobody_hands_over_to_themselves_to_a_viewer_or_to_another_ward(
    hand: Hand,
    ward: Ward,
    nurse: User,
    viewer: User,
    other_ward_nurse: User,
    nurse_client: Client,
) -> None:
    for to in (nurse, viewer, other_ward_nurse):
        with pytest.raises(Refused):
            hand(to=to)
        assert give(nurse_client, ward, to).status_code == 422
    assert Handover.objects.count() == 0
    offered = nurse_client.get(reverse("handover")).content.decode()
    assert "Hand over to Paul Physician" in offered
    assert all(f"Hand over to {to}" not in offered for to in (nurse, viewer, other_ward_nurse))


def test_who_left_the_ward_takes_nothing_over(hand: Hand, physician: User) -> None:
    row = hand()
    Membership.objects.filter(user=physician).delete()
    with pytest.raises(NotAllowed):
        accept(row, by=physician)


def test_a_newer_handover_takes_the_place_of_one_that_was_not_accepted(
    ward: Ward, hand: Hand, physician: User, colleague: User, physician_client: Client
) -> None:
    older = hand()
    newer = hand(to=colleague)
    answer = take(physician_client, older)
    assert answer.status_code == 409
    assert "takes the place of this one" in answer.content.decode()
    page = physician_client.get(reverse("handover")).content.decode()
    assert "to <b>Nora Night</b>, not accepted yet" in page
    for row in (older, newer):
        address = reverse("handover_show", args=[row.uid])
        assert address in page
        assert physician_client.get(address).status_code == 200


def test_a_page_that_is_older_than_the_last_acceptance_hands_nothing_over(
    ward: Ward, hand: Hand, nurse: User, physician: User
) -> None:
    before = content_of(ward, timezone.now())
    accept(hand(), by=physician)
    with pytest.raises(Refused, match="accepted just now"):
        hand_over(ward, before, to=physician, by=nurse, uid=uuid.uuid4())


def test_what_was_handed_over_shows_as_it_was_after_a_correction(
    ward: Ward,
    course: Course,
    nurse: User,
    hand: Hand,
    physician_client: Client,
    assessment_at: AssessmentAt,
) -> None:
    first = assessment_at(40, temperature_c=Decimal("38.6"))
    at: datetime = course.infused_at + timedelta(hours=41)
    with time_machine.travel(at, tick=False):
        door.enter(course, [first], by=nurse)
        row = hand()
    replaced = Assessment.objects.get(uid=first.uid)
    with time_machine.travel(at + timedelta(hours=1), tick=False):
        door.enter(course, [assessment_at(40, replaces=replaced)], by=nurse)
    page = physician_client.get(reverse("handover_show", args=[row.uid])).content.decode()
    assert "<b>CRS 1</b>" in page
    assert "fever 38.6 °C" in page
    assert "Entries corrected since:" in page
    assert "assessment of 07 Jan 2026 03:00, corrected 07 Jan 05:00" in page


def test_a_handover_of_another_ward_is_answered_like_none(
    hand: Hand, other_ward_client: Client
) -> None:
    row = hand()
    for uid in (row.uid, uuid.uuid4()):
        assert other_ward_client.get(reverse("handover_show", args=[uid])).status_code == 404
        address = reverse("handover_accept", args=[uid])
        assert other_ward_client.post(address, {}).status_code == 404


def test_somebody_of_several_wards_chooses_one(
    ward: Ward, other_ward: Ward, nurse: User, nurse_client: Client
) -> None:
    Membership.objects.create(user=nurse, ward=other_ward)
    address = reverse("handover")
    assert "Which ward?" in nurse_client.get(address).content.decode()
    assert nurse_client.get(address, {"ward": str(other_ward.pk)}).status_code == 200
    assert nurse_client.get(address, {"ward": "999"}).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_of_many_taps_at_once_one_hands_over_and_one_takes_over(
    ward: Ward, course: Course, nurse: User, physician: User, colleague: User
) -> None:
    content, uid = content_of(ward, timezone.now()), uuid.uuid4()
    answers = in_parallel(
        *[lambda: hand_over(ward, content, to=physician, by=nurse, uid=uid) for _ in range(6)]
    )
    assert {answer.uid for answer in answers} == {uid}
    row = Handover.objects.get()
    answers = in_parallel(
        *[lambda: accept(row, by=physician) for _ in range(4)],
        *[lambda: accept(row, by=colleague) for _ in range(4)],
    )
    assert {answer.accepted_at for answer in answers[:4]} == {Handover.objects.get().accepted_at}
    assert all(isinstance(answer, NotAllowed) for answer in answers[4:])


@pytest.mark.django_db(transaction=True)
def test_of_a_newer_handover_and_an_acceptance_at_once_one_comes_first(
    ward: Ward, course: Course, nurse: User, physician: User, colleague: User
) -> None:
    content = content_of(ward, timezone.now())
    older = hand_over(ward, content, to=physician, by=nurse, uid=uuid.uuid4())
    accepted, newer = in_parallel(
        lambda: accept(older, by=physician),
        lambda: hand_over(ward, content, to=colleague, by=nurse, uid=uuid.uuid4()),
    )
    assert isinstance(accepted, Refused) != isinstance(newer, Refused)
    assert connection.is_usable()
