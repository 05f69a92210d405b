"""The reference pages on a desk and on a tablet: nothing hidden, nothing moved, all by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page

from patients.models import User

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.sqlite_enough,
]

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
SIZES = {"desk": (1366, 768), "tablet": (820, 1180)}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["products", "prevention"])
def test_a_reference_page_is_accessible_and_never_wider_than_the_screen(
    page: Page,
    live_server: Any,
    viewer: User,
    sign_in_page: Callable[[User], Page],
    name: str,
    size: str,
) -> None:
    wide, high = SIZES[size]
    sign_in_page(viewer)
    page.set_viewport_size({"width": wide, "height": high})
    page.goto(live_server.url + reverse(name))
    assert page.locator("tbody[id]").count() >= 7
    assert page.evaluate("document.documentElement.scrollWidth") <= wide
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        violations = Axe().run(page).response["violations"]
        assert [violation["id"] for violation in violations] == []


def test_the_keyboard_reaches_a_doubt_and_its_note(
    page: Page, live_server: Any, viewer: User, sign_in_page: Callable[[User], Page]
) -> None:
    sign_in_page(viewer)
    page.goto(live_server.url + reverse("products"))
    mark = page.locator("a.doubt").first
    mark.focus()
    page.keyboard.press("Enter")
    note = page.locator(":target")
    assert note.is_visible()
    assert f"#{note.get_attribute('id')}" == mark.get_attribute("href")
