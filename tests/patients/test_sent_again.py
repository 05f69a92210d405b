"""Every form that stores, sent again after a lost answer: answered as the first time, stored once.

Other content of the same form is refused, and shown with what was typed.
"""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from patients import door
from patients.models import (
    CLINICAL_MODELS,
    Assessment,
    Course,
    Dose,
    Event,
    LabResult,
    Patient,
    Role,
    User,
    Ward,
)
from tests.conftest import make_user
from tests.patients.admission.test_admit import ADMIT
from tests.patients.admission.test_admit import typed as admission_typed
from tests.patients.admission.test_correct import course_typed, patient_typed
from tests.patients.entering import NOW, answering, as_shown, open_as_listed, page, posted
from tests.storing import AssessmentAt, stored

Sent = tuple[str, dict[str, Any]]
SENTENCE = re.compile(
    r'<div class="message message--success" role="status">(.*?)</div></li>', re.DOTALL
)


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@dataclass
class Scene:
    """A physician of two wards who saves, another one, a course and the patient of the next bed."""

    client: Client
    other: User
    wards: tuple[Ward, Ward, Ward]
    course: Course
    neighbor: Course
    entry: Assessment
    run: Dose
    result: LabResult
    event: Event

    def amend(self, thing: Course | Patient, **changes: Any) -> None:
        stands = type(thing).objects.get(pk=thing.pk)
        door.amend(stands, by=self.other, reason="by another", changes=changes)

    def post(self, address: str, values: dict[str, Any]) -> Any:
        return self.client.post(address, values)


@pytest.fixture
def scene(
    signed_in: Callable[[User], Client],
    course: Course,
    ward: Ward,
    other_ward: Ward,
    assessment_at: AssessmentAt,
) -> Scene:
    second = stored(Ward(name="7 West", time_zone="Europe/Madrid"))
    writer = make_user("pia_physician", Role.PHYSICIAN, ward, second)
    other = make_user("otto_physician", Role.PHYSICIAN, ward, second, other_ward)
    poe = stored(Patient(mrn="00456", family_name="Poe", birth_date=date(1970, 1, 1)))
    neighbor = stored(
        Course(patient=poe, ward=ward, bed="13", product="x", infused_at=course.infused_at)
    )
    entry, run = assessment_at(60), Dose(given_at=course.infused_at, agent="norepinephrine")
    result = LabResult(collected_at=NOW, analyte="crp", value=12, unit="mg/L")
    happened = Event(happened_at=NOW, kind="icu_in")
    door.enter(course, [entry, run, result, happened], by=other)
    wards = (ward, second, other_ward)
    return Scene(signed_in(writer), other, wards, course, neighbor, entry, run, result, happened)


# The forms: where each is sent, and what it holds


def assessment(scene: Scene) -> Sent:
    address = page("assessment_new", scene.course)
    return address, answering(scene.client, address, posted(scene.course, heart_rate="84"))


def correction(scene: Scene) -> Sent:
    address = page("assessment_correct", scene.course, row_uid=scene.entry.uid)
    return address, posted(scene.course, heart_rate="84")


def dose_corrected(scene: Scene) -> Sent:
    return _corrected(scene, "dose_correct", scene.run, amount="4", unit="mcg/min")


def lab_corrected(scene: Scene) -> Sent:
    return _corrected(scene, "lab_correct", scene.result, crp_value="13")


def event_corrected(scene: Scene) -> Sent:
    return _corrected(scene, "event_correct", scene.event, note="by air")


def _corrected(scene: Scene, name: str, row: Any, **values: str) -> Sent:
    address = page(name, scene.course, row_uid=row.uid)
    values = as_shown(scene.client.get(address)) | values
    return address, answering(scene.client, address, values)


def labs(scene: Scene) -> Sent:
    results = {"crp_value": "40", "crp_unit": "mg/L", "ldh_value": "300", "ldh_unit": "U/L"}
    return page("lab_new", scene.course), posted(scene.course, "collected_at", **results)


def dose(scene: Scene) -> Sent:
    values = {"agent": "tocilizumab", "amount": "576", "unit": "mg", "route": "IV"}
    return page("dose_new", scene.course), posted(scene.course, "given_at", **values)


