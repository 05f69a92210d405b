"""What the handover of a ward tells of each patient, written from the entries at one moment."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patients import door
from patients.models import Assessment, Course, Dose, Event, LabResult, Patient, User, Ward
from patients.reading.course_file import file_of_version
from patients.rounds.handover.acts import accept, hand_over, write_note
from patients.rounds.handover.content import HandedPatient, HandoverContent
from patients.rounds.handover.writing_down import FIRST, content_of
from tests.conftest import INFUSED_AT
from tests.storing import AssessmentAt, stored

MOST_FOR_A_PATIENT = 12
MOST_FOR_A_WARD = 12


@pytest.fixture(autouse=True)
def on_the_day_of_the_infusion() -> Iterator[None]:
    """The course is admitted then: every save of a course is later than the one before."""
    with time_machine.travel(INFUSED_AT, tick=False):
        yield


@pytest.fixture
def enter(course: Course, nurse: User) -> Callable[..., None]:
    """Enter rows so many hours after the infusion, at the hour at which they are saved."""

    def save(hours: float, *rows: Any) -> None:
        with time_machine.travel(course.infused_at + timedelta(hours=hours), tick=False):
            door.enter(course, list(rows), by=nurse)

    return save


@pytest.fixture
def at(course: Course) -> Callable[[float], datetime]:
    """The moment so many hours after the infusion."""
    return lambda hours: course.infused_at + timedelta(hours=hours)


@pytest.fixture
def handed_over(
    ward: Ward, nurse: User, physician: User, at: Callable[[float], datetime]
) -> Callable[[float], None]:
    """Hand the ward over from nurse to physician, who accepts, so many hours after the infusion."""

    def act(hours: float) -> None:
        with time_machine.travel(at(hours), tick=False):
            written = content_of(ward, at(hours))
            row = hand_over(ward, written, to=physician, by=nurse, uid=uuid.uuid4())
            accept(row, by=physician)

    return act


def only(content: HandoverContent) -> HandedPatient:
    [patient] = content.patients
    return patient


def grades(patient: HandedPatient) -> list[tuple[str, str, str, str]]:
    return [(grade.system, grade.then, grade.now, grade.peak) for grade in patient.grades]


def test_the_first_handover_looks_back_twelve_hours_and_says_so(
    ward: Ward, enter: Any, at: Any, assessment_at: AssessmentAt
) -> None:
    enter(40, assessment_at(40, temperature_c=Decimal("38.6")))
    assert content_of(ward, at(51)).since == FIRST
    assert only(content_of(ward, at(51))).changed == ("CRS not graded before → 1 at 03:00",)
    assert only(content_of(ward, at(53))).changed == ()


def test_a_later_one_tells_what_was_saved_since_the_last_accepted(
    ward: Ward, enter: Any, at: Any, handed_over: Any, assessment_at: AssessmentAt
) -> None:
    enter(40, assessment_at(40, temperature_c=Decimal("38.6")))
    handed_over(41)
    worse = {"hypotension": True, "vasopressors": ["norepinephrine"], "temperature_c": Decimal(39)}
    enter(44, assessment_at(44, **worse, ice_total=6))
    enter(46, assessment_at(46, temperature_c=Decimal("38.2"), ice_total=8))
    content = content_of(ward, at(46.5))
    patient = only(content)
    assert content.since.endswith("by Nina Nurse, accepted by Paul Physician 04:00")
    assert grades(patient) == [("CRS", "1", "1", "3"), ("ICANS", "0", "1", "2")]
    assert patient.changed == (
        "CRS 1 → 3 at 07:00, 1 at 09:00",
        "ICANS 0 → 2 at 07:00, 1 at 09:00",
        "ICE 10 → 6 at 07:00, 8 at 09:00",
    )


def test_a_handover_that_nobody_accepted_begins_nothing(
    ward: Ward, nurse: User, physician: User, enter: Any, at: Any, assessment_at: AssessmentAt
) -> None:
    enter(40, assessment_at(40))
    with time_machine.travel(at(41), tick=False):
        hand_over(ward, content_of(ward, at(41)), to=physician, by=nurse, uid=uuid.uuid4())
    assert content_of(ward, at(42)).since == FIRST


def test_an_entry_made_late_is_news_though_it_was_observed_before_the_handover(
    ward: Ward, enter: Any, at: Any, handed_over: Any, assessment_at: AssessmentAt
) -> None:
    enter(40, assessment_at(40))
    handed_over(41)
    enter(42, assessment_at(39, temperature_c=Decimal("38.6")))
    patient = only(content_of(ward, at(43)))
    assert patient.changed == ("CRS not graded before → 1 at 02:00",)
    assert grades(patient)[0] == ("CRS", "0", "0", "1")


def test_a_correction_and_a_strike_out_since_are_told(
    ward: Ward,
    nurse: User,
    enter: Any,
    at: Any,
    handed_over: Any,
    assessment_at: AssessmentAt,
) -> None:
    first, wrong = assessment_at(38), assessment_at(40)
    enter(40, first, wrong)
    handed_over(41)
    enter(42, assessment_at(38, replaces=Assessment.objects.get(uid=first.uid)))
    with time_machine.travel(at(43), tick=False):
        door.strike_out(Assessment.objects.get(uid=wrong.uid), by=nurse, reason="other patient")
    changed = only(content_of(ward, at(44))).changed
    assert set(changed) == {
        "corrected: assessment of 01:00",
        "struck out: assessment of 03:00",
    }


def test_an_older_dose_that_was_corrected_since_was_not_given_again(
    ward: Ward, course: Course, nurse: User, enter: Any, at: Any, handed_over: Any
) -> None:
    given = {"given_at": at(39), "agent": "dexamethasone", "unit": "mg", "route": "IV"}
    enter(40, Dose(course=course, amount=100, **given))
    enter(40.5, Event(course=course, happened_at=at(40), kind="icu_in"))
    handed_over(41)
    dose = Dose(course=course, amount=10, replaces=Dose.objects.get(), **given)
    event = Event(course=course, happened_at=at(39), kind="icu_in", replaces=Event.objects.get())
    with time_machine.travel(at(42), tick=False):
        door.correct_dose(dose, seen_end=None, by=nurse)
        door.enter(course, [event], by=nurse)
    patient = only(content_of(ward, at(43)))
    assert patient.given == ()
    assert set(patient.changed) == {
        "corrected: dexamethasone 100 mg IV, 02:00 to dexamethasone 10 mg IV, 02:00",
        "corrected: into intensive care, 03:00 to into intensive care, 02:00",
    }


def test_doses_since_stand_with_their_time_and_runs_with_their_rate(
    ward: Ward, course: Course, nurse: User, enter: Any, at: Any, handed_over: Any
) -> None:
    old = Dose(course=course, given_at=at(39), agent="dexamethasone", amount=10, unit="mg")
    run = Dose(
        course=course,
        given_at=at(40),
        agent="norepinephrine",
        amount=Decimal("0.05"),
        unit="mcg/kg/min",
        route="IV",
    )
    enter(40, old, run)
    handed_over(41)
    new = Dose(
        course=course, given_at=at(42), agent="tocilizumab", amount=576, unit="mg", route="IV"
    )
    enter(42, new)
    patient = only(content_of(ward, at(43)))
    assert patient.given == ("tocilizumab 576 mg IV 05:00",)
    assert patient.running == ("norepinephrine 0.05 mcg/kg/min IV since 07 Jan 03:00",)
    with time_machine.travel(at(44), tick=False):
        door.stop(Dose.objects.get(uid=run.uid), at=at(44), by=nurse)
    patient = only(content_of(ward, at(45)))
    assert patient.given[0].startswith("norepinephrine 0.05 mcg/kg/min ended 07:00")
    assert patient.running == ()


def test_what_was_never_measured_and_what_is_old_is_named(
    ward: Ward, course: Course, enter: Any, at: Any, handed_over: Any, assessment_at: AssessmentAt
) -> None:
    nothing = only(content_of(ward, at(2)))
    assert nothing.signs == ("vital signs never measured", "ICE never examined")
    assert [grade.now for grade in nothing.grades] == ["not assessed", "not assessed"]
    assert "Ferritin never measured" in nothing.labs[0]
    enter(40, assessment_at(40))
    handed_over(41)
    later = only(content_of(ward, at(50)))
    assert later.signs[-1] == "not assessed since 03:00"
    assert [grade.age for grade in later.grades] == ["of 03:00", "of 03:00"]


def test_laboratory_results_stand_with_their_trend(
    ward: Ward, course: Course, enter: Any, at: Any
) -> None:
    def ferritin(hours: float, value: int, comparator: str = "=") -> LabResult:
        return LabResult(
            course=course,
            collected_at=at(hours),
            analyte="ferritin",
            value=value,
            comparator=comparator,
            unit="ng/mL",
        )

    enter(30, ferritin(20, 4300))
    assert only(content_of(ward, at(31))).labs[0] == "07:00: Ferritin 4,300 ng/mL"
    enter(44, ferritin(43, 12000))
    told_up = "06:00 (before: 06 Jan 07:00): Ferritin 12,000 ng/mL, up from 4,300"
    assert only(content_of(ward, at(45))).labs[0] == told_up
    enter(46, ferritin(45, 40000, ">"))
    assert only(content_of(ward, at(46))).labs[0].endswith("> 40,000 ng/mL, after 12,000")


def test_who_needs_most_stands_first_and_by_bed_on_request(
    ward: Ward, course: Course, nurse: User, enter: Any, at: Any, assessment_at: AssessmentAt
) -> None:
    other = stored(Patient(mrn="00456", family_name="Roe", given_name="Ann", sex="F"))
    calm = stored(Course(patient=other, ward=ward, bed="3", product="x", infused_at=at(0)))
    enter(40, assessment_at(40, temperature_c=Decimal("38.6")))
    with time_machine.travel(at(40), tick=False):
        door.enter(
            calm,
            [Assessment(observed_at=at(40), temperature_c=37, oxygen_device="room_air")],
            by=nurse,
        )
    beds = [patient.bed for patient in content_of(ward, at(41)).patients]
    assert beds == ["12", "3"]
    by_bed = [patient.bed for patient in content_of(ward, at(41), by_bed=True).patients]
    assert by_bed == ["3", "12"]


def test_a_content_comes_back_from_json_as_it_was(
    ward: Ward, course: Course, nurse: User, enter: Any, at: Any, assessment_at: AssessmentAt
) -> None:
    enter(40, assessment_at(40, temperature_c=Decimal("38.6")))
    write_note(course, "asks for her glasses", by=nurse, uid=uuid.uuid4())
    content = content_of(ward, at(41))
    assert HandoverContent.from_json(json.loads(json.dumps(content.to_json()))) == content
    assert only(content).notes[0].text == "asks for her glasses"


def test_a_ward_asks_a_fixed_number_of_queries_and_so_many_for_each_patient(
    ward: Ward, nurse: User, enter: Any, at: Any, assessment_at: AssessmentAt, settings: Any
) -> None:
    settings.CARTOX_IN_TRANSACTION = ["patients.rounds.hook.after_regrade"]
    enter(40, *(assessment_at(hour) for hour in range(10, 40)))
    for number in range(3):
        someone = stored(Patient(mrn=f"1{number}", family_name=f"Roe {number}"))
        stored(Course(patient=someone, ward=ward, product="x", infused_at=at(0)))
    file_of_version.cache_clear()
    with CaptureQueriesContext(connection) as cold:
        content_of(ward, at(41))
    with CaptureQueriesContext(connection) as warm:
        content_of(ward, at(42))
    assert len(warm) <= MOST_FOR_A_WARD
    assert len(cold) <= len(warm) + 4 * MOST_FOR_A_PATIENT
