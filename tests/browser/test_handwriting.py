"""A sentence written on the tablet: drawn, taken back, kept as a draft, saved, on the chart."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from patients.models import Assessment, Course, User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "viewport": {"width": 820, "height": 1180}}


def draw(page: Page, *places: tuple[float, float]) -> None:
    """Draw one stroke with the mouse through these parts of the field."""
    box = page.locator("#writing-box").bounding_box()
    assert box is not None
    points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]
    page.mouse.move(*points[0])
    page.mouse.down()
    for x, y in points[1:]:
        page.mouse.move(x, y, steps=5)
    page.mouse.up()


def strokes_of(page: Page) -> list[Any]:
    strokes: list[Any] = json.loads(page.locator("#id_handwriting").input_value() or "[]")
    return strokes


def test_a_sentence_is_written_taken_back_kept_saved_and_seen(
    course: Course, nurse: User, live_server: Any, sign_in_page: Callable[[User], Page]
) -> None:
    page = sign_in_page(nurse)
    page.goto(live_server.url + reverse("assessment_new", kwargs={"uid": course.uid}))
    page.get_by_role("button", name="Let the patient write here").click()
    field = page.locator("#writing-box")
    field.scroll_into_view_if_needed()
    expect(page.locator(".writing__asked")).to_have_text("Our national bird is the bald eagle.")
    assert field.evaluate("box => getComputedStyle(box).touchAction") == "none"
    assert page.evaluate("getComputedStyle(document.body).touchAction") != "none"
    width = page.evaluate("[document.querySelector('#writing-box').offsetWidth, innerWidth]")
    assert width[0] > width[1] * 0.8  # all of the tablet's width but the margins

    draw(page, (0.1, 0.2), (0.2, 0.8), (0.3, 0.2))
    draw(page, (0.4, 0.5), (0.6, 0.5))
    draw(page, (0.9, 0.9), (0.8, 0.1))
    expect(page.locator("#writing-state")).to_contain_text("3 strokes")
    page.get_by_role("button", name="undo last stroke").click()
    assert len(strokes_of(page)) == 2
    page.get_by_role("button", name="clear", exact=True).click()
    assert strokes_of(page) == []
    page.get_by_role("button", name="bring back what was cleared").click()
    written = strokes_of(page)
    assert len(written) == 2
    assert [round(number / 100) for number in written[0][0][:2]] == [1, 1]

    expect(page.locator("#draft-state")).to_contain_text("Draft kept")
    page.locator('[name="temperature_c"]').fill("98.6")
    page.locator("#save").click()
    expect(page.get_by_role("alert").filter(has_text="Not saved")).to_be_visible()
    assert strokes_of(page) == written
    page.locator('[name="temperature_c"]').fill("37.0")
    page.locator("#save").click()
    page.wait_for_url("**/courses/*/?*")
    row = Assessment.objects.get()
    assert row.handwriting is not None
    assert row.handwriting.strokes == written
    picture = page.get_by_role("img", name="Handwriting")
    expect(picture).to_be_visible()
