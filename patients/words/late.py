"""How late an entry was made: after the ten minutes that count as on time, in words.

Times are typed to the minute, so that whole minutes are compared: of an observation at 06:40, what
is saved before 06:51 is on time.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from grading.kinds import LAB_RESULT
from patients.models import ClinicalRow
from patients.rights import IMPORTER
from patients.words import wording

ON_TIME = timedelta(minutes=10)
"""An entry made up to so long after its time counts as on time."""


def late_by(at: datetime, recorded_at: datetime) -> timedelta | None:
    """How long after its time an entry was made; None where that was on time."""
    delay = recorded_at - at
    return delay if delay // wording.MINUTE > ON_TIME // wording.MINUTE else None


def entry_late_by(row: ClinicalRow) -> timedelta | None:
    """How late this entry was made; None where on time, and where lateness says nothing.

    That is so of what was imported, of a correction, and of a laboratory result, which comes later
    than its sample. Reads the name of whoever made an entry later than its time.
    """
    return None if row.is_correction else _later_by(row)


def late_in_words(row: ClinicalRow) -> str:
    """The mark beside an entry: entered 35 min late, corrected 2 h 20 later; empty without one."""
    if (later := _later_by(row)) is None:
        return ""
    if row.is_correction:
        return f"corrected {wording.duration(later)} later"
    return f"entered {wording.duration(later)} late"


def _later_by(row: ClinicalRow) -> timedelta | None:
    later = late_by(row.at, row.recorded_at)
    if later is None or row.entry_kind is LAB_RESULT or row.recorded_by.username == IMPORTER:
        return None
    return later
