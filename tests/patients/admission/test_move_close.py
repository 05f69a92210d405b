"""Moving, closing, reopening: with the version that was seen, and nothing lost from sight."""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils.html import format_html

from patients import door
from patients.admission.closing_checks import Closing, ClosingQuestion
from patients.door.refusals import AlreadyAmended, Refused
from patients.forms.saved import SavedForm
from patients.models import Course, Event, Membership, Patient, User, Ward
from patients.reading.receipts import receipt_of_change
from patients.rounds.due.ward import course_dues
from tests.patients.entering import NOW, open_as_listed, page
from tests.storing import AssessmentAt, stored


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def text(answer: Any) -> str:
    return html.unescape(" ".join(answer.content.decode().split()))


def typed(course: Course, **values: Any) -> dict[str, Any]:
    """What every form of a change sends along."""
    return {
        "uid": str(uuid.uuid4()),
        "course_uid": str(course.uid),
        "version": str(course.version()),
        **values,
    }


def saved(answer: Any) -> None:
    assert answer.status_code == 302, re.findall(r'say--error"> <p>(.*?)</p>', text(answer))


def refused(answer: Any, *, status: int = 422) -> str:
    assert answer.status_code == status
    return text(answer)


def move(client: Client, course: Course, **values: Any) -> Any:
    here = {"ward": str(course.ward_id), "bed": "14"}
    return client.post(page("move", course), typed(course, **(here | values)))


def close(client: Client, course: Course, **values: Any) -> Any:
    now = {
        "closed_at_date": "2026-01-08",
        "closed_at_time": "06:30",
        "as_listed": open_as_listed(course),
    }
    return client.post(
        page("close", course), typed(course, **({"outcome": "discharged"} | now | values))
    )


def reopen(client: Client, course: Course, **values: Any) -> Any:
    reason = {"reason": "closed by mistake"}
    return client.post(page("reopen", course), typed(course, **(reason | values)))


@pytest.fixture
def boston(nurse: User) -> Ward:
    """A second ward of the nurse, in another time zone."""
    ward = stored(Ward(name="Boston", time_zone="America/New_York", assessment_every_hours=6))
    Membership.objects.create(user=nurse, ward=ward)
    return ward


@pytest.fixture
def closed(course: Course, physician_client: Client) -> Course:
    saved(close(physician_client, course))
    course.refresh_from_db()
    return course


# Moving


def test_a_bed_is_changed(nurse_client: Client, course: Course, nurse: User) -> None:
    saved(move(nurse_client, course))
    course.refresh_from_db()
    assert course.bed == "14"
    history_row = course.history.latest()
    assert (history_row.history_user, history_row.history_change_reason) == (nurse, "moved")
    assert ">14</td>" in text(nurse_client.get("/"))


def test_another_ward_keeps_the_time_zone_of_the_course(
    nurse_client: Client, course: Course, boston: Ward
) -> None:
    day = course.day(NOW)
    saved(move(nurse_client, course, ward=str(boston.pk)))
    course = Course.objects.get(pk=course.pk)
    assert (course.ward, course.time_zone) == (boston, "Europe/Madrid")
    assert course.day(NOW) == day


def test_another_ward_brings_its_own_interval(
    nurse_client: Client,
    course: Course,
    boston: Ward,
    nurse: User,
    assessment_at: AssessmentAt,
) -> None:
    row = assessment_at(60)
    door.enter(course, [row], by=nurse)
    saved(move(nurse_client, course, ward=str(boston.pk)))
    moved = Course.objects.get(pk=course.pk)
    assert course_dues(moved, NOW)[0].due_at == row.observed_at + timedelta(hours=6)


def test_a_ward_that_is_not_mine_is_not_offered(
    nurse_client: Client, course: Course, other_ward: Ward
) -> None:
    assert "2 West" not in text(nurse_client.get(page("move", course)))
    refused(move(nurse_client, course, ward=str(other_ward.pk)))
    course.refresh_from_db()
    assert course.ward != other_ward


def test_an_occupied_bed_is_asked_about(
    nurse_client: Client, course: Course, other_course: Course, nurse: User, physician: User
) -> None:
    Membership.objects.create(user=physician, ward=other_course.ward)
    door.amend(
        other_course, by=physician, reason="moved", changes={"ward": course.ward, "bed": "14"}
    )
    assert "ROE lies in bed 14." in refused(move(nurse_client, course))
    saved(move(nurse_client, course, confirm=f"bed={course.ward_id} 14"))


