"""What once went wrong at the bedside, tried again on a tablet: nothing is put aside in silence.

Each test is a harm that somebody met who used Cartox as a ward does: a running vasopressor graded
away, a sign put aside unsaid, a grade wiped by vital signs, two entries of one minute, an all-clear
in one tap, a grade that closing the course made, a mistyped unit.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from patients import door
from patients.models import Assessment, Course, LabResult, Patient, User, Ward
from patients.rounds.due.ward import course_dues
from tests.patients.entering import page as path_of
from tests.storing import stored

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TABLET = {"width": 820, "height": 1180}
DAY = timedelta(days=1)
CRS, ICANS = "crs_astct_2019", "icans_astct_2019"
OpenAs = Callable[[User, str], Page]

FEBRILE = {"temperature_c": "38.4", "systolic_mmhg": 118, "diastolic_mmhg": 70, "spo2_percent": 95}
SUPPORT = {"hypotension": False, "fluid_bolus": False, "vasopressors": []}
ON_CANNULA = {**SUPPORT, "oxygen_device": "nasal_cannula", "oxygen_flow_l_min": 1}
VENTILATED = {
    **SUPPORT,
    "hypotension": True,
    "vasopressors": ["norepinephrine", "epinephrine"],
    "oxygen_device": "mechanical_ventilation",
    "fio2_percent": 50,
    "positive_pressure_for": "hypoxia",
}
AWAKE = {"ice_total": 10, "consciousness": "spontaneous", "seizure": "none", "motor": "none"}
CONFUSED = {"ice_total": 4, "consciousness": "voice", "seizure": "none", "motor": "none"}


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "viewport": TABLET, "has_touch": True}


@pytest.fixture
def open_as(live_server: Any, sign_in_page: Callable[[User], Page]) -> OpenAs:
    """Call with a user and a path to get the page that they see there."""

    def open_page(user: User, path: str) -> Page:
        page = sign_in_page(user)
        page.goto(live_server.url + path)
        return page

    return open_page


def admitted(ward: Ward, name: str, bed: str, *, days_ago: int = 3) -> Course:
    """A patient on Day `days_ago`, infused at noon: on the same day at every hour of the test."""
    patient = stored(
        Patient(mrn=f"0{bed}", family_name=name, given_name="Ada", birth_date="1964-03-12", sex="F")
    )
    today = timezone.localdate(timezone=ZoneInfo(ward.time_zone))
    noon = datetime.combine(today, time(12), ZoneInfo(ward.time_zone))
    course = Course(
        patient=patient,
        ward=ward,
        bed=bed,
        product="axicabtagene ciloleucel",
        infused_at=noon - timedelta(days=days_ago),
        weight_kg=Decimal(72),
    )
    return Course.objects.get(pk=stored(course).pk)


def entered(course: Course, by: User, *, minutes_ago: int = 120, **findings: Any) -> Assessment:
    at = timezone.now().replace(second=0, microsecond=0) - timedelta(minutes=minutes_ago)
    row = Assessment(course=course, observed_at=at, **FEBRILE, **findings)
    door.enter(course, [row], by=by)
    return row


@pytest.fixture
def course(ward: Ward) -> Course:
    return admitted(ward, "Chen", "12")


def tap(page: Page, name: str, value: str) -> None:
    page.locator(f'[name="{name}"][value="{value}"]').tap()


def type_vital_signs(page: Page, temperature: str = "38.5") -> None:
    typed = {
        "temperature_c": temperature,
        "systolic_mmhg": "116",
        "diastolic_mmhg": "68",
        "heart_rate": "104",
        "respiratory_rate": "18",
        "spo2_percent": "95",
    }
    for name, text in typed.items():
        page.locator(f'[name="{name}"]').fill(text)


def save(page: Page) -> None:
    page.locator("#save").tap()


def saved(page: Page) -> None:
    expect(page).to_have_url(re.compile(r"/courses/[-0-9a-f]{36}/(\?.*)?$"))


def headline(page: Page, key: str = CRS) -> Any:
    return page.locator(f"#headline-{key}")


def badge(place: Any) -> Any:
    return place.locator(".badge").first


def test_a_running_vasopressor_is_not_graded_away_by_the_list(
    open_as: OpenAs, live_server: Any, course: Course, nurse: User
) -> None:
    """Started from the chart; the offer of the same support has it; “none” is asked about."""
    entered(course, nurse, **ON_CANNULA)
    page = open_as(nurse, path_of("chart", course))
    page.get_by_role("link", name="Start norepinephrine").tap()
    page.locator('[name="amount"]').fill("0.05")
    page.get_by_role("button", name=re.compile("Start|Save")).last.tap()
    saved(page)
    expect(headline(page)).to_contain_text("norepinephrine 0.05 mcg/kg/min")

    page.goto(live_server.url + path_of("assessment_new", course))
    expect(page.locator("#same-support button")).to_contain_text("norepinephrine 0.05 mcg/kg/min")
    type_vital_signs(page)
    for name, value in (("hypotension", "no"), ("vasopressors", "none")):
        tap(page, name, value)
    tap(page, "oxygen_device", "nasal_cannula")
    save(page)
    page.get_by_role("button", name="add it to the list").tap()
    saved(page)

    expect(badge(headline(page))).to_contain_text("CRS grade 3")
    page.goto(live_server.url)
    line = page.locator(f"#line-{course.uid}")
    expect(line).to_contain_text("norepinephrine 0.05 mcg/kg/min")
    expect(badge(line)).to_contain_text("CRS grade 3")


def test_a_sign_put_aside_is_said_with_the_higher_grade_until_a_physician_decides(
    open_as: OpenAs, live_server: Any, course: Course, ward: Ward, nurse: User, physician: User
) -> None:
    """CRS 4 becomes 1 in two taps: the cause is asked, the row stays first, the chart says who."""
    entered(course, nurse, **VENTILATED)
    other = admitted(ward, "Diallo", "03")
    entered(other, nurse, minutes_ago=60, **ON_CANNULA)
    page = open_as(nurse, path_of("assessment_new", course))
    type_vital_signs(page, "38.2")
    page.locator("#same-support button").tap()
    page.locator("summary", has_text="another cause").tap()
    for sign in ("hypotension", "hypoxia"):
        tap(page, f"attribution_{sign}", "other")
    save(page)
    expect(page.locator("#entry-form")).to_contain_text("Not saved")
    for sign in ("hypotension", "hypoxia"):
        tap(page, f"cause_{sign}", "sepsis")
    sentence = re.compile(
        r"hypotension and hypoxia put down to sepsis by N\. Nurse .*CRS would be 4"
    )
    expect(page.locator(f'[aria-labelledby="preview-{CRS}"]')).to_contain_text(sentence)
    save(page)
    saved(page)
    expect(badge(headline(page))).to_contain_text("CRS grade 1")
    expect(headline(page)).to_contain_text(sentence)

    page.goto(live_server.url)
    first = page.locator("#board-lines > tr").first
    expect(first).to_contain_text("Chen", ignore_case=True)
    expect(first).to_contain_text("CRS would be 4")

    page = open_as(physician, path_of("chart", course))
    for sign in ("Hypotension", "Hypoxia"):
        page.get_by_role("button", name=re.compile(f"^{sign}: .*sepsis")).first.tap()
        saved(page)
    expect(headline(page)).to_contain_text(re.compile(r"put down to sepsis, confirmed by P\. Phys"))
    page.goto(live_server.url)
    expect(page.locator("#board-lines > tr").first).to_contain_text("Diallo", ignore_case=True)


def test_vital_signs_alone_leave_the_grade_on_the_board_and_the_times_that_are_due(
    open_as: OpenAs, live_server: Any, course: Course, nurse: User
) -> None:
    """The rest is asked about once; without it the grade stays, not reassessed; ICE stays due."""
    entered(course, nurse, **ON_CANNULA, **CONFUSED, icp=[])
    ice_due = course_dues(course, timezone.now())[1].due_at
    page = open_as(nurse, path_of("assessment_new", course))
    type_vital_signs(page, "37.2")
    save(page)
    expect(page.locator("#id_rest_error")).to_contain_text("Is the rest unchanged since")
    page.get_by_role("button", name="no: save only what is entered").tap()
    saved(page)

    expect(badge(headline(page))).to_contain_text("CRS grade 2 (ASTCT 2019), not reassessed")
    expect(headline(page)).to_contain_text("nobody entered")
    expect(badge(headline(page, ICANS))).to_contain_text("ICANS grade 2")
    assert "limits allow" not in page.locator("#chart-body").inner_text()
    page.goto(live_server.url)
    line = page.locator(f"#line-{course.uid}")
    expect(badge(line)).to_contain_text("CRS grade 2 (ASTCT 2019), not reassessed")
    expect(page.locator(".board-counts")).not_to_contain_text("not gradable")
    assert course_dues(course, timezone.now())[1].due_at == ice_due


def test_the_rest_that_is_unchanged_is_saved_with_the_vital_signs_in_one_tap(
    open_as: OpenAs, course: Course, nurse: User
) -> None:
    entered(course, nurse, **ON_CANNULA, **CONFUSED, icp=[])
    page = open_as(nurse, path_of("assessment_new", course))
    type_vital_signs(page)
    save(page)
    page.get_by_role("button", name="yes: save with it").tap()
    saved(page)

    expect(badge(headline(page))).to_have_text(re.compile(r"CRS grade 2 \(ASTCT 2019\)$"))
    newest = course.assessments.latest("observed_at")
    assert (newest.oxygen_device, newest.consciousness) == ("nasal_cannula", "voice")
    assert (newest.ice_total, newest.ice) == (None, None)


def test_two_people_at_one_bed_are_told_and_the_later_entry_is_the_current_one(
    open_as: OpenAs, course: Course, nurse: User, physician: User
) -> None:
    page = open_as(nurse, path_of("assessment_new", course))
    entered(course, physician, minutes_ago=0, **VENTILATED)
    page.get_by_role("button", name="now").tap()
    type_vital_signs(page, "37.2")
    save(page)
    expect(page.locator("#id_observed_at_error")).to_contain_text("Paul Physician saved an entry")
    page.get_by_role("button", name=re.compile("save mine too")).tap()
    page.get_by_role("button", name="no: save only what is entered").tap()
    saved(page)

    expect(badge(headline(page))).to_contain_text("CRS grade 4 (ASTCT 2019), not reassessed")


def test_nobody_is_made_clear_by_one_tap_and_a_second_tap_un_answers_nothing(
    open_as: OpenAs, course: Course, nurse: User
) -> None:
    entered(course, nurse, **ON_CANNULA, **CONFUSED, icp=[])
    page = open_as(nurse, path_of("assessment_new", course))
    right = page.locator('[name="ice_year"][value="1"]')
    right.scroll_into_view_if_needed()
    box = right.locator("xpath=..").bounding_box()
    assert box is not None
    for _ in range(2):
        page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(right).to_be_checked()

    page.get_by_role("button", name=re.compile(r"ICE was 4 at .*now all ten correct\?")).tap()
    expect(page.locator("#ice-count")).to_contain_text("10 of 10")
    right.tap()
    expect(right).to_be_checked()
    expect(page.locator("#ice-count")).to_contain_text("10 of 10")
    save(page)
    expect(page.locator("#id_ice_done_error")).to_contain_text("now 10?")


def test_closing_a_course_makes_no_grade_of_its_own(
    open_as: OpenAs, live_server: Any, ward: Ward, nurse: User, physician: User
) -> None:
    """Neutrophils never above 500/µL to Day 14, and then discharged: still an open window."""
    course = admitted(ward, "Alvarez", "07", days_ago=14)
    at = course.infused_at + timedelta(hours=2)
    counts = [
        LabResult(analyte="anc", value=Decimal("0.3"), unit="10*9/L", collected_at=at + n * DAY)
        for n in range(14)
    ]
    door.enter(course, counts, by=nurse)
    page = open_as(physician, path_of("close", course))
    tap(page, "outcome", "discharged")
    page.get_by_role("button", name=re.compile("Close")).last.tap()
    expect(page).to_have_url(live_server.url + path_of("chart", course))
    expect(page.locator("#main")).to_contain_text("discharged")

    expect(page.locator("#main")).to_contain_text("observed to Day 14")
    assert "never above" not in page.locator("#main").inner_text()


def test_a_crp_in_the_wrong_unit_is_asked_about(
    open_as: OpenAs, course: Course, nurse: User
) -> None:
    """78 mg/L, then 12.4 typed from a report in mg/dL."""
    at = timezone.now() - timedelta(hours=12)
    crp = LabResult(analyte="crp", value=Decimal(78), unit="mg/L", collected_at=at)
    door.enter(course, [crp], by=nurse)
    page = open_as(nurse, path_of("lab_new", course))
    page.locator('[name="crp_value"]').fill("12.4")
    page.locator('[name="crp_unit"]').select_option("mg/L")
    save(page)

    expect(page.locator("#main")).to_contain_text("CRP")
    expect(page.locator(".say").first).to_contain_text(re.compile("half|falls|mg/dL"))
