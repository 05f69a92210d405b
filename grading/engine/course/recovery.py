"""The phase of a toxicity at a moment: active, resolving or over; unclear where it is unknown.

IEC-HS and MNT come after CRS and ICANS. Both ask this of the results of the ASTCT systems, never
of the signs themselves.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from grading.engine.result import SystemGrades
from grading.local_rules import LocalRules
from grading.record import HOUR, INFUSION, Findings, Record


class Phase(StrEnum):
    """The phases of a toxicity, by its results up to a moment."""

    NONE_YET = "none_yet"  # looked for, never positive
    ACTIVE = "active"  # positive, and not below its highest
    UNCLEAR = "unclear"  # a lower bound below the highest: it is unknown whether it is better
    RESOLVING = "resolving"  # below its highest
    CLEAR = "clear"  # grade 0 after a positive
    WORSE_AGAIN = "worse_again"  # after it had been better, or over, for long enough


@dataclass(slots=True)
class Standing:
    """The phase from `elapsed` on, with the grade then and the highest of the episode."""

    elapsed: timedelta
    phase: Phase
    grade: int
    peak: int


class ToxicityCourse:
    """The phases of one toxicity, one for each of its results since the infusion.

    Improvement and resolution count once they have lasted `resolution_hours`. A later infusion
    begins anew. A result without a grade, or in review, changes nothing.
    """

    def __init__(
        self,
        record: Record,
        grades: SystemGrades,
        has_part: Callable[[Findings], bool],
        local: LocalRules,
    ) -> None:
        self.standings: list[Standing] = []
        self._lasting = local.resolution_hours * HOUR
        self._begin_anew()
        infusion = INFUSION
        for findings, result in zip(record.findings, grades.results, strict=True):
            if findings.elapsed < INFUSION or not has_part(findings):
                continue
            if record.later_infusions:
                latest = record.latest_infusion(findings.elapsed)
                if latest != infusion:
                    infusion = latest
                    self._begin_anew()
            if result.is_positive():
                grade = result.at_least_grade or 0
                exact = not result.at_least and result.low is None
                phase = self._positive(findings.elapsed, grade, exact=exact)
            elif result.is_clear():
                grade, phase = 0, self._zero(findings.elapsed)
            else:
                continue
            self.standings.append(Standing(findings.elapsed, phase, grade, self._peak))

    def at(self, elapsed: timedelta) -> Standing | None:
        """The standing of the toxicity at that moment; None before its first result."""
        place = bisect_right(self.standings, elapsed, key=lambda standing: standing.elapsed)
        return self.standings[place - 1] if place else None

    def _begin_anew(self) -> None:
        self._peak = 0
        self._below_since: timedelta | None = None
        self._clear_since: timedelta | None = None
        self._improved = self._resolved = False

    def _positive(self, elapsed: timedelta, grade: int, *, exact: bool) -> Phase:
        self._clear_since = None
        if grade >= self._peak:
            self._below_since = None
            if grade > self._peak:  # above the highest so far: worse again only if it was over
                self._peak = grade
                self._improved = self._resolved
            return Phase.WORSE_AGAIN if self._improved else Phase.ACTIVE
        if exact:
            self._stays_below(elapsed)
            return Phase.RESOLVING
        return Phase.WORSE_AGAIN if self._improved else Phase.UNCLEAR

    def _zero(self, elapsed: timedelta) -> Phase:
        if not self._peak:
            return Phase.NONE_YET
        self._stays_below(elapsed)
        if self._clear_since is None:
            self._clear_since = elapsed
        if elapsed - self._clear_since >= self._lasting:
            self._resolved = True
        return Phase.CLEAR

    def _stays_below(self, elapsed: timedelta) -> None:
        if self._below_since is None:
            self._below_since = elapsed
        if elapsed - self._below_since >= self._lasting:
            self._improved = True


def recovered(
    grades: SystemGrades, standing: Standing | None, at: timedelta, local: LocalRules
) -> bool | None:
    """Whether a toxicity was over at a moment, or had never begun; null where that is unknown.

    `standing` is that of the toxicity then. Within an open episode the answer is false while
    the last result is positive, and null after an all-clear that has not lasted yet, or where
    the last result is older than `resolution_hours`.
    """
    if standing is None:
        return None
    within = any(
        episode.onset <= at and (episode.resolved is None or episode.resolved > at)
        for episode in grades.course.episodes
    )
    if not within:
        return True
    stale = at - standing.elapsed > local.resolution_hours * HOUR
    return None if stale or standing.phase is Phase.CLEAR else False