def test_ones_own_bed_is_not_asked_about(nurse_client: Client, course: Course) -> None:
    refusal = refused(move(nurse_client, course, bed="12"))
    assert "Nothing is changed yet." in refusal
    assert "lies in bed" not in refusal


def test_a_closed_course_is_not_moved(nurse_client: Client, closed: Course) -> None:
    assert "This course is closed." in refused(move(nurse_client, closed))
    closed.refresh_from_db()
    assert closed.bed == "12"


# Two people, two tabs


def test_the_second_of_two_moves_is_refused_and_shown_both(
    nurse_client: Client, physician_client: Client, course: Course
) -> None:
    both_saw = course.version()
    saved(move(nurse_client, course))
    refusal = refused(move(physician_client, course, bed="15", version=both_saw), status=409)
    assert "Nina Nurse changed this after you opened the form." in refusal
    assert "<td>14</td><td>15</td>" in refusal
    course.refresh_from_db()
    assert course.bed == "14"


def test_the_refused_values_are_taken_into_a_new_change(
    nurse_client: Client, physician_client: Client, course: Course
) -> None:
    both_saw = course.version()
    saved(move(nurse_client, course))
    refusal = refused(move(physician_client, course, bed="15", version=both_saw), status=409)
    assert 'name="version"' not in refusal
    values = typed(course, ward=str(course.ward_id), bed="15", fill="")
    del values["version"]
    again = text(physician_client.post(page("move", course), values))
    assert f'name="version" value="{course.version()}"' in again
    assert 'value="15"' in again


def test_a_form_sent_twice_changes_once(nurse_client: Client, course: Course) -> None:
    values = typed(course, ward=str(course.ward_id), bed="14")
    saved(nurse_client.post(page("move", course), values))
    lines = course.history.count()
    saved(nurse_client.post(page("move", course), values))
    assert course.history.count() == lines


CHANGES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("course", {"bed": "14"}, {"bed": "15"}),
    ("course", {"bed": "14"}, {"indication": "myeloma", "bed": "15"}),
    ("course", {"indication": "myeloma"}, {"indication": "lymphoma"}),
    ("patient", {"given_name": "Joan"}, {"given_name": "Jean"}),
]


@pytest.mark.parametrize(("of", "mine", "theirs"), CHANGES)
def test_a_change_sent_again_after_that_of_another_is_answered_as_the_first_time(
    of: str,
    mine: dict[str, Any],
    theirs: dict[str, Any],
    course: Course,
    nurse: User,
    physician: User,
) -> None:
    """The answer was lost, and somebody changed the same before it was sent again."""
    thing: Any = course if of == "course" else course.patient
    since = thing.version()
    door.amend(thing, by=nurse, reason="moved", changes=mine, since=since)
    door.amend(thing, by=physician, reason="wrong", changes=theirs)
    lines = thing.history.count()
    door.amend(thing, by=nurse, reason="moved", changes=mine, since=since)
    assert thing.history.count() == lines
    assert {name: getattr(thing, name) for name in theirs} == theirs
    with pytest.raises(AlreadyAmended):
        door.amend(thing, by=physician, reason="moved", changes=mine, since=since)


def test_the_page_of_a_change_sent_again_after_that_of_another_says_that_it_was_saved(
    nurse_client: Client, course: Course, physician: User
) -> None:
    values = typed(course, ward=str(course.ward_id), bed="14")
    saved(nurse_client.post(page("move", course), values))
    door.amend(course, by=physician, reason="moved", changes={"bed": "15"})
    again = nurse_client.post(page("move", course), values)
    saved(again)
    assert "Saved: moved" in text(nurse_client.get(again.url))


def test_a_move_to_a_ward_that_was_left_since_is_answered_as_the_first_time(
    nurse_client: Client, course: Course, boston: Ward, nurse: User, physician: User
) -> None:
    values = typed(course, ward=str(boston.pk), bed="14")
    saved(nurse_client.post(page("move", course), values))
    Membership.objects.create(user=physician, ward=boston)
    door.amend(course, by=physician, reason="back", changes={"ward": course.ward, "bed": "1"})
    Membership.objects.get(user=nurse, ward=boston).delete()
    saved(nurse_client.post(page("move", course), values))
    anew = refused(nurse_client.post(page("move", course), values | {"version": course.version()}))
    assert "only to a ward that they belong to" in anew


