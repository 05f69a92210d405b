"""The panel of the current step in a browser: one screen high, reached by keyboard, readable."""

from __future__ import annotations

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from patients.demo import ward
from patients.models import Course, User

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.sqlite_enough,
]


def test_the_panel_of_every_demo_patient_fits_a_desk_and_a_phone_and_opens_by_keyboard(
    page: Page, live_server: Any, sign_in_page: Any
) -> None:
    ward.build(timezone.now())
    page.set_viewport_size({"width": 1366, "height": 768})
    sign_in_page(User.objects.get(username="paul"))
    for course in Course.objects.filter(closed_at=None):
        page.goto(live_server.url + reverse("chart", args=[course.uid]))
        step, strip = page.locator("#chart-step"), page.locator("#identity")
        assert step.bounding_box()["height"] + strip.bounding_box()["height"] <= 768  # type: ignore[index]
        page.set_viewport_size({"width": 390, "height": 844})
        assert step.bounding_box()["width"] <= 390  # type: ignore[index]
        assert step.evaluate("panel => panel.scrollWidth <= panel.clientWidth")
        page.set_viewport_size({"width": 1366, "height": 768})

    line = page.locator(".step__line summary").first
    line.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".step__line details[open]").first).to_be_visible()
    checked = Axe().run(page, "#chart-step")
    assert checked.violations_count == 0, checked.generate_report()
    fact = page.locator("#chart-step a.fact").first
    target = re.sub("^.*#", "", str(fact.get_attribute("href")))
    fact.click()
    expect(page.locator(f"[id='{target}']")).to_be_in_viewport()
