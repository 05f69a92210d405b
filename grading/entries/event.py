"""One event of the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(slots=True)
class Event:
    """Something that happened to the patient and matters to a rule or a reader."""

    elapsed: timedelta
    kind: str
    attributed_to: str | None = None
    grade: int | None = None
    detail: str | None = None
    hemophagocytosis: bool | None = None
    uid: str = ""
    note: str = ""
