"""A note for the next shift stands until the handover after the next one is accepted."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.utils import timezone

from patients.door.refusals import Refused
from patients.models import Course, User, Ward
from patients.rounds.handover.acts import accept, hand_over, withdraw_note, write_note
from patients.rounds.handover.writing_down import content_of
from patients.rounds.models import HandoverNote
from tests.patients.entering import page, posted


def texts(ward: Ward) -> list[str]:
    [patient] = content_of(ward, timezone.now()).patients
    return [note.text for note in patient.notes]


def hand_and_take(ward: Ward, by: User, to: User) -> None:
    content = content_of(ward, timezone.now())
    accept(hand_over(ward, content, to=to, by=by, uid=uuid.uuid4()), by=to)


def test_a_note_reaches_the_next_shift_and_ends_with_its_handover(
    ward: Ward, course: Course, nurse: User, physician: User
) -> None:
    write_note(course, "asks for her glasses", by=nurse, uid=uuid.uuid4())
    assert texts(ward) == ["asks for her glasses"]
    hand_and_take(ward, nurse, physician)
    assert texts(ward) == ["asks for her glasses"]
    content = content_of(ward, timezone.now())
    hand_over(ward, content, to=nurse, by=physician, uid=uuid.uuid4())
    assert texts(ward) == ["asks for her glasses"]  # nobody accepted that one
    hand_and_take(ward, physician, nurse)
    assert texts(ward) == []
    assert HandoverNote.objects.get().withdrawn_at is None


def test_the_form_stores_a_note_once_and_shows_it_on_chart_and_handover(
    ward: Ward, course: Course, nurse_client: Client
) -> None:
    values = posted(course, text="  asks for her glasses ", back="handover")
    answers = [nurse_client.post(page("handover_note", course), values) for _ in range(2)]
    assert {answer["Location"] for answer in answers} == {f"/handover/?ward={ward.pk}"}
    assert HandoverNote.objects.get().text == "asks for her glasses"
    assert "asks for her glasses" in nurse_client.get(page("chart", course)).content.decode()
    assert "asks for her glasses" in nurse_client.get("/handover/").content.decode()


def test_an_empty_note_is_refused(course: Course, nurse_client: Client) -> None:
    answer = nurse_client.post(page("handover_note", course), posted(course, text="  "))
    assert answer.status_code == 422
    assert "Write what the next shift has to know." in answer.content.decode()


def test_a_note_is_withdrawn_with_a_reason_and_stays_stored(
    ward: Ward, course: Course, nurse: User, nurse_client: Client
) -> None:
    note = write_note(course, "asks for her glasses", by=nurse, uid=uuid.uuid4())
    address = page("handover_note_withdraw", course, note_uid=note.uid)
    assert nurse_client.post(address, posted(course, text="")).status_code == 422
    for _ in range(2):
        assert nurse_client.post(address, posted(course, text="she has them")).status_code == 302
    assert texts(ward) == []
    stored = HandoverNote.objects.get()
    assert (stored.withdrawn_reason, stored.withdrawn_by) == ("she has them", nurse)


def test_the_first_who_withdraws_a_note_stays_named(
    course: Course, nurse: User, physician: User
) -> None:
    note = write_note(course, "asks for her glasses", by=nurse, uid=uuid.uuid4())
    withdraw_note(note, "she has them", by=nurse)
    with pytest.raises(Refused, match="withdrawn by Nina Nurse: she has them"):
        withdraw_note(note, "another reason", by=physician)
