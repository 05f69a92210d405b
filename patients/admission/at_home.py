"""Until when a course stays open while the patient is at home."""

from __future__ import annotations

from datetime import date, timedelta

from patients.models import Course

LAST_DAY_AT_HOME = 30
"""Local: the day of the course from which the list of patients at home asks to close."""


def last_day_of(course: Course) -> date:
    """The date of Day 30, on the calendar of the course."""
    infused = course.infused_at.astimezone(course.zone).date()
    return infused + timedelta(days=LAST_DAY_AT_HOME)
