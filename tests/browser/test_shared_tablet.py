"""A tablet that is put down: it warns, locks, keeps what is typed, and changes its user."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from cartox_site.accounts.models import FullSignIn
from cartox_site.accounts.quick import set_pin
from patients.models import Assessment, Course, Role, User, Ward
from tests.conftest import make_user
from tests.patients.entering import page as path_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PIN, OTHER_PIN, PASSWORD = "471108", "258013", "a long enough passphrase"


def sign_in(page: Page, url: str, user: User) -> None:
    page.goto(url + "/accounts/login/")
    page.get_by_label("Username").fill(user.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).first.click()
    expect(page).to_have_url(url + "/")


def test_a_tablet_warns_locks_keeps_what_is_typed_and_shows_it_to_nobody_else(
    live_server: Any, page: Page, nurse: User, ward: Ward, course: Course, settings: Any
) -> None:
    settings.LOCK_SECONDS, settings.IDLE_SECONDS, settings.CARTOX_PIN_DIGITS = 600, 1800, 6
    url, tom = live_server.url, make_user("tom_other", Role.NURSE, ward)
    for user, pin in ((nurse, PIN), (tom, OTHER_PIN)):
        user.set_password(PASSWORD)
        user.save()
        set_pin(user, pin)
    page.clock.install()
    sign_in(page, url, tom)
    page.get_by_text("Tom Other (nurse)").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page).to_have_url(re.compile("/accounts/login/"))
    sign_in(page, url, nurse)
    form = path_of("assessment_new", course)
    page.goto(url + form)
    temperature = page.locator("[name=temperature_c]")
    temperature.fill("38.9")

    # A minute before it says so, to a screen reader too; a touch goes on.
    warning, lock = page.locator("#lock-warning"), page.locator("#lock")
    page.clock.run_for(541_000)
    expect(warning).to_have_text(re.compile(r"This page locks in (60|59|58) s\."))
    expect(warning).to_have_attribute("role", "status")
    page.keyboard.press("Shift")
    expect(warning).to_be_hidden()

    # Nobody came: nothing of the patient is seen, nothing is reached by Tab, Escape opens nothing.
    page.clock.run_for(601_000)
    expect(lock).to_be_visible()
    expect(page.locator("#identity")).to_be_hidden()
    expect(temperature).to_be_hidden()
    assert page.title() == "Locked · Cartox"
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(lock).to_be_visible()
    secret = lock.get_by_label("PIN or password of Nina Nurse")
    secret.fill("000000")
    secret.press("Enter")
    expect(page.locator("#lock-says")).to_contain_text("neither the PIN nor the password")
    secret.fill(PIN)
    secret.press("Enter")
    expect(lock).to_be_hidden()
    expect(temperature).to_have_value("38.9")

    # Unlocked after its session had ended, the form is saved with the token of the new one.
    page.context.clear_cookies(name="sessionid")
    page.get_by_text("Nina Nurse (nurse)").click()
    page.get_by_role("button", name="Lock, or change user").click()
    secret.fill(PIN)
    secret.press("Enter")
    expect(lock).to_be_hidden()
    assert FullSignIn.objects.count() == 2
    expect(temperature).to_have_value("38.9")
    _somebody_else_takes_over(page, url, form)
    assert not Assessment.objects.exists()


def _somebody_else_takes_over(page: Page, url: str, form: str) -> None:
    """Tom comes by PIN: another page, and nothing of what Nina typed."""
    page.get_by_text("Nina Nurse (nurse)").click()
    page.get_by_role("button", name="Lock, or change user").click()
    page.locator("#lock").get_by_role("link", name="Somebody else").click()
    page.get_by_text("Tom Other", exact=True).click()
    page.get_by_label("PIN", exact=True).fill(OTHER_PIN)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(url + "/")
    page.goto(url + form)
    expect(page.locator("[name=temperature_c]")).to_have_value("")
    expect(page.locator(".draft-offer")).to_have_count(0)
