"""Admitting: who, where, what, and nothing guessed; a known MRN is the same patient."""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from patients import door
from patients.door.refusals import Refused
from patients.models import BoardRow, Course, Membership, Patient, Role, User, Ward
from patients.models.guarded import unguarded
from tests.conftest import make_user
from tests.patients.admission.test_correct import patient_typed
from tests.patients.entering import NOW, page
from tests.storing import stored

ADMIT = reverse("admit")


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def text(answer: Any) -> str:
    return html.unescape(" ".join(answer.content.decode().split()))


def moment(name: str, day: int, month: int, year: int, clock: str) -> dict[str, str]:
    parts = {"day": day, "month": month, "year": year, "time": clock}
    return {f"{name}_{part}": str(value) for part, value in parts.items()}


def born(day: int, month: int, year: int) -> dict[str, str]:
    parts = {"day": day, "month": month, "year": year}
    return {f"birth_date_{part}": str(value) for part, value in parts.items()}


def typed(ward: Ward, **values: Any) -> dict[str, Any]:
    """A whole admission: Rosa Lee, 61, infused yesterday at 11:00 on the ward."""
    return {
        "uid": str(uuid.uuid4()),
        "mrn": "00777",
        "family_name": "Lee",
        "given_name": "Rosa",
        **born(7, 5, 1964),
        "sex": "F",
        "developmental_delay": "no",
        "ward": str(ward.pk),
        "bed": "4",
        "product": "tisagenlecleucel",
        "indication": "large B-cell lymphoma",
        "infusion": "given",
        **moment("infused_at", 7, 1, 2026, "11:00"),
        "weight_kg": "58,4",
        "weight_again": "58.4",
        "weighed_at_date": "2026-01-08",
        "weighed_at_time": "06:00",
        "baseline_oxygen_device": "nasal_cannula",
        "baseline_oxygen_flow_l_min": "2",
        "baseline_home_cpap": "yes",
        "baseline_ice_total": "10",
        **values,
    }


def admit(client: Client, ward: Ward, **values: Any) -> Any:
    return client.post(ADMIT, typed(ward, **values))


def admitted(answer: Any) -> Course:
    assert answer.status_code == 302, re.findall(r'say--error"> <p>(.*?)</p>', text(answer))
    return Course.objects.select_related("patient").get(uid=answer.url.split("/")[-2])


def looked_up(caplog: pytest.LogCaptureFixture) -> list[dict[str, str]]:
    """The look-ups of MRNs in the security log, since this was last asked."""
    lines = [vars(line)["facts"] for line in caplog.records if line.message == "mrn_looked_up"]
    caplog.clear()
    return lines


def refused(answer: Any) -> str:
    """What is said, with nothing stored and everything typed still there."""
    assert answer.status_code == 422
    page_text = text(answer)
    assert 'value="large B-cell lymphoma"' in page_text
    return page_text


def test_everything_typed_is_stored(nurse_client: Client, ward: Ward, nurse: User) -> None:
    course = admitted(admit(nurse_client, ward))
    patient = course.patient
    assert (patient.mrn, patient.display_name) == ("00777", "LEE, Rosa")
    assert (patient.birth_date, patient.sex) == (date(1964, 5, 7), "F")
    assert patient.developmental_delay is False
    assert (course.ward, course.bed, course.product) == (ward, "4", "tisagenlecleucel")
    assert course.infused_at == datetime(2026, 1, 7, 10, 0, tzinfo=UTC)
    assert course.infusion_planned is False
    assert course.time_zone == "Europe/Madrid"
    assert course.weight_kg == Decimal("58.4")
    assert course.weighed_at == datetime(2026, 1, 8, 5, 0, tzinfo=UTC)
    assert course.baseline_oxygen_device == "nasal_cannula"
    assert course.baseline_oxygen_flow_l_min == 2
    assert course.baseline_home_cpap is True
    assert course.baseline_ice_total == 10
    assert course.opened_at == NOW


