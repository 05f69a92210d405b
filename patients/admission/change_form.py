"""The forms that move, close or reopen a course. Each holds the version that it changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict

from patients.admission.admit_form import PlacePart
from patients.admission.closing_checks import Closing, closing_questions
from patients.admission.still_open import key_of_open, still_open
from patients.door.amendments import NO_SUCH_VERSION, why_closed
from patients.forms.course_form import CourseForm
from patients.forms.fields import TapField, TextField
from patients.forms.moments import MomentField
from patients.forms.remarks import Offer
from patients.models import Course, Outcome, Patient, Ward
from patients.reading.bedside import Bedside
from patients.regrading.above_zero import grades_above_zero

OUTCOMES = [(outcome.value, str(outcome.label).lower()) for outcome in Outcome]


class AmendForm(CourseForm):
    """A form that changes `thing`, a course or a patient, as it stood when the form was opened."""

    version = forms.IntegerField(
        widget=forms.HiddenInput,
        min_value=0,
        max_value=2**63 - 1,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), NO_SUCH_VERSION
        ),
    )

    def __init__(
        self, data: QueryDict | None = None, *, bedside: Bedside, thing: Course | Patient
    ) -> None:
        super().__init__(data, bedside=bedside)
        self.thing = thing
        self.initial["version"] = thing.version()

    def clean_version(self) -> int:
        """The version typed. A form of an older one was saved before, or the door refuses it:
        it is neither asked about what stands now, nor refused for it."""
        version: int = self.cleaned_data["version"]
        self.was_sent_before = version < self.initial["version"]
        return version

    def refuse(self, name: str, text: str, *, offers: Iterable[Offer] = ()) -> None:
        if not self.was_sent_before:
            super().refuse(name, text, offers=offers)

    def wanted(self) -> dict[str, Any]:
        """The values asked for, by the name of their field."""
        raise NotImplementedError

    def reason_in_words(self) -> str:
        """The reason as the history shows it."""
        raise NotImplementedError


class MoveForm(PlacePart, AmendForm):
    """The form that moves a patient to another bed or ward. The time zone of the course stays."""

    def __init__(
        self, data: QueryDict | None = None, *, bedside: Bedside, wards: list[Ward]
    ) -> None:
        super().__init__(data, bedside=bedside, thing=bedside.course)
        self.offer_wards(wards)
        self.initial["ward"], self.initial["bed"] = str(self.course.ward_id), self.course.bed

    def own_course_uids(self) -> list[Any]:
        return [self.course.uid]

    def wanted(self) -> dict[str, Any]:
        return self.place()

    def reason_in_words(self) -> str:
        return "moved"


class GoHomeForm(AmendForm):
    """The form that lets a patient go home while the course stays open, or corrects since when."""

    home_since = MomentField("At home since")

    def __init__(self, data: QueryDict | None = None, *, bedside: Bedside) -> None:
        super().__init__(data, bedside=bedside, thing=bedside.course)
        self.initial["home_since"] = self.course.home_since or bedside.now

    def clean(self) -> None:
        super().clean()
        if "home_since" in self.errors:
            return
        since = self.value("home_since")
        if since is None:
            self.refuse("home_since", "Type when the patient went home.")
        elif since < self.course.infused_at:
            self.refuse("home_since", "This is before the infusion. Type when the patient left.")

    def wanted(self) -> dict[str, Any]:
        return {"home_since": self.value("home_since")}

    def reason_in_words(self) -> str:
        return "went home" if self.course.home_since is None else "time of going home corrected"


class BackOnWardForm(MoveForm):
    """The form that takes a patient back from home, to a ward and a bed."""

    def wanted(self) -> dict[str, Any]:
        return self.place() | {"home_since": None}

    def reason_in_words(self) -> str:
        return "back on the ward"


class CloseForm(AmendForm):
    """The form that closes a course, with its outcome, time and reason.

    `as_listed` is what stood open when the page was shown: where that has changed, the page says so
    and is shown again with everything typed.
    """

    outcome = TapField("Outcome", OUTCOMES)
    closed_at = MomentField("Closed")
    words = TextField("Why is it closed? Needed above grade 0", most=400)
    as_listed = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, bedside: Bedside) -> None:
        super().__init__(data, bedside=bedside, thing=bedside.course)
        self.open_items = still_open(bedside)
        self.initial["closed_at"] = bedside.now
        self.initial["as_listed"] = key_of_open(self.open_items)

    def clean(self) -> None:
        super().clean()
        if self.value("as_listed") != self.initial["as_listed"] and not self.was_sent_before:
            self._take_note_of_what_changed()
        if "outcome" in self.errors or "closed_at" in self.errors:
            return
        outcome = self.value("outcome")
        if outcome is None:
            self.refuse("outcome", "Tap the outcome.")
        elif outcome == Outcome.NOT_INFUSED and not self.course.infusion_planned:
            self.refuse("outcome", "The infusion is recorded as given. Choose another outcome.")
        else:
            self._ask_why(outcome)
            closing = Closing(self.course, self.bedside.record, outcome, self.value("closed_at"))
            for question in closing_questions(closing):
                self.ask(question.field, question.about, question.text, yes=question.yes)

    def _take_note_of_what_changed(self) -> None:
        """Refuse once; the page that comes back shows, and sends, what stands now."""
        self.add_error(
            None,
            "What is open has changed since you opened this page. The list below is new. Nothing "
            "was saved: look at it, then close the course once more.",
        )
        data = self.data.copy()  # type: ignore[attr-defined]
        data["as_listed"] = self.initial["as_listed"]
        self.data = data

    def _ask_why(self, outcome: str) -> None:
        high = [] if outcome == Outcome.DIED else grades_above_zero(self.course)
        if high and not (self.value("words") or "").strip() and "words" not in self.errors:
            self.refuse("words", why_closed(high))

    def wanted(self) -> dict[str, Any]:
        return {
            "outcome": self.value("outcome"),
            "closed_at": self.value("closed_at"),
            "closing_reason": self.value("words") or "",
        }

    def reason_in_words(self) -> str:
        outcome = dict(OUTCOMES).get(self.value("outcome"), "")
        return ": ".join(filter(None, (f"closed, {outcome}", self.value("words"))))


class ReopenForm(AmendForm):
    """The form that reopens a closed course."""

    reason = TextField("Why is it reopened?", most=400, needed="Say why it is reopened.")

    def __init__(self, data: QueryDict | None = None, *, bedside: Bedside) -> None:
        super().__init__(data, bedside=bedside, thing=bedside.course)

    def wanted(self) -> dict[str, Any]:
        return {"outcome": "", "closed_at": None, "closing_reason": ""}

    def reason_in_words(self) -> str:
        return f"reopened: {self.value('reason')}"
