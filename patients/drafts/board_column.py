"""The mark on the board: the reader's own unfinished entry for this patient, and nobody else's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.urls import reverse

from patients.board.columns import BoardColumn, ValuesByCourse
from patients.drafts.models import KEPT_FOR, Draft
from patients.permissions import Visitor, can_enter
from patients.words import wording


@dataclass(frozen=True, slots=True)
class DraftMark:
    """The newest draft of a course, and how many there are besides it."""

    clock: str
    address: str
    others: int


def marks_of(reader: Visitor, uids: Sequence[UUID], now: datetime) -> ValuesByCourse:
    """The mark of each course of which the reader has a draft; one query."""
    if not can_enter(reader):
        return {}
    own = Draft.objects.filter(user=reader.pk, typed_at__gt=now - KEPT_FOR, course__uid__in=uids)
    rows = own.order_by("typed_at").values_list(
        "course__uid", "course__time_zone", "first_typed_at", "address"
    )
    marks: dict[UUID, DraftMark] = {}
    for uid, zone, at, address in rows:
        others = marks[uid].others + 1 if uid in marks else 0
        clock = wording.time_of_day(at, ZoneInfo(zone))
        marks[uid] = DraftMark(clock, reverse("drafts") if others else address, others)
    return marks


DRAFT_COLUMN = BoardColumn("draft", "drafts/_board_draft.html", values_of=marks_of)
