"""The schedule of a ward: one table of intervals with their reasons, its panel and its shifts.

Defaults (local; docs/rounds.md): grade 0 every 12 h, as twice daily; CRS 1 every 4 h, CRS 2 every
2 h, CRS 3 and more every hour; from ICANS 1 neurology every 4 h, and every half an hour for two
hours after its first sign; laboratory daily, twice daily from CRS 2. While a vasopressor runs,
vital signs are due as for CRS 3. In the days on which the label of the product asks for daily
monitoring no interval is longer than a day. The shortest interval that applies counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import time, timedelta
from enum import StrEnum
from typing import Any, Self

from grading.vocabulary import ANALYTES

CLOCK_WORDS = {"vitals": "vitals", "neuro": "neurology", "labs": "laboratory"}
"""The clocks of a round with their words; `clocks.Clock` has the same."""


class When(StrEnum):
    """When a row of the schedule applies."""

    ALWAYS = "always"
    CRS = "crs"
    ICANS = "icans"
    FIRST_SIGN = "first_sign"
    """For `IntervalRow.lasts_minutes` after the first sign of ICANS."""
    VASOPRESSOR = "vasopressor"
    FIRST_DAYS = "first_days"
    """While the label of the product asks for daily monitoring."""

    @property
    def has_grade(self) -> bool:
        return self in (When.CRS, When.ICANS)


WHEN_WORDS = {
    When.ALWAYS: "always",
    When.CRS: "CRS",
    When.ICANS: "ICANS",
    When.FIRST_SIGN: "after the first sign of ICANS",
    When.VASOPRESSOR: "on a vasopressor",
    When.FIRST_DAYS: "in the daily days of the label",
}


@dataclass(frozen=True, slots=True)
class IntervalRow:
    """One interval: of which clock, when, from which grade on, every how many minutes, and why."""

    clock: str
    when: When
    from_grade: int
    minutes: int
    why: str
    lasts_minutes: int | None = None

    def to_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in _COLUMNS} | {"when": self.when.value}

    @property
    def name(self) -> str:
        """vitals, from CRS 2."""
        grade = f"from {WHEN_WORDS[self.when]} {self.from_grade}"
        return f"{CLOCK_WORDS[self.clock]}, {grade if self.when.has_grade else self.when_words}"

    @property
    def when_words(self) -> str:
        return WHEN_WORDS[self.when]


_COLUMNS = tuple(IntervalRow.__annotations__)

HOUR_MINUTES = 60
DAY_MINUTES = 24 * HOUR_MINUTES
TWICE_DAILY = 12 * HOUR_MINUTES
WARD_WIDE = "local: as often as the ward assesses"

DEFAULT_ROWS = (
    IntervalRow("vitals", When.ALWAYS, 0, TWICE_DAILY, "local: twice daily"),
    IntervalRow("vitals", When.CRS, 1, 240, "local: CRS 1"),
    IntervalRow("vitals", When.CRS, 2, 120, "local: CRS 2"),
    IntervalRow("vitals", When.CRS, 3, 60, "local: CRS 3 and more"),
    IntervalRow("vitals", When.VASOPRESSOR, 0, 60, "local: on a vasopressor, as for CRS 3"),
    IntervalRow("vitals", When.FIRST_DAYS, 0, DAY_MINUTES, "label: daily in the first days"),
    IntervalRow("neuro", When.ALWAYS, 0, TWICE_DAILY, "local: twice daily"),
    IntervalRow("neuro", When.ICANS, 1, 240, "local: from ICANS 1"),
    IntervalRow("neuro", When.FIRST_SIGN, 0, 30, "local: first sign of ICANS", 120),
    IntervalRow("neuro", When.FIRST_DAYS, 0, DAY_MINUTES, "label: daily in the first days"),
    IntervalRow("labs", When.ALWAYS, 0, DAY_MINUTES, "local: daily"),
    IntervalRow("labs", When.CRS, 2, TWICE_DAILY, "local: twice daily from CRS 2"),
    IntervalRow("labs", When.FIRST_DAYS, 0, DAY_MINUTES, "label: daily in the first days"),
)
"""Local, all but the daily days of a label. The review asks for at least twice a day."""

DEFAULT_PANEL = ("wbc", "hemoglobin", "platelets", "creatinine", "crp", "ferritin")
"""Local: blood count, kidneys and inflammation. White cells, since a low count has no ANC."""
DEFAULT_SHIFTS = (time(7), time(19))
"""Local: two shifts of twelve hours."""

SHORTEST = 10
"""Minutes, inclusive: no interval is shorter than the shortest window."""
LONGEST = {"vitals": 48 * HOUR_MINUTES, "neuro": 48 * HOUR_MINUTES, "labs": 7 * DAY_MINUTES}
"""Minutes, inclusive."""
MOST_SHIFTS = 6

SHORTEST_WINDOW, LONGEST_WINDOW = timedelta(minutes=10), timedelta(minutes=30)


def window_of(minutes: int) -> timedelta:
    """How long a part is on time once it is due: a quarter of its interval, 10 to 30 minutes."""
    return min(LONGEST_WINDOW, max(SHORTEST_WINDOW, timedelta(minutes=minutes) / 4))


@dataclass(frozen=True, slots=True)
class Schedule:
    """The schedule of one ward. Windows: a quarter of the interval, 10 to 30 minutes."""

    rows: tuple[IntervalRow, ...]
    panel: tuple[str, ...]
    shifts: tuple[time, ...]
    """When a shift begins, in the time of the ward."""

    @classmethod
    def for_ward_hours(cls, hours: int) -> Self:
        """The defaults for a ward that assesses every so many hours at grade 0."""
        minutes = hours * HOUR_MINUTES
        rows = (
            replace(row, minutes=minutes, why=WARD_WIDE)
            if row.when == When.ALWAYS and row.clock != "labs" and row.minutes != minutes
            else row
            for row in DEFAULT_ROWS
        )
        return cls(tuple(rows), DEFAULT_PANEL, DEFAULT_SHIFTS)

    def of(self, clock: str) -> tuple[IntervalRow, ...]:
        """The rows of one clock, in the order of the table."""
        return tuple(row for row in self.rows if row.clock == clock)

    def to_json(self) -> dict[str, Any]:
        return {
            "rows": [row.to_json() for row in self.rows],
            "panel": list(self.panel),
            "shifts": [f"{shift:%H:%M}" for shift in self.shifts],
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read what is stored; empty gives the defaults. ValueError in words for a nurse."""
        defaults = cls(DEFAULT_ROWS, DEFAULT_PANEL, DEFAULT_SHIFTS)
        if stored == {}:
            return defaults
        given = {**defaults.to_json(), **stored} if isinstance(stored, Mapping) else {}
        if problems := list(_problems_of(given)):
            raise ValueError(" ".join(problems))
        shifts = tuple(map(time.fromisoformat, given["shifts"]))
        return cls(tuple(map(_row, given["rows"])), tuple(given["panel"]), shifts)


