"""The situation of a course at one moment, of what is stored: nothing is graded anew."""

from __future__ import annotations

from datetime import datetime

from grading.engine.result import CourseSummary, SystemGrades
from grading.guidelines.line import Option
from grading.guidelines.situation.of_course import CourseGraded, situation_at
from grading.guidelines.situation.situation import Situation
from grading.guidelines.step import next_step
from grading.rules.systems import PRIMARY
from patients.reading.course_file import CourseFile
from patients.regrading.graded import rules_of_site


def situation_of(file: CourseFile, at: datetime) -> Situation:
    """The situation of a course file at a moment, by the rules of this site."""
    graded = {key: SystemGrades(file.results[key], _summary(file, key)) for key in PRIMARY}
    course = CourseGraded(file.record, graded, file.of_course)
    site = rules_of_site()
    return situation_at(course, file.elapsed(at), site.local, site.choices)


def options_of(situation: Situation) -> tuple[Option, ...]:
    """The options of a situation in the words of this site."""
    return next_step(situation, rules_of_site().words)


def _summary(file: CourseFile, key: str) -> CourseSummary:
    """Onset and end of the latest episode, as stored."""
    if key not in file.summaries:
        return CourseSummary()
    values = file.summaries[key].values
    times = [
        None if values[name] is None else file.elapsed(datetime.fromisoformat(values[name]))
        for name in ("onset_at", "resolved_at")
    ]
    return CourseSummary(onset=times[0], resolved=times[1])
