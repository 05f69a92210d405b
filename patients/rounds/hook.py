"""What the round does at every regrade, in the same transaction (`CARTOX_IN_TRANSACTION`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from patients.models import Course
from patients.regrading.graded import Graded
from patients.regrading.hooks import Regraded
from patients.regrading.standing import standings_of
from patients.rounds.calls.after_regrade import call_after_regrade
from patients.rounds.due.facts import daily_until_of, facts_of
from patients.rounds.due.rows import follow_place
from patients.rounds.models import RoundRow
from patients.rounds.writing import store_round_row


def after_regrade(regraded: Regraded) -> None:
    """Store the facts of the course, then open, add to or withdraw its call."""
    course, at = regraded.course, regraded.at
    facts = facts_of(regraded.graded, regraded.after)
    columns: dict[str, Any] = {"facts": facts.to_json()}
    is_entry = bool(regraded.entered) and not any(
        isinstance(row, Course) for row in regraded.entered
    )
    if not is_entry:
        columns["daily_until"] = daily_until_of(course)
    is_new = store_round_row(course, at=at, **columns)
    if is_new and is_entry:  # the first entry since Cartox has rounds
        store_round_row(course, at=at, daily_until=daily_until_of(course))
    if not is_entry:
        follow_place(course, at=at)
    call_after_regrade(regraded, facts)


def rows_are_stale(graded: Sequence[Graded]) -> list[bool]:
    """Of each course whether its row lacks, or has other facts than the entries give; one query."""
    courses = [each.course for each in graded]
    rows = {row.course_id: row for row in RoundRow.objects.filter(course__in=courses)}
    return [_differs(each, rows.get(each.course.pk)) for each in graded]


def _differs(graded: Graded, row: RoundRow | None) -> bool:
    return row is None or row.facts != facts_of(graded, standings_of(graded)).to_json()
