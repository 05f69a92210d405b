"""A nurse: opens a form, types, saves, and taps save again for as long as the page asks for it."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.db import connections

from benchmarks.faults.reconcile import DENYING
from benchmarks.faults.saves import Answer, Attempt, Save
from benchmarks.faults.ward.answers import answer_of, answer_of_chart, no_answer
from benchmarks.faults.ward.browser import LOGIN, LOGOUT, NO_ANSWER, Browser, Received
from benchmarks.faults.ward.pages import Form, Page, Values
from benchmarks.faults.ward.plans import plan
from benchmarks.faults.ward.shift import Plan, Shift, Target
from benchmarks.faults.ward.stored import traces_of

PLAIN, LOST_ANSWER = "", "answer lost"
SENT_TWICE, SENT_LATER = "sent twice at once", "sent again later"
SIGNED_OUT, ANOTHER_USER = "signed out elsewhere", "another user signed in"
OWN_FAULTS = {
    PLAIN: 33,
    LOST_ANSWER: 28,
    SENT_TWICE: 17,
    SENT_LATER: 14,
    SIGNED_OUT: 5,
    ANOTHER_USER: 3,
}
"""How often each is done with a form, of a hundred."""
GIVES_UP = 0.08
"""How often a nurse does not tap save again."""
MOST_ATTEMPTS = 60
LEADS_TO = ("/courses/", "/handover/")
"""Where a form leads once it is saved."""
LONGEST_OUTAGE_S = 120


class GaveUp(Exception):
    """A page did not open for too long."""


@dataclass
class Nurse:
    """One person at one browser; `colleague` signs in there too, now and then."""

    name: str
    colleague: str
    password: str
    browser: Browser
    shift: Shift
    chance: random.Random
    with_script: bool
    signed_in: str = field(default="", init=False)

    def work(self) -> None:
        """Save one form after the other until the shift is over."""
        try:
            while (number := self.shift.next_number()) is not None:
                self.save_one(number)
        except Exception as failure:  # noqa: BLE001 - the main thread ends the run
            self.shift.failures.append(f"{self.name}: {type(failure).__name__}: {failure}")
        finally:
            connections.close_all()

    def save_one(self, number: int) -> None:
        planned = plan(self.shift, self.chance, number, self.name)
        opened = self._open(planned.address)
        form = None if opened is None else opened.form("entry-form")
        if opened is None or form is None:
            return  # somebody corrected or struck out the entry meanwhile
        save = Save(
            number=number,
            kind=planned.kind,
            typist=self.name,
            marker=planned.marker,
            form=form.values["uid"][0],
            row=planned.row,
            wanted=planned.wanted(form.values["uid"][0]),
        )
        self.shift.note(save)
        [fault] = self.chance.choices([*OWN_FAULTS], [*OWN_FAULTS.values()])
        _Saving(self, planned, save, opened, form, fault).run()

    # Pages

    def _open(self, address: str) -> Page | None:
        """The page at this address, however often it has to be asked for; None without a form."""
        path, received = self.reload(address)
        return received.page if path == address and received.status == 200 else None

    def reload(self, address: str) -> tuple[str, Received]:
        """Ask for a page until it is answered, signing in where that is asked for."""
        deadline = time.monotonic() + LONGEST_OUTAGE_S
        while time.monotonic() < deadline:
            with suppress(*NO_ANSWER):
                path, received = self.browser.get(address)
                if path.startswith(LOGIN):
                    self.sign_in(self.name)
                elif received.status < 500:
                    return path, received
            time.sleep(self.chance.uniform(0.05, 0.3))
        raise GaveUp(address)

    def sign_in(self, name: str) -> None:
        """Sign in under this name, in place of whoever was."""
        deadline = time.monotonic() + LONGEST_OUTAGE_S
        while time.monotonic() < deadline:
            with suppress(*NO_ANSWER):
                if self.signed_in != name:
                    self.browser.sign_out_from(self.browser.get(LOGOUT)[1].page)
                self.signed_in = ""
                if self.browser.sign_in(name, self.password):
                    self.signed_in = name
                    return
            time.sleep(self.chance.uniform(0.05, 0.3))
        raise GaveUp(f"sign-in of {name}")


@dataclass
class _Saving:
    """One form on its way: what is sent, and what is answered."""

    nurse: Nurse
    planned: Plan
    save: Save
    opened: Page
    form: Form
    fault: str

    def __post_init__(self) -> None:
        self.values: Values = self.form.values | self.planned.typed
        by_script = self.nurse.with_script and self.planned.has_script
        self.by_script = by_script or self.fault == ANOTHER_USER
        self.address = self.form.action or self.planned.address
        self.chance = self.nurse.chance
        self.offers_again = False

    def run(self) -> None:
        """Send until the outcome is answered, or the nurse turns to something else."""
        first = {
            LOST_ANSWER: self._lose_answer,
            SENT_TWICE: self._send_twice,
            SIGNED_OUT: self._sign_out_meanwhile,
            ANOTHER_USER: self._send_as_another,
        }.get(self.fault, self._send)
        first()
        for _ in range(MOST_ATTEMPTS):
            if self.save.is_acknowledged or self._is_refused():
                break
            if self.chance.random() < GIVES_UP:
                return
            time.sleep(self.chance.uniform(0.05, 0.4))
            self._send()
        if self.save.is_acknowledged and self.fault == SENT_LATER:
            time.sleep(self.chance.uniform(0, 0.5))
            self._send(SENT_LATER)
        if self.save.is_acknowledged:
            self._leave()

    def _leave(self) -> None:
        planned, form = self.planned, self.save.form
        target = None
        if planned.kind == "admission":
            target = Target(form, planned.target.mrn, planned.target.ward)
        self.nurse.shift.add(target, planned.leaves(form))

    def _is_refused(self) -> bool:
        """Whether the page answered that it was not saved, and it makes no sense to tap again."""
        last = self.save.attempts[-1].answer
        return last.claim in DENYING and not self.offers_again

    # Sending

    def _lose_answer(self) -> None:
        self._send(LOST_ANSWER, cut_after_s=self.chance.choice((0, 0.02, 0.05, 0.1, 0.3)))

    def _send_twice(self) -> None:
        self._together(lambda: self._send(SENT_TWICE), lambda: self._send(SENT_TWICE))

    def _sign_out_meanwhile(self) -> None:
        delay, browser = self.chance.uniform(0, 0.15), self.nurse.browser
        other_tab = self.nurse.reload(LOGOUT)[1].page

        def sign_out() -> None:
            time.sleep(delay)
            with suppress(*NO_ANSWER):
                browser.sign_out_from(other_tab)

        self._together(lambda: self._send(SIGNED_OUT), sign_out)
        self.nurse.signed_in = ""

    def _send_as_another(self) -> None:
        if self.chance.random() < 0.5:
            self._lose_answer()
        self.nurse.sign_in(self.nurse.colleague)
        self._send(ANOTHER_USER)
        self.nurse.sign_in(self.nurse.name)
        if not self.save.is_acknowledged:
            self._send(ANOTHER_USER)

    def _together(self, *calls: Callable[[], None]) -> None:
        def guarded(call: Callable[[], None]) -> None:
            try:
                call()
            except Exception as failure:  # noqa: BLE001 - the main thread ends the run
                self.nurse.shift.failures.append(f"{type(failure).__name__}: {failure}")
            finally:
                connections.close_all()

        threads = [threading.Thread(target=guarded, args=(call,)) for call in calls]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _send(self, fault: str = PLAIN, cut_after_s: float | None = None) -> None:
        """Send the form, note what the page says then, and what is stored at that moment."""
        sent_at = time.monotonic()
        answered_at, answer = self._answered(self.values, cut_after_s)
        attempt = Attempt(sent_at, answered_at, answer)
        attempt.faults |= {fault} if fault else set()
        attempt.traces = traces_of(self.save)
        self.save.attempts.append(attempt)

    def _answered(self, values: Values, cut_after_s: float | None) -> tuple[float, Answer]:
        """When the form was answered, and what the page says in the end."""
        browser = self.nurse.browser
        try:
            received = browser.post(
                self.address, values, by_script=self.by_script, cut_after_s=cut_after_s
            )
        except NO_ANSWER:
            received = None
        answered_at = time.monotonic()
        if received is None:
            return answered_at, no_answer(self.opened, by_script=self.by_script)
        if received.goes_to.startswith(LEADS_TO):
            return answered_at, self._chart(received)
        answer = answer_of(received, self.opened, by_script=self.by_script, opener=self.nurse.name)
        self._look_for_form(received)
        if answer.status == 401 or received.goes_to.startswith(LOGIN):
            self.nurse.signed_in = ""
            self.nurse.sign_in(self.nurse.name)
        confirmed = _confirmed(received, values)
        if confirmed is not None:
            return self._answered(values | confirmed, cut_after_s)
        return answered_at, answer

    def _look_for_form(self, received: Received) -> None:
        """Where the page of a failure brings the form again, without a script it is sent next."""
        again = None if self.by_script else received.page.form("send-again")
        self.offers_again = again is not None
        if again is not None:
            self.values = again.values

    def _chart(self, received: Received) -> Answer:
        """The chart or handover to which a save led, opened again until it comes."""
        path, chart = self.nurse.reload(received.goes_to)
        names = (self.planned.target.mrn,) if path.startswith(LEADS_TO) else ()
        return answer_of_chart(received.status, chart, names, self.planned.words)


def _confirmed(received: Received, values: Values) -> dict[str, Any] | None:
    """What the next button adds that confirms a change, or answers a question asked at saving."""
    if received.status not in (200, 422):
        return None
    form = received.page.form("entry-form")
    buttons = [] if form is None else form.buttons
    answers = (value for name, value in buttons if name == "confirm")
    return next(({"confirm": [*values.get("confirm", []), value]} for value in answers), None)
