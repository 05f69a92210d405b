"""Every page, asked by everyone, in every way: who gets in, who is refused, who finds nothing.

A page that is not listed here fails the first test: whoever adds one says who may open it.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from enum import StrEnum
from itertools import product
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, reverse
from django.utils import timezone

from patients import door
from patients.drafts.urls import urlpatterns as draft_patterns
from patients.models import CLINICAL_MODELS, Course, Dose, Event, LabResult, Patient, User
from patients.rounds.handover.acts import hand_over, write_note
from patients.rounds.handover.writing_down import content_of
from patients.rounds.urls import urlpatterns as round_patterns
from patients.urls import urlpatterns as patient_patterns
from tests.patients.rounds.round_rows import away, left_out, planned_visit
from tests.storing import AssessmentAt


class Open(StrEnum):
    """To whom a page opens."""

    SIGNED_IN = "everyone who is signed in"
    WARD = "members of the ward"
    ENTERING = "nurses and physicians of the ward"
    DECIDING = "physicians of the ward"
    ANY_ENTERING = "nurses and physicians"
    MEMBER_OF_ANY = "members of any ward"
    SETTING = "physicians of the ward, and administrators"


OPEN: dict[str, tuple[Open, str]] = {
    "board": (Open.SIGNED_IN, "GET"),
    "board_rows": (Open.SIGNED_IN, "GET"),
    "find": (Open.SIGNED_IN, "GET POST"),
    "wristband": (Open.SIGNED_IN, "POST"),
    "wristband_of_another": (Open.SIGNED_IN, "POST"),
    "closed": (Open.SIGNED_IN, "GET"),
    "agreement": (Open.SIGNED_IN, "GET"),
    "agreement_csv": (Open.SIGNED_IN, "GET"),
    "rules": (Open.SIGNED_IN, "GET"),
    "rules_compare": (Open.SIGNED_IN, "GET"),
    "products": (Open.SIGNED_IN, "GET"),
    "prevention": (Open.SIGNED_IN, "GET"),
    "at_home": (Open.SIGNED_IN, "GET"),
    "round_messages": (Open.SIGNED_IN, "GET"),
    "admit": (Open.ANY_ENTERING, "GET POST"),
    "chart": (Open.WARD, "GET"),
    "chart_figure": (Open.WARD, "GET"),
    "chart_list": (Open.WARD, "GET"),
    "chart_entry": (Open.WARD, "GET"),
    "entry_show": (Open.WARD, "GET"),
    "compare": (Open.WARD, "GET"),
    "handwriting": (Open.WARD, "GET"),
    "panels": (Open.WARD, "GET"),
    "readmit": (Open.ENTERING, "GET POST"),
    "ice_settings": (Open.ENTERING, "GET POST"),
    "move": (Open.ENTERING, "GET POST"),
    "go_home": (Open.ENTERING, "GET POST"),
    "back_on_ward": (Open.ENTERING, "GET POST"),
    "home_calendar": (Open.WARD, "GET"),
    "contacts_plan": (Open.ENTERING, "GET POST"),
    "contact_done": (Open.ENTERING, "GET POST"),
    "contact_withdraw": (Open.ENTERING, "GET POST"),
    "course_correct": (Open.ENTERING, "GET POST"),
    "patient_correct": (Open.ENTERING, "GET POST"),
    "close": (Open.DECIDING, "GET POST"),
    "reopen": (Open.DECIDING, "GET POST"),
    "assessment_new": (Open.ENTERING, "GET POST"),
    "assessment_preview": (Open.ENTERING, "POST"),
    "assessment_correct": (Open.ENTERING, "GET POST"),
    "lab_new": (Open.ENTERING, "GET POST"),
    "lab_check": (Open.ENTERING, "POST"),
    "dose_new": (Open.ENTERING, "GET POST"),
    "dose_check": (Open.ENTERING, "POST"),
    "dose_stop": (Open.ENTERING, "GET POST"),
    "run_rate": (Open.ENTERING, "GET POST"),
    "run_start": (Open.ENTERING, "GET POST"),
    "event_new": (Open.ENTERING, "GET POST"),
    "dose_correct": (Open.ENTERING, "GET POST"),
    "lab_correct": (Open.ENTERING, "GET POST"),
    "event_correct": (Open.ENTERING, "GET POST"),
    "correction_check": (Open.ENTERING, "POST"),
    "strike_out": (Open.ENTERING, "GET POST"),
    "mark_line": (Open.ENTERING, "POST"),
    "decide_on_sign": (Open.DECIDING, "GET POST"),
    "final_grade": (Open.DECIDING, "GET POST"),
    "handover": (Open.SIGNED_IN, "GET"),
    "handover_give": (Open.ENTERING, "POST"),
    "handover_show": (Open.WARD, "GET"),
    "handover_accept": (Open.ENTERING, "POST"),
    "handover_note": (Open.ENTERING, "GET POST"),
    "handover_note_withdraw": (Open.ENTERING, "GET POST"),
    "round_settings": (Open.SETTING, "GET POST"),
    "call": (Open.WARD, "GET"),
    "call_informed": (Open.ENTERING, "GET POST"),
    "call_answer": (Open.ENTERING, "GET POST"),
    "call_close": (Open.ENTERING, "GET POST"),
    "worried": (Open.ENTERING, "GET POST"),
    "round_report": (Open.SIGNED_IN, "GET"),
    "round_report_csv": (Open.MEMBER_OF_ANY, "GET"),
    "rounds": (Open.SIGNED_IN, "GET"),
    "drafts": (Open.SIGNED_IN, "GET"),
    "draft_keep": (Open.SIGNED_IN, "POST"),
    "draft_discard": (Open.SIGNED_IN, "POST"),
    "draft_key": (Open.SIGNED_IN, "POST"),
    "pause_new": (Open.ENTERING, "GET POST"),
    "pause_end": (Open.ENTERING, "GET POST"),
    "pause_withdraw": (Open.ENTERING, "GET POST"),
    "not_done": (Open.ENTERING, "GET POST"),
    "not_done_withdraw": (Open.ENTERING, "GET POST"),
}
urlpatterns = [*patient_patterns, *round_patterns, *draft_patterns]
VISITORS = ("anonymous", "nurse", "physician", "viewer", "administrator", "other_ward_nurse")
INSIDE = {
    Open.SIGNED_IN: set(VISITORS) - {"anonymous"},
    Open.WARD: {"nurse", "physician", "viewer"},
    Open.ENTERING: {"nurse", "physician"},
    Open.DECIDING: {"physician"},
    Open.ANY_ENTERING: {"nurse", "physician", "other_ward_nurse"},
    Open.MEMBER_OF_ANY: {"nurse", "physician", "viewer", "other_ward_nurse"},
    Open.SETTING: {"physician", "administrator"},
}
MEMBERS = {"nurse", "physician", "viewer"}
CHANGING = re.compile(rb'value="[^"]{30,}"|data-server-now="[^"]+"')
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


@pytest.fixture
def addresses(
    course: Course, nurse: User, physician: User, assessment_at: AssessmentAt
) -> dict[str, str]:
    """Every page about the same course, one of its entries of each kind, its handover."""
    row = assessment_at(30)
    run = Dose(given_at=course.infused_at, agent="norepinephrine")
    result = LabResult(collected_at=course.infused_at, analyte="crp", value=12, unit="mg/L")
    event = Event(happened_at=course.infused_at, kind="icu_in")
    door.enter(course, [row, run, result, event], by=nurse)
    note = write_note(course, "asks for her glasses", by=nurse, uid=uuid.uuid4())
    written = content_of(course.ward, timezone.now())
    handed = hand_over(course.ward, written, to=physician, by=nurse, uid=uuid.uuid4())
    values: dict[str, Any] = {
        "uid": course.uid,
        "ward_id": course.ward_id,
        "note_uid": note.uid,
        "kind": "assessments",
        "agent": "vasopressin",
        "sign": "hypotension",
        "toxicity": "crs",
        "key": "entries",
        "table": "due",
        "clock": "labs",
        "omission_uid": left_out(course, "labs", by=nurse).uid,
        "pause_uid": away(course, by=nurse).uid,
        "contact_uid": planned_visit(course, by=nurse).uid,
    }

    others: dict[str, Any] = dict.fromkeys(
        ("dose_stop", "run_rate", "dose_correct", "correction_check"), run
    )
    others |= {"lab_correct": result, "event_correct": event}

    def address(pattern: URLPattern) -> str:
        wanted = pattern.pattern.converters
        about = {name: values[name] for name in wanted if name in values}
        if str(pattern.name) in ("handover_show", "handover_accept"):
            about["uid"] = handed.uid
        if "row_uid" in wanted:
            about["row_uid"] = others.get(str(pattern.name), row).uid
        if pattern.name == "correction_check":
            about["kind"] = "doses"
        return reverse(str(pattern.name), kwargs=about)

    return {str(pattern.name): address(pattern) for pattern in urlpatterns}


def stored() -> list[Any]:
    """Everything that a page could write about a patient."""
    models = (*CLINICAL_MODELS, Course, Patient)
    return [list(model._default_manager.order_by("pk").values()) for model in models]


def outcome(client: Client, method: str, address: str) -> str:
    answer = client.generic(method, address)
    if answer.status_code == 302 and "/accounts/login/" in answer["Location"]:
        return "sign in"
    named = {403: "refused", 404: "not there", 405: "no such way"}
    return named.get(answer.status_code, "inside" if answer.status_code < 500 else "broken")


def expected(visitor: str, name: str, method: str) -> set[str]:
    """What may come of it. Who may not open a page need not learn which ways it has."""
    opens, ways = OPEN[name]
    if visitor == "anonymous":
        return {"sign in"}
    served = method in ways.split()
    if visitor in INSIDE[opens]:
        return {"inside"} if served else {"no such way"}
    closed = {"refused"} if opens is Open.ANY_ENTERING or visitor in MEMBERS else {"not there"}
    return closed if served else closed | {"no such way"}


def test_every_page_says_to_whom_it_opens() -> None:
    assert {str(pattern.name) for pattern in urlpatterns} == set(OPEN)


@pytest.mark.parametrize("visitor", VISITORS)
def test_every_page_opens_to_whom_it_should_in_every_way(
    visitor: str,
    request: pytest.FixtureRequest,
    addresses: dict[str, str],
    signed_in: Callable[[User], Client],
) -> None:
    client = Client()
    if visitor != "anonymous":
        client = signed_in(request.getfixturevalue(visitor))
    before = stored()
    for name, method in product(OPEN, METHODS):
        came = outcome(client, method, addresses[name])
        assert came in expected(visitor, name, method), (name, method)
        assert stored() == before, (name, method)


OF_A_COURSE = [name for name, (opens, _) in OPEN.items() if opens is Open.WARD]
OF_A_COURSE.remove("handover_show")  # tests/patients/rounds/handover/test_handing_over.py


@pytest.mark.parametrize("name", OF_A_COURSE)
def test_a_course_that_does_not_exist_is_answered_like_one_of_another_ward(
    name: str, addresses: dict[str, str], nurse_client: Client, other_course: Course, course: Course
) -> None:
    about = addresses[name]
    of_others = about.replace(str(course.uid), str(other_course.uid))
    of_nobody = about.replace(str(course.uid), str(uuid.uuid4()))
    answers = [nurse_client.get(address) for address in (of_others, of_nobody)]
    assert [answer.status_code for answer in answers] == [404, 404]
    pages = [CHANGING.sub(b"", answer.content) for answer in answers]
    assert pages[0] == pages[1]


def test_who_left_the_hospital_is_outside(
    addresses: dict[str, str], nurse: User, nurse_client: Client
) -> None:
    nurse.is_active = False
    nurse.save()
    assert outcome(nurse_client, "GET", addresses["board"]) == "sign in"


def test_who_left_the_ward_no_longer_finds_its_patients(
    addresses: dict[str, str], nurse: User, nurse_client: Client
) -> None:
    nurse.memberships.all().delete()
    assert outcome(nurse_client, "GET", addresses["chart"]) == "not there"
