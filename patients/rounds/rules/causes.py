"""Why somebody is called: one cause of a call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self


class CauseKind(StrEnum):
    RISE = "rise"
    REVIEW = "review"
    SCORE_FALL = "score_fall"
    VASOPRESSOR = "vasopressor"
    WORRIED = "worried"


@dataclass(frozen=True, slots=True)
class Cause:
    """Why somebody is called.

    key     unique within the call: "rise:crs:3", "worried:UID"
    entry   the uid of the entry that brought it about
    kind    of the entry: its `EntryKind.key`
    text    what changed, in words: "CRS 3, was 2: norepinephrine 0.05 mcg/kg/min"
    since   when it was observed
    grade   of the toxicity; for a vasopressor 3, for worry and a fall of the score the highest
            grade to act on then
    toxicity  "crs" or "icans" of a rise or a review; else empty
    """

    key: str
    kind: CauseKind
    entry: str
    entry_kind: str
    text: str
    since: datetime
    grade: int
    toxicity: str = ""

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "since": self.since.isoformat()}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """The inverse of `to_json`."""
        kind, since = CauseKind(stored["kind"]), datetime.fromisoformat(stored["since"])
        return cls(**{**stored, "kind": kind, "since": since})
