"""Whatever way something comes in, the stored grades are then those that the rules give."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from grading.rules.systems import PRIMARY
from patients import door
from patients.clock import now
from patients.door.regrade_all import regrade_courses
from patients.models import (
    Assessment,
    ClinicalRow,
    Course,
    Dose,
    Event,
    GradeRecord,
    GuardedWrite,
    LabResult,
    Membership,
    Patient,
    User,
    Ward,
)
from tests.patients.admission import test_correct as correcting
from tests.patients.entering import FULL, NOW, answering, page, posted
from tests.storing import AssessmentAt

FEVER = {"temperature_c": "39.2"}


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def febrile(course: Course, nurse: User, assessment_at: AssessmentAt) -> Assessment:
    """A fever with oxygen, 30 h after the infusion: CRS 2."""
    row = assessment_at(30, temperature_c=Decimal("38.9"), oxygen_device="nasal_cannula",
               oxygen_flow_l_min=Decimal(2))  # fmt: skip
    door.enter(course, [row], by=nurse)
    return row


def standing() -> set[int]:
    return set(GradeRecord.objects.live().values_list("pk", flat=True))


def nothing_left_to_regrade() -> bool:
    courses = list(Course.objects.values_list("pk", flat=True))
    return list(regrade_courses(courses, at=now(), write=False)) == []


# The methods


METHODS: dict[str, Callable[[Course, User, AssessmentAt], object]] = {
    "enter": lambda course, by, assessment_at: door.enter(
        course, [assessment_at(40, **FEVER)], by=by
    ),
    "strike_out": lambda course, by, assessment_at: door.strike_out(
        Assessment.objects.get(), by=by, reason="wrong"
    ),
    "correct": lambda course, by, assessment_at: door.enter(
        course, [assessment_at(30, replaces=Assessment.objects.get())], by=by
    ),
    "dose": lambda course, by, assessment_at: door.enter(
        course,
        [Dose(given_at=course.infused_at, agent="norepinephrine", amount=1, unit="mcg/min")],
        by=by,
    ),
    "death": lambda course, by, assessment_at: door.enter(
        course, [Event(happened_at=NOW, kind="death", attributed_to="crs")], by=by
    ),
    "infusion time": lambda course, by, assessment_at: door.amend(
        course,
        by=by,
        reason="clock",
        changes={"infused_at": course.infused_at + timedelta(hours=35)},
    ),
    "baseline": lambda course, by, assessment_at: door.amend(
        course,
        by=by,
        reason="on the chart",
        changes={"baseline_oxygen_device": "nasal_cannula", "baseline_oxygen_flow_l_min": 2},
    ),
    "birth date": lambda course, by, assessment_at: door.amend(
        course.patient, by=by, reason="passport", changes={"birth_date": date(2018, 1, 1)}
    ),
}


@pytest.mark.parametrize("way_in", METHODS)
def test_every_method_regrades(
    way_in: str, course: Course, physician: User, febrile: Assessment, assessment_at: AssessmentAt
) -> None:
    before = standing()
    METHODS[way_in](course, physician, assessment_at)

    assert standing() != before
    assert nothing_left_to_regrade()


def test_the_end_of_a_run_regrades(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    run = Dose(given_at=course.infused_at, agent="norepinephrine", amount=1, unit="mcg/min")
    door.enter(
        course, [run, assessment_at(30, **FEVER, hypotension=None, vasopressors=None)], by=nurse
    )
    before = standing()
    door.stop(run, at=course.infused_at + timedelta(hours=2), by=nurse)

    assert standing() != before
    assert nothing_left_to_regrade()


def test_a_copy_to_the_right_patient_regrades_both(
    course: Course, other_course: Course, nurse: User, febrile: Assessment
) -> None:
    Membership.objects.create(user=nurse, ward=other_course.ward)
    copy = {"by": nurse, "reason": "wrong patient", "uid": Assessment().uid}
    here, there = door.copy_to(febrile, other_course, **copy)

    assert here
    assert there
    assert nothing_left_to_regrade()


def test_who_is_treated_cannot_be_changed_past_the_door(course: Course) -> None:
    patient = Patient.objects.get(pk=course.patient_id)
    patient.birth_date = date(2018, 1, 1)
    with pytest.raises(GuardedWrite):
        patient.save()


# The pages


def strike_out_page(course: Course, row: ClinicalRow, kind: str) -> str:
    return page("strike_out", course, kind=kind, row_uid=row.uid)


def amend(client: Client, course: Course, name: str, **values: Any) -> Any:
    return correcting.correct(client, course, name, **values)


PAGES: dict[str, Callable[[Client, Course, Assessment], Any]] = {
    "assessment": lambda client, course, row: client.post(
        page("assessment_new", course),
        answering(client, page("assessment_new", course), posted(course, **FULL)),
    ),
    "correction": lambda client, course, row: client.post(
        page("assessment_correct", course, row_uid=row.uid),
        posted(course, replaces=str(row.uid), **FULL),
    ),
    "strike-out": lambda client, course, row: client.post(
        strike_out_page(course, row, "assessments"), posted(course, "", reason="wrong value")
    ),
    "dose": lambda client, course, row: client.post(
        page("dose_new", course),
        posted(course, "given_at", agent="norepinephrine")
        | {"given_at_date": "2026-01-05", "given_at_time": "12:00"},
    ),
    "event": lambda client, course, row: client.post(
        page("event_new", course),
        posted(course, "happened_at", kind="death", attributed_to="crs", confirm="kind=death"),
    ),
    "infusion time": lambda client, course, row: amend(
        client,
        course,
        "course_correct",
        **correcting.moment("infused_at", course.infused_at + timedelta(hours=35)),
    ),
    "baseline": lambda client, course, row: amend(
        client,
        course,
        "course_correct",
        baseline_oxygen_device="nasal_cannula",
        baseline_oxygen_flow_l_min="2",
    ),
    "birth date": lambda client, course, row: amend(
        client, course, "patient_correct", birth_date_year="2018"
    ),
}


@pytest.mark.parametrize("way_in", PAGES)
def test_every_page_regrades(
    way_in: str, physician_client: Client, course: Course, febrile: Assessment
) -> None:
    before = standing()
    assert PAGES[way_in](physician_client, course, febrile).status_code == 302

    assert standing() != before
    assert nothing_left_to_regrade()


def test_the_page_that_ends_a_run_regrades(
    physician_client: Client, course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    run = Dose(given_at=course.infused_at, agent="norepinephrine", amount=1, unit="mcg/min")
    door.enter(
        course, [run, assessment_at(67.6, **FEVER, hypotension=None, vasopressors=None)], by=nurse
    )
    before = standing()
    url = page("dose_stop", course, row_uid=run.uid)
    answer = physician_client.post(url, posted(course, "ended_at", ended_at_time="06:20"))

    assert answer.status_code == 302
    assert standing() != before
    assert nothing_left_to_regrade()


@pytest.mark.parametrize("struck", [False, True])
def test_results_leave_nothing_to_regrade(
    struck: bool, physician_client: Client, course: Course, febrile: Assessment
) -> None:
    values = posted(course, "collected_at", ferritin_value="800", ferritin_unit="ng/mL")
    assert physician_client.post(page("lab_new", course), values).status_code == 302
    row = LabResult.objects.get()
    if struck:
        url = strike_out_page(course, row, "labs")
        answer = physician_client.post(url, posted(course, "", reason="wrong value"))
        assert answer.status_code == 302
    assert LabResult.objects.live().count() == int(not struck)
    assert nothing_left_to_regrade()


ADDED: dict[str, dict[str, str]] = {
    "assessment": {
        "observed_at_0": "2026-01-06",
        "observed_at_1": "22:00:00",
        "temperature_c": "38.9",
        "fever": "unknown",
        "hypotension": "false",
        "fluid_bolus": "unknown",
        "oxygen_device": "room_air",
        "attribution": "{}",
        "vasopressors": "[]",
    },
    "dose": {
        "given_at_0": "2026-01-05",
        "given_at_1": "12:00:00",
        "agent": "norepinephrine",
        "drug_class": "vasopressor",
    },
    "event": {
        "happened_at_0": "2026-01-08",
        "happened_at_1": "02:00:00",
        "kind": "death",
        "attributed_to": "crs",
    },
}


@pytest.mark.parametrize("model", ADDED)
def test_what_the_admin_adds_is_graded(
    model: str,
    physician: User,
    signed_in: Callable[[User], Client],
    course: Course,
    febrile: Assessment,
) -> None:
    physician.is_staff = True
    physician.save()
    before = standing()
    answer = signed_in(physician).post(
        reverse(f"admin:patients_{model}_add"), {"course": course.pk, **ADDED[model]}
    )

    assert answer.status_code == 302, answer.context["errors"]
    assert standing() != before
    assert nothing_left_to_regrade()


# The command line


def test_an_imported_document_is_graded(ward: Ward, tmp_path: Path) -> None:
    document = {
        "format": "cartox-course-1",
        "patient": {"mrn": "00700", "birth_date": "1964-03-12"},
        "course": {"product": "tisagenlecleucel", "infused_at": "2026-01-05T10:00:00+00:00"},
        "assessments": [{"hour": hour, "temperature_c": 38.4} for hour in (30, 36)],
        "doses": [{"hour": 31, "agent": "norepinephrine", "end_hour": 35}],
        "labs": [{"hour": 30, "analyte": "ferritin", "value": 8200, "unit": "ng/mL"}],
        "events": [{"hour": 40, "kind": "icu_in"}],
    }
    file = tmp_path / "course.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    call_command("import_course", str(file), "--ward", ward.name, stdout=io.StringIO())

    assert Assessment.objects.count() == 2
    astct = GradeRecord.objects.live().filter(system__in=PRIMARY)
    assert astct.count() == 2 * 2 + 2  # each of both systems, and the course in both
    assert nothing_left_to_regrade()
