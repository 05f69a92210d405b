"""What a call writes for the addresses of this site, and what a message says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django_tasks_db.models import DBTaskResult

from patients.models import Course, User
from patients.rounds.messages.outbox import write_messages
from patients.rounds.messages.site_messages import SiteMessages
from patients.rounds.models import Escalation, Message
from patients.rounds.stored_calls import call_stored
from tests.patients.rounds.messages.calling import (
    AT,
    ICU,
    ON_CALL,
    SITE,
    UNADDRESSED,
    add,
    amend_bed,
    open_call,
)


def test_each_step_with_an_address_has_a_message_from_the_moment_it_is_reached(
    course: Course, nurse: User
) -> None:
    open_call(course, nurse, steps=(ON_CALL, UNADDRESSED, ICU))
    messages = [(row.address, row.not_before) for row in Message.objects.order_by("step")]
    assert messages == [("on_call", AT), ("icu", AT + timedelta(minutes=15))]
    tasks = DBTaskResult.objects.order_by("run_after").values_list("run_after", flat=True)
    assert list(tasks) == [AT, AT + timedelta(minutes=15)]


def test_a_site_without_addresses_writes_nothing(
    course: Course, nurse: User, settings: Any, django_assert_num_queries: Any
) -> None:
    settings.CARTOX_MESSAGES = SiteMessages()
    call = open_call(course, nurse)
    call_as_told = call_stored(call)
    with django_assert_num_queries(0):
        write_messages(call, call_as_told)
    assert (Message.objects.count(), DBTaskResult.objects.count()) == (0, 0)


def test_an_address_that_the_settings_do_not_have_gets_nothing(
    course: Course, nurse: User, settings: Any
) -> None:
    settings.CARTOX_MESSAGES = SiteMessages({"other": "json://127.0.0.1"}, base_url=SITE.base_url)
    open_call(course, nurse)
    assert Message.objects.count() == 0


def test_a_call_that_is_undone_leaves_neither_message_nor_task(course: Course, nurse: User) -> None:
    with transaction.atomic():
        open_call(course, nurse)
        transaction.set_rollback(True)
    rows = (Escalation.objects.count(), Message.objects.count(), DBTaskResult.objects.count())
    assert rows == (0, 0, 0)


def test_messages_written_twice_are_stored_once(course: Course, nurse: User) -> None:
    call = open_call(course, nurse)
    write_messages(call, call_stored(call))
    assert (Message.objects.count(), DBTaskResult.objects.count()) == (1, 1)


def test_what_is_added_to_a_call_has_messages_of_its_own(course: Course, nurse: User) -> None:
    call = open_call(course, nurse)
    add(call, nurse, AT + timedelta(minutes=3), (ON_CALL,))
    messages = [(row.round, row.not_before) for row in Message.objects.order_by("round")]
    assert messages == [(1, AT), (2, AT + timedelta(minutes=3))]


def test_a_message_says_where_what_since_when_and_who_answers_by_when(
    course: Course, nurse: User
) -> None:
    open_call(course, nurse)
    assert Message.objects.get().text.splitlines() == [
        "Call: 7 East, bed 12",
        "CRS 2, was 1: oxygen 2 L/min, since 06 Jan 09:40",
        "To be answered by 06 Jan 10:10: physician on call, Bleep 4711",
        f"https://cartox.example.org/courses/{course.uid}/",
    ]


def test_an_unknown_bed_is_said(course: Course, nurse: User) -> None:
    amend_bed(course, nurse, "")
    open_call(course, nurse)
    assert Message.objects.get().text.startswith("Call: 7 East, bed not recorded\n")


def test_no_name_number_or_birth_date_leaves_even_where_somebody_typed_it(
    course: Course, nurse: User
) -> None:
    amend_bed(course, nurse, "12 Doe")
    open_call(course, nurse, text="JANE is worse, MRN 00123")
    text = Message.objects.get().text
    assert text.startswith("Call: 7 East, bed 12 …\n… is worse, MRN …, since")
    for identifying in ("doe", "jane", "00123", "1964"):
        assert identifying not in text.lower()


def test_name_and_number_leave_where_the_site_allows_it(
    course: Course, nurse: User, settings: Any
) -> None:
    settings.CARTOX_MESSAGES = SiteMessages(SITE.addresses, True, SITE.base_url)
    open_call(course, nurse)
    text = Message.objects.get().text
    assert text.splitlines()[1] == "DOE, Jane, MRN 00123"
    assert "1964" not in text
