"""Forms with remarks on their fields: refusals, questions asked once, and values as read."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, cast

from django import forms
from django.http import QueryDict

from patients.forms.moments import WardMomentField
from patients.forms.remarks import CONFIRM, TAKEN_ALONG, Offer, Refusal, Remark, remark_of
from patients.reading.bedside import Bedside, Scene

UNNUMBERED = (
    "The page had lost the number of this form. Nothing was saved. Look at it and save again."
)

UNSIGNED = "The page had lost who opened it. Nothing was saved. Look at it and save again."
TYPED_BY = "typed_by"
"""The name of the hidden input with the key of the user for whom the page was made."""

SHOWN_FOR = "shown_for"
"""The name of a hidden input with patient, bed and opener as the page shows them. The page after a
failure shows it again; nothing is decided by it."""

BLOCKED_BEFORE = "told"
"""The name of hidden inputs, one for each field that kept the form from being saved last time."""


class RemarkForm(forms.Form):
    """A form made at one place and moment. Its uid makes two taps on “save” store one entry.

    `typed_by` is the user for whom the page was made (`typed_by_another.py` compares); the page
    always writes whoever is signed in there.

    `was_refused` is True on the page that answers a save which was refused.
    """

    was_refused = False
    was_sent_before = False
    """Whether this form has stored something: then its questions were answered the first time."""

    uid = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages={"required": UNNUMBERED, "invalid": UNNUMBERED},
    )

    typed_by = forms.IntegerField(
        widget=forms.HiddenInput,
        min_value=1,
        max_value=2**63 - 1,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), UNSIGNED),
    )

    def __init__(self, data: QueryDict | None = None, *, bedside: Scene) -> None:
        super().__init__(data, initial={"uid": uuid.uuid4()})
        self.use_required_attribute = False
        self.now = bedside.now
        self._remarks: list[tuple[str, Remark]] = []
        self._confirmed = set(data.getlist(CONFIRM)) if data is not None else set()
        self._ticked = set(data.getlist(TAKEN_ALONG)) if data is not None else set()
        for name, field in self.fields.items():
            if isinstance(field, WardMomentField):
                field.at(name, bedside)

    def is_valid(self) -> bool:
        """Whether no value is refused and no question is open."""
        return super().is_valid() and not any(remark.is_open for _, remark in self._remarks)

    def is_valid_but_for_questions(self) -> bool:
        """Whether no value is refused, whatever questions are open."""
        return super().is_valid()

    def full_clean(self) -> None:
        """Check the form, then give every field its remarks, refusals first."""
        self._remarks = []
        super().full_clean()
        if self.is_bound and "uid" in self.errors:
            self.number_anew()  # without a uid it could never be saved
        errors = self.errors.as_data()
        for name, field in self.fields.items():
            refusals = map(remark_of, errors.get(name, ()))
            others = (remark for about, remark in self._remarks if about == name)
            vars(field)["remarks"] = [*refusals, *others]

    def number_anew(self) -> None:
        """Give the form a new uid; everything typed stays."""
        data = cast("QueryDict", self.data).copy()
        data["uid"] = str(uuid.uuid4())
        self.data = data

    def ask(
        self,
        name: str,
        about: str,
        text: str,
        *,
        yes: str,
        offers: Iterable[Offer] = (),
        unfinished: bool = False,
    ) -> None:
        """Ask once; `about` names the value asked about, so that another value asks again."""
        question = Remark("question", text, tuple(offers), yes=yes, unfinished=unfinished)
        self._ask(name, about, question)

    def ask_at_saving(
        self,
        name: str,
        about: str,
        text: str,
        *,
        yes: str,
        offers: Iterable[Offer] = (),
        along: Iterable[Offer] = (),
    ) -> None:
        """As `ask`, but only once somebody tried to save; the answer “yes” saves in the same tap.

        `along` are ticks with values, which an offer that saves takes along.
        """
        question = Remark("question", text, tuple(offers), yes=yes, unfinished=True)
        ticks = tuple(self.as_ticked(along))
        self._ask(name, about, replace(question, along=ticks, yes_saves=True))

    def as_ticked(self, ticks: Iterable[Offer]) -> list[Offer]:
        """Ticks with values, as somebody left them."""
        return [replace(tick, is_ticked=tick.query in self._ticked) for tick in ticks]

    def confirm(self, name: str, about: str) -> None:
        """Take a question for answered, before it is asked."""
        self._confirmed.add(f"{name}={about}")

    def has_answer(self, name: str) -> bool:
        """Whether a question about this field was answered, on this page or the one before it."""
        return any(key.startswith(f"{name}=") for key in self._confirmed)

    def _ask(self, name: str, about: str, question: Remark) -> None:
        key = f"{name}={about}"
        is_confirmed = key in self._confirmed or self.was_sent_before
        self._remarks.append((name, replace(question, key=key, is_confirmed=is_confirmed)))

    def show(self, name: str, text: str, *, offers: Iterable[Offer] = ()) -> None:
        """Show how a value was read."""
        self.say(name, Remark("shown", text, tuple(offers)))

    def say(self, name: str, remark: Remark) -> None:
        """Put a remark beside a field that keeps nothing from being saved."""
        self._remarks.append((name, remark))

    def refuse(self, name: str, text: str, *, offers: Iterable[Offer] = ()) -> None:
        """Refuse after looking at several fields; the value is left out of the preview."""
        self.add_error(name, Refusal(text, offers=offers))

    def value(self, name: str) -> Any:
        """The value of a field, None where it is empty or was refused."""
        return getattr(self, "cleaned_data", {}).get(name)

    def is_used(self, *names: str) -> bool:
        """Whether a fold holds a value or a refusal, so that it has to stand open."""
        return any(self[name].value() not in (None, "", []) or self[name].errors for name in names)

    def asks_about(self, *names: str) -> bool:
        """Whether a question about one of these fields is still open."""
        return any(remark.is_open for about, remark in self._remarks if about in names)

    def refused_fields(self) -> list[forms.BoundField]:
        """The visible fields whose value was refused, in the order on the page."""
        return [
            self[name] for name in self.fields if name in self.errors and not self[name].is_hidden
        ]

    def page_refusals(self) -> list[str]:
        """The refusals of the form as a whole, for the top of the page."""
        about_hidden = [
            text for name in self.fields if self[name].is_hidden for text in self[name].errors
        ]
        return [*self.non_field_errors(), *about_hidden]

    def input_names(self) -> set[str]:
        """The names under which the visible inputs are sent."""
        return {
            bound.html_name + suffix
            for bound in self.visible_fields()
            for suffix in getattr(bound.field.widget, "widgets_names", ("",))
        }

    def blocking_fields(self) -> list[forms.BoundField]:
        """The visible fields that keep the form from being saved, in the order of the form."""
        if not self.is_bound:
            return []
        self.errors  # noqa: B018  (cleans the form where nobody asked yet)
        return [
            bound
            for bound in self.visible_fields()
            if any(remark.is_open for remark in remarks_of(bound.field))
        ]

    def put_focus(self) -> None:
        """Let the page open at the first field that keeps the form from being saved."""
        for bound in self.blocking_fields()[:1]:
            bound.field.widget.attrs["autofocus"] = True

    def hide_unfinished(self) -> None:
        """While somebody types, hide the remarks on a value that may be half typed.

        A field that blocked the last attempt to save still shows its remarks, and a question that
        was answered its tick, or the answer would be lost.
        """
        blocked_before = cast("QueryDict", self.data).getlist(BLOCKED_BEFORE)
        for name, field in self.fields.items():
            if name not in blocked_before:
                vars(field)["remarks"] = [
                    remark
                    for remark in remarks_of(field)
                    if remark.is_confirmed or not remark.unfinished
                ]


class CourseForm(RemarkForm):
    """A form for one course."""

    course_uid = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, bedside: Bedside) -> None:
        super().__init__(data, bedside=bedside)
        self.bedside, self.course = bedside, bedside.course
        self.initial["course_uid"] = self.course.uid

    def row_uids(self) -> list[uuid.UUID]:
        """The uids of all rows that this form could make; none where its number is lost."""
        try:
            return [uuid.UUID(self.data.get("uid", ""))]
        except ValueError:
            return []

    def clean_course_uid(self) -> uuid.UUID:
        """The uid of the course; refused unless the form was opened for this patient."""
        course_uid: uuid.UUID = self.cleaned_data["course_uid"]
        if course_uid != self.course.uid:
            raise Refusal("This form was opened for another patient. Nothing was saved.")
        return course_uid


def remarks_of(field: forms.Field) -> list[Remark]:
    """The remarks on one field; none before the form was cleaned."""
    return getattr(field, "remarks", [])
