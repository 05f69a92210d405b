"""That the browser tests have a browser."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.browser
def test_chromium_opens_a_page_of_cartox(page: Any, live_server: Any) -> None:
    response = page.goto(f"{live_server.url}/accounts/login/")

    assert response.ok
    assert "'unsafe" not in response.headers["content-security-policy"]
