"""The rows of the board in their order.

The order, the counts and the moment from which a row reads differently are worked out at every
answer. The rest of a row is read and written only where its fragment is not in the cache.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from grading.record import HOUR
from grading.rules.systems import PRIMARY
from patients.board.columns import added_values, configured_columns
from patients.board.lines import FAR, BoardLine, board_line
from patients.models import BoardRow
from patients.permissions import Visitor, can_enter
from patients.reading.versions import application_version
from patients.regrading.graded import local_rules
from patients.words import wording

NEEDS_GRADE = 0.5
"""The rank of a patient who could not be graded: unknown is not low, so above grade 0.

One with signs before the infusion has it too.
"""
DIED = -1.0
"""The rank after a death: below all whom somebody has to see."""


@dataclass(frozen=True)
class BoardPlace:
    """One patient's place on the board at `now`; `stored` gives the whole row."""

    uid: UUID
    version: int
    bed: str
    name: str
    zone: ZoneInfo
    due_at: datetime
    tocilizumab_next_at: datetime | None
    highest: float
    review: bool
    ungraded: bool
    died: bool
    clear_assessed_at: tuple[datetime, ...]
    now: datetime
    common_key: str
    stored: StoredRows
    added: dict[str, Any]

    @property
    def overdue(self) -> bool:
        return not self.died and self.now >= self.due_at

    @property
    def urgency(self) -> tuple[float, bool, datetime, str]:
        """The sort key by urgency: highest grade of any system, overdue, next due, bed."""
        return (-self.highest, not self.overdue, self.due_at, self.bed)

    @property
    def bed_order(self) -> tuple[int, str, str]:
        """The sort key by bed: bed 3 before bed 12, beds with letters by their text."""
        digits = "".join(sign for sign in self.bed if sign.isdecimal())
        return (int(digits) if digits else 10**9, self.bed or wording.DASH, self.name)

    @property
    def moments(self) -> tuple[datetime, ...]:
        """The times at which the row comes to read differently without any entry."""
        if self.died:
            return ()
        unseen = local_rules().episode_unseen_hours * HOUR
        times = (self.due_at - FAR, self.due_at, *(at + unseen for at in self.clear_assessed_at))
        return times if self.tocilizumab_next_at is None else (*times, self.tocilizumab_next_at)

    @property
    def key(self) -> str:
        """The key of everything on which the cells depend.

        It has the version, the local day, the moments past, the reader and the added values.
        """
        today = self.now.astimezone(self.zone).date()
        past = "".join("01"[moment <= self.now] for moment in self.moments)
        return f"{self.uid} {self.version} {today} {past} {self.common_key} {self.added}"

    @property
    def line(self) -> BoardLine:
        """Everything the board says of this patient."""
        return board_line(self.stored.by_uid[self.uid], self.now)


class StoredRows:
    """The stored rows of a board, all read in one query once one of them is needed."""

    def __init__(self, uids: list[UUID]) -> None:
        self._uids = uids

    @cached_property
    def by_uid(self) -> Mapping[UUID, BoardRow]:
        rows = BoardRow.objects.filter(course__uid__in=self._uids)
        return {
            row.course.uid: row for row in rows.select_related("course__patient", "course__ward")
        }


def places_of(user: Visitor, now: datetime, *, ward_id: int | None = None) -> list[BoardPlace]:
    """The places of the open courses that a user sees, of all wards or of one, in no order.

    Versions are read before the whole rows, so that no fragment is older than its version.
    """
    rows = BoardRow.objects.filter(course__closed_at=None, course__ward__memberships__user=user.pk)
    if ward_id is not None:
        rows = rows.filter(course__ward=ward_id)
    facts = list(
        rows.values_list(
            "course__uid",
            "version",
            "course__bed",
            "course__patient__family_name",
            "course__patient__given_name",
            "course__time_zone",
            "next_due_at",
            "tocilizumab_next_at",
            "systems",
        )
    )
    columns = [column.key for column in configured_columns()]
    common_key = f"{can_enter(user)} {application_version()} {columns}"
    uids = [uid for uid, *_ in facts]
    stored, added = StoredRows(uids), added_values(uids, now)
    return [
        BoardPlace(
            uid=uid,
            version=version,
            bed=bed,
            name=f"{family_name.upper()}, {given_name}",
            zone=ZoneInfo(time_zone),
            due_at=due_at,
            tocilizumab_next_at=next_at,
            **_grades(systems),
            now=now,
            common_key=common_key,
            stored=stored,
            added=added[uid],
        )
        for uid, version, bed, family_name, given_name, time_zone, due_at, next_at, systems in facts
    ]


def _grades(systems: dict[str, Any]) -> dict[str, Any]:
    """The grades by which the board sorts and counts, read from the stored form of standings.

    To build eighty standings would take a tenth of the time of every answer.
    """
    stored = [systems.get(key, {}) for key in PRIMARY]
    if any(standing.get("death") for standing in stored):
        nothing = {"review": False, "ungraded": False, "clear_assessed_at": ()}
        return {"highest": DIED, "died": True, **nothing}
    return {
        "highest": max(map(_rank, stored)),
        "review": any(standing.get("review") for standing in stored),
        "ungraded": any(standing.get("ungraded", True) for standing in stored),
        "died": False,
        "clear_assessed_at": tuple(
            datetime.fromisoformat(standing["at"])
            for standing in stored
            if standing.get("clear_since")
        ),
    }


def _rank(standing: dict[str, Any]) -> float:
    grade = standing.get("sort")
    if grade is None or (grade == 0 and standing.get("early_signs")):
        return NEEDS_GRADE
    return float(grade)
