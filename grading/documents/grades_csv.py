"""Grades as a table: one line for each assessment, the systems side by side, errors in their place.

What belongs to the whole course (episodes, peak, scores, options) stands in the JSON form only.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from io import StringIO
from typing import Any, Literal

from grading.documents.course_csv import harmless
from grading.documents.grades_writer import placed
from grading.documents.reading.course_reader import CourseDocument
from grading.documents.result_writer import REASONS, ResultTexts, put_aside_json
from grading.engine.result import Result, to_json
from grading.engine.system import System
from grading.local_rules import LocalRules
from grading.rules.systems import grade_record

PLACED = ("hour", "at", "day", "ice_total")
BARE = tuple(item.name for item in fields(Result) if item.name not in REASONS)
BETWEEN = "; "

TRUE_OR_FALSE = {True: "true", False: "false"}


def columns(systems: Mapping[str, System], *, reasons: bool) -> dict[str, str]:
    """Each column with what it holds: the grade under the system's key, the rest under `key_…`."""
    names = (*BARE, *REASONS) if reasons else BARE
    return {
        **{name: name for name in ("id", *PLACED)},
        **{f"{key}_{name}" if name != "grade" else key: name for key in systems for name in names},
        **{name: name for name in ("line", "error")},
    }


def header(systems: Mapping[str, System], *, reasons: bool) -> str:
    """The first line."""
    return _lines([columns(systems, reasons=reasons)])


def course_lines(
    document: CourseDocument, systems: Mapping[str, System], local: LocalRules, *, reasons: bool
) -> str:
    """One line for each assessment of a course."""
    record = document.record
    graded = grade_record(record, local, systems, reasons=reasons)
    cells = CELLS_WITH_REASONS if reasons else BARE_CELLS
    columns = [cells.of(of_system.results) for of_system in graded.values()]
    return "".join(
        f"{_cells((document.id, *times))},{','.join(of_each)},,\n"
        for times, *of_each in zip(placed(record), *columns, strict=True)
    )


def error_line(refused: dict[str, Any], systems: Mapping[str, System], *, reasons: bool) -> str:
    """One line for a course that was not graded."""
    width = len(PLACED) + len(systems) * len((*BARE, *REASONS) if reasons else BARE)
    return _lines([[refused["id"], *[None] * width, refused.get("line"), refused["error"]]])


def _bare(result: Result) -> list[Any]:
    return [
        result.grade,
        TRUE_OR_FALSE[result.at_least],
        TRUE_OR_FALSE[result.review],
        result.would_be,
        result.low,
        result.high,
        BETWEEN.join(result.missing),
        result.if_all_counted,
        json.dumps(put_aside_json(result)) if result.put_aside else None,
    ]


def _with_reasons(result: Result) -> list[Any]:
    return [
        *_bare(result),
        " ".join(met.code for met in result.because),
        BETWEEN.join(result.cautions),
        json.dumps(to_json(result.values)) if result.values else None,
    ]


def _lines(rows: Iterable[Iterable[Any]]) -> str:
    cells = [list(map(harmless, row)) for row in rows]
    text = _written(cells, csv.QUOTE_MINIMAL)
    # A carriage return ends a row as well, where nobody quotes it.
    return text if "\r" not in text else _written(cells, csv.QUOTE_ALL)


def _written(cells: list[list[Any]], quoting: Literal[0, 1]) -> str:
    out = StringIO()
    csv.writer(out, lineterminator="\n", quoting=quoting).writerows(cells)
    return out.getvalue()


def _cells(row: Iterable[Any]) -> str:
    """Several cells of a line, without its end."""
    return _lines([row])[:-1]


BARE_CELLS = ResultTexts(lambda result: _cells(_bare(result)))
CELLS_WITH_REASONS = ResultTexts(lambda result: _cells(_with_reasons(result)))
