"""The standing of one system in one course, as the board row stores it and every page reads it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from operator import itemgetter
from typing import Any, Self

from grading.engine.course.standing import grade_to_follow
from grading.engine.result import Result


@dataclass(frozen=True, slots=True)
class LastGraded:
    """The plain grade before a review. `unconfirmed` as in `Result`."""

    grade: int
    at_least: bool
    at: datetime
    unconfirmed: int | None = None

    def to_json(self) -> dict[str, Any]:
        stored = {"grade": self.grade, "at_least": self.at_least, "at": self.at.isoformat()}
        if self.unconfirmed is not None:
            stored["unconfirmed"] = self.unconfirmed
        return stored

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        """The inverse of `to_json`."""
        at = datetime.fromisoformat(stored["at"])
        return cls(stored["grade"], stored["at_least"], at, stored.get("unconfirmed"))


@dataclass(frozen=True, slots=True)
class NotReassessed:
    """A result that stands although a newer entry has the part: that entry did not replace it."""

    result: Result
    at: datetime

    def to_json(self) -> dict[str, Any]:
        return {"result": self.result.facts(), "at": self.at.isoformat()}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        """The inverse of `to_json`."""
        return cls(Result.from_facts(stored["result"]), datetime.fromisoformat(stored["at"]))


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
class SignPutAside:
    """One sign that does not count, as a page says it.

    `cause` is the word of the closed list, empty where none was recorded; `cause_in_words` is the
    cause as it was typed. `by` and `at` are those of the entry, or of the decision that confirmed
    it.
    """

    sign: str
    cause: str
    cause_in_words: str
    confirmed: bool
    by: str
    at: datetime

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "at": self.at.isoformat()}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        """The inverse of `to_json`."""
        return cls(**{**stored, "at": datetime.fromisoformat(stored["at"])})


@dataclass(frozen=True, slots=True)
class SystemStanding:
    """The standing of one system in one course, by its record alone and without the clock.

    current      the result of the newest assessment that has this part; None before the first
    assessed_at  the time of that assessment
    not_reassessed  the result that stands where the newest one did not replace it, with its time
    since        the time from which what stands has stood without a break
    previous     the plain grade that stood before what stands
    peak         the highest grade of the course, lower bounds included
    onset        the start of the latest episode
    resolved     the end of the latest episode; None while it is open, or without one
    clear_since  in an open episode: the first all-clear since its last sign
    last_graded  the plain grade that stood before, where what stands is a review
    early_signs  of a result from before the infusion: the signs, which no grade counts
    death        the death of the patient; after it nothing is due and no option is shown
    put_aside    the signs that do not count in `aside`, each with its cause, and by whom and when
    """

    current: Result | None = None
    assessed_at: datetime | None = None
    not_reassessed: NotReassessed | None = None
    since: datetime | None = None
    previous: int | None = None
    peak: int | None = None
    onset: datetime | None = None
    resolved: datetime | None = None
    clear_since: datetime | None = None
    last_graded: LastGraded | None = None
    early_signs: dict[str, Any] = field(default_factory=dict)
    death: Death | None = None
    put_aside: tuple[SignPutAside, ...] = ()

    @property
    def stands(self) -> Result | None:
        """The result whose grade stands; None before the first grade."""
        if self.not_reassessed is not None:
            return self.not_reassessed.result
        return self.current if self.current is not None and self.current.has_grade() else None

    @property
    def stands_at(self) -> datetime | None:
        """The time of the assessment whose grade stands."""
        if self.not_reassessed is not None:
            return self.not_reassessed.at
        return None if self.stands is None else self.assessed_at

    @property
    def is_reassessed(self) -> bool:
        """False where a newer entry did not replace the grade that stands."""
        return self.not_reassessed is None

    @property
    def shown(self) -> int | None:
        """The grade that stands, or in review the grade it would be; None where there is none."""
        return None if self.stands is None else self.stands.shown

    @property
    def sort(self) -> int | None:
        """The highest of what stands, the grade before a review, and all that is put aside.

        The board sorts by it. Signs that are put aside count until a physician has confirmed it.
        """
        last = self.last_graded
        full = () if last is None else (last.grade, last.unconfirmed)
        followed = grade_to_follow(self.stands, self.current)
        numbers = (*full, None if self.stands is None else self.stands.high, followed)
        return max((number for number in numbers if number is not None), default=None)

    @property
    def grade_to_act_on(self) -> int | None:
        """The grade that stands, or the higher one while a sign is put aside unconfirmed.

        After a death there is none.
        """
        return None if self.death is not None else grade_to_follow(self.stands, self.current)

    @property
    def follows_all_counted(self) -> bool:
        """Whether signs that are put aside, unconfirmed, raise the grade to act on."""
        return self.death is None and self.grade_to_act_on != self.shown

    @property
    def aside(self) -> Result | None:
        """The result that stands, or the newest, whichever would be higher with all counted."""
        return with_most_aside(self.current, self.stands)

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
        """Whether a clinician has to attribute the signs of the assessment that stands."""
        return self.stands is not None and self.stands.review

    @property
    def is_ungraded(self) -> bool:
        """Whether no assessment of this system has given a grade yet."""
        return self.stands is None

    def to_json(self) -> dict[str, Any]:
        """The form in which `BoardRow.systems` stores it."""
        return {
            "current": None if self.current is None else self.current.facts(),
            "at": _as_text(self.assessed_at),
            "not_reassessed": self.not_reassessed and self.not_reassessed.to_json(),
            "since": _as_text(self.since),
            "previous": self.previous,
            "peak": self.peak,
            "onset": _as_text(self.onset),
            "resolved": _as_text(self.resolved),
            "clear_since": _as_text(self.clear_since),
            "last_graded": None if self.last_graded is None else self.last_graded.to_json(),
            "early_signs": self.early_signs,
            "death": None if self.death is None else self.death.to_json(),
            "put_aside": [sign.to_json() for sign in self.put_aside],
            "review": self.in_review,
            "ungraded": self.is_ungraded,
            "sort": self.sort,
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        """The inverse of `to_json`; a system that the row does not name was never assessed."""
        current, last_graded = stored.get("current"), stored.get("last_graded")
        death, not_reassessed = stored.get("death"), stored.get("not_reassessed")
        return cls(
            current=None if current is None else Result.from_facts(current),
            assessed_at=_as_time(stored.get("at")),
            not_reassessed=not_reassessed and NotReassessed.from_json(not_reassessed),
            since=_as_time(stored.get("since")),
            previous=stored.get("previous"),
            peak=stored.get("peak"),
            onset=_as_time(stored.get("onset")),
            resolved=_as_time(stored.get("resolved")),
            clear_since=_as_time(stored.get("clear_since")),
            last_graded=None if last_graded is None else LastGraded.from_json(last_graded),
            early_signs=stored.get("early_signs", {}),
            death=None if death is None else Death.from_json(death),
            put_aside=tuple(map(SignPutAside.from_json, stored.get("put_aside", ()))),
        )


def with_most_aside(*results: Result | None) -> Result | None:
    """The result with signs put aside that would be highest with all of them counted."""
    lowered = [
        (counted, each)
        for each in results
        if each is not None and (counted := each.if_all_counted) is not None
    ]
    return max(lowered, key=itemgetter(0))[1] if lowered else None


def _as_text(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _as_time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
