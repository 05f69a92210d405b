"""When: a day of the course and a time of 24 hours, in the ward's time zone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, cast
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError

from patients.forms.remarks import Offer, Refusal
from patients.models.clinical_row import CLOCK_TOLERANCE
from patients.reading.bedside import Last, Scene
from patients.words import wording

DAYS_BEFORE_INFUSION = 10
DAYS_WITHOUT_INFUSION = 30
MOST_DAYS = 120
"""How far back the list of days goes."""
FIRST_YEAR = 1900
EARLIEST = timedelta(days=365)
"""How long before the infusion, or before now, something may have been observed."""


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

    def offer(self, bedside: Scene, today: date, *, may_be_empty: bool) -> None:
        """List the days from before the infusion up to today."""
        since = bedside.day_of(today)
        back = DAYS_WITHOUT_INFUSION if since is None else max(since, 0) + DAYS_BEFORE_INFUSION
        days = [today - timedelta(days=n) for n in range(min(back, MOST_DAYS) + 1)]

        def listed() -> list[tuple[str, str]]:
            """Written once they are shown: a preview shows none."""
            choices = [(day.isoformat(), _day_label(day, today, bedside)) for day in days]
            return [("", "date"), *choices] if may_be_empty else choices

        self.choices = cast("Any", listed)  # Django asks it when it lists them

    def format_value(self, value: Any) -> list[str]:
        chosen = str(value) if value else ""
        listed = {str(day) for day, _ in self.choices}
        if chosen and chosen not in listed:
            self.choices = [*self.choices, (chosen, chosen)]
        return [chosen]


def _day_label(day: date, today: date, bedside: Scene) -> str:
    named = {0: "today, ", 1: "yesterday, "}.get((today - day).days, "")
    n = bedside.day_of(day)
    return f"{named}{day:%a %d %b %Y}" + ("" if n is None else f" · {wording.day(n)}")


MONTHS = [(str(n), date(2000, n, 1).strftime("%b")) for n in range(1, 13)]


def _date_inputs() -> dict[str, Any]:
    """Day, month and year as they cannot be confused: the month is a word."""
    digits = {"inputmode": "numeric", "autocomplete": "off"}
    return {
        "day": forms.TextInput(
            {"aria-label": "day", "placeholder": "day", "maxlength": "2", **digits}
        ),
        "month": forms.Select({"aria-label": "month"}, choices=[("", "month"), *MONTHS]),
        "year": forms.TextInput(
            {"aria-label": "year", "placeholder": "year", "maxlength": "4", **digits}
        ),
    }


def _date_parts() -> list[forms.Field]:
    whole = {"invalid": "Type day and year as numbers: 05 Jan 2026."}
    return [forms.IntegerField(required=False, error_messages=whole) for _ in range(3)]


def _written_date(parts: Sequence[int | None]) -> date | None:
    """The date of day, month and year; None where all three are empty."""
    day, month, year = parts
    if day is None and month is None and year is None:
        return None
    if day is None or month is None or year is None:
        raise Refusal("Enter day, month and year of the date.")
    if year < FIRST_YEAR:
        raise Refusal(f"The year {year} cannot be meant. Type all four digits.")
    try:
        return date(year, month, day)
    except ValueError as impossible:
        name = dict(MONTHS).get(str(month), "?")
        raise Refusal(f"There is no {day} {name} {year}.") from impossible


class WrittenDateInput(forms.MultiWidget):
    """Day, month and year of a date that lies too far off for a list of days."""

    template_name = "widgets/written.html"

    def __init__(self) -> None:
        super().__init__(_date_inputs())

    def decompress(self, value: date | None) -> list[Any]:
        return [None] * 3 if value is None else [value.day, value.month, value.year]


class WrittenDateField(forms.MultiValueField):
    """A birth date: day, month by its name, year of four digits."""

    widget: Any = WrittenDateInput

    def __init__(self, label: str) -> None:
        super().__init__(_date_parts(), required=False, require_all_fields=False, label=label)
        self.template_name = "fields/written.html"

    def compress(self, parts: list[Any]) -> date | None:
        return _written_date(parts) if parts else None


class MomentInput(forms.MultiWidget):
    """A date and a time of the ward, and which of the two in the hour that comes twice."""

    template_name = "widgets/moment.html"

    def __init__(self) -> None:
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
        days = self.date_inputs()
        super().__init__({**days, "time": clock_input, "fold": forms.HiddenInput()})
        self.zone: tzinfo = ZoneInfo("UTC")

    def date_inputs(self) -> dict[str, Any]:
        return {"date": DaySelect()}

    def decompress(self, value: datetime | None) -> list[Any]:
        if value is None:
            return [None] * len(self.widgets)
        local = value.astimezone(self.zone)
        clock_time = local.time().replace(second=0, microsecond=0, fold=0)
        fold = local.fold if comes_twice(local) else None
        return [*self.date_values(local.date()), clock_time, fold]

    def date_values(self, day: date) -> list[Any]:
        return [day]


class WrittenMomentInput(MomentInput):
    """A time on any day, past or to come."""

    template_name = "widgets/written.html"

    def date_inputs(self) -> dict[str, Any]:
        return _date_inputs()

    def date_values(self, day: date) -> list[Any]:
        return [day.day, day.month, day.year]


class MomentField(forms.MultiValueField):
    """When something happened, in the ward's time zone, not later than now."""

    widget: Any = MomentInput
    last: Last | None = None

    def __init__(self, label: str, *, required: bool = True) -> None:
        parts = (
            *self.date_parts(),
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
        self.earliest, self.before_what = date.min, ""

    def at(self, name: str, bedside: Scene) -> None:
        """Read and show times in the zone of the course; refuse what lies ahead of now."""
        self.name, self.zone, self.now = name, bedside.zone, bedside.now
        self.widget.zone = bedside.zone
        today = bedside.now.astimezone(bedside.zone).date()
        since = bedside.day_of(today)
        start, self.before_what = today, "now"
        if since is not None and since >= 0:
            start, self.before_what = today - timedelta(days=since), "the infusion"
        self.earliest = start - EARLIEST
        self.widget.widgets[0].offer(bedside, today, may_be_empty=not self.required)

    def date_parts(self) -> list[forms.Field]:
        return [forms.DateField(error_messages={"invalid": "Choose the date."})]

    def read_date(self, parts: list[Any]) -> date | None:
        return parts[0] if parts else None

    def compress(self, parts: list[Any]) -> datetime | None:
        day = self.read_date(parts[:-2])
        if day is None or parts[-2] is None:
            return None
        if day < self.earliest:
            raise Refusal(
                f"{self.label} {clock(datetime.combine(day, parts[-2]))} lies more than a year "
                f"before {self.before_what}. Choose the day from the list."
            )
        moment = local_moment(day, parts[-2], self.zone, parts[-1])
        return self.not_ahead(moment)

    def clean(self, value: Any) -> datetime | None:
        try:
            moment: datetime | None = super().clean(value)
        except Twice as twice:
            raise Refusal(str(twice), offers=twice.offers(self.name)) from twice
        return moment

    def not_ahead(self, moment: datetime) -> datetime:
        """`moment`, or now where a clock runs a little ahead."""
        if self.now is None or moment <= self.now:
            return moment
        if moment <= self.now + CLOCK_TOLERANCE:
            return self.now.replace(second=0, microsecond=0)
        here = self.now.astimezone(self.zone)
        raise Refusal(
            f"{self.label} {clock(moment.astimezone(self.zone))} lies in the future: "
            f"on the ward it is {clock(here)}. Enter when it was measured, or tap “now”."
        )


class WrittenMomentField(MomentField):
    """A time on any day: long past, or, for what is planned, still to come."""

    widget: Any = WrittenMomentInput

    def __init__(self, label: str, *, required: bool = True) -> None:
        super().__init__(label, required=required)
        self.fields[-2].required = False
        self.template_name = "fields/written.html"

    def at(self, name: str, bedside: Scene) -> None:
        self.name, self.zone, self.now = name, bedside.zone, bedside.now
        self.widget.zone = bedside.zone

    def date_parts(self) -> list[forms.Field]:
        return _date_parts()

    def read_date(self, parts: list[Any]) -> date | None:
        return _written_date(parts) if parts else None

    def compress(self, parts: list[Any]) -> datetime | None:
        day, hour = self.read_date(parts[:-2]), parts[-2] if parts else None
        if (day is None) != (hour is None):
            raise Refusal(f"{self.label}: enter both date and time.")
        return super().compress(parts)

    def not_ahead(self, moment: datetime) -> datetime:
        """What is planned may lie ahead; the form says which of the two it is."""
        return moment

    def not_later_than_now(self, moment: datetime) -> datetime:
        """For what has happened."""
        return super().not_ahead(moment)


class Twice(Exception):
    """A time of the hour that the clock shows twice, and nobody said which."""

    def __init__(self, first: datetime, second: datetime) -> None:
        super().__init__(
            f"{first:%H:%M} comes twice on {first:%d %b %Y}, when the clocks go back. Which one?"
        )
        self.moments = (first, second)

    def offers(self, name: str) -> Iterable[Offer]:
        words = ("the first", "the second")
        return [
            Offer.of(f"{word} {moment:%H:%M} ({moment.tzname()})", {f"{name}_fold": fold})
            for fold, (word, moment) in enumerate(zip(words, self.moments, strict=True))
        ]


def local_moment(day: date, hour: time, zone: tzinfo, fold: int | None) -> datetime:
    """That date and time in `zone`; refused where the clock skips it, asked where it repeats."""
    first = datetime.combine(day, hour, tzinfo=zone)
    second = first.replace(fold=1)
    before, after = _offsets(first)
    if before < after:
        raise ValidationError(
            f"{hour:%H:%M} does not exist on {day:%d %b %Y}: the clocks go forward over it."
        )
    if before > after and fold is None:
        raise Twice(first, second)
    return second if before > after and fold == 1 else first


def comes_twice(local: datetime) -> bool:
    """Whether the clock on the wall shows this time a second time."""
    before, after = _offsets(local)
    return before > after


def _offsets(local: datetime) -> tuple[timedelta, timedelta]:
    """How far the wall is from UTC, were this the first and were it the second such time."""
    first, second = (local.replace(fold=fold).utcoffset() for fold in (0, 1))
    return first or timedelta(0), second or timedelta(0)


def clock(moment: datetime) -> str:
    """05 Jan 2026 06:40."""
    return f"{moment:%d %b %Y %H:%M}"
