"""The fields of the bedside forms: numbers, taps, reasons, notes.

The attribute `last` holds the value recorded before. The page shows it beside the input, never in
it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from django import forms

from grading.measures import plain_text
from grading.table.sections import LIMITS
from grading.vocabulary import Limits
from patients.forms.numbers import Unreadable, is_unfinished, read_number, retyped
from patients.forms.remarks import Offer, Refusal
from patients.forms.renderer import TAKE_BACK, TAP, TAPS
from patients.reading.bedside import Last
from patients.words import wording

NONE = "none"
NOT_ASSESSED = "not_assessed"


Choices = Sequence[tuple[str, str]]
Grouped = Choices | Sequence[tuple[str, Choices]]
"""Answers in one row, or in groups that each have a name."""


class NumberInput(forms.TextInput):
    """A text box with the number pad. The mouse wheel cannot change it; a comma is accepted."""

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


class LightlyCopied(forms.Field):
    """A field of which Django makes a shallow copy for each form, instead of one in depth.

    A form has 80 fields; copies in depth take a fifth of the time of a preview. The copies share
    what is never changed in place; a list of answers is replaced as a whole.
    """

    def __deepcopy__(self, memo: Any) -> Any:
        field = _shallow(self)
        field.widget = _shallow(self.widget)
        field.widget.attrs = self.widget.attrs.copy()
        return field


def _shallow(thing: Any) -> Any:
    """A shallow copy, made faster than by `copy.copy`."""
    made = object.__new__(type(thing))
    vars(made).update(vars(thing))
    return made


class NumberField(LightlyCopied):
    """A decimal number of any size."""

    widget = NumberInput
    unit = ""
    last: Last | None = None
    places = 6
    """The number of decimals that are stored."""

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
    advice = ""
    """What to do about a value outside the limits."""

    def __init__(
        self,
        name: str,
        label: str,
        *,
        limits: Limits | None = None,
        offers_for: Callable[[str, Decimal], tuple[Offer, ...]] = lambda name, number: (),
        fraction_from: str | None = None,
    ) -> None:
        super().__init__(required=False, label=label)
        self.name = name
        self.limits = LIMITS[name] if limits is None else limits
        self.unit = wording.bedside_unit(self.limits)
        self.offers_for = offers_for
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
            raise self.refusal(number, unfinished=is_unfinished(value, self.limits.hard_low))
        if self.limits.integer and number != number.to_integral_value():
            raise Refusal(f"{self.label} {plain_text(number)} is not a whole number.")
        return number

    def as_percent(self, number: Decimal) -> Decimal:
        """The number in percent: a fraction from `fraction_from` to 1 is multiplied by 100."""
        if self.fraction_from is not None and self.fraction_from <= number <= 1:
            return number * 100
        return number

    def refusal(self, number: Decimal, *, unfinished: bool) -> Refusal:
        low, high = plain_text(self.limits.hard_low), plain_text(self.limits.hard_high)
        name = str(self.label).partition(",")[0]  # without when it is asked
        text = f"{name} {plain_text(number)} {self.unit} is outside {low}–{high} {self.unit}."
        text = f"{text} {self.advice}".rstrip()
        return Refusal(text, offers=self.offers_for(self.name, number), unfinished=unfinished)

    def worded(self, number: Decimal) -> str:
        """The value with its unit, such as 41.5 °C."""
        return f"{plain_text(number, places=1 if self.name == 'temperature_c' else 0)} {self.unit}"


class TapSelect(forms.RadioSelect):
    """Answers as buttons, one tap each; a second tap on an answer changes nothing.

    The last one is “not assessed” in words, or a cross that takes the answer back.
    """

    template_name, option_template_name = TAPS, TAP
    asks_not_assessed = False

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        option["takes_back"] = value == NOT_ASSESSED and not self.asks_not_assessed
        return option


class TapSelectMany(forms.CheckboxSelectMultiple):
    """Answers side by side, of which several may be tapped; a cross takes all of them back."""

    template_name, option_template_name = TAPS, TAP

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["takes_back"] = Offer.of(TAKE_BACK, {name: ""})
        return context


class TapField(LightlyCopied, forms.ChoiceField):
    """One of a few answers; the value is None where nothing or “not assessed” is tapped."""

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

    def __init__(self, label: str, *, help_text: str = "", ask_not_assessed: bool = True) -> None:
        choices = [("no", "no"), ("yes", "yes")]
        super().__init__(label, choices, help_text=help_text, ask_not_assessed=ask_not_assessed)

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no"}.get(value, value)

    def clean(self, value: Any) -> Any:
        return {"yes": True, "no": False}.get(super().clean(value) or "")


class PointsField(TapField):
    """One item of a score: its points, or None where it was not asked."""

    def __init__(self, label: str, choices: Choices, *, help_text: str = "") -> None:
        super().__init__(label, choices, help_text=help_text)

    def prepare_value(self, value: Any) -> Any:
        return str(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        answer = super().clean(value)
        return None if answer is None else int(answer)


class ListField(LightlyCopied, forms.MultipleChoiceField):
    """Several answers of a list. “None” gives an empty list; the value is None if untouched."""

    widget = TapSelectMany
    last: Last | None = None

    def __init__(
        self, label: str, choices: Grouped, *, none: str = "none", help_text: str = ""
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
        """A stored list as the toggles show it: the answer “none” for an empty list."""
        return [NONE] if stored == [] else stored

    def clean(self, value: Any) -> list[str] | None:
        answers = super().clean([answer for answer in value or () if answer])
        if NONE in answers and len(answers) > 1:
            raise Refusal(f"{self.label}: “none” stands beside another answer. Keep one of them.")
        if not answers:
            return None
        return [answer for answer in answers if answer != NONE]


class ReasonField(LightlyCopied, forms.ChoiceField):
    """The coded reason why something was not done; None where no reason is chosen."""

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


class NoInput(forms.Widget):
    """Nothing that could be filled in; links lead to the questions themselves."""

    def id_for_label(self, id_: str | None) -> str:
        return ""


class QuestionField(LightlyCopied):
    """A place on the page for questions about several fields; it has no input and no value."""

    widget = NoInput

    def __init__(self, label: str) -> None:
        super().__init__(required=False, label=label)
        self.template_name = "fields/question.html"


class TextField(LightlyCopied, forms.CharField):
    """One line of text; `needed` is the refusal where it is left empty."""

    def __init__(self, label: str, *, most: int, needed: str = "", help_text: str = "") -> None:
        super().__init__(
            required=bool(needed),
            label=label,
            max_length=most,
            help_text=help_text,
            widget=forms.TextInput({"autocomplete": "off"}),
            error_messages={"required": needed},
        )
        self.template_name = "fields/text.html"


class NoteField(LightlyCopied, forms.CharField):
    """Free text. What is too long is refused, never cut off; a script says so while it is typed."""

    def __init__(self, label: str = "Note", *, most: int = 2000) -> None:
        unstorable = f"{label}: one character in it cannot be stored. Type it again by hand."
        super().__init__(
            required=False,
            label=label,
            widget=forms.Textarea({"rows": 2, "dir": "auto", "data-most": most}),
            error_messages={"null_characters_not_allowed": unstorable},
        )
        self.most = most
        self.template_name = "fields/note.html"

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if len(text) > self.most:
            can = f"and {self.most:,} can be stored. Shorten it."
            raise Refusal(f"{self.label} has {len(text):,} characters, {can}")
        return text


def temperature_offers(name: str, number: Decimal) -> tuple[Offer, ...]:
    """Offers for an impossible temperature: from °F, or with the point moved."""
    for meant in (number / 10, number * 10):
        if Decimal(34) <= meant <= Decimal(43):
            return (_temperature_offer(name, meant, "did you mean"),)
    if Decimal(93) <= number <= Decimal(110):
        celsius = ((number - 32) * 5 / 9).quantize(Decimal("0.01"))
        return (_temperature_offer(name, celsius, "looks like °F:"),)
    return ()


def _temperature_offer(name: str, celsius: Decimal, question: str) -> Offer:
    worded = plain_text(celsius, places=1)
    return Offer.of(f"{question} {worded} °C?", {name: worded})
