"""Away from the ward, and not done: stored once, shown to the next nurse, never deleted."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from patients import door
from patients.models import Course, User
from patients.rounds.due.rounds_now import RoundNow, round_of
from patients.rounds.models import Omission, Pause
from patients.rounds.pages.interruption_forms import next_such_time
from patients.rounds.rules.clocks import Due, DueState
from tests.conftest import INFUSED_AT
from tests.patients.rounds.round_rows import done_at, has_round, hours, minutes

NOW = datetime(2026, 1, 7, 12, 0, tzinfo=UTC)
"""13:00 in Madrid."""


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def everything_overdue(course: Course) -> None:
    has_round(course, **done_at(NOW - hours(25)))


@pytest.fixture
def colleague(signed_in: Any, physician: User) -> Client:
    return signed_in(physician)  # type: ignore[no-any-return]


def shown(course: Course) -> RoundNow:
    read = round_of(course)
    assert read is not None
    return read.at(datetime.now(UTC))


def vitals(course: Course) -> Due:
    return shown(course).dues[0]


def posted(course: Course, **values: Any) -> dict[str, Any]:
    return {"uid": str(uuid.uuid4()), "course_uid": str(course.uid), "reason": "imaging"} | values


def away(client: Client, course: Course, **values: Any) -> Any:
    data = posted(course, minutes="60") | values
    return client.post(reverse("pause_new", args=[course.uid]), data)


def left_out(client: Client, course: Course, part: str = "vitals", **values: Any) -> Any:
    data = posted(course, reason="refused") | values
    return client.post(reverse("not_done", args=[course.uid, part]), data)


def back(client: Client, course: Course) -> Any:
    address = reverse("pause_end", args=[course.uid, Pause.objects.latest("pk").uid])
    return client.post(address, posted(course, back_to="round"))


@pytest.mark.parametrize(("tapped", "lasts"), [("30", 30), ("60", 60), ("120", 120)])
def test_a_tap_says_how_long_the_patient_is_away(
    nurse_client: Client, nurse: User, course: Course, tapped: str, lasts: int
) -> None:
    assert away(nurse_client, course, minutes=tapped, note="MRI head").status_code == 302
    pause = Pause.objects.get()
    assert (pause.from_at, pause.until_at) == (NOW, NOW + minutes(lasts))
    assert (pause.reason, pause.note, pause.recorded_by) == ("imaging", "MRI head", nurse)
    assert vitals(course).state is DueState.PAUSED


@pytest.mark.parametrize(
    ("typed", "until"),
    [
        ("13:01", datetime(2026, 1, 7, 12, 1, tzinfo=UTC)),
        ("0.30", datetime(2026, 1, 7, 23, 30, tzinfo=UTC)),
        ("01:00", datetime(2026, 1, 8, 0, 0, tzinfo=UTC)),
    ],
    ids=["the next minute", "past midnight", "after 12 hours"],
)
def test_a_return_is_typed_as_the_next_such_time(
    nurse_client: Client, course: Course, typed: str, until: datetime
) -> None:
    assert away(nurse_client, course, minutes="", back_at=typed).status_code == 302
    assert Pause.objects.get().until_at == until


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"minutes": "", "back_at": "13:00"}, "13:00 lies before the patient left, 13:00"),
        ({"minutes": "", "back_at": "01:01"}, "or more than 12 hours"),
        ({"minutes": ""}, "Tap when the patient is expected back"),
        ({"reason": ""}, "Tap where the patient is."),
        ({"back_at": "14:00"}, "one of them"),
        ({"minutes": "", "back_at": "25:00"}, "Type the time as 24 hours"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    nurse_client: Client, course: Course, values: dict[str, str], words: str
) -> None:
    answer = away(nurse_client, course, **values)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Pause.objects.exists()


@pytest.mark.parametrize(
    ("left", "typed", "back"),
    [
        (datetime(2026, 10, 25, 0, 10, tzinfo=UTC), time(2, 30), "00:30"),
        (datetime(2026, 10, 25, 1, 10, tzinfo=UTC), time(2, 30), "01:30"),
        (datetime(2026, 3, 29, 0, 50, tzinfo=UTC), time(3, 0), "01:00"),
    ],
    ids=["02:30 the first time", "02:30 the second time", "over the skipped hour"],
)
def test_when_the_clocks_change_a_return_is_the_next_such_time(
    left: datetime, typed: time, back: str
) -> None:
    back_at = next_such_time(typed, left, ZoneInfo("Europe/Madrid"))
    assert f"{back_at.astimezone(UTC):%H:%M}" == back
    assert back_at - left < hours(1)


def test_a_form_that_is_sent_twice_is_stored_once(
    nurse_client: Client, course: Course, clock: Any
) -> None:
    once = {"uid": str(uuid.uuid4())}
    away(nurse_client, course, **once)
    clock.shift(timedelta(seconds=9))
    assert away(nurse_client, course, **once).status_code == 302
    assert Pause.objects.count() == 1
    answer = away(nurse_client, course, **once, note="other")
    assert answer.status_code == 409
    assert "This form was saved before, with other values: imaging" in answer.content.decode()


def test_a_second_nurse_is_told_where_the_patient_is(
    nurse_client: Client, colleague: Client, course: Course
) -> None:
    away(nurse_client, course)
    answer = away(colleague, course, reason="dialysis")
    assert answer.status_code == 409
    words = "The patient is away already: imaging, from 13:00 until 14:00, entered by Nina Nurse."
    assert words in answer.content.decode()
    assert Pause.objects.count() == 1


def test_pauses_may_follow_each_other(nurse_client: Client, course: Course, clock: Any) -> None:
    away(nurse_client, course)
    clock.shift(hours(1))
    assert away(nurse_client, course, reason="dialysis").status_code == 302
    assert Pause.objects.count() == 2


def test_back_earlier_is_one_tap_and_what_became_due_is_due_from_then(
    nurse_client: Client, course: Course, clock: Any
) -> None:
    away(nurse_client, course)
    clock.shift(minutes(20))
    answer = back(nurse_client, course)
    round_view = reverse("rounds", query={"ward": course.ward_id})
    assert answer["Location"] == f"{round_view}#round-{course.uid}"
    assert Pause.objects.get().ended_at == NOW + minutes(20)
    assert vitals(course).state in (DueState.DUE, DueState.OVERDUE)
    back(nurse_client, course)
    assert Pause.objects.get().ended_at == NOW + minutes(20)
    assert away(nurse_client, course).status_code == 302


def test_whoever_ends_a_pause_second_is_told_who_did(
    nurse_client: Client, colleague: Client, course: Course, clock: Any
) -> None:
    away(nurse_client, course)
    clock.shift(minutes(20))
    back(nurse_client, course)
    clock.shift(minutes(1))
    answer = back(colleague, course)
    assert answer.status_code == 409
    assert "Nina Nurse entered before that the patient is back: 13:20." in answer.content.decode()
    assert Pause.objects.get().ended_at == NOW + minutes(20)


def test_a_pause_that_is_over_needs_no_tap(
    nurse_client: Client, course: Course, clock: Any
) -> None:
    away(nurse_client, course)
    clock.shift(hours(1))
    assert shown(course).away is None
    back(nurse_client, course)
    assert Pause.objects.get().ended_at is None


def test_a_pause_entered_in_error_is_withdrawn_with_a_reason(
    nurse_client: Client, colleague: Client, course: Course
) -> None:
    away(nurse_client, course)
    address = reverse("pause_withdraw", args=[course.uid, Pause.objects.get().uid])
    assert nurse_client.post(address, posted(course, reason=" ")).status_code == 422
    assert nurse_client.post(address, posted(course, reason="wrong patient")).status_code == 302
    pause = Pause.objects.get()
    assert (pause.withdrawn_reason, str(pause.withdrawn_by)) == ("wrong patient", "Nina Nurse")
    assert vitals(course).state is DueState.OVERDUE
    assert nurse_client.post(address, posted(course, reason="wrong patient")).status_code == 302
    answer = colleague.post(address, posted(course, reason="not away"))
    assert answer.status_code == 409
    assert "withdrawn by Nina Nurse: wrong patient" in answer.content.decode()
    assert away(nurse_client, course).status_code == 302


def test_not_done_takes_two_taps_and_the_next_nurse_sees_the_reason(
    nurse_client: Client, course: Course
) -> None:
    page = nurse_client.get(reverse("not_done", args=[course.uid, "vitals"])).content.decode()
    assert (
        '<button class="button reasons__tap" type="submit" name="reason" value="refused">' in page
    )
    assert left_out(nurse_client, course, note="feels sick").status_code == 302
    due = vitals(course)
    assert (due.state, due.reason) == (DueState.NOT_DONE, "refused, feels sick")
    assert shown(course).dues[1].state is DueState.OVERDUE  # ICE has a clock of its own
    for name in ("board", "rounds"):
        page = nurse_client.get(reverse(name)).content.decode()
        assert "vitals not done 13:00: refused, feels sick" in page
    chart = nurse_client.get(reverse("chart", args=[course.uid])).content.decode()
    assert "vitals not done 13:00: refused, feels sick" in chart


def test_another_reason_is_said_in_words(nurse_client: Client, course: Course) -> None:
    answer = left_out(nurse_client, course, reason="other")
    assert answer.status_code == 422
    assert "Say the reason in a few words" in answer.content.decode()
    assert left_out(nurse_client, course, reason="other", note="family talk").status_code == 302


@pytest.mark.parametrize("reason", ["", "lazy"])
def test_a_reason_that_is_not_on_the_list_is_refused(
    nurse_client: Client, course: Course, reason: str
) -> None:
    assert left_out(nurse_client, course, reason=reason).status_code == 422
    assert not Omission.objects.exists()


def test_of_two_nurses_at_once_the_second_sees_the_first_ones_reason(
    nurse_client: Client, colleague: Client, course: Course
) -> None:
    left_out(nurse_client, course)
    answer = left_out(colleague, course, reason="asleep", after="")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Vitals not done 13:00: refused, entered by Nina Nurse." in page
    first = Omission.objects.get()
    assert f'value="{first.uid}"' in page
    assert left_out(colleague, course, reason="asleep", after=str(first.uid)).status_code == 302
    assert vitals(course).reason == "asleep, not woken"


def test_a_reason_sent_twice_is_stored_once(nurse_client: Client, course: Course) -> None:
    once = {"uid": str(uuid.uuid4())}
    for _ in range(2):
        assert left_out(nurse_client, course, **once).status_code == 302
    assert Omission.objects.count() == 1
    assert left_out(nurse_client, course, **once, reason="asleep").status_code == 409


def test_what_is_not_due_is_not_left_out(nurse_client: Client, course: Course) -> None:
    has_round(course, **done_at(NOW - hours(2)))
    answer = left_out(nurse_client, course)
    assert answer.status_code == 422
    assert "Nothing was left out: vitals is due 23:00." in answer.content.decode()
    assert not Omission.objects.exists()


def test_a_reason_entered_in_error_is_withdrawn(nurse_client: Client, course: Course) -> None:
    left_out(nurse_client, course)
    uid = Omission.objects.get().uid
    address = reverse("not_done_withdraw", args=[course.uid, "vitals", uid])
    assert nurse_client.post(address, posted(course, reason="wrong bed")).status_code == 302
    assert Omission.objects.get().withdrawn_reason == "wrong bed"
    assert vitals(course).state is DueState.OVERDUE


ADDRESSES = ("pause_new", "pause_end", "pause_withdraw", "not_done", "not_done_withdraw")


@pytest.fixture
def addresses(nurse_client: Client, course: Course) -> list[str]:
    left_out(nurse_client, course)
    away(nurse_client, course)
    uid, pause, omission = course.uid, Pause.objects.get().uid, Omission.objects.get().uid
    more: dict[str, list[Any]] = {
        "pause_end": [pause],
        "pause_withdraw": [pause],
        "not_done": ["labs"],
        "not_done_withdraw": ["vitals", omission],
    }
    return [reverse(name, args=[uid, *more.get(name, [])]) for name in ADDRESSES]


def counted() -> list[Any]:
    rows = [*Pause.objects.all(), *Omission.objects.all()]
    return [(row.uid, row.withdrawn_at, getattr(row, "ended_at", None)) for row in rows]


def test_another_ward_finds_nothing_and_a_viewer_changes_nothing(
    addresses: list[str], other_ward_client: Client, viewer_client: Client, course: Course
) -> None:
    before = counted()
    for address in addresses:
        data = posted(course, minutes="30")
        assert other_ward_client.post(address, data).status_code == 404, address
        assert viewer_client.post(address, data).status_code == 403, address
    assert counted() == before


def test_a_form_that_another_user_opened_stores_nothing(
    addresses: list[str], nurse: User, physician_client: Client, course: Course
) -> None:
    before = counted()
    for address in addresses:
        data = posted(course, minutes="30") | {"typed_by": str(nurse.pk)}
        assert physician_client.post(address, data).status_code == 409, address
    assert counted() == before


def test_what_belongs_to_another_patient_is_not_there(
    addresses: list[str], nurse_client: Client, course: Course, ward: Any
) -> None:
    from tests.patients.rounds.round_rows import admit

    other = admit(ward, "3")
    for address in addresses[1:3] + addresses[4:]:
        of_other = address.replace(str(course.uid), str(other.uid))
        assert nurse_client.post(of_other, posted(other)).status_code == 404


def test_nothing_is_due_on_a_closed_course(
    nurse_client: Client, physician: User, course: Course
) -> None:
    door.amend(
        course,
        by=physician,
        reason="home",
        changes={"closed_at": NOW, "outcome": "discharged", "closing_reason": "went home"},
    )
    for answer in (away(nurse_client, course), left_out(nurse_client, course)):
        assert answer.status_code == 422
        assert "This course is closed: nothing is due." in answer.content.decode()
    assert INFUSED_AT < NOW
