"""Striking out: read first, with a reason, once; and what becomes of what it corrected."""

from __future__ import annotations

import html
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client

from patients import door
from patients.models import Assessment, Course, GradeRecord, User
from tests.patients.entering import NOW, page, posted
from tests.storing import AssessmentAt


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def text(answer: Any) -> str:
    return html.unescape(" ".join(answer.content.decode().split()))


def struck(client: Client, course: Course, row: Assessment, **values: Any) -> Any:
    url = page("strike_out", course, kind="assessments", row_uid=row.uid)
    return client.post(url, posted(course, "", **values))


def test_striking_out_needs_a_reason_and_the_grades_follow(
    nurse_client: Client, course: Course, assessment_at: AssessmentAt, nurse: User
) -> None:
    row = assessment_at(60, temperature_c=Decimal("39.0"))
    door.enter(course, [row], by=nurse)
    assert struck(nurse_client, course, row).status_code == 422
    answer = struck(nurse_client, course, row, reason="wrong patient", words="meant bed 3")
    assert answer.status_code == 302
    row.refresh_from_db()
    assert row.struck_out_reason == "wrong patient: meant bed 3"
    assert not GradeRecord.objects.live().filter(assessment=row).exists()


def test_an_entry_that_no_longer_counts_is_not_asked_about_again(
    nurse_client: Client, course: Course, assessment_at: AssessmentAt, nurse: User
) -> None:
    row = assessment_at(60)
    door.enter(course, [row], by=nurse)
    url = page("strike_out", course, kind="assessments", row_uid=row.uid)
    assert nurse_client.get(url).status_code == 200
    door.strike_out(row, by=nurse, reason="wrong value")
    answer = nurse_client.get(url, follow=True)
    assert "This entry was already corrected or struck out." in answer.content.decode()


def test_the_same_strike_out_sent_twice_is_answered_twice(
    nurse_client: Client,
    physician_client: Client,
    course: Course,
    assessment_at: AssessmentAt,
    nurse: User,
) -> None:
    row = assessment_at(60, temperature_c=Decimal("39.0"))
    door.enter(course, [row], by=nurse)
    answers = [struck(nurse_client, course, row, reason="wrong value") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]

    answer = struck(physician_client, course, row, reason="wrong value")
    assert answer.status_code == 409
    assert "struck out by Nina Nurse" in text(answer)
    row.refresh_from_db()
    assert row.struck_out_by == nurse


@pytest.fixture
def correction(course: Course, nurse: User, assessment_at: AssessmentAt) -> Assessment:
    """36.9 instead of 39.0, two corrections after each other."""
    rows = [assessment_at(60, temperature_c=Decimal(value)) for value in ("39.0", "37.2", "36.9")]
    for earlier, row in zip([None, *rows], rows, strict=False):
        row.replaces = earlier
        door.enter(course, [row], by=nurse)
    return rows[-1]


def test_before_a_correction_is_struck_out_it_says_that_neither_counts(
    nurse_client: Client, course: Course, correction: Assessment
) -> None:
    url = page("strike_out", course, kind="assessments", row_uid=correction.uid)
    page_text = text(nurse_client.get(url))
    assert "corrected an earlier one, which does not count again. Struck out, neither" in page_text
    assert "<td>37.2</td><td>36.9</td>" in page_text
    assert f'<a href="{page("assessment_correct", course, row_uid=correction.uid)}">' in page_text

    answer = struck(nurse_client, course, correction, reason="wrong value")
    page_text = text(nurse_client.get(answer.url))
    assert "the entry that it corrected does not count again" in page_text


def test_the_chart_says_of_each_entry_that_its_correction_was_struck_out(
    nurse_client: Client, course: Course, correction: Assessment
) -> None:
    chart = page("chart", course)
    words = "the correction was struck out since, and neither counts"
    assert words not in text(nurse_client.get(chart))
    struck(nurse_client, course, correction, reason="wrong value")
    assert text(nurse_client.get(chart)).count(words) == 2


def test_an_entry_that_corrected_nothing_is_struck_out_without_that_warning(
    nurse_client: Client, course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    row = assessment_at(60)
    door.enter(course, [row], by=nurse)
    url = page("strike_out", course, kind="assessments", row_uid=row.uid)
    assert "neither counts" not in text(nurse_client.get(url))


def test_a_second_corrector_after_a_strike_out_takes_the_values_into_a_new_entry(
    nurse_client: Client, course: Course, correction: Assessment
) -> None:
    struck(nurse_client, course, correction, reason="wrong value")
    before = correction.replaces
    assert before is not None
    url = page("assessment_correct", course, row_uid=before.uid)
    answer = nurse_client.post(url, posted(course, temperature_c="37.0"))
    assert answer.status_code == 409
    page_text = text(answer)
    assert "neither counts. Enter it anew." in page_text
    assert f'action="{page("assessment_new", course)}"' in page_text
    assert "Take my values into a new entry" in page_text


def test_another_reason_needs_words(
    nurse_client: Client, course: Course, assessment_at: AssessmentAt, nurse: User
) -> None:
    row = assessment_at(60)
    door.enter(course, [row], by=nurse)
    assert "Say in a few words" in text(struck(nurse_client, course, row, reason="other"))


def test_the_entry_is_read_before_it_is_struck_out(
    nurse_client: Client, course: Course, assessment_at: AssessmentAt, nurse: User
) -> None:
    row = assessment_at(60, temperature_c=Decimal("39.0"))
    door.enter(course, [row], by=nurse)
    url = page("strike_out", course, kind="assessments", row_uid=row.uid)
    shown = text(nurse_client.get(url))
    assert "assessment of 07 Jan 2026 23:00" in shown
    assert "<dd>39.0</dd>" in shown


def test_an_unknown_kind_of_row_does_not_exist(nurse_client: Client, course: Course) -> None:
    url = page("strike_out", course, kind="letters", row_uid=course.uid)
    assert nurse_client.get(url).status_code == 404
