"""The timeline of one course as a plain dict, which the browser draws with Plotly.

From top to bottom: a lane of grades per system, the doses, temperature, ferritin, CRP, over one
axis of time. Times are local and without offset, because Plotly drops offsets. Plotly's Python
package is used in a test alone, to check the dict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.html import format_html

from grading.engine.result import Result
from grading.record import Dose, Findings, Lab, Record
from grading.rules.signs.fever import FEVER_FROM_C
from grading.rules.systems import PRIMARY
from patients.chart.grade_lanes import grade_lane
from patients.chart.laboratory.counts import CountDay, CountRun
from patients.chart.lanes import (
    COLORS,
    HOVER,
    INK,
    LAB_COLORS,
    LINE,
    PAPER,
    SOFT,
    Lane,
    WardTime,
    anc_lane,
    dose_lane,
    escaped,
    lab_lane,
    plotly_time,
    plottable,
    temperature_lane,
)
from patients.words import wording

Grades = Mapping[str, Sequence[Result]]
"""Per system a result for each of `record.findings`, in their order."""

GAP_PX, TOP_PX, BOTTOM_PX, LEFT_PX, RIGHT_PX = 20, 18, 40, 136, 16


def timeline_figure(
    record: Record,
    grades: Grades,
    now: timedelta,
    anc: tuple[Sequence[CountDay], Sequence[CountRun]] = ((), ()),
    *,
    is_open: bool = True,
) -> dict[str, Any]:
    """The whole figure; `now` is the time since the infusion, `anc` its days and runs."""
    ward_time = WardTime(record)
    lanes = [grade_lane(system, record, grades[key], ward_time) for key, system in PRIMARY.items()]
    if record.doses:
        lanes.append(dose_lane(record.doses, now, ward_time))
    lanes.append(temperature_lane(record, ward_time))
    lanes += [
        lab_lane(analyte, results, ward_time)
        for analyte in LAB_COLORS
        if (results := plottable(record.labs, analyte))
    ]
    if anc[0]:
        lanes.append(anc_lane(*anc, ward_time))
    awaited = is_open and record.newest_examination() is None
    return _assemble(
        lanes, record, now, ward_time, _extent(record, now, ward_time, awaited=awaited)
    )


def _assemble(
    lanes: list[Lane],
    record: Record,
    now: timedelta,
    ward_time: WardTime,
    extent: tuple[datetime, datetime],
) -> dict[str, Any]:
    fever_lane = 1 + next(n for n, lane in enumerate(lanes) if lane.title.startswith("Temperature"))
    inner = sum(lane.height for lane in lanes) + GAP_PX * (len(lanes) - 1)
    start, end = extent
    layout = {
        **_frame(inner),
        "xaxis": _time_axis(record, start, end, ward_time, anchor=_axis_key(len(lanes), "y")),
        "shapes": _lines(record, now, ward_time, fever_axis=_axis_key(fever_lane, "y")),
        "annotations": [],
    }
    traces = []
    top = 0
    for number, lane in enumerate(lanes, start=1):
        domain = [round(1 - (top + lane.height) / inner, 6), round(1 - top / inner, 6)]
        domain[0] = max(domain[0], 0.0)
        layout[_axis_key(number, "yaxis")] = _value_axis(lane, domain)
        layout["annotations"].append(_title(lane.title, domain[1]))
        traces += [
            {**trace, "xaxis": "x", "yaxis": _axis_key(number, "y")} for trace in lane.traces
        ]
        layout["shapes"] += [
            {**shape, "xref": "x", "yref": _axis_key(number, "y")} for shape in lane.shapes
        ]
        top += lane.height + GAP_PX
    traces.insert(1, _day_of_each(traces, ward_time))
    layout["meta"] = _meta(record, lanes, start, end, now, ward_time)
    return {"data": escaped(traces), "layout": escaped(layout)}


def _day_of_each(traces: Sequence[Mapping[str, Any]], ward_time: WardTime) -> dict[str, Any]:
    """A trace that draws nothing: it names the day at each time first, under the pointer."""
    infusion_date = ward_time.at(timedelta(0)).date()
    times = sorted({at for trace in traces for at in trace["x"] if at is not None})
    days = [wording.day((date.fromisoformat(at[:10]) - infusion_date).days) for at in times]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "day",
        "x": times,
        "y": [0] * len(times),
        "text": days,
        "hovertemplate": HOVER,
        "line": {"width": 0, "color": PAPER},
        "xaxis": "x",
        "yaxis": "y",
    }


def _axis_key(number: int, prefix: str) -> str:
    return prefix if number == 1 else f"{prefix}{number}"


def _frame(inner: int) -> dict[str, Any]:
    return {
        "height": inner + TOP_PX + BOTTOM_PX,
        "margin": {"t": TOP_PX, "b": BOTTOM_PX, "l": LEFT_PX, "r": RIGHT_PX},
        "paper_bgcolor": PAPER,
        "plot_bgcolor": PAPER,
        "font": {"family": "system-ui, sans-serif", "size": 13, "color": INK},
        "showlegend": False,
        "hovermode": "x unified",
        "hoversubplots": "axis",
        "hoverlabel": {"bgcolor": PAPER, "bordercolor": SOFT, "font": {"color": INK, "size": 14}},
        "dragmode": "zoom",
    }


def _title(text: str, top: float) -> dict[str, Any]:
    return {
        "text": text,
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": top,
        "xanchor": "left",
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"size": 13, "color": SOFT},
    }


def _value_axis(lane: Lane, domain: list[float]) -> dict[str, Any]:
    return {
        "domain": domain,
        "fixedrange": True,
        "gridcolor": LINE,
        "tickfont": {"size": 13, "color": INK},
        "showline": True,
        "linecolor": LINE,
        **lane.axis,
    }


def _time_axis(
    record: Record, start: datetime, end: datetime, ward_time: WardTime, *, anchor: str
) -> dict[str, Any]:
    ticks = _days(record, start, end, ward_time)
    every = max(1, -(-len(ticks) // 12))
    return {
        "type": "date",
        "anchor": anchor,
        "range": [plotly_time(start), plotly_time(end)],
        "tickvals": [tick["at"] for tick in ticks[::every]],
        "ticktext": [tick["text"] for tick in ticks[::every]],
        "gridcolor": LINE,
        "showline": True,
        "linecolor": SOFT,
        "hoverformat": "%d %b %Y %H:%M",
        "showspikes": True,
        "spikemode": "across",
        "spikesnap": "cursor",
        "spikecolor": SOFT,
        "spikethickness": 1,
        "spikedash": "dot",
    }


def _days(
    record: Record, start: datetime, end: datetime, ward_time: WardTime
) -> list[dict[str, str]]:
    """Each local midnight with its Day n and date, by the calendar: no clock change shifts it."""
    infusion_date = ward_time.at(timedelta(0)).date()
    today, last = start.date(), end.date()
    ticks = []
    while today <= last:
        day = wording.day((today - infusion_date).days)
        midnight = plotly_time(datetime.combine(today, time.min))
        ticks.append({"at": midnight, "text": format_html("{}<br>{}", day, f"{today:%d %b}")})
        today += timedelta(days=1)
    return ticks


def _extent(
    record: Record, now: timedelta, ward_time: WardTime, *, awaited: bool
) -> tuple[datetime, datetime]:
    """From the start of the first day with anything in it to now, in local time.

    Not far past the last entry, unless the first assessment is still awaited: then now is in
    sight, however long after the infusion it is, or before.
    """
    rows: list[Findings | Lab | Dose] = [*record.findings, *record.labs, *record.doses]
    times = [timedelta(0), *(row.elapsed for row in rows)]
    if awaited:
        times.append(now)
    first, last = min(times), max(times)
    end = max(last, min(now, last + timedelta(days=1)))
    margin = max((end - first) * 0.02, timedelta(hours=1))
    start = datetime.combine(ward_time.at(first).date(), time.min)
    return start, ward_time.at(end) + margin


def _lines(
    record: Record, now: timedelta, ward_time: WardTime, *, fever_axis: str
) -> list[dict[str, Any]]:
    fever = {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "yref": fever_axis,
        "y0": float(FEVER_FROM_C),
        "y1": float(FEVER_FROM_C),
        "line": {"color": INK, "width": 1.5, "dash": "dash"},
        "name": "38.0 °C",
    }
    infusions = [timedelta(0), *record.later_infusions]
    upright = [_upright(ward_time.text(at), "solid") for at in infusions if at <= now]
    return [fever, *upright, _upright(ward_time.text(now), "dot")]


def _upright(at: str, dash: str) -> dict[str, Any]:
    line = {"color": SOFT, "width": 1, "dash": dash}
    return {"type": "line", "x0": at, "x1": at, "yref": "paper", "y0": 0, "y1": 1, "line": line}


def _meta(
    record: Record,
    lanes: list[Lane],
    start: datetime,
    end: datetime,
    now: timedelta,
    ward_time: WardTime,
) -> dict[str, Any]:
    """The data for timeline.js: days to label, the end to count back from, axes, colors."""
    axes = {lane.title.split()[0].lower(): number for number, lane in enumerate(lanes, start=1)}
    ferritin = axes.get("ferritin")
    return {
        "days": _days(record, start, end, ward_time),
        "start": plotly_time(start),
        "end": plotly_time(end),
        "now": ward_time.text(now),
        "ferritin_axis": None if ferritin is None else _axis_key(ferritin, "yaxis"),
        "colors": COLORS,
    }
