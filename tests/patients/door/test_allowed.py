"""The door asks the table of rights by the account and the course as they are stored."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from patients import door
from patients.door.refusals import NotAllowed, Refused
from patients.models import (
    CLINICAL_MODELS,
    Adjudication,
    Assessment,
    Course,
    Dose,
    Event,
    Membership,
    Patient,
    Role,
    User,
    Ward,
)
from tests.patients.entering import NOW
from tests.storing import AssessmentAt, importer, stored

PEOPLE = ("nurse", "physician", "viewer", "administrator", "ward_administrator", "other_ward_nurse")
INFUSION = ("infused_at", "infusion_planned", "later_infusions")


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def ward_administrator(administrator: User, ward: Ward) -> User:
    """An administrator who belongs to the ward."""
    Membership.objects.create(user=administrator, ward=ward)
    return administrator


@pytest.fixture
def run(course: Course) -> Dose:
    dose = Dose(given_at=course.infused_at, agent="norepinephrine")
    door.enter(course, [dose], by=importer())
    return dose


def everything() -> list[Any]:
    models = (*CLINICAL_MODELS, Course, Patient)
    return [list(model._default_manager.order_by("pk").values()) for model in models]


Act = Callable[[Course, Dose, User], object]

ACTS: dict[str, tuple[Act, set[str]]] = {
    "enter": (
        lambda course, run, by: door.enter(course, [Event(happened_at=NOW, kind="icu_in")], by=by),
        {"nurse", "physician"},
    ),
    "correct": (
        lambda course, run, by: door.enter(
            course, [Dose(given_at=NOW, agent="norepinephrine", replaces=run)], by=by
        ),
        {"nurse", "physician"},
    ),
    "correct a dose": (
        lambda course, run, by: door.correct_dose(
            Dose(course=course, given_at=NOW, agent="norepinephrine", amount=4, replaces=run),
            seen_end=None,
            by=by,
        ),
        {"nurse", "physician"},
    ),
    "record IEC-HS": (
        lambda course, run, by: door.enter(course, [Event(happened_at=NOW, kind="iec_hs")], by=by),
        {"physician"},
    ),
    "grade an event": (
        lambda course, run, by: door.enter(
            course, [Event(happened_at=NOW, kind="mnt", grade=2)], by=by
        ),
        {"physician"},
    ),
    "decide": (
        lambda course, run, by: door.enter(
            course,
            [Adjudication(decided_at=NOW, decision="refused", sign="fever", reason="r")],
            by=by,
        ),
        {"physician"},
    ),
    "strike out": (
        lambda course, run, by: door.strike_out(run, by=by, reason="wrong"),
        {"nurse", "physician"},
    ),
    "stop": (lambda course, run, by: door.stop(run, at=NOW, by=by), {"nurse", "physician"}),
    "change the rate": (
        lambda course, run, by: door.change_rate(run, Dose(given_at=NOW), by=by),
        {"nurse", "physician"},
    ),
    "start a run": (
        lambda course, run, by: door.start_run(
            course, Dose(given_at=NOW, agent="vasopressin"), by=by
        ),
        {"nurse", "physician"},
    ),
    "enter with the end of a run": (
        lambda course, run, by: door.enter(
            course,
            [Event(happened_at=NOW, kind="icu_in")],
            by=by,
            ends=[door.RunEnd(run, NOW)],
        ),
        {"nurse", "physician"},
    ),
    "copy": (
        lambda course, run, by: door.copy_to(
            run, Course.objects.get(patient__mrn="00456"), by=by, reason="w", uid=uuid.uuid4()
        ),
        {"nurse", "physician"},
    ),
    "register": (
        lambda course, run, by: door.add_patient(Patient(mrn="5", family_name="Lee"), by=by),
        {"nurse", "physician", "other_ward_nurse"},
    ),
    "admit": (
        lambda course, run, by: door.admit(
            Patient(mrn="5", family_name="Lee"),
            Course(ward=course.ward, product="fictional", infused_at=NOW),
            by=by,
        ),
        {"nurse", "physician"},
    ),
    "admit with entries": (
        lambda course, run, by: door.admit_with(
            Patient(mrn="5", family_name="Lee"),
            Course(ward=course.ward, product="fictional", infused_at=NOW),
            [Event(happened_at=NOW, kind="mnt", grade=2)],
            by=by,
            reason="from elsewhere",
        ),
        {"physician"},
    ),
    "admit closed": (
        lambda course, run, by: door.admit(
            Patient(mrn="5", family_name="Lee"),
            Course(ward=course.ward, product="fictional", infused_at=NOW, closed_at=NOW),
            by=by,
        ),
        {"physician"},
    ),
    "change the bed": (
        lambda course, run, by: door.amend(course, by=by, reason="r", changes={"bed": "9"}),
        {"nurse", "physician"},
    ),
    "move to a ward of somebody else": (
        lambda course, run, by: door.amend(
            course, by=by, reason="r", changes={"ward": Ward.objects.get(name="2 West")}
        ),
        set(),
    ),
    "correct a given infusion": (
        lambda course, run, by: door.amend(
            course,
            by=by,
            reason="r",
            changes={"infused_at": course.infused_at - timedelta(days=6)},
        ),
        {"physician"},
    ),
    "call a given infusion planned": (
        lambda course, run, by: door.amend(
            course, by=by, reason="r", changes={"infusion_planned": True}
        ),
        {"physician"},
    ),
    "close": (
        lambda course, run, by: door.amend(
            course, by=by, reason="r", changes={"closed_at": NOW, "outcome": "discharged"}
        ),
        {"physician"},
    ),
    "correct the time zone": (
        lambda course, run, by: door.amend(
            course, by=by, reason="r", changes={"time_zone": "Asia/Tokyo"}
        ),
        {"physician"},
    ),
    "change what a document said of itself": (
        lambda course, run, by: door.amend(course, by=by, reason="r", changes={"carried": {}}),
        set(),
    ),
    "correct a name": (
        lambda course, run, by: door.amend(
            course.patient, by=by, reason="r", changes={"family_name": "Lee"}
        ),
        {"nurse", "physician"},
    ),
}


@pytest.fixture
def neighbor(ward: Ward) -> Course:
    patient = stored(Patient(mrn="00456", family_name="Lee"))
    return stored(Course(patient=patient, ward=ward, product="fictional", infused_at=NOW))


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("act", ACTS)
@pytest.mark.usefixtures("neighbor", "other_ward")
def test_the_door_lets_in_whom_the_ward_would(
    act: str, person: str, course: Course, run: Dose, request: pytest.FixtureRequest
) -> None:
    do, allowed = ACTS[act]
    user, before = request.getfixturevalue(person), everything()
    if person in allowed:
        do(course, run, user)
        assert everything() != before
    else:
        with pytest.raises(NotAllowed):
            do(course, run, user)
        assert everything() == before


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.usefixtures("neighbor", "other_ward")
def test_nobody_does_anything_unsigned(act: str, course: Course, run: Dose) -> None:
    nobody: Any = None
    before = everything()
    with pytest.raises(NotAllowed):
        ACTS[act][0](course, run, nobody)
    assert everything() == before


def test_a_role_taken_away_while_a_page_was_open_signs_nothing(course: Course, nurse: User) -> None:
    account = User.objects.get(pk=nurse.pk)
    account.role = Role.VIEWER
    account.save()
    assert nurse.role == Role.NURSE
    with pytest.raises(NotAllowed, match="Only nurses and physicians"):
        door.enter(course, [Event(happened_at=NOW, kind="icu_in")], by=nurse)


def test_a_closed_account_signs_nothing(course: Course, physician: User) -> None:
    account = User.objects.get(pk=physician.pk)
    account.is_active = False
    account.save()
    with pytest.raises(NotAllowed):
        door.amend(course, by=physician, reason="bed", changes={"bed": "9"})


def test_the_account_of_imports_signs_only_while_it_cannot_sign_in(
    course: Course, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(30)], by=importer())
    account = importer()
    account.is_active = True
    account.save()
    with pytest.raises(NotAllowed):
        door.enter(course, [assessment_at(31)], by=account)
    assert Assessment.objects.count() == 1


def test_the_account_of_imports_neither_moves_nor_closes_nor_strikes_out(
    course: Course, run: Dose, other_ward: Ward
) -> None:
    account = importer()
    for act in ("close", "change the bed", "strike out", "stop", "correct a given infusion"):
        with pytest.raises(NotAllowed):
            ACTS[act][0](course, run, account)
    with pytest.raises(NotAllowed):
        door.amend(course, by=account, reason="moved", changes={"ward": other_ward})


@pytest.mark.parametrize("field", INFUSION)
def test_the_infusion_is_a_nurses_until_it_is_stored_as_given(
    field: str, course: Course, nurse: User, physician: User
) -> None:
    """The course that the nurse holds still says planned; the one under the lock decides."""
    door.amend(course, by=physician, reason="not yet", changes={"infusion_planned": True})
    opened = Course.objects.get(pk=course.pk)
    door.amend(opened, by=nurse, reason="given", changes={"infusion_planned": False})
    opened.infusion_planned = True
    values = {"infused_at": NOW, "infusion_planned": True, "later_infusions": []}
    with pytest.raises(NotAllowed, match="Only a physician corrects an infusion"):
        door.amend(opened, by=nurse, reason="late", changes={field: values[field]})


@pytest.mark.parametrize("since", [None, -1, 0])
def test_no_version_opens_a_given_infusion_to_a_nurse(
    since: int | None, course: Course, nurse: User
) -> None:
    version = None if since is None else course.version() + since
    with pytest.raises(Refused):
        door.amend(course, by=nurse, reason="r", changes={"infused_at": NOW}, since=version)
    course.refresh_from_db()
    assert course.infused_at != NOW


@pytest.fixture
def transferred(course: Course, physician: User, other_ward: Ward) -> Course:
    """A patient of the ward whose earlier course is on another ward."""
    earlier = Course(
        patient=course.patient,
        ward=other_ward,
        product="tisagenlecleucel",
        infused_at=course.infused_at - timedelta(days=400),
        closed_at=NOW - timedelta(days=300),
    )
    stored(earlier)
    return course


@pytest.mark.parametrize("field", sorted(Patient.AMENDABLE))
def test_who_a_patient_of_two_wards_is_is_a_physicians_to_correct(
    field: str, transferred: Course, nurse: User, physician: User
) -> None:
    values: dict[str, Any] = {
        "mrn": "00124",
        "birth_date": NOW.date() - timedelta(days=9000),
        "age_at_infusion_years": None,
        "sex": "M",
        "developmental_delay": True,
    }
    changes = {field: values.get(field, "Lee")}
    with pytest.raises(NotAllowed, match="has a course on another ward too"):
        door.amend(transferred.patient, by=nurse, reason="r", changes=changes)
    door.amend(transferred.patient, by=physician, reason="passport", changes=changes)


def test_a_member_of_both_wards_corrects_who_the_patient_is(
    transferred: Course, nurse: User, other_ward: Ward
) -> None:
    Membership.objects.create(user=nurse, ward=other_ward)
    door.amend(transferred.patient, by=nurse, reason="passport", changes={"family_name": "Lee"})
    assert Patient.objects.get().family_name == "Lee"


def test_an_entry_goes_only_to_a_ward_of_ones_own(
    course: Course, other_course: Course, run: Dose, nurse: User
) -> None:
    with pytest.raises(NotAllowed, match="both wards"):
        door.copy_to(run, other_course, by=nurse, reason="wrong patient", uid=uuid.uuid4())
    assert Dose.objects.get().is_live()


def test_a_graded_event_is_not_copied_by_a_nurse(
    course: Course, neighbor: Course, nurse: User, physician: User
) -> None:
    event = Event(happened_at=NOW, kind="mnt", grade=2)
    door.enter(course, [event], by=physician)
    with pytest.raises(NotAllowed, match="the grade of an event"):
        door.copy_to(event, neighbor, by=nurse, reason="wrong patient", uid=uuid.uuid4())
    assert Event.objects.get().is_live()


def test_a_refusal_is_logged_with_who_was_refused_and_without_the_patient(
    course: Course, viewer: User, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "cartox.security"), pytest.raises(NotAllowed):
        door.amend(course.patient, by=viewer, reason="r", changes={"mrn": "777"})
    [line] = [record for record in caplog.records if record.name == "cartox.security"]
    assert line.getMessage() == "not_allowed"
    assert vars(line)["facts"]["user"] == "vera_viewer"
    assert not {"777", course.patient.mrn} & set(map(str, vars(line)["facts"].values()))


def test_a_save_asks_for_rights_once(
    course: Course,
    neighbor: Course,
    run: Dose,
    nurse: User,
    assessment_at: AssessmentAt,
    django_assert_max_num_queries: Any,
) -> None:
    saves: list[Callable[[], object]] = [
        lambda: door.enter(course, [assessment_at(30), assessment_at(31)], by=nurse),
        lambda: door.change_rate(run, Dose(given_at=NOW), by=nurse),
        lambda: door.stop(Dose.objects.latest("pk"), at=NOW, by=nurse),
        lambda: door.amend(course, by=nurse, reason="bed", changes={"bed": "9", "weight_kg": 71}),
        lambda: door.amend(course.patient, by=nurse, reason="name", changes={"given_name": "J"}),
        lambda: door.copy_to(run, neighbor, by=nurse, reason="wrong", uid=uuid.uuid4()),
    ]
    for save in saves:
        with django_assert_max_num_queries(200) as asked:
            save()
        of_rights = [query for query in asked if "patients_membership" in query["sql"]]
        assert len(of_rights) == 1
