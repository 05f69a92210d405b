"""One save as its nurse sent it, what she was answered, and what is stored of it.

Nothing here knows a database or a page, so that tests of the reconciliation can make any of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class Claim(Enum):
    """What an answer says about the form that was sent."""

    SAVED = "saved"
    NOT_SAVED = "not saved"
    NOT_THIS_TIME = "nothing was saved this time"
    UNKNOWN = "not known"
    NONE = "nothing about it"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a form asks to be stored: on which course, with which values."""

    course: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Trace:
    """One thing that the database holds of a form, and the user name under it."""

    fact: Fact
    signer: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the person in front of the screen reads.

    `acknowledged`: the page left the form for the chart, as it does after a save.
    `is_of_another`: the page names another patient or another person than the right one.
    """

    claim: Claim
    sentence: str
    status: int | None = None
    acknowledged: bool = False
    is_of_another: bool = False


@dataclass(slots=True)
class Attempt:
    """One sending of the form; `traces` is what was stored just after its answer."""

    sent_at: float
    answered_at: float
    answer: Answer
    traces: tuple[Trace, ...] = ()
    faults: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Save:
    """One form, with everything that was typed into it by `typist`."""

    number: int
    kind: str
    typist: str
    marker: str
    """Words in a free field of the form, which no other form has."""
    form: str
    """The number that the page gave the form."""
    row: str
    """The uid of the entry that it corrects, ends or strikes out, else empty."""
    wanted: tuple[Fact, ...]
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def is_acknowledged(self) -> bool:
        return any(attempt.answer.acknowledged for attempt in self.attempts)

    @property
    def faults(self) -> set[str]:
        return {fault for attempt in self.attempts for fault in attempt.faults}
