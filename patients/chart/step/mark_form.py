"""The form of a mark: what became of one line of the current step."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import Any

from django import forms
from django.http import QueryDict

from grading.vocabulary import StepAnswer
from patients.adjudication.sign_form import ReasonText
from patients.forms.buttons import buttons_of
from patients.forms.course_form import CourseForm
from patients.forms.fields import TapField
from patients.forms.remarks import TAPPED_OFFER
from patients.reading.bedside import Bedside

DONE, IN_WORDS = "done", "other"
"""The names of the two buttons of a line: done in one tap, or the page with every answer."""
LINES = "lines"
"""What the form of the panel sends beside the code: every line as it is shown, as JSON."""
OF_A_LINE = ("line_toxicity", "grade", "text", "after")
DELAYS_H = (1, 2, 4, 6, 8, 12, 24)
LONGEST_TEXT = 2000
LOST = "The page had lost which line this is. Nothing was saved. Open it on the chart again."


def tapped(sent: QueryDict) -> QueryDict:
    """What a button of the panel sent, as the page of the mark would send it."""
    name = next((name for name in (DONE, IN_WORDS) if name in sent), None)
    if name is None:
        return sent
    data = sent.copy()
    code = data.pop(name)[-1]
    try:
        line = json.loads(data.pop(LINES, ["{}"])[-1])[code]
        shown = {key: str(line[key]) for key in OF_A_LINE if line[key] is not None}
    except (ValueError, KeyError, TypeError, RecursionError):
        shown = {}
    data.update(shown | {"code": code})
    data.update({"answer": StepAnswer.DONE.value} if name == DONE else {TAPPED_OFFER: ""})
    return data


class HiddenText(forms.CharField):
    """What the page knows of the line, sent back unchanged."""

    def __init__(self, most: int) -> None:
        super().__init__(
            max_length=most,
            widget=forms.HiddenInput,
            strip=False,
            error_messages={"required": LOST},
        )


class MarkForm(CourseForm):
    """The form of one mark. Who may not defer or decline is offered “done” alone."""

    code, line_toxicity, text = HiddenText(60), HiddenText(60), HiddenText(LONGEST_TEXT)
    grade = forms.IntegerField(required=False, widget=forms.HiddenInput)
    after = forms.UUIDField(required=False, widget=forms.HiddenInput)
    """The mark that stood on this line when the page was opened."""
    answer = TapField("What became of it?", buttons_of(StepAnswer))
    deferred_for = TapField("Deferred for", [(str(hours), f"{hours} h") for hours in DELAYS_H])
    reason = ReasonText("Reason, in a few words; needed where it is deferred or declined")

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        bedside: Bedside,
        may_decline: bool,
        saving: bool = False,
    ) -> None:
        super().__init__(data, bedside=bedside)
        self.saving = saving
        if not may_decline:
            del self.fields["deferred_for"]
            answer: Any = self.fields["answer"]
            answer.choices = [each for each in answer.choices if each[0] != StepAnswer.DEFERRED]
            answer.choices = [each for each in answer.choices if each[0] != StepAnswer.DECLINED]

    def clean(self) -> None:
        """A mark has its answer, and unless the line is done its reason."""
        answer, reason = self.value("answer"), (self.value("reason") or "").strip()
        if not self.saving:
            return
        if answer is None:
            self.refuse("answer", "Tap what became of this line.")
        if answer in (StepAnswer.DEFERRED, StepAnswer.DECLINED) and not reason:
            self.refuse("reason", "Say the reason in a few words.")
        if self.value("deferred_for") is not None and answer != StepAnswer.DEFERRED:
            self.refuse("deferred_for", "A time belongs to a line that is deferred.")

    def row_uids(self) -> list[uuid.UUID]:
        """The uid of the mark: a form of the panel holds every line, and each has two answers."""
        named = f"{self.data.get('code', '')} {self.data.get('answer', '')}"
        return [uuid.uuid5(form_uid, named) for form_uid in super().row_uids()]

    def row_values(self) -> dict[str, Any]:
        """The values by the fields of a mark."""
        names = ("code", "line_toxicity", "grade", "text", "answer")
        values = {name: self.value(name) for name in names}
        (uid,) = self.row_uids()
        return values | {"uid": uid, "reason": (self.value("reason") or "").strip()}

    def delay(self) -> timedelta | None:
        """For how long the line is deferred; None where no time was tapped."""
        hours = self.value("deferred_for")
        return None if hours is None else timedelta(hours=int(hours))

    def marked_meanwhile(self, latest: Any) -> None:
        """Take note of a mark that came first: saved once more, this one follows it."""
        data = self.data.copy()  # type: ignore[attr-defined]
        data["after"] = str(latest.uid)
        self.data = data
