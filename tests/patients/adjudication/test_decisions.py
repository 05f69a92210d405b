"""A physician's decisions on the chart: one tap, its reason, stored once, never over another's."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse

from patients import door
from patients.models import Adjudication, Assessment, Course, GradeRecord, Role, User, Ward
from tests.conftest import make_user
from tests.storing import AssessmentAt

NOW = datetime(2026, 1, 8, 12, 0, tzinfo=UTC)
SHOCK: dict[str, Any] = {
    "temperature_c": Decimal("38.6"),
    "hypotension": True,
    "vasopressors": ["norepinephrine", "epinephrine"],
}
SEPSIS = {
    "attribution": {"hypotension": "other"},
    "attribution_cause": {"hypotension": "sepsis"},
}


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def put_aside(course: Course, nurse: User, assessment_at: AssessmentAt) -> Assessment:
    """CRS 4 on two vasopressors, which the nurse puts down to sepsis twice: CRS 1."""
    entries = [assessment_at(hours, **SHOCK, **SEPSIS) for hours in (70, 72)]
    door.enter(course, entries, by=nurse)
    return entries[0]


@pytest.fixture
def other_physician(ward: Ward) -> User:
    return make_user("petra_physician", Role.PHYSICIAN, ward)


@pytest.fixture
def others_client(other_physician: User, signed_in: Callable[[User], Client]) -> Client:
    return signed_in(other_physician)


@pytest.fixture
def url(course: Course) -> str:
    return reverse("chart", kwargs={"uid": course.uid})


def text(answer: Any) -> str:
    return html.unescape(" ".join(answer.content.decode().split()))


def decisions(answer: Any) -> str:
    """What stands in the section of decisions, without its markup."""
    section = text(answer).partition('id="chart-decisions"')[2].partition("</section>")[0]
    return " ".join(re.sub(r"<[^>]*>", " ", section.partition(">")[2]).split())


class _Taps(HTMLParser):
    """The forms of a page with their hidden inputs, by what each button says."""

    def __init__(self) -> None:
        super().__init__()
        self.by_button: dict[str, tuple[str, dict[str, str]]] = {}
        self._action, self._hidden = "", {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._action, self._hidden = given.get("action", ""), {}
        elif tag == "input" and given.get("type") == "hidden":
            self._hidden[given["name"]] = given["value"]
        elif tag == "button" and "name" in given:
            sent = self._hidden | {given["name"]: given["value"]}
            self.by_button[given.get("aria-label", "")] = (self._action, sent)


def taps(answer: Any) -> dict[str, tuple[str, dict[str, str]]]:
    reader = _Taps()
    reader.feed(answer.content.decode())
    return reader.by_button


CONFIRM = "Hypotension: Confirm: sepsis"
REFUSE = "Hypotension: It counts: no other cause found"
WITHDRAW = "Hypotension: Withdraw the decision: findings have changed"


def tap(client: Client, url: str, button: str) -> Any:
    """One tap on the chart, as a browser without a script sends it."""
    address, sent = taps(client.get(url))[button]
    return client.post(address, sent)


def crs(course: Course) -> list[tuple[int | None, int | None]]:
    """The grades of CRS with the grade of every sign counted, oldest first."""
    live = GradeRecord.objects.live().filter(course=course, system="crs_astct_2019")
    rows = live.exclude(assessment=None).order_by("applies_at")
    return [(row.grade, row.if_all_counted) for row in rows]


SIX_VITAL_SIGNS: dict[str, Any] = {
    **dict.fromkeys(("hypotension", "vasopressors", "fluid_bolus", "oxygen_device")),
    **dict.fromkeys(("ice", "ice_total", "consciousness", "seizure", "motor", "icp")),
    "temperature_c": Decimal("38.2"),
}


@pytest.fixture(params=[(108, 78), (78, 45)], ids=["normal pressure", "low pressure"])
def with_vitals_since(
    request: pytest.FixtureRequest,
    nurse: User,
    put_aside: Assessment,
    assessment_at: AssessmentAt,
) -> Assessment:
    """The same two entries, and after them a set of vital signs alone."""
    systolic, diastolic = request.param
    pressure = {"systolic_mmhg": systolic, "diastolic_mmhg": diastolic}
    door.enter(put_aside.course, [assessment_at(73, **SIX_VITAL_SIGNS, **pressure)], by=nurse)
    return put_aside


@pytest.mark.parametrize(("button", "decided"), [(CONFIRM, (1, 4)), (REFUSE, (4, None))])
def test_a_tap_decides_about_the_grade_that_stands_though_vital_signs_alone_came_since(
    physician_client: Client,
    with_vitals_since: Assessment,
    url: str,
    button: str,
    decided: tuple[int, int | None],
) -> None:
    course = with_vitals_since.course
    tap(physician_client, url, button)
    assert Adjudication.objects.get().holds_from == with_vitals_since.observed_at
    assert crs(course)[:2] == [decided, decided]
    assert "waits for a physician" not in decisions(physician_client.get(url))


def test_everybody_reads_what_waits_and_a_physician_alone_has_buttons(
    nurse_client: Client, viewer_client: Client, physician_client: Client, put_aside: Any, url: str
) -> None:
    for client in (nurse_client, viewer_client):
        answer = client.get(url)
        assert "Hypotension : put down to sepsis by N. Nurse 08 Jan 11:00" in decisions(answer)
        assert "waits for a physician" in decisions(answer)
        assert not [button for button in taps(answer) if "Hypotension" in button]
        assert "enter it" not in decisions(answer)
    assert {CONFIRM, REFUSE} <= taps(physician_client.get(url)).keys()


def test_one_tap_confirms_the_cause_from_the_first_entry_that_names_it(
    physician_client: Client, put_aside: Assessment, course: Course, url: str
) -> None:
    answer = tap(physician_client, url, CONFIRM)
    assert answer.status_code == 302
    row = Adjudication.objects.get()
    assert (row.decision, row.sign, row.cause) == ("confirmed", "hypotension", "sepsis")
    assert row.holds_from == put_aside.observed_at
    assert crs(course) == [(1, 4), (1, 4)]
    page = physician_client.get(answer["Location"])
    assert "Saved: hypotension put down to sepsis, confirmed" in text(page)
    assert "put down to sepsis, confirmed by P. Physician 08 Jan 13:00" in decisions(page)
    assert "waits" not in decisions(page)


def test_one_tap_refuses_and_the_sign_counts_from_that_entry_on(
    physician_client: Client, put_aside: Assessment, course: Course, url: str
) -> None:
    assert crs(course) == [(1, 4), (1, 4)]
    assert tap(physician_client, url, REFUSE).status_code == 302
    assert crs(course) == [(4, None), (4, None)]
    page = physician_client.get(url)
    assert "counts: another cause refused by P. Physician" in decisions(page)
    assert tap(physician_client, url, WITHDRAW).status_code == 302
    assert crs(course) == [(1, 4), (1, 4)]
    assert "waits for a physician" in decisions(physician_client.get(url))


@pytest.fixture(params=[2, 20], ids=["in the first days", "after Day 14"])
def fever_put_aside(
    request: Any, course: Course, nurse: User, assessment_at: AssessmentAt, clock: Any
) -> None:
    """A fever that a nurse puts down to a drug, with a cannula that counts."""
    clock.move_to(course.infused_at + timedelta(days=request.param, hours=1))
    findings: dict[str, Any] = {
        "temperature_c": Decimal("38.3"),
        "oxygen_device": "nasal_cannula",
        "oxygen_flow_l_min": Decimal(1),
        "attribution": {"fever": "other"},
        "attribution_cause": {"fever": "drug"},
    }
    door.enter(course, [assessment_at(24 * request.param, **findings)], by=nurse)


@pytest.mark.usefixtures("fever_put_aside")
def test_a_fever_put_aside_that_sends_other_signs_to_review_is_decided_on_in_one_tap(
    signed_in: Callable[[User], Client], physician: User, course: Course, url: str
) -> None:
    client = signed_in(physician)
    page = client.get(url)
    assert "review, would be 2" in text(page)
    assert "fever put down to another cause, no treatment that would waive it" in text(page)
    assert "Fever : put down to a drug by N. Nurse" in decisions(page)
    assert crs(course) == [(None, 2)]
    tap(client, url, "Fever: It counts: no other cause found")
    assert crs(course) == [(2, None)]


def test_a_tap_that_is_sent_twice_is_stored_once(
    physician_client: Client, put_aside: Assessment, url: str, clock: Any
) -> None:
    address, sent = taps(physician_client.get(url))[CONFIRM]
    first = physician_client.post(address, sent)
    clock.shift(timedelta(minutes=4))
    again = physician_client.post(address, sent)
    assert (first.status_code, again.status_code) == (302, 302)
    assert Adjudication.objects.count() == 1


def test_the_decision_of_another_physician_meanwhile_is_told_and_not_overwritten(
    physician_client: Client,
    others_client: Client,
    put_aside: Assessment,
    course: Course,
    url: str,
) -> None:
    mine = taps(physician_client.get(url))
    tap(others_client, url, REFUSE)
    address, sent = mine[CONFIRM]
    answer = physician_client.post(address, sent)
    assert answer.status_code == 409
    assert "Petra Physician has decided on this since you opened the page" in text(answer)
    assert "hypotension counts: another cause refused" in text(answer)
    assert Adjudication.objects.count() == 1
    assert crs(course) == [(4, None), (4, None)]
    anew = sent | {"after": str(Adjudication.objects.get().uid)}
    assert f'name="after" value="{anew["after"]}"' in answer.content.decode()
    assert physician_client.post(address, anew).status_code == 302
    assert crs(course) == [(1, 4), (1, 4)]


def test_a_physicians_own_entry_is_a_decision_too(
    physician_client: Client,
    other_physician: User,
    put_aside: Assessment,
    course: Course,
    assessment_at: AssessmentAt,
    url: str,
) -> None:
    address, sent = taps(physician_client.get(url))[REFUSE]
    door.enter(course, [assessment_at(72.9, **SHOCK, **SEPSIS)], by=other_physician)
    answer = physician_client.post(address, sent)
    assert answer.status_code == 409
    assert "Petra Physician has decided" in text(answer)


CAUSES = {"sepsis", "transfusion reaction", "a drug", "baseline disease"}
WAITING: dict[str, tuple[int, dict[str, Any], str, bool]] = {
    "in review without a fever": (
        70,
        SHOCK | {"temperature_c": Decimal("36.8")},
        "Hypotension : in review: attribute it. If it is CRS, give the final grade",
        False,
    ),
    "a first fever after Day 14": (
        15 * 24,
        {"temperature_c": Decimal("38.6")},
        "Fever : in review: attribute it · waits for a physician",
        True,
    ),
    "nobody can tell": (
        70,
        SHOCK | {"attribution": {"hypotension": "undetermined"}},
        "Hypotension : nobody could tell its cause; it counts · waits for a physician",
        True,
    ),
    "a cause that nobody named": (
        70,
        SHOCK | {"attribution": {"hypotension": "other"}},
        "Hypotension : put down to another cause by N. Nurse",
        True,
    ),
}


@pytest.mark.parametrize("name", WAITING)
def test_a_sign_without_a_cause_has_a_button_for_each(
    physician_client: Client,
    nurse: User,
    assessment_at: AssessmentAt,
    url: str,
    clock: Any,
    name: str,
) -> None:
    hour, findings, state, may_count = WAITING[name]
    row = assessment_at(hour, **findings)
    clock.move_to(row.observed_at + timedelta(hours=1))
    door.enter(row.course, [row], by=nurse)
    physician = User.objects.get(username="paul_physician")  # whose session has ended by then
    physician_client.force_login(physician, backend=settings.AUTHENTICATION_BACKENDS[1])
    chart = physician_client.get(url)
    assert state in decisions(chart)
    sign = state.split(" ")[0]
    buttons = taps(chart)
    assert {f"{sign}: Another cause: {cause}" for cause in CAUSES} <= buttons.keys()
    assert (f"{sign}: It counts: no other cause found" in buttons) is may_count
    address, sent = buttons[f"{sign}: Another cause: sepsis"]
    assert physician_client.post(address, sent).status_code == 302
    assert crs(row.course)[-1][0] in (0, 1)
    confirmed = "put down to sepsis, confirmed by P. Physician"
    assert confirmed in decisions(physician_client.get(url))


def test_a_decision_in_force_can_be_withdrawn_where_it_lowers_no_grade(
    physician_client: Client,
    nurse: User,
    put_aside: Assessment,
    assessment_at: AssessmentAt,
    url: str,
) -> None:
    tap(physician_client, url, CONFIRM)
    ventilated = assessment_at(72.5, **SHOCK, **SEPSIS)
    ventilated.oxygen_device = "mechanical_ventilation"
    door.enter(put_aside.course, [ventilated], by=nurse)
    assert crs(put_aside.course)[-1] == (4, None)
    assert WITHDRAW in taps(physician_client.get(url))
    door.enter(put_aside.course, [assessment_at(72.8)], by=nurse)  # no hypotension: it is over
    assert WITHDRAW not in taps(physician_client.get(url))


def test_a_cause_in_words_is_confirmed_in_one_tap_as_it_was_typed(
    physician_client: Client, nurse: User, assessment_at: AssessmentAt, url: str
) -> None:
    words = {"attribution_cause": {"hypotension": "other"}, "attribution_words": "a bleed"}
    row = assessment_at(70, **SHOCK | SEPSIS | words)
    door.enter(row.course, [row], by=nurse)
    assert tap(physician_client, url, "Hypotension: Confirm: “a bleed”").status_code == 302
    decided = Adjudication.objects.get()
    assert (decided.cause, decided.reason) == ("other", "a bleed")
    expected = "put down to another cause (“a bleed”), confirmed by P. Physician"
    assert expected in decisions(physician_client.get(url))


def test_what_is_decided_later_is_about_the_same_entries_as_the_decision_in_force(
    physician_client: Client,
    nurse: User,
    put_aside: Assessment,
    assessment_at: AssessmentAt,
    url: str,
) -> None:
    tap(physician_client, url, CONFIRM)
    door.enter(put_aside.course, [assessment_at(72.5, **SHOCK)], by=nurse)  # attributes nothing
    assert crs(put_aside.course) == [(1, 4)] * 3
    assert tap(physician_client, url, REFUSE).status_code == 302
    assert crs(put_aside.course) == [(4, None)] * 3
    assert tap(physician_client, url, WITHDRAW).status_code == 302
    assert crs(put_aside.course) == [(1, 4), (1, 4), (4, None)]


@pytest.mark.parametrize(
    ("typed", "said_of_it"),
    [
        ({}, "Tap what you decide about hypotension."),
        ({"decision": "confirmed"}, "Tap the cause of hypotension, or say it in words."),
        ({"decision": "confirmed", "cause": "other"}, "Say in a few words what the cause is."),
        ({"decision": "refused"}, "Say the reason in a few words."),
        ({"decision": "withdrawn", "reason": "  "}, "Say the reason in a few words."),
    ],
)
def test_a_decision_without_its_reason_is_refused(
    physician_client: Client,
    course: Course,
    put_aside: Assessment,
    typed: dict[str, str],
    said_of_it: str,
) -> None:
    address = reverse("decide_on_sign", kwargs={"uid": course.uid, "sign": "hypotension"})
    answer = physician_client.post(address, _sent(course) | typed)
    assert answer.status_code == 422
    assert said_of_it in text(answer)
    assert not Adjudication.objects.exists()


def _sent(course: Course) -> dict[str, str]:
    return {"uid": "4b1f9fbe-3d1f-4b75-8d0b-2d1a7a3f1111", "course_uid": str(course.uid)}


def test_who_may_not_decide_is_refused(
    nurse_client: Client,
    viewer_client: Client,
    other_ward_client: Client,
    physician_client: Client,
    course: Course,
    put_aside: Assessment,
) -> None:
    sent = _sent(course) | {"decision": "confirmed", "cause": "sepsis", "final_grade": "2"}
    for name, about in (
        ("decide_on_sign", {"sign": "hypotension"}),
        ("final_grade", {"toxicity": "crs"}),
    ):
        address = reverse(name, kwargs={"uid": course.uid, **about})
        assert nurse_client.get(address).status_code == 403
        assert nurse_client.post(address, sent).status_code == 403
        assert viewer_client.post(address, sent).status_code == 403
        assert other_ward_client.post(address, sent).status_code == 404
        assert physician_client.get(address).status_code == 200
        wrong = dict.fromkeys(about, "toes")
        assert (
            physician_client.get(reverse(name, kwargs={"uid": course.uid} | wrong)).status_code
            == 404
        )
    assert not Adjudication.objects.exists()