def test_it_is_kept_who_admitted(nurse_client: Client, ward: Ward, nurse: User) -> None:
    course = admitted(admit(nurse_client, ward))
    history_row = course.history.get()
    assert (history_row.history_user, history_row.history_change_reason) == (nurse, "admitted")
    assert course.patient.history.get().history_user == nurse


def test_the_patient_stands_on_the_board_at_once(nurse_client: Client, ward: Ward) -> None:
    admitted(admit(nurse_client, ward))
    assert "LEE, Rosa" in text(nurse_client.get("/"))


def test_the_form_sent_twice_admits_once(nurse_client: Client, ward: Ward) -> None:
    values = typed(ward)
    first, second = nurse_client.post(ADMIT, values), nurse_client.post(ADMIT, values)
    assert first.status_code == 302
    assert Course.objects.count() == Patient.objects.count() == 1
    assert admitted(second) == admitted(first)


def test_a_planned_infusion_may_lie_ahead(nurse_client: Client, ward: Ward) -> None:
    ahead = moment("infused_at", 15, 1, 2026, "14:30")
    course = admitted(admit(nurse_client, ward, infusion="planned", **ahead))
    assert course.infusion_planned is True
    assert course.infused_at == datetime(2026, 1, 15, 13, 30, tzinfo=UTC)


def test_a_given_infusion_cannot_lie_ahead(nurse_client: Client, ward: Ward) -> None:
    ahead = moment("infused_at", 8, 1, 2026, "07:30")
    assert "lies in the future" in refused(admit(nurse_client, ward, **ahead))


def test_a_planned_infusion_in_the_past_is_asked_about(nurse_client: Client, ward: Ward) -> None:
    refusal = refused(admit(nurse_client, ward, infusion="planned"))
    assert "is past, but the infusion is only planned" in refusal
    assert "it has been given" in refusal


def test_split_doses_are_stored_in_order(nurse_client: Client, ward: Ward) -> None:
    later = moment("later_1", 8, 1, 2026, "11:00")
    course = admitted(admit(nurse_client, ward, **later))
    assert course.later_infusion_times == [datetime(2026, 1, 8, 10, 0, tzinfo=UTC)]


def test_a_second_infusion_before_the_first_is_refused(nurse_client: Client, ward: Ward) -> None:
    later = moment("later_1", 6, 1, 2026, "11:00")
    assert "must come after the one before it" in refused(admit(nurse_client, ward, **later))


def test_half_a_date_is_refused(nurse_client: Client, ward: Ward) -> None:
    refusal = refused(admit(nurse_client, ward, birth_date_month=""))
    assert "Enter day, month and year of the date." in refusal


def test_a_year_of_two_digits_is_refused(nurse_client: Client, ward: Ward) -> None:
    refusal = refused(admit(nurse_client, ward, **moment("infused_at", 7, 1, 26, "11:00")))
    assert "The year 26 cannot be meant. Type all four digits." in refusal


def test_a_day_that_is_not_in_the_month_is_refused(nurse_client: Client, ward: Ward) -> None:
    refusal = refused(admit(nurse_client, ward, **born(29, 2, 1965)))
    assert "There is no 29 Feb 1965." in refusal


@pytest.mark.parametrize(
    ("missing", "message"),
    [
        ("mrn", "Type the MRN."),
        ("family_name", "Type the family name."),
        ("product", "Tap the product."),
        ("infusion", "Say whether the infusion is planned or has been given."),
        ("infused_at_time", "enter both date and time"),
        ("weighed_at_time", "enter both date and time"),
    ],
)
def test_what_is_needed_is_asked_for(
    nurse_client: Client, ward: Ward, missing: str, message: str
) -> None:
    assert message in refused(admit(nurse_client, ward, **{missing: ""}))
    assert not Patient.objects.exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("mrn", "00123\u200b"),
        *(("mrn", f"1{unseen}2") for unseen in "\u200c\u200d\u3164\u2800\ufe0f\u034f\u17b4\u180b"),
        *(("mrn", f"1{unseen}2") for unseen in "\u00ad\u115f\uffa0\u2061\ue000\U000e0041"),
        *(("family_name", f"R{unseen}oe") for unseen in "\u200c\u200d\u3164\u2800\ufe0f\u1680"),
        ("family_name", "\u202eOLE\u202c"),
        ("family_name", "\u0301Roe"),
        ("given_name", "علی\u200c"),
        ("family_name", "\u200b"),
        ("given_name", "Jo\u00ade"),
    ],
)
def test_a_name_or_mrn_holds_nothing_that_cannot_be_seen(
    name: str, value: str, nurse_client: Client, ward: Ward
) -> None:
    refusal = refused(admit(nurse_client, ward, **{name: value}))
    assert "holds a character that cannot be seen: U+" in refusal
    patient = Patient(**{"mrn": "1", "family_name": "Roe", name: value})
    with pytest.raises(ValidationError, match="cannot be seen"):
        patient.full_clean()


