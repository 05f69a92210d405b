"""An entry is signed by the person who typed it, whoever is signed in when it arrives."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from patients import door
from patients.drafts.urls import urlpatterns as draft_patterns
from patients.models import Assessment, Course, Dose, Event, LabResult, User
from patients.rounds.handover.acts import hand_over, write_note
from patients.rounds.handover.writing_down import content_of
from patients.rounds.urls import urlpatterns as round_patterns
from patients.urls import urlpatterns as patient_patterns
from tests.patients.entering import NOW, answering, as_shown, page, posted
from tests.patients.rounds.round_rows import away, left_out, planned_visit
from tests.storing import AssessmentAt

urlpatterns = [*patient_patterns, *round_patterns, *draft_patterns]
STORES_NOTHING = {"board", "board_rows", "find", "closed", "rules", "rules_compare", "products"}
STORES_NOTHING |= {
    "agreement",
    "agreement_csv",
    "prevention",
    "chart",
    "chart_list",
    "chart_entry",
    "entry_show",
    "compare",
    "handwriting",
    "panels",
    "chart_figure",
    "handover",
    "handover_show",
    "call",
    "round_report",
    "round_report_csv",
    "round_messages",
    "rounds",
    "at_home",
    "home_calendar",
    "drafts",
    "draft_key",
    "wristband",
    "wristband_of_another",
}
PARTS = {"assessment_preview", "lab_check", "dose_check", "correction_check"}
PARTS |= {"draft_keep", "draft_discard"}
PAGES = [pattern.name for pattern in urlpatterns if pattern.name not in STORES_NOTHING]


@pytest.fixture(autouse=True)
def at_half_past_six() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def addresses(
    course: Course, nurse: User, physician: User, assessment_at: AssessmentAt
) -> dict[str, str]:
    """The address of each page that stores something, or shows what would be stored."""
    row = assessment_at(60)
    run = Dose(course=course, given_at=NOW, agent="norepinephrine")
    result = LabResult(course=course, collected_at=NOW, analyte="crp", value=12, unit="mg/L")
    event = Event(course=course, happened_at=NOW, kind="icu_in")
    door.enter(course, [row, run, result, event], by=nurse)
    note = write_note(course, "asks for her glasses", by=nurse, uid=uuid.uuid4())
    written = content_of(course.ward, NOW)
    handed = hand_over(course.ward, written, to=physician, by=nurse, uid=uuid.uuid4())
    without_course = {
        "admit": reverse("admit"),
        "draft_keep": reverse("draft_keep"),
        "draft_discard": reverse("draft_discard"),
        "handover_give": reverse("handover_give", args=[course.ward_id]),
        "round_settings": reverse("round_settings", args=[course.ward_id]),
        "handover_accept": reverse("handover_accept", args=[handed.uid]),
    }
    more: dict[str, dict[str, Any]] = {
        "assessment_correct": {"row_uid": row.uid},
        "dose_correct": {"row_uid": run.uid},
        "lab_correct": {"row_uid": result.uid},
        "event_correct": {"row_uid": event.uid},
        "correction_check": {"kind": "doses", "row_uid": run.uid},
        "dose_stop": {"row_uid": run.uid},
        "run_rate": {"row_uid": run.uid},
        "run_start": {"agent": "vasopressin"},
        "decide_on_sign": {"sign": "hypotension"},
        "final_grade": {"toxicity": "crs"},
        "strike_out": {"kind": "assessments", "row_uid": row.uid},
        "handover_note_withdraw": {"note_uid": note.uid},
        "not_done": {"clock": "labs"},
        "not_done_withdraw": {
            "clock": "labs",
            "omission_uid": left_out(course, "labs", by=nurse).uid,
        },
        "pause_end": {"pause_uid": (pause_uid := away(course, by=nurse).uid)},
        "pause_withdraw": {"pause_uid": pause_uid},
        "contact_done": {"contact_uid": (contact_uid := planned_visit(course, by=nurse).uid)},
        "contact_withdraw": {"contact_uid": contact_uid},
    }
    return {
        name: without_course.get(name) or page(name, course, **more.get(name, {}))
        for name in map(str, PAGES)
    }


VALUES = {"temperature_c": "38.9", "note": "looks worse", "reason": "wrong value", "bed": "14"}


@pytest.mark.parametrize("fill", [{}, {"fill": ""}], ids=["saved", "an offer tapped"])
def test_a_form_that_another_user_opened_stores_nothing_and_shows_what_was_typed(
    fill: dict[str, str],
    addresses: dict[str, str],
    course: Course,
    nurse: User,
    physician_client: Client,
) -> None:
    values = posted(course, **VALUES) | {"typed_by": str(nurse.pk)} | fill
    for name, address in addresses.items():
        with CaptureQueriesContext(connection) as queries:
            answer = physician_client.post(address, values)
        shown = answer.content.decode()
        assert answer.status_code == 409, name
        refusal = "This form was opened by Nina Nurse. Nothing was saved in your name."
        assert refusal in shown, name
        assert not [q for q in queries if q["sql"].startswith(("INSERT", "UPDATE"))], name
        assert name in PARTS or all(value in shown for value in VALUES.values()), name


def test_nobody_reads_that_an_entry_is_absent_which_its_opener_had_saved(
    course: Course, nurse: User, nurse_client: Client, physician_client: Client
) -> None:
    """The nurse lost the answer; the physician sends the form that still stands there."""
    address = page("assessment_new", course)
    values = posted(course, temperature_c="38.9") | {"typed_by": str(nurse.pk)}
    nurse_client.post(address, values)
    shown = physician_client.post(address, values).content.decode()
    assert "It may be stored already in the name of Nina Nurse" in shown
    assert "Not saved" not in shown


def test_a_form_that_lost_who_opened_it_is_refused_with_everything_typed(
    addresses: dict[str, str], course: Course, physician_client: Client
) -> None:
    lost = [(name, "") for name in addresses if name not in PARTS]
    lost += [("dose_new", key) for key in ("x", "0", "-1", "1e3", "9" * 30, "\0")]
    for name, key in lost:
        answer = physician_client.post(addresses[name], posted(course, **VALUES, typed_by=key))
        assert answer.status_code == 422, (name, key)
        shown = answer.content.decode()
        assert "The page had lost who opened it. Nothing was saved." in shown, (name, key)


def test_the_values_are_taken_over_on_purpose_and_signed_by_who_does(
    addresses: dict[str, str],
    course: Course,
    nurse: User,
    physician: User,
    physician_client: Client,
) -> None:
    address = addresses["assessment_new"]
    theirs = posted(course, temperature_c="38.9") | {"typed_by": str(nurse.pk)}
    refused = physician_client.post(address, theirs)
    taken = physician_client.post(address, {**_hidden(refused), "fill": ""})
    form = as_shown(taken)
    assert (form["temperature_c"], form["typed_by"]) == ("38.9", str(physician.pk))
    assert form["uid"] != theirs["uid"]
    form = answering(physician_client, address, form)
    assert physician_client.post(address, form).status_code == 302
    assert Assessment.objects.latest("pk").recorded_by == physician


def _hidden(answer: Any) -> dict[str, str]:
    return {name: value for name, value in as_shown(answer).items() if name != "text"}
