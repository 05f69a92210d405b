"""One night on the ward: eight patients, twelve hours, two nurses on tablets, a physician.

The clock is moved on between the acts. What each of them sees is asserted where it happens.
`CARTOX_PICTURES=FOLDER` takes a picture of each state at both sizes, light and dark.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize, expect

from patients import door
from patients.models import Assessment, Course, LabResult, Patient, Role, User, Ward
from patients.rounds.models import Escalation, Handover
from tests.conftest import make_user
from tests.storing import stored

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ZONE = ZoneInfo("Europe/Madrid")
EVENING = datetime(2030, 2, 5, 19, 0, tzinfo=ZONE)
"""When the night begins: a winter's night, in which no clock changes."""
BEDS = tuple(f"0{number}" for number in range(1, 9))
TABLET: ViewportSize = {"width": 820, "height": 1180}
DESK: ViewportSize = {"width": 1366, "height": 768}
PICTURES = os.environ.get("CARTOX_PICTURES", "")

QUIET = {
    "temperature_c": "36.9",
    "systolic_mmhg": "122",
    "diastolic_mmhg": "76",
    "heart_rate": "82",
    "respiratory_rate": "16",
    "spo2_percent": "97",
}
PANEL = {
    "wbc": ("1.2", "10*9/L"),
    "hemoglobin": ("9.1", "g/dL"),
    "platelets": ("64", "10*9/L"),
    "creatinine": ("0.8", "mg/dL"),
    "crp": ("31", "mg/L"),
    "ferritin": ("612", "ng/mL"),
}


class Night:
    """The clock of this night, and the page of each person, who stays signed in."""

    def __init__(self, clock: Any, browser: Browser, url: str) -> None:
        self.clock, self.browser, self.url = clock, browser, url
        self.contexts: list[BrowserContext] = []

    def at(self, hour: str) -> None:
        """Go on to this time of the night; never back."""
        hours, minutes = map(int, hour.split(":"))
        moment = EVENING.replace(hour=hours, minute=minutes)
        if hours < EVENING.hour:
            moment += timedelta(days=1)
        assert moment >= datetime.now(ZONE)
        self.clock.move_to(moment)

    def sign_in(self, user: User, size: ViewportSize) -> Page:
        context = self.browser.new_context(viewport=size, has_touch=size is TABLET)
        self.contexts.append(context)
        take_the_tablet(context, user, self.url)
        return context.new_page()

    def open(self, page: Page, name: str, **kwargs: Any) -> None:
        page.goto(self.url + reverse(name, kwargs=kwargs or None))


