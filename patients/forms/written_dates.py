"""The fields of dates too far off for a list of days: day, name of the month, four-digit year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import forms

from grading.measures import EARLIEST_BIRTH, EARLIEST_YEAR, LATEST_BIRTH, LATEST_YEAR
from patients.forms.moments import MomentWidget, WardMomentField
from patients.forms.remarks import Refusal

BIRTH_YEARS = (EARLIEST_BIRTH.year, LATEST_BIRTH.year)
CLINICAL_YEARS = (EARLIEST_YEAR, LATEST_YEAR)
MONTHS = [(str(n), date(2000, n, 1).strftime("%b")) for n in range(1, 13)]


def _date_inputs() -> dict[str, Any]:
    """Inputs for day, month and year. The month is a word, so that it is not taken for the day."""
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


def _date_values(day: date) -> list[Any]:
    return [day.day, day.month, day.year]


def _date_parts() -> list[forms.Field]:
    """Fields for day, month and year as whole numbers."""
    digits = "Type day and year as numbers: 05 Jan 2026."
    whole = dict.fromkeys(("invalid", "min_value", "max_value"), digits)
    return [
        forms.IntegerField(required=False, min_value=0, max_value=9999, error_messages=whole)
        for _ in range(3)
    ]


def _written_date(parts: Sequence[int | None], years: tuple[int, int]) -> date | None:
    """The date of day, month and year in the years from–to; None where all three are empty."""
    day, month, year = parts
    if day is None and month is None and year is None:
        return None
    if day is None or month is None or year is None:
        raise Refusal("Enter day, month and year of the date.")
    first, last = years
    if not first <= year <= last:
        raise Refusal(
            f"The year {year} cannot be meant. Type all four digits. Years are {first}–{last}."
        )
    try:
        return date(year, month, day)
    except ValueError as impossible:
        name = dict(MONTHS).get(str(month), "?")
        raise Refusal(f"There is no {day} {name} {year}.") from impossible


class WrittenDateInput(forms.MultiWidget):
    """Inputs for day, month and year."""

    template_name = "widgets/written.html"

    def __init__(self) -> None:
        super().__init__(_date_inputs())

    def decompress(self, value: date | None) -> list[Any]:
        return [None] * 3 if value is None else _date_values(value)


class WrittenDateField(forms.MultiValueField):
    """A field for a birth date; it may be empty."""

    widget: Any = WrittenDateInput

    def __init__(self, label: str) -> None:
        super().__init__(_date_parts(), required=False, require_all_fields=False, label=label)
        self.template_name = "fields/written.html"

    def compress(self, parts: list[Any]) -> date | None:
        return _written_date(parts, BIRTH_YEARS) if parts else None


class WrittenMomentInput(MomentWidget):
    """Inputs for a written date and a time."""

    template_name = "widgets/written.html"

    def __init__(self) -> None:
        super().__init__(_date_inputs())

    def date_values(self, day: date) -> list[Any]:
        return _date_values(day)


class WrittenMomentField(WardMomentField):
    """A field for a time on any day of the years 1990–2150, long past or still to come."""

    widget: Any = WrittenMomentInput

    def __init__(self, label: str, *, required: bool = True) -> None:
        super().__init__(label, *_date_parts(), required=required, clock_required=False)
        self.template_name = "fields/written.html"

    def compress(self, parts: list[Any]) -> datetime | None:
        if not parts:
            return None
        *date_parts, hour, fold = parts
        day = _written_date(date_parts, CLINICAL_YEARS)
        if (day is None) != (hour is None):
            raise Refusal(f"{self.label}: enter both date and time.")
        return None if day is None else self.moment(day, hour, fold)
