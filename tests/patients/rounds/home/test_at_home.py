"""A patient goes home with the course open, is followed by a calendar, and comes back."""

from __future__ import annotations

import html
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from patients import door
from patients.door.refusals import Refused
from patients.models import Course, Patient, User, Ward
from patients.rounds.models import HomeContact, Pause
from tests.patients.entering import NOW, page
from tests.storing import AssessmentAt, stored

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SignedIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as travelling:
        yield travelling


def text(answer: Any) -> str:
    return html.unescape(" ".join(answer.content.decode().split()))


def typed(course: Course, **values: Any) -> dict[str, Any]:
    first = {"uid": str(uuid.uuid4()), "course_uid": str(course.uid)}
    return first | {"version": str(course.version())} | values


def go_home(client: Client, course: Course, hour: str = "06:00") -> Any:
    since = {"home_since_date": "2026-01-08", "home_since_time": hour}
    return client.post(page("go_home", course), typed(course, **since))


def come_back(client: Client, course: Course, **place: Any) -> Any:
    here = {"ward": str(course.ward_id), "bed": "12"} | place
    return client.post(page("back_on_ward", course), typed(course, **here))


@pytest.fixture
def assessed(course: Course, nurse: User, assessment_at: AssessmentAt) -> Course:
    """The patient was assessed once on the ward."""
    door.enter(course, [assessment_at(60)], by=nurse)
    return Course.objects.get(pk=course.pk)


@pytest.fixture
def other_patient(db: None) -> Patient:
    return stored(Patient(mrn="00777", family_name="Roe", given_name="Ada", sex="F"))


@pytest.fixture
def at_home(assessed: Course, nurse_client: Client) -> Course:
    assert go_home(nurse_client, assessed).status_code == 302
    return Course.objects.get(pk=assessed.pk)


def plan(client: Client, course: Course, **values: Any) -> Any:
    day = str(course.day(NOW) + 1)
    usual = {"kind": "temperature", "first_day": day, "last_day": day, "every": "1", "at": "08:00"}
    sent = {"uid": str(uuid.uuid4()), "course_uid": str(course.uid)} | usual | values
    return client.post(page("contacts_plan", course), sent)


def test_who_is_at_home_leaves_the_board_and_stands_on_the_list(
    at_home: Course, nurse_client: Client
) -> None:
    board = text(nurse_client.get(reverse("board")))
    assert f"line-{at_home.uid}" not in board
    assert "1 at home" in board
    assert at_home.is_open()
    listed = text(nurse_client.get(reverse("at_home")))
    assert at_home.patient.display_name in listed
    assert "nothing more is planned" in listed
    assert "27 days to Day 30" in listed


def test_the_clocks_wait_at_home_and_run_again_on_the_ward(
    at_home: Course, nurse: User, signed_in: SignedIn, clock: Any
) -> None:
    clock.shift(3 * DAY)
    nurse_client = signed_in(nurse)
    assert "overdue" not in text(nurse_client.get(page("chart", at_home)))
    for place in ("board", "rounds", "handover"):
        assert str(at_home.uid) not in text(nurse_client.get(reverse(place)))
    assert come_back(nurse_client, at_home).status_code == 302
    assert f"line-{at_home.uid}" in text(nurse_client.get(reverse("board")))
    assert "over" in text(nurse_client.get(page("chart", at_home)))
    stay = Pause.objects.get()
    assert (stay.reason, stay.ended_at is None) == ("home", False)


def test_the_chart_says_until_when_the_clocks_wait_and_offers_only_what_can_be_done(
    at_home: Course, nurse_client: Client
) -> None:
    strip = text(nurse_client.get(page("chart", at_home))).partition('id="chart-round"')[2]
    strip = strip.partition("</section>")[0]
    assert "<b>at home; entered by N. Nurse</b>" in strip
    assert strip.count("waits until back on the ward") == 3
    assert page("back_on_ward", at_home) in strip
    stay = Pause.objects.get()
    for name in ("pause_end", "pause_withdraw"):
        assert page(name, at_home, pause_uid=stay.uid) not in strip
        answer = nurse_client.post(page(name, at_home, pause_uid=stay.uid), typed(at_home))
        assert answer.status_code == 422


def test_the_bed_is_free_while_the_patient_is_at_home(
    at_home: Course, nurse_client: Client, other_patient: Patient
) -> None:
    new = stored(
        Course(patient=other_patient, ward=at_home.ward, product="obe-cel", infused_at=NOW)
    )
    place = typed(new, ward=str(at_home.ward_id), bed=at_home.bed)
    assert nurse_client.post(page("move", new), place).status_code == 302
    answer = nurse_client.post(reverse("find"), {"text": f"bed {at_home.bed}"})
    assert answer["Location"] == page("chart", new)
    asked = come_back(nurse_client, at_home, bed=at_home.bed)
    assert f"lies in bed {at_home.bed}" in text(asked)


def test_an_entry_at_home_does_not_end_the_stay(
    at_home: Course, nurse: User, signed_in: SignedIn, assessment_at: AssessmentAt, clock: Any
) -> None:
    clock.shift(DAY)
    nurse_client = signed_in(nurse)
    door.enter(at_home, [assessment_at(91, temperature_c="36.9")], by=nurse)
    clock.shift(2 * DAY)
    nurse_client = signed_in(nurse)
    assert "overdue" not in text(nurse_client.get(page("chart", at_home)))


def test_a_rise_at_home_calls_and_stands_on_the_board_and_the_list(
    at_home: Course, nurse: User, signed_in: SignedIn, assessment_at: AssessmentAt, clock: Any
) -> None:
    clock.shift(DAY)
    nurse_client = signed_in(nurse)
    door.enter(at_home, [assessment_at(91, temperature_c="38.9")], by=nurse)
    assert "1 unanswered call about them" in text(nurse_client.get(reverse("board")))
    assert "call:" in text(nurse_client.get(reverse("at_home")))


