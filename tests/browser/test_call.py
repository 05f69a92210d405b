"""A call from the save to its end: whom, when, answered by both, closed; on a dark tablet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.utils import timezone
from playwright.sync_api import Page, expect

from patients import door
from patients.models import Assessment, Course, Patient, User, Ward
from patients.rounds.models import EscalationEvent
from tests.patients.entering import page as path_of
from tests.storing import stored

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOOK = "patients.rounds.hook.after_regrade"


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "viewport": {"width": 820, "height": 1180}, "has_touch": True}


@pytest.fixture
def crs_3(ward: Ward, nurse: User, settings: Any) -> Course:
    """CRS 3 by one vasopressor, entered a minute ago: two have to answer."""
    if HOOK not in django_settings.CARTOX_IN_TRANSACTION:
        settings.CARTOX_IN_TRANSACTION = [HOOK]
    patient = stored(Patient(mrn="00123", family_name="Doe", birth_date="1964-03-12"))
    infused_at = timezone.now() - timedelta(days=3)
    course = stored(Course(patient=patient, ward=ward, product="cilta", infused_at=infused_at))
    shock = Assessment(
        course=course,
        observed_at=timezone.now() - timedelta(minutes=1),
        temperature_c=Decimal("38.6"),
        hypotension=True,
        vasopressors=["norepinephrine"],
        oxygen_device="room_air",
    )
    door.enter(course, [shock], by=nurse)
    return course


def test_a_call_is_told_in_two_taps_answered_by_both_and_closed_on_the_chart(
    live_server: Any,
    sign_in_page: Callable[[User], Page],
    nurse: User,
    physician: User,
    crs_3: Course,
) -> None:
    page = sign_in_page(nurse)
    page.emulate_media(color_scheme="dark")
    page.goto(live_server.url + path_of("chart", crs_3))
    section, panel = page.locator("#chart-call"), page.locator("#messages .saved-call")
    expect(section).to_contain_text("Call: CRS 3")
    expect(section).to_contain_text("awaited: nurse in charge and physician")
    expect(section).to_contain_text("min left")
    assert Axe().run(page, "#chart-call").violations_count == 0

    page.get_by_role("link", name="I am worried").tap()
    page.locator("label:has([name=worried][value=nurse])").tap()
    page.get_by_label("Note").fill("grey and restless")
    assert Axe().run(page).violations_count == 0
    page.locator("#save").tap()
    expect(panel).to_contain_text("Call: ")
    expect(panel).to_contain_text("CRS 3 and worried")
    expect(section.locator(".call__ask")).to_be_hidden()
    assert Axe().run(page, ".saved-call").violations_count == 0
    panel.locator(".choices label").first.tap()
    panel.get_by_role("button", name="Told 5 min ago").tap()
    expect(page.locator("#messages")).to_contain_text("Saved: told")
    expect(section).to_contain_text("(by Nina Nurse)")
    expect(section.locator(".call__ask")).to_have_count(0)

    section.get_by_role("button", name="I answer, as nurse in charge").tap()
    expect(section).to_contain_text("half answered")
    expect(section).to_contain_text("awaited: physician")
    expect(section.get_by_role("button", name="I answer")).to_have_count(0)

    page = sign_in_page(physician)
    page.goto(live_server.url + path_of("chart", crs_3))
    section.get_by_role("button", name="I answer, as physician").tap()
    expect(section).to_contain_text("answered, not closed yet")
    section.locator("label:has([name=outcome][value=attended])").tap()
    section.locator("#call-close label:has([name=ago][value='0'])").tap()
    section.get_by_label("Plan, in a few words").fill("tocilizumab, again in 1 h")
    assert Axe().run(page, "#chart-call").violations_count == 0
    section.get_by_role("button", name="Close the call").tap()
    expect(section).to_contain_text("plan: tocilizumab, again in 1 h; closed by Paul Physician")
    expect(section.locator(".call")).to_have_count(0)
    expect(page.locator("#chart-call-events")).to_contain_text("answered as nurse in charge")

    page.goto(live_server.url + path_of("call", crs_3))
    expect(page.locator("#main")).to_contain_text("answered as physician")
    assert Axe().run(page).violations_count == 0
    kinds = EscalationEvent.objects.order_by("number").values_list("kind", flat=True)
    assert list(kinds) == ["opened", "added", "informed", "answered", "answered", "closed"]