@pytest.mark.parametrize("mrn", ["1\u0410", "1é", "1  2"])
def test_an_mrn_is_letters_digits_and_signs_with_single_spaces(
    mrn: str, nurse_client: Client, ward: Ward
) -> None:
    assert "MRN holds" in refused(admit(nurse_client, ward, mrn=mrn))
    with pytest.raises(ValidationError, match="The MRN holds"):
        Patient(mrn=mrn, family_name="Roe").full_clean()


def test_the_door_keeps_one_form_of_a_number(ward: Ward, nurse: User) -> None:
    assert stored(Patient(mrn=" ００ａ9 ", family_name="Roe")).mrn == "00a9"
    with pytest.raises(ValidationError, match="belongs to another patient"):
        door.add_patient(Patient(mrn="00A9", family_name="Roe"), by=nurse)


def test_a_number_of_before_does_not_keep_another_field_from_being_corrected(
    patient: Patient, nurse: User
) -> None:
    unguarded(Patient).filter(pk=patient.pk).update(mrn="1\u200c2")
    patient.refresh_from_db()
    door.amend(patient, by=nurse, reason="typed", changes={"sex": "M"})
    with pytest.raises(ValidationError, match=r"cannot be seen: U\+200D between 1 and 2"):
        door.amend(patient, by=nurse, reason="typed", changes={"mrn": "1\u200d2"})


def test_digits_of_full_width_are_the_same_mrn(nurse_client: Client, ward: Ward) -> None:
    assert admitted(admit(nurse_client, ward, mrn="００９")).patient.mrn == "009"


def test_a_name_may_join_its_letters(nurse_client: Client, ward: Ward) -> None:
    name = "علی\u200cرضا"
    assert admitted(admit(nurse_client, ward, given_name=name)).patient.given_name == name


def test_an_infusion_before_the_birth_is_refused(nurse_client: Client, ward: Ward) -> None:
    refusal = refused(admit(nurse_client, ward, **born(8, 1, 2026), weight_kg="", weight_again=""))
    assert "The birth date is after the infusion of 07 Jan 2026." in refusal
    assert not Course.objects.exists()


def test_an_age_stands_in_for_an_unknown_birth_date(nurse_client: Client, ward: Ward) -> None:
    values = {f"birth_date_{part}": "" for part in ("day", "month", "year")}
    course = admitted(admit(nurse_client, ward, **values, age_at_infusion_years="61"))
    assert course.patient.birth_date is None
    assert course.patient.age_at_infusion_years == 61


def test_neither_birth_date_nor_age_is_asked_about(nurse_client: Client, ward: Ward) -> None:
    values = {f"birth_date_{part}": "" for part in ("day", "month", "year")}
    refusal = refused(admit(nurse_client, ward, **values))
    assert "the limits of adults would be used" in refusal
    course = admitted(admit(nurse_client, ward, **values, confirm="birth_date=none"))
    assert course.patient.age_at_infusion_years is None


def test_birth_date_and_age_together_are_refused(nurse_client: Client, ward: Ward) -> None:
    refusal = refused(admit(nurse_client, ward, age_at_infusion_years="61"))
    assert "Clear the age, or the date." in refusal


