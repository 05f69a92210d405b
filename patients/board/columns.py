"""The columns of the board. `CARTOX_BOARD_COLUMNS` lists them by dotted path, in their order.

A later app adds a `BoardColumn` of its own to that list; the board imports none of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from patients.permissions import Visitor

ValuesByCourse = Mapping[UUID, Any]
Values = Callable[[Sequence[UUID], datetime], ValuesByCourse]
OwnValues = Callable[[Visitor, Sequence[UUID], datetime], ValuesByCourse]


@dataclass(frozen=True, slots=True)
class BoardNeeds:
    """What the value of a column asks of the order of the board.

    unanswered  a call about this patient waits for an answer: before all others
    overdue     something is overdue, at the clock of now
    due_at      when the next thing is or was due; None where nothing is
    moments     the next times, after now, at which the value changes by the clock alone
    """

    unanswered: bool = False
    overdue: bool = False
    due_at: datetime | None = None
    moments: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """One column of the board.

    key       its name among the columns
    template  the heading cell where `is_heading` is set, else the cell of `line`; a column without
              a heading stands in the second line of a row
    values    for what the board row does not hold: what to show of each course, by its uid, at a
              moment. It is asked once for all rows at every answer, and every 15 s by every open
              board. The template finds it as `place.added.KEY`; its cells have the class
              `board__added`. A row is written anew where the `repr` of its value differs, so that
              nothing in it depends on the clock but at the moments that `needs` gives
    values_of the same for what depends on who reads, who is asked with it; the column has no width
    needs     for a value that takes part in the order and the counts of the board; such a column
              says what is due, and has the width for it
    foot      the sentences for the foot of the board, made of the values of all rows
    """

    key: str
    template: str
    values: Values | None = None
    needs: Callable[[Any], BoardNeeds] | None = None
    foot: Callable[[Sequence[Any]], list[str]] | None = None
    values_of: OwnValues | None = None


BED_COLUMN = BoardColumn("bed", "board/columns/_bed.html")
PATIENT_COLUMN = BoardColumn("patient", "board/columns/_patient.html")
DAY_COLUMN = BoardColumn("day", "board/columns/_day.html")
GRADES_COLUMN = BoardColumn("grades", "board/columns/_grades.html")
VITALS_COLUMN = BoardColumn("vitals", "board/columns/_vitals.html")
NEURO_SCORE_COLUMN = BoardColumn("neuro_score", "board/columns/_neuro_score.html")
TREATMENT_COLUMN = BoardColumn("treatment", "board/columns/_treatment.html")


def configured_columns() -> tuple[BoardColumn, ...]:
    """The columns of this site, in their order."""
    return _columns(tuple(settings.CARTOX_BOARD_COLUMNS))


@cache
def _columns(paths: tuple[str, ...]) -> tuple[BoardColumn, ...]:
    return tuple(import_string(path) for path in paths)


def added_values(
    uids: Iterable[UUID], now: datetime, reader: Visitor
) -> dict[UUID, dict[str, Any]]:
    """The values of each course in the columns that compute their own, by the key of the column."""
    added: dict[UUID, dict[str, Any]] = {uid: {} for uid in uids}
    for column in configured_columns():
        values: ValuesByCourse = {}
        if column.values is not None:
            values = column.values(list(added), now)
        elif column.values_of is not None:
            values = column.values_of(reader, list(added), now)
        for uid, value in values.items():
            added[uid][column.key] = value
    return added


def needs_of(added: Mapping[str, Any]) -> BoardNeeds:
    """What the values of one course ask of the order, all columns together."""
    needs = [
        column.needs(added[column.key])
        for column in configured_columns()
        if column.needs is not None and column.key in added
    ]
    if len(needs) == 1:
        return needs[0]
    return BoardNeeds(
        unanswered=any(each.unanswered for each in needs),
        overdue=any(each.overdue for each in needs),
        due_at=min((each.due_at for each in needs if each.due_at is not None), default=None),
        moments=tuple(moment for each in needs for moment in each.moments),
    )


def foot_of(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """What the columns say at the foot of the board."""
    return [
        sentence
        for column in configured_columns()
        if column.foot is not None
        for sentence in column.foot([added[column.key] for added in rows if column.key in added])
    ]
