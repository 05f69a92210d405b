"""The rows of the board in their order.

The order, the counts and the moment from which a row reads differently are worked out at every
answer. The rest of a row is read and written only where its fragment is not in the cache.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from grading.record import HOUR
from grading.rules.systems import PRIMARY
from patients.board.columns import BoardNeeds, added_values, configured_columns, needs_of
from patients.board.lines import BoardLine, board_line
from patients.models import BoardRow
from patients.permissions import Visitor, can_enter
from patients.reading.versions import application_version
from patients.regrading.graded import local_rules
from patients.words import wording
from patients.words.namesakes import Neighbor, namesakes_of_all

NEEDS_GRADE = 0.5
"""The rank of a patient who could not be graded: unknown is not low, so above grade 0.

One with signs before the infusion has it too.
"""
ABOVE_OVERDUE = 3.0
"""From this grade on a patient stands above those who are overdue at a lower one."""
DIED = -1.0
"""The rank after a death: below all whom somebody has to see."""
LAST = datetime.max.replace(tzinfo=UTC)
"""In the order, the time of what is never due."""


@dataclass(frozen=True)
class BoardPlace:
    """One patient's place on the board at `now`; `stored` gives the whole row."""

    uid: UUID
    version: int
    bed: str
    name: str
    namesakes: str
    zone: ZoneInfo
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
    needs: BoardNeeds
    at_home: bool

    @property
    def overdue(self) -> bool:
        return not self.died and self.needs.overdue

    @property
    def unanswered(self) -> bool:
        return not self.died and self.needs.unanswered

    @property
    def urgency(self) -> tuple[int, float, bool, datetime, tuple[int, str, str]]:
        """The sort key by urgency.

        An unanswered call, the grades from 3, the overdue, all others; among these by grade, by
        what is overdue, by what is or was due first, and by bed.
        """
        places = (self.unanswered, self.highest >= ABOVE_OVERDUE, self.overdue, not self.died)
        due_at = LAST if self.needs.due_at is None else self.needs.due_at
        is_late = not self.overdue
        return (_first_true(places), -self.highest, is_late, due_at, self.bed_order)

    @property
    def bed_order(self) -> tuple[int, str, str]:
        return order_of_bed(self.bed, self.name)

    @property
    def moments(self) -> tuple[datetime, ...]:
        """The times at which the row comes to read differently without any entry."""
        return (*self._own_moments, *self.needs.moments)

    @property
    def _own_moments(self) -> tuple[datetime, ...]:
        if self.died:
            return ()
        unseen = local_rules().episode_unseen_hours * HOUR
        times = tuple(at + unseen for at in self.clear_assessed_at)
        return times if self.tocilizumab_next_at is None else (*times, self.tocilizumab_next_at)

    @property
    def key(self) -> str:
        """The key of everything on which the cells depend.

        It has the version, the local day, the moments past, who has a similar name, the reader, the
        added values and the moments up to which these hold.
        """
        today = self.now.astimezone(self.zone).date()
        past = "".join("01"[moment <= self.now] for moment in self._own_moments)
        until = [moment.timestamp() for moment in self.needs.moments]
        stand = f"{self.uid} {self.version} {today} {past} {self.namesakes}"
        return f"{stand} {self.common_key} {self.added} {until}"

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
    read = list(
        rows.values_list(
            "course__uid",
            "version",
            "course__time_zone",
            "tocilizumab_next_at",
            "systems",
            "course__ward",
            "course__patient",
            "course__bed",
            "course__patient__family_name",
            "course__patient__given_name",
            "course__home_since",
        )
    )
    everyone = [Neighbor(*facts[5:10]) for facts in read]
    at_home = [facts[10] is not None for facts in read]
    lying = sorted(who for who, is_away in zip(everyone, at_home, strict=True) if not is_away)
    namesakes = namesakes_of_all(tuple(lying))
    columns = [column.key for column in configured_columns()]
    common_key = f"{can_enter(user)} {application_version()} {columns}"
    uids = [uid for uid, *_ in read]
    stored, added = StoredRows(uids), added_values(uids, now, user)
    return [
        BoardPlace(
            uid=uid,
            version=version,
            bed=who.bed,
            name=f"{who.family_name.upper()}, {who.given_name}",
            namesakes="" if is_away else namesakes[who.patient_id],
            zone=ZoneInfo(time_zone),
            tocilizumab_next_at=next_at,
            **_grades(systems),
            now=now,
            common_key=common_key,
            stored=stored,
            added=added[uid],
            needs=needs_of(added[uid]),
            at_home=is_away,
        )
        for (uid, version, time_zone, next_at, systems, *_), who, is_away in zip(
            read, everyone, at_home, strict=True
        )
    ]


def order_of_bed(bed: str, name: str) -> tuple[int, str, str]:
    """The sort key by bed: bed 3 before bed 12, beds with letters by their text."""
    digits = "".join(sign for sign in bed if sign.isdecimal())
    return (int(digits) if digits else 10**9, bed or wording.DASH, name)


def _first_true(places: tuple[bool, ...]) -> int:
    """The number of the first that holds, or one more than there are."""
    return places.index(True) if True in places else len(places)


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
