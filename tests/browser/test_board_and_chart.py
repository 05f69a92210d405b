"""Board and chart in a real browser: live without moving, drawn without a console message."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from patients import door
from patients.models import Assessment, Course, Dose, LabResult, Patient, User, Ward
from patients.words import wording
from tests.browser.looking import SCHEMES
from tests.storing import AssessmentAt, stored

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

SIZES = {"desk": (1366, 768), "tablet": (820, 1180)}
SICK = {
    "temperature_c": Decimal("38.9"),
    "hypotension": True,
    "systolic_mmhg": Decimal(88),
    "diastolic_mmhg": Decimal(52),
    "vasopressors": ["norepinephrine"],
}


@pytest.fixture
def admit(ward: Ward) -> Callable[[str, str], Course]:
    """A patient three days after the infusion, by family name and bed."""

    def admit(name: str, bed: str) -> Course:
        patient = stored(Patient(mrn=f"M-{name}"[:40], family_name=name, given_name="Test"))
        return stored(
            Course(
                patient=patient,
                ward=ward,
                bed=bed,
                product="axicabtagene ciloleucel",
                infused_at=timezone.now() - timedelta(days=3),
                opened_at=timezone.now() - timedelta(days=3),
                weight_kg=Decimal(72),
            )
        )

    return admit


@pytest.fixture
def look(well: dict[str, Any]) -> AssessmentAt:
    """An assessment so many hours ago."""

    def look(hours_ago: float, **findings: Any) -> Assessment:
        at = timezone.now() - timedelta(hours=hours_ago)
        return Assessment(observed_at=at, **(well | findings))

    return look


def test_a_chart_that_is_no_longer_theirs_leaves_the_screen(
    page: Page, live_server: Any, ill: Course, nurse: User, sign_in_page: Any
) -> None:
    sign_in_page(nurse)
    page.goto(live_server.url + reverse("chart", args=[ill.uid]))
    expect(page.locator("#chart-headline")).to_be_visible()
    nurse.memberships.all().delete()
    page.evaluate("htmx.trigger('#chart-poll', 'chart:poll')")
    expect(page.locator("#chart-headline")).to_have_count(0)
    expect(page.locator("body")).not_to_contain_text(ill.patient.family_name.upper())
    expect(page.locator("body")).not_to_contain_text("Nothing was changed")


@pytest.fixture
def ill(admit: Any, look: Any, nurse: User) -> Course:
    """CRS 3 with everything that the chart can show."""
    course = admit("Ill", "4")
    now = timezone.now()
    mistake = look(30)
    door.enter(
        course,
        [
            look(60),
            mistake,
            look(24, temperature_c=Decimal("38.6"), icp=None),
            look(12, hypotension=True, temperature_c=None, vasopressors=None),
            look(1, **SICK),
            Dose(given_at=now - timedelta(hours=20), agent="tocilizumab", amount=Decimal(576)),
            Dose(given_at=now - timedelta(hours=2), agent="norepinephrine"),
            LabResult(
                collected_at=now - timedelta(hours=9),
                analyte="ferritin",
                value=Decimal(40000),
                comparator=">",
                unit="ng/mL",
            ),
        ],
        by=nurse,
    )
    door.strike_out(mistake, by=nurse, reason="wrong patient")
    return course


@pytest.fixture
def heard(page: Page) -> list[str]:
    """Everything that should not happen: console messages, errors, requests to other hosts."""
    heard: list[str] = []
    page.on("console", lambda message: heard.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: heard.append(f"error: {error}"))
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith(("http://localhost", "http://127.0.0.1", "data:", "blob:"))
            else heard.append(f"other host: {request.url}")
        ),
    )
    return heard


@pytest.fixture
def open_as(sign_in_page: Any, live_server: Any, heard: list[str]) -> Callable[..., Page]:
    """Open a page by the name of its URL, signed in."""

    def open_as(user: User, name: str, **kwargs: Any) -> Page:
        page: Page = sign_in_page(user)
        page.goto(live_server.url + reverse(name, kwargs=kwargs or None))
        return page

    return open_as


@pytest.fixture
def without_script(
    browser: Any, live_server: Any, client: Any, settings: Any
) -> Iterator[Callable[[User], Page]]:
    """A page of somebody signed in whose browser runs no script."""
    context = browser.new_context(java_script_enabled=False)

    def without_script(user: User) -> Page:
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[1])
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        page: Page = context.new_page()
        return page

    yield without_script
    context.close()


def ask_now(page: Page) -> None:
    """Coming back to the page asks at once instead of after 15 s."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def names(page: Page) -> list[str]:
    return page.locator("#board-lines .board__link").all_inner_texts()


