"""What somebody typed on the page of settings, read line by line, with a sentence where it fails.

Nothing typed is lost: every line holds its text beside what was read of it. `typed_of` gives the
stored settings in the form in which the page sends them, so that both are read alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import time
from decimal import Decimal, InvalidOperation
from functools import cached_property

from django.http import QueryDict

from grading.laboratory.analytes import ANALYTES
from patients.entry.laboratory.usual_panel import UsualPanel
from patients.rounds.rules.clocks import Clock
from patients.rounds.rules.policy import HIGHEST_GRADE, MOST_MINUTES, MOST_STEPS, Policy, PolicyStep
from patients.rounds.rules.policy import LONGEST as LONGEST_TEXT
from patients.rounds.rules.schedule import (
    DAY_MINUTES,
    HOUR_MINUTES,
    LONGEST,
    MOST_SHIFTS,
    SHORTEST,
    IntervalRow,
    Schedule,
    When,
)
from patients.rounds.settings_page.usual_panel_typed import TypedPanel, put_panel

MOST_ROWS = 60
"""Rows of either table that are read; more cannot be typed."""
LONGEST_WHY = 200
UNITS = {"h": HOUR_MINUTES, "min": 1}

WHENS: dict[str, tuple[When, int, str]] = {
    "always": (When.ALWAYS, 0, "always"),
    **{f"crs_{n}": (When.CRS, n, f"from CRS {n}") for n in range(1, HIGHEST_GRADE + 1)},
    **{f"icans_{n}": (When.ICANS, n, f"from ICANS {n}") for n in range(1, HIGHEST_GRADE + 1)},
    "first_sign": (When.FIRST_SIGN, 0, "first sign of ICANS"),
    "vasopressor": (When.VASOPRESSOR, 0, "while a vasopressor runs"),
    "first_days": (When.FIRST_DAYS, 0, "daily days of the label"),
}
"""When a row applies, with its grade, as one choice, in the order of the list."""

Key = tuple[str, str]
"""The clock and the choice of `WHENS`: what tells one row from another."""


def key_of(row: IntervalRow) -> Key:
    """The clock and the choice that stand for this row."""
    graded = row.when in (When.CRS, When.ICANS)
    return row.clock, f"{row.when.value}_{row.from_grade}" if graded else row.when.value


def interval_words(minutes: int) -> str:
    """An interval as a ward says it: 30 min, 4 h, 1 h 30."""
    hours, rest = divmod(minutes, HOUR_MINUTES)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest:02d}" if rest else f"{hours} h"


@dataclass
class TypedLine:
    """One row of a table on the page: what was typed, and the sentences beside its fields."""

    place: int
    typed: dict[str, str]
    problems: dict[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nobody typed anything: a row that was added and left alone."""
        return not any(self.typed[name].strip() for name in self.typed_names)

    typed_names: tuple[str, ...] = ()


@dataclass
class IntervalLine(TypedLine):
    """One interval."""

    typed_names: tuple[str, ...] = ("clock", "when", "every", "why")
    row: IntervalRow | None = None

    @property
    def key(self) -> Key:
        return self.typed["clock"], self.typed["when"]

    @property
    def has_end(self) -> bool:
        return self.typed["when"] == When.FIRST_SIGN or bool(self.typed["lasts"].strip())

    def read(self) -> None:
        """Read the row, or say beside each field why it cannot be."""
        clock = self.typed["clock"]
        if clock not in LONGEST:
            self.problems["clock"] = "Choose what is due: vitals, neurology or laboratory."
        if self.typed["when"] not in WHENS:
            self.problems["when"] = "Choose when this interval applies."
        why = self.typed["why"].strip()
        if not why:
            self.problems["why"] = "Say why this interval, so that the next ward round can ask."
        elif len(why) > LONGEST_WHY:
            self.problems["why"] = f"Shorten the reason to {LONGEST_WHY} characters."
        longest = LONGEST.get(clock, DAY_MINUTES)
        minutes = self._minutes("every", longest)
        lasts = self._minutes("lasts", DAY_MINUTES) if self.has_end else None
        if self.typed["when"] != When.FIRST_SIGN and self.has_end:
            self.problems["lasts"] = "Only the row after the first sign of ICANS has an end."
        if self.problems or minutes is None:
            return
        when, grade, _ = WHENS[self.typed["when"]]
        self.row = IntervalRow(clock, when, grade, minutes, why, lasts)

    def _minutes(self, name: str, longest: int) -> int | None:
        text, unit = self.typed[name].strip(), self.typed[f"{name}_unit"]
        limits = f"{SHORTEST} min to {longest // HOUR_MINUTES} h"
        number = _number(text)
        if number is None:
            what = f"“{text}” is no number" if text else "Nothing is typed"
            self.problems[name] = f"{what}. Type how many hours or minutes: {limits}."
            return None
        minutes = number * UNITS.get(unit, 1)
        if not SHORTEST <= minutes <= longest:
            self.problems[name] = f"{text} {unit} is outside {limits}."
            return None
        if minutes != minutes.to_integral_value():
            self.problems[name] = f"{text} {unit} is not a whole number of minutes."
            return None
        return int(minutes)


