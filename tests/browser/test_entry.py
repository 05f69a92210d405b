"""Entry on a tablet: type, watch the grades, save, see board and chart follow; lose nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from django.db import OperationalError
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from patients import door
from patients.drafts.models import Draft
from patients.forms import submit
from patients.models import Assessment, Course, Dose, LabResult, Patient, User, Ward
from tests.patients.entering import page as path_of
from tests.storing import stored

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

TABLET = {"width": 820, "height": 1180}
DESK = {"width": 1366, "height": 768}


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "viewport": TABLET, "has_touch": True}


@pytest.fixture
def fresh_course(ward: Ward, nurse: User) -> Course:
    """A course infused three days ago, with one quiet assessment of the day before."""
    patient = stored(
        Patient(mrn="00123", family_name="Doe", given_name="Jane", birth_date="1964-03-12", sex="F")
    )
    course = stored(
        Course(
            patient=patient,
            ward=ward,
            bed="12",
            product="axicabtagene ciloleucel",
            infused_at=timezone.now() - timedelta(days=3),
            weight_kg=Decimal(72),
        )
    )
    course.refresh_from_db()
    door.enter(course, [_quiet(course)], by=nurse)
    return course


def _quiet(course: Course) -> Assessment:
    return Assessment(
        course=course,
        observed_at=timezone.now() - timedelta(hours=30),
        temperature_c=Decimal("37.1"),
        hypotension=False,
        fluid_bolus=False,
        vasopressors=[],
        oxygen_device="room_air",
        ice_total=10,
        consciousness="spontaneous",
        seizure="none",
        motor="none",
        icp=[],
    )


@pytest.fixture
def heard(page: Page, live_server: Any) -> list[str]:
    """Console messages, page errors and requests to another host; there must be none.

    A preview still on its way when the page is left is cut off by the browser, and htmx says so.
    """
    messages: list[str] = []
    cut_off = {f"error: htmx:{event}" for event in ("sendAbort", "sendError", "afterRequest")}
    page.on(
        "console",
        lambda message: (
            messages.append(text)
            if (text := f"{message.type}: {message.text}") not in cut_off
            else None
        ),
    )
    page.on("pageerror", lambda error: messages.append(f"error: {error}"))
    page.on(
        "request",
        lambda request: (
            messages.append(f"request: {request.url}")
            if not request.url.startswith((live_server.url, "data:", "blob:"))
            else None
        ),
    )
    return messages


@pytest.fixture
def form(
    page: Page,
    live_server: Any,
    fresh_course: Course,
    nurse: User,
    sign_in_page: Callable[[User], Page],
) -> Page:
    """The nurse's tablet with the assessment form open."""
    sign_in_page(nurse)
    page.goto(live_server.url + path_of("assessment_new", fresh_course))
    expect(page.locator("#preview")).to_contain_text("not assessed")
    return page


def tap(page: Page, name: str, value: str) -> None:
    page.locator(f'[name="{name}"][value="{value}"]').tap()


def type_in(page: Page, name: str, text: str) -> None:
    box = page.locator(f'[name="{name}"]')
    box.tap()
    page.keyboard.type(text)


def crs(page: Page) -> Any:
    return page.locator('[aria-labelledby="preview-crs_astct_2019"] .badge')


def icans(page: Page) -> Any:
    return page.locator('[aria-labelledby="preview-icans_astct_2019"] .badge')


def test_entry_on_a_tablet_from_typing_to_board_and_chart(
    form: Page, live_server: Any, fresh_course: Course, heard: list[str]
) -> None:
    taps = 1  # "+ assessment"
    for name, text in (
        ("temperature_c", "38,9"),
        ("systolic_mmhg", "118"),
        ("diastolic_mmhg", "74"),
        ("heart_rate", "104"),
        ("respiratory_rate", "20"),
        ("spo2_percent", "95"),
    ):
        type_in(form, name, text)
        taps += 1
    expect(crs(form)).to_contain_text("at least grade 1")
    expect(form.get_by_role("status").filter(has_text="CRS")).to_contain_text("at least grade 1")

    form.get_by_role("button", name="same support as").tap()
    expect(crs(form)).to_contain_text("CRS grade 1")
    tap(form, "oxygen_device", "nasal_cannula")
    type_in(form, "oxygen_flow_l_min", "2")
    expect(crs(form)).to_contain_text("CRS grade 2")
    expect(form.locator("#preview")).to_contain_text("low-flow oxygen")
    expect(form.locator("#preview")).to_contain_text("was 0")

    form.get_by_role("button", name="all ten correct").tap()
    expect(form.locator("#ice-count")).to_have_text("10 of 10")
    form.get_by_role("button", name="awake; no seizure, weakness or ICP sign").tap()
    expect(icans(form)).to_contain_text("ICANS grade 0")
    form.get_by_role("button", name="Save").tap()
    taps += 6
    assert taps <= 25

    form.wait_for_url(live_server.url + path_of("chart", fresh_course))
    expect(form.locator("body")).to_contain_text("Saved: assessment of")
    expect(form.locator("#main")).to_contain_text("38.9")
    form.goto(live_server.url + "/")
    expect(form.locator("body")).to_contain_text("DOE, Jane")
    expect(form.locator("body")).to_contain_text("38.9")
    row = Assessment.objects.latest("id")
    assert (row.temperature_c, row.oxygen_flow_l_min, row.vasopressors) == (
        Decimal("38.9"),
        2,
        [],
    )
    assert heard == []