@pytest.mark.parametrize("version", ["-999", "0", "1e3", "99999999999999999999", "9999"])
def test_a_version_that_never_was_is_not_acknowledged(
    nurse_client: Client, course: Course, version: str
) -> None:
    """Also where the form asks for what stands, so that nothing would change."""
    course = door.admit(
        Patient(mrn="00457", family_name="Poe"),
        Course(ward=course.ward, bed="15", product="x", infused_at=NOW),
        by=User.objects.get(username="nina_nurse"),
    )
    for bed in ("15", "16"):
        refusal = refused(move(nurse_client, course, bed=bed, version=version))
        assert "lost which version it changes" in refusal
    assert course.history.count() == 1
    assert receipt_of_change(course, course, by=course.history.get().history_user, since=0) is None


def test_a_form_opened_for_another_patient_is_refused(
    nurse_client: Client, course: Course, other_course: Course
) -> None:
    refusal = refused(move(nurse_client, course, course_uid=str(other_course.uid)))
    assert "This form was opened for another patient." in refusal


def test_a_form_without_a_version_is_refused(nurse_client: Client, course: Course) -> None:
    refused(move(nurse_client, course, version=""))


def test_the_door_refuses_an_old_version(course: Course, nurse: User) -> None:
    version = course.version()
    door.amend(course, by=nurse, reason="moved", changes={"bed": "1"}, since=version)
    with pytest.raises(AlreadyAmended) as refusal:
        door.amend(course, by=nurse, reason="moved", changes={"bed": "2"}, since=version)
    assert refusal.value.thing.bed == "1"


# Closing


def test_a_closed_course_leaves_the_board_and_stays_readable(
    physician_client: Client, nurse_client: Client, closed: Course
) -> None:
    assert (closed.outcome, closed.closed_at) == ("discharged", NOW - timedelta(minutes=10))
    assert "DOE, Jane" not in text(nurse_client.get("/"))
    assert "DOE, Jane" not in text(nurse_client.get("/board/rows/"))
    chart = text(nurse_client.get(page("chart", closed)))
    assert "<b>This course is closed:</b> discharged, 08 Jan 2026 06:30." in chart
    assert page("assessment_new", closed) not in chart


def test_closed_courses_are_listed_and_found(
    nurse_client: Client, other_ward_client: Client, closed: Course
) -> None:
    listed = text(nurse_client.get("/closed/"))
    assert page("chart", closed) in listed
    assert "discharged, closed 08 Jan 2026 06:30" in listed
    assert "DOE" not in text(other_ward_client.get("/closed/"))
    assert "/closed/" in text(nurse_client.post("/find/", {"text": "nobody"}))
    assert nurse_client.post("/find/", {"text": "doe"}).url == page("chart", closed)


def open_call(closing: Closing) -> ClosingQuestion | None:
    """A check of another app."""
    return ClosingQuestion("outcome", "call", "A call is not answered.", yes="close it")


def nothing_to_ask(closing: Closing) -> ClosingQuestion | None:
    return None


def test_another_app_asks_before_closing(
    physician_client: Client, course: Course, settings: Any
) -> None:
    checks = [f"{__name__}.nothing_to_ask", f"{__name__}.open_call"]
    settings.CARTOX_CHECKS_BEFORE_CLOSING = [*settings.CARTOX_CHECKS_BEFORE_CLOSING, *checks]

    assert "A call is not answered." in refused(close(physician_client, course))
    saved(close(physician_client, course, confirm="outcome=call"))
    course.refresh_from_db()
    assert not course.is_open()


def who_to_call(entry: SavedForm) -> str:
    """A message of another app, as markup."""
    return format_html("<b>Call {}</b>", entry.course.ward.who_to_call)


def test_another_app_says_something_after_a_save(
    nurse_client: Client, course: Course, settings: Any
) -> None:
    settings.CARTOX_SAVED_PANEL = [*settings.CARTOX_SAVED_PANEL, f"{__name__}.who_to_call"]
    page_text = text(nurse_client.get(move(nurse_client, course).url))
    assert "Saved: moved to " in page_text
    assert "<b>Call Bleep 4711</b>" in page_text


def fails_to_speak(form: SavedForm) -> str:
    raise RuntimeError("no number for this grade")


