"""One ward as it is handed over: a plain value that is stored as it was and never computed anew.

Everything is text by then, in the time of the ward, so that a page of last month reads as it read
on that morning. What the next handover compares with stands beside the text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Self

EDITION = 1
"""Raised when the stored form changes; a reader takes every older one."""


@dataclass(frozen=True, slots=True)
class HandedGrade:
    """One toxicity of one patient, in words.

    system  "CRS"
    now     the grade that stands: "3", "≥ 2", "review (would be 2)", "not assessed"
    age     how old it is where it is not of now, and that nobody assessed it since
    then    the grade of the last accepted handover; empty where the patient was on none
    peak    the highest since then, where it is higher than now
    reason  why, in a few words
    number  the grade as a number, for the next handover; None where there is none
    """

    system: str
    now: str
    age: str = ""
    then: str = ""
    peak: str = ""
    reason: str = ""
    number: int | None = None


@dataclass(frozen=True, slots=True)
class HandedNote:
    """One note for the next shift: its text, and by whom and when it was written."""

    uid: str
    text: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class HandedPatient:
    """One patient in the order of ISBAR.

    Identification  bed, name, who (MRN, age, sex), born
    Situation       product and day, grades, died, what is away or paused, the open call
    Background      the infusion, weight and usual values, whether new on the ward
    Assessment      signs and scores, what runs, what changed, what was given, the laboratory
    Recommendation  what is due, what was not done, calls, prompts, notes
    read_to  the last save of the patient that this content knows of; what was saved later is news
    """

    uid: str
    bed: str
    name: str
    who: str
    born: str
    product: str
    day: str
    grades: tuple[HandedGrade, ...]
    died: str = ""
    away: tuple[str, ...] = ()
    background: str = ""
    signs: tuple[str, ...] = ()
    running: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    labs: tuple[str, ...] = ()
    due: tuple[str, ...] = ()
    overdue: bool = False
    not_done: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    closed_calls: tuple[str, ...] = ()
    prompts: tuple[str, ...] = ()
    notes: tuple[HandedNote, ...] = ()
    read_to: str = ""

    @property
    def is_eventful(self) -> bool:
        """Whether anything happened since the last handover, or is open: it has a paragraph."""
        return any((self.changed, self.given, self.running, self.calls, self.closed_calls,
                    self.not_done, self.notes, self.away))  # fmt: skip

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        texts = {each.name: stored[each.name] for each in fields(cls) if each.name in stored}
        for name, value in texts.items():
            if isinstance(value, list):
                texts[name] = tuple(value)
        texts["grades"] = tuple(HandedGrade(**grade) for grade in stored["grades"])
        texts["notes"] = tuple(HandedNote(**note) for note in stored.get("notes", ()))
        return cls(**texts)


@dataclass(frozen=True, slots=True)
class HandoverContent:
    """One ward at one moment.

    written_at  when it was read from the entries
    since       the handover with which it compares, in words
    after       the uid of that handover; empty for the first one of the ward
    """

    ward: str
    zone: str
    written_at: datetime
    since: str
    after: str
    patients: tuple[HandedPatient, ...]

    def of(self, uid: str) -> HandedPatient | None:
        """What was handed over of this patient; None where it was not on this ward."""
        return next((patient for patient in self.patients if patient.uid == uid), None)

    def to_json(self) -> dict[str, Any]:
        """The form in which `Handover.content` stores it."""
        return {
            "edition": EDITION,
            **asdict(self),
            "written_at": self.written_at.isoformat(),
            "patients": [asdict(patient) for patient in self.patients],
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """The inverse of `to_json`."""
        return cls(
            ward=stored["ward"],
            zone=stored["zone"],
            written_at=datetime.fromisoformat(stored["written_at"]),
            since=stored["since"],
            after=stored["after"],
            patients=tuple(map(HandedPatient.from_json, stored["patients"])),
        )
