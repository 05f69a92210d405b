"""Every page at every size and in both color schemes: WCAG 2.2 A and AA, as far as a program sees.

The pages are those of the URL patterns, so that a new one is looked at too. A page with a form is
looked at once more after nonsense was refused. docs/accessibility.md says what is held and how.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.urls import URLPattern, reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from cartox_site.accounts.quick import set_pin
from cartox_site.urls import urlpatterns
from patients import door
from patients.models import Assessment, Course, Dose, LabResult, Patient, User, Ward
from tests.browser.looking import SIZES, WALKED, Looks, faults_of
from tests.browser.test_wristband import SCANNER_MS, keys
from tests.cartox_site import test_access
from tests.patients.entering import page as path_of
from tests.storing import stored

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.sqlite_enough,
]

addresses = test_access.addresses
HOOK = "patients.rounds.hook.after_regrade"
PASSWORD = "a long enough passphrase"
OF_ACCOUNTS = [
    str(pattern.name)
    for pattern in urlpatterns
    if isinstance(pattern, URLPattern) and pattern.name and not pattern.pattern.converters
]
MAIN = {
    "assessment_new",
    "board",
    "chart",
    "compare",
    "handover",
    "lab_new",
    "rounds",
    "rules_compare",
}
SICK = {
    "temperature_c": Decimal("38.9"),
    "hypotension": True,
    "systolic_mmhg": Decimal(88),
    "diastolic_mmhg": Decimal(52),
    "vasopressors": ["norepinephrine"],
    "ice_total": 6,
    "attribution": {"hypotension": "other"},
    "attribution_cause": {"hypotension": "sepsis"},
}
REPORT = "CRP 124 mg/L\nFerritin > 40000 ng/mL\nFibrinogen 17 800 mg/dL\nLDH 412 U/L"


@pytest.fixture
def physician(physician: User) -> User:
    physician.set_password(PASSWORD)
    physician.save()
    set_pin(physician, "471108")
    return physician


@pytest.fixture
def course(patient: Patient, ward: Ward, nurse: User, well: dict[str, Any]) -> Course:
    """Day 3 of CRS 3 with everything that a chart can show, beside somebody of the same name."""
    now = timezone.now()
    namesake = stored(Patient(mrn="00124", family_name="Doe", given_name="Jan"))
    courses = [
        stored(
            Course(
                patient=who,
                ward=ward,
                bed=bed,
                product="axicabtagene ciloleucel",
                infused_at=now - timedelta(days=3),
                weight_kg=Decimal(72),
                baseline_ice_total=10,
            )
        )
        for who, bed in ((patient, "12"), (namesake, "14"))
    ]
    ill, other = (Course.objects.get(pk=each.pk) for each in courses)
    mistake = Assessment(observed_at=now - timedelta(hours=30), **well)
    rows = [
        mistake,
        Assessment(observed_at=now - timedelta(hours=9), **well),
        Assessment(observed_at=now - timedelta(hours=1), **(well | SICK)),
        Dose(given_at=now - timedelta(hours=20), agent="tocilizumab", amount=576, unit="mg"),
        LabResult(collected_at=now, analyte="ferritin", value=40000, comparator=">", unit="ng/mL"),
    ]
    door.enter(ill, rows, by=nurse)
    door.strike_out(mistake, by=nurse, reason="wrong patient")
    door.enter(other, [Assessment(observed_at=now - timedelta(hours=2), **well)], by=nurse)
    return ill


def open_folds(page: Page) -> None:
    page.locator("main details").evaluate_all("(all) => all.forEach((it) => (it.open = true))")


def refuse(page: Page) -> bool:
    """Save with nothing typed, and nonsense for each number; False where no form stands there."""
    save = page.locator("main #save, main .entrance button[type=submit]").first
    if not save.count():
        return False
    page.locator("main input:is([type=text], [type=password], :not([type]))").evaluate_all(
        """(all) => all.filter((it) => it.checkVisibility()).forEach((it) => {
          it.value = it.inputMode === "text" || !it.inputMode ? "" : "98,6x";
        })"""
    )
    before = page.url
    if save.evaluate("(it) => it.form.hasAttribute('hx-post')"):
        with page.expect_response(lambda answer: answer.request.method == "POST") as answered:
            save.click()
        if "hx-redirect" in answered.value.headers:  # nothing was asked of this form
            page.wait_for_url(lambda url: url != before)
        page.wait_for_load_state("networkidle")
    else:
        save.evaluate("(it) => { it.form.noValidate = true; }")
        with page.expect_navigation():
            save.click()
    return page.url == before


@pytest.mark.parametrize("half", [0, 1], ids=["even", "odd"])
def test_every_page_holds_at_every_size_and_in_both_schemes(
    half: int,
    live_server: Any,
    sign_in_page: Callable[[User], Page],
    physician: User,
    settings: Any,
    request: pytest.FixtureRequest,
) -> None:
    settings.CARTOX_PIN_DIGITS = 6
    if HOOK not in django_settings.CARTOX_IN_TRANSACTION:
        settings.CARTOX_IN_TRANSACTION = [HOOK]
    of_wards = request.getfixturevalue("addresses")
    page = sign_in_page(physician)
    listed = {name: of_wards[name] for name, (_, ways) in test_access.OPEN.items() if "GET" in ways}
    listed |= {name: reverse(name) for name in OF_ACCOUNTS}
    listed["not there"] = "/courses/00000000-0000-0000-0000-000000000000/"
    looks: Looks = {}
    faults = {}
    for name, address in list(listed.items())[half::2]:
        answer = page.request.get(live_server.url + address, max_redirects=0)
        if "<main" not in answer.text():
            continue  # a part of a page, or data
        page.goto(live_server.url + address)
        open_folds(page)
        faults[name] = faults_of(page, name, looks, WALKED if name in MAIN else ("phone",))
        if refuse(page):
            faults[f"{name}, refused"] = faults_of(page, f"{name} refused", looks, ("phone",))
    assert len(faults) > 40
    assert {name: each for name, each in faults.items() if each} == {}


Look = Callable[[str], None]


def test_what_comes_over_a_page_holds_too(
    live_server: Any, page: Page, physician: User, course: Course, settings: Any
) -> None:
    settings.CARTOX_PIN_DIGITS = 6
    looks: Looks = {}
    faults = {}

    def look(name: str) -> None:
        faults[name] = faults_of(page, name, looks, ("phone",))

    url = live_server.url
    page.goto(url + reverse("account_signup"))
    look("no account by oneself")
    page.goto(url + reverse("account_login"))
    for password in ("wrong", PASSWORD):
        look(f"sign in, before {password}")
        page.get_by_label("Username").fill(physician.username)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in", exact=True).first.click()
    expect(page).to_have_url(url + "/")
    _over_an_assessment(page, look, url + path_of("assessment_new", course))
    _over_a_chart_and_short_forms(page, look, url, course)
    _before_the_user_changes(page, look, url + path_of("assessment_new", course))
    assert {name: each for name, each in faults.items() if each} == {}


def _over_an_assessment(page: Page, look: Look, form: str) -> None:
    """Handwriting, somebody else's wristband, a draft on offer, questions."""
    page.goto(form)
    page.get_by_role("button", name="Let the patient write here").click()
    look("handwriting")
    page.set_viewport_size(SIZES["tablet"])
    assert page.evaluate("looking.stops()") == []  # saving stays in reach beside the open field
    temperature = page.locator("#entry-form [name=temperature_c]")
    temperature.fill("38.9")
    temperature.focus()
    keys(page, "00124", every_ms=SCANNER_MS)
    expect(page.get_by_role("heading", name="This wristband is of another patient")).to_be_visible()
    look("wristband of another")
    page.goto(form)
    temperature.fill("38.9")
    expect(page.locator("#draft-state")).to_contain_text("Draft kept")
    page.goto(form)
    expect(page.locator(".draft-offer").first).to_be_visible()
    look("draft on offer")
    for name, text in (
        ("temperature_c", "39.9"),
        ("systolic_mmhg", "60"),
        ("diastolic_mmhg", "90"),
    ):
        page.locator(f"#entry-form [name={name}]").fill(text)
    page.locator("#save").click()
    expect(page.get_by_role("alert").filter(has_text="Not saved")).to_be_visible()
    look("questions")