def test_the_time_of_going_home_is_corrected_and_not_still_to_come(
    at_home: Course, nurse: User, nurse_client: Client
) -> None:
    assert go_home(nurse_client, at_home, "23:50").status_code == 422
    with pytest.raises(ValidationError, match="still to come"):
        door.amend(at_home, by=nurse, reason="home", changes={"home_since": NOW + HOUR})
    assert go_home(nurse_client, at_home, "05:30").status_code == 302
    stays = Pause.objects.order_by("pk")
    assert [stay.withdrawn_at is None for stay in stays] == [False, True]


def test_nobody_goes_home_before_the_infusion_or_from_a_closed_course(
    assessed: Course, nurse: User, physician: User, nurse_client: Client
) -> None:
    early = {"home_since_date": "2026-01-01", "home_since_time": "06:00"}
    answer = nurse_client.post(page("go_home", assessed), typed(assessed, **early))
    assert "before the infusion" in text(answer)
    door.amend(
        assessed, by=physician, reason="closed", changes={"outcome": "discharged", "closed_at": NOW}
    )
    with pytest.raises(Refused):
        door.amend(assessed, by=nurse, reason="home", changes={"home_since": NOW})


def test_another_ward_sees_nothing(at_home: Course, other_ward: Ward, client: Client) -> None:
    stranger = User.objects.create_user("stranger", password="x", role="nurse")
    stranger.memberships.create(ward=other_ward)
    client.force_login(stranger)
    assert at_home.patient.family_name.upper() not in text(client.get(reverse("at_home"))).upper()
    for name in ("home_calendar", "go_home", "back_on_ward", "contacts_plan"):
        assert client.get(page(name, at_home)).status_code == 404


def test_a_plan_makes_one_contact_a_day_and_is_stored_once(
    at_home: Course, nurse_client: Client
) -> None:
    sent = {"uid": str(uuid.uuid4()), "first_day": "4", "last_day": "14", "at": "08:00"}
    for _ in range(2):
        assert plan(nurse_client, at_home, **sent).status_code == 302
    contacts = HomeContact.objects.order_by("due_at")
    assert contacts.count() == 11
    local = [each.due_at.astimezone(at_home.zone) for each in contacts]
    assert {f"{each:%H:%M}" for each in local} == {"08:00"}
    assert [at_home.day(each) for each in local] == list(range(4, 15))


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"kind": ""}, "Tap what is planned."),
        ({"every": ""}, "Tap how often."),
        ({"at": "25:00"}, "Type the time as 24 hours"),
        ({"first_day": "-3"}, "number"),
        ({"first_day": "4.5"}, "Type a day after the infusion, 0 to 100."),
        ({"last_day": "1000"}, "Type a day after the infusion, 0 to 100."),
        ({"first_day": "9", "last_day": "5"}, "Day 5 lies before Day 9."),
        ({"first_day": "1", "last_day": "5"}, "This time has passed on Day 1."),
    ],
)
def test_a_plan_that_cannot_be_is_refused_beside_its_field(
    values: dict[str, str], sentence: str, at_home: Course, nurse_client: Client
) -> None:
    answer = plan(nurse_client, at_home, **values)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert not HomeContact.objects.exists()


def test_a_contact_is_done_by_an_entry_or_by_a_mark_and_else_overdue(
    at_home: Course, nurse: User, signed_in: SignedIn, assessment_at: AssessmentAt, clock: Any
) -> None:
    nurse_client = signed_in(nurse)
    for kind in ("temperature", "tele_ice", "visit"):
        assert plan(nurse_client, at_home, kind=kind).status_code == 302
    clock.shift(DAY + 5 * HOUR)
    nurse_client = signed_in(nurse)
    hours = (NOW + DAY - at_home.infused_at) / HOUR
    door.enter(at_home, [assessment_at(hours + 1, temperature_c="36.9")], by=nurse)
    calendar = text(nurse_client.get(page("home_calendar", at_home)))
    assert "by an entry" in calendar
    visit = HomeContact.objects.get(kind="visit")
    act = {"uid": str(uuid.uuid4()), "course_uid": str(at_home.uid)}
    marked = nurse_client.post(page("contact_done", at_home, contact_uid=visit.uid), act)
    assert marked.status_code == 302
    assert "marked done" in text(nurse_client.get(page("home_calendar", at_home)))


def test_a_contact_is_taken_off_with_a_reason(at_home: Course, nurse_client: Client) -> None:
    assert plan(nurse_client, at_home).status_code == 302
    contact = HomeContact.objects.get()
    address = page("contact_withdraw", at_home, contact_uid=contact.uid)
    act = {"uid": str(uuid.uuid4()), "course_uid": str(at_home.uid)}
    assert nurse_client.post(address, act).status_code == 422
    assert nurse_client.post(address, act | {"reason": "comes to the ward"}).status_code == 302
    assert "Nothing is planned" in text(nurse_client.get(page("home_calendar", at_home)))
    early = nurse_client.post(page("contact_done", at_home, contact_uid=contact.uid), act)
    assert early.status_code == 409


def test_at_day_30_the_list_asks_to_close(
    at_home: Course, nurse: User, signed_in: SignedIn, clock: Any
) -> None:
    clock.shift(26 * DAY)
    nurse_client = signed_in(nurse)
    assert "1 day to Day 30" in text(nurse_client.get(reverse("at_home")))
    clock.shift(DAY)
    nurse_client = signed_in(nurse)
    assert "Day 30 is reached: close the course." in text(nurse_client.get(reverse("at_home")))
    assert Course.objects.get(pk=at_home.pk).is_open()