def event(scene: Scene) -> Sent:
    return page("event_new", scene.course), posted(scene.course, "happened_at", kind="icu_in")


def end_of_dose(scene: Scene) -> Sent:
    address = page("dose_stop", scene.course, row_uid=scene.run.uid)
    return address, posted(scene.course, "ended_at")


def strike_out(scene: Scene) -> Sent:
    address = page("strike_out", scene.course, kind="assessments", row_uid=scene.entry.uid)
    return address, posted(scene.course, reason="wrong patient")


def strike_out_with_copy(scene: Scene) -> Sent:
    address, values = strike_out(scene)
    return address, values | {"copy_to": str(scene.neighbor.uid)}


def admission(scene: Scene) -> Sent:
    return ADMIT, admission_typed(scene.wards[0])


def readmission(scene: Scene) -> Sent:
    scene.amend(scene.course, closed_at=NOW, outcome="discharged", closing_reason="home")
    return page("readmit", scene.course), admission_typed(scene.wards[0])


def move(scene: Scene) -> Sent:
    values = _change(scene, ward=str(scene.wards[0].pk), bed="14")
    return page("move", scene.course), values


def closing(scene: Scene) -> Sent:
    address = page("close", scene.course)
    values = _change(
        scene,
        outcome="discharged",
        closed_at_date="2026-01-08",
        closed_at_time="06:30",
        words="home",
        as_listed=open_as_listed(scene.course),
    )
    return address, answering(scene.client, address, values)


def reopening(scene: Scene) -> Sent:
    scene.amend(scene.course, closed_at=NOW, outcome="discharged", closing_reason="home")
    return page("reopen", scene.course), _change(scene, reason="closed by mistake")


def course_corrected(scene: Scene) -> Sent:
    scene.amend(scene.course, weighed_at=NOW - timedelta(days=1, seconds=23))
    values = course_typed(scene.course, weight_kg="70", weight_again="70")
    return _confirmed(scene, page("course_correct", scene.course), values | _weighed("07"))


def baseline_corrected(scene: Scene) -> Sent:
    values = course_typed(scene.course, baseline_spo2_percent="93")
    return _confirmed(scene, page("course_correct", scene.course), values)


def patient_corrected(scene: Scene) -> Sent:
    values = patient_typed(scene.course, mrn="00124")
    return _confirmed(scene, page("patient_correct", scene.course), values)


def _weighed(day: str) -> dict[str, str]:
    return {"weighed_at_date": f"2026-01-{day}", "weighed_at_time": "06:39"}


def _change(scene: Scene, **values: Any) -> dict[str, Any]:
    course = scene.course
    numbers = {"uid": str(uuid.uuid4()), "course_uid": str(course.uid)}
    return {**numbers, "version": str(course.version()), **values}


def _confirmed(scene: Scene, address: str, values: dict[str, Any]) -> Sent:
    """The form after the page that showed which grades would change."""
    key = re.search(r'name="confirm" value="([0-9a-f]{24})"', text(scene.post(address, values)))
    assert key is not None
    return address, values | {"confirm": key[1]}


FORMS: dict[Callable[[Scene], Sent], list[dict[str, str]]] = {
    assessment: [{"heart_rate": "48"}],
    correction: [{"heart_rate": "48"}],
    labs: [{"crp_value": "41"}, {"ldh_value": "", "ldh_unit": ""}],
    dose: [{"amount": "560"}],
    event: [{"note": "by helicopter"}],
    dose_corrected: [{"amount": "5"}],
    lab_corrected: [{"crp_value": "14"}],
    event_corrected: [{"note": "by helicopter"}],
    end_of_dose: [{"ended_at_time": "06:20"}],
    strike_out: [{"reason": "wrong time"}, {"words": "of bed 13"}],
    strike_out_with_copy: [{"words": "of bed 13"}, {"copy_to": ""}],
    admission: [{"bed": "5"}, {"family_name": "Leigh"}],
    readmission: [{"bed": "5"}],
    move: [{"bed": "15"}],
    closing: [{"words": "to another hospital"}, {"closed_at_time": "06:20"}],
    reopening: [{"reason": "came back"}],
    course_corrected: [{"reason": "by the scale"}, {"weight_kg": "71", "weight_again": "71"}],
    baseline_corrected: [{"reason": "by the scale"}, {"baseline_spo2_percent": "92"}],
    patient_corrected: [{"reason": "from the wristband"}, {"given_name": "Joan"}],
}
"""Of each form what differs when it is sent with other content."""


