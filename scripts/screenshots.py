#!/usr/bin/env python3
"""Take the README's screenshots: start the demo, sign in, photograph board, form and chart.

Run    python -m scripts.screenshots [FOLDER]        (FOLDER is docs/images by default)
Needs  the packages of requirements-dev.txt and Chromium (CARTOX_CHROMIUM or on the path).
"""

from __future__ import annotations

import base64
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from scripts.chromium import ABSENT, FLAGS, chromium_path

ROOT = Path(__file__).resolve().parent.parent
DESK: ViewportSize = {"width": 1366, "height": 768}
TABLET: ViewportSize = {"width": 820, "height": 1180}
PATIENT = "DIALLO, Amadou"
VITALS = {
    "temperature_c": "38.9",
    "systolic_mmhg": "88",
    "diastolic_mmhg": "52",
    "heart_rate": "118",
    "respiratory_rate": "24",
    "spo2_percent": "91",
}
ANSWERS = (
    ("hypotension", "yes"),
    ("fluid_bolus", "no"),
    ("vasopressors", "norepinephrine"),
    ("oxygen_device", "high_flow_nasal_cannula"),
)
Ward = tuple[str, str, str]
"""Address, name and password."""
WHO = "aisha"
"""A nurse on both wards of the demo."""
START_WITHIN_S = 120


def main() -> None:
    chromium = chromium_path()
    if chromium is None:
        raise SystemExit(ABSENT)
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images"
    folder.mkdir(parents=True, exist_ok=True)
    with demo() as ward, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for shot in (board, chart, form):
            shot(browser, ward, folder)
        overview(browser, folder)
        browser.close()


def board(browser: Browser, ward: Ward, folder: Path) -> None:
    """The ward board on a desk."""
    page = sign_in(browser, ward, DESK)
    page.screenshot(path=folder / "board.png")
    page.context.close()


def chart(browser: Browser, ward: Ward, folder: Path) -> None:
    """The chart of one patient, on a desk."""
    page = sign_in(browser, ward, DESK)
    page.get_by_role("link", name=PATIENT).first.click()
    page.locator("#timeline-plot[data-drawn]").wait_for()
    page.screenshot(path=folder / "chart.png")
    page.context.close()


def form(browser: Browser, ward: Ward, folder: Path) -> None:
    """The assessment form of the same patient half filled in, on a tablet."""
    page = sign_in(browser, ward, TABLET)
    page.get_by_role("link", name=f"Assess {PATIENT}").click()
    for field, value in VITALS.items():
        page.locator(f"input[name={field}]").fill(value)
    for field, value in ANSWERS:
        page.locator(f"input[name={field}][value={value}]").check(force=True)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1500)
    page.evaluate("window.scrollTo(0, 0)")
    page.screenshot(path=folder / "form.png")
    page.context.close()


def overview(browser: Browser, folder: Path) -> None:
    """The three of them in one picture: board above chart, the form beside them."""
    board, chart, form = (picture(folder / f"{name}.png") for name in ("board", "chart", "form"))
    page = browser.new_page(viewport={"width": 1600, "height": 1004})
    page.set_content(
        "<style>body{margin:0;background:#c9d1d9;display:grid;gap:12px;padding:12px;"
        "grid-template-columns:866px 1fr}img{display:block;width:100%}"
        "div{display:grid;gap:12px;align-content:start}</style>"
        f"<div><img src='{board}'><img src='{chart}'></div><div><img src='{form}'></div>"
    )
    page.wait_for_timeout(300)
    page.screenshot(path=folder / "overview.png")


def picture(path: Path) -> str:
    return "data:image/png;base64," + base64.b64encode(path.read_bytes()).decode()


def sign_in(browser: Browser, ward: Ward, size: ViewportSize) -> Page:
    address, name, password = ward
    page = browser.new_context(viewport=size).new_page()
    page.goto(address)
    page.locator("input[name=login]").fill(name)
    page.locator("input[name=password]").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.locator("#board-rows").wait_for()
    return page


@contextmanager
def demo() -> Iterator[Ward]:
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
        match = re.search(r"Password for each: (\S+)", line)
        if match:
            return match[1]
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


if __name__ == "__main__":
    main()