def test_a_grade_rises_on_the_open_board_and_the_order_waits_for_the_reader(
    open_as: Any, admit: Any, look: Any, nurse: User, heard: list[str]
) -> None:
    first, second = admit("Alpha", "1"), admit("Beta", "2")
    door.enter(first, [look(2, temperature_c=Decimal("38.4"))], by=nurse)
    door.enter(second, [look(2)], by=nurse)
    page = open_as(nurse, "board")
    assert names(page) == ["ALPHA, Test", "BETA, Test"]

    door.enter(second, [look(0.1, **SICK)], by=nurse)
    ask_now(page)

    line = page.locator(f"#line-{second.uid}")
    expect(line.get_by_text("CRS grade 3 (ASTCT 2019)")).to_have_count(1)
    assert names(page) == ["ALPHA, Test", "BETA, Test"]
    page.get_by_role("button", name="Re-sort (1 changed)").click()
    assert names(page) == ["BETA, Test", "ALPHA, Test"]
    expect(page.locator("#board-resort")).to_be_hidden()
    expect(page.locator("#board-live-text")).to_contain_text("live ")
    assert heard == []


def test_the_focus_stays_where_it_was_when_a_row_changes(
    open_as: Any, admit: Any, look: Any, nurse: User
) -> None:
    course = admit("Alpha", "1")
    page = open_as(nurse, "board")
    page.locator(".board__link").focus()
    door.enter(course, [look(0.1, **SICK)], by=nurse)
    ask_now(page)
    expect(page.get_by_text("CRS grade 3 (ASTCT 2019)")).to_have_count(1)
    expect(page.locator(".board__link")).to_be_focused()


SPANS = {
    timedelta(seconds=59): "0:00",
    timedelta(minutes=1): "0:01",
    timedelta(minutes=59, seconds=59): "0:59",
    timedelta(hours=1): "1:00",
    timedelta(hours=2, minutes=5): "2:05",
    timedelta(hours=23, minutes=59): "23:59",
    timedelta(days=1): "1 d 0 h",
    timedelta(days=12, hours=23, minutes=59): "12 d 23 h",
}
"""Spans of time, and in words how long something is overdue by each."""


