"""A physician changes an interval on a tablet: looked at, stored, kept through a lost answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, expect

from patients.models import Course, User, Ward
from patients.rounds.ward_settings import rounds_of_ward

pytestmark = pytest.mark.django_db(transaction=True)

CRS_2 = 2
"""The place of the row of vital signs from CRS 2 among the defaults."""


def test_a_physician_changes_an_interval(
    live_server: Any,
    sign_in_page: Callable[[User], Page],
    course: Course,
    ward: Ward,
    physician: User,
) -> None:
    page = sign_in_page(physician)
    page.set_viewport_size({"width": 820, "height": 1180})
    page.goto(live_server.url + reverse("round_settings", args=[ward.pk]))
    show = page.get_by_role("button", name="Show what would change").last
    page.get_by_label("every, row 3", exact=True).fill("10000")
    page.get_by_label("Reason, for the history").fill("two nurses at night")
    show.click()
    expect(page.get_by_role("alert").first).to_contain_text("10000 h is outside 10 min to 48 h.")
    assert Axe().run(page).violations_count == 0
    page.get_by_label("every, row 3", exact=True).fill("3")
    show.click()
    page.get_by_role("button", name="Store these settings").click()
    expect(page.locator("#messages")).to_contain_text("Saved: the rounds of 7 East")
    expect(page.locator("#round-settings")).to_contain_text("default: every 2 h (local: CRS 2)")
    assert rounds_of_ward(ward).schedule.rows[CRS_2].minutes == 180
    page.goto(live_server.url + reverse("round_report"))
    assert Axe().run(page).violations_count == 0
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