def test_the_ward_is_needed(nurse_client: Client, ward: Ward) -> None:
    refusal = refused(nurse_client.post(ADMIT, typed(ward) | {"ward": ""}))
    assert "Tap the ward." in refusal


# Weight


@pytest.mark.parametrize("again", ["", "58.5", "54.8"])
def test_the_weight_is_typed_twice(nurse_client: Client, ward: Ward, again: str) -> None:
    assert "type the same weight twice" in refused(admit(nurse_client, ward, weight_again=again))


def test_a_weight_typed_in_the_second_box_alone_is_refused(
    nurse_client: Client, ward: Ward
) -> None:
    assert "type the same weight twice" in refused(admit(nurse_client, ward, weight_kg=""))


def test_no_weight_is_no_weight(nurse_client: Client, ward: Ward) -> None:
    nothing = {"weight_kg": "", "weight_again": "", "weighed_at_date": "", "weighed_at_time": ""}
    assert admitted(admit(nurse_client, ward, **nothing)).weight_kg is None


def test_pounds_typed_for_a_child_are_asked_about(nurse_client: Client, ward: Ward) -> None:
    child = {
        **born(3, 4, 2019),
        "weight_kg": "48",
        "weight_again": "48",
        "baseline_ice_total": "",
    }
    refusal = refused(admit(nurse_client, ward, **child))
    assert "48 kg is unusual at 6 years" in refusal
    assert "it was in pounds: 21.8 kg" in refusal
    course = admitted(admit(nurse_client, ward, **child, confirm="weight_kg=48"))
    assert course.weight_kg == 48


def test_the_offer_of_pounds_fills_both_boxes(nurse_client: Client, ward: Ward) -> None:
    fill = "weight_kg=21.8&weight_again=21.8"
    shown = text(nurse_client.post(ADMIT, typed(ward, weight_kg="48", fill=fill)))
    assert shown.count('value="21.8"') == 2
    assert not Course.objects.exists()


@pytest.mark.parametrize("weight", ["15.5", "31"])
def test_a_usual_weight_of_a_child_is_not_asked_about(
    nurse_client: Client, ward: Ward, weight: str
) -> None:
    child = {
        **born(3, 4, 2019),
        "weight_kg": weight,
        "weight_again": weight,
        "baseline_ice_total": "",
    }
    assert admitted(admit(nurse_client, ward, **child)).weight_kg == Decimal(weight)


@pytest.mark.parametrize(("weight", "asked"), [("150", False), ("151", True), ("34", True)])
def test_an_unusual_weight_of_an_adult_is_asked_about(
    nurse_client: Client, ward: Ward, weight: str, asked: bool
) -> None:
    answer = admit(nurse_client, ward, weight_kg=weight, weight_again=weight)
    assert ("is unusual for an adult" in text(answer)) is asked


def test_a_baseline_ice_of_a_young_child_is_asked_about(nurse_client: Client, ward: Ward) -> None:
    child = {**born(3, 4, 2019), "weight_kg": "21", "weight_again": "21"}
    refusal = refused(admit(nurse_client, ward, **child))
    assert "This patient is followed with CAPD." in refusal


# The MRN


@pytest.fixture
def was_here(course: Course, physician: User) -> Patient:
    """Jane Doe, MRN 00123, whose only course is closed."""
    door.amend(
        course,
        by=physician,
        reason="discharged",
        changes={"closed_at": NOW, "outcome": "discharged", "closing_reason": "went home"},
    )
    return course.patient


def test_a_known_mrn_offers_a_new_course_for_the_same_patient(
    nurse_client: Client, ward: Ward, was_here: Patient
) -> None:
    values = {"mrn": "00123", "family_name": "doe", "given_name": "J"}
    refusal = refused(admit(nurse_client, ward, **values))
    assert "MRN 00123 is known: DOE, Jane, born 12 Mar 1964." in refusal
    course = admitted(admit(nurse_client, ward, **values, confirm="mrn=00123"))
    assert course.patient == was_here
    assert was_here.courses.count() == 2
    was_here.refresh_from_db()
    assert was_here.given_name == "Jane"
    assert course.history.get().history_change_reason == "readmitted"


