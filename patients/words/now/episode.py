"""How long a grade has stood, and how the episode around it stands, in words.

"Since" is the time at this grade; the onset of the episode is another time and stands beside it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from grading.local_rules import LocalRules
from grading.record import HOUR
from patients.models import Course
from patients.models.standing import SystemStanding
from patients.words import wording
from patients.words.grades import grade_in_short

OF_NOW = timedelta(hours=1)
"""A grade assessed at most so long ago is the present one; an older one is shown with its age."""


def stands_since(name: str, standing: SystemStanding, now: datetime, course: Course) -> str:
    """The time at this grade: CRS 2 since 09:10 (3 h 00)."""
    result = standing.stands or standing.current
    if result is None or standing.since is None:
        return ""
    since = wording.clock_or_weekday(standing.since, now, course.zone)
    grade = grade_in_short(result)
    return f"{name} {grade} since {since} ({wording.duration(now - standing.since)})"


def onset(standing: SystemStanding, course: Course) -> str:
    """The start of the latest episode: onset 27 Nov 23:39, Day +3."""
    if standing.onset is None:
        return ""
    at = wording.short_date_and_time(standing.onset, course.zone)
    return f"onset {at}, {wording.day(course.day(standing.onset))}"


def episode_state(
    standing: SystemStanding, now: datetime, course: Course, local: LocalRules
) -> str:
    """Whether the episode has resolved: all clear for 4 of 24 h, episode open.

    The hours are those over which it was seen to be clear, from the first all-clear to the latest
    entry: between entries nobody knows. Where nobody looked for `episode_unseen_hours`, no hours
    are counted.
    """
    if standing.resolved is not None:
        return f"resolved {wording.short_date_and_time(standing.resolved, course.zone)}"
    if standing.onset is None or standing.assessed_at is None or standing.shown != 0:
        return ""
    if standing.clear_since is None:
        return "episode open"
    if now - standing.assessed_at >= local.episode_unseen_hours * HOUR:
        assessed = wording.short_date_and_time(standing.assessed_at, course.zone)
        return f"all clear when last assessed, {assessed}"
    hours = (standing.assessed_at - standing.clear_since) // HOUR
    return f"all clear for {hours} of {local.resolution_hours} h, episode open"


def age_of_grade(standing: SystemStanding, now: datetime) -> str:
    """The age of a grade that is not of now: 3 d 4 h ago, not reassessed; empty for one of now."""
    at = standing.stands_at or standing.assessed_at
    if at is None or (standing.is_reassessed and now - at <= OF_NOW):
        return ""
    age = f"{wording.duration(now - at)} ago"
    return age if standing.is_reassessed else f"{age}, not reassessed"
