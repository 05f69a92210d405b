"""Grades."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from grading.engine.result import Met, Result
from grading.rules.reasons import review_reason, sentence
from patients.models.standing import SystemStanding
from patients.words import wording

REVIEW_IN_SHORT = {
    "no_fever": "no fever, untreated: attribute",
    "fever_unknown": "temperature unknown: attribute",
    "late_fever_unattributed": "first fever after Day 14: attribute",
}

Told = Callable[[datetime, datetime], str]
"""How long before now something was, in words: from now, and then."""


class Ages(NamedTuple):
    """How ages are told."""

    age: Told
    overdue: Told


NOW_TOLD = Ages(
    age=lambda now, at: wording.duration(now - at),
    overdue=lambda now, at: wording.overdue(now - at),
)


def why(result: Result) -> str:
    """The reason for the grade in a few words: what carries it, or what it lacks."""
    top = [_brief(met) for met in result.because if met.grade == result.shown]
    if result.review:
        asked = REVIEW_IN_SHORT.get(result.values.get("review", ""), review_reason(result))
        return wording.listed([asked, *top[:1]])
    if result.grade is None:
        return f"needs {', '.join(result.missing)}" if result.missing else ""
    lacking = f"not recorded: {', '.join(result.missing)}" if result.at_least else ""
    return wording.listed([*top[:2], lacking]) if result.grade else lacking


def _brief(met: Met) -> str:
    """A reason without the device, which stands among the vital signs."""
    told = sentence(met)
    return told.split(": ")[0] if "oxygen_device" in met.saw else told


def last_graded(standing: SystemStanding, now: datetime, ages: Ages = NOW_TOLD) -> str:
    """What stood before a grade that is null or in review: last graded 3, 12 h 00 ago."""
    last = standing.last_graded
    if last is None:
        return ""
    return f"last graded {'≥ ' if last.at_least else ''}{last.grade}, {ages.age(now, last.at)} ago"


def newly_running(
    running: list[dict[str, str]], assessed_at: datetime | None, zone: ZoneInfo
) -> str:
    """What was started after this assessment and runs: the grade may be about to rise.

    What ran at the assessment stands in its reasons.
    """
    told = []
    for run in running:
        at = datetime.fromisoformat(run["at"])
        if assessed_at is None or at > assessed_at:
            told.append(f"{wording.words(run['agent'])} running since {wording.clock(at, zone)}")
    return f"{', '.join(told)}, after the last assessment" if told else ""