def test_a_known_mrn_with_another_name_is_refused_and_names_nobody(
    nurse_client: Client, ward: Ward, was_here: Patient
) -> None:
    refusal = refused(admit(nurse_client, ward, mrn="00123", confirm="mrn=00123"))
    assert "MRN 00123 belongs to a patient with another name." in refusal
    assert "Jane" not in refusal


def test_no_second_course_while_one_is_open(
    nurse_client: Client, ward: Ward, course: Course
) -> None:
    values = {"mrn": "00123", "family_name": "Doe", "confirm": "mrn=00123"}
    refusal = refused(admit(nurse_client, ward, **values))
    assert "DOE, Jane already has an open course on 7 East." in refusal
    assert page("chart", course) in refusal
    assert Course.objects.count() == 1


def test_an_open_course_elsewhere_is_refused_without_its_ward(
    nurse_client: Client, ward: Ward, other_course: Course
) -> None:
    refusal = refused(admit(nurse_client, ward, mrn="00999", family_name="Roe"))
    assert "already has an open course on another ward" in refusal
    assert "2 West" not in refusal


def test_leading_zeros_make_another_mrn_but_are_asked_about(
    nurse_client: Client, ward: Ward, course: Course
) -> None:
    refusal = refused(admit(nurse_client, ward, mrn="123"))
    assert "123 differs from 00123, which is in use, only by leading zeros." in refusal
    assert admitted(admit(nurse_client, ward, mrn="123", confirm="mrn=123")).patient.mrn == "123"


def test_a_patient_of_my_ward_is_readmitted_from_the_chart(
    nurse_client: Client, ward: Ward, was_here: Patient
) -> None:
    path = page("readmit", was_here.courses.get())
    assert "New course for DOE, Jane" in text(nurse_client.get(path))
    course = admitted(nurse_client.post(path, typed(ward)))
    assert course.patient == was_here


def test_two_admissions_of_one_patient_at_once_open_one_course(
    course: Course, ward: Ward, nurse: User
) -> None:
    twin = Patient(mrn="00123", family_name="Doe")
    fresh = Course(ward=ward, product="tisagenlecleucel", infused_at=NOW)
    twin.full_clean = lambda *args, **kwargs: None  # type: ignore[method-assign]
    with pytest.raises(Refused, match="at the same moment"):
        door.admit(twin, fresh, by=nurse)
    assert Course.objects.get() == course


# The place


def test_an_occupied_bed_is_asked_about(nurse_client: Client, ward: Ward, course: Course) -> None:
    refusal = refused(admit(nurse_client, ward, bed="12"))
    assert "DOE, Jane lies in bed 12." in refusal
    assert admitted(admit(nurse_client, ward, bed="12", confirm=f"bed={ward.pk} 12")).bed == "12"


def test_only_my_wards_are_offered(
    nurse_client: Client, ward: Ward, other_ward: Ward, nurse: User
) -> None:
    assert "2 West" not in text(nurse_client.get(ADMIT))
    assert admit(nurse_client, other_ward).status_code == 422
    assert not Course.objects.exists()


def test_the_infusion_is_in_the_time_of_the_ward_that_is_chosen(
    nurse_client: Client, ward: Ward, nurse: User
) -> None:
    boston = stored(Ward(name="Boston", time_zone="America/New_York"))
    Membership.objects.create(user=nurse, ward=boston)
    course = admitted(admit(nurse_client, boston, weighed_at_date="2026-01-07"))
    assert course.infused_at == datetime(2026, 1, 7, 16, 0, tzinfo=UTC)
    assert course.time_zone == "America/New_York"
    assert "7 East: Europe/Madrid; Boston: America/New_York" in text(nurse_client.get(ADMIT))


