"""Values as text for the screen: numbers, times, days, durations and the words for codes.

Cells are written here, in Python, once per row; templates only place them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal

from grading.engine.sentences import ward_word
from grading.guidelines.products import product_named
from grading.record import DAY, HOUR
from grading.vocabulary import Analyte, Limits, OxygenDevice

MINUTE = timedelta(minutes=1)
DASH = "–"
DAYS_WITH_A_NAME = 6
"""Days within which the name of a weekday says which one it is."""

words = ward_word
"""The words for a code of the vocabulary."""

SHORT_NAMES = {device.value: device.short for device in OxygenDevice if device.short}
"""Short names of devices, for the board."""


@dataclass(frozen=True, slots=True)
class ShownValue:
    """A measured value as text; `taken` is its time where the page has to name it.

    `label` and `age` stand beside it where several values are listed.
    """

    text: str
    taken: str = ""
    label: str = ""
    age: str = ""


def short(name: str) -> str:
    """The short name of a device or a product; its words where it has none."""
    product = product_named(name)
    if product is not None:
        return product.short
    return SHORT_NAMES.get(name.strip().lower()) or words(name)


def number(value: Decimal | int | None) -> str:
    """A number without trailing zeros, thousands separated: 1,250 or 0.5."""
    if value is None:
        return DASH
    text = f"{Decimal(value):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def temperature(value: Decimal | None) -> str:
    """A temperature with at least one decimal: 38.0, 37.95."""
    if value is None:
        return DASH
    shown = number(value)
    return shown if "." in shown else f"{shown}.0"


def temperature_or_fever(temperature_c: Decimal | None, fever: bool | None) -> str:
    """The temperature, or without it the answer to whether there was fever."""
    if temperature_c is None and fever is not None:
        return "fever" if fever else "no fever"
    return temperature(temperature_c)


def pressure(systolic: Decimal | None, diastolic: Decimal | None) -> str:
    """A blood pressure, systolic over diastolic in mmHg: 88/52."""
    if systolic is None and diastolic is None:
        return DASH
    return f"{number(systolic)}/{number(diastolic)}"


def oxygen(device: str | None, flow: Decimal | None, fio2: Decimal | None = None) -> str:
    """The oxygen device with its flow and fraction: high-flow cannula 40 L/min 60 %."""
    if device is None:
        return DASH
    parts = [words(device)]
    if flow is not None:
        parts.append(f"{number(flow)} L/min")
    if fio2 is not None:
        parts.append(f"{number(fio2)} %")
    return " ".join(parts)


def oxygen_short(device: str | None, flow: Decimal | None) -> str:
    """The oxygen device for the board: HFNC 40 L."""
    if device is None:
        return DASH
    return short(device) if flow is None else f"{short(device)} {number(flow)} L"


def amount(value: Decimal | None, unit: str | None, route: str | None = None) -> str:
    """A dose: 576 mg IV."""
    if value is None:
        return " ".join(filter(None, ("amount unknown", route)))
    return " ".join(filter(None, (number(value), unit and unit_label(unit), route)))


def of_batch(brand: str | None, batch: str | None) -> str:
    """The brand and batch of what was given: Tyenne, batch B1234; empty where neither is known."""
    return ", ".join(filter(None, (brand, batch and f"batch {batch}")))


def unit_label(unit: str) -> str:
    """A unit as it is printed on a report: 10⁹/L, mcg/L, mg/m²."""
    printed_as = (
        *((f"10*{power}", f"10{raised}") for power, raised in zip("3469", "³⁴⁶⁹", strict=True)),
        *(("ug/", "mcg/"), ("uL", "µL"), ("/m2", "/m²")),
    )
    for code, printed in printed_as:
        unit = unit.replace(code, printed)
    if unit == "ug":
        return "mcg"
    return unit.replace("umol", "µmol").replace("ukat", "µkat").strip("{}")


def measured(value: Decimal, comparator: str, unit: str | None) -> str:
    """A laboratory value in the unit of its laboratory: > 40,000 ng/mL."""
    sign = "" if comparator == "=" else f"{comparator} "
    return " ".join(filter(None, (f"{sign}{number(value)}", unit and unit_label(unit))))


def accepted_units(analyte: Analyte) -> str:
    """What is read: units that are read for ferritin: ng/mL, mcg/L or pmol/L."""
    *others, last = (unit_label(unit) for unit in analyte.factors)
    listed_units = f"{', '.join(others)} or {last}" if others else last
    return f"units that are read for {analyte.in_sentence}: {listed_units}"


def bedside_unit(limits: Limits) -> str:
    """The unit of a bedside measurement: mcg/min."""
    return limits.unit.replace("µg", "mcg")


def normal_range(low: Decimal | None, high: Decimal | None) -> str:
    """The limits of the laboratory: 30–400, up to 400, from 30; empty where none was sent."""
    if low is None:
        return "" if high is None else f"up to {number(high)}"
    return f"from {number(low)}" if high is None else f"{number(low)}–{number(high)}"


def time_of_day(at: datetime, zone: tzinfo) -> str:
    """The time of day on the ward: 06:40; 02:30 CET where the clock shows it twice."""
    return f"{at.astimezone(zone):%H:%M}{_which(at, zone)}"


def _which(at: datetime, zone: tzinfo) -> str:
    """The zone's name where the same clock time comes twice, when the clocks go back."""
    local = at.astimezone(zone)
    other = local.replace(fold=1 - local.fold)
    return "" if local.utcoffset() == other.utcoffset() else f" {local.tzname()}"


