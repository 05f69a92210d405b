#!/usr/bin/env python3
"""Take the README's screenshots: start the demo, sign in, photograph board, form and chart.

Run    python scripts/screenshots.py [FOLDER]        (FOLDER is docs/screenshots by default)
Needs  the packages of requirements-dev.txt and Chromium (CARTOX_CHROMIUM or on the path).
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
DESK = {"width": 1366, "height": 768}
TABLET = {"width": 820, "height": 1180}
WHO = "aisha"
"""A nurse on both wards of the demo."""
START_WITHIN_S = 120
FLAGS = ["--no-sandbox", "--disable-background-networking", "--no-first-run", "--no-pings"]


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    with demo() as (address, name, password), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        for shot in (board, chart, form):
            shot(browser, (address, name, password), folder)
        browser.close()


def board(browser: Browser, ward: tuple[str, str, str], folder: Path) -> None:
    """The ward board on a desk, in both color schemes."""
    for scheme in ("light", "dark"):
        page = sign_in(browser, ward, DESK, scheme)
        page.screenshot(path=folder / f"board-{scheme}.png")
        page.context.close()


def chart(browser: Browser, ward: tuple[str, str, str], folder: Path) -> None:
    """The chart of the first patient on the board."""
    page = sign_in(browser, ward, DESK, "light")
    page.locator(".board__link").first.click()
    page.locator("#timeline-plot[data-drawn]").wait_for()
    page.screenshot(path=folder / "chart.png")
    page.context.close()


def form(browser: Browser, ward: tuple[str, str, str], folder: Path) -> None:
    """The assessment form of the first patient, on a tablet."""
    page = sign_in(browser, ward, TABLET, "light")
    page.locator(".board__add").first.click()
    page.wait_for_load_state("networkidle")
    page.screenshot(path=folder / "form.png")
    page.context.close()


def sign_in(
    browser: Browser, ward: tuple[str, str, str], size: dict[str, int], scheme: str
) -> Page:
    address, name, password = ward
    context = browser.new_context(
        viewport={"width": size["width"], "height": size["height"]},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()
    page.goto(address)
    page.locator("input[name=login]").fill(name)
    page.locator("input[name=password]").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.locator("#board-rows").wait_for()
    return page


@contextmanager
def demo() -> Iterator[tuple[str, str, str]]:
    """A running demo: its address, a name and the password that it prints."""
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "manage.py", "demo", str(port)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        password = password_of(server)
        wait_for(port)
        yield f"http://127.0.0.1:{port}/", WHO, password
    finally:
        server.terminate()
        server.wait()


def password_of(server: subprocess.Popen[str]) -> str:
    """The password, from what the demo prints at its start."""
    for line in server.stdout or ():
        found = re.search(r"Password for each: (\S+)", line)
        if found:
            return found[1]
    raise SystemExit("The demo did not start.")


def wait_for(port: int) -> None:
    until = time.monotonic() + START_WITHIN_S
    while time.monotonic() < until:
        with closing(socket.socket()) as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise SystemExit("The demo did not answer.")


def free_port() -> int:
    with closing(socket.socket()) as spare:
        spare.bind(("127.0.0.1", 0))
        port: int = spare.getsockname()[1]
        return port


def chromium() -> str:
    found = os.environ.get("CARTOX_CHROMIUM") or shutil.which("chromium")
    if not found:
        raise SystemExit("Chromium was not found. Install it or set CARTOX_CHROMIUM.")
    return found


if __name__ == "__main__":
    main()
