"""What the page of settings shows: every line with its choices, its default and its sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.http import QueryDict

from grading.laboratory.analytes import ANALYTES
from patients.models import Ward
from patients.rounds.models import RoundSettings
from patients.rounds.rules.clocks import Clock
from patients.rounds.rules.policy import HIGHEST_GRADE
from patients.rounds.rules.schedule import MOST_SHIFTS, IntervalRow
from patients.rounds.settings_page.foreseen import Difference, differences
from patients.rounds.settings_page.typed import (
    INTERVAL_FIELDS,
    MOST_ROWS,
    STEP_FIELDS,
    UNITS,
    WHENS,
    CallStepLine,
    IntervalLine,
    TypedLine,
    TypedSettings,
    interval_words,
    key_of,
    put_line,
    put_row,
)
from patients.rounds.ward_settings import WardRounds, rounds_as_stored
from patients.words import wording

ADD_ROW, TAKE_ROW, RESTORE_ROW = "add_row", "take_row", "restore"
ADD_STEP, TAKE_STEP = "add_step", "take_step"


COMPARED = ("every", "every_unit", "lasts", "why")
"""The fields of an interval that its default has too."""


class Choice(NamedTuple):
    """One option of a list, or one box to tick."""

    value: str
    label: str
    chosen: bool


def choices(options: Mapping[str, str], *chosen: str) -> list[Choice]:
    return [Choice(value, label, value in chosen) for value, label in options.items()]


CLOCKS = {"": "choose", **{clock.value: clock.label for clock in Clock}}
WHEN_LABELS = {"": "choose", **{word: label for word, (_, _, label) in WHENS.items()}}
UNIT_LABELS = {unit: unit for unit in UNITS}
GRADES = {str(grade): f"grade {grade}" for grade in range(HIGHEST_GRADE + 1)}


class Box(NamedTuple):
    """One field of a line: its name, what stands in it, and the sentence beside it."""

    name: str
    value: str
    problem: str
    choices: list[Choice]
    label: str

    @property
    def problem_id(self) -> str:
        return f"{self.name}-problem"


@dataclass(frozen=True, slots=True)
class TableLine:
    """One line of a table, and what stands beside it."""

    place: int
    name: str
    boxes: dict[str, Box]
    beside: str = ""
    has_end: bool = False

    @property
    def problems(self) -> list[Box]:
        return [box for box in self.boxes.values() if box.problem]


def shown_intervals(typed: TypedSettings, default: WardRounds) -> list[TableLine]:
    """The rows of the table of intervals, with the default beside what was changed."""
    by_key = {key_of(row): row for row in default.schedule.rows}
    return [_shown_interval(line, by_key.get(line.key)) for line in typed.intervals]


def _shown_interval(line: IntervalLine, default: IntervalRow | None) -> TableLine:
    options = {
        "clock": choices(CLOCKS, line.typed["clock"]),
        "when": choices(WHEN_LABELS, line.typed["when"]),
        "every_unit": choices(UNIT_LABELS, line.typed["every_unit"]),
        "lasts_unit": choices(UNIT_LABELS, line.typed["lasts_unit"]),
    }
    labels = {
        "clock": "clock",
        "when": "when",
        "every": "every",
        "every_unit": "hours or minutes",
        "lasts": "for how long",
        "lasts_unit": "for how many hours or minutes",
        "why": "reason",
    }
    name = f"row {line.place + 1}"
    boxes = _boxes(
        line, "row", INTERVAL_FIELDS, options, {k: f"{v}, {name}" for k, v in labels.items()}
    )
    return TableLine(line.place, name, boxes, _beside(line, default), line.has_end)


def _beside(line: IntervalLine, default: IntervalRow | None) -> str:
    """What the default says, where this row says something else."""
    if default is None:
        return "" if line.is_empty else "not among the defaults"
    written = QueryDict(mutable=True)
    put_row(written, line.place, default)
    if all(line.typed[name] == written[f"row-{line.place}-{name}"] for name in COMPARED):
        return ""
    return f"default: {_in_words(default)}"


def _in_words(row: IntervalRow) -> str:
    text = f"every {interval_words(row.minutes)}"
    if row.lasts_minutes is not None:
        text += f" for {interval_words(row.lasts_minutes)}"
    return f"{text} ({row.why})"


def shown_steps(typed: TypedSettings, addresses: Iterable[str]) -> list[TableLine]:
    """The steps of all grades."""
    offered = {"": "no message", **{name: name for name in addresses}}
    return [_shown_step(line, offered) for line in typed.steps]


def _shown_step(line: CallStepLine, offered: Mapping[str, str]) -> TableLine:
    address = line.typed["address"]
    every = {**offered, address: address} if address and address not in offered else offered
    options = {
        "grade": choices(GRADES, line.typed["grade"]),
        "address": choices(every, address),
    }
    labels = {
        "grade": "from grade",
        "who": "who is called",
        "contact": "number",
        "address": "message to",
        "minutes": "minutes to answer",
    }
    name = f"step {line.place + 1}"
    boxes = _boxes(
        line, "step", STEP_FIELDS, options, {k: f"{v}, {name}" for k, v in labels.items()}
    )
    return TableLine(line.place, name, boxes)


def _boxes(
    line: TypedLine,
    kind: str,
    names: Iterable[str],
    options: Mapping[str, list[Choice]],
    labels: Mapping[str, str],
) -> dict[str, Box]:
    return {
        name: Box(
            f"{kind}-{line.place}-{name}",
            line.typed[name],
            line.problems.get(name, ""),
            options.get(name, []),
            labels[name],
        )
        for name in names
    }


def taken_out(typed: TypedSettings, default: WardRounds) -> list[tuple[str, str]]:
    """The default rows that the table lacks: the value that restores each, and its words."""
    present = {line.key for line in typed.intervals}
    return [
        (
            ":".join(key_of(row)),
            f"{Clock(row.clock).label}, {WHENS[key_of(row)[1]][2]}: {_in_words(row)}",
        )
        for row in default.schedule.rows
        if key_of(row) not in present
    ]


def shown_panel(typed: TypedSettings) -> list[Choice]:
    labels = {name: analyte.label for name, analyte in ANALYTES.items()}
    return choices(labels, *typed.panel)


def shown_shifts(typed: TypedSettings) -> list[str]:
    """The times typed, and empty boxes up to the most that a day can have."""
    return [*typed.shifts, *[""] * (MOST_SHIFTS - len(typed.shifts))]


def changed(sent: QueryDict, act: str, default: WardRounds) -> QueryDict:
    """What was sent, with a line added, taken out or put back."""
    after = sent.copy()
    word, _, about = act.partition(":")
    kind = "step" if word in (ADD_STEP, TAKE_STEP) else "row"
    places = {key.split("-")[1] for key in after if key.startswith(f"{kind}-")}
    free = max((int(place) for place in places if place.isdecimal()), default=-1) + 1
    if word in (TAKE_ROW, TAKE_STEP):
        for key in [key for key in after if key.startswith(f"{kind}-{about}-")]:
            del after[key]
    elif word == RESTORE_ROW:
        for row in default.schedule.rows:
            if ":".join(key_of(row)) == about:
                put_row(after, free, row)
    elif len(places) < MOST_ROWS:
        names = STEP_FIELDS if kind == "step" else INTERVAL_FIELDS
        units = {"every_unit": "h", "lasts_unit": "h"}
        put_line(after, kind, free, {name: units.get(name, "") for name in names})
    return after


class HistoryLine(NamedTuple):
    """One change of the settings: who, when, why, and what."""

    who: str
    when: str
    why: str
    changes: list[Difference]


MOST_LINES = 20
"""Changes listed on the page, the newest first; the database keeps all."""


def history_of(ward: Ward) -> list[HistoryLine]:
    """The newest changes, each beside what stood before it."""
    lines = list(
        RoundSettings.history.filter(ward_id=ward.pk)
        .select_related("history_user")
        .order_by("-history_id")[: MOST_LINES + 1]
    )
    before = [*(_rounds(ward, line) for line in lines[1:]), rounds_as_stored(ward, {}, {}, {})]
    return [
        HistoryLine(
            str(line.history_user),
            wording.long_date_and_time(line.history_date, ZoneInfo(ward.time_zone)),
            line.history_change_reason or "",
            differences(old, _rounds(ward, line)),
        )
        for line, old in zip(lines[:MOST_LINES], before, strict=False)
    ]


def _rounds(ward: Ward, line: Any) -> WardRounds:
    return rounds_as_stored(ward, line.schedule, line.policy, line.laboratory)


def when_changed(line: Any, ward: Ward) -> str:
    """The moment of a line of the history, as the ward's clock shows it."""
    at: datetime = line.history_date
    return wording.long_date_and_time(at, ZoneInfo(ward.time_zone))