def test_a_message_that_fails_leaves_the_save_and_the_other_messages(
    nurse_client: Client, course: Course, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.CARTOX_SAVED_PANEL = [f"{__name__}.fails_to_speak", *settings.CARTOX_SAVED_PANEL]
    assert "Saved: moved to " in text(nurse_client.get(move(nurse_client, course).url))
    assert f"fails_to_speak failed after a save on course {course.uid}" in caplog.text


def test_an_outcome_is_needed(physician_client: Client, course: Course) -> None:
    assert "Tap the outcome." in refused(close(physician_client, course, outcome=""))
    course.refresh_from_db()
    assert course.is_open()


def test_a_course_is_not_closed_in_the_future(physician_client: Client, course: Course) -> None:
    assert "lies in the future" in refused(close(physician_client, course, closed_at_time="07:30"))


def test_death_without_its_event_is_asked_about(
    physician_client: Client, course: Course, physician: User
) -> None:
    assert "No death is recorded." in refused(close(physician_client, course, outcome="died"))
    death = Event(course=course, kind="death", attributed_to="crs", happened_at=NOW)
    door.enter(course, [death], by=physician)
    refusal = refused(close(physician_client, course, outcome="died"))
    assert "No death is recorded." not in refusal
    assert "Something is recorded after 08 Jan 2026 06:30." in refusal


def test_not_infused_is_no_outcome_of_a_given_infusion(
    physician_client: Client, course: Course
) -> None:
    refusal = refused(close(physician_client, course, outcome="not_infused"))
    assert "The infusion is recorded as given." in refusal


def test_a_planned_infusion_is_asked_about(
    physician_client: Client, course: Course, physician: User
) -> None:
    door.amend(course, by=physician, reason="not yet", changes={"infusion_planned": True})
    assert "Was it given?" in refused(close(physician_client, course))
    saved(close(physician_client, course, outcome="not_infused"))


def test_the_reason_is_kept(physician_client: Client, course: Course) -> None:
    saved(close(physician_client, course, words="home with the family"))
    reason = course.history.latest().history_change_reason
    assert reason == "closed, discharged: home with the family"


# Reopening


def test_a_course_is_reopened_with_a_reason(physician_client: Client, closed: Course) -> None:
    assert "Say why it is reopened." in refused(reopen(physician_client, closed, reason=""))
    saved(reopen(physician_client, closed))
    closed.refresh_from_db()
    assert (closed.closed_at, closed.outcome) == (None, "")
    assert "DOE, Jane" in text(physician_client.get("/"))
    assert closed.history.latest().history_change_reason == "reopened: closed by mistake"


def test_no_reopening_while_another_course_is_open(
    physician_client: Client, closed: Course
) -> None:
    stored(
        Course(patient=closed.patient, ward=closed.ward, product="tisagenlecleucel", infused_at=NOW)
    )
    refusal = refused(reopen(physician_client, closed))
    assert "This patient already has an open course." in refusal
    assert 'value="closed by mistake"' in refusal


def test_the_database_refuses_a_second_open_course_in_a_sentence(
    closed: Course, physician: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored(
        Course(patient=closed.patient, ward=closed.ward, product="tisagenlecleucel", infused_at=NOW)
    )
    monkeypatch.setattr(Course, "full_clean", lambda *args, **kwargs: None)
    with pytest.raises(Refused, match="already has an open course"):
        door.amend(closed, by=physician, reason="again", changes={"closed_at": None, "outcome": ""})


# Who may


@pytest.mark.parametrize("name", ["close", "reopen"])
def test_only_physicians_close_and_reopen(
    nurse_client: Client, viewer_client: Client, course: Course, name: str
) -> None:
    for client in (nurse_client, viewer_client):
        assert client.get(page(name, course)).status_code == 403
        assert client.post(page(name, course), typed(course)).status_code == 403


def test_a_viewer_does_not_move(viewer_client: Client, course: Course) -> None:
    assert move(viewer_client, course).status_code == 403


@pytest.mark.parametrize("name", ["move", "close", "reopen"])
def test_a_stranger_finds_nothing(other_ward_client: Client, course: Course, name: str) -> None:
    assert other_ward_client.get(page(name, course)).status_code == 404


def test_the_menu_offers_what_this_person_may_do(
    nurse_client: Client, physician_client: Client, viewer_client: Client, course: Course
) -> None:
    for client, shown, hidden in (
        (nurse_client, "move", "close"),
        (physician_client, "close", "reopen"),
    ):
        chart = text(client.get(page("chart", course)))
        assert page(shown, course) in chart
        assert page(hidden, course) not in chart
    assert "patient-menu" not in text(viewer_client.get(page("chart", course)))


def test_the_menu_of_a_closed_course(
    nurse_client: Client, physician_client: Client, closed: Course
) -> None:
    assert page("readmit", closed) in text(nurse_client.get(page("chart", closed)))
    assert page("reopen", closed) not in text(nurse_client.get(page("chart", closed)))
    assert page("reopen", closed) in text(physician_client.get(page("chart", closed)))
