"""Admitting and correcting on a tablet: typed by touch, shown before it is saved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from patients.drafts.models import Draft
from patients.models import Course, User, Ward
from tests.browser.test_drafts import STORE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {
        **browser_context_args,
        "viewport": {"width": 820, "height": 1180},
        "has_touch": True,
    }


def no_violations(page: Page) -> None:
    violations = Axe().run(page).response["violations"]
    assert [violation["id"] for violation in violations] == []


def write_date(page: Page, name: str, day: int, month: str, year: int) -> None:
    page.locator(f'[name="{name}_day"]').fill(str(day))
    page.locator(f'[name="{name}_month"]').select_option(label=month)
    page.locator(f'[name="{name}_year"]').fill(str(year))


def test_a_physician_admits_and_corrects_on_a_tablet(
    page: Page,
    live_server: Any,
    ward: Ward,
    physician: User,
    sign_in_page: Callable[[User], Page],
) -> None:
    sign_in_page(physician)
    page.goto(live_server.url)
    page.get_by_role("link", name="Admit").tap()
    expect(page.get_by_role("heading", name="Admit a patient")).to_be_visible()
    no_violations(page)
    page.get_by_label("MRN", exact=True).fill("00777")
    page.get_by_label("Family name").fill("Lee")
    write_date(page, "birth_date", 7, "May", 1964)
    page.get_by_label("Bed", exact=True).fill("4")
    page.locator('[name="product"][value="tisagenlecleucel"]').tap()
    page.locator('[name="infusion"][value="given"]').tap()
    yesterday = timezone.now() - timedelta(days=1)
    write_date(page, "infused_at", yesterday.day, f"{yesterday:%b}", yesterday.year)
    page.locator('[name="infused_at_time"]').fill("00:30")
    page.locator("#save").tap()
    expect(page.locator("#identity")).to_contain_text("LEE")
    assert page.evaluate(STORE) == []
    assert not Draft.objects.exists()
    course = Course.objects.get()
    assert (course.patient.mrn, course.bed) == ("00777", "4")

    page.locator("#patient-menu summary").tap()
    page.get_by_role("link", name="Correct the course").tap()
    expect(page.get_by_role("heading", name="Correct the course")).to_be_visible()
    page.locator('[name="infused_at_time"]').fill("00:10")
    page.get_by_label("Why is it corrected?").fill("copied from the wrong line")
    page.route("**/change/", lambda route: route.abort())
    page.locator("#save").tap()
    lost = page.locator("#not-saved")
    expect(lost).to_contain_text("No answer. Tap “Show what would change” again.")
    page.unroute("**/change/")
    page.locator("#save").tap()
    expect(page.locator("#foreseen")).to_contain_text("No grade would change.")
    assert Course.objects.get().infused_at == course.infused_at
    no_violations(page)
    page.get_by_role("button", name="Confirm the correction").tap()
    expect(page.locator("#messages")).to_contain_text("Saved: corrected: ")
    assert Course.objects.get().infused_at == course.infused_at - timedelta(minutes=20)
