"""Hours since the infusion, in which rules write times, as dates and times of the ward."""

from __future__ import annotations

import re
from datetime import timedelta

from grading.record import HOUR
from patients.reading.course_file import CourseFile
from patients.words import wording
from patients.words.wording import MINUTE

AT_HOUR = re.compile(r"\bat hour (-?\d+(?:\.\d+)?)")


def with_times(file: CourseFile, text: str) -> str:
    """A text of the rules with the ward's date and time in place of each "at hour 36.5"."""
    return AT_HOUR.sub(lambda hour: f"at {time_of_hour(file, hour[1])}", text)


def time_of_hour(file: CourseFile, hour: str | float | None) -> str:
    """The ward's date and time at that hour, empty without an hour.

    Hours have two decimals, which is 36 s: the nearest minute is the one that was entered.
    """
    return "" if hour is None else time_at(file, round(float(hour) * HOUR / MINUTE) * MINUTE)


def time_at(file: CourseFile, elapsed: timedelta) -> str:
    """The ward's date and time so long after the infusion."""
    return wording.short_date_and_time(file.course.infused_at + elapsed, file.course.zone)