# What happens before it is sent again


def nothing(scene: Scene) -> None:
    """The answer alone was lost."""


def others_change_the_same(scene: Scene) -> None:
    scene.amend(scene.course.patient, mrn="00125", given_name="Jean")
    scene.amend(
        scene.course,
        weight_kg=80,
        weighed_at=NOW,
        baseline_spo2_percent=95,
        **({"bed": "20"} if _stands(scene).is_open() else {}),
    )
    taken = Patient(mrn="00124", family_name="Fox", birth_date=date(1970, 1, 1))
    if not Patient.objects.filter(mrn=taken.mrn).exists():
        stored(taken)


def others_strike_out_the_row(scene: Scene) -> None:
    rows = [row for model in CLINICAL_MODELS for row in model.objects.all()]
    for row in rows:
        if row.is_live() and _stands(row).is_open():
            door.strike_out(row, by=scene.other, reason="by another")


def courses_are_moved(scene: Scene) -> None:
    for course in Course.objects.filter(closed_at__isnull=True):
        is_neighbor = course == scene.neighbor  # who goes out of sight
        scene.amend(course, ward=scene.wards[2 if is_neighbor else 1])


def courses_are_closed(scene: Scene) -> None:
    for course in Course.objects.filter(closed_at__isnull=True):
        scene.amend(course, closed_at=NOW, outcome="discharged", closing_reason="home")


def the_course_is_opened(scene: Scene) -> None:
    if not Course.objects.filter(patient=scene.course.patient, closed_at__isnull=True).exists():
        scene.amend(scene.course, closed_at=None, outcome="")


HAPPENINGS = {
    nothing: True,
    others_change_the_same: False,
    others_strike_out_the_row: True,
    courses_are_moved: False,
    courses_are_closed: False,
    the_course_is_opened: True,
}
"""Each happens after the one before; whether other content is then tried too."""


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_a_form_sent_again_is_answered_truthfully_whatever_happened_since(
    form: Callable[[Scene], Sent], scene: Scene
) -> None:
    address, values = form(scene)
    first = scene.post(address, values)
    assert first.status_code == 302, problems(first)
    first_words = receipt(scene, first)
    for happens, is_other_tried in HAPPENINGS.items():
        happens(scene)
        before = lines()
        again = scene.post(address, values)
        assert again.status_code == 302, (happens.__name__, problems(again))
        assert again.url.partition("?")[0] == first.url.partition("?")[0]
        for changed in FORMS[form] if is_other_tried else ():
            other = scene.post(address, values | changed)
            assert other.status_code == 409, (happens.__name__, changed, problems(other))
            assert all(value in text(other) for value in changed.values())
        assert lines() == before, happens.__name__
    assert receipt(scene, again) == first_words
    # as a word: the letters can stand by chance in a token of the page
    assert "POE" not in re.findall(r"\w+", text(scene.client.get(again.url)))


def _stands(of: Any) -> Course:
    return Course.objects.get(pk=of.course.pk)


def lines() -> list[int]:
    """How many rows and lines of the history are stored, and how many rows were changed."""
    rows = [model.objects.count() for model in CLINICAL_MODELS]
    return [*rows, Course.history.count(), Patient.history.count()]


def receipt(scene: Scene, answer: Any) -> str:
    """How the chart begins to say what was saved; a name and a copy are as they are now."""
    sentence, *_ = SENTENCE.findall(scene.client.get(answer.url).content.decode())
    return re.split("[,;.]", sentence)[0]


def text(answer: Any) -> str:
    return html.unescape(" ".join(answer.content.decode().split()))


def problems(answer: Any) -> list[str]:
    return re.findall(r'(?:say|message)--error"[^>]*>\s*<(?:p|span)>(.*?)</p>', text(answer))
