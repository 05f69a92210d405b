"""The ward is handed over on one tablet and taken over on another, by two people, and printed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from patients import door
from patients.models import Assessment, Course, Patient, User, Ward
from patients.rounds.models import Handover
from tests.storing import stored

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
USUAL_WARD = 8


@pytest.fixture
def ward_of_eight(ward: Ward, nurse: User, well: dict[str, Any]) -> list[Course]:
    courses = []
    for number in range(USUAL_WARD):
        patient = stored(Patient(mrn=f"001{number}", family_name=f"Doe {number}", sex="F"))
        infused_at = timezone.now() - timedelta(days=3 + number)
        course = stored(
            Course(patient=patient, ward=ward, bed=str(number), product="x", infused_at=infused_at)
        )
        fever = {"temperature_c": Decimal("38.6"), "observed_at": timezone.now()}
        door.enter(course, [Assessment(**well | fever)], by=nurse)
        courses.append(course)
    return courses


def test_handed_over_by_one_and_taken_over_by_the_other(
    live_server: Any,
    browser: Browser,
    sign_in_page: Callable[[User], Page],
    nurse: User,
    physician: User,
    ward_of_eight: list[Course],
) -> None:
    page = sign_in_page(nurse)
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(f"{live_server.url}/handover/")
    expect(page.locator(".handed")).to_have_count(USUAL_WARD)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(format="A4"))) == 1
    page.get_by_text("Hand over to …").click()
    page.get_by_role("button", name="Hand over to Paul Physician").click()
    expect(page.locator("#main [role=status]")).to_contain_text("Only Paul Physician accepts it")
    expect(page.get_by_role("button", name="I take over")).to_have_count(0)
    address = page.url

    other = browser.new_context(
        viewport={"width": 820, "height": 1180}, color_scheme="dark", has_touch=True
    )
    try:
        page.context.clear_cookies()
        theirs = sign_in_page(physician)
        tablet = other.new_page()
        other.add_cookies(theirs.context.cookies())
        tablet.goto(f"{live_server.url}/handover/")
        tablet.get_by_role("link", name="Open what was handed over").tap()
        expect(tablet).to_have_url(address)
        results = Axe().run(tablet)
        assert results.violations_count == 0, results.generate_report()
        assert tablet.evaluate("document.documentElement.scrollWidth") <= 820
        tablet.get_by_role("button", name="I take over, Paul Physician").tap()
        expect(tablet.locator("#main [role=status]")).to_contain_text(
            "Taken over by Paul Physician"
        )
    finally:
        other.close()
    assert Handover.objects.get().accepted_by == physician
