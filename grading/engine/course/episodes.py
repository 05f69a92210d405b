"""Onset, resolution and peak of one toxicity over a course.

Onset is the first positive result. Resolved is the first all-clear that is followed by entries
over at least 24 h, the last of them 24 h or more later, none positive, null or in review.
Where nobody looked for 72 h or more, an episode that had come to an all-clear ended at the first
one since the last positive or review; one that had not goes on, but what was given before waives
no fever any more. Closing is automatic; a physician's confirmation changes no grade.
Source  the review: resolved only when all signs that led to the diagnosis are gone; the 24 h and
        the 72 h are local rules.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from grading.engine.result import CourseSummary, Episode, Result
from grading.local_rules import LocalRules
from grading.record import HOUR, INFUSION, Record

DEATH_GRADE = 5


class EpisodeTracker:
    """Follows the results of one toxicity in order of observation.

    `open` is the episode that is not resolved yet. `waiver_since` is the moment from which a dose
    may waive its fever: its onset, or just after the last assessment before the latest stretch in
    which nobody looked.
    """

    def __init__(self, local: LocalRules) -> None:
        self.episodes: list[Episode] = []
        self.open: Episode | None = None
        self.waiver_since = INFUSION
        self._lasting = local.resolution_hours * HOUR
        self._unseen = local.episode_unseen_hours * HOUR
        self._assessed: timedelta | None = None
        self._clear_since: timedelta | None = None
        self._first_clear: timedelta | None = None

    def arrive(self, elapsed: timedelta) -> None:
        """Come to the next assessment that has the part, before its result is known."""
        before, self._assessed = self._assessed, elapsed
        episode = self.open
        if episode is None or before is None or elapsed - before < self._unseen:
            return
        if self._first_clear is None:
            self.waiver_since = before + timedelta.resolution  # a dose of that time came before
        else:
            self._resolve(episode, self._first_clear)

    def observe(self, elapsed: timedelta, result: Result) -> None:
        """Follow the result of the assessment that arrived."""
        episode = self.open
        grade = result.low if result.grade is None else result.grade
        if grade:
            self._clear_since = self._first_clear = None
            if episode is None:
                episode = self.open = Episode(onset=elapsed)
                self.episodes.append(episode)
                self.waiver_since = elapsed
            episode.peak = max(episode.peak, grade)
        elif result.grade is None:
            self._clear_since = None
            if result.review:
                self._first_clear = None
        elif episode is not None:
            self._follow_clear(elapsed, episode, is_clear=result.is_clear())

    def _follow_clear(self, elapsed: timedelta, episode: Episode, *, is_clear: bool) -> None:
        """Follow a grade 0, exact or a lower bound, in an open episode."""
        if is_clear and self._first_clear is None:
            self._first_clear = elapsed
        if self._clear_since is None:
            self._clear_since = elapsed if is_clear else None
        elif elapsed - self._clear_since >= self._lasting:
            self._resolve(episode, self._clear_since)

    def _resolve(self, episode: Episode, at: timedelta) -> None:
        episode.resolved, self.open = at, None
        self._clear_since = self._first_clear = None


def summarize(
    record: Record, results: Iterable[Result], episodes: list[Episode], *, toxicity: str
) -> CourseSummary:
    """Peak, latest episode and highest grade of each day; 5 where death is put down to it.

    `results` are those of the assessments, in order. The peak is that of the time since the
    infusion: a 0 from before it is no finding on CAR-T.
    """
    daily: dict[int, int] = {}
    peak: int | None = None
    for findings, day, result in zip(record.findings, record.days(), results, strict=True):
        grade = result.low if result.grade is None else result.grade
        if grade is None:
            continue
        if grade > daily.get(day, -1):
            daily[day] = grade
        if (peak is None or grade > peak) and findings.elapsed >= INFUSION:
            peak = grade
    for event in record.events:
        if event.kind == "death" and event.attributed_to == toxicity:
            daily[record.day(event.elapsed)] = peak = DEATH_GRADE
    latest = episodes[-1] if episodes else None
    return CourseSummary(
        peak=peak,
        onset=None if latest is None else latest.onset,
        resolved=None if latest is None else latest.resolved,
        episodes=tuple(episodes),
        daily=dict(sorted(daily.items())),
    )
