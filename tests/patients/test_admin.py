"""The admin adds and reads clinical rows, on the user's own wards; it changes none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin import site
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from patients import door
from patients.door.refusals import NotAllowed, Refused
from patients.models import (
    Adjudication,
    Assessment,
    Course,
    Event,
    GradeRecord,
    MonitoringSchedule,
    Patient,
    TrialIncidence,
    User,
    Ward,
)
from tests.storing import AssessmentAt

HAPPENED = {"happened_at_0": "2026-01-06", "happened_at_1": "10:00:00"}
ASSESSED = {
    "observed_at_0": "2026-01-06",
    "observed_at_1": "22:00:00",
    "temperature_c": "38.9",
    "fever": "unknown",
    "hypotension": "false",
    "fluid_bolus": "unknown",
    "oxygen_device": "room_air",
    "attribution": "{}",
    "vasopressors": "[]",
}
CLINICAL = ("assessment", "labresult", "dose", "event", "adjudication", "patient", "course")


@pytest.fixture
def staff(physician: User) -> User:
    """A physician of the ward who also opens the admin."""
    physician.is_staff = True
    physician.save()
    return physician


@pytest.fixture
def staff_client(staff: User, signed_in: Callable[[User], Client]) -> Client:
    return signed_in(staff)


def changelist(model: str) -> str:
    return reverse(f"admin:patients_{model}_changelist")


@pytest.mark.parametrize("kind", ["iec_hs", "tian", "secondary_hlh"])
@pytest.mark.parametrize("is_physician", [True, False])
def test_a_diagnosis_and_the_grade_of_an_event_are_a_physicians_in_the_admin_too(
    kind: str, is_physician: bool, physician: User, nurse: User, course: Course, signed_in: Any
) -> None:
    user = physician if is_physician else nurse
    user.is_staff = True
    user.save()
    add = reverse("admin:patients_event_add")
    event = {"course": course.pk, "kind": kind, "grade": "4", **HAPPENED}
    client = signed_in(user)
    assert ('name="grade"' in client.get(add).content.decode()) is is_physician
    client.post(add, event)
    assert Event.objects.count() == is_physician
    client.post(add, event | {"kind": "mnt"})
    assert {row.grade for row in Event.objects.all()} == ({4} if is_physician else {None})
    assert Event.objects.filter(kind="mnt").exists()


@pytest.mark.parametrize("is_physician", [True, False])
def test_a_decision_is_a_physicians_in_the_admin_too(
    is_physician: bool, physician: User, nurse: User, course: Course, signed_in: Any
) -> None:
    user = physician if is_physician else nurse
    user.is_staff = True
    user.save()
    client, add = signed_in(user), reverse("admin:patients_adjudication_add")
    time = {"decided_at_0": "2026-01-06", "decided_at_1": "10:00:00"}
    decided = {"course": course.pk, "decision": "refused", "sign": "fever", "reason": "no", **time}
    allowed = 200 if is_physician else 403
    for wrong in ({"decision": ""}, {"sign": ""}, {"reason": ""}, {"grade": "3"}):
        assert client.post(add, decided | wrong).status_code == allowed
    assert not Adjudication.objects.exists()
    client.post(add, decided)
    assert Adjudication.objects.count() == is_physician


def test_a_closed_course_takes_no_row_from_the_admin(
    staff: User, staff_client: Client, course: Course
) -> None:
    door.amend(
        course,
        by=staff,
        reason="home",
        changes={
            "closed_at": timezone.now(),
            "outcome": "discharged",
            "closing_reason": "went home",
        },
    )
    event = {"course": course.pk, "kind": "icu_in", **HAPPENED}
    assert staff_client.post(reverse("admin:patients_event_add"), event).status_code == 200
    assert not Event.objects.exists()


def test_an_added_assessment_is_signed_and_graded(
    staff: User, staff_client: Client, course: Course
) -> None:
    answer = staff_client.post(
        reverse("admin:patients_assessment_add"),
        {
            "course": course.pk,
            **ASSESSED,
        },
    )

    assert answer.status_code == 302, answer.context["errors"]
    row = Assessment.objects.get()
    assert row.recorded_by == staff
    assert GradeRecord.objects.get(system="crs_astct_2019", assessment=row).grade == 1


def test_an_entry_is_read_and_not_changed(
    staff_client: Client, course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    row = assessment_at(36)
    door.enter(course, [row], by=nurse)
    page = reverse("admin:patients_assessment_change", args=[row.pk])

    assert staff_client.get(page).status_code == 200
    assert staff_client.post(page, {"note": "changed"}).status_code == 403
    deletion = reverse("admin:patients_assessment_delete", args=[row.pk])
    assert staff_client.post(deletion, {"post": "yes"}).status_code == 403
    assert Assessment.objects.get().note == ""


@pytest.mark.parametrize("model", CLINICAL)
def test_every_clinical_list_opens_and_offers_no_deletion(
    model: str, staff_client: Client, course: Course
) -> None:
    answer = staff_client.get(changelist(model))
    assert answer.status_code == 200
    assert b"delete_selected" not in answer.content


def test_no_list_of_the_admin_searches_patients_by_the_address() -> None:
    for model, its in site._registry.items():
        about_patients = model._meta.app_label == "patients" and model is not User
        assert not (about_patients and its.search_fields), model
        assert not its.autocomplete_fields, model


@pytest.mark.parametrize("model", CLINICAL)
def test_every_clinical_form_to_add_opens(model: str, staff_client: Client, course: Course) -> None:
    assert staff_client.get(reverse(f"admin:patients_{model}_add")).status_code == 200


def test_another_wards_patient_is_not_in_the_admin(
    staff_client: Client, course: Course, other_course: Course
) -> None:
    patients = staff_client.get(changelist("patient")).content
    assert b"00123" in patients
    assert b"00999" not in patients
    page = reverse("admin:patients_course_change", args=[other_course.pk])
    assert staff_client.get(page).status_code in {302, 403, 404}
    choices = staff_client.get(reverse("admin:patients_assessment_add")).content
    assert b"DOE" in choices
    assert b"ROE" not in choices


# What the admin adds, and what the door refuses of it


INFUSED = {"infused_at_0": "2026-01-05", "infused_at_1": "10:00:00"}


def add(client: Client, model: str, fields: dict[str, Any]) -> Any:
    return client.post(reverse(f"admin:patients_{model}_add"), fields)


def typed(answer: Any) -> str:
    """The page that came back, which is a form with a reason."""
    assert answer.status_code == 200
    assert answer.context["errors"], "the form says no reason"
    return str(answer.content.decode())


@pytest.fixture
def no_course(staff: User) -> Patient:
    patient = Patient(mrn="00777", family_name="Poe", birth_date=date(1970, 1, 1))
    return door.add_patient(patient, by=staff)


def test_a_course_of_the_admin_takes_the_zone_of_its_ward(
    staff_client: Client, no_course: Patient, ward: Ward
) -> None:
    page = staff_client.get(reverse("admin:patients_course_add")).content.decode()
    for name in ("time_zone", "carried", "opened_at_0"):
        assert f'name="{name}"' not in page
    course = {"patient": no_course.pk, "ward": ward.pk, "product": "obe-cel", **INFUSED}
    forged = {"time_zone": "Asia/Tokyo", "carried": '{"a": NaN}'}
    assert add(staff_client, "course", course | forged).status_code == 302
    stored = Course.objects.get(patient=no_course)
    assert (stored.time_zone, stored.carried) == (ward.time_zone, {})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("later_infusions", '{"2026-01-06T10:00+01:00": 1}'),
        ("later_infusions", '"2026-01-06"'),
        ("later_infusions", "[20260106]"),
        ("later_infusions", "[null]"),
        ("later_infusions", "[" * 100_000),
        ("later_infusions", "[NaN]"),
        ("later_infusions", "[1e999]"),
        ("later_infusions", "[" + "9" * 5_000 + "]"),
        ("later_infusions", r'["\u0000"]'),
        ("later_infusions", r'["\ud800"]'),
        ("ward", ""),
        ("infused_at_0", "yesterday"),
    ],
)
def test_a_course_that_cannot_be_stored_comes_back_with_the_reason(
    field: str, value: str, staff_client: Client, no_course: Patient, ward: Ward
) -> None:
    course = {"patient": no_course.pk, "ward": ward.pk, "product": "obe-cel", **INFUSED}
    assert "obe-cel" in typed(add(staff_client, "course", course | {field: value}))
    assert not Course.objects.filter(patient=no_course).exists()


@pytest.mark.parametrize("value", ["[" * 100_000, '{"a": NaN}', r'{"\ud800": 1}', "[[]]", "[{}]"])
@pytest.mark.parametrize("field", ["attribution", "vasopressors", "ice", "organ_toxicity"])
def test_a_json_value_that_cannot_be_stored_comes_back_as_it_was_typed(
    field: str, value: str, staff_client: Client, course: Course
) -> None:
    assessment = {"course": course.pk, **ASSESSED, field: value}
    assert escape(value) in typed(add(staff_client, "assessment", assessment))
    assert not Assessment.objects.exists()


def test_a_second_open_course_comes_back_with_the_reason(
    staff_client: Client, course: Course
) -> None:
    second = {"patient": course.patient_id, "ward": course.ward_id, "product": "tisa", **INFUSED}
    assert "already has an open course" in typed(add(staff_client, "course", second))


@pytest.mark.parametrize(
    "refusal",
    [
        Refused("The door says no."),
        NotAllowed("The door says no."),
        ValidationError("The door says no."),
        ValidationError({"note": "The door says no."}),
        ValidationError({"recorded_by": "The door says no."}),
    ],
)
@pytest.mark.parametrize("model", ["patient", "course", "event", "assessment"])
def test_what_the_door_refuses_comes_back_with_what_was_typed(
    model: str,
    refusal: Exception,
    staff_client: Client,
    no_course: Patient,
    course: Course,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise refusal

    for name in ("add_patient", "admit", "enter"):
        monkeypatch.setattr(door, name, refuse)
    fields: dict[str, dict[str, Any]] = {
        "patient": {"mrn": "00778", "family_name": "as typed"},
        "course": {
            "patient": no_course.pk,
            "ward": course.ward_id,
            "product": "as typed",
            **INFUSED,
        },
        "event": {"course": course.pk, **HAPPENED, "kind": "icu_in", "note": "as typed"},
        "assessment": {"course": course.pk, **ASSESSED, "note": "as typed"},
    }
    page = typed(add(staff_client, model, fields[model]))
    assert "The door says no." in page
    assert "as typed" in page


# A form of the admin that arrives twice


def number_of(client: Client, model: str) -> str:
    page = client.get(reverse(f"admin:patients_{model}_add"))
    number = str(page.context["adminform"].form["uid"].value())
    assert f'type="hidden" name="uid" value="{number}"' in page.content.decode()
    return number


def test_an_entry_that_the_admin_sends_twice_is_stored_once(
    staff_client: Client, course: Course
) -> None:
    event = {"course": course.pk, **HAPPENED, "kind": "icu_in"}
    event["uid"] = number_of(staff_client, "event")
    for _ in range(2):
        assert add(staff_client, "event", event).status_code == 302
    other = typed(add(staff_client, "event", event | {"kind": "icu_out"}))
    assert "already saved, with other values" in other
    assert Event.objects.get().kind == "icu_in"
    assert add(staff_client, "event", event | {"uid": number_of(staff_client, "event")})
    assert Event.objects.count() == 2


def test_an_admission_that_the_admin_sends_twice_opens_one_course(
    staff_client: Client, no_course: Patient, ward: Ward
) -> None:
    course = {"patient": no_course.pk, "ward": ward.pk, "product": "obe-cel", **INFUSED}
    course["uid"] = number_of(staff_client, "course")
    for _ in range(2):
        assert add(staff_client, "course", course).status_code == 302
    assert "with other values" in typed(add(staff_client, "course", course | {"product": "x"}))
    assert Course.objects.get(patient=no_course).product == "obe-cel"


def test_a_number_of_another_course_is_made_anew(
    staff_client: Client, course: Course, no_course: Patient, ward: Ward, staff: User
) -> None:
    number = number_of(staff_client, "event")
    event = {**HAPPENED, "kind": "icu_in", "uid": number}
    assert add(staff_client, "event", event | {"course": course.pk}).status_code == 302
    there = Course(ward=ward, product="obe-cel", infused_at=course.infused_at)
    there = door.admit(no_course, there, by=staff)
    answer = add(staff_client, "event", event | {"course": there.pk})
    assert "has a new number now" in typed(answer)
    assert answer.context["adminform"].form["uid"].value() != number


def test_an_administrator_keeps_users_and_wards_and_reads_nothing_clinical(
    administrator: User, signed_in: Callable[[User], Client], course: Course
) -> None:
    client = signed_in(administrator)
    for model in ("user", "ward", "membership"):
        assert client.get(changelist(model)).status_code == 200
        assert client.get(reverse(f"admin:patients_{model}_add")).status_code == 200
    for model in CLINICAL:
        assert client.get(changelist(model)).status_code == 403


def test_an_administrator_changes_a_role_and_a_membership(
    administrator: User, nurse: User, signed_in: Callable[[User], Client]
) -> None:
    page = reverse("admin:patients_user_change", args=[nurse.pk])
    client = signed_in(administrator)
    form = client.get(page).context["adminform"].form
    fields: dict[str, Any] = {
        name: "" if value is None else value
        for name, value in form.initial.items()
        if name not in {"password", "groups", "user_permissions", "last_login", "date_joined"}
    }
    fields |= {
        "role": "physician",
        "date_joined_0": "2026-01-01",
        "date_joined_1": "08:00:00",
        "memberships-TOTAL_FORMS": "0",
        "memberships-INITIAL_FORMS": "0",
    }
    fields = {name: value for name, value in fields.items() if value is not False}

    assert client.post(page, fields).status_code == 302
    nurse.refresh_from_db()
    assert nurse.role == "physician"


def test_a_viewer_on_the_staff_reads_and_does_not_add(
    viewer: User, signed_in: Callable[[User], Client], course: Course
) -> None:
    viewer.is_staff = True
    viewer.save()
    client = signed_in(viewer)
    assert client.get(changelist("course")).status_code == 200
    assert client.get(reverse("admin:patients_assessment_add")).status_code == 403


def test_a_nurse_who_is_not_staff_has_no_admin(nurse_client: Client, course: Course) -> None:
    answer = nurse_client.get(changelist("course"))
    assert answer.status_code in {302, 403}


REFERENCE = ("product", "trialincidence", "monitoringschedule", "preventiontrial")


@pytest.mark.parametrize("model", REFERENCE)
def test_an_administrator_keeps_the_reference_rows(
    model: str, administrator: User, signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(administrator)
    row = apps.get_model("patients", model).objects.first()
    listed = client.get(changelist(model))
    assert listed.status_code == 200
    assert b'class="sortable' not in listed.content
    assert client.get(reverse(f"admin:patients_{model}_add")).status_code == 200
    for page in ("change", "history"):
        address = reverse(f"admin:patients_{model}_{page}", args=[row.pk])
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("model", REFERENCE)
def test_nobody_else_on_the_staff_reads_or_changes_reference_rows_in_the_admin(
    model: str, staff_client: Client
) -> None:
    row = apps.get_model("patients", model).objects.first()
    assert staff_client.get(changelist(model)).status_code == 403
    change = reverse(f"admin:patients_{model}_change", args=[row.pk])
    assert staff_client.post(change, {"source": "mine"}).status_code == 403
    row.refresh_from_db()
    assert row.source != "mine"


def test_a_change_of_a_schedule_keeps_who_made_it_and_what_stood_before(
    administrator: User, signed_in: Callable[[User], Client]
) -> None:
    row = MonitoringSchedule.objects.get(product__abbreviation="obe-cel", region="US")
    page = reverse("admin:patients_monitoringschedule_change", args=[row.pk])
    fields = {
        "product": row.product_id,
        "region": "US",
        "daily_days": "14",
        "text": "read on the label",
        "source": "Aucatzyl US label",
        "confidence": "V",
    }
    assert signed_in(administrator).post(page, fields).status_code == 302
    row.refresh_from_db()
    assert row.daily_days == 14
    latest, *earlier = row.history.all()
    assert (latest.history_user, latest.daily_days) == (administrator, 14)
    assert {each.daily_days for each in earlier} == {None}


def test_a_percent_above_100_is_not_taken(
    administrator: User, signed_in: Callable[[User], Client]
) -> None:
    row = TrialIncidence.objects.get(trial="JULIET")
    page = reverse("admin:patients_trialincidence_change", args=[row.pk])
    client = signed_in(administrator)
    initial = client.get(page).context["adminform"].form.initial
    fields = {name: "" if value is None else value for name, value in initial.items()}
    fields |= {"notes-TOTAL_FORMS": "0", "notes-INITIAL_FORMS": "0"}
    answer = client.post(page, fields | {"crs_any": "580"})
    assert answer.status_code == 200
    assert "crs_any" in answer.context["adminform"].form.errors
    assert client.post(page, fields | {"crs_any": "59"}).status_code == 302
