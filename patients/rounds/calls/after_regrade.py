"""Open, add to or withdraw the call of a course after it was graded anew."""

from __future__ import annotations

from patients.regrading.hooks import Regraded
from patients.rounds.rules.clocks import CourseFacts


def call_after_regrade(regraded: Regraded, facts: CourseFacts) -> None:
    """Compare the standing before and after, and write what somebody has to hear."""
    raise NotImplementedError
