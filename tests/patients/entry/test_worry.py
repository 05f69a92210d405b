"""“I am worried”: an entry by itself, which is no examination and touches nothing that stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from patients import door
from patients.models import Assessment, BoardRow, Course, GradeRecord, User
from tests.patients.entering import FULL, NOW, enter, page, preview
from tests.storing import AssessmentAt


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def shown(client: Client, address: str) -> str:
    return " ".join(client.get(address).content.decode().split())


def board_row(course: Course) -> dict[str, Any]:
    stored = BoardRow.objects.filter(course=course).values().get()
    return {name: value for name, value in stored.items() if "version" not in name} | {
        "updated_at": None
    }


@pytest.mark.parametrize("worried", ["nurse", "family"])
def test_a_worry_alone_is_an_entry_and_nothing_is_asked(
    nurse_client: Client, course: Course, physician: User, assessment_at: AssessmentAt, worried: str
) -> None:
    """Not even where somebody else has just saved a set."""
    row = assessment_at(67)
    row.observed_at = NOW - timedelta(minutes=5)
    door.enter(course, [row], by=physician)
    answer = enter(nurse_client, course, worried=worried)
    assert answer.status_code == 302, answer.content.decode()
    stored = Assessment.objects.latest("id")
    assert (stored.worried, stored.already_escalated, stored.note) == (worried, None, "")


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_that_somebody_was_told_is_no_entry_by_itself(
    nurse_client: Client, course: Course, answer: str
) -> None:
    refused = enter(nurse_client, course, already_escalated=answer)
    assert refused.status_code == 422
    assert "Nothing is entered yet" in refused.content.decode()
    assert enter(nurse_client, course, already_escalated=answer, worried="nurse").status_code == 302
    assert Assessment.objects.get().already_escalated is (answer == "yes")


def test_a_worry_leaves_every_grade_and_the_board_as_they_were(
    nurse_client: Client, nurse: User, course: Course, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(60, temperature_c=39)], by=nurse)
    before, grades = board_row(course), set(GradeRecord.objects.values_list("pk", flat=True))
    chart = page("chart", course)
    assert "the same grades" in shown(nurse_client, chart)
    enter(nurse_client, course, worried="family", note="not himself")
    assert board_row(course) == before
    assert not GradeRecord.objects.filter(pk__in=grades, superseded_at__isnull=False).exists()
    assert not GradeRecord.objects.exclude(pk__in=grades).filter(grade__isnull=False).exists()
    text = shown(nurse_client, chart)
    assert "<strong>family is worried</strong>" in text
    assert "not himself" in text
    assert "the same grades" in text
    side_by_side = shown(nurse_client, page("compare", course))
    assert ("23:00" in side_by_side, "06:30" in side_by_side) == (True, False)


def test_a_worry_without_any_examination_leaves_a_patient_unassessed(
    nurse_client: Client, course: Course
) -> None:
    enter(nurse_client, course, worried="nurse")
    assert BoardRow.objects.get(course=course).last_assessed_at is None


def test_a_worry_beside_findings_changes_nothing_of_the_preview(
    nurse_client: Client, course: Course
) -> None:
    assert preview(nurse_client, course, **FULL, worried="nurse") == preview(
        nurse_client, course, **FULL
    )


def test_another_s_worry_is_no_second_set_of_the_same_time(
    nurse_client: Client, course: Course, physician: User
) -> None:
    row = Assessment(course=course, observed_at=NOW - timedelta(minutes=2), worried="family")
    door.enter(course, [row], by=physician)
    assert enter(nurse_client, course, **FULL).status_code == 302
