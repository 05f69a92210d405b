"""How many taps and keys the usual sets take, counted by a hand that does nothing else.

A tap is a touch of the tablet. A key is one that is pressed on its keyboard. The limits are those
that the ward was promised.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect

from patients import door
from patients.models import Assessment, Course, Patient, User, Ward
from tests.storing import stored

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TABLET = {"width": 820, "height": 1180}
SET = {
    "temperature_c": "36.8",
    "systolic_mmhg": "118",
    "diastolic_mmhg": "74",
    "heart_rate": "88",
    "respiratory_rate": "16",
    "spo2_percent": "97",
}
WELL: dict[str, Any] = {
    "temperature_c": "37.1",
    "systolic_mmhg": 124,
    "diastolic_mmhg": 78,
    "heart_rate": 90,
    "respiratory_rate": 16,
    "spo2_percent": 97,
    "hypotension": False,
    "fluid_bolus": False,
    "vasopressors": [],
    "oxygen_device": "room_air",
    "ice_total": 10,
    "consciousness": "spontaneous",
    "seizure": "none",
    "motor": "none",
    "icp": [],
}
VENTILATED = WELL | {
    "oxygen_device": "mechanical_ventilation",
    "fio2_percent": 80,
    "positive_pressure_for": "hypoxia",
    "ice_total": None,
    "ice_not_done": "sedated",
    "consciousness": "unarousable",
}
DROWSY = WELL | {"ice_total": 8, "consciousness": "voice"}


@dataclass
class Hand:
    """A hand on a tablet, or two on a keyboard; it counts."""

    page: Page
    taps: int = 0
    keys: int = 0

    def tap(self, thing: Locator) -> None:
        thing.tap()
        self.taps += 1

    def answer(self, name: str, value: str) -> None:
        self.tap(self.page.locator(f'[name="{name}"][value="{value}"]'))

    def button(self, name: str) -> None:
        self.tap(self.page.get_by_role("button", name=re.compile(name)))

    def type(self, text: str, *, delay: int = 0) -> None:
        self.page.keyboard.type(text, delay=delay)
        self.keys += len(text)

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.page.keyboard.press(key)
        self.keys += times

    def vital_signs(self) -> None:
        for name, text in SET.items():
            self.tap(self.page.locator(f'[name="{name}"]'))
            self.type(text)

    def save(self) -> None:
        self.tap(self.page.locator("#save"))


class StillHand(Hand):
    """A hand that taps only what is in sight: it never scrolls."""

    def tap(self, thing: Locator) -> None:
        box, size = thing.bounding_box(), self.page.viewport_size
        assert box is not None
        assert size is not None
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= size["height"], thing
        super().tap(thing)


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "viewport": TABLET, "has_touch": True}


def admitted(
    ward: Ward, name: str, bed: str, nurse: User, findings: dict[str, Any], *, hours: int
) -> Course:
    """A patient of Day 3 whose last full set is so many hours old."""
    patient = stored(
        Patient(mrn=f"0{bed}", family_name=name, given_name="Ada", birth_date="1964-03-12", sex="F")
    )
    infused_at = timezone.now() - timedelta(days=3, hours=1)
    row = Course(
        patient=patient,
        ward=ward,
        bed=bed,
        product="axicabtagene ciloleucel",
        infused_at=infused_at,
        weight_kg=72,
    )
    course = Course.objects.get(pk=stored(row).pk)
    at = timezone.now().replace(second=0, microsecond=0) - timedelta(hours=hours)
    door.enter(course, [Assessment(course=course, observed_at=at, **findings)], by=nurse)
    return course


@pytest.fixture
def board(ward: Ward, nurse: User, live_server: Any, sign_in_page: Callable[[User], Page]) -> Page:
    """The board of a ward with three patients."""
    admitted(ward, "Brandt", "01", nurse, VENTILATED, hours=5)
    admitted(ward, "Chen", "02", nurse, DROWSY, hours=13)
    admitted(ward, "Alvarez", "03", nurse, WELL, hours=13)
    page = sign_in_page(nurse)
    page.goto(live_server.url)
    return page


def assess(page: Page, name: str) -> Locator:
    return page.locator("tr", has_text=re.compile(name, re.IGNORECASE)).get_by_role(
        "link", name="Assess"
    )


def saved(page: Page) -> None:
    expect(page.locator("body")).to_contain_text("Saved: assessment of")


def test_an_unchanged_set_takes_nine_taps_and_the_round_of_three_thirty_seven(board: Page) -> None:
    hand = Hand(board)
    hand.tap(assess(board, "Alvarez"))
    hand.vital_signs()
    hand.tap(board.get_by_label("ICE done again now, the same 10 points"))
    hand.button("Save with the rest unchanged")
    saved(board)
    assert (hand.taps, hand.keys) == (9, 15)
    full = Assessment.objects.latest("id")
    assert (full.oxygen_device, full.vasopressors, full.ice_total) == ("room_air", [], 10)

    hand.tap(board.get_by_role("link", name=re.compile("bed 01")))
    hand.vital_signs()
    hand.button("Save with the rest unchanged")  # FiO2 80 % on the ventilator was confirmed before
    saved(board)
    assert (hand.taps, hand.keys) == (17, 30)
    vitals = Assessment.objects.latest("id")
    assert (vitals.fio2_percent, vitals.ice_not_done, vitals.ice) == (80, "sedated", None)

    hand.tap(board.get_by_role("link", name=re.compile("bed 02")))
    hand.button("−1 h")
    hand.vital_signs()
    for item in ("year", "month", "city", "hospital", "command", "writing", "attention"):
        hand.answer(f"ice_{item}", "1")
    hand.answer("ice_naming", "2")
    hand.answer("consciousness", "voice")
    hand.answer("already_escalated", "no")
    hand.button("Save with the rest unchanged")
    saved(board)
    assert hand.taps <= 40
    item_by_item = Assessment.objects.latest("id")
    assert item_by_item.ice is not None
    assert (item_by_item.seizure, item_by_item.ice["naming"]) == ("none", 2)


@pytest.mark.parametrize("size", [TABLET, {"width": 1366, "height": 768}], ids=["tablet", "desk"])
def test_an_entry_just_saved_is_corrected_in_three_taps_without_scrolling(
    board: Page, size: Any
) -> None:
    board.set_viewport_size(size)
    hand = Hand(board)
    hand.tap(assess(board, "Alvarez"))
    hand.vital_signs()
    hand.button("Save with the rest unchanged")
    saved(board)
    hand = StillHand(board)
    hand.tap(board.locator(".messages").get_by_role("link", name=re.compile("^correct")))
    board.wait_for_load_state()
    hand.tap(board.locator('[name="temperature_c"]'))
    hand.type("38.4")
    hand.save()
    saved(board)
    assert (hand.taps, hand.keys) == (3, 4)
    row = Assessment.objects.latest("id")
    assert (row.temperature_c, row.replaces is not None) == (Decimal("38.4"), True)


IN_SIGHT = """() => {
  const stop = document.activeElement;
  if (!stop || stop === document.body) return null;
  const place = stop.matches("label input") ? stop.closest("label") : stop;
  const { left, top, width, height } = place.getBoundingClientRect();
  const shares = [[0.1, 0.15], [0.5, 0.15], [0.9, 0.15], [0.5, 0.5], [0.1, 0.85], [0.9, 0.85]];
  const places = shares.map(([x, y]) => [left + x * width, top + y * height]);
  const seen = places.filter(([x, y]) => place.contains(document.elementFromPoint(x, y)));
  const name = `${stop.tagName} ${stop.name ?? ""} ${stop.value ?? stop.textContent}`.slice(0, 80);
  return { name, share: seen.length / places.length };
}"""
"""The element with the focus, and how much of it is in sight; null where the page has it."""


def focus_stops(page: Page, key: str) -> dict[str, float]:
    """Every stop that this key leads to, with the share of it that is in sight."""
    stops: dict[str, float] = {}
    for n in range(300):
        page.keyboard.press(key)
        stop = page.evaluate(IN_SIGHT)
        if stop is None:
            return stops
        stops[f"{n} {stop['name']}"] = stop["share"]
    raise AssertionError("the focus does not leave the page")


def test_no_focus_stop_hides_under_strip_or_bar_at_twice_the_size_and_on_a_phone(
    board: Page,
) -> None:
    hand = Hand(board)
    hand.tap(assess(board, "Brandt"))
    expect(board.locator("#preview")).to_contain_text("not assessed")
    board.locator("#entry details").evaluate_all("(all) => all.forEach((it) => (it.open = true))")
    for width, height, key in ((683, 384, "Tab"), (390, 844, "Shift+Tab")):
        board.set_viewport_size({"width": width, "height": height})
        board.evaluate("() => document.activeElement.blur()")
        stops = focus_stops(board, key)
        assert len(stops) > 100
        assert {name: share for name, share in stops.items() if share < 1} == {}
        overflow = (
            "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert board.evaluate(overflow) == 0


def tab_to(hand: Hand, words: str) -> None:
    """Press Tab until the focus stands on what has these words."""
    words_there = """() => {
      const { ariaLabel, textContent, labels } = document.activeElement;
      return `${ariaLabel} ${textContent} ${labels?.[0]?.textContent}`;
    }"""
    for _ in range(70):
        hand.press("Tab")
        if re.search(words, hand.page.evaluate(words_there), re.IGNORECASE):
            return
    raise AssertionError(f"no Tab leads to {words}")


def type_set(hand: Hand) -> None:
    """The temperature has the focus; Enter goes to the next box."""
    expect(hand.page.locator("#id_temperature_c")).to_be_focused()
    for text in SET.values():
        hand.type(text[:-1])
        hand.type(text[-1], delay=60)  # milliseconds: quicker keys are those of a scanner
        hand.press("Enter")


def test_a_round_of_three_is_entered_by_keyboard_alone(board: Page, browser: Browser) -> None:
    desk = browser.new_context(
        storage_state=board.context.storage_state(), viewport={"width": 1366, "height": 768}
    )
    page = desk.new_page()
    page.goto(board.url)
    hand = Hand(page)
    page.locator("#line-" + str(Course.objects.get(bed="03").uid)).locator("a").first.focus()
    tab_to(hand, "Assess")
    hand.press("Enter")
    type_set(hand)
    tab_to(hand, "Save with the rest unchanged")
    hand.press("Enter")
    saved(page)

    tab_to(hand, "bed 01")
    hand.press("Enter")
    type_set(hand)
    tab_to(hand, "same support as")
    hand.press("Control+Enter")  # on an offer: it saves, and fills in nothing
    expect(page.locator("#id_rest_error")).to_contain_text("Is the rest unchanged")
    expect(page.locator('[name="oxygen_device"]:checked')).to_have_count(0)
    tab_to(hand, "yes: save with it")
    hand.press("Enter")
    saved(page)

    tab_to(hand, "bed 02")
    hand.press("Enter")
    type_set(hand)
    tab_to(hand, "ICE done again now, the same 8 points")
    hand.press("Space")
    tab_to(hand, "Save with the rest unchanged")
    hand.press("Enter")
    saved(page)
    assert hand.taps == 0
    assert Assessment.objects.latest("id").ice_total == 8
    desk.close()