def test_the_preview_and_the_save_button_stay_in_view(form: Page) -> None:
    for y in (0, 900, 5000):
        form.evaluate(f"() => window.scrollTo(0, {y})")
        expect(form.locator("#grades")).to_be_in_viewport(ratio=0.9)
        expect(form.locator("#save")).to_be_in_viewport(ratio=1)
        expect(form.locator("#identity")).to_be_in_viewport(ratio=1)


def test_the_wheel_changes_no_value(form: Page) -> None:
    type_in(form, "heart_rate", "104")
    form.mouse.move(*_middle(form, "heart_rate"))
    form.mouse.wheel(0, 400)
    expect(form.locator('[name="heart_rate"]')).to_have_value("104")


def _middle(page: Page, name: str) -> tuple[float, float]:
    return _middle_of(page.locator(f'[name="{name}"]'))


def _middle_of(thing: Any) -> tuple[float, float]:
    box = thing.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_fahrenheit_becomes_celsius_in_one_tap(form: Page) -> None:
    type_in(form, "temperature_c", "98.6")
    form.get_by_role("button", name="looks like °F: 37.0 °C?").tap()
    expect(form.locator('[name="temperature_c"]')).to_have_value("37.0")
    expect(form.get_by_text("is outside")).to_have_count(0)


@pytest.mark.parametrize("by", ["touch", "mouse"])
def test_a_second_tap_un_answers_nothing_and_the_cross_takes_back(form: Page, by: str) -> None:
    for name, value in (("ice_year", "1"), ("hypotension", "no"), ("vasopressors", "none")):
        answer = form.locator(f'[name="{name}"][value="{value}"]')
        answer.scroll_into_view_if_needed()
        x, y = _middle_of(answer)
        for wait_ms in (80, 700, 0):  # a double tap, and one more that is slow
            if by == "touch":
                form.touchscreen.tap(x, y)
            else:
                form.mouse.click(x, y)
            form.wait_for_timeout(wait_ms)
        expect(answer).to_be_checked()

    heart_rate = form.locator('[name="heart_rate"]')
    heart_rate.fill("104")
    form.locator('[name="note"]').focus()
    if by == "touch":
        heart_rate.tap()
    else:
        heart_rate.click()
    form.keyboard.type("98")  # a tap into a filled box selects what is in it
    expect(heart_rate).to_have_value("98")

    tap(form, "ice_year", "not_assessed")  # the cross
    expect(form.locator('[name="ice_year"][value="1"]')).not_to_be_checked()
    form.locator("#id_vasopressors").get_by_label("take the answer back").tap()
    expect(form.locator('[name="vasopressors"]:checked')).to_have_count(0)
    expect(form.locator("#id_vasopressors").get_by_label("take the answer back")).to_be_hidden()

    form.get_by_role("button", name="all ten correct").tap()
    tap(form, "ice_year", "1")  # confirming what is there
    expect(form.locator("#ice-count")).to_have_text("10 of 10")
    form.locator('[name="ice_year"][value="1"]').focus()
    form.keyboard.press("ArrowRight")
    form.keyboard.press("ArrowRight")
    expect(form.locator('[name="ice_year"][value="not_assessed"]')).to_be_focused()
    expect(form.locator("#ice-count")).to_contain_text("not scored: Year")


