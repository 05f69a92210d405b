"""The fields of a moment: a day of the course and a time of 24 hours, in the ward's time zone."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, cast
from zoneinfo import ZoneInfo

from django import forms

from patients.forms.local_time import (
    RepeatedTime,
    SkippedTime,
    comes_twice,
    date_and_time,
    local_moment,
)
from patients.forms.remarks import Offer, Refusal
from patients.models.clinical_row import CLOCK_TOLERANCE
from patients.reading.bedside import Last, Scene
from patients.words import wording

DAYS_BEFORE_INFUSION = 10
DAYS_WITHOUT_INFUSION = 30
MOST_DAYS = 120
"""The list goes back to so many days before the infusion, without an infusion so many days before
today, and at most `MOST_DAYS`."""
EARLIEST = timedelta(days=365)
"""An observation lies at most this long before the infusion, or before now."""

_CLOCK = re.compile(r"(\d{1,2})[:.,h ]?(\d{2})", re.ASCII)


class ClockField(forms.TimeField):
    """A time of 24 hours, typed as 06:40, 6.40 or 0640."""

    def to_python(self, value: Any) -> time | None:
        match = _CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None
        return super().to_python(value if match is None else f"{match[1]}:{match[2]}")


class DaySelect(forms.Select):
    """The days of the course as a list: weekday, date and Day +n, newest first."""

    def __init__(self) -> None:
        super().__init__({"aria-label": "date"})

    def offer(self, bedside: Scene, today: date, *, may_be_empty: bool) -> None:
        """List the days from before the infusion up to today."""
        since = bedside.day_of(today)
        back = DAYS_WITHOUT_INFUSION if since is None else max(since, 0) + DAYS_BEFORE_INFUSION
        days = [today - timedelta(days=n) for n in range(min(back, MOST_DAYS) + 1)]

        def listed() -> list[tuple[str, str]]:
            """The days with their labels; a preview, which shows no list, never calls this."""
            choices = [("", "date")] if may_be_empty else []
            for day in days:
                named = {0: "today, ", 1: "yesterday, "}.get((today - day).days, "")
                n = bedside.day_of(day)
                counted = "" if n is None else f" · {wording.day(n)}"
                choices.append((day.isoformat(), f"{named}{day:%a %d %b %Y}{counted}"))
            return choices

        self.choices = cast("Any", listed)  # Django calls it when it lists the choices

    def format_value(self, value: Any) -> list[str]:
        chosen = str(value) if value else ""
        listed = {str(day) for day, _ in self.choices}
        if chosen and chosen not in listed:
            self.choices = [*self.choices, (chosen, chosen)]
        return [chosen]


class MomentWidget(forms.MultiWidget):
    """The inputs of a date, of a time of the ward, and of first or second in a repeated hour."""

    zone: tzinfo = ZoneInfo("UTC")

    def __init__(self, date_inputs: dict[str, forms.Widget]) -> None:
        clock_input = forms.TimeInput(
            {
                "aria-label": "time, 24 hours",
                "inputmode": "numeric",
                "maxlength": "5",
                "placeholder": "time",
                "autocomplete": "off",
            },
            format="%H:%M",
        )
        super().__init__({**date_inputs, "time": clock_input, "fold": forms.HiddenInput()})

    def date_values(self, day: date) -> list[Any]:
        """The value of each input of the date."""
        raise NotImplementedError

    def decompress(self, value: datetime | None) -> list[Any]:
        if value is None:
            return [None] * len(self.widgets)
        local = value.astimezone(self.zone)
        clock_time = local.time().replace(second=0, microsecond=0, fold=0)
        fold = local.fold if comes_twice(local) else None
        return [*self.date_values(local.date()), clock_time, fold]


class MomentInput(MomentWidget):
    """A day from the list and a time."""

    template_name = "widgets/moment.html"

    def __init__(self) -> None:
        super().__init__({"date": DaySelect()})

    def date_values(self, day: date) -> list[Any]:
        return [day]


class WardMomentField(forms.MultiValueField):
    """A date and a time in the ward's time zone, however the date is entered."""

    last: Last | None = None

    def __init__(
        self, label: str, *date_parts: forms.Field, required: bool, clock_required: bool
    ) -> None:
        wrong_time = {"invalid": "Type the time as 24 hours: 06:40."}
        super().__init__(
            (
                *date_parts,
                ClockField(required=clock_required, error_messages=wrong_time),
                forms.IntegerField(required=False, min_value=0, max_value=1),
            ),
            required=required,
            require_all_fields=False,
            label=label,
            error_messages={
                "required": f"{label}: enter date and time.",
                "incomplete": f"{label}: enter both date and time.",
            },
        )
        self.name = ""
        self.zone: tzinfo = ZoneInfo("UTC")
        self.now: datetime | None = None

    def at(self, name: str, bedside: Scene) -> None:
        """Tell the field its name in the form, the zone of the course, and what time it is."""
        self.name, self.zone, self.now = name, bedside.zone, bedside.now
        self.widget.zone = bedside.zone

    def moment(self, day: date, hour: time, fold: int | None) -> datetime:
        """The moment typed; refused where the clock skips it, or repeats it and `fold` is None.

        In a repeated hour each of the two moments is offered as one tap.
        """
        try:
            return local_moment(day, hour, self.zone, fold)
        except SkippedTime as skipped:
            raise Refusal(str(skipped)) from skipped
        except RepeatedTime as repeated:
            words = zip(("the first", "the second"), repeated.moments, strict=True)
            offers = [
                Offer.of(f"{word} {moment:%H:%M} ({moment.tzname()})", {f"{self.name}_fold": which})
                for which, (word, moment) in enumerate(words)
            ]
            raise Refusal(str(repeated), offers=offers) from repeated

    def not_later_than_now(self, moment: datetime) -> datetime:
        """`moment`, or now where a clock runs a little ahead; refused where it is in the future."""
        if self.now is None or moment <= self.now:
            return moment
        if moment <= self.now + CLOCK_TOLERANCE:
            return self.now.replace(second=0, microsecond=0)
        here = self.now.astimezone(self.zone)
        raise Refusal(
            f"{self.label} {date_and_time(moment.astimezone(self.zone))} lies in the future: "
            f"on the ward it is {date_and_time(here)}. Enter when it was measured, or tap “now”."
        )


class MomentField(WardMomentField):
    """The moment of an observation: a day from the list and a time, not later than now."""

    widget: Any = MomentInput

    def __init__(self, label: str, *, required: bool = True) -> None:
        day = forms.DateField(error_messages={"invalid": "Choose the date."})
        super().__init__(label, day, required=required, clock_required=True)
        self.template_name = "fields/moment.html"
        self.earliest, self.before_what = date.min, ""

    def at(self, name: str, bedside: Scene) -> None:
        """As for every moment; in addition list the days and set the earliest that is accepted."""
        super().at(name, bedside)
        today = bedside.now.astimezone(bedside.zone).date()
        since = bedside.day_of(today)
        start, self.before_what = today, "now"
        if since is not None and since >= 0:
            start, self.before_what = today - timedelta(days=since), "the infusion"
        self.earliest = start - EARLIEST
        self.widget.widgets[0].offer(bedside, today, may_be_empty=not self.required)

    def compress(self, parts: list[Any]) -> datetime | None:
        day, hour, fold = parts or (None, None, None)
        if day is None or hour is None:
            return None
        if day < self.earliest:
            raise Refusal(
                f"{self.label} {date_and_time(datetime.combine(day, hour))} lies more than a year "
                f"before {self.before_what}. Choose the day from the list."
            )
        return self.not_later_than_now(self.moment(day, hour, fold))
