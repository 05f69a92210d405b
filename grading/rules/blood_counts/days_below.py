"""Grades by the number of days on which a count stayed low, for ICAHT and T-ICAHT alike.

A table of bands over levels, the reasons met, and the notes on the certainty of the count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from grading.engine.labs import NotUsed, labs_of, unused_cautions, unused_reasons
from grading.engine.result import Met, Result
from grading.engine.sentences import because
from grading.local_rules import LocalRules
from grading.record import Record
from grading.rules.blood_counts.day_series import (
    Band,
    Day,
    DayWindow,
    Level,
    Tally,
    cautions_in,
    counts_of,
    daily_series,
    day_window_of,
    days_of,
    longest_unknown,
    measured_days,
    not_used_in,
    tallies,
)

HIGHEST = 4
NOTHING_LEFT = Decimal(0)
"""The lowest count there is."""

TABLE_HEAD = ("Grade", "Criterion", "Code")
LONGEST, CUMULATIVE = "longest", "cumulative"
_COUNTED = {LONGEST: "longest run", CUMULATIVE: "in all"}


@dataclass(frozen=True, slots=True)
class DayTable:
    """One window of one count. `normal` is above every level (for results "above" a number)."""

    key: str
    analyte: str
    first: int
    last: int
    levels: tuple[Level, ...]
    bands: tuple[Band, ...]
    normal: Decimal


@dataclass(slots=True)
class Observed:
    """The window of one course, and those of its days that have a value."""

    table: DayTable
    record: Record
    window: DayWindow
    measured: dict[int, Day]
    not_used: tuple[NotUsed, ...]
    local: LocalRules
    rounded: bool
    series: list[Day] = field(init=False)

    def __post_init__(self) -> None:
        self.series = daily_series(self.measured, self.local, rounded=self.rounded)

    @property
    def has_bounds(self) -> bool:
        """Whether some day has only a result "below" or "above" a number."""
        return any(day.most != day.least for day in self.series)

    def tallies(self) -> dict[str, Tally]:
        return tallies(self.series, self.table.levels)

    def lowest(self) -> Observed | None:
        """The same window by the lowest values that its results allow; None where that is it.

        A result that cannot be used may have been 0.
        """
        if not self.not_used and not self.has_bounds:
            return None
        days = {number: Day(number, day.least, day.least) for number, day in self.measured.items()}
        days |= {
            result.day: Day(result.day, NOTHING_LEFT, NOTHING_LEFT) for result in self.not_used
        }
        return replace(self, measured=days, not_used=())

    def cautions(self) -> tuple[str, ...]:
        """The results that are not used, and what a reader has to know of those that are."""
        used = cautions_in(self.record, self.table.analyte, self.window)
        return (*unused_cautions(self.not_used), *used)

    def code(self, note: str) -> str:
        return f"{self.table.key}_{note}"


def observe(
    table: DayTable, record: Record, local: LocalRules, *, rounded: bool = False
) -> Observed:
    """The days of a course that this table counts."""
    window = day_window_of(record, table.first, table.last)
    measured = measured_days(record, table.analyte, window, normal=table.normal)
    not_used = not_used_in(record, table.analyte, window)
    return Observed(table, record, window, measured, not_used, local, rounded)


def ungraded(observed: Observed) -> Result | None:
    """The result where no day of the window has a value that can be used: no grade, and why.

    None before its first day, and while the count was never measured and may still be.
    """
    window, analyte = observed.window, observed.table.analyte
    reasons = unused_reasons(observed.not_used)
    if not reasons:
        was_ever = bool(labs_of(observed.record).of(analyte))
        if not window.is_reached or not (was_ever or window.closed):
            return None
        values = {"first": window.first, "last": window.last}
        reasons = (Met(observed.code("not_measured"), 0, values),)
    return Result(
        because=reasons,
        missing=() if observed.not_used else (analyte,),
        cautions=observed.cautions(),
        values=_values(observed, observed.tallies()),
    )


def met_bands(table: DayTable, by_level: Mapping[str, Tally], how: str) -> list[Met]:
    """The bands that hold, highest grade first, by the longest run or by all runs together."""
    met = []
    for band in table.bands:
        counted = by_level[band.level]
        days = counted.longest_days if how == LONGEST else counted.cumulative
        if counted.longest is not None and band.holds(days):
            first, last = counted.longest
            if how == CUMULATIVE:
                first, last = counted.runs[0][0], counted.runs[-1][1]
            values = {"days": days, "counted": _COUNTED[how], "first": first, "last": last}
            met.append(Met(band.code, band.grade, values))
    return sorted(met, key=lambda reason: -reason.grade)


def is_higher(could: Sequence[Met], met: Sequence[Met]) -> bool:
    """Whether the first list of criteria, highest first, makes a higher grade than the second."""
    return bool(could) and could[0].grade > (met[0].grade if met else 0)


def graded(
    observed: Observed, met: Sequence[Met], *, at_least: bool, by_level: Mapping[str, Tally]
) -> Result:
    """The result with its notes; the highest grade is never "at least"."""
    grade = met[0].grade if met else 0
    return Result(
        grade=grade,
        at_least=at_least and grade < HIGHEST,
        because=(*met, *notes(observed, by_level)),
        cautions=observed.cautions(),
        values=_values(observed, by_level),
    )


def _values(observed: Observed, by_level: Mapping[str, Tally]) -> dict[str, Any]:
    window = observed.window
    return {
        "window": [window.first, window.last],
        "closed": window.closed,
        "observed_to": window.observed_to,
        **counts_of(observed.series, by_level),
        "runs": {key: [list(run) for run in item.runs] for key, item in by_level.items()},
        "days": days_of(observed.series),
    }


def notes(observed: Observed, by_level: Mapping[str, Tally]) -> list[Met]:
    """The notes on the certainty of the count, as reasons of grade 0: none makes a grade."""
    window = observed.window
    noted: list[Met] = []
    if observed.table.bands and not by_level[observed.table.levels[0].key].days:
        noted.append(Met(observed.code("none"), 0, {"known": len(observed.series)}))
    if not window.closed:
        noted += _notes_while_open(observed, by_level)
    elif window.ended_by:
        values = {"day": window.last, "ended_by": window.ended_by}
        noted.append(Met(observed.code("ended"), 0, values))
    if unknown := unknown_stretch(observed):
        noted.append(Met(observed.code("unknown_days"), 0, {"days": unknown}))
    filled = sum(day.filled for day in observed.series)
    if filled:
        noted.append(
            Met(observed.code("filled"), 0, {"filled": filled, "known": len(observed.series)})
        )
    if observed.has_bounds:
        bounds = sum(day.most != day.least and not day.filled for day in observed.series)
        noted.append(Met(observed.code("bounds"), 0, {"days": bounds}))
    return [*noted, *unused_reasons(observed.not_used)]


def _notes_while_open(observed: Observed, by_level: Mapping[str, Tally]) -> list[Met]:
    """How far a window was observed that later results may still change."""
    window, latest = observed.window, observed.series[-1].day
    runs = by_level[observed.table.levels[0].key].runs
    run = latest - runs[-1][0] + 1 if runs and runs[-1][1] == latest else 0
    values = {"run": run, "day": latest, "last": window.last}
    noted = [Met(observed.code("ongoing" if run else "open"), 0, values)]
    if observed.record.closed is not None:
        values = {"day": window.observed_to, "last": window.last}
        noted.insert(0, Met(observed.code("observed"), 0, values))
    return noted


def days_to_document(
    counts: Sequence[str], result: Result, sentences: Mapping[str, str]
) -> dict[str, Any]:
    """The form of a result in the grades document; its counts are null where nothing counted."""
    measured = {name: result.values[name] for name in ("measured_days", "filled_days")}
    has_days = result.values["measured_days"] > 0
    return {
        "grade": result.grade,
        "at_least": result.at_least,
        **{name: result.values[name] if has_days else None for name in counts},
        **measured,
        "because": because(result, sentences),
        "cautions": list(result.cautions),
    }


def no_days_measured(counts: Sequence[str], *, code: str, text: str) -> dict[str, Any]:
    """The form in the grades document where there is no result, with the reason."""
    return {
        "grade": None,
        "at_least": False,
        **dict.fromkeys(counts),
        "measured_days": 0,
        "filled_days": 0,
        "because": [{"code": code, "grade": 0, "saw": {}, "text": text}],
        "cautions": [],
    }


def unknown_stretch(observed: Observed) -> int:
    """Days in succession without a value, where more than may be filled; else 0.

    Days that are still to come are not unknown.
    """
    unknown = longest_unknown(observed.series, observed.window)
    return unknown if unknown > observed.local.icaht_maxgap else 0


def note_sentences(table: DayTable, what: str) -> dict[str, str]:
    """The notes in words, by code; `what` is the count: "ANC"."""
    first = table.levels[0].label
    noted = {
        "none": f"no day with {first} among {{known}} with a value",
        "ongoing": f"ongoing: {first} for {{run}} d up to Day {{day}}, the window is open "
        "until Day {last}",
        "open": f"the window is open until Day {{last}}: last {what} on Day {{day}}",
        "observed": "observed to Day {day}; the course is closed, results up to Day {last} count",
        "ended": "counted to Day {day}: {ended_by}",
        "not_measured": f"no {what} from Day {{first}} to {{last}}: not gradable",
        "unknown_days": f"low confidence: {{days}} days in succession without a usable {what}; "
        "days that are neither measured nor filled never count",
        "filled": "{filled} of {known} days were not measured but lie between two that were",
        "bounds": f"days with {what} only “below” or “above” a number: {{days}}; they count "
        "where that number decides",
    }
    return {f"{table.key}_{note}": text for note, text in noted.items()}


def band_sentences(table: DayTable) -> dict[str, str]:
    """The bands in words, by code."""
    labels = {level.key: level.label for level in table.levels}
    return {
        band.code: f"{labels[band.level]}, {{counted}} {{days}} d (Day {{first}} to {{last}}): "
        f"{band.span} are grade {band.grade}"
        for band in table.bands
    }


def band_rows(table: DayTable) -> tuple[tuple[str, ...], ...]:
    """The bands as rows for a reader: grade, criterion, code."""
    labels = {level.key: level.label for level in table.levels}
    return tuple(
        (str(band.grade), f"{labels[band.level]} for {band.span}", f"`{band.code}`")
        for band in table.bands
    )