def test_the_rest_is_confirmed_in_one_tap_and_stored_once_though_the_answer_was_lost(
    form: Page, fresh_course: Course, nurse: User
) -> None:
    row = _quiet(fresh_course)
    row.observed_at = timezone.now() - timedelta(hours=2)
    door.enter(fresh_course, [row], by=nurse)
    type_in(form, "temperature_c", "38.9")
    form.locator("#save").tap()
    with form.expect_response("**/preview/"):
        form.get_by_label("ICE done again now, the same 10 points").check()
    expect(form.get_by_label("ICE done again now, the same 10 points")).to_be_checked()
    form.route("**/assessments/new/", _lose_the_answer)
    form.get_by_role("button", name="yes: save with it").tap()
    expect(form.locator("#not-saved")).to_be_visible()
    form.unroute("**/assessments/new/")  # it waits, and is sent again by itself
    expect(form.locator("body")).to_contain_text("Saved: assessment of")
    assert Assessment.objects.filter(course=fresh_course).count() == 3
    saved = Assessment.objects.latest("id")
    assert (saved.oxygen_device, saved.vasopressors, saved.ice_total) == ("room_air", [], 10)


def test_none_and_an_agent_exclude_each_other(form: Page) -> None:
    tap(form, "vasopressors", "norepinephrine")
    tap(form, "vasopressors", "none")
    expect(form.locator('[name="vasopressors"]:checked')).to_have_value("none")
    tap(form, "vasopressors", "vasopressin")
    expect(form.locator('[name="vasopressors"]:checked')).to_have_value("vasopressin")


def test_positive_pressure_asks_what_for(form: Page) -> None:
    reason = form.locator(".taps--positive_pressure_for")
    expect(reason).to_be_hidden()
    tap(form, "oxygen_device", "bipap")
    expect(reason).to_be_visible()
    tap(form, "oxygen_device", "venturi")
    expect(reason).to_be_hidden()


def test_the_rate_of_a_vasopressor_is_asked_once_it_is_tapped(form: Page) -> None:
    form.locator("#other-systems > summary").tap()
    rate = form.locator('[name="rate_norepinephrine"]')
    expect(rate).to_be_hidden()
    tap(form, "vasopressors", "norepinephrine")
    expect(rate).to_be_visible()
    expect(form.locator('[name="rate_dopamine"]')).to_be_hidden()
    type_in(form, "rate_norepinephrine", "0.08")
    form.get_by_role("button", name="× 72 kg = 5.8 mcg/min?").tap()
    expect(rate).to_have_value("5.8")
    tap(form, "vasopressors", "none")
    expect(rate).to_be_visible()
    expect(form.locator("#id_rate_norepinephrine_error")).to_contain_text(
        "is not among the vasopressors"
    )


@pytest.mark.sqlite_enough
def test_axe_finds_nothing_in_the_fold_for_other_systems(form: Page) -> None:
    form.locator("#other-systems > summary").tap()
    form.get_by_text("Tremor, headache and other findings").tap()
    tap(form, "vasopressors", "norepinephrine")
    results = Axe().run(form)
    assert results.violations_count == 0, results.generate_report()


def test_a_refused_save_keeps_everything_and_goes_to_the_field(
    form: Page, heard: list[str]
) -> None:
    type_in(form, "temperature_c", "380")
    type_in(form, "heart_rate", "104")
    tap(form, "seizure", "none")
    form.locator("#save").tap()
    expect(form.locator('[name="temperature_c"]')).to_be_focused()
    expect(form.locator('[name="temperature_c"]')).to_have_value("380")
    expect(form.locator('[name="heart_rate"]')).to_have_value("104")
    expect(form.locator('[name="seizure"][value="none"]')).to_be_checked()
    expect(form.locator("#entry input:checked")).to_have_count(1)
    form.get_by_role("button", name="did you mean 38.0 °C?").tap()
    note = form.locator('[name="note"]')
    note.evaluate("(area) => { area.value = 'x'.repeat(100_000) }")
    note.press("Control+Enter")
    expect(form.get_by_text("Note has 100,000 characters, and 2,000")).to_be_visible()
    expect(note).to_be_focused()
    note.fill("slept")
    form.locator("#save").tap()
    expect(form.locator("body")).to_contain_text("Saved: assessment of")
    assert [line for line in heard if "422" not in line] == []


def test_nothing_can_be_typed_into_a_form_that_is_being_saved(form: Page) -> None:
    """The answer brings back what was sent: what came after it would be lost without a word."""
    type_in(form, "temperature_c", "380")
    answers: list[Any] = []
    form.route("**/assessments/new/", lambda route: answers.append(route))  # noqa: PLW0108 - playwright marks it
    form.locator("#save").tap()
    expect(form.locator("#saving")).to_have_text("Saving…")
    form.locator('[name="heart_rate"]').evaluate("box => box.focus()")
    form.keyboard.type("104")
    expect(form.locator('[name="heart_rate"]')).to_have_value("")

    answers[0].continue_()
    expect(form.locator('[name="temperature_c"]')).to_be_focused()
    expect(form.locator("#saving")).to_be_hidden()
    type_in(form, "heart_rate", "104")
    expect(form.locator('[name="heart_rate"]')).to_have_value("104")


