"""The sentence after a save that leads to the next patient who is due."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from patients.board.rows import order_of_bed
from patients.forms.saved import SavedForm
from patients.models import Course
from patients.permissions import can_enter, courses_visible_to
from patients.rounds.due.rounds_now import read_rounds
from patients.rounds.due.words import due_in_words
from patients.rounds.rules.clocks import Due, DueState
from patients.words import wording
from patients.words.wording import clock_or_weekday

PRESSING = (DueState.OVERDUE, DueState.DUE)


class _Waiting(NamedTuple):
    """A patient with the part that is due first."""

    course: Course
    due: Due

    @property
    def urgency(self) -> tuple[bool, datetime, tuple[int, str, str]]:
        course = self.course
        bed = order_of_bed(course.bed, course.patient.display_name)
        return (self.due.state is not DueState.OVERDUE, self.due.due_at, bed)


def lead_to_next_patient(saved: SavedForm) -> str:
    """Next due: bed 07, ROE, Jo: vitals 0:10 over; or nobody else is due before 20:00.

    Of the same ward; the patient of the save only where something is still due there.
    """
    if not can_enter(saved.request.user):
        return ""
    now, course = timezone.now(), saved.course
    waiting = _waiting(saved, now)
    pressing = [each for each in waiting if each.due.state in PRESSING]
    if pressing:
        first = min(pressing, key=lambda each: (each.course == course, each.urgency))
        return _link(first, now)
    later = [each for each in waiting if each.course != course]
    if not later:
        return "Nobody else is on this ward."
    at = min(each.due.due_at for each in later)
    return f"Nobody else is due before {clock_or_weekday(at, now, course.zone)}."


def _waiting(saved: SavedForm, now: datetime) -> list[_Waiting]:
    """The patients of this ward for whom something is or comes due."""
    courses = courses_visible_to(saved.request.user).filter(
        ward=saved.course.ward_id, closed_at=None, home_since=None
    )
    by_uid = {course.uid: course for course in courses}
    read = read_rounds(list(by_uid))
    shown = {uid: each.at(now) for uid, each in read.items()}
    return [
        _Waiting(by_uid[uid], first)
        for uid, each in shown.items()
        if each.away is None and (first := each.first_due) is not None
    ]


def _link(first: _Waiting, now: datetime) -> SafeString:
    course = first.course
    who = f"bed {course.bed or wording.DASH}, {course.patient.display_name}"
    words = f"{who}: {due_in_words(first.due, now, course.zone)}"
    name = "lab_new" if first.due.what == "labs" else "assessment_new"
    address = reverse(name, kwargs={"uid": course.uid})
    return format_html('Next due: <a href="{}">{}</a>', address, words)
