"""The form of a decision on one sign: whether it has another cause, or counts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from grading.vocabulary import AttributedCause, Decision, Sign
from patients.forms.buttons import buttons_of
from patients.forms.course_form import CourseForm
from patients.forms.fields import TapField
from patients.reading.bedside import Bedside
from patients.words.put_aside import sign_in_words

HAS_ANOTHER_CAUSE = "it has another cause and does not count"
COUNTS = "it counts"
WITHDRAWN = "no decision any more: the entries speak for themselves"
DECISIONS = [
    (Decision.CONFIRMED.value, HAS_ANOTHER_CAUSE),
    (Decision.REFUSED.value, COUNTS),
    (Decision.WITHDRAWN.value, WITHDRAWN),
]
LONGEST_REASON = 400


class ReasonText(forms.CharField):
    """The reason of a decision in a few words."""

    def __init__(self, label: str = "Reason, in a few words") -> None:
        area = forms.Textarea({"rows": 2})
        super().__init__(required=False, label=label, max_length=LONGEST_REASON, widget=area)
        self.template_name = "fields/note.html"


class DecisionForm(CourseForm):
    """What every form of a decision sends: its reason, and the decision that stood before it."""

    after = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def row_values(self) -> dict[str, Any]:
        """The values by the fields of an adjudication."""
        raise NotImplementedError

    def decided_meanwhile(self, latest: Any) -> None:
        """Take note of a decision that came first: saved once more, this one follows it."""
        data = self.data.copy()  # type: ignore[attr-defined]
        data["after"] = str(latest.uid)
        self.data = data


class SignDecisionForm(DecisionForm):
    """The form of one decision about one sign."""

    decision = TapField("What do you decide?", DECISIONS)
    cause = TapField("Its cause", buttons_of(AttributedCause))
    reason = ReasonText()
    about = forms.UUIDField(required=False, widget=forms.HiddenInput)
    """The first assessment that it is about; from that time on it holds."""

    def __init__(
        self, data: QueryDict | None = None, *, bedside: Bedside, sign: Sign, saving: bool = False
    ) -> None:
        super().__init__(data, bedside=bedside)
        self.sign = sign
        self.saving = saving

    def clean(self) -> None:
        """A decision has its reason; another cause is reason enough, unless it is one in words."""
        decision, reason = self.value("decision"), (self.value("reason") or "").strip()
        name = sign_in_words(self.sign)
        if decision is None:
            self.refuse("decision", f"Tap what you decide about {name}.")
        if decision != Decision.CONFIRMED:
            self.cleaned_data["cause"] = None
        elif self.value("cause") is None and not reason:
            self.refuse("cause", f"Tap the cause of {name}, or say it in words.")
        if self.value("cause") == AttributedCause.OTHER and not reason:
            self.refuse("reason", "Say in a few words what the cause is.")
        if decision in (Decision.REFUSED, Decision.WITHDRAWN) and not reason:
            self.refuse("reason", "Say the reason in a few words.")

    def row_values(self) -> dict[str, Any]:
        """The values by the fields of an adjudication."""
        values = {name: self.value(name) for name in ("uid", "decision", "cause")}
        return values | {"sign": self.sign.value, "reason": (self.value("reason") or "").strip()}