@dataclass
class CallStepLine(TypedLine):
    """One step of a climb."""

    typed_names: tuple[str, ...] = ("who", "contact", "minutes")
    step: PolicyStep | None = None

    def read(self, addresses: Iterable[str]) -> None:
        """Read the step, or say beside each field why it cannot be."""
        texts = {name: self.typed[name].strip() for name in ("who", "contact", "address")}
        if self.typed["grade"] not in {str(grade) for grade in range(HIGHEST_GRADE + 1)}:
            self.problems["grade"] = "Choose the grade from which this step counts."
        if not texts["who"]:
            self.problems["who"] = "Say who is called: a role, such as physician on call."
        for name, text in texts.items():
            if len(text) > LONGEST_TEXT[name]:
                self.problems[name] = f"Shorten this to {LONGEST_TEXT[name]} characters."
        if texts["address"] and texts["address"] not in addresses:
            self.problems["address"] = f"No address has the name {texts['address']} here any more."
        text = self.typed["minutes"].strip()
        number = _number(text)
        if number is None or number != number.to_integral_value():
            what = f"“{text}” is no whole number" if text else "Nothing is typed"
            self.problems["minutes"] = f"{what}. Type 1 to {MOST_MINUTES} minutes."
        elif not 1 <= number <= MOST_MINUTES:
            self.problems["minutes"] = f"{text} minutes is outside 1–{MOST_MINUTES} minutes."
        if not self.problems and number is not None:
            self.step = PolicyStep(**texts, minutes=int(number))


def _number(text: str) -> Decimal | None:
    """A plain decimal number of at most nine digits, with a point or a comma; else None."""
    plain = text.replace(",", ".")
    if len(plain) > 9 or not plain.replace(".", "", 1).isdecimal() or not plain.isascii():
        return None
    try:
        return Decimal(plain)
    except InvalidOperation:
        return None


INTERVAL_FIELDS = ("clock", "when", "every", "every_unit", "lasts", "lasts_unit", "why")
STEP_FIELDS = ("grade", "who", "contact", "address", "minutes")


