"""A message is sent when its step is reached and still needed; what fails is tried again."""

from __future__ import annotations

import io
import logging
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from patients.models import Course, User
from patients.rounds.messages import deliver, sending
from patients.rounds.messages.deliver import CLAIM_HOLDS, PAUSES, attempt, claim
from patients.rounds.messages.message_text import AGAIN
from patients.rounds.messages.site_messages import SiteMessages
from patients.rounds.messages.sweep import turn, worker_named
from patients.rounds.models import Message
from patients.rounds.rules.calls import Answering
from tests.patients.rounds.messages.calling import (
    AT,
    ICU,
    ON_CALL,
    SITE,
    add,
    amend_bed,
    answer,
    close,
    open_call,
    receiving,
)

SECOND = timedelta(seconds=1)


def work() -> None:
    turn(worker_named("a"))


def test_a_message_leaves_when_its_step_is_reached_and_not_before(
    course: Course, nurse: User, clock: time_machine.Traveller, sent: list[str]
) -> None:
    open_call(course, nurse, steps=(ON_CALL, ICU))
    work()
    assert len(sent) == 1
    clock.move_to(AT + timedelta(minutes=10) - SECOND)
    work()
    assert len(sent) == 1
    clock.move_to(AT + timedelta(minutes=10))
    work()
    assert [text.splitlines()[2].split(": ")[1] for text in sent] == [
        "physician on call, Bleep 4711",
        "intensive care",
    ]
    assert not [text for text in sent if AGAIN in text]
    assert Message.objects.filter(sent_at__isnull=False, claim=None, error="").count() == 2


def test_a_sent_message_is_not_sent_again(
    course: Course, nurse: User, clock: time_machine.Traveller, sent: list[str]
) -> None:
    open_call(course, nurse)
    work()
    clock.shift(timedelta(hours=2))
    work()
    assert attempt(Message.objects.get().uid) == "not sent now"
    assert len(sent) == 1


@pytest.mark.parametrize("grade", [2, 3])
def test_one_answer_drops_what_is_not_sent_yet_below_grade_3_alone(
    course: Course, nurse: User, clock: time_machine.Traveller, sent: list[str], grade: int
) -> None:
    call = open_call(course, nurse, grade=grade)
    answer(call, nurse, Answering.NURSE_IN_CHARGE)
    work()
    message = Message.objects.get()
    assert (len(sent), message.dropped_at) == ((0, AT) if grade == 2 else (1, None))


def test_both_answers_drop_what_is_not_sent_yet_from_grade_3_on(
    course: Course, nurse: User, physician: User, clock: time_machine.Traveller, sent: list[str]
) -> None:
    call = open_call(course, nurse, grade=3)
    answer(call, nurse, Answering.NURSE_IN_CHARGE)
    answer(call, physician, Answering.PHYSICIAN)
    work()
    assert (sent, Message.objects.get().dropped_at) == ([], AT)


def test_a_closed_call_drops_what_is_not_sent_yet(
    course: Course, nurse: User, physician: User, clock: time_machine.Traveller, sent: list[str]
) -> None:
    call = open_call(course, nurse)
    answer(call, physician, Answering.PHYSICIAN)
    close(call, physician)
    work()
    assert (sent, Message.objects.get().dropped_at) == ([], AT)


def test_a_climb_that_begins_anew_takes_the_place_of_the_one_before(
    course: Course, nurse: User, clock: time_machine.Traveller, sent: list[str]
) -> None:
    call = open_call(course, nurse, steps=(ON_CALL, ICU))
    work()
    clock.shift(timedelta(minutes=5))
    add(call, nurse, AT + timedelta(minutes=5), (ON_CALL, ICU))
    clock.shift(timedelta(minutes=30))
    work()
    left = Message.objects.order_by("round", "step").values_list("round", "step", "dropped_at")
    assert [(number, step, at is None) for number, step, at in left] == [
        (1, 0, True), (1, 1, False), (2, 0, True), (2, 1, True),
    ]  # fmt: skip
    assert len(sent) == 3


def test_the_text_is_of_the_moment_at_which_it_leaves(
    course: Course,
    nurse: User,
    clock: time_machine.Traveller,
    sent: list[str],
    settings: Any,
) -> None:
    settings.CARTOX_IN_TRANSACTION = []  # Nothing asks for the entry of a call made by hand.
    open_call(course, nurse)
    amend_bed(course, nurse, "14")
    work()
    assert sent[0].startswith("Call: 7 East, bed 14\n")
    assert Message.objects.get().text == sent[0]


