"""The standing of one system in one course, as the board row stores it and every page reads it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from grading.engine.result import Result


@dataclass(frozen=True, slots=True)
class LastGraded:
    """The last plain grade of a system whose current answer is null or in review."""

    grade: int
    at_least: bool
    at: datetime

    def to_json(self) -> dict[str, Any]:
        return {"grade": self.grade, "at_least": self.at_least, "at": self.at.isoformat()}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        """The inverse of `to_json`."""
        return cls(stored["grade"], stored["at_least"], datetime.fromisoformat(stored["at"]))


@dataclass(frozen=True, slots=True)
class Death:
    """The death of the patient: when, and the cause that was recorded, None without one."""

    at: datetime
    attributed_to: str | None = None

    def to_json(self) -> dict[str, Any]:
        return {"at": self.at.isoformat(), "attributed_to": self.attributed_to}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        """The inverse of `to_json`."""
        return cls(datetime.fromisoformat(stored["at"]), stored["attributed_to"])


@dataclass(frozen=True, slots=True)
class SystemStanding:
    """The standing of one system in one course, by its record alone and without the clock.

    current      the result of the latest assessment that has this part; None before the first
    assessed_at  the time of that assessment
    since        the time from which the current answer has stood without a break
    previous     the grade before the current one, assessments without a grade passed over
    peak         the highest grade of the course, lower bounds included
    onset        the start of the latest episode
    resolved     the end of the latest episode; None while it is open, or without one
    clear_since  in an open episode: the first all-clear since its last sign
    last_graded  the last plain grade, where the current result is null or in review
    early_signs  of a current result from before the infusion: the signs, which no grade counts
    death        the death of the patient; after it nothing is due and no option is shown
    """

    current: Result | None = None
    assessed_at: datetime | None = None
    since: datetime | None = None
    previous: int | None = None
    peak: int | None = None
    onset: datetime | None = None
    resolved: datetime | None = None
    clear_since: datetime | None = None
    last_graded: LastGraded | None = None
    early_signs: dict[str, Any] = field(default_factory=dict)
    death: Death | None = None

    @property
    def shown(self) -> int | None:
        """The current grade, or in review the grade it would be; None where there is none."""
        return None if self.current is None else self.current.shown

    @property
    def sort(self) -> int | None:
        """The higher of the grade shown and the one last graded, by which the board sorts."""
        last = None if self.last_graded is None else self.last_graded.grade
        return max((grade for grade in (self.shown, last) if grade is not None), default=None)

    @property
    def grade_to_act_on(self) -> int | None:
        """The grade shown; where there is none, the one last graded if it was above 0.

        After a death there is none.
        """
        if self.death is not None:
            return None
        if self.shown is not None or self.last_graded is None:
            return self.shown
        return self.last_graded.grade if self.last_graded.grade > 0 else None

    @property
    def rose(self) -> bool:
        """Whether the grade shown is higher than the grade before it."""
        return self.shown is not None and self.previous is not None and self.shown > self.previous

    @property
    def fell(self) -> bool:
        """Whether the grade shown is lower than the grade before it."""
        return self.shown is not None and self.previous is not None and self.shown < self.previous

    @property
    def is_open(self) -> bool:
        """Whether the latest episode has not resolved."""
        return self.onset is not None and self.resolved is None

    @property
    def in_review(self) -> bool:
        """Whether a clinician has to attribute the signs of the latest assessment."""
        return self.current is not None and self.current.review

    @property
    def is_ungraded(self) -> bool:
        """Whether the system was never assessed, or its latest assessment gives no grade."""
        return self.current is None or (self.current.grade is None and not self.current.review)

    def to_json(self) -> dict[str, Any]:
        """The form in which `BoardRow.systems` stores it."""
        return {
            "current": None if self.current is None else self.current.facts(),
            "at": _as_text(self.assessed_at),
            "since": _as_text(self.since),
            "previous": self.previous,
            "peak": self.peak,
            "onset": _as_text(self.onset),
            "resolved": _as_text(self.resolved),
            "clear_since": _as_text(self.clear_since),
            "last_graded": None if self.last_graded is None else self.last_graded.to_json(),
            "early_signs": self.early_signs,
            "death": None if self.death is None else self.death.to_json(),
            "sort": self.sort,
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        """The inverse of `to_json`; a system that the row does not name was never assessed."""
        current, last_graded = stored.get("current"), stored.get("last_graded")
        death = stored.get("death")
        return cls(
            current=None if current is None else Result.from_facts(current),
            assessed_at=_as_time(stored.get("at")),
            since=_as_time(stored.get("since")),
            previous=stored.get("previous"),
            peak=stored.get("peak"),
            onset=_as_time(stored.get("onset")),
            resolved=_as_time(stored.get("resolved")),
            clear_since=_as_time(stored.get("clear_since")),
            last_graded=None if last_graded is None else LastGraded.from_json(last_graded),
            early_signs=stored.get("early_signs", {}),
            death=None if death is None else Death.from_json(death),
        )


def _as_text(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _as_time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
