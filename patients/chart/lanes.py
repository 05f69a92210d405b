"""The strips of the timeline: what is drawn of grades, doses, temperature and laboratory values.

Colors are those of the light scheme, named in `COLORS`; timeline.js exchanges them for the
page's own, so that the chart follows the dark scheme.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from grading.engine.result import Result
from grading.engine.system import System
from grading.record import Dose, Lab, Record
from grading.vocabulary import ANALYTES, DrugClass
from patients.chart.laboratory.counts import CountDay, CountRun
from patients.words import wording

COLORS = {
    "#15202b": "--chart-ink",
    "#4c5966": "--chart-soft",
    "#d3dae1": "--chart-line",
    "#ffffff": "--chart-paper",
    "#b03a06": "--chart-temperature",
    "#56439b": "--chart-ferritin",
    "#0b6a61": "--chart-crp",
    "#1f5fa8": "--chart-anc",
    "#fbe7a1": "--grade-1",
    "#f4b13e": "--grade-2",
    "#e2711d": "--grade-3",
    "#8b1550": "--grade-4",
    "#2a0a3a": "--grade-5",
}
INK, SOFT, LINE, PAPER, TEMPERATURE, FERRITIN, CRP, ANC, *GRADE_COLORS = COLORS
LAB_COLORS = {"ferritin": FERRITIN, "crp": CRP}

MOST_MARKS = 200
"""Beyond this many ordinary points in a lane, only changes are marked: marks are costly to draw."""

LANE_PX, TEMPERATURE_PX, LAB_PX, DOSE_ROW_PX = 66, 72, 60, 18
ANC_TOP, ANC_LOW = 2_000, 500
"""The lane ends at 2,000/µL, so that what lies around 500 can be told apart."""
FEW_TICKS, MORE_TICKS, MOST_TICKS = (1,), (1, 3), (1, 2, 3, 5, 7)
"""Mantissas that are numbered on a logarithmic axis, by how far its values reach."""
NOT_GRADABLE_Y = -0.7
LONGEST_NAME = 19
"""A longer name of a drug is clipped beside its row; the pointer shows it whole."""

DOSE_SYMBOLS = {
    DrugClass.ANTI_CYTOKINE: "triangle-up",
    DrugClass.STEROID: "square",
    DrugClass.VASOPRESSOR: "hourglass",
    DrugClass.INOTROPE: "hourglass-open",
    DrugClass.ANTIPYRETIC: "circle",
}
DOSE_ORDER = tuple(DOSE_SYMBOLS)
LAB_SYMBOLS = {"=": "circle", "<": "triangle-down-open", ">": "triangle-up-open"}


@dataclass(slots=True)
class Lane:
    """One strip of the figure: its title, height, axis and traces."""

    title: str
    height: int
    axis: dict[str, Any]
    traces: list[dict[str, Any]]
    shapes: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class Clock:
    """Turns elapsed time into the local time of the ward, without offset."""

    record: Record

    def moment(self, elapsed: timedelta) -> datetime:
        at = self.record.at(elapsed)
        if at is None:
            raise ValueError("A timeline needs the time of the infusion.")
        return at.astimezone(self.record.zone).replace(tzinfo=None)

    def text(self, elapsed: timedelta) -> str:
        return naive(self.moment(elapsed))

    def on_day(self, number: int, at: time) -> str:
        """That time of day on Day n."""
        first = self.moment(timedelta(0)).date()
        return naive(datetime.combine(first + timedelta(days=number), at))


def naive(moment: datetime) -> str:
    """A local time as Plotly takes it."""
    return moment.isoformat(timespec="minutes")


def plottable(labs: Iterable[Lab], analyte: str) -> list[Lab]:
    return [lab for lab in labs if lab.analyte == analyte and lab.canonical_value is not None]


def grade_lane(system: System, record: Record, results: Sequence[Result], clock: Clock) -> Lane:
    seen = [
        (clock.text(findings.elapsed), result)
        for findings, result in zip(record.findings, results, strict=True)
        if system.has_part(findings)
    ]
    highest = max((result.shown or 0 for _, result in seen), default=0)
    top = max(4, highest)
    axis = {
        "range": [-1.1, top + 0.6],
        "tickvals": list(range(top + 1)),
        "ticktext": ["" if (top - grade) % 2 else str(grade) for grade in range(top + 1)],
        "zeroline": False,
    }
    traces = [_steps(seen), *_marks(system, seen)]
    return Lane(system.label, LANE_PX, axis, traces)


def _steps(seen: Sequence[tuple[str, Result]]) -> dict[str, Any]:
    """A grade holds until the next look; where that gives no grade the line breaks."""
    x: list[str] = []
    y: list[int | None] = []
    for at, result in seen:
        if result.grade is not None:
            x.append(at)
            y.append(result.grade)
        elif y and y[-1] is not None:
            x += [at, at]
            y += [y[-1], None]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "line": {"shape": "hv", "color": INK, "width": 2},
        "connectgaps": False,
        "hoverinfo": "skip",
    }


@dataclass(frozen=True, slots=True)
class Mark:
    """How one kind of result is marked in a grade lane."""

    kind: str
    symbol: str
    size: int
    belongs: Callable[[Result], bool]


MARKS = (
    Mark("grade", "circle", 8, lambda result: result.grade is not None and not result.at_least),
    Mark(
        "at least", "triangle-up", 11, lambda result: result.grade is not None and result.at_least
    ),
    Mark("review", "diamond-cross", 13, lambda result: result.review),
    Mark("not gradable", "x-thin", 7, lambda result: result.shown is None),
)


def _marks(system: System, seen: Sequence[tuple[str, Result]]) -> list[dict[str, Any]]:
    traces = []
    for mark in MARKS:
        points = [(at, result) for at, result in seen if mark.belongs(result)]
        if mark.kind == "grade":
            points = _only_changes(points)
        if points:
            traces.append(_mark_trace(system, mark, points))
    return traces


def _only_changes(points: list[tuple[str, Result]]) -> list[tuple[str, Result]]:
    if len(points) <= MOST_MARKS:
        return points
    previous = [None, *(result.grade for _, result in points)]
    return [
        point for point, before in zip(points, previous, strict=False) if point[1].grade != before
    ]


def _mark_trace(system: System, mark: Mark, points: Sequence[tuple[str, Result]]) -> dict[str, Any]:
    shown = [result.shown for _, result in points]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": mark.kind,
        "x": [at for at, _ in points],
        "y": [NOT_GRADABLE_Y if grade is None else grade for grade in shown],
        "text": [f"{system.name} {told(result)}" for _, result in points],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "symbol": mark.symbol,
            "size": mark.size,
            "color": [PAPER if not grade else GRADE_COLORS[grade - 1] for grade in shown],
            "line": {"color": SOFT if mark.kind == "not gradable" else INK, "width": 1.5},
        },
    }


def told(result: Result) -> str:
    """A grade in a few words: 3, ≥ 2, review (would be 2), not gradable."""
    bound = "≥ " if result.at_least else ""
    if result.review:
        return f"review (would be {bound}{result.would_be})"
    return "not gradable" if result.grade is None else f"{bound}{result.grade}"


def dose_lane(doses: Sequence[Dose], now: timedelta, clock: Clock) -> Lane:
    """A row for each drug, named at its left, so that no two names can collide."""
    agents = sorted({(_rank(dose), dose.agent) for dose in doses})
    rows = {agent: row for row, (_, agent) in enumerate(agents)}
    axis = {
        "range": [len(rows) - 0.4, -0.6],
        "tickvals": list(rows.values()),
        "ticktext": [_clipped(wording.words(agent)) for agent in rows],
        "showgrid": False,
        "zeroline": False,
    }
    return Lane(
        "Doses",
        DOSE_ROW_PX * len(rows),
        axis,
        [_runs(doses, rows, now, clock), _given(doses, rows, clock)],
    )


def _clipped(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def _rank(dose: Dose) -> int:
    if dose.drug_class in DOSE_ORDER:
        return DOSE_ORDER.index(DrugClass(dose.drug_class))
    return len(DOSE_ORDER)


def _runs(
    doses: Sequence[Dose], rows: Mapping[str, int], now: timedelta, clock: Clock
) -> dict[str, Any]:
    """A bar from start to end of what runs; what has no end runs until now."""
    x: list[str | None] = []
    y: list[int | None] = []
    for dose in doses:
        if dose.is_run():
            end = dose.ended if dose.ended is not None else max(now, dose.elapsed)
            x += [clock.text(dose.elapsed), clock.text(end), None]
            y += [rows[dose.agent], rows[dose.agent], None]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "line": {"color": SOFT, "width": 6},
        "hoverinfo": "skip",
    }


def _given(doses: Sequence[Dose], rows: Mapping[str, int], clock: Clock) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "dose",
        "x": [clock.text(dose.elapsed) for dose in doses],
        "y": [rows[dose.agent] for dose in doses],
        "text": [f"{wording.words(dose.agent)} {dose_told(dose)}" for dose in doses],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "symbol": [_symbol(dose) for dose in doses],
            "size": 11,
            "color": INK,
            "line": {"color": PAPER, "width": 1},
        },
    }


def _symbol(dose: Dose) -> str:
    known = dose.drug_class in DOSE_ORDER
    return DOSE_SYMBOLS[DrugClass(dose.drug_class)] if known else "diamond"


def dose_told(dose: Dose) -> str:
    return wording.amount(dose.amount, dose.unit, dose.route)


def temperature_lane(record: Record, clock: Clock) -> Lane:
    taken = [
        (clock.text(findings.elapsed), findings.temperature_c)
        for findings in record.findings
        if findings.temperature_c is not None
    ]
    values = [float(value) for _, value in taken]
    trace = {
        "type": "scatter",
        "mode": "lines+markers" if len(taken) <= MOST_MARKS else "lines",
        "name": "temperature",
        "x": [at for at, _ in taken],
        "y": values,
        "text": [f"{wording.temperature(value)} °C" for _, value in taken],
        "hovertemplate": "%{text}<extra></extra>",
        "line": {"color": TEMPERATURE, "width": 2},
        "marker": {"size": 5, "color": TEMPERATURE},
    }
    lowest, highest = min(values, default=36.0), max(values, default=40.0)
    axis = {"range": [min(35.8, lowest - 0.2), max(40.2, highest + 0.2)], "dtick": 2, "tick0": 36}
    return Lane("Temperature °C", TEMPERATURE_PX, axis, [trace])


def lab_lane(analyte: str, labs: Sequence[Lab], clock: Clock) -> Lane:
    """Ferritin runs over decades: its axis is logarithmic until the reader asks otherwise."""
    known, color = ANALYTES[analyte], LAB_COLORS[analyte]
    axis: dict[str, Any] = {"rangemode": "tozero", "nticks": 3, "tickformat": ",d"}
    if analyte == "ferritin":
        ticks = _log_ticks([float(lab.canonical_value or 0) for lab in labs])
        axis = {"type": "log", "tickmode": "array", "tickvals": ticks, "tickformat": ",d"}
    trace = {
        "type": "scatter",
        "mode": "lines+markers",
        "name": analyte,
        "x": [clock.text(lab.elapsed) for lab in labs],
        "y": [float(lab.canonical_value or 0) for lab in labs],
        "text": [f"{known.label} {lab_told(lab)}" for lab in labs],
        "hovertemplate": "%{text}<extra></extra>",
        "line": {"color": color, "width": 2},
        "marker": {
            "size": [6 if lab.comparator == "=" else 10 for lab in labs],
            "symbol": [LAB_SYMBOLS[lab.comparator] for lab in labs],
            "color": color,
        },
    }
    return Lane(f"{known.label} {wording.unit_label(known.unit)}", LAB_PX, axis, [trace])


def _log_ticks(values: Sequence[float]) -> list[int]:
    """At least two numbers in sight, and never one over the other."""
    positive = [value for value in values if value > 0]
    reach = max(positive) / min(positive) if positive else 1
    mantissas = MOST_TICKS if reach < 5 else MORE_TICKS if reach < 200 else FEW_TICKS
    return [mantissa * 10**power for power in range(7) for mantissa in mantissas]


def lab_told(lab: Lab) -> str:
    return wording.measured(lab.value, lab.comparator, lab.unit)


def anc_lane(days: Sequence[CountDay], runs: Sequence[CountRun], clock: Clock) -> Lane:
    """The lowest ANC of each day: filled days hollow, runs at 500/µL or less shaded."""
    trace = {
        "type": "scatter",
        "mode": "lines+markers",
        "name": "anc",
        "x": [clock.on_day(day.number, time(12)) for day in days],
        "y": [day.per_ul for day in days],
        "text": [day.told for day in days],
        "hovertemplate": "%{text}<extra></extra>",
        "line": {"color": ANC, "width": 2},
        "marker": {
            "size": 7,
            "symbol": ["circle-open" if day.filled else "circle" for day in days],
            "color": ANC,
        },
    }
    top = min(ANC_TOP, max(2 * ANC_LOW, *(day.per_ul for day in days)))
    axis = {"range": [-60, top], "tickvals": [0, ANC_LOW, top], "tickformat": ",d"}
    title = "ANC /µL" + (f", to {ANC_TOP:,}" if top == ANC_TOP else "")
    return Lane(title, LAB_PX, axis, [trace], [_run_shape(run, clock) for run in runs])


def _run_shape(run: CountRun, clock: Clock) -> dict[str, Any]:
    """One run as a band behind the line, from the first midnight to the last."""
    return {
        "type": "rect",
        "x0": clock.on_day(run.first, time.min),
        "x1": clock.on_day(run.last + 1, time.min),
        "y0": 0,
        "y1": ANC_LOW,
        "fillcolor": LINE,
        "line": {"width": 0},
        "layer": "below",
        "name": f"{run.level} {run.days}",
    }
