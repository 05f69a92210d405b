"""Onset, resolution and peak of one toxicity over a course.

Onset is the first positive result. Resolved is the first all-clear that is followed by entries
over at least 24 h, the last of them 24 h or more later, none positive, null or in review.
Closing is automatic; a physician's confirmation changes no grade.
Source  the review: resolved only when all signs that led to the diagnosis are gone; the 24 h
        are a local rule.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from grading.engine.result import CourseSummary, Episode, Result
from grading.local_rules import LocalRules
from grading.record import HOUR, Record

DEATH_GRADE = 5


class EpisodeTracker:
    """Follows the results of one toxicity in order of observation."""

    def __init__(self, local: LocalRules) -> None:
        self.episodes: list[Episode] = []
        self._lasting = local.resolution_hours * HOUR
        self._clear_since: timedelta | None = None

    @property
    def open(self) -> Episode | None:
        """The episode that is not resolved yet."""
        last = self.episodes[-1] if self.episodes else None
        return last if last is not None and last.resolved is None else None

    def observe(self, elapsed: timedelta, result: Result) -> None:
        """Follow the next result; its assessment has the part that the toxicity is graded by."""
        episode = self.open
        if result.is_positive():
            self._clear_since = None
            if episode is None:
                episode = Episode(onset=elapsed)
                self.episodes.append(episode)
            episode.peak = max(episode.peak, result.at_least_grade or 0)
        elif result.grade is None:
            self._clear_since = None
        elif episode is not None:
            if self._clear_since is None:
                self._clear_since = elapsed if result.is_clear() else None
            elif elapsed - self._clear_since >= self._lasting:
                episode.resolved = self._clear_since
                self._clear_since = None


def summarize(
    record: Record,
    results: Iterable[tuple[timedelta, Result]],
    episodes: list[Episode],
    *,
    toxicity: str,
) -> CourseSummary:
    """Peak, latest episode and highest grade of each day; 5 where death is put down to it."""
    daily: dict[int, int] = {}
    for elapsed, result in results:
        if (grade := result.at_least_grade) is not None:
            day = record.day(elapsed)
            if grade > daily.get(day, -1):
                daily[day] = grade
    for event in record.events:
        if event.kind == "death" and event.attributed_to == toxicity:
            daily[record.day(event.elapsed)] = DEATH_GRADE
    latest = episodes[-1] if episodes else None
    return CourseSummary(
        peak=max(daily.values(), default=None),
        onset=None if latest is None else latest.onset,
        resolved=None if latest is None else latest.resolved,
        episodes=tuple(episodes),
        daily=dict(sorted(daily.items())),
    )
