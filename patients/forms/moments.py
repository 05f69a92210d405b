"""When: a day of the course and a time of 24 hours, in the ward's time zone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError

from patients import wording
from patients.forms.bedside import Bedside, Last
from patients.forms.saying import Fill, Refusal

TOLERATED_AHEAD = timedelta(minutes=10)
"""A tablet's clock may run this far ahead of the server; the time is then taken as now."""
DAYS_BEFORE_INFUSION = 10
MOST_DAYS = 120
"""How far back the list of days goes."""


class ClockField(forms.TimeField):
    """A time of 24 hours, however it is typed: 06:40, 6.40, 0640."""

    def to_python(self, value: Any) -> time | None:
        match = _CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None
        return super().to_python(value if match is None else f"{match[1]}:{match[2]}")


_CLOCK = re.compile(r"(\d{1,2})[:.,h ]?(\d{2})", re.ASCII)


class DaySelect(forms.Select):
    """The days of the course as a list: weekday, date and Day +n, newest first."""

    def __init__(self) -> None:
        super().__init__({"aria-label": "date"})

    def offer(self, bedside: Bedside, today: date, *, may_be_empty: bool) -> None:
        """List the days from before the infusion up to today."""
        back = min(max(bedside.day_of(today), 0) + DAYS_BEFORE_INFUSION, MOST_DAYS)
        days = [today - timedelta(days=n) for n in range(back + 1)]
        listed = [(day.isoformat(), _day_label(day, today, bedside)) for day in days]
        self.choices = [("", "date"), *listed] if may_be_empty else listed

    def format_value(self, value: Any) -> list[str]:
        chosen = str(value) if value else ""
        known = {str(day) for day, _ in self.choices}
        if chosen and chosen not in known:
            self.choices = [*self.choices, (chosen, chosen)]
        return [chosen]


def _day_label(day: date, today: date, bedside: Bedside) -> str:
    named = {0: "today, ", 1: "yesterday, "}.get((today - day).days, "")
    return f"{named}{day:%a %d %b %Y} · {wording.day(bedside.day_of(day))}"


class MomentInput(forms.MultiWidget):
    """A date and a time of the ward, and which of the two in the hour that comes twice."""

    template_name = "widgets/moment.html"

    def __init__(self) -> None:
        clock_input = forms.TimeInput(
            {
                "aria-label": "time, 24 hours",
                "inputmode": "numeric",
                "maxlength": "5",
                "placeholder": "06:40",
                "autocomplete": "off",
            },
            format="%H:%M",
        )
        super().__init__({"date": DaySelect(), "time": clock_input, "fold": forms.HiddenInput()})
        self.zone: tzinfo = ZoneInfo("UTC")

    def decompress(self, value: datetime | None) -> list[Any]:
        if value is None:
            return [None, None, None]
        local = value.astimezone(self.zone)
        return [local.date(), local.time().replace(second=0, microsecond=0, fold=0), local.fold]


class MomentField(forms.MultiValueField):
    """When something happened, in the ward's time zone, not later than now."""

    widget: Any = MomentInput
    last: Last | None = None

    def __init__(self, label: str, *, required: bool = True) -> None:
        parts = (
            forms.DateField(error_messages={"invalid": "Choose the date."}),
            ClockField(error_messages={"invalid": "Type the time as 24 hours: 06:40."}),
            forms.IntegerField(required=False, min_value=0, max_value=1),
        )
        missing = {
            "required": f"{label}: enter date and time.",
            "incomplete": f"{label}: enter both date and time.",
        }
        super().__init__(
            parts,
            required=required,
            require_all_fields=False,
            label=label,
            error_messages=missing,
        )
        self.template_name = "fields/moment.html"
        self.name = ""
        self.zone: tzinfo = ZoneInfo("UTC")
        self.now: datetime | None = None

    def at(self, name: str, bedside: Bedside) -> None:
        """Read and show times in the zone of the course; refuse what lies ahead of now."""
        self.name, self.zone, self.now = name, bedside.zone, bedside.now
        self.widget.zone = bedside.zone
        today = bedside.now.astimezone(bedside.zone).date()
        self.widget.widgets[0].offer(bedside, today, may_be_empty=not self.required)

    def compress(self, parts: list[Any]) -> datetime | None:
        if not parts or parts[0] is None or parts[1] is None:
            return None
        moment = local_moment(parts[0], parts[1], self.zone, parts[2])
        return self.not_ahead(moment)

    def clean(self, value: Any) -> datetime | None:
        try:
            moment: datetime | None = super().clean(value)
        except Twice as twice:
            raise Refusal(str(twice), fills=twice.fills(self.name)) from twice
        return moment

    def not_ahead(self, moment: datetime) -> datetime:
        """`moment`, or now where a clock runs a little ahead."""
        if self.now is None or moment <= self.now:
            return moment
        if moment <= self.now + TOLERATED_AHEAD:
            return self.now.replace(second=0, microsecond=0)
        here = self.now.astimezone(self.zone)
        raise Refusal(
            f"{self.label} {clock(moment.astimezone(self.zone))} lies in the future: "
            f"on the ward it is {clock(here)}. Enter when it was measured, or tap “now”."
        )


class Twice(Exception):
    """A time of the hour that the clock shows twice, and nobody said which."""

    def __init__(self, first: datetime, second: datetime) -> None:
        super().__init__(
            f"{first:%H:%M} comes twice on {first:%d %b %Y}, when the clocks go back. Which one?"
        )
        self.moments = (first, second)

    def fills(self, name: str) -> Iterable[Fill]:
        words = ("the first", "the second")
        return [
            Fill.of(f"{word} {moment:%H:%M} ({moment.tzname()})", {f"{name}_fold": fold})
            for fold, (word, moment) in enumerate(zip(words, self.moments, strict=True))
        ]


def local_moment(day: date, hour: time, zone: tzinfo, fold: int | None) -> datetime:
    """That date and time in `zone`; refused where the clock skips it, asked where it repeats."""
    first = datetime.combine(day, hour, tzinfo=zone)
    second = first.replace(fold=1)
    before, after = first.utcoffset() or timedelta(0), second.utcoffset() or timedelta(0)
    if before < after:
        raise ValidationError(
            f"{hour:%H:%M} does not exist on {day:%d %b %Y}: the clocks go forward over it."
        )
    if before > after and fold is None:
        raise Twice(first, second)
    return second if before > after and fold == 1 else first


def clock(moment: datetime) -> str:
    """05 Jan 2026 06:40."""
    return f"{moment:%d %b %Y %H:%M}"
