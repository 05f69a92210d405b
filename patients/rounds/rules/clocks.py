"""When each part of the round is due: plain values in, plain values out, no database and no clock.

Takes   the facts of one course (`CourseFacts`, with pauses and what was not done), the schedule of
        its ward, and a moment.
Gives   for each of the three clocks a `Due`: the state at that moment, the due window, what was
        last done, and why the interval is what it is.
Source  local: docs/rounds.md. The review asks for an assessment at least twice a day.

An entry sets a clock anew only where it holds that part whole, by the time it was observed, never
by the time it was typed. Times are counted in elapsed time, so that midnight, a changed clock and
the half-hours of a shift move nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from patients.rounds.rules.schedule import Schedule


class Clock(StrEnum):
    """The parts of a round that are due by a clock of their own."""

    VITALS = "vitals"
    NEURO = "neuro"
    LABS = "labs"

    @property
    def label(self) -> str:
        return {"vitals": "vitals", "neuro": "neurology", "labs": "laboratory"}[self.value]


class DueState(StrEnum):
    """What one clock says at one moment."""

    NOT_YET = "not_yet"
    DUE = "due"
    OVERDUE = "overdue"
    PAUSED = "paused"
    NOT_DONE = "not_done"
    ENDED = "ended"
    """After a death, or once the course is closed: nothing is due any more."""


class PauseReason(StrEnum):
    """Why a patient is away from the ward."""

    IMAGING = "imaging"
    PROCEDURE = "procedure"
    DIALYSIS = "dialysis"
    OTHER_WARD = "other_ward"
    LEAVE = "leave"
    OTHER = "other"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ")


class NotDoneReason(StrEnum):
    """Why a part that was due was not done."""

    REFUSED = "refused"
    ASLEEP = "asleep"
    AWAY = "away"
    NO_STAFF = "no_staff"
    DEVICE_FAILED = "device_failed"
    NO_ACCESS = "no_access"
    OTHER = "other"

    @property
    def label(self) -> str:
        return {
            "asleep": "asleep, not woken",
            "away": "away from the ward",
            "no_staff": "no time on the ward",
            "device_failed": "device failed",
            "no_access": "no blood could be drawn",
        }.get(self.value, self.value)


@dataclass(frozen=True, slots=True)
class CourseFacts:
    """What follows from the record of one course alone, as `RoundRow.facts` stores it.

    starts_at       the first observations are due then: the infusion, or the opening where later
    infused_at      None while it is only planned
    daily_until     the end of the days on which the label of the product asks for daily monitoring
    vitals_at       the newest entry with temperature, pressure, saturation and device together
    neuro_at        the newest entry with ICE or CAPD whole, or with the reason why not
    neuro_test      "ICE" or "CAPD"
    labs_at         per analyte, the newest result that can be used
    crs, icans      the grade to act on, None where there is none
    icans_since     the first sign of the ICANS episode that is open
    vasopressor     since when one runs
    not_done        the coded reasons of the newest entry, per clock: (reason in words, time); only
                    where nothing whole is newer
    score           the newest ICE or CAPD: {"test", "points", "at", "entry", "before", "before_at"}
    died_at, closed_at   after these nothing is due
    """

    starts_at: datetime
    infused_at: datetime | None = None
    daily_until: datetime | None = None
    vitals_at: datetime | None = None
    neuro_at: datetime | None = None
    neuro_test: str = "ICE"
    labs_at: Mapping[str, datetime] = field(default_factory=dict)
    crs: int | None = None
    icans: int | None = None
    icans_since: datetime | None = None
    vasopressor: datetime | None = None
    not_done: Mapping[str, tuple[str, datetime]] = field(default_factory=dict)
    score: Mapping[str, Any] | None = None
    died_at: datetime | None = None
    closed_at: datetime | None = None

    def to_json(self) -> dict[str, Any]:
        raise NotImplementedError

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class PauseFacts:
    """A pause that was not ended: since and until when, why, and who said so."""

    uid: str
    reason: str
    note: str
    from_at: datetime
    until_at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class NotDoneFacts:
    """The newest "not done" of one clock."""

    uid: str
    clock: Clock
    reason: str
    note: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Due:
    """One clock at one moment.

    due_at, until   the window in which it is on time; `until` inclusive, later is overdue
    last_at         when the part was last done whole; None where never
    minutes, why    the interval that applies, and the reason that the schedule gives for it
    what            the word of the part on the page: "vitals", "ICE", "CAPD", "labs"
    reason          of a pause or of "not done", in words with the note; else empty
    away_until      the end of the pause
    missing         of a laboratory panel: the analytes that make it due (the oldest ones)
    """

    clock: Clock
    state: DueState
    due_at: datetime
    until: datetime
    last_at: datetime | None
    minutes: int
    why: str
    what: str
    reason: str = ""
    away_until: datetime | None = None
    missing: tuple[str, ...] = ()


def due_clocks(
    facts: CourseFacts,
    schedule: Schedule,
    now: datetime,
    *,
    pauses: tuple[PauseFacts, ...] = (),
    not_done: tuple[NotDoneFacts, ...] = (),
) -> tuple[Due, ...]:
    """The three clocks of a course at `now`, in the order of `Clock`."""
    raise NotImplementedError


def changes_after(
    facts: CourseFacts,
    schedule: Schedule,
    now: datetime,
    *,
    pauses: tuple[PauseFacts, ...] = (),
    not_done: tuple[NotDoneFacts, ...] = (),
) -> datetime | None:
    """The first moment after `now` at which a state of `due_clocks` changes by the clock alone."""
    raise NotImplementedError
