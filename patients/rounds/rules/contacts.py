"""The calendar of a patient at home: what is planned, and by which observation it was done.

Local: no label and no guideline says how often. A contact counts as done by the first observation
of its kind from `EARLY` before its time up to the next contact of that kind. It is overdue
`LATE` after its time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

EARLY = timedelta(hours=6)
"""Local: so long before its time an observation counts for a contact."""
LATE = timedelta(hours=2)
"""Local: so long after its time a contact is overdue."""


class ContactKind(StrEnum):
    """What is planned: by phone or screen, by the patient alone, or in the clinic."""

    VISIT = "visit"
    TELE_ICE = "tele_ice"
    TEMPERATURE = "temperature"

    @property
    def label(self) -> str:
        return {"visit": "visit", "tele_ice": "tele-ICE", "temperature": "temperature"}[self.value]


@dataclass(frozen=True, slots=True)
class Planned:
    """A contact as it is stored; `marked_at` where somebody marked it as done."""

    uid: str
    kind: ContactKind
    due_at: datetime
    marked_at: datetime | None = None
    marked_by: str = ""


@dataclass(frozen=True, slots=True)
class Observation:
    """When something was observed, and of which kinds of contact it is the observation."""

    at: datetime
    kinds: frozenset[ContactKind]


@dataclass(frozen=True, slots=True)
class Contact:
    """A planned contact with what became of it; `done_at` is None where nothing is known of it."""

    planned: Planned
    done_at: datetime | None
    is_overdue: bool


def contacts_at(
    planned: Iterable[Planned], observed: Sequence[Observation], now: datetime
) -> list[Contact]:
    """Every contact in order of time, with what was done."""
    in_order = sorted(planned, key=lambda each: (each.due_at, each.kind))
    contacts = []
    for each in in_order:
        later = (other.due_at for other in in_order if _follows(other, each))
        ends_at = min(later, default=None)
        done_at = each.marked_at or _first_observed(each, observed, ends_at)
        is_overdue = done_at is None and now >= each.due_at + LATE
        contacts.append(Contact(each, done_at, is_overdue))
    return contacts


def _follows(other: Planned, each: Planned) -> bool:
    return other.kind is each.kind and other.due_at > each.due_at


def _first_observed(
    each: Planned, observed: Sequence[Observation], next_at: datetime | None
) -> datetime | None:
    begins = each.due_at - EARLY
    ends = None if next_at is None else max(next_at - EARLY, each.due_at)
    times = (
        look.at
        for look in observed
        if each.kind in look.kinds and look.at >= begins and (ends is None or look.at < ends)
    )
    return min(times, default=None)