def test_the_script_writes_a_span_as_the_server_does(
    open_as: Any, nurse: User, heard: list[str]
) -> None:
    page = open_as(nurse, "board")
    written = page.evaluate(
        """async (spans) => {
            const { duration, overdue } = await import("/static/js/times.js");
            return spans.map((ms) => [duration(ms), overdue(ms)]);
        }""",
        [span // timedelta(milliseconds=1) for span in SPANS],
    )
    assert written == [[wording.duration(span), words] for span, words in SPANS.items()]
    assert heard == []


def test_ages_on_the_board_are_written_by_the_script(
    open_as: Any, admit: Any, look: Any, nurse: User
) -> None:
    course = admit("Alpha", "1")
    given_at = timezone.now() - timedelta(hours=2, minutes=5, seconds=20)
    dose = Dose(given_at=given_at, agent="dexamethasone", amount=Decimal(10), unit="mg")
    door.enter(course, [look(13.705), dose], by=nurse)  # due after 12 h
    page = open_as(nurse, "board")
    line = page.locator(f"#line-{course.uid}")
    expect(line.locator(".board__vitals .board__when")).to_contain_text("· 13 h 42 ago")
    expect(line.locator(".board__next")).to_contain_text("vitals 1:42 over")
    expect(line.locator(".board__given")).to_contain_text("dexamethasone 10 mg, 2 h 05 ago")


def test_without_a_script_the_board_shows_times_of_day(
    without_script: Any, live_server: Any, admit: Any, look: Any, nurse: User
) -> None:
    course = admit("Alpha", "1")
    door.enter(course, [look(13.7)], by=nurse)
    page = without_script(nurse)
    page.goto(live_server.url + reverse("board"))
    line = page.locator(f"#line-{course.uid}")
    expect(line.locator(".board__vitals .board__when")).to_have_text(re.compile(r"\d\d:\d\d$"))
    expect(line.locator(".board__next")).to_contain_text(
        re.compile(r"vitals overdue since (\w{3} )?\d\d:\d\d")
    )
    expect(line).not_to_contain_text("ago")


@pytest.mark.parametrize("name", ["board", "chart"])
def test_a_page_without_answers_says_so_until_one_comes(
    open_as: Any, ill: Course, nurse: User, name: str
) -> None:
    page = open_as(nurse, name, **({"uid": ill.uid} if name == "chart" else {}))
    page.clock.install()
    page.reload()
    asked = {"board": "**/board/rows/**", "chart": "**/?token=*"}[name]
    page.route(asked, lambda route: route.abort())
    page.clock.run_for(55_000)
    expect(page.locator("#stale-banner")).to_be_hidden()
    page.clock.run_for(15_000)
    expect(page.locator("#stale-banner")).to_be_visible()
    expect(page.locator("#stale-banner")).to_contain_text("Not up to date")
    if name == "board":
        expect(page.locator("#board-live-text")).to_contain_text("not live since")

    page.unroute(asked)
    page.clock.run_for(15_000)
    expect(page.locator("#stale-banner")).to_be_hidden()
    if name == "board":
        expect(page.locator("#board-live")).to_have_attribute("data-state", "live")


def test_the_end_of_the_session_leads_to_the_sign_in(
    open_as: Any, admit: Any, nurse: User, live_server: Any
) -> None:
    admit("Alpha", "1")
    page = open_as(nurse, "board")
    page.context.clear_cookies()
    ask_now(page)
    page.wait_for_url("**/accounts/login/?next=%2F")


@pytest.mark.sqlite_enough
def test_the_timeline_is_drawn_without_a_message_and_redrawn_in_the_chosen_range(
    open_as: Any, ill: Course, look: Any, nurse: User, physician: User, heard: list[str]
) -> None:
    page = open_as(physician, "chart", uid=ill.uid)
    plot = page.locator("#timeline-plot")
    expect(plot).to_have_attribute("data-drawn", "true")
    expect(plot.locator(".xtick").filter(has_text="Day +2")).to_have_count(1)
    page.get_by_role("button", name="48 h").click()
    page.get_by_text("why").first.click()

    door.enter(
        ill, [look(0.1, **(SICK | {"vasopressors": ["norepinephrine", "epinephrine"]}))], by=nurse
    )
    ask_now(page)

    expect(page.locator("#headline-crs_astct_2019")).to_contain_text("CRS grade 4 (ASTCT 2019)")
    newest = page.locator("#chart-timeline").get_attribute("data-version")
    expect(plot).to_have_attribute("data-version", str(newest))
    assert page.evaluate("() => document.getElementById('timeline-plot').data[0].y.at(-1)") == 4
    expect(page.get_by_role("button", name="48 h")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#why-crs_astct_2019")).to_have_attribute("open", "")
    shown = page.evaluate(
        "() => { const r = document.getElementById('timeline-plot').layout.xaxis.range;"
        " return (Date.parse(r[1]) - Date.parse(r[0])) / 3600000 }"
    )
    assert shown == pytest.approx(48, abs=0.1)
    assert heard == []


@pytest.mark.sqlite_enough
def test_a_drug_named_like_a_link_is_text_in_the_timeline(
    open_as: Any, ill: Course, nurse: User
) -> None:
    named = "<a href=//x.org>y</a>"
    door.enter(ill, [Dose(given_at=ill.infused_at, agent=named)], by=nurse)
    page = open_as(nurse, "chart", uid=ill.uid)
    plot = page.locator("#timeline-plot")
    expect(plot).to_have_attribute("data-drawn", "true")
    expect(plot).to_contain_text(f"{named[:18]}…")
    page.evaluate(
        "() => { const plot = document.getElementById('timeline-plot');"
        " const at = plot.data.findIndex((trace) => trace.name === 'dose');"
        " Plotly.Fx.hover(plot, [{ curveNumber: at, pointNumber: 0 }], 'x' + plot.data[at].yaxis) }"
    )
    expect(plot.locator(".hoverlayer")).to_contain_text(named)
    expect(plot.locator("a")).to_have_count(0)


@pytest.mark.sqlite_enough
def test_a_timeline_that_does_not_load_says_so_and_comes_with_the_next_answer(
    open_as: Any, ill: Course, look: Any, nurse: User, physician: User
) -> None:
    page = open_as(physician, "board")
    page.route("**/timeline.json", lambda route: route.abort())
    page.goto(page.url.rstrip("/") + reverse("chart", kwargs={"uid": ill.uid}))
    expect(page.locator("#timeline-lost")).to_be_visible()
    page.unroute("**/timeline.json")
    door.enter(ill, [look(0.1, **SICK)], by=nurse)
    ask_now(page)
    expect(page.locator("#timeline-plot")).to_have_attribute("data-drawn", "true")
    expect(page.locator("#timeline-lost")).to_be_hidden()


@pytest.mark.sqlite_enough
@pytest.mark.parametrize("size", SIZES)
def test_a_long_name_of_a_drug_is_whole_in_the_table_of_the_timeline(
    open_as: Any, ill: Course, nurse: User, page: Page, size: str
) -> None:
    at = timezone.now() - timedelta(days=6)
    door.enter(
        ill,
        [Dose(given_at=at, agent="cyclophosphamide", amount=Decimal(500), unit="mg/m2")],
        by=nurse,
    )
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    open_as(nurse, "chart", uid=ill.uid)
    page.get_by_text("the same as a table").click()
    frame = page.get_by_role("region", name="Timeline as a table")
    assert frame.evaluate("(frame) => frame.scrollWidth - frame.clientWidth") == 0


@pytest.mark.sqlite_enough
def test_ferritin_can_be_read_linear(open_as: Any, ill: Course, physician: User) -> None:
    page = open_as(physician, "chart", uid=ill.uid)
    page.get_by_role("button", name="ferritin linear").click()
    kind = page.evaluate(
        "() => { const p = document.getElementById('timeline-plot');"
        " return p.layout[p.layout.meta.ferritin_axis].type }"
    )
    assert kind == "linear"


@pytest.mark.sqlite_enough
def test_the_chart_follows_the_dark_scheme(open_as: Any, ill: Course, physician: User) -> None:
    page = open_as(physician, "chart", uid=ill.uid)
    expect(page.locator("#timeline-plot")).to_have_attribute("data-drawn", "true")
    paper = "() => document.getElementById('timeline-plot').layout.paper_bgcolor"
    assert page.evaluate(paper) == "#ffffff"
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(200)
    assert page.evaluate(paper) == "#182027"


@pytest.mark.sqlite_enough
def test_grades_reasons_and_values_are_there_before_any_script(
    without_script: Any, live_server: Any, ill: Course, physician: User
) -> None:
    page = without_script(physician)
    page.goto(live_server.url + reverse("chart", kwargs={"uid": ill.uid}))
    expect(page.locator("#headline-crs_astct_2019")).to_contain_text("norepinephrine")
    page.get_by_text("the same as a table").click()
    expect(page.locator("#timeline-table table")).to_be_visible()
    expect(page.locator("#timeline-table")).to_contain_text("Ferritin > 40,000 ng/mL")


@pytest.mark.sqlite_enough
@pytest.mark.parametrize("size", SIZES)
def test_what_is_pressed_is_large_enough_for_a_finger_or_a_mouse(
    open_as: Any, ill: Course, nurse: User, page: Page, size: str
) -> None:
    width, height = SIZES[size]
    least = {"desk": 36, "tablet": 44}[size]
    page.set_viewport_size({"width": width, "height": height})
    for name, kwargs in (("board", {}), ("chart", {"uid": ill.uid})):
        open_as(nurse, name, **kwargs)
        page.wait_for_load_state("networkidle")  # the panels come after the page
        heights = page.locator("button:visible, a.button:visible").evaluate_all(
            "all => all.map((one) => [one.innerText, one.getBoundingClientRect().height])"
        )
        assert heights
        assert [button for button in heights if button[1] < least] == []


@pytest.mark.sqlite_enough
def test_at_least_seven_patients_are_seen_at_once_on_a_desk(
    open_as: Any, admit: Any, look: Any, nurse: User, page: Page
) -> None:
    now = timezone.now()
    for bed in range(12):
        door.enter(
            admit(f"Ill{bed}", str(bed)),
            [
                look(12),
                look(1, **SICK, oxygen_device="mechanical_ventilation"),
                Dose(given_at=now - timedelta(hours=2), agent="tocilizumab", amount=Decimal(576)),
            ],
            by=nurse,
        )
    width, height = SIZES["desk"]
    page.set_viewport_size({"width": width, "height": height})
    open_as(nurse, "board")
    boxes = [line.bounding_box() for line in page.locator("#board-lines > tr").all()]
    assert sum(box["y"] + box["height"] <= height for box in boxes if box) >= 7


@pytest.mark.sqlite_enough
def test_a_badge_on_the_tablet_says_which_system_it_grades(
    open_as: Any, ill: Course, nurse: User, page: Page
) -> None:
    page.set_viewport_size({"width": 820, "height": 1180})
    open_as(nurse, "board")
    for name in ("CRS", "ICANS"):
        expect(page.locator("#board-lines .board__system", has_text=name)).to_be_visible()


@pytest.mark.sqlite_enough
def test_who_was_never_assessed_is_shown_beside_the_day_on_the_tablet(
    open_as: Any, admit: Any, nurse: User, page: Page
) -> None:
    course = admit("Alpha", "1")
    page.set_viewport_size({"width": 820, "height": 1180})
    open_as(nurse, "board")
    line = page.locator(f"#line-{course.uid}")
    words = line.locator(".board__next .overdue").first
    expect(words).to_contain_text("never assessed, infused 3 d 0 h ago")
    left = words.evaluate("(one) => one.getBoundingClientRect().left")
    right = line.locator(".board__day").evaluate(
        "(day) => { const range = document.createRange(); range.selectNodeContents(day);"
        " return range.getBoundingClientRect().right }"
    )
    assert left >= right


@pytest.mark.sqlite_enough
def test_the_systems_stay_named_above_a_long_board(
    open_as: Any, admit: Any, nurse: User, page: Page
) -> None:
    for bed in range(20):
        admit(f"Name{bed}", str(bed))
    page.set_viewport_size({"width": 1366, "height": 768})
    open_as(nurse, "board")
    page.locator("#board-lines > tr").last.scroll_into_view_if_needed()
    expect(page.get_by_role("columnheader", name="ICANS")).to_be_in_viewport()


@pytest.mark.sqlite_enough
@pytest.mark.parametrize("size", SIZES)
def test_the_buttons_of_a_patient_with_a_long_name_stay_on_one_line(
    open_as: Any, admit: Any, nurse: User, page: Page, size: str
) -> None:
    course = admit("von und zu Hohenstein-Wittgenstein-Berleburg", "4")
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    open_as(nurse, "chart", uid=course.uid)
    tops = page.locator(".identity__actions > *").evaluate_all(
        "all => all.map((one) => Math.round(one.getBoundingClientRect().top))"
    )
    assert len(tops) == 6
    assert len(set(tops)) == 1
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width


@pytest.mark.sqlite_enough
@pytest.mark.parametrize("size", SIZES)
def test_the_header_leads_to_the_products_on_one_line(
    open_as: Any, ill: Course, nurse: User, page: Page, size: str
) -> None:
    nurse.first_name, nurse.last_name = "Bernadette", "Castellanos"
    nurse.save()
    ill.ward.name = "Children 12"
    door.save_ward(ill.ward)
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    open_as(nurse, "chart", uid=ill.uid)
    links = page.get_by_role("navigation", name="Cartox")
    expect(links.get_by_role("link", name="Products")).to_be_visible()
    expect(page.get_by_role("button", name="Find")).to_be_visible()
    header = page.locator(".site-header").bounding_box()
    assert header is not None
    assert header["height"] < 80
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width


@pytest.mark.sqlite_enough
def test_a_press_on_the_reason_opens_the_chart(open_as: Any, ill: Course, nurse: User) -> None:
    page = open_as(nurse, "board")
    page.locator(".board__why").first.click()
    page.wait_for_url(f"**/courses/{ill.uid}/")


@pytest.mark.sqlite_enough
def test_grades_what_was_given_and_what_follows_are_seen_without_scrolling(
    open_as: Any, ill: Course, nurse: User, page: Page
) -> None:
    page.set_viewport_size({"width": 1366, "height": 768})
    open_as(nurse, "chart", uid=ill.uid)
    expect(page.locator("#chart-headline")).to_be_in_viewport(ratio=1)
    for part in (".step__ledger", "#step-column-exclude_first", "#step-column-now"):
        expect(page.locator(part)).to_be_in_viewport(ratio=1)


@pytest.mark.sqlite_enough
def test_the_timeline_shows_grades_doses_and_ferritin_at_once(
    open_as: Any, ill: Course, nurse: User, page: Page
) -> None:
    page.set_viewport_size({"width": 1366, "height": 768})
    open_as(nurse, "chart", uid=ill.uid)
    expect(page.locator("#timeline-plot")).to_have_attribute("data-drawn", "true")
    page.locator("#chart-timeline").evaluate("part => part.scrollIntoView()")
    for title in ("CRS (ASTCT 2019)", "ICANS (ASTCT 2019)", "Doses", "Ferritin ng/mL"):
        expect(page.locator("#timeline-plot .annotation", has_text=title).last).to_be_in_viewport()


@pytest.mark.sqlite_enough
@pytest.mark.parametrize("size", SIZES)
def test_the_step_comes_first_and_what_was_given_before_the_entries(
    open_as: Any, ill: Course, nurse: User, page: Page, size: str
) -> None:
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    open_as(nurse, "chart", uid=ill.uid)
    page.wait_for_load_state("networkidle")  # the panels come after the page
    parts = ("timeline", "beside", "doses", "events", "entries", "panels", "labs")
    boxes = {part: page.locator(f"#chart-{part}").bounding_box() for part in ("step", *parts)}
    visible_boxes = {part: box for part, box in boxes.items() if box}
    assert list(visible_boxes) == ["step", *parts]
    tops = [visible_boxes[part]["y"] for part in parts]
    assert tops == sorted(tops)
    step, timeline = visible_boxes["step"], visible_boxes["timeline"]
    assert step["y"] + step["height"] < timeline["y"]
    assert (
        step["height"]
        < page.viewport_size["height"] - page.locator("#identity").bounding_box()["height"]
    )


@pytest.mark.sqlite_enough
def test_on_paper_the_strip_heads_every_sheet_and_nothing_is_folded_or_too_wide(
    open_as: Any, ill: Course, look: Any, nurse: User, page: Page
) -> None:
    door.enter(ill, [look(hours) for hours in range(20, 40)], by=nurse)
    open_as(nurse, "chart", uid=ill.uid)
    expect(page.locator("#timeline-plot")).to_have_attribute("data-drawn", "true")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 703, "height": 1000})  # A4 within 12 mm
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    strip = "getComputedStyle(document.getElementById('identity')).display"
    assert page.evaluate(strip) == "table-header-group"
    expect(page.locator("#older-entries table")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 703
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(page.locator("#older-entries")).not_to_have_attribute("open", "")


LONG_PANEL = (
    ("crp", 313, "mg/L"),
    ("ldh", 366, "U/L"),
    ("platelets", 47, "10*9/L"),
    ("anc", 1, "10*9/L"),
    ("hemoglobin", 9, "g/dL"),
    ("fibrinogen", 131, "mg/dL"),
    ("creatinine", 1, "mg/dL"),
    ("bilirubin_total", 2, "mg/dL"),
    ("ast", 397, "U/L"),
    ("alt", 339, "U/L"),
    ("triglycerides", 308, "mg/dL"),
)


def long_panel() -> list[LabResult]:
    """More analytes than a tablet or a sheet is wide."""
    at = timezone.now() - timedelta(hours=5)
    return [
        LabResult(collected_at=at, analyte=analyte, value=Decimal(value), unit=unit)
        for analyte, value, unit in LONG_PANEL
    ]


@pytest.mark.sqlite_enough
@pytest.mark.parametrize(("sheet", "width"), [("A4", 703), ("Letter", 725)])
def test_on_paper_the_timeline_takes_the_width_of_the_sheet_beside_a_long_panel(
    open_as: Any, ill: Course, nurse: User, page: Page, sheet: str, width: int
) -> None:
    door.enter(ill, long_panel(), by=nurse)
    page.set_viewport_size({"width": 1366, "height": 768})
    open_as(nurse, "chart", uid=ill.uid)
    expect(page.locator("#timeline-plot")).to_have_attribute("data-drawn", "true")
    page.wait_for_load_state("networkidle")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": width, "height": 1000})
    drawn = page.locator("#timeline-plot .main-svg").first.bounding_box()
    assert drawn is not None
    assert 0.93 * width <= drawn["width"] <= width
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.sqlite_enough
def test_a_long_panel_on_the_tablet_is_scrolled_by_keys_and_hides_no_digit_under_a_column(
    open_as: Any, ill: Course, nurse: User, page: Page
) -> None:
    door.enter(ill, long_panel(), by=nurse)
    page.set_viewport_size({"width": 820, "height": 1180})
    open_as(nurse, "chart", uid=ill.uid)
    page.wait_for_load_state("networkidle")  # the panels come after the page
    frame = page.get_by_role("region", name="Newest laboratory values")
    frame.scroll_into_view_if_needed()
    covered = """(frame) => {
        const { right } = frame.getBoundingClientRect();
        return [...frame.querySelectorAll("td.number span")].filter((value) => {
            const box = value.getBoundingClientRect();
            if (box.right > right) return false;
            return !value.contains(document.elementFromPoint(box.right - 2, box.top + 9));
        }).length;
    }"""
    assert frame.evaluate(covered) == 0
    frame.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("(frame) => frame.scrollLeft > 0", arg=frame.element_handle())
    expect(frame.get_by_role("columnheader", name="Time")).to_be_in_viewport(ratio=1)


@pytest.mark.sqlite_enough
def test_the_focused_cell_of_the_matrix_shows_why_and_the_arrows_move_it(
    open_as: Any, ill: Course, physician: User, heard: list[str]
) -> None:
    page = open_as(physician, "compare", uid=ill.uid)
    cells = page.locator('tr:has(th:has-text("CRS by ASTCT 2019")) [data-cell]')
    page.locator(".matrix [data-cell]").first.focus()
    shown = page.locator(".matrix-detail__cell:visible")
    expect(shown).to_have_count(1)
    expect(shown).to_contain_text("one vasopressor: norepinephrine")
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-cell]:focus")).to_have_count(1)
    expect(cells.nth(1)).to_be_focused()
    expect(shown).to_have_count(1)
    expect(shown).not_to_contain_text("norepinephrine")
    page.keyboard.press("ArrowDown")
    expect(shown).to_have_count(1)
    expect(page.locator("[data-cell]:focus")).to_have_count(1)
    expect(cells.nth(1)).not_to_be_focused()
    cells.first.click()
    expect(shown).to_contain_text("one vasopressor: norepinephrine")
    assert page.locator('[data-cell][tabindex="0"], [data-cell]:not([tabindex])').count() == 1
    assert heard == []


@pytest.mark.sqlite_enough
def test_axe_finds_nothing_on_a_chart_and_a_board_with_all_that_opens(
    open_as: Any, ill: Course, nurse: User, page: Page
) -> None:
    """Pages as they come are looked at by `test_every_page.py`."""

    def judged() -> None:
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            axe_results = Axe().run(page)
            assert axe_results.violations_count == 0, axe_results.generate_report()

    open_as(nurse, "board")
    page.get_by_label("Find a patient by name, MRN or bed").fill("nobody")
    page.get_by_role("button", name="Find").click()
    judged()
    open_as(nurse, "compare", uid=ill.uid)
    page.locator("[data-cell]").first.focus()
    judged()
    open_as(nurse, "chart", uid=ill.uid)
    expect(page.locator("#timeline-plot")).to_have_attribute("data-drawn", "true")
    for summary in page.locator("main summary:visible").all():
        summary.click()
    for menu in ("#patient-menu", "#user-menu"):  # one at a time: an open one covers the next
        page.locator(f"{menu} > summary").click()
    judged()