def _over_a_chart_and_short_forms(page: Page, look: Look, url: str, course: Course) -> None:
    """A wristband that nobody has, a pasted report, an entry that waits off line."""
    page.goto(url + path_of("chart", course))
    keys(page, "0099", every_ms=SCANNER_MS)
    expect(page.locator("#scan-says")).to_contain_text("Nobody on your wards")
    look("wristband of nobody")
    page.goto(url + path_of("lab_new", course))
    page.get_by_label("Paste a report").fill(REPORT)
    page.locator("[data-read]").click()
    expect(page.locator('[name="ferritin_value"]')).to_have_value(">40000")
    look("report to review")
    page.goto(url + path_of("event_new", course))
    page.wait_for_load_state("networkidle")  # it has the key under which it keeps what is typed
    page.context.set_offline(True)
    page.locator("#entry-form [name=note]").fill("no answer")
    page.locator("#save").click()
    expect(page.locator("#waiting-entries")).to_contain_text("1 entry waits")
    look("off line")
    page.context.set_offline(False)


def _before_the_user_changes(page: Page, look: Look, form: str) -> None:
    """The question before signing out, the lock, and who comes."""
    page.goto(form)
    page.locator("#entry-form [name=temperature_c]").fill("38.9")
    page.locator("#user-menu > summary").click()
    page.locator("#user-menu").get_by_role("button", name="Sign out", exact=True).click()
    expect(page.locator("#sign-out-asks")).to_be_visible()
    look("sign out with something typed")
    page.get_by_role("button", name="Stay").click()
    lock = page.get_by_role("button", name="Lock, or change user")
    if not lock.is_visible():
        page.locator("#user-menu > summary").click()
    lock.click()
    page.locator("#lock-secret").fill("000000")
    page.locator("#lock-secret").press("Enter")
    expect(page.locator("#lock-says")).to_be_visible()
    look("locked")
    page.locator("#lock").get_by_role("link", name="Somebody else").click()
    look("who comes")
