"""Whatever is posted, in whatever spelling and by whomever: only what their role allows is stored.

What is allowed is written down here anew, in the words of the ward, and not read from the table
of rights.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from patients import door
from patients.door.refusals import Refused
from patients.models import Course, Membership, Patient, User, Ward
from tests.patients.admission.test_admit import typed as admission_typed
from tests.patients.admission.test_correct import course_typed, patient_typed
from tests.patients.entering import NOW, open_as_listed, page
from tests.patients.entry.test_fuzzed_forms import forgotten
from tests.storing import stored

PERSON = {"mrn", "family_name", "given_name", "birth_date", "age_at_infusion_years", "sex"}
PERSON |= {"developmental_delay"}
INFUSION = {"infused_at", "infusion_planned", "later_infusions"}
CLOSING = {"closed_at", "outcome", "closing_reason"}
ONLY_PHYSICIANS = CLOSING | {"time_zone"}
NOBODY = {"carried", "uid", "patient_id", "opened_at", "id"}


@dataclass(frozen=True)
class State:
    """How the course stands: only planned, closed, its patient with a course on another ward."""

    planned: bool
    closed: bool
    transferred: bool


STATES = st.builds(State, planned=st.booleans(), closed=st.booleans(), transferred=st.booleans())


@dataclass(frozen=True)
class Scene:
    """A course in that state, its ward, and a ward of other people."""

    course: Course
    state: State
    ward: Ward
    other_ward: Ward


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def people(request: pytest.FixtureRequest, ward: Ward) -> dict[str, User]:
    names = ("nurse", "physician", "viewer", "administrator", "other_ward_nurse")
    users = {name: request.getfixturevalue(name) for name in names}
    inside = User.objects.create_user("ida_inside", role="administrator")
    Membership.objects.create(user=inside, ward=ward)
    return users | {"administrator of the ward": inside}


def set_up(course: Course, other_ward: Ward, state: State) -> Scene:
    """Bring the course into that state, as a physician and an import would have."""
    physician, course = (
        User.objects.get(username="paul_physician"),
        Course.objects.get(pk=course.pk),
    )
    changes: dict[str, Any] = {"infusion_planned": True} if state.planned else {}
    if state.closed:
        changes |= {"closed_at": NOW - timedelta(hours=1), "outcome": "transferred"}
    if changes:
        door.amend(course, by=physician, reason="so it is", changes=changes)
    if state.transferred:
        earlier = course.infused_at - timedelta(days=400)
        other = {"ward": other_ward, "product": "tisagenlecleucel", "closed_at": NOW}
        stored(Course(patient=course.patient, infused_at=earlier, **other))
    return Scene(course, state, course.ward, other_ward)


def changed(thing: Course | Patient, before: dict[str, Any]) -> dict[str, Any]:
    after = type(thing).objects.filter(pk=thing.pk).values().get()
    return {name: value for name, value in after.items() if before[name] != value}


def what_is_not_allowed(person: str, scene: Scene, after: dict[str, Any]) -> set[str]:
    """The changed fields that this person must not change."""
    if person not in {"nurse", "physician"}:
        return set(after)
    forbidden = NOBODY & set(after)
    if after.get("ward_id", scene.ward.pk) != scene.ward.pk:
        forbidden |= {"ward_id"}
    if person == "nurse":
        forbidden |= ONLY_PHYSICIANS & set(after)
        forbidden |= set() if scene.state.planned else INFUSION & set(after)
        forbidden |= PERSON & set(after) if scene.state.transferred else set()
    return forbidden


@contextmanager
def only_what_is_allowed(person: str, scene: Scene, who_stored: set[str]) -> Iterator[None]:
    """Compare what stands before and after; then everything is undone."""
    course, patient = scene.course, scene.course.patient
    before = [type(thing).objects.filter(pk=thing.pk).values().get() for thing in (course, patient)]
    courses = set(Course.objects.values_list("pk", flat=True))
    yield
    after = changed(course, before[0]) | changed(patient, before[1])
    assert what_is_not_allowed(person, scene, after) == set(), person
    own = {"nurse": scene.ward, "physician": scene.ward, "other_ward_nurse": scene.other_ward}
    new = list(Course.objects.exclude(pk__in=courses))
    for opened in new:
        assert opened.ward == own.get(person)
        assert opened.is_open()
        assert opened.carried == {}
    if after or new:
        who_stored.add(person)


SPELLINGS = st.sampled_from(["{}", " {}", "0{}", "{}.0", "+{}", "{} ", "\uff10{}", "", "x{}"])
AHEAD = st.sampled_from([0, 0, -1, 1])
ODD_VALUES: dict[str, list[str]] = {
    "infusion": ["planned", "given"],
    **{f"infused_at_{part}": ["1", "5", "6"] for part in ("day", "month")},
    "infused_at_time": ["07:15", "11:00"],
    "later_1_day": ["7"],
    "later_1_month": ["1"],
    "later_1_year": ["2026"],
    "later_1_time": ["09:00"],
    "infused_at": ["2026-01-01"],
    "infusion_planned": ["on", "false"],
    "cell_dose": ["200 million"],
    "product_batch": ["AXI-0042"],
    "baseline_ice_total": ["8"],
    "product": ["tisagenlecleucel"],
    "bed": ["14"],
    "mrn": ["00777", "00123"],
    "family_name": ["Smith", "Doe"],
    "birth_date_year": ["1965"],
    "sex": ["M"],
    "outcome": ["discharged", "died"],
    "closed_at": [""],
    "closed_at_date": ["2026-01-07"],
    "time_zone": ["Asia/Tokyo"],
    "carried": ['{"id": "x"}'],
    "course_uid": [str(uuid.uuid4())],
    "role": ["physician"],
    "by": ["paul_physician"],
}
ODD = st.lists(
    st.sampled_from([(name, value) for name, values in ODD_VALUES.items() for value in values]),
    max_size=5,
).map(dict)
A_DAY_LATER = {"infused_at_day": "6"}
CLOSED_FIRST = {"reopen", "admit", "readmit"}
PAGES = ("course_correct", "patient_correct", "move", "close", "reopen", "admit", "readmit")


def form_of(name: str, scene: Scene, version: str) -> dict[str, Any]:
    """A form of that page as it is sent when everything in it is right."""
    course = scene.course
    if name in {"admit", "readmit"}:
        return admission_typed(scene.ward, mrn="00123", family_name="Doe")
    typed = patient_typed if name == "patient_correct" else course_typed
    own = {
        "course_correct": {"cell_dose": "200 million"},
        "patient_correct": {"given_name": "Janet"},
        "move": {"ward": str(course.ward_id), "bed": "15"},
        "close": {
            "outcome": "transferred",
            "closed_at_date": "2026-01-08",
            "closed_at_time": "06:30",
            "as_listed": open_as_listed(course),
        },
    }
    return typed(course, version=version, **own.get(name, {}))


def post(client: Client, name: str, scene: Scene, sent: dict[str, Any]) -> None:
    """Send the form, and confirm whatever the page asks or foresees."""
    address = reverse(name) if name == "admit" else page(name, scene.course)
    answer = client.post(address, sent)
    for _ in range(3):
        asked = re.findall(r'name="confirm"[^>]*? value="([^"]+)"', answer.content.decode())
        if answer.status_code not in {200, 422} or not asked:
            return
        answer = client.post(address, sent | {"confirm": asked})


def few(examples: int) -> Any:
    return settings(max_examples=examples, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("name", PAGES)
def test_a_page_stores_only_what_the_role_allows(
    name: str,
    course: Course,
    other_ward: Ward,
    people: dict[str, User],
    signed_in: Callable[[User], Client],
) -> None:
    who_stored: set[str] = set()
    clients = {person: signed_in(user) for person, user in people.items()}
    elsewhere = st.fixed_dictionaries({}, optional={"ward": st.just(str(other_ward.pk))})

    done_by_a_physician = State(planned=False, closed=name in CLOSED_FIRST, transferred=False)

    @few(5)
    @example(state=done_by_a_physician, odd={}, ward={}, spelling="{}", ahead=0)
    @example(state=done_by_a_physician, odd=A_DAY_LATER, ward={}, spelling=" {}", ahead=0)
    @given(state=STATES, odd=ODD, ward=elsewhere, spelling=SPELLINGS, ahead=AHEAD)
    def search(state: State, odd: Any, ward: Any, spelling: str, ahead: int) -> None:
        with forgotten():
            scene = set_up(course, other_ward, state)
            thing = scene.course.patient if name == "patient_correct" else scene.course
            sent = form_of(name, scene, spelling.format(thing.version() + ahead)) | odd | ward
            for person, client in clients.items():
                with forgotten(), only_what_is_allowed(person, scene, who_stored):
                    post(client, name, scene, sent)

    search()
    assert "physician" in who_stored


WANTED: dict[str, Any] = {
    "infused_at": NOW - timedelta(days=4),
    "infusion_planned": False,
    "later_infusions": [NOW.isoformat()],
    "weight_kg": Decimal(70),
    "bed": "14",
    "product": "tisagenlecleucel",
    "closed_at": NOW,
    "outcome": "discharged",
    "time_zone": "Asia/Tokyo",
    "carried": {"id": "x"},
    "last_follow_up_day": 90,
    "baseline_ice_total": 8,
    "uid": uuid.uuid4(),
    "mrn": "00777",
    "family_name": "Smith",
    "birth_date": date(1965, 1, 1),
    "sex": "M",
    "developmental_delay": True,
}


def test_the_door_stores_only_what_the_role_allows(
    course: Course, other_ward: Ward, people: dict[str, User]
) -> None:
    who_stored: set[str] = set()
    wanted = WANTED | {"ward": other_ward}
    some_fields = st.sets(st.sampled_from(sorted(wanted)), min_size=1, max_size=2)

    @few(25)
    @given(state=STATES, fields=some_fields, since=st.none() | AHEAD)
    def search(state: State, fields: set[str], since: int | None) -> None:
        of_patient = PERSON & fields
        changes = {name: wanted[name] for name in of_patient or fields}
        with forgotten():
            scene = set_up(course, other_ward, state)
            for person, user in people.items():
                scene.course.refresh_from_db()
                thing = scene.course.patient if of_patient else scene.course
                version = None if since is None else thing.version() + since
                with (
                    forgotten(),
                    only_what_is_allowed(person, scene, who_stored),
                    suppress(Refused, ValidationError, ValueError),
                ):
                    door.amend(thing, by=user, reason="r", changes=changes, since=version)

    search()
    assert who_stored == {"nurse", "physician"}
