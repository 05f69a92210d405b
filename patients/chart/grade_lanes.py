"""The lanes of grades on the timeline: steps between assessments, and a mark at each of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from grading.engine.result import Result
from grading.engine.system import System
from grading.record import Findings, Record
from patients.chart.lanes import GRADE_COLORS, HOVER, INK, MOST_MARKS, PAPER, SOFT, Lane, WardTime
from patients.regrading.early_signs import early_signs
from patients.regrading.graded import local_rules
from patients.words.early_signs import early_signs_in_words
from patients.words.grades import NOT_GRADABLE, grade_in_short
from patients.words.put_aside import with_all_counted_in_short

LANE_PX = 66
NOT_GRADABLE_Y = -0.7


class Point(NamedTuple):
    """One assessment in a lane: its time, its result, and what the pointer reads there."""

    at: str
    result: Result
    text: str


def grade_lane(
    system: System, record: Record, results: Sequence[Result], ward_time: WardTime
) -> Lane:
    points = [
        Point(ward_time.text(findings.elapsed), *_shown(system, record, findings, result))
        for findings, result in zip(record.findings, results, strict=True)
        if system.has_part(findings)
    ]
    highest = max((point.result.shown or 0 for point in points), default=0)
    top = max(4, highest)
    axis = {
        "range": [-1.1, top + 0.6],
        "tickvals": list(range(top + 1)),
        "ticktext": ["" if (top - grade) % 2 else str(grade) for grade in range(top + 1)],
        "zeroline": False,
    }
    traces = [_steps(points), *_marks(points), *_all_counted(points)]
    return Lane(system.label, LANE_PX, axis, traces)


def _shown(
    system: System, record: Record, findings: Findings, result: Result
) -> tuple[Result, str]:
    """A result with its words; signs before the infusion stand without a grade."""
    signs = early_signs(findings, record, local_rules()).get(system.toxicity, {})
    if not signs:
        grade = with_all_counted_in_short(grade_in_short(result), result)
        return result, f"{system.name} {grade}"
    return Result(), f"{system.name} {early_signs_in_words(signs)}"


def _steps(points: Sequence[Point]) -> dict[str, Any]:
    """The line of grades: each holds until the next assessment, and breaks where that has none."""
    x: list[str] = []
    y: list[int | None] = []
    for at, result, _ in points:
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
    """The mark of one kind of result in a grade lane; `size` in pixels."""

    kind: str
    symbol: str
    size: int
    belongs: Callable[[Result], bool]


GRADE_MARKS = (
    Mark("grade", "circle", 8, lambda result: result.grade is not None and not result.at_least),
    Mark(
        "at least", "triangle-up", 11, lambda result: result.grade is not None and result.at_least
    ),
    Mark("review", "diamond-cross", 13, lambda result: result.review),
    Mark(NOT_GRADABLE, "x-thin", 7, lambda result: result.shown is None),
)


def _marks(points: Sequence[Point]) -> list[dict[str, Any]]:
    """A trace for each kind of mark; of many only those that differ from the point before."""
    traces = []
    for mark in GRADE_MARKS:
        marked = [point for point in points if mark.belongs(point.result)]
        if len(marked) > MOST_MARKS:
            marked = [
                point
                for earlier, point in zip((None, *points), points, strict=False)
                if mark.belongs(point.result) and not _is_alike(mark, earlier, point)
            ]
        if marked:
            traces.append(_mark_trace(mark, marked))
    return traces


def _is_alike(mark: Mark, earlier: Point | None, point: Point) -> bool:
    """Whether the point before has the same mark at the same grade."""
    if earlier is None or not mark.belongs(earlier.result):
        return False
    return earlier.result.shown == point.result.shown


def _all_counted(points: Sequence[Point]) -> list[dict[str, Any]]:
    """A hollow mark above each grade that a sign put aside has lowered: the grade it would be."""
    lowered = [point for point in points if point.result.if_all_counted is not None]
    if not lowered:
        return []
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "name": "with every sign counted",
            "x": [point.at for point in lowered],
            "y": [point.result.if_all_counted for point in lowered],
            "text": [point.text for point in lowered],
            "hovertemplate": HOVER,
            "marker": {"symbol": "diamond-open", "size": 10, "color": SOFT},
        }
    ]


def _mark_trace(mark: Mark, points: Sequence[Point]) -> dict[str, Any]:
    shown = [point.result.shown for point in points]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": mark.kind,
        "x": [point.at for point in points],
        "y": [NOT_GRADABLE_Y if grade is None else grade for grade in shown],
        "text": [point.text for point in points],
        "hovertemplate": HOVER,
        "marker": {
            "symbol": mark.symbol,
            "size": mark.size,
            "color": [PAPER if not grade else GRADE_COLORS[grade - 1] for grade in shown],
            "line": {"color": SOFT if mark.kind == NOT_GRADABLE else INK, "width": 1.5},
        },
    }
