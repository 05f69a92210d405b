"""Entered on the wrong patient: struck out there and entered here, in one step, both linked."""

from __future__ import annotations

import html
import uuid
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client

from patients import door
from patients.door import entries
from patients.door.refusals import AlreadyStruckOut, Refused, WrongCourse
from patients.models import (
    Assessment,
    ClinicalRow,
    Course,
    Dose,
    Event,
    GradeRecord,
    LabResult,
    Membership,
    Patient,
    User,
    Ward,
)
from tests.patients.entering import NOW, page
from tests.storing import AssessmentAt, stored


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def neighbor(ward: Ward) -> Course:
    """The patient whom the entries are really about."""
    patient = stored(
        Patient(mrn="00456", family_name="Lee", given_name="Rosa", birth_date=date(1970, 2, 1))
    )
    infused_at = NOW - timedelta(days=2)
    return stored(
        Course(
            patient=patient, ward=ward, bed="13", product="tisagenlecleucel", infused_at=infused_at
        )
    )


@pytest.fixture
def fever(course: Course, nurse: User, assessment_at: AssessmentAt) -> Assessment:
    row = assessment_at(60, temperature_c=Decimal("39.2"), note="shivers")
    door.enter(course, [row], by=nurse)
    return row


def text(answer: Any) -> str:
    return html.unescape(" ".join(answer.content.decode().split()))


def strike(client: Client, row: ClinicalRow, kind: str = "assessments", **values: Any) -> Any:
    sent = {
        "uid": str(uuid.uuid4()),
        "course_uid": str(row.course.uid),
        "reason": "wrong patient",
        **values,
    }
    return client.post(page("strike_out", row.course, kind=kind, row_uid=row.uid), sent)


def current(course: Course) -> int | None:
    grade = GradeRecord.objects.filter(course=course, system="crs_astct_2019").of_course().first()
    return None if grade is None else grade.grade


def test_one_step_strikes_out_here_and_enters_there(
    nurse_client: Client, fever: Assessment, neighbor: Course, nurse: User
) -> None:
    assert strike(nurse_client, fever, copy_to=neighbor.uid).status_code == 302
    wrong = Assessment.objects.get(pk=fever.pk)
    right = Assessment.objects.get(course=neighbor)
    assert (wrong.struck_out_by, wrong.struck_out_reason) == (nurse, "wrong patient")
    assert right.copied_from == wrong
    assert (right.temperature_c, right.note) == (Decimal("39.2"), "shivers")
    assert right.observed_at == wrong.observed_at
    assert right.uid != wrong.uid
    assert (current(fever.course), current(neighbor)) == (None, 1)


@pytest.mark.parametrize(
    ("kind", "make"),
    [
        (
            "labs",
            lambda course: LabResult(
                course=course, collected_at=NOW, analyte="crp", value=Decimal(5), unit="mg/dL"
            ),
        ),
        (
            "doses",
            lambda course: Dose(
                course=course,
                given_at=NOW - timedelta(hours=2),
                ended_at=NOW,
                agent="norepinephrine",
                amount=Decimal("0.1"),
                unit="mcg/kg/min",
                route="IV",
            ),
        ),
        ("events", lambda course: Event(course=course, happened_at=NOW, kind="icu_in")),
    ],
)
def test_every_kind_of_entry_is_copied_whole(
    nurse_client: Client,
    course: Course,
    neighbor: Course,
    nurse: User,
    kind: str,
    make: Callable[[Course], Any],
) -> None:
    row = make(course)
    door.enter(course, [row], by=nurse)
    assert strike(nurse_client, row, kind, copy_to=neighbor.uid).status_code == 302
    copied = type(row).objects.get(course=neighbor)
    own = {"uid", "course", "copied_from"}
    stored = type(row).objects.get(pk=row.pk)
    for name, fact in stored.facts().items():
        if name not in own:
            assert copied.facts()[name] == fact, name


def test_both_charts_show_the_other(
    nurse_client: Client, fever: Assessment, neighbor: Course
) -> None:
    strike(nurse_client, fever, copy_to=neighbor.uid)
    wrong = text(nurse_client.get(page("chart", fever.course)))
    right = text(nurse_client.get(page("chart", neighbor)))
    link = '<a href="{}">{}</a>'
    assert (
        f"copied to the chart of {link.format(page('chart', neighbor), 'LEE, Rosa (00456)')}"
        in wrong
    )
    expected = link.format(page("chart", fever.course), "DOE, Jane (00123)")
    assert f"copied here from the chart of {expected}" in right


def test_a_laboratory_value_shows_it_too(
    nurse_client: Client, course: Course, neighbor: Course, nurse: User
) -> None:
    row = LabResult(course=course, collected_at=NOW, analyte="crp", value=Decimal(5), unit="mg/L")
    door.enter(course, [row], by=nurse)
    strike(nurse_client, row, "labs", copy_to=neighbor.uid)
    assert "copied here from the chart of" in text(nurse_client.get(page("chart", neighbor)))