class TypedSettings:
    """Everything that the page sent, read once."""

    def __init__(self, sent: QueryDict) -> None:
        self.sent = sent
        self.intervals = [
            IntervalLine(place, typed) for place, typed in _lines(sent, "row", INTERVAL_FIELDS)
        ]
        self.steps = [
            CallStepLine(place, typed) for place, typed in _lines(sent, "step", STEP_FIELDS)
        ]
        self.panel = [name for name in sent.getlist("panel") if name in ANALYTES]
        self.laboratory = TypedPanel(sent)
        self.shifts = sent.getlist("shift")[:MOST_SHIFTS]
        self.reason = sent.get("reason", "").strip()
        self.problems: dict[str, str] = {}
        self._begins: tuple[time, ...] = ()

    def read(self, addresses: Iterable[str] = ()) -> bool:
        """Read every line; whether the ward could follow all of it."""
        for line in self.intervals:
            if not line.is_empty:
                line.read()
        for step in self.steps:
            if not step.is_empty:
                step.read(frozenset(addresses))
        self._refuse_twice()
        self._read_shifts()
        if not self.panel:
            self.problems["panel"] = "Choose at least one value of the minimum panel."
        self.laboratory.read()
        for clock in Clock:
            if (clock.value, "always") not in {line.key for line in self.intervals}:
                text = f"{clock.label.capitalize()} needs a row that always applies. Add one."
                self.problems["rows"] = text
        self._refuse_steps()
        if not self.reason:
            self.problems["reason"] = "Say why the rounds are changed."
        elif len(self.reason) > LONGEST_TEXT["contact"]:
            self.problems["reason"] = "Shorten the reason to 500 characters."
        return not (self.problems or self.laboratory.problems) and not any(
            line.problems for line in (*self.intervals, *self.steps)
        )

    def sentences(self) -> list[str]:
        """Every sentence about what cannot be stored, from the top of the page to its end."""
        of_lines = [
            sentence
            for line in (*self.intervals, *self.steps)
            for sentence in line.problems.values()
        ]
        return [*self.problems.values(), *self.laboratory.problems, *of_lines]

    def _refuse_twice(self) -> None:
        first: set[Key] = set()
        for line in self.intervals:
            if line.row is not None and line.key in first:
                line.problems["when"] = "This row stands above already. Take one of them out."
            first.add(line.key)

    def _refuse_steps(self) -> None:
        by_grade: dict[str, int] = {}
        for line in self.steps:
            if not line.is_empty:
                by_grade[line.typed["grade"]] = by_grade.get(line.typed["grade"], 0) + 1
        if "0" not in by_grade:
            text = "Say who is called from grade 0 on: worry and a fall of the score call too."
            self.problems["steps"] = text
        for grade, count in by_grade.items():
            if count > MOST_STEPS:
                self.problems["steps"] = f"Grade {grade} has more than {MOST_STEPS} steps."

    def _read_shifts(self) -> None:
        begins = []
        for text in filter(str.strip, self.shifts):
            try:
                begins.append(time.fromisoformat(text.strip().zfill(5)))
            except ValueError:
                self.problems["shifts"] = f"“{text}” is no time of day. Type it as 07:30."
                return
        if not begins:
            self.problems["shifts"] = "Type when at least one shift begins, such as 07:30."
        elif len(set(begins)) < len(begins):
            self.problems["shifts"] = "Two shifts begin at the same time."
        self._begins = tuple(sorted(begins))

    @cached_property
    def schedule(self) -> Schedule:
        """The schedule, of what could be read."""
        rows = [line.row for line in self.intervals if line.row is not None]
        return Schedule(tuple(rows), tuple(self.panel), self._begins)

    @cached_property
    def policy(self) -> Policy:
        """The policy, of what could be read: the steps of a grade in the order of the page."""
        steps: dict[int, tuple[PolicyStep, ...]] = {}
        for line in sorted(self.steps, key=lambda line: line.typed["grade"]):
            if line.step is not None:
                grade = int(line.typed["grade"])
                steps[grade] = (*steps.get(grade, ()), line.step)
        return Policy(steps)


def _lines(sent: QueryDict, kind: str, names: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    """The rows of a table by their place, each with every field, empty where it was not sent."""
    places = {key.split("-")[1] for key in sent if key.startswith(f"{kind}-")}
    whole = sorted(int(place) for place in places if place.isdecimal() and len(place) < 4)
    return [
        (place, {name: sent.get(f"{kind}-{place}-{name}", "") for name in names})
        for place in whole[:MOST_ROWS]
    ]


def typed_of(schedule: Schedule, policy: Policy, laboratory: UsualPanel | None = None) -> QueryDict:
    """Stored settings as the page would send them."""
    sent = QueryDict(mutable=True)
    for place, row in enumerate(schedule.rows):
        put_row(sent, place, row)
    steps = [(grade, step) for grade, steps in policy.steps.items() for step in steps]
    for place, (grade, step) in enumerate(steps):
        put_line(sent, "step", place, {"grade": str(grade), **_texts(step)})
    sent.setlist("panel", list(schedule.panel))
    put_panel(sent, laboratory or UsualPanel())
    sent.setlist("shift", [f"{shift:%H:%M}" for shift in schedule.shifts])
    return sent


def put_row(sent: QueryDict, place: int, row: IntervalRow) -> None:
    """Write one interval into what the page sends."""
    clock, when = key_of(row)
    every, unit = _in_unit(row.minutes)
    lasts, lasts_unit = ("", "h") if row.lasts_minutes is None else _in_unit(row.lasts_minutes)
    typed = (clock, when, every, unit, lasts, lasts_unit, row.why)
    put_line(sent, "row", place, dict(zip(INTERVAL_FIELDS, typed, strict=True)))


def put_line(sent: QueryDict, kind: str, place: int, typed: Mapping[str, str]) -> None:
    """Write one line of a table into what the page sends."""
    for name, text in typed.items():
        sent[f"{kind}-{place}-{name}"] = text


def _texts(step: PolicyStep) -> dict[str, str]:
    return {name: str(value) for name, value in step.to_json().items()}


def _in_unit(minutes: int) -> tuple[str, str]:
    if minutes % HOUR_MINUTES:
        return str(minutes), "min"
    return str(minutes // HOUR_MINUTES), "h"
