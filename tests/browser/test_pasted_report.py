"""A laboratory report pasted on a tablet: few taps from the chart to twelve stored results."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from patients.models import Course, LabResult, User
from tests.patients.entry.test_pasted_report import TWELVE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {
        **browser_context_args,
        "viewport": {"width": 820, "height": 1180},
        "has_touch": True,
        "permissions": ["clipboard-read", "clipboard-write"],
    }


def test_twelve_pasted_results_are_stored_with_four_taps(
    course: Course, nurse: User, live_server: Any, sign_in_page: Callable[[User], Page]
) -> None:
    page = sign_in_page(nurse)
    page.goto(live_server.url + reverse("chart", kwargs={"uid": course.uid}))
    page.locator(f'a[href="{reverse("lab_new", kwargs={"uid": course.uid})}"]').first.tap()  # 1
    box = page.get_by_label("Paste a report")

    # too long: refused in words, nothing sent, what was typed stays
    page.locator('[name="note"]').fill("from the line")
    page.evaluate("navigator.clipboard.writeText('x'.repeat(10_000_000))")
    box.focus()
    page.keyboard.press("Control+V")
    expect(page.get_by_role("alert")).to_contain_text(
        "10,000,000 characters; at most 20,000 are read"
    )
    expect(box).to_have_value("")

    _what_the_server_does_not_take(page)
    page.evaluate(
        "text => navigator.clipboard.writeText(text)",
        TWELVE.replace("412 mg/dL", "17 800 mg/dL", 1),
    )
    box.tap()  # 2
    page.keyboard.press("Control+V")  # 3
    expect(page.locator('[name="ferritin_value"]')).to_have_value(">40000")
    expect(page.locator('[name="potassium_value"]')).to_have_value("4.1")
    expect(page.locator('[name="note"]')).to_have_value("from the line")
    expect(page.get_by_role("button", name="17800", exact=True)).to_be_visible()
    page.locator('[name="fibrinogen_value"]').fill("412")
    page.reload()  # the rows are kept as a draft, the report, which may hold a name, is not
    page.get_by_role("button", name="Continue").tap()  # one more, after the page was lost
    expect(page.locator("#id_ferritin_value")).to_have_value(">40000")
    expect(box).to_have_value("")

    page.locator("#save").tap()  # 4
    expect(page.locator("body")).to_contain_text("Saved:")
    assert LabResult.objects.count() == 12


def _what_the_server_does_not_take(page: Page) -> None:
    """Too large for the proxy, then no answer, then a slow one: each in words, all typed stays."""
    notice, held = page.locator("#nothing-saved"), list[Route]()
    post = re.compile("/labs/new/$")
    page.route(post, lambda route: route.fulfill(status=413, body="<h1>413</h1>"), times=1)
    page.locator("#save").tap()
    expect(notice).to_contain_text("more than a form of Cartox can hold: shorten the note")
    page.route(post, lambda route: route.abort(), times=1)
    page.locator("[data-read]").tap()
    expect(notice).to_contain_text("Cartox did not answer. Tap “Read the report” again.")
    expect(page.locator("#waiting")).to_be_empty()
    page.route(post, lambda route: held.append(route), times=1)  # noqa: PLW0108
    page.locator("[data-read]").press("Enter")  # a second tap at once would be none
    expect(page.locator("#saving")).to_have_text("Reading the report…")
    held[0].continue_()
    expect(page.locator("#saving")).to_be_empty()
    expect(page.locator('[name="note"]')).to_have_value("from the line")
