"""A physician decides on the tablet: one tap on the chart, every field of the pages in sight."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from patients import door
from patients.models import Adjudication, Assessment, Course, Patient, User, Ward
from tests.patients.entering import page as path_of
from tests.storing import stored

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "viewport": {"width": 820, "height": 1180}, "has_touch": True}


@pytest.fixture
def put_aside(ward: Ward, nurse: User) -> Course:
    """CRS 4, which the nurse has put down to sepsis."""
    patient = stored(Patient(mrn="00123", family_name="Doe", birth_date="1964-03-12"))
    infused_at = timezone.now() - timedelta(days=3)
    course = stored(Course(patient=patient, ward=ward, product="cilta", infused_at=infused_at))
    shock = Assessment(
        course=course,
        observed_at=timezone.now() - timedelta(hours=1),
        temperature_c=Decimal("38.6"),
        hypotension=True,
        vasopressors=["norepinephrine", "epinephrine"],
        oxygen_device="room_air",
        attribution={"hypotension": "other"},
        attribution_cause={"hypotension": "sepsis"},
    )
    door.enter(course, [shock], by=nurse)
    return course


def test_one_tap_decides_and_every_field_of_both_pages_is_in_sight(
    live_server: Any,
    sign_in_page: Callable[[User], Page],
    physician: User,
    put_aside: Course,
) -> None:
    page = sign_in_page(physician)
    page.emulate_media(color_scheme="dark")
    page.goto(live_server.url + path_of("chart", put_aside))
    expect(page.locator("#headline-crs_astct_2019")).to_contain_text("CRS would be 4")
    page.locator("#headline-crs_astct_2019").get_by_role("link", name="decide").tap()
    section = page.locator("#chart-decisions")
    expect(section).to_be_in_viewport()
    assert Axe().run(page, "#chart-decisions").violations_count == 0
    section.get_by_role("button", name="It counts: no other cause found").tap()
    expect(page.locator("#headline-crs_astct_2019")).to_contain_text("CRS grade 4")
    expect(page.locator("#messages")).to_contain_text("hypotension counts")
    assert Adjudication.objects.get().decision == "refused"

    section.get_by_role("link", name="in other words").tap()
    page.locator("label:has([name=decision][value=confirmed])").tap()
    page.locator("label:has([name=cause][value=other])").tap()
    page.get_by_label("Reason, in a few words").fill("bleeding from the line")
    assert Axe().run(page).violations_count == 0
    page.locator("#save").tap()
    expect(section).to_contain_text("another cause (“bleeding from the line”), confirmed by")

    section.get_by_role("link", name="Enter the final grade of CRS").tap()
    for grade in range(6):
        expect(page.locator(f"label:has(#id_final_grade_{grade})")).to_be_visible()
    page.locator("label:has(#id_final_grade_3)").tap()
    page.get_by_label("Reason, in a few words").fill("one vasopressor was for sedation")
    assert Axe().run(page).violations_count == 0
    page.locator("#save").tap()
    expect(section).to_contain_text("physician 3")
