"""The fields of the bedside forms: a number, a tap, a moment.

Every field takes `last`, what was recorded before, to stand beside it and never in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError

from grading.vocabulary import VITAL_LIMITS, Limits
from patients import wording
from patients.forms.bedside import Bedside, Last
from patients.forms.numbers import Unreadable, is_unfinished, plain, read_number, retyped
from patients.forms.saying import Fill, Refusal

NONE = "none"
NOT_ASSESSED = "not_assessed"
TOLERATED_AHEAD = timedelta(minutes=10)
"""A tablet's clock may run this far ahead of the server; the time is then taken as now."""

DAYS_BEFORE_INFUSION = 10
MOST_DAYS = 120
"""How far back the list of days goes."""

Choices = Sequence[tuple[str, str]]


class NumberInput(forms.TextInput):
    """A text box with the number pad: the wheel cannot change it, a comma is accepted."""

    def __init__(self, **attrs: str) -> None:
        plain_attrs = {
            "inputmode": "decimal",
            "autocomplete": "off",
            "maxlength": "16",
            "class": "number",
        }
        super().__init__({**plain_attrs, **attrs})

    def format_value(self, value: Any) -> str | None:
        return retyped(value) if isinstance(value, Decimal) else super().format_value(value)


class NumberField(forms.Field):
    """A decimal number of any size."""

    widget = NumberInput
    unit = ""
    last: Last | None = None
    places = 6
    """Decimals that are kept."""

    def __init__(self, *, required: bool, label: str) -> None:
        super().__init__(required=required, label=label)
        self.template_name = "fields/number.html"

    def plausible(self, number: Decimal) -> bool:
        return number >= 0

    def to_python(self, value: str | None) -> Decimal | None:
        if value is None or not value.strip():
            return None
        try:
            number = read_number(value, plausible=self.plausible)
        except Unreadable as problem:
            raise Refusal(str(problem)) from problem
        if number != round(number, self.places):
            raise Refusal(f"{self.label}: type at most {self.places} decimals.")
        return number


class MeasureField(NumberField):
    """One bedside measurement in its canonical unit, between its hard limits."""

    places = 4

    def __init__(
        self,
        name: str,
        label: str,
        *,
        offers: Callable[[str, Decimal], tuple[Fill, ...]] = lambda name, number: (),
        fraction_from: str | None = None,
    ) -> None:
        super().__init__(required=False, label=label)
        self.name = name
        self.limits: Limits = VITAL_LIMITS[name]
        self.unit = self.limits.unit
        self.offers = offers
        self.fraction_from = None if fraction_from is None else Decimal(fraction_from)
        if self.limits.integer:
            self.widget.attrs["inputmode"] = "numeric"

    def plausible(self, number: Decimal) -> bool:
        return not self.limits.refuses(number)

    def clean(self, value: str | None) -> Decimal | None:
        number = self.to_python(value)
        if number is None or value is None:
            return None
        number = self.as_percent(number)
        if self.limits.refuses(number):
            raise self.refusal(number, early=is_unfinished(value, self.limits.hard_low))
        if self.limits.integer and number != number.to_integral_value():
            raise Refusal(f"{self.label} {plain(number)} is not a whole number.")
        return number

    def as_percent(self, number: Decimal) -> Decimal:
        """0.4 of a percentage is 40 %: the two ranges cannot overlap."""
        if self.fraction_from is not None and self.fraction_from <= number <= 1:
            return number * 100
        return number

    def refusal(self, number: Decimal, *, early: bool) -> Refusal:
        low, high = plain(self.limits.hard_low), plain(self.limits.hard_high)
        text = f"{self.label} {plain(number)} {self.unit} is outside {low}–{high} {self.unit}."
        return Refusal(text, fills=self.offers(self.name, number), early=early)

    def worded(self, number: Decimal) -> str:
        """The value with its unit, as it is said: 41.5 °C."""
        return f"{plain(number, places=1 if self.name == 'temperature_c' else 0)} {self.unit}"


class TapSelect(forms.RadioSelect):
    """Answers as buttons, one tap each; a second tap takes the answer back.

    Without a script a tap cannot be taken back, so that “not assessed” is offered there.
    """

    template_name = "widgets/taps.html"
    option_template_name = "widgets/tap.html"
    asks_not_assessed = False

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        option["without_script"] = value == NOT_ASSESSED and not self.asks_not_assessed
        return option