def _row(stored: Mapping[str, Any]) -> IntervalRow:
    return IntervalRow(**{**stored, "when": When(stored["when"])})


def _problems_of(given: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a schedule as it is stored, in words."""
    for name in ("rows", "panel", "shifts"):
        if not isinstance(given.get(name), list | tuple):
            yield f"The {name} of the schedule are no list."
            return
    of_rows = [problem for row in given["rows"] for problem in _problems_of_row(row)]
    yield from of_rows or _problems_of_table(tuple(map(_row, given["rows"])))
    yield from _problems_of_panel(given["panel"])
    yield from _problems_of_shifts(given["shifts"])


def _problems_of_row(row: Any) -> Iterator[str]:
    """What is wrong with one row as it is stored, in words."""
    if not isinstance(row, Mapping) or not set(row) <= set(_COLUMNS):
        yield "A row of the schedule has columns that are not known."
        return
    if lacking := sorted(set(_COLUMNS) - set(row) - {"lasts_minutes"}):
        yield f"A row of the schedule lacks {', '.join(lacking)}."
        return
    if row["clock"] not in CLOCK_WORDS or row["when"] not in list(When):
        yield f"There is no row for {row['clock']}, {row['when']}."
        return
    clock, when, grade = row["clock"], When(row["when"]), row["from_grade"]
    name = f"{CLOCK_WORDS[clock].capitalize()}, {WHEN_WORDS[when]}"
    if when.has_grade and not _is_whole(grade, 1, 5):
        yield f"{name}: the grade is a number from 1 to 5."
    elif not when.has_grade and grade != 0:
        yield f"{name}: this row has no grade."
    if not _is_whole(row["minutes"], SHORTEST, LONGEST[clock]):
        longest = LONGEST[clock] // HOUR_MINUTES
        yield f"{name}: the interval is {SHORTEST} minutes to {longest} hours, in whole minutes."
    lasts = row.get("lasts_minutes")
    if when == When.FIRST_SIGN and not _is_whole(lasts, SHORTEST, DAY_MINUTES):
        yield f"{name}: enter for how long it applies, {SHORTEST} minutes to 24 hours."
    elif when != When.FIRST_SIGN and lasts is not None:
        yield f"{name}: only the row after the first sign of ICANS has an end."
    if not isinstance(row["why"], str) or not row["why"].strip():
        yield f"{name}: enter the reason for this interval."


def _is_whole(number: Any, lowest: int, highest: int) -> bool:
    is_number = isinstance(number, int) and not isinstance(number, bool)
    return is_number and lowest <= number <= highest


def _problems_of_table(rows: tuple[IntervalRow, ...]) -> Iterator[str]:
    """Rows of which none is wrong by itself: each clock always has an interval, and one per row."""
    counted = Counter((row.clock, row.when, row.from_grade) for row in rows)
    for clock, words in CLOCK_WORDS.items():
        if not counted[clock, When.ALWAYS, 0]:
            yield f"{words.capitalize()} needs an interval that always applies."
    names = {(row.clock, row.when, row.from_grade): row.name for row in rows}
    for key, times in counted.items():
        if times > 1:
            yield f"There is more than one row for {names[key]}."


def _problems_of_panel(panel: Any) -> Iterator[str]:
    if not panel:
        yield "The minimum panel needs at least one laboratory value."
    for analyte in panel:
        if analyte not in ANALYTES:
            yield f"The laboratory value {analyte} is not known."
    if len(set(map(str, panel))) < len(panel):
        yield "A laboratory value stands twice in the minimum panel."


def _problems_of_shifts(shifts: Any) -> Iterator[str]:
    if not 1 <= len(shifts) <= MOST_SHIFTS:
        yield f"A day has 1 to {MOST_SHIFTS} shifts."
    read = []
    for shift in shifts:
        try:
            read.append(time.fromisoformat(shift))
        except (TypeError, ValueError):
            yield f"{shift} is no time of day: enter it as 07:30."
    if read != sorted(set(read)):
        yield "The shifts begin one after the other, each at a time of its own."