def test_the_buttons_beside_a_field_stand_still_while_the_grades_follow(form: Page) -> None:
    """A preview says the same again: what is being tapped or read out is not put in anew."""
    type_in(form, "temperature_c", "380")
    offer = form.get_by_role("button", name="did you mean 38.0 °C?")
    button = offer.element_handle()
    with form.expect_response("**/preview/"):
        tap(form, "seizure", "none")
    expect(icans(form)).to_contain_text("not reassessed")
    assert form.evaluate("button => button.isConnected", button)


def test_a_soft_question_is_answered_in_one_tap(form: Page) -> None:
    type_in(form, "temperature_c", "41.5")
    form.get_by_text("yes, 41.5 °C is right").wait_for()
    tap(form, "confirm", "temperature_c=41.5")
    form.locator("#save").tap()
    expect(form.locator("body")).to_contain_text("Saved: assessment of")


def test_now_writes_the_time_of_the_ward(form: Page, fresh_course: Course) -> None:
    clock = form.locator('[name="observed_at_time"]')
    clock.fill("")
    form.get_by_role("button", name="now").tap()
    local = timezone.now().astimezone(fresh_course.zone)
    near = {f"{local + timedelta(minutes=minutes):%H:%M}" for minutes in (-1, 0)}
    assert clock.input_value() in near


# The night of 27 October 2030 the wall of the ward shows 02:00 to 03:00 twice.
FIRST_02_40 = datetime(2030, 10, 27, 0, 40, tzinfo=UTC)
SECOND_02_40 = FIRST_02_40 + timedelta(hours=1)


@pytest.fixture
def at_night(
    page: Page,
    live_server: Any,
    ward: Ward,
    nurse: User,
    sign_in_page: Callable[[User], Page],
) -> Iterator[Page]:
    """The form, opened at the first 02:40 of that night."""
    with time_machine.travel(FIRST_02_40):
        patient = stored(Patient(mrn="00124", family_name="Doe", birth_date="1964-03-12"))
        course = stored(
            Course(
                patient=patient, ward=ward, product="x", infused_at=FIRST_02_40 - timedelta(days=3)
            )
        )
        sign_in_page(nurse)
        page.clock.install()
        page.goto(live_server.url + path_of("assessment_new", course))
        expect(page.locator("#preview")).to_contain_text("not assessed")
        yield page


def which(page: Page) -> Any:
    return page.locator('[name="observed_at_fold"]')


def test_now_knows_the_second_of_two_hours_with_the_same_name(at_night: Page) -> None:
    expect(which(at_night)).to_have_value("0")
    type_in(at_night, "temperature_c", "38.4")
    at_night.clock.fast_forward("01:00:00")
    with time_machine.travel(SECOND_02_40 + timedelta(minutes=1)):
        at_night.get_by_role("button", name="now").tap()
        expect(at_night.locator('[name="observed_at_time"]')).to_have_value("02:40")
        expect(which(at_night)).to_have_value("1")
        at_night.locator("#save").tap()
        expect(at_night.locator("body")).to_contain_text("Saved: assessment of")
    assert Assessment.objects.get().observed_at == SECOND_02_40


def test_now_knows_the_hours_beside_the_two(at_night: Page) -> None:
    at_night.get_by_role("button", name="now").tap()
    expect(which(at_night)).to_have_value("0")
    at_night.clock.fast_forward("01:21:00")
    at_night.get_by_role("button", name="now").tap()
    expect(at_night.locator('[name="observed_at_time"]')).to_have_value("03:01")
    expect(which(at_night)).to_have_value("")


def test_one_hour_earlier_is_one_tap_over_midnight_and_through_the_two_hours(
    at_night: Page,
) -> None:
    """By finger, as fast as one likes, and by key."""
    at_night.locator('[name="observed_at_time"]').fill("03:10")
    earlier = at_night.get_by_role("button", name="−1 h")
    for typed, by_key in (
        (("2030-10-27", "02:10", "1"), False),
        (("2030-10-27", "02:10", "0"), False),
        (("2030-10-27", "01:10", ""), True),
        (("2030-10-27", "00:10", ""), True),
        (("2030-10-26", "23:10", ""), False),
    ):
        earlier.press("Enter") if by_key else earlier.tap()
        for name, value in zip(("date", "time", "fold"), typed, strict=True):
            assert at_night.locator(f'[name="observed_at_{name}"]').input_value() == value


