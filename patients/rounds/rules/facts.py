"""The plain values by which the clocks of a round run: what is stored of one course.

Each value has a form in JSON and comes back from it as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Self


class Clock(StrEnum):
    """The parts of a round that are due by a clock of their own."""

    VITALS = "vitals"
    NEURO = "neuro"
    LABS = "labs"

    @property
    def label(self) -> str:
        return {"vitals": "vitals", "neuro": "neurology", "labs": "laboratory"}[self.value]


class PauseReason(StrEnum):
    """Why a patient is away from the ward."""

    IMAGING = "imaging"
    PROCEDURE = "procedure"
    DIALYSIS = "dialysis"
    OTHER_WARD = "other_ward"
    LEAVE = "leave"
    OTHER = "other"
    HOME = "home"
    """At home with the course open: said by the place of the course, never by a form of a pause."""

    @property
    def label(self) -> str:
        return "at home" if self is PauseReason.HOME else self.value.replace("_", " ")


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


def _text(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


_PLAIN = ("neuro_test", "crs", "icans")
_TIMES = (
    "starts_at",
    "infused_at",
    "daily_until",
    "vitals_at",
    "neuro_at",
    "icans_since",
    "vasopressor",
    "vasopressor_since",
    "died_at",
    "closed_at",
)


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
    crs, icans      the grade by which the patient is watched: the one to act on, or the higher one
                    while anything is in doubt; None where there is none
    icans_since     the first sign of the ICANS episode that is open
    vasopressor     when the newest vasopressor began to run
    vasopressor_since  since when any vasopressor runs
    not_done        the coded reasons of the newest entry, per clock: (reason in words, time); only
                    where nothing whole is newer
    score           the newest ICE or CAPD: "test", "points", "at", "entry" (its uid), "before",
                    "before_at"; the times are datetimes, `before_at` None where `before` is the
                    baseline
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
    vasopressor_since: datetime | None = None
    not_done: Mapping[str, tuple[str, datetime]] = field(default_factory=dict)
    score: Mapping[str, Any] | None = None
    died_at: datetime | None = None
    closed_at: datetime | None = None

    @property
    def ended_at(self) -> datetime | None:
        """The death or the closing, whichever came first; None while something is due."""
        return min((at for at in (self.died_at, self.closed_at) if at is not None), default=None)

    def to_json(self) -> dict[str, Any]:
        stored: dict[str, Any] = {name: getattr(self, name) for name in _PLAIN}
        stored |= {name: _text(getattr(self, name)) for name in _TIMES}
        stored["labs_at"] = {analyte: at.isoformat() for analyte, at in self.labs_at.items()}
        stored["not_done"] = {
            clock: [reason, at.isoformat()] for clock, (reason, at) in self.not_done.items()
        }
        if self.score is not None:
            times = {name: _text(self.score[name]) for name in ("at", "before_at")}
            stored["score"] = {**self.score, **times}
        return stored

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """The inverse of `to_json`."""
        values: dict[str, Any] = {name: stored[name] for name in _PLAIN}
        values |= {name: _time(stored.get(name)) for name in _TIMES}
        values["labs_at"] = {
            analyte: datetime.fromisoformat(at) for analyte, at in stored.get("labs_at", {}).items()
        }
        values["not_done"] = {
            clock: (reason, datetime.fromisoformat(at))
            for clock, (reason, at) in stored.get("not_done", {}).items()
        }
        if (score := stored.get("score")) is not None:
            times = {name: _time(score[name]) for name in ("at", "before_at")}
            values["score"] = {**score, **times}
        return cls(**values)


@dataclass(frozen=True, slots=True)
class PauseFacts:
    """A pause: since and until when, why, and who said so; `ended_at` where she was back earlier.

    A row keeps those that were not ended and the newest that was: what became due meanwhile is
    due from the return.
    """

    uid: str
    reason: str
    note: str
    from_at: datetime
    until_at: datetime
    by: str
    ended_at: datetime | None = None

    @property
    def is_at_home(self) -> bool:
        """Whether it is a stay at home: its end is unknown, and an entry does not end it."""
        return self.reason == PauseReason.HOME

    @property
    def over_at(self) -> datetime:
        """The return: as it was recorded, else as it was planned."""
        return self.until_at if self.ended_at is None else self.ended_at

    @property
    def words(self) -> str:
        """imaging, MRI head."""
        return _with_note(PauseReason(self.reason).label, self.note)

    def to_json(self) -> dict[str, Any]:
        return {
            "uid": self.uid,
            "reason": self.reason,
            "note": self.note,
            "from_at": self.from_at.isoformat(),
            "until_at": self.until_at.isoformat(),
            "by": self.by,
            "ended_at": _text(self.ended_at),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """The inverse of `to_json`."""
        times = {name: _time(stored.get(name)) for name in ("from_at", "until_at", "ended_at")}
        return cls(**{**stored, **times})


@dataclass(frozen=True, slots=True)
class NotDoneFacts:
    """The newest "not done" of one clock."""

    uid: str
    clock: Clock
    reason: str
    note: str
    at: datetime
    by: str

    @property
    def words(self) -> str:
        """refused, feels sick."""
        return _with_note(NotDoneReason(self.reason).label, self.note)

    def to_json(self) -> dict[str, Any]:
        return {
            "uid": self.uid,
            "clock": self.clock.value,
            "reason": self.reason,
            "note": self.note,
            "at": self.at.isoformat(),
            "by": self.by,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """The inverse of `to_json`."""
        at = datetime.fromisoformat(stored["at"])
        return cls(**{**stored, "clock": Clock(stored["clock"]), "at": at})


def _with_note(reason: str, note: str) -> str:
    return f"{reason}, {note}" if note else reason
