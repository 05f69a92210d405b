"""The state of a call at any moment, told from its events: no database and no clock.

Events are facts that somebody recorded; what they come to is computed, so that a dead worker
silences nothing.

opened     data: {"causes": [Cause.to_json()], "grade": int, "step": text, "policy": [step, …]}
added      the same: something further happened while the call was open. Answers given before it
           no longer count, and the climb begins anew
informed   data: {"who": text}, `at` when they were told: by telephone, at the bedside
answered   data: {"role": Answering}: the account of `by` answers for itself alone
withdrawn  data: {"causes": [key, …], "why": text}: the entry was corrected or struck out
closed     data: {"outcome": CallOutcome, "plan": text, "seen_at": time or null}
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from patients.rounds.rules.policy import PolicyStep


class CallEventKind(StrEnum):
    OPENED = "opened"
    ADDED = "added"
    INFORMED = "informed"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        return self.value


class CallOutcome(StrEnum):
    """How a call ended."""

    ATTENDED = "attended"
    TRANSFERRED = "transferred"
    NO_CHANGE = "no_change"
    DIED = "died"
    IN_ERROR = "in_error"
    """By Cartox alone: every entry that had caused it was corrected or struck out."""

    @property
    def label(self) -> str:
        return {
            "attended": "seen, with a plan",
            "transferred": "transferred to intensive care",
            "no_change": "no change of plan",
            "died": "died",
            "in_error": "entered in error",
        }[self.value]


class Answering(StrEnum):
    """For whom an account can answer: a nurse as the nurse in charge, a physician as physician."""

    NURSE_IN_CHARGE = "nurse_in_charge"
    PHYSICIAN = "physician"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ")


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
        raise NotImplementedError

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class CallEvent:
    """One event of a call, as the database holds it."""

    uid: UUID
    number: int
    kind: CallEventKind
    at: datetime
    recorded_at: datetime
    by: str
    data: Mapping[str, Any]


class CallState(StrEnum):
    UNANSWERED = "unanswered"
    HALF_ANSWERED = "half_answered"
    """From grade 3 on: one of the two has answered."""
    ANSWERED = "answered"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class CallAnswer:
    role: Answering
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Call:
    """A call as its events tell it; what depends on the clock are methods that take `now`.

    causes     those not withdrawn, oldest first
    grade      the highest of them
    step       the first lines of the current step, as they stood
    climbs_from  the newest opened or added event: the climb counts from there (`recorded_at`)
    answers    given since then
    """

    uid: UUID
    causes: tuple[Cause, ...]
    grade: int
    step: str
    policy: tuple[PolicyStep, ...]
    opened_at: datetime
    climbs_from: datetime
    climb_number: int
    informed: tuple[tuple[str, datetime, str], ...]
    """Who was informed, when, and by whom."""
    answers: tuple[CallAnswer, ...]
    outcome: CallOutcome | None = None
    closed_at: datetime | None = None
    closed_by: str = ""
    plan: str = ""
    seen_at: datetime | None = None

    @property
    def state(self) -> CallState:
        raise NotImplementedError

    @property
    def awaited(self) -> tuple[Answering, ...]:
        """Who still has to answer: any one of the two below grade 3, both from there on."""
        raise NotImplementedError

    def step_at(self, now: datetime) -> int:
        """The index of the step that has been reached by `now`; the last one is never left."""
        raise NotImplementedError

    def answer_by(self, now: datetime) -> datetime:
        """Until when the step reached by `now` waits."""
        raise NotImplementedError

    def is_overdue(self, now: datetime) -> bool:
        """Whether nobody answered the first step in time."""
        raise NotImplementedError

    def climbs_at(self, now: datetime) -> datetime | None:
        """The next moment at which it reads differently by the clock alone; None when answered."""
        raise NotImplementedError

    def to_json(self) -> dict[str, Any]:
        """The form in which `RoundRow.call` holds an open call."""
        raise NotImplementedError

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        raise NotImplementedError


def call_of(uid: UUID, happened: Sequence[CallEvent]) -> Call:
    """The call that these events make, in the order of their numbers."""
    raise NotImplementedError


def allowed_kinds(call: Call) -> frozenset[CallEventKind]:
    """The events that can follow in this state. A closed call takes none: a rise reopens it anew.

    Closing needs every awaited answer; a physician who closes answers by it.
    """
    raise NotImplementedError
