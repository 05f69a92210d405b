"""An admission that arrives again after a lost answer: the same answer, or both are shown."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from patients import door
from patients.door import admissions
from patients.door.refusals import AlreadyAdmitted, UnusableNumber
from patients.models import Course, Patient, Role, User, Ward
from tests.conftest import make_user
from tests.patients.admission.test_admit import ADMIT, admitted, moment, refused, text, typed
from tests.patients.entering import NOW, page


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def closed(course: Course, physician: User) -> None:
    home = {"closed_at": NOW, "outcome": "discharged", "closing_reason": "went home"}
    door.amend(course, by=physician, reason="home", changes=home)


def moved(course: Course, physician: User) -> None:
    door.amend(course, by=physician, reason="moved", changes={"bed": "9"})


def renamed(course: Course, physician: User) -> None:
    door.amend(course.patient, by=physician, reason="typed", changes={"family_name": "Leigh"})


@pytest.mark.parametrize("since", [None, closed, moved, renamed])
@pytest.mark.parametrize("hours", [0, 24 * 100])
def test_the_same_again_is_answered_as_the_first_time(
    since: Callable[[Course, User], None] | None,
    hours: int,
    signed_in: Callable[[User], Client],
    nurse: User,
    physician: User,
    ward: Ward,
) -> None:
    planned = moment("infused_at", 8, 1, 2026, "16:00")
    values = typed(ward, infusion="planned", **planned, weighed_at_time="06:45")
    first = signed_in(nurse).post(ADMIT, values)
    with time_machine.travel(NOW + timedelta(hours=hours, minutes=6), tick=False):
        if since is not None:
            since(admitted(first), physician)
        again = signed_in(nurse)
        second = again.post(ADMIT, values)
        assert admitted(second) == admitted(first)
        assert "Admitted: L" in text(again.get(second.url))
    assert Course.objects.count() == Patient.objects.count() == 1


@pytest.mark.parametrize("taken", ["the MRN", "the number of the form"])
def test_a_first_arrival_that_commits_while_the_second_is_checked_is_recognized(
    taken: str, nurse: User, patient: Patient, ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where writers do not queue, as on PostgreSQL."""
    facts = {"mrn": "00777", "family_name": "Lee"}
    form = {"uid": uuid.uuid4(), "ward": ward, "product": "fictional", "infused_at": NOW}

    def arrives() -> Course:
        someone = Patient(**facts) if taken == "the MRN" else patient
        return door.admit(someone, Course(**form), by=nurse)

    first = arrives()
    looks = iter((lambda *_, **__: None, admissions.repeated_admission))  # before the commit, after

    def look(*facts: Any, **by: Any) -> Any:
        return next(looks)(*facts, **by)

    monkeypatch.setattr(admissions, "repeated_admission", look)
    assert arrives() == first
    assert Course.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "shown"),
    [
        ({"mrn": "00778"}, ["00777", "00778"]),
        ({"family_name": "Leigh"}, ["Lee", "Leigh"]),
        ({"given_name": "Rose"}, ["Rosa", "Rose"]),
        ({"birth_date_year": "1965"}, ["07 May 1964", "07 May 1965"]),
        ({"sex": "M"}, ["Sex"]),
        ({"developmental_delay": "yes"}, ["Developmental delay"]),
        ({"bed": "5"}, ["Bed"]),
        ({"product": "another", "another_product": "trial cells"}, ["trial cells"]),
        ({"indication": "myeloma"}, ["large B-cell lymphoma", "myeloma"]),
        ({"cell_dose": "2e6"}, ["2e6"]),
        ({"infusion": "planned"}, ["Infusion planned only"]),
        ({"infused_at_time": "11:01"}, ["11:00", "11:01"]),
        (moment("later_1", 8, 1, 2026, "11:00"), ["Later infusions"]),
        ({"weight_kg": "85,4", "weight_again": "85.4"}, ["58.4", "85.4"]),
        ({"weighed_at_time": "05:00"}, ["06:00", "05:00"]),
        ({"baseline_oxygen_flow_l_min": "3"}, ["Home flow"]),
        ({"baseline_home_cpap": "no"}, ["CPAP at home"]),
        ({"baseline_ice_total": "9"}, ["ICE before"]),
        ({"baseline_ferritin_ng_ml": "800"}, ["800"]),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_other_content_is_not_acknowledged_and_both_are_shown(
    changed: dict[str, str], shown: list[str], nurse_client: Client, ward: Ward
) -> None:
    values = typed(ward)
    course = admitted(nurse_client.post(ADMIT, values))
    before = list(Course.objects.values()), list(Patient.objects.values())
    answer = nurse_client.post(ADMIT, values | changed)
    assert answer.status_code == 409
    for words in ("with other values", "Stands now", *shown):
        assert words in text(answer)
    assert page("chart", course) in text(answer)
    assert "Take my values into a" in text(answer)
    assert (list(Course.objects.values()), list(Patient.objects.values())) == before


def test_what_was_typed_is_taken_over_into_a_correction(nurse_client: Client, ward: Ward) -> None:
    values = typed(ward)
    course = admitted(nurse_client.post(ADMIT, values))
    again = values | {"mrn": "00778", "weight_kg": "85.4", "weight_again": "85.4", "bed": "5"}
    answer = text(nurse_client.post(ADMIT, again))
    sent = again | {"fill": "", "course_uid": str(course.uid)}
    del sent["uid"]
    for name, value in (("patient_correct", "00778"), ("course_correct", "85.4"), ("move", "5")):
        assert f'action="{page(name, course)}"' in answer
        assert f'value="{value}"' in text(nurse_client.post(page(name, course), sent))


def test_a_form_of_another_ward_tells_nothing_of_its_patient(
    other_ward_client: Client, nurse_client: Client, ward: Ward, other_ward: Ward
) -> None:
    values = typed(ward)
    admitted(nurse_client.post(ADMIT, values))
    theirs = values | {"ward": str(other_ward.pk), "mrn": "5", "family_name": "Roe"}
    theirs["given_name"] = "Ann"
    refusal = refused(other_ward_client.post(ADMIT, theirs))
    assert "The number of this form cannot be used." in refusal
    for secret in ("LEE", "Rosa", "7 East", "Admitted", str(values["uid"])):
        assert secret not in refusal
    assert Course.objects.count() == 1


def test_somebody_else_of_the_ward_is_not_acknowledged(
    nurse_client: Client, physician_client: Client, ward: Ward
) -> None:
    values = typed(ward)
    admitted(nurse_client.post(ADMIT, values))
    answer = physician_client.post(ADMIT, values)
    assert answer.status_code == 409
    assert "Both say the same." in text(answer)


@pytest.fixture
def was_here(course: Course, physician: User) -> Course:
    closed(course, physician)
    return course


def test_a_readmission_by_mrn_again_is_the_same_course(
    nurse_client: Client, ward: Ward, was_here: Course
) -> None:
    values = typed(ward, mrn="00123", family_name="doe", given_name="J", confirm="mrn=00123")
    first = nurse_client.post(ADMIT, values)
    del values["confirm"]
    assert admitted(nurse_client.post(ADMIT, values)) == admitted(first)
    assert nurse_client.post(ADMIT, values | {"mrn": "00124"}).status_code == 409
    assert Course.objects.count() == 2


def test_a_readmission_from_the_chart_again_is_the_same_course(
    nurse_client: Client, ward: Ward, was_here: Course
) -> None:
    path, values = page("readmit", was_here), typed(ward)
    first = nurse_client.post(path, values)
    assert admitted(nurse_client.post(path, values)) == admitted(first)
    assert nurse_client.post(path, values | {"bed": "7"}).status_code == 409
    assert Course.objects.count() == 2


def test_the_number_of_another_patients_course_admits_nobody(
    nurse_client: Client, ward: Ward, course: Course
) -> None:
    answer = nurse_client.post(ADMIT, typed(ward, uid=str(course.uid)))
    assert answer.status_code == 409
    assert "00123" in text(answer)
    assert Patient.objects.count() == 1


def test_the_door_itself_compares(course: Course, nurse: User, other_ward: Ward) -> None:
    again = Course(uid=course.uid, ward=course.ward, product="x", infused_at=NOW)
    with pytest.raises(AlreadyAdmitted):
        door.admit(course.patient, again, by=nurse)
    stranger = make_user("olga_other", Role.NURSE, other_ward)
    again.ward = other_ward
    with pytest.raises(UnusableNumber):
        door.admit(Patient(mrn=str(uuid.uuid4())), again, by=stranger)