def test_a_patient_of_another_ward_is_not_named(
    nurse_client: Client,
    other_ward_client: Client,
    fever: Assessment,
    neighbor: Course,
    other_ward: Ward,
    physician: User,
) -> None:
    strike(nurse_client, fever, copy_to=neighbor.uid)
    Membership.objects.create(user=physician, ward=other_ward)
    door.amend(neighbor, by=physician, reason="moved", changes={"ward": other_ward})
    right = text(other_ward_client.get(page("chart", neighbor)))
    assert "copied here from the chart of another patient" in right
    assert "DOE" not in right


def test_only_open_courses_of_my_wards_are_offered(
    nurse_client: Client,
    fever: Assessment,
    neighbor: Course,
    other_course: Course,
    physician: User,
) -> None:
    path = page("strike_out", fever.course, kind="assessments", row_uid=fever.uid)
    shown = text(nurse_client.get(path))
    assert "LEE, Rosa, 00456, bed 13" in shown
    assert "ROE" not in shown
    assert strike(nurse_client, fever, copy_to=other_course.uid).status_code == 422
    door.amend(
        neighbor,
        by=physician,
        reason="closed",
        changes={"closed_at": NOW, "closing_reason": "went home"},
    )
    assert "LEE" not in text(nurse_client.get(path))
    assert strike(nurse_client, fever, copy_to=neighbor.uid).status_code == 422
    assert Assessment.objects.get().is_live()


def test_only_what_was_on_the_wrong_patient_is_copied(
    nurse_client: Client, fever: Assessment, neighbor: Course
) -> None:
    answer = strike(nurse_client, fever, reason="wrong value", copy_to=neighbor.uid)
    assert answer.status_code == 422
    assert "Only what was entered on the wrong patient is copied." in text(answer)


def test_without_a_choice_it_is_only_struck_out(
    nurse_client: Client, fever: Assessment, neighbor: Course
) -> None:
    assert strike(nurse_client, fever).status_code == 302
    assert Assessment.objects.count() == 1


def test_sent_twice_it_is_copied_once(
    nurse_client: Client, fever: Assessment, neighbor: Course
) -> None:
    strike(nurse_client, fever, copy_to=neighbor.uid)
    assert strike(nurse_client, fever, copy_to=neighbor.uid).status_code == 409
    assert Assessment.objects.filter(course=neighbor).count() == 1


def test_the_same_form_sent_twice_is_answered_twice_and_copied_once(
    nurse_client: Client, physician: User, fever: Assessment, neighbor: Course
) -> None:
    form = {"uid": str(uuid.uuid4()), "copy_to": neighbor.uid}
    assert strike(nurse_client, fever, **form).status_code == 302
    assert strike(nurse_client, fever, **form).status_code == 302
    assert Assessment.objects.filter(course=neighbor).count() == 1
    assert Assessment.objects.count() == 2


def test_where_the_copy_fails_nothing_is_struck_out(
    fever: Assessment, neighbor: Course, nurse: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(entries, "enter_locked", fails)
    with pytest.raises(RuntimeError):
        door.copy_to(fever, neighbor, by=nurse, reason="wrong patient", uid=uuid.uuid4())
    assert Assessment.objects.get().is_live()


def test_the_door_refuses_a_closed_course_and_the_same_one(
    fever: Assessment, neighbor: Course, nurse: User, physician: User
) -> None:
    door.amend(
        neighbor,
        by=physician,
        reason="closed",
        changes={"closed_at": NOW, "closing_reason": "went home"},
    )
    with pytest.raises(Refused, match="has been closed"):
        door.copy_to(fever, neighbor, by=nurse, reason="wrong patient", uid=uuid.uuid4())
    with pytest.raises(WrongCourse):
        door.copy_to(fever, fever.course, by=nurse, reason="wrong patient", uid=uuid.uuid4())
    assert Assessment.objects.get().is_live()


def test_the_second_of_two_is_refused(fever: Assessment, neighbor: Course, nurse: User) -> None:
    door.copy_to(fever, neighbor, by=nurse, reason="wrong patient", uid=uuid.uuid4())
    with pytest.raises(AlreadyStruckOut):
        door.copy_to(fever, neighbor, by=nurse, reason="wrong patient", uid=uuid.uuid4())
    assert Assessment.objects.filter(course=neighbor).count() == 1


def test_a_chart_names_the_other_patient_as_that_one_is_called_now(
    nurse: User, nurse_client: Client, fever: Assessment, neighbor: Course
) -> None:
    door.copy_to(fever, neighbor, by=nurse, reason="wrong patient", uid=uuid.uuid4())
    chart = page("chart", neighbor)
    assert "DOE, Jane" in nurse_client.get(chart).content.decode()
    patient = fever.course.patient
    door.amend(patient, by=nurse, reason="misspelt", changes={"family_name": "Dove"})
    assert "DOVE, Jane" in nurse_client.get(chart).content.decode()
