"""The forms of what interrupts a round: away from the ward, not done, entered in error."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Any

from django import forms
from django.http import QueryDict

from patients.adjudication.sign_form import ReasonText
from patients.forms.course_form import CourseForm
from patients.forms.fields import TapField
from patients.forms.local_time import RepeatedTime, SkippedTime, local_moment
from patients.forms.moments import ClockField, MomentField
from patients.reading.bedside import Bedside
from patients.rounds.due.interruptions import LONGEST_PAUSE
from patients.rounds.rules.clocks import NotDoneReason, PauseReason
from patients.words import wording

CHART, ROUND = "chart", "round"
"""The pages to which a form leads back."""
AWAY = [(each.value, each.label) for each in PauseReason if each is not PauseReason.HOME]
MINUTES = (("30", "30 min"), ("60", "1 h"), ("120", "2 h"))


class InterruptionForm(CourseForm):
    """What every form here sends: the page from which it was opened."""

    back_to = forms.ChoiceField(
        choices=[(CHART, CHART), (ROUND, ROUND)], required=False, widget=forms.HiddenInput
    )

    def __init__(
        self, data: QueryDict | None = None, *, bedside: Bedside, saving: bool = False
    ) -> None:
        super().__init__(data, bedside=bedside)
        self.saving = saving

    def words(self, name: str) -> str:
        """What was typed in a field of text."""
        return (self.value(name) or "").strip()


class ReturnField(ClockField):
    """A time of the ward's clock, without a date."""

    def __init__(self, label: str) -> None:
        wrong = {"invalid": "Type the time as 24 hours: 14:30."}
        attributes = {"inputmode": "numeric", "maxlength": "5", "autocomplete": "off"}
        area = forms.TimeInput(attributes, format="%H:%M")
        super().__init__(label=label, required=False, widget=area, error_messages=wrong)
        self.template_name = "fields/text.html"


def next_such_time(hour: time, after: datetime, zone: tzinfo) -> datetime:
    """The first moment after `after` at which the clock of the ward shows this time.

    Raises `SkippedTime` where the clock goes forward over it.
    """
    local = after.astimezone(zone)
    for day in (local.date(), local.date() + timedelta(days=1)):
        try:
            moments: tuple[datetime, ...] = (local_moment(day, hour, zone, None),)
        except RepeatedTime as repeated:
            moments = repeated.moments
        for moment in moments:
            if moment.astimezone(UTC) > after:
                return moment.astimezone(UTC)
    raise SkippedTime(f"The clock of the ward does not show {hour:%H:%M}.")


class PauseForm(InterruptionForm):
    """Why and until when a patient is away from the ward."""

    reason = TapField("Where is the patient?", AWAY)
    minutes = TapField("Back in", MINUTES)
    back_at = ReturnField("Or back at, 24 hours")
    from_at = MomentField("Away since (empty: now)", required=False)
    note = ReasonText("Note for the next nurse, in a few words")
    until_at: datetime | None = None

    def clean(self) -> None:
        """A pause has its reason and its end, and ends after it began."""
        if not self.saving:
            return
        if self.value("reason") is None:
            self.refuse("reason", "Tap where the patient is.")
        minutes, back_at = self.value("minutes"), self.value("back_at")
        if minutes is None and back_at is None and "back_at" not in self.errors:
            self.refuse("minutes", "Tap when the patient is expected back, or type the time.")
        if minutes is not None and back_at is not None:
            self.refuse("back_at", "Tap how long, or type the time: one of them.")
        elif back_at is not None:
            self._read_return(back_at)

    def _read_return(self, back_at: time) -> None:
        """The next such time after the patient left; one further away lies before that."""
        zone, left_at = self.course.zone, self.value("from_at") or self.now
        try:
            until_at = next_such_time(back_at, left_at, zone)
        except SkippedTime as skipped:
            self.refuse("back_at", str(skipped))
            return
        if until_at - left_at > LONGEST_PAUSE:
            left = wording.time_of_day(left_at, zone)
            self.refuse(
                "back_at",
                f"{back_at:%H:%M} lies before the patient left, {left}, or more than 12 hours "
                "after. Type a time within 12 hours; enter it anew if the patient stays away.",
            )
        else:
            self.until_at = until_at

    def lasting(self) -> timedelta | None:
        """For how long, where that was tapped."""
        minutes = self.value("minutes")
        return None if minutes is None else timedelta(minutes=int(minutes))

    def row_values(self) -> dict[str, Any]:
        """The values by the fields of a pause."""
        values = {name: self.value(name) for name in ("uid", "reason", "from_at")}
        return values | {"until_at": self.until_at, "note": self.words("note")}


class NotDoneForm(InterruptionForm):
    """Why a part of the round was not done: one tap saves."""

    note = ReasonText("Note for the next nurse, if there is one")
    after = forms.UUIDField(required=False, widget=forms.HiddenInput)
    """The newest reason for this part when the page was opened."""
    reason = forms.ChoiceField(
        choices=[(each.value, each.label) for each in NotDoneReason],
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": "Tap one of the reasons."},
    )

    def clean(self) -> None:
        """It has its reason; another one is said in words."""
        if not self.saving:
            return
        reason = self.value("reason")
        if not reason and "reason" not in self.errors:
            self.add_error(None, "Tap why it was not done.")
        if reason == NotDoneReason.OTHER and not self.words("note"):
            self.refuse("note", "Say the reason in a few words, then tap “other” once more.")

    def row_values(self) -> dict[str, Any]:
        """The values by the fields of an omission."""
        return {
            "uid": self.value("uid"),
            "reason": self.value("reason"),
            "note": self.words("note"),
        }

    def recorded_meanwhile(self, uid: Any) -> None:
        """Take note of a reason that came first: saved once more, this one follows it."""
        data = self.data.copy()  # type: ignore[attr-defined]
        data["after"] = str(uid)
        self.data = data


class WithdrawForm(InterruptionForm):
    """Why a pause or a reason was entered in error."""

    reason = ReasonText("What was wrong, in a few words")

    def clean(self) -> None:
        if self.saving and not self.words("reason"):
            self.refuse("reason", "Say in a few words what was wrong.")
