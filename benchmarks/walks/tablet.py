"""One tablet in Chromium: pages of forms, typed in and saved as a nurse does, and what it keeps."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, Response, Route
from playwright.sync_api import Error as BrowserError

from benchmarks.walks.entries import Book, Entry, Place
from patients.models import Course, User

SIZE: Any = {"width": 820, "height": 1180}
PATIENCE_MS = 15_000
FORMS = {"event_new": ("kind", "other"), "assessment_new": ("seizure", "none")}
"""The forms that are typed in, each with what is tapped beside the note."""
KEPT_HERE = """() => Promise.race([
 new Promise((_, no) => setTimeout(() => no(new Error("the store does not answer")), 5000)),
 (async () => {
  const names = (await indexedDB.databases()).map(({ name }) => name);
  if (!names.includes("cartox")) return [];  // nor make one, which would have no table
  const opening = indexedDB.open("cartox", 1);
  const ready = (asked) => new Promise((then) => { asked.onsuccess = () => then(asked.result); });
  const database = await ready(opening);
  const records = await ready(database.transaction("forms").objectStore("forms").getAll());
  database.close();
  return records.map(({ id, user, state }) => [id, user, state]);
 })()])"""
VALUES = "(fields) => fields.map((field) => field.value)"
HAS_ITS_KEY = """() => performance.getEntriesByType("resource")
  .some(({ name, responseEnd }) => name.endsWith("/drafts/key/") && responseEnd > 0)"""


@dataclass(eq=False, slots=True)
class Tab:
    """A page with the form of a patient, and the entry that is typed into it."""

    page: Page
    course: Course
    entry: Entry | None = None


@dataclass(eq=False)
class Tablet:
    """A browser that nurses share. Its pages are told apart by who they were made for."""

    context: BrowserContext
    url: str
    book: Book
    user: User | None = None
    is_offline: bool = False
    tabs: list[Tab] = field(default_factory=list)

    def page(self) -> Page:
        page = self.context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("response", self._hear)
        page.on("dialog", lambda dialog: dialog.accept())
        return page

    def _hear(self, response: Response) -> None:
        """A page was told that its entry is stored."""
        sent = response.request
        if sent.method != "POST" or "hx-redirect" not in response.headers:
            return
        for note in parse_qs(sent.post_data or "").get("note", []):
            self.book.entries[note].is_answered = True

    # Who is signed in

    def sign_in(self, user: User) -> None:
        """As after the sign-in page; whoever was signed in before is so no more."""
        client = Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[1])
        name = settings.SESSION_COOKIE_NAME
        cookie: Any = {"name": name, "value": client.cookies[name].value, "url": self.url}
        self.context.add_cookies([cookie])
        self.user = user

    def end_session(self) -> None:
        """Its time is over; the pages do not know."""
        name = settings.SESSION_COOKIE_NAME
        for cookie in self.context.cookies():
            if cookie.get("name") == name:
                SessionStore(cookie.get("value")).flush()
        self.user = None

    def sign_out(self, tab: Tab) -> None:
        """By the menu of a page; what is typed in all of them is kept."""
        page = tab.page
        page.locator("#user-menu summary").click()
        page.locator("#user-menu").get_by_role("button", name="Sign out").click()
        asks = page.locator("#sign-out-asks").get_by_role("button", name="Sign out")
        asks.or_(page.locator("input[name=login]")).first.wait_for()
        if asks.is_visible():
            asks.click()
        page.locator("input[name=login]").wait_for()
        self.user = None
        self.close_all()

    def close_all(self) -> None:
        for tab in self.tabs:
            tab.page.close()
        self.tabs.clear()

    def set_offline(self, is_offline: bool) -> None:
        self.context.set_offline(is_offline)
        self.is_offline = is_offline

    # Forms

    def open(self, course: Course, form: str, page: Page | None = None) -> Tab:
        """A page of this form that has its key, so that it can keep what is typed."""
        page = page or self.page()
        page.goto(self.url + reverse(form, args=[course.uid]))
        page.wait_for_function(HAS_ITS_KEY)
        page.wait_for_function('() => !document.querySelector("#draft-offers")?.inert')
        return Tab(page, course)

    def type(self, tab: Tab) -> None:
        """A new entry, until it is kept on this tablet or by Cartox."""
        author = _made_for(tab.page)
        tab.entry = entry = self.book.typed(author, tab.course.pk)
        for name, value in FORMS.values():
            choice = tab.page.locator(f'#entry [name="{name}"][value="{value}"]')
            if choice.count():
                choice.click()
        tab.page.locator('#entry [name="note"]').fill(entry.note)
        number = tab.page.locator('#entry [name="uid"]').first.input_value()
        for _ in range(100):
            if number in [record[0] for record in tab.page.evaluate(KEPT_HERE)]:
                entry.is_kept = True
                return
            tab.page.wait_for_timeout(50)

    def save(self, tab: Tab, fault: str = "") -> None:
        """Tap “Save”; with a fault on the way, or without. Questions are answered."""
        if tab.entry is None:
            return
        tab.entry.is_sent = True
        page = tab.page
        lost: list[Route] = []

        def on_the_way(route: Route) -> None:
            if route.request.method != "POST" or lost:
                route.fallback()
                return
            lost.append(route)
            _spoil(route, fault)

        if fault:
            page.route("**/new/", on_the_way)
        page.locator("#save").click(timeout=5_000, no_wait_after=True)
        for _ in range(3):
            if not self._asks(tab):
                break
        if fault:
            page.unroute("**/new/", on_the_way)
        if tab.entry.is_answered or "/new/" not in page.url:
            tab.entry = None

    def _asks(self, tab: Tab) -> bool:
        """Wait for the answer; whether it was a question, which is now answered with yes."""
        page, entry = tab.page, tab.entry
        question = page.locator('#entry button[name="confirm"]:not(#save)')
        for _ in range(PATIENCE_MS // 100):
            if entry is None or entry.is_answered or "/accounts/login/" in page.url:
                return False
            if page.locator("#it-waits, #nothing-saved, #not-saved").filter(visible=True).count():
                return False
            if page.locator('[name="take_over"], [data-why]').count():
                return False
            if not page.locator("form[inert]").count():
                if question.count():
                    question.first.click()
                    return True
                if not page.locator("#entry #save").count():
                    return False
            page.wait_for_timeout(100)
        return False

    def crash(self, tab: Tab) -> None:
        """The process of the page ends; nothing on it is asked before."""
        with suppress(BrowserError):  # the page that would answer is gone
            tab.page.goto("chrome://crash", timeout=3_000)
        self.close(tab)

    def close(self, tab: Tab) -> None:
        tab.page.close()
        self.tabs.remove(tab)

    # What it offers

    def offered(self, tab: Tab) -> list[Place]:
        """The drafts that this page offers to whom it was made for."""
        person = _made_for(tab.page)
        notes = tab.page.locator('.draft-offer [name="note"]').evaluate_all(VALUES)
        return [Place(note, tab.course.pk, person) for note in notes if note]

    def stands_in_form(self, tab: Tab) -> list[Place]:
        person = _made_for(tab.page)
        note = tab.page.locator('#entry [name="note"]').input_value()
        return [Place(note, tab.course.pk, person)] if note else []

    def go_on(self, tab: Tab) -> None:
        """Continue the first draft that the page offers; its entry stands in the form again."""
        tab.page.locator(".draft-offer").get_by_role("button", name="Continue").first.click()
        tab.page.locator("#draft-continued").wait_for()
        [place] = self.stands_in_form(tab)
        tab.entry = self.book.entries[place.note]

    def waits(self, page: Page) -> bool:
        """Whether something of the signed-in user waits on this tablet to be sent."""
        own = str(self.user.pk) if self.user is not None else ""
        return any(record[1:] == [own, "waits"] for record in page.evaluate(KEPT_HERE))


def _made_for(page: Page) -> int:
    """The user for whom the page was made, whoever is signed in now."""
    return int(page.locator("body").get_attribute("data-user") or 0)


def _spoil(route: Route, fault: str) -> None:
    if fault == "answer lost":
        route.fetch()
    if fault == "server down":
        route.fulfill(status=502, body="down")
    else:
        route.abort()