def take_the_tablet(context: BrowserContext, user: User, url: str) -> None:
    """Sign in on this browser, whoever was signed in before."""
    client = Client()
    client.force_login(user, backend=django_settings.AUTHENTICATION_BACKENDS[1])
    cookie = client.cookies[django_settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": url}])


@pytest.fixture
def night(browser: Browser, live_server: Any, settings: Any) -> Iterator[Night]:
    settings.IDLE_SECONDS = 0  # nobody is signed out between two acts
    with time_machine.travel(EVENING - timedelta(minutes=30), tick=True) as clock:
        night = Night(clock, browser, live_server.url)
        yield night
        for context in night.contexts:
            context.close()


@pytest.fixture
def tom(ward: Ward) -> User:
    return make_user("tom_nurse", Role.NURSE, ward)


@pytest.fixture
def courses(night: Night, ward: Ward, nurse: User, well: dict[str, Any]) -> dict[str, Course]:
    """By bed, as the day shift left them at 18:30.

    Bed 01 has a fever of 18:15, for which somebody was called; bed 07 was last seen in the morning.
    """
    seen_at = {bed: EVENING - timedelta(minutes=30) for bed in BEDS}
    seen_at["01"] -= timedelta(minutes=15)
    seen_at["07"] = EVENING - timedelta(hours=12, minutes=10)
    courses = {}
    for number, bed in enumerate(BEDS):
        course = admitted(ward, bed, EVENING - timedelta(days=4, hours=number))
        findings = well | (
            {"temperature_c": "38.5", "already_escalated": True} if bed == "01" else {}
        )
        panel = [
            LabResult(
                collected_at=EVENING - timedelta(hours=1), analyte=analyte, value=value, unit=unit
            )
            for analyte, (value, unit) in PANEL.items()
        ]
        door.enter(course, [Assessment(observed_at=seen_at[bed], **findings), *panel], by=nurse)
        courses[bed] = course
    return courses


def admitted(ward: Ward, bed: str, infused_at: datetime) -> Course:
    patient = stored(Patient(mrn=f"M-{bed}", family_name=f"Doe {bed}", sex="F"))
    return stored(Course(patient=patient, ward=ward, bed=bed, product="x", infused_at=infused_at))


# What somebody does on a page


def type_set(
    page: Page, *, neuro: bool = True, answers: dict[str, str] | None = None, **vitals: str
) -> None:
    """Fill the open form: vital signs, the same support but for `answers`, and neurology."""
    for name, value in {**QUIET, **vitals}.items():
        page.locator(f"input[name={name}]").fill(value)
    page.get_by_role("button", name="same support as").click()
    for name, value in (answers or {}).items():
        if name.endswith("_l_min"):
            page.locator(f"input[name={name}]").fill(value)
        else:
            page.locator(f"input[name={name}][value={value}]").check(force=True)
    if neuro:
        page.get_by_role("button", name="all ten correct").click()
        page.get_by_role("button", name="awake; no seizure, weakness or ICP sign").click()


def type_panel(page: Page) -> None:
    """Fill the open form: the values of the evening once more."""
    page.get_by_text("Add another").click()
    for analyte, (value, unit) in PANEL.items():
        page.locator(f"[name={analyte}_value]").fill(value)
        page.locator(f"[name={analyte}_unit]").select_option(unit)


def save(page: Page) -> Locator:
    """Save the form; what the page says then."""
    page.locator("#save").click()
    banner = page.locator("#messages")
    expect(banner).to_contain_text("Saved")
    return banner


def answer(page: Page, role: str) -> None:
    page.get_by_role("button", name=f"I answer, as {role}").click()
    expect(page.locator("#messages")).to_contain_text("you answered")


def close_call(page: Page, outcome: str, plan: str) -> None:
    page.locator(f"label:has([name=outcome][value={outcome}])").click()
    page.locator("#call-close label:has([name=ago][value='0'])").click()
    page.get_by_label("Plan, in a few words").fill(plan)
    page.get_by_role("button", name="Close the call").click()
    expect(page.locator("#messages")).to_contain_text("the call is closed")


def tell(page: Page, minutes: str) -> None:
    """Two taps: the first whom, the second when."""
    panel = page.locator("#messages .saved-call")
    panel.locator(".choices label").first.click()
    panel.get_by_role("button", name=f"Told {minutes}").click()
    expect(page.locator("#messages")).to_contain_text("Saved: told")


def row(page: Page, bed: str) -> Locator:
    return page.locator("#board-lines > tr").filter(has_text=f"DOE {bed}")


def look_again(page: Page) -> None:
    """An open board asks for itself every 15 s; here at once."""
    with page.expect_response("**/board/rows/**"):
        page.evaluate("htmx.trigger('#board-poll', 'board:poll')")


def due_of(page: Page, bed: str) -> Locator:
    return row(page, bed).locator(".board__round")


def call_of(page: Page, bed: str) -> Locator:
    return row(page, bed).locator(".board__call")


def in_round(page: Page, bed: str) -> Locator:
    return page.locator(".round__patient").filter(has_text=f"DOE {bed}")


def picture(page: Page, state: str) -> None:
    """The page in this state at both sizes, light and dark, if somebody asked for pictures."""
    if not PICTURES:
        return
    own = page.viewport_size
    for size, viewport in (("desk", DESK), ("tablet", TABLET)):
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size(viewport)
            page.screenshot(path=Path(PICTURES) / f"{state}-{size}-{scheme}.png")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(own or TABLET)


# The night


def test_a_night_on_the_ward(
    night: Night, courses: dict[str, Course], ward: Ward, nurse: User, tom: User, physician: User
) -> None:
    night.at("19:00")
    ninas, toms = night.sign_in(nurse, TABLET), night.sign_in(tom, TABLET)
    desk = night.sign_in(physician, DESK)
    uids = {bed: course.uid for bed, course in courses.items()}

    the_set_that_is_due_is_entered_from_the_round(night, ninas)
    a_patient_is_away_and_comes_back(night, ninas, desk)
    a_refusal_is_seen_by_the_next_nurse(night, ninas, toms)
    a_rise_is_told_in_two_taps_and_closed_by_the_physician(night, toms, desk, uids["02"])
    a_call_that_nobody_answers_climbs_until_both_answer(night, toms, ninas, desk, uids["03"])
    the_set_that_was_refused_is_due_again(night, toms, uids["01"])
    a_late_entry_that_was_escalated_calls_nobody(night, toms, desk, uids["05"])
    what_is_overdue_stands_first_until_it_is_done(night, toms, desk, uids["03"])
    a_worry_calls_and_stays_open(night, ninas, desk, uids["04"])
    the_morning_round_follows_from_bed_to_bed(night, toms)
    the_ward_is_handed_over(night, ninas, toms, tom, physician)
    for state in ("round_settings", "round_report"):
        night.open(desk, state, **({"ward_id": ward.pk} if state == "round_settings" else {}))
        picture(desk, state)
    assert Escalation.objects.count() == 3
    assert Handover.objects.get().accepted_by == tom


def the_set_that_is_due_is_entered_from_the_round(night: Night, ninas: Page) -> None:
    night.at("19:05")
    night.open(ninas, "rounds")
    expect(ninas.locator(".round__patient")).to_have_count(len(BEDS))
    first = ninas.locator(".round__patient").first
    expect(first).to_contain_text("DOE 07")
    expect(first).to_contain_text("due now 18:50 to 19:20")
    picture(ninas, "round")
    first.get_by_role("link", name="Assess").click()
    type_set(ninas)
    expect(save(ninas)).to_contain_text("Nobody else is due before 22:15")


def a_patient_is_away_and_comes_back(night: Night, ninas: Page, desk: Page) -> None:
    night.at("20:00")
    night.open(ninas, "rounds")
    in_round(ninas, "08").get_by_role("link", name="away…").click()
    ninas.locator("label:has([name=reason][value=imaging])").click()
    ninas.locator("label:has([name=minutes][value='60'])").click()
    ninas.locator("#save").click()
    expect(in_round(ninas, "08")).to_contain_text("away: imaging, until 21:00")
    picture(ninas, "round-away")
    night.open(desk, "board")
    expect(due_of(desk, "08")).to_have_text("away: imaging, until 21:00")
    picture(desk, "board-away")

    night.at("20:50")
    in_round(ninas, "08").get_by_role("button", name="back now").click()
    expect(in_round(ninas, "08")).not_to_contain_text("away:")
    look_again(desk)
    expect(due_of(desk, "08")).to_contain_text("vitals and ICE due Wed 06:30")


def a_refusal_is_seen_by_the_next_nurse(night: Night, ninas: Page, toms: Page) -> None:
    night.at("22:40")
    night.open(ninas, "rounds")
    expect(ninas.locator(".round__patient").first).to_contain_text("DOE 01")
    expect(in_round(ninas, "01")).to_contain_text("due now 22:15 to 22:45")
    in_round(ninas, "01").get_by_role("link", name="vitals of DOE 01").click()
    picture(ninas, "not-done")
    ninas.get_by_role("button", name="refused").click()
    expect(in_round(ninas, "01")).to_contain_text("vitals not done 22:40: refused")

    night.at("23:00")
    night.open(toms, "board")
    expect(due_of(toms, "01")).to_contain_text("vitals not done 22:40: refused; again Wed 02:40")
    picture(toms, "board-not-done")
    night.open(toms, "rounds")
    expect(in_round(toms, "01")).to_contain_text("vitals not done 22:40: refused")


def a_rise_is_told_in_two_taps_and_closed_by_the_physician(
    night: Night, toms: Page, desk: Page, uid: Any
) -> None:
    night.at("23:30")
    night.open(toms, "assessment_new", uid=uid)
    type_set(
        toms,
        temperature_c="38.9",
        spo2_percent="91",
        answers={"oxygen_device": "nasal_cannula", "oxygen_flow_l_min": "2"},
    )
    expect(toms.locator("#main")).to_contain_text("physician on call")
    banner = save(toms)
    expect(banner).to_contain_text("Call: physician on call, Bleep 4711 (CRS 2), answer by 23:45")
    picture(toms, "told-whom")
    look_again(desk)
    expect(call_of(desk, "02")).to_contain_text("CRS 2: nobody answered, answer by 23:45")
    picture(desk, "board-unanswered")
    tell(toms, "now")
    expect(toms.locator("#chart-call")).to_contain_text("(by Tom Nurse)")

    night.at("23:40")
    call_of(desk, "02").click()
    expect(desk.locator("#main")).to_contain_text("physician on call")
    answer(desk, "physician")
    night.at("23:55")
    close_call(desk, "attended", "fluids, again in 1 h")
    expect(desk.locator("#main")).to_contain_text("No call is open.")
    expect(desk.locator("#main")).to_contain_text("closed: seen 23:55, plan: fluids, again in 1 h")
    picture(desk, "call-closed")
    night.open(toms, "chart", uid=uid)
    expect(toms.locator("#chart-call")).to_contain_text("seen 23:55, plan: fluids, again in 1 h")

    night.at("00:55")
    night.open(toms, "assessment_new", uid=uid)
    type_set(toms, answers={"oxygen_flow_l_min": "", "oxygen_device": "room_air"})
    expect(save(toms)).to_contain_text("CRS 0")


def a_call_that_nobody_answers_climbs_until_both_answer(
    night: Night, toms: Page, ninas: Page, desk: Page, uid: Any
) -> None:
    night.at("01:58")
    night.open(toms, "assessment_new", uid=uid)
    type_set(
        toms,
        temperature_c="39.1",
        systolic_mmhg="84",
        diastolic_mmhg="48",
        answers={"hypotension": "yes", "vasopressors": "norepinephrine"},
    )
    night.at("02:00")
    expect(save(toms)).to_contain_text("nurse in charge and physician on call")
    night.open(desk, "board")
    expect(call_of(desk, "03")).to_contain_text("nobody answered, answer by 02:05")
    expect(desk.locator("#board-lines > tr").first).to_contain_text("DOE 03")

    night.at("02:06")
    look_again(desk)
    expect(call_of(desk, "03")).to_contain_text("now senior physician and intensive care")
    expect(row(desk, "03").locator(".board__call.overdue")).to_contain_text("over")
    picture(desk, "board-climbing")
    night.open(ninas, "chart", uid=uid)
    expect(ninas.locator("#chart-call")).to_contain_text("open, nobody answered yet")
    picture(ninas, "chart-climbing")

    night.at("02:08")
    answer(ninas, "nurse in charge")
    look_again(desk)
    expect(call_of(desk, "03")).to_contain_text(
        "half answered by Nina Nurse 02:08, waits for the physician"
    )
    picture(desk, "board-half-answered")
    picture(ninas, "chart-half-answered")
    night.at("02:10")
    call_of(desk, "03").click()
    picture(desk, "call-half-answered")
    answer(desk, "physician")
    night.open(toms, "board")
    expect(call_of(toms, "03")).to_contain_text(
        "answered by Nina Nurse 02:08 and Paul Physician 02:10, not closed"
    )
    picture(toms, "board-answered")
    night.at("02:40")
    close_call(desk, "attended", "norepinephrine, tocilizumab")


def the_set_that_was_refused_is_due_again(night: Night, toms: Page, uid: Any) -> None:
    night.at("02:45")
    night.open(toms, "board")
    expect(due_of(toms, "01")).to_contain_text("vitals due 02:40, until 03:10")
    night.open(toms, "assessment_new", uid=uid)
    type_set(toms, temperature_c="37.2")
    save(toms)
    night.open(toms, "board")
    expect(due_of(toms, "01")).not_to_contain_text("refused")
    expect(due_of(toms, "01")).to_contain_text("due 14:45")


def a_late_entry_that_was_escalated_calls_nobody(
    night: Night, toms: Page, desk: Page, uid: Any
) -> None:
    night.at("03:00")
    night.open(toms, "assessment_new", uid=uid)
    toms.get_by_role("button", name="−1 h").click()
    type_set(toms, temperature_c="38.3", answers={"already_escalated": "yes"})
    banner = save(toms)
    expect(banner).to_contain_text("CRS 1")
    expect(banner).to_contain_text("entered 1 h 00 late")
    expect(banner.locator(".saved-call")).to_have_count(0)
    night.open(desk, "board")
    expect(call_of(desk, "05")).to_have_count(0)


def what_is_overdue_stands_first_until_it_is_done(
    night: Night, toms: Page, desk: Page, uid: Any
) -> None:
    night.at("03:20")
    night.open(desk, "board")
    expect(desk.locator("#board-lines > tr").first).to_contain_text("DOE 03")
    expect(due_of(desk, "03").locator(".overdue")).to_contain_text("vitals")
    expect(due_of(desk, "03").locator(".overdue")).to_contain_text("over")
    picture(desk, "board-overdue")
    night.open(toms, "assessment_new", uid=uid)
    type_set(toms, temperature_c="38.4", systolic_mmhg="104", neuro=False)
    save(toms)
    look_again(desk)
    expect(due_of(desk, "03").locator(".overdue")).to_have_count(0)
    expect(due_of(desk, "03")).to_contain_text("vitals due 04:20")


def a_worry_calls_and_stays_open(night: Night, ninas: Page, desk: Page, uid: Any) -> None:
    night.at("04:00")
    night.open(ninas, "chart", uid=uid)
    ninas.get_by_role("link", name="I am worried").click()
    ninas.locator("label:has([name=worried][value=nurse])").click()
    ninas.get_by_label("Note").fill("grey and restless")
    expect(save(ninas)).to_contain_text("Call: physician on call, Bleep 4711 (worried)")
    tell(ninas, "5 min ago")
    night.at("04:10")
    night.open(desk, "call", uid=uid)
    answer(desk, "physician")


def the_morning_round_follows_from_bed_to_bed(night: Night, toms: Page) -> None:
    """The sentence after each save leads to what is overdue, then to what is due."""
    night.at("06:40")
    night.open(toms, "rounds")
    first = toms.locator(".round__patient").first
    expect(first).to_contain_text("DOE 03")
    first.get_by_role("link", name="Assess").click()
    type_set(toms, temperature_c="38.1", systolic_mmhg="108", neuro=False)
    save(toms).get_by_role("link", name="bed 05, DOE 05: vitals 0:40 over").click()
    type_set(toms)
    save(toms).get_by_role("link", name="bed 03, DOE 03: labs 0:40 over").click()
    type_panel(toms)
    for bed in ("04", "06", "08"):
        save(toms).get_by_role("link", name=f"bed {bed}, DOE {bed}: vitals due 06:30").click()
        type_set(toms)
    expect(save(toms)).to_contain_text("Nobody else is due before 07:05")


def the_ward_is_handed_over(
    night: Night, ninas: Page, toms: Page, tom: User, physician: User
) -> None:
    night.at("06:50")
    night.open(ninas, "handover")
    picture(ninas, "handover-before")
    handed = {bed: ninas.locator(".handed").filter(has_text=f"Bed {bed}") for bed in BEDS}
    expect(handed["01"]).to_contain_text("vitals not done 05 Feb 22:40: refused")
    expect(handed["02"]).to_contain_text("peak 2")
    expect(handed["02"]).to_contain_text("seen 23:55, plan: fluids, again in 1 h")
    expect(handed["03"]).to_contain_text("CRS 0 → 3")
    expect(handed["03"]).to_contain_text("norepinephrine")
    expect(handed["04"]).to_contain_text("answered by Paul Physician 04:10; still open")
    handed["04"].get_by_role("link", name="Note for the next shift").click()
    ninas.locator("#main textarea").fill("family comes at 08:00")
    ninas.locator("#save").click()
    expect(handed["04"]).to_contain_text("family comes at 08:00 (Nina Nurse")
    ninas.get_by_text("Hand over to …").click()
    ninas.get_by_role("button", name="Hand over to Tom Nurse").click()
    status = ninas.locator("#main [role=status]")
    expect(status).to_contain_text("Only Tom Nurse accepts it")
    expect(ninas.get_by_role("button", name="I take over")).to_have_count(0)
    picture(ninas, "handover-given")
    address = ninas.url
    night.open(toms, "board")
    toms.goto(address)
    button = toms.get_by_role("button", name="I take over, Tom Nurse")
    expect(button).to_be_visible()
    picture(toms, "handover-to-accept")

    take_the_tablet(toms.context, physician, night.url)  # whose name the page does not carry
    button.click()
    expect(toms.locator("#main")).to_contain_text("opened by Tom Nurse")
    assert Handover.objects.get().accepted_at is None
    take_the_tablet(toms.context, tom, night.url)
    night.at("06:58")
    toms.goto(address)
    button.click()
    expect(toms.locator("#main [role=status]")).to_contain_text("Taken over by Tom Nurse")
    expect(toms.locator(".handed").filter(has_text="Bed 04")).to_contain_text("family comes")
    picture(toms, "handover-accepted")
    ninas.reload()
    expect(status).to_contain_text("accepted 06:58")
