"""A walk of two nurses at two tablets with three patients: random acts and faults, from a seed."""

from __future__ import annotations

import random
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Page

from benchmarks.walks.entries import Book, Place
from benchmarks.walks.tablet import FORMS, SIZE, Tab, Tablet
from patients import door
from patients.drafts.models import Draft
from patients.models import Assessment, Course, Event, Membership, Patient, Role, User, Ward

MOST_TABS = 2
SAVES = ("request lost", "answer lost", "server down")
FAULTS = (*SAVES, "off-line", "session ended", "signed out", "user changed", "closed", "crashed")
ACTS = ("open", "type", "type", "save", "save", "go on", "on-line", "another form", *SAVES)
"""What is done, the faults of a save twice as often as each other fault."""
HEALED_S, SETTLED_MS = 40, 700


@dataclass
class Walk:
    """One walk. `wrong` is everything that differed from the model, with the fault before it.

    failed     acts that the page did not let the nurse do within the time, by their kind
    """

    browser: Any
    url: str
    seed: str
    book: Book = field(default_factory=Book)
    faults: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)  # noqa: S311 - repeatable
        self.courses, self.nurses = _people()
        self.tablets = [
            Tablet(self.browser.new_context(viewport=SIZE), self.url, self.book) for _ in range(2)
        ]
        for tablet, nurse in zip(self.tablets, self.nurses, strict=True):
            tablet.sign_in(nurse)

    def run(self, faults: int) -> None:
        """So many faults with what nurses do between them, and the comparison at the end."""
        try:
            while sum(self.faults.values()) < faults and not self.wrong:
                self._step()
            self._heal()
        finally:
            for tablet in self.tablets:
                tablet.context.close()

    def _step(self) -> None:
        tablet = self.chance.choice(self.tablets)
        act = self.chance.choice([*ACTS, *FAULTS])
        is_fault = act in FAULTS
        try:
            if self._do(tablet, act) and is_fault:
                self.faults[act] += 1
        except BrowserError as error:
            self.failed[f"{act}: {' '.join(str(error).split())[:300]}"] += 1
        self._compare(act)

    def _do(self, tablet: Tablet, act: str) -> bool:
        """Whether the tablet is in a state in which this can happen, so that it did."""
        tab = self.chance.choice(tablet.tabs) if tablet.tabs else None
        if tablet.user is None and act != "session ended":
            if tablet.is_offline:
                tablet.set_offline(False)
            tablet.sign_in(self.chance.choice(self.nurses))
        if tab is None and tablet.is_offline:
            tablet.set_offline(False)
        if act in ("open", "another form") or tab is None:
            if tab is not None and (act == "open" or len(tablet.tabs) >= MOST_TABS):
                return self._open(tablet, instead_of=tab)
            self._open(tablet)
            return False
        acts: dict[str, Callable[[], bool]] = {
            "type": lambda: tab.entry is None and _is_form(tab) and _did(tablet.type, tab),
            "save": lambda: _is_form(tab) and _did(tablet.save, tab),
            "go on": lambda: self._go_on(tablet, tab),
            "on-line": lambda: _did(tablet.set_offline, False),
            "off-line": lambda: not tablet.is_offline and _did(tablet.set_offline, True),
            "session ended": lambda: tablet.user is not None and _did(tablet.end_session),
            "signed out": lambda: self._sign_out(tablet, tab),
            "user changed": lambda: self._change(tablet),
            "closed": lambda: _did(tablet.close, tab),
            "crashed": lambda: _did(tablet.crash, tab),
        }
        if act in SAVES:
            return self._save(tablet, tab, act)
        return acts[act]()

    def _open(self, tablet: Tablet, instead_of: Tab | None = None) -> bool:
        if tablet.is_offline:
            return False
        page = None
        if instead_of is not None:
            page = instead_of.page
            tablet.tabs.remove(instead_of)
        form = self.chance.choice(list(FORMS))
        tab = tablet.open(self.chance.choice(self.courses), form, page)
        tablet.tabs.append(tab)
        self.wrong += self.book.wrong(self.stored(), tablet.offered(tab))
        return True

    def _save(self, tablet: Tablet, tab: Tab, fault: str) -> bool:
        """A fault in the middle of a save needs something typed, and a connection to lose."""
        if not _is_form(tab) or tablet.is_offline:
            return False
        if tab.entry is None:
            tablet.type(tab)
        return _did(tablet.save, tab, fault)

    def _go_on(self, tablet: Tablet, tab: Tab) -> bool:
        if tablet.is_offline or tab.entry is not None or not tablet.offered(tab):
            return False
        return _did(tablet.go_on, tab)

    def _sign_out(self, tablet: Tablet, tab: Tab) -> bool:
        return not tablet.is_offline and tablet.user is not None and _did(tablet.sign_out, tab)

    def _change(self, tablet: Tablet) -> bool:
        """Another nurse signs in while the pages of the first stand open."""
        tablet.sign_in(next(nurse for nurse in self.nurses if nurse != tablet.user))
        return True

    # Comparing

    def stored(self) -> list[Place]:
        courses = [course.pk for course in self.courses]
        return [
            Place(*values)
            for model in (Assessment, Event)
            for values in model.objects.filter(course__in=courses).values_list(
                "note", "course", "recorded_by"
            )
        ]

    def drafts(self) -> list[Place]:
        return [
            Place(note, draft.course_id or 0, draft.user_id)
            for draft in Draft.objects.filter(user__in=self.nurses)
            for name, note in draft.values
            if name == "note" and note
        ]

    def _compare(self, act: str) -> None:
        self.wrong += [
            f"{wrong} (after: {act})" for wrong in self.book.wrong(self.stored(), self.drafts())
        ]

    def _heal(self) -> None:
        """Everybody comes back on each tablet: what waits is sent, the rest is offered."""
        offered = [*self.drafts()]
        for tablet in self.tablets:
            tablet.set_offline(False)
            tablet.close_all()
            for nurse in self.nurses:
                tablet.sign_in(nurse)
                offered += self._come_back(tablet, nurse)
        self.wrong += self.book.wrong_at_the_end(self.stored(), offered)

    def _come_back(self, tablet: Tablet, nurse: User) -> Iterator[Place]:
        page = tablet.page()
        page.goto(self.url)
        for _ in range(HEALED_S * 2):
            if not tablet.waits(page):
                break
            page.wait_for_timeout(500)
        rows = {place.note for place in self.stored()}
        missing = {
            entry.course
            for entry in self.book.entries.values()
            if entry.author == nurse.pk and entry.note not in rows
        }
        missing.add(self.chance.choice(self.courses).pk)  # one more, which has to be empty
        for course in self.courses:
            for form in FORMS if course.pk in missing else ():
                yield from self._shown(tablet, page, course, form)
        page.close()

    def _shown(self, tablet: Tablet, page: Page, course: Course, form: str) -> Iterator[Place]:
        """What a page of a form offers; one that goes on with a draft by itself is read twice."""
        for _ in range(4):
            try:
                tab = tablet.open(course, form, page)
                page.wait_for_timeout(SETTLED_MS)
                shown = [*tablet.offered(tab), *tablet.stands_in_form(tab)]
            except BrowserError:  # it went on to the page of what was kept, just now
                page.wait_for_timeout(SETTLED_MS)
            else:
                yield from shown
                return
        self.wrong.append(f"a form of {course.uid} could not be opened at the end")


def _did(act: Callable[..., None], *arguments: Any) -> bool:
    """Do it; True, so that a condition can stand before it."""
    act(*arguments)
    return True


def _is_form(tab: Tab) -> bool:
    return "/new/" in tab.page.url and tab.page.locator("#entry #save").count() > 0


def _people() -> tuple[list[Course], list[User]]:
    """Three patients of a new ward, and two nurses."""
    run, now = uuid.uuid4().hex[:8], timezone.now()
    ward = door.save_ward(Ward(name=f"Walk {run}", time_zone="Europe/Madrid"))
    nurses = [User.objects.create(username=f"{run}-{n}", role=Role.NURSE) for n in range(2)]
    for nurse in nurses:
        Membership.objects.create(user=nurse, ward=ward)
    opened = [
        door.admit(
            patient := Patient(mrn=f"{run}-{name}", family_name=name, given_name="Jane"),
            Course(
                patient=patient,
                ward=ward,
                bed=str(bed),
                product="fictional",
                infused_at=now - timedelta(days=2),
                opened_at=now - timedelta(days=8),
            ),
            by=nurses[0],
        )
        for bed, name in enumerate(("Doe", "Roe", "Poe"), start=1)
    ]
    return opened, nurses