class TapSelectMany(forms.CheckboxSelectMultiple):
    """Toggles side by side, several may be on."""

    template_name = "widgets/taps.html"
    option_template_name = "widgets/tap.html"


class TapField(forms.ChoiceField):
    """One of a few answers; nothing tapped, or “not assessed”, is unknown."""

    widget = TapSelect
    last: Last | None = None

    def __init__(
        self, label: str, choices: Choices, *, help_text: str = "", ask_not_assessed: bool = False
    ) -> None:
        offered = [*choices, (NOT_ASSESSED, "not assessed")]
        super().__init__(
            required=False,
            label=label,
            choices=offered,
            help_text=help_text,
        )
        self.template_name = "fields/taps.html"
        self.widget.asks_not_assessed = ask_not_assessed

    def clean(self, value: Any) -> str | None:
        answer = super().clean(value)
        return None if answer in ("", NOT_ASSESSED) else answer


class TriStateField(TapField):
    """No, yes, or not assessed: three answers, of which none is preselected."""

    def __init__(self, label: str, *, help_text: str = "") -> None:
        choices = [("no", "no"), ("yes", "yes")]
        super().__init__(label, choices, help_text=help_text, ask_not_assessed=True)

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no"}.get(value, value)

    def clean(self, value: Any) -> Any:
        return {"yes": True, "no": False}.get(super().clean(value) or "")


class PointsField(TapField):
    """One item of a score: its points, or nothing where it was not asked."""

    def __init__(self, label: str, choices: Choices, *, help_text: str = "") -> None:
        super().__init__(label, choices, help_text=help_text)

    def prepare_value(self, value: Any) -> Any:
        return str(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        answer = super().clean(value)
        return None if answer is None else int(answer)


class ListField(forms.MultipleChoiceField):
    """Several of a list. “None” is an answer of its own, an empty list; untouched is unknown."""

    widget = TapSelectMany
    last: Last | None = None

    def __init__(
        self, label: str, choices: Choices, *, none: str = "none", help_text: str = ""
    ) -> None:
        offered = [(NONE, none), *choices]
        super().__init__(
            required=False,
            label=label,
            choices=offered,
            help_text=help_text,
        )
        self.template_name = "fields/taps.html"
        self.widget.attrs["data-alone"] = NONE

    @staticmethod
    def as_tapped(stored: list[str] | None) -> list[str] | None:
        """A stored list as the toggles show it. What was posted empty is not `none`."""
        return [NONE] if stored == [] else stored

    def clean(self, value: Any) -> list[str] | None:
        answers = super().clean(value)
        if NONE in answers and len(answers) > 1:
            raise Refusal(f"{self.label}: “none” stands beside another answer. Keep one of them.")
        if not answers:
            return None
        return [answer for answer in answers if answer != NONE]


class ReasonField(forms.ChoiceField):
    """The coded reason why something was not done; empty where it was."""

    last: Last | None = None

    def __init__(self, label: str, reasons: Choices, *, empty: str = "choose a reason") -> None:
        super().__init__(
            required=False,
            label=label,
            choices=[("", empty), *reasons],
        )
        self.template_name = "fields/reason.html"

    def clean(self, value: Any) -> str | None:
        return super().clean(value) or None


class NoteField(forms.CharField):
    """Free text."""

    def __init__(self, label: str = "Note") -> None:
        area = forms.Textarea({"rows": 2})
        super().__init__(
            required=False,
            label=label,
            max_length=2000,
            widget=area,
        )
        self.template_name = "fields/note.html"


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


def temperature_offers(name: str, number: Decimal) -> tuple[Fill, ...]:
    """What a temperature that cannot be was meant to be: Fahrenheit, or a slipped point."""
    for meant in (number / 10, number * 10):
        if Decimal(34) <= meant <= Decimal(43):
            return (_temperature_offer(name, meant, "did you mean"),)
    if Decimal(93) <= number <= Decimal(110):
        celsius = ((number - 32) * 5 / 9).quantize(Decimal("0.01"))
        return (_temperature_offer(name, celsius, "looks like °F:"),)
    return ()


def _temperature_offer(name: str, celsius: Decimal, question: str) -> Fill:
    worded = plain(celsius, places=1)
    return Fill.of(f"{question} {worded} °C?", {name: worded})
