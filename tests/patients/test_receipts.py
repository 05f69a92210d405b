"""The sentence on the chart after a save: read back from what is stored, for whoever saved it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.signing import TimestampSigner
from django.test import Client

from patients import door
from patients.models import Assessment, Course, Dose, Patient, User, Ward
from tests.patients.entering import FULL, NOW, answering, open_as_listed, page, posted
from tests.storing import AssessmentAt

SENTENCE = re.compile(
    r'<div class="message message--success" role="status">(.*?)</div></li>', re.DOTALL
)


@pytest.fixture(autouse=True)
def only_what_was_saved(settings: Any) -> None:
    """Without calls, and without the sentence that leads to the next patient."""
    settings.CARTOX_SAVED_PANEL = ["patients.forms.saved.entry_and_grades"]
    settings.CARTOX_IN_TRANSACTION = []


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as travelling:
        yield travelling


def sentences(client: Client, address: str) -> list[str]:
    answer = client.get(address)
    assert answer.status_code == 200
    return SENTENCE.findall(answer.content.decode())


def problems(answer: Any) -> list[str]:
    return re.findall(r'say--error">\s*<p>(.*?)</p>', answer.content.decode())


@pytest.fixture
def entry(course: Course, nurse: User, assessment_at: AssessmentAt) -> Assessment:
    row = assessment_at(60, temperature_c=Decimal("38.9"))
    door.enter(course, [row], by=nurse)
    return row


@pytest.fixture
def run(course: Course, nurse: User) -> Dose:
    given_at = NOW - timedelta(hours=2)
    dose = Dose(course=course, given_at=given_at, agent="norepinephrine")
    door.enter(course, [dose], by=nurse)
    return dose


@pytest.fixture
def rows(entry: Assessment, run: Dose, clock: Any) -> dict[str, Any]:
    clock.shift(timedelta(minutes=11))  # an entry of the last ten minutes is asked about
    return {"entry": entry, "run": run}


@pytest.fixture
def clients(physician_client: Client, nurse_client: Client) -> tuple[Client, Client]:
    return physician_client, nurse_client


def new_form(course: Course, thing: Course | Patient | None = None) -> dict[str, Any]:
    version = (course if thing is None else thing).version()
    return posted(course) | {"version": str(version), "reason": "mistyped"}


def enters_assessment(client: Client, course: Course, **_rows: Any) -> tuple[str, dict[str, Any]]:
    treated = FULL | {"hypotension": "yes", "vasopressors": "norepinephrine"}
    address = page("assessment_new", course)
    return address, answering(client, address, posted(course, **treated))


def enters_labs(client: Client, course: Course, **_rows: Any) -> tuple[str, dict[str, Any]]:
    values = {
        "crp_value": "9.5",
        "crp_unit": "mg/dL",
        "ferritin_value": "800",
        "ferritin_unit": "ng/mL",
    }
    return page("lab_new", course), posted(course, "collected_at", **values)


def enters_dose(client: Client, course: Course, **_rows: Any) -> tuple[str, dict[str, Any]]:
    return page("dose_new", course), posted(course, "given_at", agent="vasopressin")


def enters_event(client: Client, course: Course, **_rows: Any) -> tuple[str, dict[str, Any]]:
    return page("event_new", course), posted(course, "happened_at", kind="icu_in")


def ends_run(client: Client, course: Course, run: Dose, **_rows: Any) -> tuple[str, dict[str, Any]]:
    return page("dose_stop", course, row_uid=run.uid), posted(course, "ended_at")


def changes_rate(
    client: Client, course: Course, run: Dose, **_rows: Any
) -> tuple[str, dict[str, Any]]:
    new_rate = {"amount": "0.08", "unit": "mcg/kg/min", "route": "IV"}
    return page("run_rate", course, row_uid=run.uid), posted(course, "given_at", **new_rate)


def strikes_out(
    client: Client, course: Course, entry: Assessment, **_rows: Any
) -> tuple[str, dict[str, Any]]:
    address = page("strike_out", course, kind="assessments", row_uid=entry.uid)
    return address, posted(course) | {"reason": "entered twice"}


def moves(client: Client, course: Course, **_rows: Any) -> tuple[str, dict[str, Any]]:
    return page("move", course), new_form(course) | {"ward": str(course.ward_id), "bed": "14"}


def closes(client: Client, course: Course, **_rows: Any) -> tuple[str, dict[str, Any]]:
    now = {"closed_at_date": "2026-01-08", "closed_at_time": "06:30", "outcome": "discharged"}
    now |= {"as_listed": open_as_listed(course), "words": "goes on at the day clinic"}
    return page("close", course), new_form(course) | now


SAVES = {
    enters_assessment: "Saved: assessment of 08 Jan 2026 06:30, entered 21 min late. CRS 3.",
    enters_labs: "Saved: CRP 9.5 mg/dL, Ferritin 800 ng/mL.",
    enters_dose: "Saved: vasopressin",
    enters_event: "Saved: ",
    ends_run: "Saved: norepinephrine ended 08 Jan 2026 06:30.",
    changes_rate: "Saved: norepinephrine 0.08 mcg/kg/min IV, 08 Jan 2026 06:30, entered 21",
    strikes_out: "Saved: struck out: assessment of",
    moves: "Saved: moved to ",
    closes: "Saved: closed.",
}


@pytest.mark.parametrize(("save", "begins"), SAVES.items(), ids=[each.__name__ for each in SAVES])
def test_every_save_is_named_to_whoever_saved_it_also_when_it_is_sent_again(
    save: Callable[..., tuple[str, dict[str, Any]]],
    begins: str,
    clients: tuple[Client, Client],
    course: Course,
    rows: dict[str, Any],
    clock: Any,
) -> None:
    physician_client, nurse_client = clients
    address, values = save(physician_client, course, **rows)
    first = physician_client.post(address, values)
    assert first.status_code == 302, problems(first)
    (sentence,) = sentences(physician_client, first.url)
    assert sentence.startswith(begins)
    assert sentences(nurse_client, first.url) == []  # it is not theirs
    assert sentences(physician_client, page("chart", course)) == []

    clock.shift(timedelta(minutes=20))
    again = physician_client.post(address, values)
    assert again.status_code == 302, problems(again)
    assert sentences(physician_client, again.url) == [sentence]
    assert sentences(physician_client, first.url) == []  # loaded again after its minutes


@pytest.mark.parametrize("name", ["saved", "changed"])
@pytest.mark.parametrize(
    "value",
    [
        "",
        "x",
        "2026-01-08T05:40:00+00:00",
        "course-0",
        "\0",
        "course-0:1vdika:8i4bzLhq3GsQN0Ex3mtyndiEUVNcYzfBGnDrbAwdW1Q",
    ],
)
def test_an_address_that_nobody_was_sent_says_nothing(
    name: str, value: str, nurse_client: Client, course: Course, entry: Assessment
) -> None:
    answer = nurse_client.get(page("chart", course), {name: value})
    assert answer.status_code == 200
    assert SENTENCE.findall(answer.content.decode()) == []


def test_a_receipt_under_the_other_name_says_nothing(nurse_client: Client, course: Course) -> None:
    answer = nurse_client.post(*moves(nurse_client, course))
    assert sentences(nurse_client, answer.url.replace("?changed=", "?saved=")) == []


def test_two_saves_in_one_instant_have_a_sentence_each(
    nurse_client: Client, course: Course
) -> None:
    """The clock stands still: the moment of the second is still another."""
    answers = [
        nurse_client.post(page("dose_new", course), posted(course, "given_at", agent=agent))
        for agent in ("norepinephrine", "vasopressin")
    ]
    first, second = [sentences(nurse_client, answer.url) for answer in answers]
    assert first[0].startswith("Saved: norepinephrine")
    assert second[0].startswith("Saved: vasopressin")


def test_a_corrected_infusion_names_the_grades_that_it_moved(
    course: Course, physician: User, physician_client: Client, entry: Assessment
) -> None:
    since = course.version()
    infused_at = datetime(2025, 12, 1, 10, 0, tzinfo=UTC)
    changes = door.amend(
        course, by=physician, reason="wrong day", changes={"infused_at": infused_at}, since=since
    )
    assert changes
    signed = TimestampSigner(salt="cartox.changed").sign(f"course-{since}")
    (sentence,) = sentences(physician_client, f"{page('chart', course)}?changed={signed}")
    assert sentence.startswith("Saved: corrected: ")


def test_an_entry_copied_to_the_right_patient_names_both_charts(
    nurse_client: Client, course: Course, entry: Assessment, ward: Ward, nurse: User
) -> None:
    patient = Patient(mrn="00456", family_name="Poe", birth_date=date(1970, 1, 1))
    right = door.admit(
        patient,
        Course(ward=ward, product="obecabtagene", infused_at=course.infused_at, bed="3"),
        by=nurse,
    )
    address = page("strike_out", course, kind="assessments", row_uid=entry.uid)
    values = posted(course) | {"reason": "wrong patient", "copy_to": str(right.uid)}
    answer = nurse_client.post(address, values)
    assert answer.status_code == 302, problems(answer)
    (sentence,) = sentences(nurse_client, answer.url)
    assert sentence.startswith("Saved: struck out: assessment of ")
    assert "; entered on the chart of POE." in sentence


def test_no_save_writes_to_the_session(nurse_client: Client, course: Course) -> None:
    nurse_client.get(page("chart", course))
    before = Session.objects.get().session_data
    assert nurse_client.post(*enters_assessment(nurse_client, course)).status_code == 302
    assert Session.objects.get().session_data == before