def test_the_age_of_a_last_value_counts_from_the_time_typed(at_night: Page, nurse: User) -> None:
    """Where that may be two moments, the time of the value stands there."""
    course, at = Course.objects.get(), FIRST_02_40 - timedelta(hours=2, minutes=26)
    row = Assessment(course=course, observed_at=at, temperature_c=Decimal("38.9"))
    door.enter(course, [row], by=nurse)
    at_night.reload()
    last = at_night.locator(".measure:has(#id_temperature_c) .field__last")
    earlier = at_night.get_by_role("button", name="−1 h")
    expect(last).to_have_text("last: 38.9 · 2 h 26 before")
    at_night.locator('[name="observed_at_time"]').fill("02:30")
    expect(last).to_have_text("last: 38.9 · at 00:14")
    for words in ("2 h 16 before", "1 h 16 before", "16 min before", "44 min later"):
        earlier.tap()
        expect(last).to_have_text(f"last: 38.9 · {words}")


def test_a_late_entry_is_asked_whether_somebody_was_told(at_night: Page) -> None:
    """From eleven minutes on; ten count as on time."""
    clock = at_night.locator('[name="observed_at_time"]')
    question = at_night.get_by_role("group", name="Already escalated at the time?")
    expect(question).to_be_hidden()
    at_night.locator('[name="observed_at_date"]').select_option("2030-10-26")
    expect(question).to_be_visible()
    at_night.get_by_role("button", name="now").tap()
    expect(question).to_be_hidden()
    clock.fill("01:59")
    expect(question).to_be_visible()
    tap(at_night, "already_escalated", "yes")
    tap(at_night, "worried", "nurse")
    at_night.locator("#save").tap()
    saved = "Saved: assessment (“I am worried”) of 27 Oct 2030 01:59, entered 41 min late."
    expect(at_night.locator("body")).to_contain_text(saved)
    row = Assessment.objects.get()
    assert (row.worried, row.already_escalated, row.temperature_c) == ("nurse", True, None)


def test_another_time_of_that_hour_is_asked_about(at_night: Page) -> None:
    type_in(at_night, "temperature_c", "38.4")
    at_night.locator('[name="observed_at_time"]').fill("02:30")
    expect(which(at_night)).to_have_value("")
    with time_machine.travel(SECOND_02_40):
        at_night.locator("#save").tap()
        at_night.get_by_role("button", name="the second 02:30 (CET)").tap()
        expect(which(at_night)).to_have_value("1")
        at_night.locator("#save").tap()
        expect(at_night.locator("body")).to_contain_text("Saved: assessment of")
    assert Assessment.objects.get().observed_at == SECOND_02_40 - timedelta(minutes=10)


def test_another_day_clears_which_of_the_two_hours_it_was(at_night: Page) -> None:
    at_night.locator('[name="observed_at_date"]').select_option("2030-10-26")
    expect(which(at_night)).to_have_value("")


def test_enter_goes_on_and_never_saves(form: Page) -> None:
    form.locator("#id_temperature_c").press_sequentially("38.9", delay=60)  # no scanner
    form.keyboard.press("Enter")
    expect(form.locator('[name="systolic_mmhg"]')).to_be_focused()
    assert Assessment.objects.count() == 1
    form.keyboard.press("Control+Enter")
    expect(form.locator("body")).to_contain_text("Saved: assessment of")


def test_tab_goes_through_the_fields_as_they_stand(form: Page) -> None:
    form.locator('[name="temperature_c"]').focus()
    for name in ("systolic_mmhg", "diastolic_mmhg", "heart_rate", "respiratory_rate"):
        form.keyboard.press("Tab")
        expect(form.locator(f'[name="{name}"]')).to_be_focused()


def test_what_kept_the_form_from_being_saved_stays_said_at_the_field_and_beside_save(
    form: Page,
) -> None:
    error = form.locator("#id_spo2_percent_error")
    type_in(form, "spo2_percent", "9")
    expect(form.locator("#preview")).to_contain_text("Left out until corrected: SpO2")
    expect(error).to_have_text("")  # it may become 96
    with form.expect_response("**/preview/"):  # asked again for the form as it came back
        form.locator("#save").tap()
    expect(form.locator("#preview")).to_contain_text("Left out until corrected: SpO2")
    expect(error).to_contain_text("SpO2")
    expect(form.locator(".not-saved:visible")).to_have_text("Not saved. Look at SpO2.")
    assert Assessment.objects.count() == 1
    form.locator(".not-saved:visible a").tap()
    expect(form.locator("#id_spo2_percent")).to_be_focused()
    form.locator("#id_spo2_percent").fill("96")
    expect(error).to_have_text("")
    form.locator("#save").tap()
    expect(form.locator("body")).to_contain_text("Saved: assessment of")


