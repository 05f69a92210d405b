"""Lines of the step marked on the chart: done by who enters, deferred or declined by physicians."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from patients import door
from patients.door.refusals import AlreadyDecided, NotAllowed
from patients.models import Course, GradeRecord, StepMark, User
from patients.regrading.record import record_of
from patients.words.entry_words import headline, lines
from tests.patients.entering import NOW, as_shown, page, posted
from tests.storing import AssessmentAt

CODE = "crs_tocilizumab"
LINE = {
    "line_toxicity": "crs",
    "grade": 2,
    "text": "Tocilizumab 8 mg/kg; one dose is 464 mg",
    "after": None,
}


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def sent(course: Course, by: User, **values: Any) -> dict[str, Any]:
    return posted(course, typed_by=str(by.pk)) | values


def as_typed(**values: Any) -> dict[str, str]:
    """The line as the page of the mark sends it, with these answers."""
    line = LINE | {"code": CODE} | values
    return {name: str(value) for name, value in line.items() if value is not None}


def mark(course: Course, **values: Any) -> StepMark:
    line = {name: value for name, value in LINE.items() if name != "after"}
    return StepMark(course=course, **(line | {"code": CODE, "answer": "done"} | values))


# The buttons of the panel


def test_a_nurse_marks_a_line_as_done_in_one_tap(
    course: Course, nurse: User, nurse_client: Client
) -> None:
    form = sent(course, nurse, done=CODE, lines=json.dumps({CODE: LINE}))
    for _ in range(2):  # two taps store one mark
        assert nurse_client.post(page("mark_line", course), form).status_code == 302
    row = StepMark.objects.get()
    assert (row.code, row.line_toxicity) == ("crs_tocilizumab", "crs")
    assert (row.grade, row.answer) == (2, "done")
    assert (row.text, row.recorded_by, row.marked_at) == (LINE["text"], nurse, NOW)


def test_one_form_of_the_panel_marks_several_lines(
    course: Course, nurse: User, nurse_client: Client
) -> None:
    form = sent(course, nurse)
    for code in ("crs_tocilizumab", "crs_infection_work_up"):
        tapped = form | {"done": code, "lines": json.dumps({code: LINE})}
        assert nurse_client.post(page("mark_line", course), tapped).status_code == 302
    assert StepMark.objects.count() == 2


def test_the_other_button_opens_the_page_and_stores_nothing(
    course: Course, physician: User, physician_client: Client
) -> None:
    form = sent(course, physician, other=CODE, lines=json.dumps({CODE: LINE}))
    opened = physician_client.post(page("mark_line", course), form)
    assert opened.status_code == 200
    assert "Tocilizumab 8 mg/kg" in opened.content.decode()
    assert "Tap what became of this line" not in opened.content.decode()
    assert not StepMark.objects.exists()

    typed = as_shown(opened)
    assert (typed["code"], typed["grade"]) == ("crs_tocilizumab", "2")
    typed |= {"answer": "deferred", "deferred_for": "2", "reason": "blood cultures first"}
    assert physician_client.post(page("mark_line", course), typed).status_code == 302
    row = StepMark.objects.get()
    assert (row.answer, row.until_at) == ("deferred", NOW + timedelta(hours=2))
    assert headline(row) == (
        "deferred until 08 Jan 08:40: Tocilizumab 8 mg/kg; one dose is 464 mg, 08 Jan 2026 06:40"
    )


@pytest.mark.parametrize(
    "broken",
    ["", "[]", "{", "{}", '{"crs_tocilizumab": {}}', '{"crs_tocilizumab": 3}', "null", "[" * 9000],
)
def test_a_line_that_the_page_lost_is_refused(
    broken: str, course: Course, nurse: User, nurse_client: Client
) -> None:
    answer = nurse_client.post(
        page("mark_line", course), sent(course, nurse, done=CODE, lines=broken)
    )
    assert answer.status_code == 422
    assert not StepMark.objects.exists()


# The page


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ({}, "Tap what became of this line."),
        ({"answer": "declined"}, "Say the reason in a few words."),
        ({"answer": "declined", "reason": "  "}, "Say the reason in a few words."),
        ({"answer": "deferred"}, "Say the reason in a few words."),
        ({"answer": "done", "deferred_for": "2"}, "A time belongs to a line that is deferred."),
        ({"answer": "done", "code": "Tocilizumab!"}, "is no code"),
    ],
)
def test_a_mark_without_its_answer_or_reason_is_refused(
    typed: dict[str, str], refusal: str, course: Course, physician: User, physician_client: Client
) -> None:
    form = sent(course, physician, **(as_typed() | typed))
    answer = physician_client.post(page("mark_line", course), form)
    assert answer.status_code == 422
    assert refusal in answer.content.decode()
    assert not StepMark.objects.exists()


@pytest.mark.parametrize("word", ["deferred", "declined"])
def test_only_a_physician_defers_or_declines(
    word: str, course: Course, nurse: User, nurse_client: Client, physician: User
) -> None:
    form = sent(course, nurse, **as_typed(answer=word, reason="no fever"))
    assert nurse_client.post(page("mark_line", course), form).status_code == 422
    row = mark(course, answer=word, reason="no fever")
    with pytest.raises(NotAllowed, match="Only a physician defers or declines"):
        door.mark(row, deferred_for=None, after=None, by=nurse)
    door.mark(row, deferred_for=None, after=None, by=physician)
    assert StepMark.objects.get().recorded_by == physician


# The door


def test_a_mark_that_came_meanwhile_is_told_and_not_overwritten(
    course: Course, nurse: User, physician: User, physician_client: Client
) -> None:
    door.mark(mark(course), deferred_for=None, after=None, by=nurse)
    form = sent(course, physician, **as_typed(answer="declined", reason="infection"))
    answer = physician_client.post(page("mark_line", course), form)
    assert answer.status_code == 409
    refusal = "Nina Nurse has decided on this since you opened the page: done: Tocilizumab"
    assert refusal in answer.content.decode()
    assert StepMark.objects.count() == 1

    again = as_shown(answer) | {"answer": "declined", "reason": "infection"}
    assert physician_client.post(page("mark_line", course), again).status_code == 302
    assert StepMark.objects.latest("pk").answer == "declined"


def test_a_mark_on_another_line_is_no_obstacle(course: Course, nurse: User) -> None:
    door.mark(mark(course), deferred_for=None, after=None, by=nurse)
    other = mark(course, code="crs_infection_work_up")
    door.mark(other, deferred_for=None, after=None, by=nurse)
    with pytest.raises(AlreadyDecided):
        door.mark(mark(course), deferred_for=None, after=uuid.uuid4(), by=nurse)


def test_a_deferral_sent_again_later_is_stored_once(course: Course, physician: User) -> None:
    two_hours, reason = timedelta(hours=2), "cultures first"
    row = mark(course, answer="deferred", reason=reason)
    door.mark(row, deferred_for=two_hours, after=None, by=physician)
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        again = mark(course, answer="deferred", reason=reason, uid=row.uid)
        door.mark(again, deferred_for=two_hours, after=None, by=physician)
    assert StepMark.objects.get().until_at == NOW + two_hours


def test_a_mark_changes_no_grade_and_stands_in_the_record(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(36)], by=nurse)
    before = list(GradeRecord.objects.order_by("pk").values())
    assert door.mark(mark(course), deferred_for=None, after=None, by=nurse) == []
    assert list(GradeRecord.objects.order_by("pk").values()) == before
    (only,) = record_of(course).step_marks
    assert (only.code, only.answer, only.text) == ("crs_tocilizumab", "done", LINE["text"])


# The list on the chart


def test_the_chart_lists_marks_and_one_is_struck_out_like_any_entry(
    course: Course, nurse: User, nurse_client: Client, physician: User
) -> None:
    chart, title = page("chart", course), "Lines of the step that were marked"
    assert title not in nurse_client.get(chart).content.decode()
    row = mark(course, answer="declined", reason="infection more likely")
    door.mark(row, deferred_for=None, after=None, by=physician)
    listed = nurse_client.get(chart).content.decode()
    assert title in listed
    assert "Tocilizumab 8 mg/kg; one dose is 464 mg (infection more likely)" in listed
    assert nurse_client.get(page("chart_list", course, key="step-marks")).status_code == 200

    strike_out = reverse("strike_out", args=[course.uid, "step_marks", row.uid])
    assert "declined: Tocilizumab" in nurse_client.get(strike_out).content.decode()
    form = sent(course, nurse, reason="other", words="the other patient")
    assert nurse_client.post(strike_out, form).status_code == 302
    row.refresh_from_db()
    assert row.struck_out_by == nurse
    assert record_of(course).step_marks == ()


def test_a_mark_is_read_field_by_field(course: Course, physician: User) -> None:
    row = mark(course, answer="deferred", reason="CT_first", grade=None)
    door.mark(row, deferred_for=timedelta(hours=1), after=None, by=physician)
    assert lines(row) == {
        "Marked": "08 Jan 2026 06:40",
        "Line": "crs_tocilizumab",
        "Toxicity": "CRS",
        "Answer": "deferred",
        "Deferred until": "08 Jan 2026 07:40",
        "Reason": "CT_first",
        "Text": LINE["text"],
    }
