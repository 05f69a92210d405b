"""The reference pages by keyboard. `test_every_page.py` looks at them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from patients.models import User

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.sqlite_enough,
]


def test_the_keyboard_reaches_a_doubt_and_its_note(
    page: Page, live_server: Any, viewer: User, sign_in_page: Callable[[User], Page]
) -> None:
    sign_in_page(viewer)
    for name in ("prevention", "products"):
        page.goto(live_server.url + reverse(name))
        assert page.locator("tbody[id]").count() >= 7
    mark = page.locator("a.doubt").first
    mark.focus()
    page.keyboard.press("Enter")
    note = page.locator(":target")
    assert note.is_visible()
    assert f"#{note.get_attribute('id')}" == mark.get_attribute("href")
