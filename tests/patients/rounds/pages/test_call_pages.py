"""What is done to a call on its pages: told, answered, closed; by whom, and what is refused."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from patients.models import Course, User
from patients.rounds.models import Escalation, EscalationEvent
from patients.rounds.stored_calls import call_stored
from tests.patients.entering import as_shown
from tests.patients.rounds.pages.calls import OPENED_AT, add_to, cause, minutes, open_call

NOW = OPENED_AT + minutes(6)
CRS_2 = cause("CRS 2, was 1: oxygen", grade=2)


@pytest.fixture(autouse=True)
def six_minutes_later() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def crs_3(course: Course, nurse: User) -> Escalation:
    return open_call(course, nurse, at=OPENED_AT)


@pytest.fixture
def crs_2(course: Course, nurse: User) -> Escalation:
    return open_call(course, nurse, CRS_2, at=OPENED_AT)


def do(client: Client, name: str, call: Escalation, **values: Any) -> Any:
    """Send a form of the call, as the buttons on the chart do."""
    form = {"uid": uuid.uuid4(), "course_uid": call.course.uid, "call": call.uid, "page": "chart"}
    form["climb"] = call_stored(call).climb_number
    return client.post(reverse(name, args=[call.course.uid]), form | values)


def chart(client: Client, call: Escalation) -> str:
    return str(client.get(reverse("chart", args=[call.course.uid])).content.decode())


def last(kind: str) -> EscalationEvent:
    return EscalationEvent.objects.get(kind=kind)


def test_the_chart_says_what_changed_whom_to_call_and_until_when(
    crs_3: Escalation, nurse_client: Client
) -> None:
    shown = chart(nurse_client, crs_3)
    for words in ("Call: CRS 3", "open, nobody answered yet", "answer by 02:24", "4 min left"):
        assert words in shown
    for words in ("CRS 3, was 2: norepinephrine", "tocilizumab 8 mg/kg", "4711", "4712"):
        assert words in shown
    assert shown.index('id="chart-call"') < shown.index('id="chart-headline"')


def test_a_chart_without_a_call_says_nothing_of_calls(nurse_client: Client, course: Course) -> None:
    shown = nurse_client.get(reverse("chart", args=[course.uid])).content.decode()
    assert 'class="call ' not in shown
    assert "Calls, newest first" not in shown


def test_every_link_of_a_chart_and_a_page_with_a_call_leads_to_a_page(
    crs_3: Escalation, nurse_client: Client
) -> None:
    do(nurse_client, "call_answer", crs_3)
    pages = chart(nurse_client, crs_3)
    pages += nurse_client.get(reverse("call", args=[crs_3.course.uid])).content.decode()
    links = set(re.findall(r'href="(/courses/[^"#?]*)', pages))
    assert any("/rows/assessments/" in link or "/labs/" in link for link in links)
    assert {link: nurse_client.get(link).status_code for link in links} == dict.fromkeys(links, 200)


@pytest.mark.parametrize(("ago", "told_at"), [("0", NOW), ("5", NOW - minutes(5))])
def test_two_taps_say_whom_and_when(
    ago: str, told_at: datetime, crs_3: Escalation, nurse: User, nurse_client: Client
) -> None:
    answer = do(nurse_client, "call_informed", crs_3, who="physician on call 4711", ago=ago)
    assert answer["Location"] == reverse("chart", args=[crs_3.course.uid])
    event = last("informed")
    assert (event.data, event.at, event.by) == ({"who": "physician on call 4711"}, told_at, nurse)
    assert "physician on call 4711, 02:" in chart(nurse_client, crs_3)


def test_somebody_else_is_told_by_name_at_another_time(
    crs_3: Escalation, nurse_client: Client
) -> None:
    whole = do(nurse_client, "call_informed", crs_3, who="senior physician 4712", ago="another")
    assert whole.status_code == 200
    form = as_shown(whole) | {"told_at_date": "2026-01-07", "told_at_time": "02:11"}
    assert form["who"] == "senior physician 4712"
    form |= {"who": "somebody_else", "somebody_else": "Dr. Day"}
    address = reverse("call_informed", args=[crs_3.course.uid])
    assert nurse_client.post(address, form).status_code == 302
    event = last("informed")
    assert (event.data, event.at) == ({"who": "Dr. Day"}, OPENED_AT - minutes(3))


def test_a_name_that_was_typed_needs_no_tap_beside_it(
    crs_3: Escalation, nurse_client: Client
) -> None:
    do(nurse_client, "call_informed", crs_3, somebody_else="Dr. Day", ago="0")
    assert last("informed").data == {"who": "Dr. Day"}


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"ago": "0"}, "Tap whom you told."),
        ({"ago": "0", "who": "somebody_else"}, "Say whom you told."),
        ({"who": "senior physician 4712"}, "When: enter date and time."),
        (
            {"who": "Dr. Day", "told_at_date": "2026-01-07", "told_at_time": "03:30"},
            "lies in the future",
        ),
    ],
)
def test_whom_and_when_are_both_needed(
    values: dict[str, str], refusal: str, crs_3: Escalation, nurse_client: Client
) -> None:
    answer = do(nurse_client, "call_informed", crs_3, **values)
    assert answer.status_code == 422
    assert refusal in answer.content.decode()
    assert not EscalationEvent.objects.filter(kind="informed").exists()


def test_two_taps_on_the_same_button_store_one_event(
    crs_3: Escalation, nurse_client: Client
) -> None:
    uid = uuid.uuid4()
    for ago in ("0", "0", "5"):
        sent = do(nurse_client, "call_informed", crs_3, uid=uid, who="Dr. Day", ago=ago)
        assert sent.status_code == 302
    assert EscalationEvent.objects.filter(kind="informed").count() == 1


def test_the_question_whom_stands_until_somebody_was_told_or_answered(
    crs_2: Escalation, nurse_client: Client
) -> None:
    assert "call__ask" in chart(nurse_client, crs_2)
    do(nurse_client, "call_informed", crs_2, who="Dr. Day", ago="10")
    assert "call__ask" not in chart(nurse_client, crs_2)


def test_the_question_whom_stands_again_after_something_was_added(
    crs_2: Escalation, nurse: User, nurse_client: Client
) -> None:
    do(nurse_client, "call_informed", crs_2, who="Dr. Day", ago="0")
    add_to(crs_2, nurse, cause(), at=NOW)
    assert "call__ask" in chart(nurse_client, crs_2)
    do(nurse_client, "call_informed", crs_2, who="Dr. Day", ago="5")
    assert "call__ask" not in chart(nurse_client, crs_2)


def test_below_grade_3_one_answer_is_enough(crs_2: Escalation, nurse_client: Client) -> None:
    do(nurse_client, "call_answer", crs_2)
    assert last("answered").data == {"role": "nurse_in_charge"}
    shown = chart(nurse_client, crs_2)
    assert "answered, not closed yet" in shown
    assert "awaited:" not in shown


def test_from_grade_3_on_nurse_in_charge_and_physician_both_answer(
    crs_3: Escalation, nurse_client: Client, physician_client: Client
) -> None:
    assert "I answer, as physician" in chart(physician_client, crs_3)
    do(physician_client, "call_answer", crs_3)
    shown = chart(physician_client, crs_3)
    assert "half answered" in shown
    assert "awaited: nurse in charge" in shown
    assert "I answer" not in shown
    assert "It can be closed once the nurse in charge has answered." in shown
    assert "I answer, as nurse in charge" in chart(nurse_client, crs_3)
    do(nurse_client, "call_answer", crs_3)
    assert "answered, not closed yet" in chart(physician_client, crs_3)


def test_nobody_answers_for_somebody_else(
    crs_3: Escalation, nurse: User, nurse_client: Client
) -> None:
    do(nurse_client, "call_answer", crs_3, role="physician", by="paul_physician")
    event = last("answered")
    assert (event.by, event.data) == (nurse, {"role": "nurse_in_charge"})


def test_a_physician_answers_and_closes_without_leaving_the_chart(
    crs_2: Escalation, physician_client: Client
) -> None:
    done = do(
        physician_client, "call_close", crs_2, outcome="attended", ago="0", plan="fluids, again 03"
    )
    assert done["Location"] == reverse("chart", args=[crs_2.course.uid])
    shown = chart(physician_client, crs_2)
    assert "Call of 02:14, CRS 2: seen 02:20, plan: fluids, again 03; closed by" in shown
    assert 'class="call ' not in shown


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({}, "Tap how it ended."),
        ({"outcome": "attended", "plan": "fluids"}, "Say when the patient was seen."),
        ({"outcome": "no_change"}, "Say when the patient was seen."),
        ({"outcome": "attended", "ago": "10"}, "Say the plan in a few words."),
    ],
)
def test_a_call_is_closed_with_its_outcome_and_nothing_typed_is_lost(
    values: dict[str, str], refusal: str, crs_2: Escalation, physician_client: Client
) -> None:
    answer = do(physician_client, "call_close", crs_2, **values)
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert refusal in shown
    assert values.get("plan", "") in shown
    assert "02:10" in shown or "ago" not in values


@pytest.mark.parametrize("outcome", ["transferred", "died"])
def test_other_outcomes_need_neither_time_nor_plan(
    outcome: str, crs_2: Escalation, physician_client: Client
) -> None:
    assert do(physician_client, "call_close", crs_2, outcome=outcome).status_code == 302
    assert last("closed").data["outcome"] == outcome


def test_only_cartox_closes_a_call_as_entered_in_error(
    crs_2: Escalation, physician_client: Client
) -> None:
    assert do(physician_client, "call_close", crs_2, outcome="in_error").status_code == 422


def test_a_call_that_somebody_closed_before_is_shown_as_it_is_stored(
    crs_2: Escalation, nurse_client: Client, physician_client: Client
) -> None:
    do(physician_client, "call_close", crs_2, outcome="no_change", ago="0")
    for name, values in (
        ("call_answer", {}),
        ("call_informed", {"who": "Dr. Day", "ago": "0"}),
        ("call_close", {"outcome": "died"}),
    ):
        answer = do(nurse_client, name, crs_2, **values)
        assert answer.status_code == 409, name
        shown = answer.content.decode()
        assert "Not saved: this call has changed" in shown
        assert "no change of plan" in shown
        assert "Stored by Paul Physician" in shown


def test_a_closed_call_stands_on_the_chart_for_twelve_hours_and_in_its_list_for_good(
    crs_2: Escalation, physician_client: Client
) -> None:
    do(physician_client, "call_close", crs_2, outcome="no_change", ago="0")
    for hours, is_shown in ((11.9, True), (12.1, False)):
        with time_machine.travel(NOW + minutes(60 * hours), tick=False):
            shown = chart(physician_client, crs_2)
            assert ("Call of 02:14" in shown or "Call of 07 Jan" in shown) is is_shown
            assert "closed: no change of plan, seen 02:20" in shown
    page = reverse("chart_list", args=[crs_2.course.uid, "calls"])
    listed = physician_client.get(page).content.decode()
    assert "called for CRS 2, was 1: oxygen. To call: physician on call 4711" in listed
    assert "strike out" not in listed
    page = physician_client.get(reverse("call", args=[crs_2.course.uid])).content.decode()
    assert "No call is open." in page
    assert "closed: no change of plan" in page


def test_the_page_of_a_call_keeps_to_itself_what_was_sent_from_it(
    crs_2: Escalation, nurse_client: Client
) -> None:
    answer = do(nurse_client, "call_answer", crs_2, page="call")
    assert answer["Location"] == reverse("call", args=[crs_2.course.uid])


def test_without_an_open_call_there_is_nothing_to_record(
    nurse_client: Client, course: Course
) -> None:
    for name in ("call_informed", "call_answer", "call_close"):
        answer = nurse_client.get(reverse(name, args=[course.uid]), follow=True)
        assert "No call is open. Nothing is to be recorded." in answer.content.decode()


def test_a_viewer_reads_a_call_and_finds_nothing_to_tap(
    crs_3: Escalation, viewer_client: Client
) -> None:
    shown = chart(viewer_client, crs_3)
    assert "open, nobody answered yet" in shown
    assert "I answer" not in shown
    assert "told__" not in shown


def test_an_open_chart_is_fetched_anew_at_the_moment_at_which_a_call_climbs(
    crs_3: Escalation, nurse_client: Client
) -> None:
    def asked(token: str) -> Any:
        address = reverse("chart", args=[crs_3.course.uid])
        return nurse_client.get(address, {"token": token}, headers={"HX-Request": "true"})

    with time_machine.travel(OPENED_AT + minutes(6.1), tick=False):
        token = re.search(r'data-token="([^"]+)"', chart(nurse_client, crs_3))
        assert token is not None
    with time_machine.travel(OPENED_AT + minutes(9.9), tick=False):
        assert asked(token[1]).status_code == 204
    with time_machine.travel(OPENED_AT + minutes(10), tick=False):
        climbed = asked(token[1]).content.decode()
    assert "call now: senior physician" in climbed
    assert "call--over" in climbed


@pytest.mark.parametrize(
    ("name", "values"),
    [("call_answer", {}), ("call_close", {"outcome": "no_change", "ago": "0"})],
)
def test_what_was_added_since_the_page_was_made_is_neither_answered_nor_closed(
    name: str, values: dict[str, str], crs_2: Escalation, nurse: User, physician_client: Client
) -> None:
    stale = {"climb": "1", **values}
    add_to(crs_2, nurse, cause("CRS 2, was 1: hypotension", grade=2), at=NOW)
    refused = do(physician_client, name, crs_2, **stale)
    assert refused.status_code == 409
    assert "CRS 2, was 1: hypotension" in refused.content.decode()
    assert not EscalationEvent.objects.filter(kind__in=["answered", "closed"]).exists()
    assert do(physician_client, name, crs_2, **values).status_code == 302