def test_what_fails_is_tried_again_after_ever_longer_pauses_and_then_given_up(
    course: Course,
    nurse: User,
    clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried: list[tuple[int, bool]] = []

    def refuse(_address: str, text: str) -> str:
        tried.append((int((deliver.clock.now() - AT).total_seconds()), AGAIN in text))
        return "The service answered 403."

    monkeypatch.setattr(deliver, "sent_to", refuse)
    open_call(course, nurse)
    work()
    for pause in PAUSES:
        clock.shift(pause - SECOND)
        work()
        clock.shift(SECOND)
        work()
    clock.shift(timedelta(days=1))
    work()
    assert tried == [
        (0, False), (10, True), (40, True), (160, True), (460, True), (1060, True)
    ]  # fmt: skip
    message = Message.objects.get()
    assert message.given_up_at == AT + timedelta(seconds=1060)
    assert (message.claim, message.error) == (None, "The service answered 403.")


def test_a_claim_holds_for_two_minutes_and_is_then_taken_over(
    course: Course, nurse: User, clock: time_machine.Traveller, sent: list[str]
) -> None:
    open_call(course, nurse)
    uid = Message.objects.get().uid
    first = claim(uid)
    assert first is not None
    clock.shift(CLAIM_HOLDS - SECOND)
    work()
    assert sent == []
    clock.shift(SECOND)
    work()
    assert [AGAIN in text for text in sent] == [True]
    deliver.end_attempt(first, "The service answered 500.")  # the first wakes up again
    message = Message.objects.get()
    assert (message.attempts, message.error, message.sent_at is None) == (2, "", False)


def test_a_message_whose_worker_is_ended_each_time_is_given_up(
    course: Course, nurse: User, clock: time_machine.Traveller, sent: list[str]
) -> None:
    open_call(course, nurse)
    for _ in range(len(PAUSES) + 1):
        assert claim(Message.objects.get().uid) is not None
        clock.shift(CLAIM_HOLDS)
    work()
    message = Message.objects.get()
    assert (sent, message.error) == ([], deliver.ENDED_EACH_TIME)
    assert message.given_up_at is not None


# Services


def use(settings: Any, url: str) -> None:
    settings.CARTOX_MESSAGES = SiteMessages({"on_call": url}, base_url=SITE.base_url)


def test_a_service_that_refuses_and_comes_back_gets_the_message_once_more(
    course: Course, nurse: User, clock: time_machine.Traveller, settings: Any
) -> None:
    with receiving() as service:
        use(settings, service.url)
        service.answers = 403
        open_call(course, nurse)
        work()
        assert Message.objects.get().error == "The service answered 403."
        service.answers = 200
        clock.shift(PAUSES[0])
        work()
    assert Message.objects.get().sent_at == AT + PAUSES[0]
    assert [came["title"] for came in service.came] == ["Call: 7 East, bed 12"] * 2
    assert [AGAIN in came["message"] for came in service.came] == [False, True]


def test_a_service_that_hangs_is_left_after_a_while(
    course: Course,
    nurse: User,
    clock: time_machine.Traveller,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sending, "LONGEST_S", 0.5)
    with receiving() as service:
        use(settings, f"{service.url}?retry=3")
        service.may_answer.clear()
        open_call(course, nurse)
        work()
    message = Message.objects.get()
    assert (message.error, message.claim) == ("The service did not answer within 0.5 s.", None)
    assert len(service.came) == 1  # an address cannot ask for a second time that does not say so


def test_no_secret_of_an_address_stands_in_an_error_or_in_the_log(
    course: Course, nurse: User, clock: time_machine.Traveller
) -> None:
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    logging.getLogger().addHandler(handler)
    logging.getLogger("apprise").warning("%s is tried", SITE.addresses["on_call"])
    try:
        open_call(course, nurse)
        work()
    finally:
        logging.getLogger().removeHandler(handler)
    message = Message.objects.get()
    assert message.error == "The service could not be reached or did not take the message."
    assert log.getvalue() == ""


def test_an_address_that_was_taken_out_of_the_settings_fails_by_name(
    course: Course, nurse: User, clock: time_machine.Traveller, settings: Any
) -> None:
    open_call(course, nurse)
    settings.CARTOX_MESSAGES = SiteMessages({"icu": "json://x"}, base_url=SITE.base_url)
    work()
    assert Message.objects.get().error == "The settings have no address of this name."