# Nothing typed is lost


def test_signing_out_asks_about_what_another_tab_holds_and_keeps_it_as_a_draft(
    form: Page, live_server: Any
) -> None:
    type_in(form, "temperature_c", "38.9")
    expect(crs(form)).to_contain_text("at least grade 1")
    board = form.context.new_page()
    board.goto(live_server.url)
    asks = board.locator("#sign-out-asks")
    for answer in ("Stay", "Sign out"):
        board.locator("#user-menu summary").tap()
        board.locator("#user-menu").get_by_role("button", name="Sign out").tap()
        expect(asks).to_contain_text("New assessment of 7 East, bed 12, typed just now")
        expect(asks.get_by_role("button", name="Stay")).to_be_focused()
        assert "DOE" not in asks.inner_text()
        if answer == "Stay":
            board.keyboard.press("Escape")
            expect(asks).to_be_hidden()
            sign_out = board.locator("#user-menu").get_by_role("button", name="Sign out")
            expect(sign_out).to_be_focused()
            sign_out.tap()
        asks.get_by_role("button", name=answer).tap()
        expect(asks).to_be_hidden()
        if answer == "Stay":
            expect(form.locator('[name="temperature_c"]')).to_have_value("38.9")
            board.keyboard.press("Escape")
    board.wait_for_url("**/accounts/login/**")
    form.wait_for_url("**/accounts/login/**")
    assert '["temperature_c", "38.9"]' in Draft.objects.get().content.replace('","', '", "')


def test_a_form_is_not_signed_by_whoever_signs_in_in_another_tab(
    form: Page, fresh_course: Course, physician: User, sign_in_page: Callable[[User], Page]
) -> None:
    type_in(form, "temperature_c", "38.9")
    expect(crs(form)).to_contain_text("at least grade 1")
    sign_in_page(physician)
    form.locator("#save").tap()
    expect(form.locator("#entry")).to_contain_text("This form was opened by Nina Nurse.")
    expect(form.locator("#user-menu summary")).to_contain_text(physician.get_full_name())
    expect(form.locator("#typed")).to_contain_text("38.9")
    assert Assessment.objects.filter(course=fresh_course).count() == 1
    form.get_by_role("button", name="Take these values into a form of my own").tap()
    expect(form.locator('[name="temperature_c"]')).to_have_value("38.9")
    form.locator("#save").tap()
    form.get_by_role("button", name="save mine too").tap()  # the nurse entered a minute ago
    expect(form.locator("body")).to_contain_text("Saved: assessment of")
    assert Assessment.objects.latest("id").recorded_by == physician


def test_a_refused_save_is_explained_beside_the_button_and_loses_nothing(
    form: Page, nurse: User
) -> None:
    type_in(form, "temperature_c", "38.9")
    expect(crs(form)).to_contain_text("at least grade 1")
    form.context.clear_cookies(name="csrftoken")
    form.locator("#save").tap()
    refusal = form.locator("#nothing-saved")
    expect(refusal).to_contain_text("opened before the last sign-in")
    expect(form.locator("#stale-banner")).to_be_hidden()
    expect(form.locator('[name="temperature_c"]')).to_have_value("38.9")
    form.locator("#save").tap()
    expect(form.locator("body")).to_contain_text("Saved: assessment of")


def _lose_the_answer(route: Any) -> None:
    route.fetch()
    route.abort()


def test_a_save_whose_answer_was_lost_exists_once(form: Page, fresh_course: Course) -> None:
    type_in(form, "temperature_c", "38.9")
    expect(crs(form)).to_contain_text("at least grade 1")
    form.route("**/assessments/new/", _lose_the_answer)
    form.locator("#save").tap()
    expect(form.locator("#not-saved")).to_be_visible()
    expect(form.locator("#not-saved")).to_contain_text(
        "Not known whether it was saved. Tap “Save” again: it is stored once."
    )
    form.unroute("**/assessments/new/")  # it waits, and is sent again by itself
    expect(form.locator("body")).to_contain_text("Saved: assessment of")
    assert Assessment.objects.filter(course=fresh_course).count() == 2


def test_grades_that_a_failing_proxy_kept_from_following_say_so(form: Page) -> None:
    form.route("**/assessments/preview/", lambda route: route.fulfill(status=502, body="down"))
    type_in(form, "temperature_c", "38.9")
    expect(form.locator("#preview-old")).to_be_visible()
    form.unroute("**/assessments/preview/")
    type_in(form, "heart_rate", "104")
    expect(crs(form)).to_contain_text("at least grade 1")
    expect(form.locator("#preview-old")).to_be_hidden()