def test_the_infusion_in_the_repeated_hour_is_asked_about(
    signed_in: Callable[[User], Client], nurse: User, ward: Ward
) -> None:
    with time_machine.travel(datetime(2026, 10, 25, 12, 0, tzinfo=UTC), tick=False):
        nurse_client = signed_in(nurse)
        twice = {
            **moment("infused_at", 25, 10, 2026, "02:30"),
            "weighed_at_date": "2026-10-25",
        }
        assert "02:30 comes twice on 25 Oct 2026" in refused(admit(nurse_client, ward, **twice))
        course = admitted(admit(nurse_client, ward, **twice, infused_at_fold="1"))
    assert course.infused_at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


# Who may


def test_a_nurse_and_a_physician_admit_a_viewer_does_not(
    viewer_client: Client, physician_client: Client, ward: Ward
) -> None:
    assert viewer_client.get(ADMIT).status_code == 403
    assert admit(viewer_client, ward).status_code == 403
    assert "Admit" not in text(viewer_client.get("/"))
    assert ADMIT in text(physician_client.get("/"))
    admitted(admit(physician_client, ward))


def test_nobody_admits_without_a_ward(
    signed_in: Callable[[User], Client], nurse: User, ward: Ward
) -> None:
    nurse.memberships.all().delete()
    answer = signed_in(nurse).get(ADMIT)
    assert answer.status_code == 403
    assert "You belong to no ward yet" in text(answer)


def test_a_stranger_does_not_readmit(other_ward_client: Client, was_here: Patient) -> None:
    assert other_ward_client.get(page("readmit", was_here.courses.get())).status_code == 404


def test_nothing_of_the_form_is_kept_in_the_browser(nurse_client: Client, ward: Ward) -> None:
    assert 'data-draft="never"' in text(nurse_client.get(ADMIT))


def test_the_first_grades_are_stored_with_the_course(nurse_client: Client, ward: Ward) -> None:
    course = admitted(admit(nurse_client, ward))
    assert BoardRow.objects.filter(course=course).exists()


# Looking up an MRN of another ward


def test_a_look_up_that_tells_of_another_wards_patient_is_logged_without_who_it_is(
    nurse_client: Client, ward: Ward, other_course: Course, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "cartox.security")
    answers = {}
    for name, mrn, family_name in (
        ("another name", "00999", "Lee"),
        ("an open course", "00999", "Roe"),
        ("leading zeros", "999", "Lee"),
    ):
        admit(nurse_client, ward, mrn=mrn, family_name=family_name)
        [answers[name]] = looked_up(caplog)
    physician = make_user("olga_other", Role.PHYSICIAN, other_course.ward)
    home = {"closed_at": NOW, "outcome": "discharged", "closing_reason": "went home"}
    door.amend(other_course, by=physician, reason="home", changes=home)
    admit(nurse_client, ward, mrn="00999", family_name="Roe")
    [answers["earlier"]] = looked_up(caplog)
    assert len({facts["answer"] for facts in answers.values()}) == 4
    for facts in answers.values():
        assert facts["user"] == "nina_nurse"
        assert not {"999", "00999", "Roe", "ROE"} & set(facts.values())


def test_an_mrn_of_ones_own_ward_or_of_nobody_is_no_look_up(
    nurse_client: Client, ward: Ward, course: Course, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "cartox.security")
    for mrn, family_name in (("00123", "Lee"), ("00123", "Doe"), ("123", "Lee"), ("00777", "Lee")):
        admit(nurse_client, ward, mrn=mrn, family_name=family_name)
    assert looked_up(caplog) == []


def test_every_form_that_tells_whether_an_mrn_is_in_use_is_logged(
    nurse: User,
    nurse_client: Client,
    course: Course,
    other_course: Course,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO", "cartox.security")
    sent = patient_typed(course, mrn="00999")
    assert nurse_client.post(page("patient_correct", course), sent).status_code == 422
    assert [facts["answer"] for facts in looked_up(caplog)] == ["in use"]
    nurse.is_staff = True
    nurse.save()
    add = reverse("admin:patients_patient_add")
    answer = nurse_client.post(add, {"mrn": "00999", "family_name": "Lee"})
    assert answer.status_code == 200
    assert [facts["answer"] for facts in looked_up(caplog)] == ["in use"]
