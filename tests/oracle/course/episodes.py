"""Episodes of a toxicity: first positive, all-clear over 24 h, gaps of 72 h without an entry."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

CLEAR_FOR_HOURS = 24
UNSEEN_FOR_HOURS = 72


@dataclass(frozen=True)
class Origin:
    """Who puts a sign down to what: the hour of the entry or decision, and whether it is sure."""

    sign: str
    cause: str | None
    confirmed: bool
    hour: float


@dataclass
class Verdict:
    """The grade of one entry by one system."""

    grade: int | None = None
    at_least: bool = False
    review: bool = False
    would_be: int | None = None
    missing: frozenset[str] = frozenset()
    if_all_counted: int | None = None
    put_aside: frozenset[Origin] = frozenset()

    @property
    def number(self) -> int | None:
        return self.would_be if self.review else self.grade


@dataclass
class Episode:
    onset: Fraction
    peak: int = 0
    resolved: Fraction | None = None
    unseen_from: Fraction | None = None
    """The last entry before a gap of 72 h or more that the episode outlasted."""


@dataclass
class Episodes:
    """The episodes up to now. Only entries with the part of the toxicity come here."""

    all: list[Episode] = field(default_factory=list)
    last_entry: Fraction | None = None
    clear_since: Fraction | None = None
    """The first of the all-clears without anything else between them up to now."""
    first_clear: Fraction | None = None
    """The first all-clear since the last positive or review, whatever else came since."""

    @property
    def open(self) -> Episode | None:
        return self.all[-1] if self.all and self.all[-1].resolved is None else None

    def come_to(self, hour: Fraction) -> None:
        """Before an entry is graded: end the episode that nobody looked at for 72 h."""
        episode = self.open
        if episode is None or self.last_entry is None:
            return
        if hour - self.last_entry < UNSEEN_FOR_HOURS:
            return
        if self.first_clear is not None:
            episode.resolved = self.first_clear
        else:
            episode.unseen_from = self.last_entry

    def add(self, hour: Fraction, verdict: Verdict) -> None:
        """After an entry is graded: begin an episode, go on with it, or end it."""
        grade = verdict.grade
        if grade is not None and grade >= 1:
            self._positive(hour, grade)
        elif verdict.review:
            self.clear_since = self.first_clear = None
        elif grade == 0:
            self._clear(hour, exact=not verdict.at_least)
        else:
            self.clear_since = None
        self.last_entry = hour

    def _positive(self, hour: Fraction, grade: int) -> None:
        if self.open is None:
            self.all.append(Episode(hour))
        self.all[-1].peak = max(self.all[-1].peak, grade)
        self.clear_since = self.first_clear = None

    def _clear(self, hour: Fraction, *, exact: bool) -> None:
        """At least 0 begins no all-clear, since a sign may be there; it does not end one either."""
        episode = self.open
        if episode is None:
            return
        if exact and self.first_clear is None:
            self.first_clear = hour
        if self.clear_since is None:
            self.clear_since = hour if exact else None
        elif hour - self.clear_since >= CLEAR_FOR_HOURS:
            episode.resolved = self.clear_since