def test_a_failure_without_a_script_brings_back_what_was_typed(
    browser: Browser,
    live_server: Any,
    fresh_course: Course,
    form: Page,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    state = form.context.storage_state()
    context = browser.new_context(java_script_enabled=False, storage_state=state)
    page = context.new_page()
    page.goto(live_server.url + path_of("assessment_new", fresh_course))
    page.locator('[name="temperature_c"]').fill("38.9")
    with monkeypatch.context() as patch:
        patch.setattr(submit, "go_to_chart", _lose_the_database)
        page.locator("#save").click()
        expect(page.locator("main")).to_contain_text("Not known whether it was saved.")
    expect(page.locator("#typed")).to_contain_text("38.9")
    page.get_by_role("button", name="Save again").click()
    expect(page.locator("body")).to_contain_text("Saved: assessment of")
    assert Assessment.objects.filter(course=fresh_course).count() == 2
    context.close()


def _lose_the_database(*_args: Any, **_kwargs: Any) -> None:
    raise OperationalError("server closed the connection unexpectedly")


def test_the_form_works_without_a_script(
    browser: Browser, live_server: Any, fresh_course: Course, form: Page
) -> None:
    context = browser.new_context(
        java_script_enabled=False, storage_state=form.context.storage_state()
    )
    page = context.new_page()
    page.goto(live_server.url + path_of("assessment_new", fresh_course))
    last = page.locator(".measure:has(#id_temperature_c) .field__last")
    expect(last).to_contain_text(re.compile(r"37\.1 · at (\d\d \w{3} )?\d\d:\d\d"))
    expect(page.get_by_role("group", name="Already escalated at the time?")).to_be_visible()
    page.locator('[name="temperature_c"]').fill("98.6")
    page.locator("#save").click()
    page.get_by_role("button", name="looks like °F: 37.0 °C?").click()
    expect(page.locator('[name="temperature_c"]')).to_have_value("37.0")
    page.get_by_role("button", name="all ten correct").click()
    page.locator("#save").click()
    expect(page.locator("body")).to_contain_text("Saved: assessment of")
    row = Assessment.objects.latest("id")
    assert (row.temperature_c, row.ice is not None, row.vasopressors) == (37, True, None)
    context.close()


# Short forms


@pytest.fixture
def tablet(page: Page, nurse: User, sign_in_page: Callable[[User], Page]) -> Page:
    """The nurse's tablet, signed in."""
    sign_in_page(nurse)
    return page


def test_tocilizumab_takes_three_taps(
    tablet: Page, live_server: Any, fresh_course: Course, heard: list[str]
) -> None:
    page = tablet
    page.goto(live_server.url + path_of("dose_new", fresh_course))
    tap(page, "agent", "tocilizumab")
    page.get_by_role("button", name="tocilizumab 576 mg IV").tap()
    page.locator("#save").tap()
    expect(page.locator("body")).to_contain_text("Saved: tocilizumab 576 mg IV")
    assert Dose.objects.get().amount == 576
    assert heard == []


def test_a_run_is_started_changed_and_stopped_from_the_chart_in_two_taps_each(
    tablet: Page, live_server: Any, fresh_course: Course, heard: list[str]
) -> None:
    """The number pad opens at the rate: it is typed without a tap. Two quick taps save once."""
    page = tablet
    page.goto(live_server.url + path_of("chart", fresh_course))
    runs = page.locator("#chart-runs")
    for button, typed, after in (
        ("Start norepinephrine", "0.05", "0.05 mcg/kg/min IV"),
        ("new rate of norepinephrine", "0,08", "0.08 mcg/kg/min IV"),
        ("stop norepinephrine", "", ""),
    ):
        runs.get_by_role("link", name=button).tap()
        expect(page.locator("#save")).to_be_visible()
        if typed:
            expect(page.locator("#id_amount")).to_be_focused()
            page.keyboard.type(typed)
        if "new rate" in button:
            axe_results = Axe().run(page)
            assert axe_results.violations_count == 0, axe_results.generate_report()
            page.locator("#save").dblclick()
        else:
            page.locator("#save").tap()
        expect(page.locator("body")).to_contain_text("Saved: norepinephrine")
        if after:
            expect(runs.locator(".run")).to_contain_text(after)
        else:
            expect(runs.locator(".run")).to_have_count(0)
    first, second = Dose.objects.order_by("pk")
    assert (first.amount, second.amount) == (Decimal("0.05"), Decimal("0.08"))
    assert first.ended_at == second.given_at
    assert second.ended_at is not None
    assert heard == []


def test_another_drugs_button_takes_its_unit_along(
    tablet: Page, live_server: Any, fresh_course: Course
) -> None:
    page = tablet
    page.goto(live_server.url + path_of("dose_new", fresh_course))
    unit = page.locator("#id_unit")
    for agent, brought in (
        ("norepinephrine", "mcg/kg/min"),
        ("vasopressin", "units/min"),
        ("dexamethasone", ""),
    ):
        tap(page, "agent", agent)
        expect(unit).to_have_value(brought)
    unit.select_option("mg")
    tap(page, "agent", "vasopressin")
    expect(unit).to_have_value("mg")
    page.get_by_role("button", name="vasopressin units/min IV").tap()
    expect(page.locator("#id_amount")).to_be_focused()


def test_a_brand_is_found_and_taken_by_the_keyboard_alone(
    tablet: Page, live_server: Any, fresh_course: Course
) -> None:
    page = tablet
    page.goto(live_server.url + path_of("dose_new", fresh_course))
    page.locator('[name="another_agent"]').focus()
    page.keyboard.type("avto")
    expect(page.get_by_role("button", name="Avtozma (tocilizumab)")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Avtozma is tocilizumab (anti-cytokine drug).")).to_be_visible()
    page.locator("#save").press("Enter")
    expect(page.locator("body")).to_contain_text("Saved: tocilizumab")
    assert Dose.objects.get().agent == "tocilizumab"


def test_laboratory_results_show_their_conversion_before_saving(
    tablet: Page, live_server: Any, fresh_course: Course
) -> None:
    page = tablet
    page.goto(live_server.url + path_of("lab_new", fresh_course))
    page.locator('[name="crp_value"]').fill("9,5")
    page.locator('[name="crp_unit"]').select_option("mg/dL")
    expect(page.get_by_text("9.5 mg/dL = 95 mg/L")).to_be_visible()
    page.locator("#save").tap()
    expect(page.locator("body")).to_contain_text("Saved: CRP 9.5 mg/dL")
    assert LabResult.objects.get().canonical_value == 95


@pytest.mark.sqlite_enough
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_where_somebody_was_first(
    tablet: Page, live_server: Any, fresh_course: Course, nurse: User, scheme: Any
) -> None:
    page = tablet
    assessment = fresh_course.assessments.get()
    page.emulate_media(color_scheme=scheme)
    page.goto(live_server.url + path_of("assessment_correct", fresh_course, row_uid=assessment.uid))
    first = _quiet(fresh_course)
    first.replaces, first.temperature_c = assessment, Decimal("38.2")
    door.enter(fresh_course, [first], by=nurse)
    page.locator('[name="temperature_c"]').fill("38.9")
    page.locator("#save").tap()
    expect(page.locator("#entry")).to_contain_text("Not saved: this entry has changed")
    axe_results = Axe().run(page)
    assert axe_results.violations_count == 0, axe_results.generate_report()
    page.get_by_role("button", name="Take my values into a correction of it").tap()
    expect(page.locator('[name="temperature_c"]')).to_have_value("38.9")
    page.locator("#save").tap()
    expect(page.locator("body")).to_contain_text("Saved: assessment of")


def test_with_a_mouse_the_temperature_can_be_typed_at_once(
    page: Page,
    live_server: Any,
    browser: Browser,
    fresh_course: Course,
    nurse: User,
    sign_in_page: Callable[[User], Page],
) -> None:
    """On a tablet the keyboard stays down until a field is tapped."""
    sign_in_page(nurse)
    address = live_server.url + path_of("assessment_new", fresh_course)
    page.goto(address)
    expect(page.locator("#preview")).to_contain_text("not assessed")
    expect(page.locator("#id_temperature_c")).not_to_be_focused()
    desk = browser.new_context(storage_state=page.context.storage_state(), has_touch=False)
    shared_pc = desk.new_page()
    shared_pc.goto(address)
    expect(shared_pc.locator("#id_temperature_c")).to_be_focused()
    desk.close()


def test_what_is_said_about_a_field_moves_no_field_beside_it(form: Page) -> None:
    fields = [form.locator(f"#id_{name}_mmhg") for name in ("systolic", "diastolic")]
    fields.append(form.locator("#id_temperature_c"))

    def places() -> list[Any]:
        return [field.bounding_box() for field in fields]

    before = places()
    fields[0].fill("64")
    fields[1].fill("112")
    expect(form.locator("#id_diastolic_mmhg_error")).to_contain_text("not below systolic")
    assert places() == before
