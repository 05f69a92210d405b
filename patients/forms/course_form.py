"""A form that talks: it refuses what cannot be, asks once about what may be, shows what it read."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.http import QueryDict

from patients.forms.moments import MomentField
from patients.forms.remarks import CONFIRM, Fill, Refusal, Say, refused
from patients.reading.bedside import Bedside, Scene

UNNUMBERED = (
    "The page had lost the number of this form. Nothing was saved. Look at it and save again."
)


TOLD = "told"
"""The fields that kept the form from being saved the last time, in the form itself."""


class TalkingForm(forms.Form):
    """A form made at one place and moment, that exists once whatever is tapped twice.

    `was_refused` is True on the page that answers a save which was refused.
    """

    was_refused = False

    uid = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages={"required": UNNUMBERED, "invalid": UNNUMBERED},
    )

    def __init__(self, data: QueryDict | None = None, *, bedside: Scene) -> None:
        super().__init__(data, initial={"uid": uuid.uuid4()})
        self.use_required_attribute = False
        self.now = bedside.now
        self._said: list[tuple[str, Say]] = []
        self._confirmed = set(data.getlist(CONFIRM)) if data is not None else set()
        for name, field in self.fields.items():
            if isinstance(field, MomentField):
                field.at(name, bedside)

    def is_valid(self) -> bool:
        """Nothing refused and no question left open."""
        return super().is_valid() and not any(say.is_open for _, say in self._said)

    def full_clean(self) -> None:
        self._said = []
        super().full_clean()
        if self.is_bound and "uid" in self.errors:
            self._number_anew()
        self._hand_out()

    def _number_anew(self) -> None:
        """Without a number of its own the form could never be saved."""
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
        fills: Iterable[Fill] = (),
        early: bool = False,
    ) -> None:
        """Ask once; `about` names the value asked about, so that another value asks again."""
        key = f"{name}={about}"
        self._said.append(
            (name, Say("question", text, tuple(fills), key, yes, key in self._confirmed, early))
        )

    def show(self, name: str, text: str, *, fills: Iterable[Fill] = ()) -> None:
        """Say how something was read."""
        self._said.append((name, Say("shown", text, tuple(fills))))

    def refuse(self, name: str, text: str, *, fills: Iterable[Fill] = ()) -> None:
        """Refuse after looking at several fields; the value is left out of the preview."""
        self.add_error(name, Refusal(text, fills=fills))

    def known(self, name: str) -> Any:
        """The value of a field, None where it is empty or was refused."""
        return getattr(self, "cleaned_data", {}).get(name)

    def is_used(self, *names: str) -> bool:
        """Whether a fold holds a value or a refusal, so that it has to stand open."""
        return any(self[name].value() not in (None, "", []) or self[name].errors for name in names)

    def asks_about(self, *names: str) -> bool:
        """Whether a question about one of these fields is still open."""
        return any(say.is_open for about, say in self._said if about in names)

    def refused_fields(self) -> list[forms.BoundField]:
        """The visible fields whose value was refused, in the order on the page."""
        return [
            self[name] for name in self.fields if name in self.errors and not self[name].is_hidden
        ]

    def page_refusals(self) -> list[str]:
        """What is refused about the form as a whole, for the top of the page."""
        about_hidden = [
            text for name in self.fields if self[name].is_hidden for text in self[name].errors
        ]
        return [*self.non_field_errors(), *about_hidden]

    def in_the_way(self) -> list[forms.BoundField]:
        """The visible fields that keep the form from being saved, in the order of the form."""
        if not self.is_bound:
            return []
        self.errors  # noqa: B018  (cleans the form where nobody asked yet)
        return [
            bound
            for bound in self.visible_fields()
            if any(say.is_open for say in _said(bound.field))
        ]

    def put_focus(self) -> None:
        """Let the page open at the first field that keeps the form from being saved."""
        for bound in self.in_the_way()[:1]:
            bound.field.widget.attrs["autofocus"] = True

    def leave_early_unsaid(self) -> None:
        """While somebody types, say nothing about a value that may be half typed.

        What kept the form from being saved stays said.
        """
        told = cast("QueryDict", self.data).getlist(TOLD)
        for name, field in self.fields.items():
            if name not in told:
                vars(field)["says"] = [say for say in _said(field) if not say.early]

    def _hand_out(self) -> None:
        """Give every field what was said about it, refusals first."""
        errors = self.errors.as_data()
        for name, field in self.fields.items():
            refusals = map(refused, errors.get(name, ()))
            vars(field)["says"] = [*refusals, *(say for about, say in self._said if about == name)]


class AskingForm(TalkingForm):
    """A form for one course."""

    course_uid = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, bedside: Bedside) -> None:
        super().__init__(data, bedside=bedside)
        self.bedside, self.course = bedside, bedside.course
        self.initial["course_uid"] = self.course.uid

    def clean_course_uid(self) -> uuid.UUID:
        """The form belongs to the patient it was opened for, whatever another tab shows."""
        course_uid: uuid.UUID = self.cleaned_data["course_uid"]
        if course_uid != self.course.uid:
            raise Refusal("This form was opened for another patient. Nothing was saved.")
        return course_uid


def _said(field: forms.Field) -> list[Say]:
    return getattr(field, "says", [])
