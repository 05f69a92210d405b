"""The strip of the chart that says what is due, where the patient is, and what was not done."""

from __future__ import annotations

from typing import Any

from patients.chart.sections import ChartPage, ChartSection
from patients.models import BoardRow
from patients.rounds.due.rounds_now import round_of
from patients.rounds.pages.round_lines import round_line


def _context(page: ChartPage) -> dict[str, Any]:
    """The line of this patient, as in the round view; none once the course is closed."""
    if not page.course.is_open():
        return {"round_line": None}
    row = BoardRow.objects.get(course=page.course)
    row.course = page.course
    return {"round_line": round_line(row, round_of(page.course), page.now)}


DUE_STRIP = ChartSection("due", "top", "rounds/_chart_round.html", _context)
