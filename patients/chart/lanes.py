"""The lanes of the timeline for doses, temperature and laboratory values, and what all share.

Colors are those of the light scheme, named in `COLORS`; timeline.js exchanges them for the
page's own, so that the chart follows the dark scheme.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from grading.agents import DrugClass
from grading.record import Dose, Lab, Record
from grading.rules.signs.runs import with_ends
from grading.vocabulary import ANALYTES
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

HOVER = format_html("{}<extra></extra>", "%{text}")
"""Under the pointer stands the text of a point, without the name of its trace."""

MOST_MARKS = 200
"""Above this number of points a lane marks only changes: the browser draws marks slowly."""

TEMPERATURE_PX, LAB_PX, DOSE_ROW_PX = 72, 60, 18
ANC_TOP, ANC_LOW = 2_000, 500
"""The lane ends at 2,000/µL, so that values around 500/µL can be distinguished."""
FEW_TICKS, MORE_TICKS, MOST_TICKS = (1,), (1, 3), (1, 2, 3, 5, 7)
"""Mantissas that are numbered on a logarithmic axis, by how far its values reach."""
LONGEST_NAME = 19
"""Characters. A longer name of a drug is clipped beside its row; the pointer shows it whole."""

DOSE_SYMBOLS: dict[str, str] = {
    DrugClass.ANTI_CYTOKINE: "triangle-up",
    DrugClass.STEROID: "square",
    DrugClass.VASOPRESSOR: "hourglass",
    DrugClass.INOTROPE: "hourglass-open",
    DrugClass.ANTIPYRETIC: "circle",
}
DOSE_RANKS = {name: rank for rank, name in enumerate(DOSE_SYMBOLS)}
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
class WardTime:
    """Turns time since the infusion into the local time of the ward, without offset."""

    record: Record

    def at(self, elapsed: timedelta) -> datetime:
        at = self.record.at(elapsed)
        if at is None:
            raise ValueError("A timeline needs the time of the infusion.")
        return at.astimezone(self.record.zone).replace(tzinfo=None)

    def text(self, elapsed: timedelta) -> str:
        return plotly_time(self.at(elapsed))

    def on_day(self, number: int, at: time) -> str:
        """The time of day `at` on Day n, as Plotly takes it."""
        first = self.at(timedelta(0)).date()
        return plotly_time(datetime.combine(first + timedelta(days=number), at))


def plotly_time(moment: datetime) -> str:
    """A local time as Plotly takes it."""
    return moment.isoformat(timespec="minutes")


def escaped(part: Any) -> Any:
    """A part of the figure in which Plotly takes no text for its markup.

    Plotly makes links, bold print and new lines of what looks like HTML. Text may be what somebody
    typed, as a drug's name; markup of our own comes from `format_html` and stays.
    """
    if isinstance(part, dict):
        return {key: escaped(value) for key, value in part.items()}
    if isinstance(part, list | tuple):
        return [escaped(item) for item in part]
    if isinstance(part, str) and not isinstance(part, SafeString):
        return part.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return part


def plottable(labs: Iterable[Lab], analyte: str) -> list[Lab]:
    """The results of one analyte that have a value in the unit of the axis."""
    return [lab for lab in labs if lab.analyte == analyte and lab.canonical_value is not None]


def dose_lane(doses: Sequence[Dose], now: timedelta, ward_time: WardTime) -> Lane:
    """A row for each drug, named at its left, so that no two names can collide."""
    last = len(DOSE_RANKS)
    agents = sorted({(DOSE_RANKS.get(dose.drug_class, last), dose.agent) for dose in doses})
    rows = {agent: row for row, (_, agent) in enumerate(agents)}
    axis = {
        "range": [len(rows) - 0.4, -0.6],
        "tickvals": list(rows.values()),
        "ticktext": [
            name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
            for name in map(wording.words, rows)
        ],
        "showgrid": False,
        "zeroline": False,
    }
    return Lane(
        "Doses",
        DOSE_ROW_PX * len(rows),
        axis,
        [_runs(doses, rows, now, ward_time), _given(doses, rows, ward_time)],
    )


def _runs(
    doses: Sequence[Dose], rows: Mapping[str, int], now: timedelta, ward_time: WardTime
) -> dict[str, Any]:
    """A bar from the start of each infusion to its end, or to now where it has none."""
    x: list[str | None] = []
    y: list[int | None] = []
    for dose in with_ends(doses):
        if dose.is_run():
            end = dose.ended if dose.ended is not None else max(now, dose.elapsed)
            x += [ward_time.text(dose.elapsed), ward_time.text(end), None]
            y += [rows[dose.agent], rows[dose.agent], None]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "line": {"color": SOFT, "width": 6},
        "hoverinfo": "skip",
    }


def _given(doses: Sequence[Dose], rows: Mapping[str, int], ward_time: WardTime) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "dose",
        "x": [ward_time.text(dose.elapsed) for dose in doses],
        "y": [rows[dose.agent] for dose in doses],
        "text": [
            f"{wording.words(dose.agent)} {wording.amount(dose.amount, dose.unit, dose.route)}"
            for dose in doses
        ],
        "hovertemplate": HOVER,
        "marker": {
            "symbol": [DOSE_SYMBOLS.get(dose.drug_class, "diamond") for dose in doses],
            "size": 11,
            "color": INK,
            "line": {"color": PAPER, "width": 1},
        },
    }


def temperature_lane(record: Record, ward_time: WardTime) -> Lane:
    taken = [
        (ward_time.text(findings.elapsed), findings.temperature_c)
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
        "hovertemplate": HOVER,
        "line": {"color": TEMPERATURE, "width": 2},
        "marker": {"size": 5, "color": TEMPERATURE},
    }
    lowest, highest = min(values, default=36.0), max(values, default=40.0)
    axis = {"range": [min(35.8, lowest - 0.2), max(40.2, highest + 0.2)], "dtick": 2, "tick0": 36}
    return Lane("Temperature °C", TEMPERATURE_PX, axis, [trace])


def lab_lane(analyte: str, labs: Sequence[Lab], ward_time: WardTime) -> Lane:
    """One analyte; the axis of ferritin is logarithmic until the reader asks otherwise."""
    definition, color = ANALYTES[analyte], LAB_COLORS[analyte]
    axis: dict[str, Any] = {"rangemode": "tozero", "nticks": 3, "tickformat": ","}
    if analyte == "ferritin":
        ticks = _log_ticks([float(lab.canonical_value or 0) for lab in labs])
        axis = {"type": "log", "tickmode": "array", "tickvals": ticks, "tickformat": ",d"}
    trace = {
        "type": "scatter",
        "mode": "lines+markers",
        "name": analyte,
        "x": [ward_time.text(lab.elapsed) for lab in labs],
        "y": [float(lab.canonical_value or 0) for lab in labs],
        "text": [
            f"{definition.label} {wording.measured(lab.value, lab.comparator, lab.unit)}"
            for lab in labs
        ],
        "hovertemplate": HOVER,
        "line": {"color": color, "width": 2},
        "marker": {
            "size": [6 if lab.comparator == "=" else 10 for lab in labs],
            "symbol": [LAB_SYMBOLS[lab.comparator] for lab in labs],
            "color": color,
        },
    }
    return Lane(f"{definition.label} {wording.unit_label(definition.unit)}", LAB_PX, axis, [trace])


def _log_ticks(values: Sequence[float]) -> list[int]:
    """The numbers on a logarithmic axis: at least two are in sight, and none covers another."""
    positive = [value for value in values if value > 0]
    reach = max(positive) / min(positive) if positive else 1
    if reach == 1:  # a decade on each side of it is in sight
        return [10**power for power in range(7)]
    mantissas = MOST_TICKS if reach < 5 else MORE_TICKS if reach < 200 else FEW_TICKS
    return [mantissa * 10**power for power in range(7) for mantissa in mantissas]


def anc_lane(days: Sequence[CountDay], runs: Sequence[CountRun], ward_time: WardTime) -> Lane:
    """The lowest ANC of each day: filled days hollow, runs at 500/µL or less shaded."""
    trace = {
        "type": "scatter",
        "mode": "lines+markers",
        "name": "anc",
        "x": [ward_time.on_day(day.number, time(12)) for day in days],
        "y": [day.per_ul for day in days],
        "text": [day.in_words for day in days],
        "hovertemplate": HOVER,
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
    return Lane(title, LAB_PX, axis, [trace], [_run_shape(run, ward_time) for run in runs])


def _run_shape(run: CountRun, ward_time: WardTime) -> dict[str, Any]:
    """One run as a band behind the line, from the first midnight to the last."""
    return {
        "type": "rect",
        "x0": ward_time.on_day(run.first, time.min),
        "x1": ward_time.on_day(run.last + 1, time.min),
        "y0": 0,
        "y1": ANC_LOW,
        "fillcolor": LINE,
        "line": {"width": 0},
        "layer": "below",
        "name": f"{run.level} {run.days}",
    }
