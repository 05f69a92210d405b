"""The right patient: a warning beside a similar name, the scan of a wristband, a search by bed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from patients import door
from patients.board.beds import is_bed_meant
from patients.models import Assessment, Course, Dose, Patient, User, Ward
from tests.conftest import INFUSED_AT
from tests.patients.entering import NOW, as_shown, page, posted
from tests.storing import AssessmentAt, stored


@pytest.fixture(autouse=True)
def at_half_past_six() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def lying(ward: Ward, bed: str, mrn: str, family_name: str = "Dôe", given: str = "Ann") -> Course:
    patient = stored(Patient(mrn=mrn, family_name=family_name, given_name=given))
    return stored(
        Course(patient=patient, ward=ward, bed=bed, product="axi-cel", infused_at=INFUSED_AT)
    )


@pytest.fixture
def namesake(ward: Ward) -> Course:
    return lying(ward, "14", "00456")


# The warning


@pytest.mark.parametrize(
    "name", ["chart", "compare", "panels", "assessment_new", "dose_new", "lab_new", "move"]
)
def test_every_page_of_a_patient_names_another_of_the_same_name(
    name: str, nurse_client: Client, course: Course, namesake: Course
) -> None:
    shown = nurse_client.get(page(name, course)).content.decode()
    assert "another DOE on this ward: bed 14" in shown
    assert re.search(r"<title>Bed 12 · ", shown)


def test_the_board_names_both_and_forgets_them_when_one_is_moved_away(
    nurse: User, nurse_client: Client, course: Course, namesake: Course, other_ward: Ward
) -> None:
    board = nurse_client.get(reverse("board")).content.decode()
    assert "another DOE on this ward: bed 14" in board
    assert "another DÔE on this ward: bed 12" in board
    other_ward.memberships.create(user=nurse)
    door.amend(namesake, by=nurse, reason="moved", changes={"ward": other_ward})
    assert "another D" not in nurse_client.get(reverse("board")).content.decode()
    chart = nurse_client.get(page("chart", course)).content.decode()
    assert "another D" not in chart


def test_a_saved_entry_says_whose_it_is_where_a_name_is_similar(
    nurse_client: Client, course: Course, namesake: Course
) -> None:
    form = posted(course, "given_at", agent="paracetamol")
    answer = nurse_client.post(page("dose_new", course), form, follow=True)
    assert "Saved:" in (shown := answer.content.decode())
    assert "It is stored for DOE, Jane · MRN 00123 · 7 East, bed 12." in shown


# The wristband


def scan(client: Client, text: str, **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = client.post(reverse("wristband"), {"text": text} | more).json()
    return answer


def test_a_wristband_opens_the_patient_with_these_zeros_and_no_other(
    nurse_client: Client, course: Course, ward: Ward
) -> None:
    lying(ward, "3", "123", "Roe")
    assert scan(nurse_client, "00123") == {"open": page("chart", course)}
    assert "Nobody on your wards has the MRN of this wristband, 0123." in str(
        scan(nurse_client, "0123")
    )


def test_a_wristband_of_another_ward_opens_nothing(
    other_ward_client: Client, course: Course
) -> None:
    assert "Nobody on your wards" in scan(other_ward_client, "00123")["says"]
    asked = {"text": "00123", "course": course.uid}
    assert other_ward_client.post(reverse("wristband"), asked).status_code == 404


@pytest.mark.parametrize(
    ("text", "opens"),
    [("]C0P00123#", True), ("00123", False), ("]C0P00123", False), ("]C0P#", False), ("", False)],
)
def test_a_site_names_what_stands_around_the_mrn(
    text: str, opens: bool, nurse_client: Client, course: Course, settings: Any
) -> None:
    settings.CARTOX_WRISTBAND_PREFIX, settings.CARTOX_WRISTBAND_SUFFIX = "]C0P", "#"
    answer = scan(nurse_client, text)
    assert ("open" in answer) is opens
    assert opens or answer["says"] == (
        "This code is no wristband. One begins with “]C0P” and ends with “#”. "
        "Scan the wristband again, or search by name."
    )
    answer_to_search = nurse_client.post(reverse("find"), {"text": text})
    assert (answer_to_search.status_code == 302) is (opens or text == "00123")  # typed by hand too


def test_on_a_form_a_wristband_is_compared_and_on_admission_filled_in(
    nurse_client: Client, course: Course, namesake: Course
) -> None:
    assert scan(nurse_client, "00123", course=course.uid) == {"matches": True}
    assert scan(nurse_client, "00456", course=course.uid) == {"matches": False}
    assert scan(nurse_client, "0099", admits="") == {"mrn": "0099"}


def test_another_wristband_stops_the_save_and_leads_to_the_right_patients_form(
    nurse_client: Client, course: Course, namesake: Course
) -> None:
    form = posted(course, temperature_c="38.9", note="looks worse", scanned="00456")
    refused = nurse_client.post(page("assessment_new", course), form)
    shown = refused.content.decode()
    assert refused.status_code == 409
    assert "This wristband is of another patient" in shown
    assert "MRN 00456, bed 14" in shown
    assert not Assessment.objects.exists()

    there = page("assessment_new", namesake)
    assert f'action="{there}"' in shown
    typed = as_shown(refused) | {"course_uid": str(namesake.uid), "fill": ""}
    typed.pop("text")
    answer = nurse_client.post(there, typed)
    taken = as_shown(answer)
    assert taken["temperature_c"] == "38.9"
    assert "looks worse" in answer.content.decode()
    assert taken["course_uid"] == str(namesake.uid)
    assert "scanned" not in taken
    back = nurse_client.post(page("assessment_new", course), typed | {"course_uid": course.uid})
    assert as_shown(back)["temperature_c"] == "38.9"


@pytest.mark.parametrize("scanned", ["00123", ""])
def test_the_patients_own_wristband_lets_the_save_through(
    scanned: str, nurse_client: Client, course: Course
) -> None:
    form = posted(course, "given_at", agent="paracetamol", scanned=scanned)
    assert nurse_client.post(page("dose_new", course), form).status_code == 302
    assert Dose.objects.count() == 1


@pytest.mark.parametrize("name", ["move", "course_correct", "patient_correct", "event_new"])
def test_every_form_of_a_patient_compares_the_wristband(
    name: str, nurse_client: Client, course: Course, namesake: Course
) -> None:
    answer = nurse_client.post(page(name, course), posted(course, scanned="00456"))
    assert answer.status_code == 409
    assert "Nothing was saved." in answer.content.decode()


def test_the_page_after_a_scan_stores_nothing_and_needs_the_address_of_a_form(
    nurse_client: Client, course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(60)], by=nurse)
    [row] = Assessment.objects.all()
    address = page("assessment_correct", course, row_uid=row.uid)
    sent = posted(course, temperature_c="38.9", scanned="nobody", scanned_on=address)
    shown = nurse_client.post(reverse("wristband_of_another"), sent)
    assert shown.status_code == 409
    assert "Nobody on your wards has the MRN of this wristband, nobody." in shown.content.decode()
    assert f'action="{address}"' in shown.content.decode()
    for elsewhere in ("", "https://example.org/", "/rules/", "/x"):
        answer = nurse_client.post(
            reverse("wristband_of_another"), sent | {"scanned_on": elsewhere}
        )
        assert answer.headers["Location"] == reverse("board")
    assert Assessment.objects.count() == 1


# The bed


@pytest.mark.parametrize("text", ["12", "bed 12", "BED12", "5W-12", "012", "5w12"])
def test_a_bed_is_meant_however_it_is_written(text: str) -> None:
    assert is_bed_meant(text, "12", "5 West")
    assert is_bed_meant(text, "5W-12", "5 West")
    assert is_bed_meant("5 west 12", "12", "5 West")


@pytest.mark.parametrize("text", ["1", "2", "112", "121", "7E-12", "west", "bed", "", "12a"])
def test_another_bed_is_not_meant(text: str) -> None:
    assert not is_bed_meant(text, "12", "5 West")


def test_a_bed_opens_its_patient_and_two_beds_of_one_number_are_listed(
    nurse_client: Client, nurse: User, course: Course, other_ward: Ward
) -> None:
    answer_to_search = nurse_client.post(reverse("find"), {"text": "bed 12"})
    assert answer_to_search.headers["Location"] == page("chart", course)
    other_ward.memberships.create(user=nurse)
    lying(other_ward, "12", "0077", "Roe")
    listed = nurse_client.post(reverse("find"), {"text": "12"}).content.decode()
    assert "DOE, Jane" in listed
    assert "ROE, Ann" in listed
