"""Closing a course: what is open is named first, and above grade 0 a physician says why."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client

from patients import door
from patients.drafts.models import Draft
from patients.models import Course, Dose, User
from tests.patients.admission.test_move_close import close, refused, reopen, saved, text
from tests.patients.entering import NOW, page
from tests.storing import AssessmentAt

FEVER: dict[str, Any] = {"temperature_c": Decimal("38.9")}
RUN: dict[str, Any] = {"agent": "norepinephrine", "amount": Decimal("0.05"), "unit": "mcg/kg/min"}
CLOSING = {"closed_at": NOW, "outcome": "discharged"}


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def febrile(course: Course, nurse: User, assessment_at: AssessmentAt) -> Course:
    """A course with CRS 1, three hours ago."""
    door.enter(course, [assessment_at(64, **FEVER)], by=nurse)
    return course


def test_the_page_names_everything_that_is_open_with_the_way_to_settle_it(
    physician_client: Client, febrile: Course, nurse: User
) -> None:
    run = Dose(course=febrile, given_at=NOW, **RUN)
    door.enter(febrile, [run], by=nurse)
    Draft.objects.create(
        user=nurse,
        course=febrile,
        form_uid=run.uid,
        address=page("lab_new", febrile),
        title="Laboratory",
        content="[]",
        revision=1,
        first_typed_at=NOW,
        typed_at=NOW,
    )
    shown = text(physician_client.get(page("close", febrile)))
    for words, link in (
        ("CRS grade 1, 3 h 40 ago", page("assessment_new", febrile)),
        ("ICANS grade 0, 3 h 40 ago", page("assessment_new", febrile)),
        (
            "norepinephrine 0.05 mcg/kg/min since 08 Jan 06:40",
            page("dose_stop", febrile, row_uid=run.uid),
        ),
        ("the call of 08 Jan 2026 06:40 is still open (CRS 1", page("call", febrile)),
        ("Laboratory, not saved: Nina Nurse, 06:40", page("lab_new", febrile)),
    ):
        assert words in shown
        assert f'href="{link}"' in shown
    assert "<dt>Overdue</dt>" in shown


def test_what_was_never_assessed_is_said_so_and_is_no_0(
    physician_client: Client, course: Course
) -> None:
    shown = text(physician_client.get(page("close", course)))
    assert "CRS: not assessed" in shown
    assert "ICANS: not assessed" in shown
    assert "CRS grade" not in shown


@pytest.mark.parametrize("words", ["", "   "])
def test_above_grade_0_a_reason_is_needed(
    physician_client: Client, febrile: Course, words: str
) -> None:
    refusal = refused(close(physician_client, febrile, words=words))
    assert "CRS 1 now: say why the course is closed above grade 0." in refusal
    febrile.refresh_from_db()
    assert febrile.is_open()


def test_the_reason_stands_with_the_closing_and_goes_with_the_reopening(
    physician_client: Client, febrile: Course
) -> None:
    first = close(physician_client, febrile, words="ICU of the other hospital")
    asked = refused(first).split('name="confirm"')[1].split('value="')[1].split('"')[0]
    saved(close(physician_client, febrile, words="ICU of the other hospital", confirm=asked))
    febrile.refresh_from_db()
    assert febrile.closing_reason == "ICU of the other hospital"
    assert febrile.history.latest().closing_reason == "ICU of the other hospital"
    chart = text(physician_client.get(page("chart", febrile)))
    assert "discharged, 08 Jan 2026 06:30. Reason: ICU of the other hospital." in chart
    saved(reopen(physician_client, febrile))
    febrile.refresh_from_db()
    assert febrile.closing_reason == ""


def test_a_grade_of_0_asks_for_no_reason(
    physician_client: Client, course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(64)], by=nurse)
    saved(close(physician_client, course))


@pytest.mark.parametrize("outcome", ["discharged", "transferred", "lost", ""])
def test_the_door_refuses_a_closing_above_0_without_a_reason(
    febrile: Course, physician: User, outcome: str
) -> None:
    with pytest.raises(ValidationError, match="say why"):
        door.amend(febrile, by=physician, reason="left", changes=CLOSING | {"outcome": outcome})
    with_reason = CLOSING | {"outcome": outcome, "closing_reason": "moved abroad"}
    door.amend(febrile, by=physician, reason="left", changes=with_reason)
    assert not febrile.is_open()


def test_a_death_is_a_reason_of_its_own(febrile: Course, physician: User) -> None:
    door.amend(febrile, by=physician, reason="died", changes=CLOSING | {"outcome": "died"})
    assert not febrile.is_open()


def test_a_grade_that_rose_while_the_page_was_open_shows_it_again_with_everything_typed(
    physician_client: Client,
    febrile: Course,
    nurse: User,
    assessment_at: AssessmentAt,
) -> None:
    shown = physician_client.get(page("close", febrile)).content.decode()
    as_listed = shown.split('name="as_listed" value="')[1].split('"')[0]
    worse = FEVER | {"oxygen_device": "nasal_cannula", "oxygen_flow_l_min": Decimal(2)}
    door.enter(febrile, [assessment_at(65, **worse)], by=nurse)
    again = refused(
        close(physician_client, febrile, words="home with a nurse", as_listed=as_listed)
    )
    assert "What is open has changed since you opened this page." in again
    assert "CRS grade 2" in again
    assert 'value="home with a nurse"' in again or ">home with a nurse" in again
    assert f'name="as_listed" value="{as_listed}"' not in again
    febrile.refresh_from_db()
    assert febrile.is_open()


def test_a_nurse_reads_who_closes_and_whom_to_call(
    nurse_client: Client, viewer_client: Client, febrile: Course
) -> None:
    refusal = refused(nurse_client.get(page("close", febrile)), status=403)
    assert (
        "CRS 1 now: only a physician of this ward closes the course, and writes why. "
        "Call one: Bleep 4711." in refusal
    )
    assert "Call one" not in refused(viewer_client.get(page("close", febrile)), status=403)