def long_date_and_time(at: datetime, zone: tzinfo) -> str:
    """Date and time with the year: 05 Jan 2026 06:40."""
    return f"{at.astimezone(zone):%d %b %Y %H:%M}{_which(at, zone)}"


def short_date_and_time(at: datetime, zone: tzinfo) -> str:
    """Date and time without the year: 05 Jan 06:40."""
    return f"{at.astimezone(zone):%d %b %H:%M}{_which(at, zone)}"


def clock_or_date(at: datetime, now: datetime, zone: tzinfo) -> str:
    """The time of day, with its date where that is not the one of `now`."""
    is_today = at.astimezone(zone).date() == now.astimezone(zone).date()
    return time_of_day(at, zone) if is_today else short_date_and_time(at, zone)


def clock_or_weekday(at: datetime, now: datetime, zone: tzinfo) -> str:
    """The time of day: 20:00 today, Tue 06:00 within six days, else 12 Jan 06:00."""
    days = (at.astimezone(zone).date() - now.astimezone(zone).date()).days
    if days and abs(days) <= DAYS_WITH_A_NAME:
        return f"{at.astimezone(zone):%a} {time_of_day(at, zone)}"
    return clock_or_date(at, now, zone)


def calendar_date(day: date | None) -> str:
    """A date with the month as a word: 12 Mar 1964."""
    return DASH if day is None else f"{day:%d %b %Y}"


def day(n: int) -> str:
    """Days since the infusion: Day +3, Day 0, Day −2."""
    return f"Day {signed(n)}"


def signed(n: int) -> str:
    if n == 0:
        return "0"
    return f"+{n}" if n > 0 else f"−{-n}"


def duration(span: timedelta) -> str:
    """A span in its two largest units: under 1 min, 37 min, 4 h 30, 3 d 4 h."""
    if span < MINUTE:
        return "under 1 min"
    if span < HOUR:
        return f"{span // MINUTE} min"
    if span < DAY:
        return f"{span // HOUR} h {span % HOUR // MINUTE:02d}"
    return f"{span // DAY} d {span % DAY // HOUR} h"


def listed(parts: list[str]) -> str:
    return "; ".join(part for part in parts if part)
