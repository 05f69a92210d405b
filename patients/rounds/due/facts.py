"""The facts by which a course's clocks run, taken from the course as it was graded."""

from __future__ import annotations

from collections.abc import Mapping

from patients.models.standing import SystemStanding
from patients.regrading.graded import Graded
from patients.rounds.rules.clocks import CourseFacts


def facts_of(graded: Graded, standings: Mapping[str, SystemStanding]) -> CourseFacts:
    """What follows from the record alone; the clock, the ward and the pauses are added later."""
    raise NotImplementedError
