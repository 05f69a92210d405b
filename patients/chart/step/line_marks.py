"""What became of each line of the step, in words, with what its buttons send."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from grading.guidelines.line import Option
from grading.guidelines.marks import LineAnswer, TimeToTreatment, line_answers, times_to_treatment
from grading.guidelines.situation.situation import Situation
from grading.record import Dose
from patients.models import StepMark
from patients.reading.course_file import CourseFile
from patients.words import wording


@dataclass(frozen=True, slots=True)
class LineMark:
    """The mark of one line on the panel.

    answer  done, deferred, declined; empty while the line is open
    words   what was answered, when and by whom; of an open line what was answered before
    """

    answer: str = ""
    words: str = ""


OPEN = LineMark()


def line_marks(
    file: CourseFile, options: Sequence[Option], situation: Situation, now: datetime
) -> dict[str, LineMark]:
    """The mark of each of these lines, by its code."""
    rows = {str(row.uid): row for row in file.step_marks}
    answers = line_answers(options, situation, file.record.step_marks)
    return {
        code: LineMark(
            answer=answer.answer or "",
            words=_in_words(answer, rows.get(answer.mark.uid) if answer.mark else None, file, now),
        )
        for code, answer in answers.items()
    }


def lines_sent(file: CourseFile, options: Sequence[Option]) -> str:
    """The lines as they are shown, as a JSON object by code: a button sends the code alone."""
    live = sorted((row for row in file.step_marks if row.is_live()), key=_recorded_at)
    last = {row.code: str(row.uid) for row in live}
    lines = {
        option.code: {
            "line_toxicity": str(option.toxicity),
            "grade": option.grade,
            "text": "; ".join((option.text, *option.details)),
            "after": last.get(option.code),
        }
        for option in options
    }
    return json.dumps(lines, ensure_ascii=False, separators=(",", ":"))


def _recorded_at(row: StepMark) -> datetime:
    return row.recorded_at


def _in_words(answer: LineAnswer, row: StepMark | None, file: CourseFile, now: datetime) -> str:
    zone = file.course.zone
    if answer.dose is not None:
        given = wording.clock_or_weekday(_moment(file, answer.dose.elapsed), now, zone)
        return f"done {given}: {_dose_in_words(answer.dose)}"
    if row is None:
        return ""
    until = "" if row.until_at is None else wording.clock_or_weekday(row.until_at, now, zone)
    at = wording.clock_or_weekday(row.marked_at, now, zone)
    parts = (row.answer, until and f"until {until}", f"by {row.recorded_by}, {at}")
    reason = f": {row.reason}" if row.reason else ""
    words = " ".join(filter(None, parts)) + reason
    return f"open again, {answer.lapsed}; {words}" if answer.lapsed else words


def _dose_in_words(dose: Dose) -> str:
    return f"{wording.words(dose.agent)} {wording.amount(dose.amount, dose.unit, dose.route)}"


def _moment(file: CourseFile, elapsed: timedelta) -> datetime:
    return file.course.infused_at + elapsed


def treatment_times(file: CourseFile, situation: Situation, now: datetime) -> list[str]:
    """The time from a grade to the drug for it: CRS 2 at 14:00: tocilizumab after 1 h 20."""
    return [_time_in_words(each, file, situation, now) for each in times_to_treatment(situation)]


def _time_in_words(
    each: TimeToTreatment, file: CourseFile, situation: Situation, now: datetime
) -> str:
    zone = file.course.zone
    began = wording.clock_or_weekday(_moment(file, each.began.at), now, zone)
    grade = f"{each.toxicity.label} {each.began.grade} at {began}"
    drug, grades = wording.words(each.drug), getattr(situation, each.toxicity.value)
    if each.dose is None:
        waited = wording.duration(each.span)
        is_open = grades.resolved is None and grades.is_at_least(each.grade)
        return f"{grade}: no {drug} yet, {waited}" if is_open else f"{grade}: no {drug}"
    if each.span <= timedelta(0):
        given = wording.clock_or_weekday(_moment(file, each.dose.elapsed), now, zone)
        return f"{grade}: {drug} before it, {given}"
    return f"{grade}: {drug} after {wording.duration(each.span)}"
