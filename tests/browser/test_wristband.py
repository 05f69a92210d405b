"""A scanner types quickly and ends in Enter: what comes of it wherever the focus is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from patients.models import Assessment, Course, Patient, User, Ward
from tests.conftest import INFUSED_AT
from tests.patients.entering import page as path_of
from tests.storing import stored

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SCANNER_MS, HAND_MS = 12, 160


def keys(page: Page, text: str, *, every_ms: int) -> None:
    """Press these keys and Enter, each so long after the one before, by the clock of the events."""
    session = page.context.new_cdp_session(page)
    at = page.evaluate("(performance.timeOrigin + performance.now()) / 1000")
    for number, key in enumerate([*text, "Enter"]):
        typed = "\r" if key == "Enter" else key
        stroke = {"key": key, "text": typed, "timestamp": at + number * every_ms / 1000}
        if key == "Enter":
            stroke |= {"code": "Enter", "windowsVirtualKeyCode": 13}
        session.send("Input.dispatchKeyEvent", {"type": "keyDown", **stroke})
        del stroke["text"]
        session.send("Input.dispatchKeyEvent", {"type": "keyUp", **stroke})


def test_a_scan_is_compared_with_the_form_and_opens_a_patient_elsewhere(
    live_server: Any,
    sign_in_page: Callable[[User], Page],
    nurse: User,
    course: Course,
    ward: Ward,
) -> None:
    other = stored(
        Course(
            patient=stored(Patient(mrn="00456", family_name="Roe", given_name="Ann")),
            ward=ward,
            bed="14",
            product="axi-cel",
            infused_at=INFUSED_AT,
        )
    )
    page, url = sign_in_page(nurse), live_server.url
    form = path_of("assessment_new", course)
    page.goto(url + form)
    answer = page.locator("#scan-says")
    temperature, note = (
        page.locator("#entry-form [name=temperature_c]"),
        page.locator("#entry-form [name=note]"),
    )

    # Into a filled number: the number stays, and nothing is saved by the Enter.
    temperature.fill("38.9")
    temperature.focus()
    keys(page, "00123", every_ms=SCANNER_MS)
    expect(answer).to_have_text("The wristband matches.")
    expect(temperature).to_have_value("38.9")
    page.locator("#entry-form [name=hypotension]").first.focus()
    keys(page, "00123", every_ms=SCANNER_MS)
    assert page.url == url + form

    # A hand is slower: these are digits of the field.
    page.locator("#entry-form [name=heart_rate]").focus()
    keys(page, "1044"[:3], every_ms=HAND_MS)
    expect(page.locator("#entry-form [name=heart_rate]")).to_have_value("104")

    # Somebody else's wristband: the page that leads to the right form, with what was typed.
    page.goto(url + form)
    page.locator("#entry-form [name=temperature_c]").fill("38.9")
    page.locator("#entry-form [name=temperature_c]").focus()
    keys(page, "00456", every_ms=SCANNER_MS)
    expect(page.get_by_role("heading", name="This wristband is of another patient")).to_be_visible()
    page.get_by_role("button", name="Take my values to the form of").click()
    expect(page).to_have_url(url + path_of("assessment_new", other))
    expect(page.locator("#entry-form [name=temperature_c]")).to_have_value("38.9")
    expect(note).not_to_have_value("00456")
    page.goto(url + form)
    offers = page.locator(".draft-offer")
    expect(offers).to_have_count(1)  # of the first form; what was typed into the second went along

    # On the board, with the focus nowhere.
    page.goto(url + "/")
    keys(page, "00456", every_ms=SCANNER_MS)
    expect(page).to_have_url(url + path_of("chart", other))
    page.locator("#find-text").focus()
    keys(page, "00123", every_ms=SCANNER_MS)
    expect(page).to_have_url(url + path_of("chart", course))
    keys(page, "0099", every_ms=SCANNER_MS)
    expect(answer).to_have_text("Nobody on your wards has the MRN of this wristband, 0099.")
    assert Assessment.objects.count() == 0
