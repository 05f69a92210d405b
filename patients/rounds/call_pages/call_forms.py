"""The forms of a call: whom somebody told, that one answers, how it ended.

Chart and page of the call send the same values by buttons of one tap (`with_moment`); a refusal, or
“another time”, shows the whole form with everything tapped and typed.
"""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import Any

from django import forms
from django.http import QueryDict

from patients.adjudication.sign_form import ReasonText
from patients.forms.course_form import CourseForm
from patients.forms.fields import TapField
from patients.forms.local_time import comes_twice
from patients.forms.moments import MomentField
from patients.forms.remarks import TAPPED_OFFER
from patients.reading.bedside import Bedside
from patients.rounds.call_pages.call_words import dialed
from patients.rounds.calls.acts import LONGEST_WHO, NEEDS_SEEN_AT
from patients.rounds.rules.calls import Call, CallOutcome

SOMEBODY_ELSE = "somebody_else"
AGO = "ago"
"""The name of the buttons of a time: so many minutes ago, or `ANOTHER_TIME`."""
ANOTHER_TIME = "another"
MINUTES_AGO = {"0": "now", "5": "5 min ago", "10": "10 min ago"}
SEEN_MINUTES_AGO = {"0": "now", "10": "10 min ago", "20": "20 min ago", "30": "30 min ago"}
LONGEST_NAME = 120
LONGEST_AGO = 24 * 60
OUTCOMES = [(each.value, each.label) for each in CallOutcome if each is not CallOutcome.IN_ERROR]
LOST = "The page had lost which call this is. Nothing was saved. Open it on the chart again."


class CallForm(CourseForm):
    """What every form of a call sends: which call it is about, and the page it was opened on.

    climb  of the call as the page showed it: nobody answers what was added since
    """

    call = forms.UUIDField(
        widget=forms.HiddenInput, error_messages={"required": LOST, "invalid": LOST}
    )
    climb = forms.IntegerField(
        widget=forms.HiddenInput, error_messages={"required": LOST, "invalid": LOST}
    )
    page = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        bedside: Bedside,
        about: Call | None = None,
        saving: bool = False,
    ) -> None:
        super().__init__(data, bedside=bedside)
        self.saving = saving
        if about is not None:
            self.initial["call"] = about.uid

    def in_words(self) -> str:
        """What was to be saved, for the page that shows it beside what is stored."""
        raise NotImplementedError


class InformedForm(CallForm):
    """Whom somebody told, and when."""

    who = TapField("Whom did you tell?", [])
    somebody_else = forms.CharField(required=False, label="Somebody else", max_length=LONGEST_NAME)
    told_at = MomentField("When")

    def __init__(self, *args: Any, about: Call | None = None, **kwargs: Any) -> None:
        super().__init__(*args, about=about, **kwargs)
        steps = whom_to_tell(about) if about is not None else []
        sent = self.data.get("who", "") if self.is_bound else ""
        offered = [(words, words) for words in dict.fromkeys([*steps, sent]) if words]
        field: Any = self.fields["who"]
        field.choices = [each for each in offered if each[0] != SOMEBODY_ELSE] + [
            (SOMEBODY_ELSE, "somebody else")
        ]
        field.widget.choices = field.choices

    def clean(self) -> None:
        """Somebody was told: one of the steps, or somebody named."""
        if not self.saving:
            return
        if self.value("who") == SOMEBODY_ELSE and not self._name():
            self.refuse("somebody_else", "Say whom you told.")
        elif self.value("who") is None and not self._name():
            self.refuse("who", "Tap whom you told.")

    def _name(self) -> str:
        return (self.value("somebody_else") or "").strip()

    def whom(self) -> str:
        """Whom: what was typed, or the step that was tapped."""
        return self._name() or self.value("who")

    def in_words(self) -> str:
        return f"told {self.whom()}"


class AnswerForm(CallForm):
    """Whoever is signed in answers for themselves alone: nothing is asked."""

    def in_words(self) -> str:
        return "your answer"


class CallEndForm(CallForm):
    """How the call ended."""

    outcome = TapField("How did it end?", OUTCOMES)
    seen_at = MomentField("Seen at", required=False)
    plan = ReasonText("Plan, in a few words")

    def clean(self) -> None:
        """A patient who was seen was so at a time, and has a plan."""
        if not self.saving:
            return
        outcome = self.value("outcome")
        if outcome is None:
            self.refuse("outcome", "Tap how it ended.")
        is_timed = self.value("seen_at") is not None or "seen_at" in self.errors
        if outcome in NEEDS_SEEN_AT and not is_timed:
            self.refuse("seen_at", "Say when the patient was seen.")
        if outcome == CallOutcome.ATTENDED and not self.plan_in_words():
            self.refuse("plan", "Say the plan in a few words.")

    def plan_in_words(self) -> str:
        return (self.value("plan") or "").strip()

    def in_words(self) -> str:
        outcome = CallOutcome(self.value("outcome")).label
        return ", ".join(filter(None, (f"closed: {outcome}", self.plan_in_words())))


def whom_to_tell(call: Call) -> list[str]:
    """The steps of the policy as they are offered, each with its number."""
    offered = (dialed(step) for step in call.policy)
    return list(dict.fromkeys(each[:LONGEST_WHO].strip() for each in offered))


def with_open_call(sent: QueryDict, call: Call | None) -> QueryDict:
    """What was sent; taken over from another's form, which names no call, with the open one."""
    if TAPPED_OFFER not in sent or "call" in sent or call is None:
        return sent
    data = sent.copy()
    data["call"], data["climb"] = str(call.uid), str(call.climb_number)
    return data


def with_moment(sent: QueryDict, name: str, now: datetime, zone: tzinfo) -> QueryDict:
    """What the buttons of chart and page sent, as the whole form sends it.

    `ago` becomes the moment in the field `name`; “another time” opens the whole form.
    """
    if AGO not in sent:
        return sent
    data = sent.copy()
    ago = data.pop(AGO)[-1]
    if ago == ANOTHER_TIME:
        data[TAPPED_OFFER] = ""
    elif ago.isascii() and ago.isdecimal() and int(ago[:5]) <= LONGEST_AGO:
        data.update(_as_inputs(name, now - timedelta(minutes=int(ago[:5])), zone))
    return data


def _as_inputs(name: str, at: datetime, zone: tzinfo) -> dict[str, str]:
    """A moment as the inputs of its field send it: date, time, and which of a repeated hour."""
    local = at.astimezone(zone)
    return {
        f"{name}_date": local.date().isoformat(),
        f"{name}_time": f"{local:%H:%M}",
        f"{name}_fold": str(local.fold) if comes_twice(local) else "",
    }
