"""Which courses lay on a ward, and when: from the history of their moves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter

from patients.models import Course, Ward

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stay:
    """One time on the ward, from `from_at` until before `to_at`."""

    from_at: datetime
    to_at: datetime

    def has(self, at: datetime) -> bool:
        return self.from_at <= at < self.to_at


def stays_on(ward: Ward, begin: datetime, end: datetime) -> dict[Course, tuple[Stay, ...]]:
    """The courses that lay on the ward between two moments, each with its times there.

    Two queries. What was before the first line of a history, of a course that was opened earlier
    and entered later, counts to the first ward.
    """
    ever = Course.history.filter(ward_id=ward.pk).values("id")
    courses = {
        course.pk: course
        for course in Course.objects.filter(pk__in=ever, opened_at__lt=end)
        .exclude(closed_at__lt=begin)
        .select_related("patient", "ward")
    }
    lines = (
        Course.history.filter(id__in=list(courses))
        .order_by("id", "history_date", "history_id")
        .values_list("id", "ward_id", "history_date")
    )
    stays = {}
    for pk, moves in groupby(lines, key=itemgetter(0)):
        course = courses[pk]
        there = tuple(_stays(ward.pk, course, [(ward_id, at) for _, ward_id, at in moves], end))
        within = tuple(
            Stay(max(stay.from_at, begin), min(stay.to_at, end))
            for stay in there
            if stay.from_at < end and stay.to_at > begin
        )
        if within:
            stays[course] = within
    return stays


def _stays(
    ward_id: int, course: Course, moves: list[tuple[int, datetime]], end: datetime
) -> Iterable[Stay]:
    leaves_at = end if course.closed_at is None else min(course.closed_at, end)
    begins = [min(course.opened_at, moves[0][1]), *(at for _, at in moves[1:])]
    ends = [*begins[1:], leaves_at]
    for (there, _), from_at, to_at in zip(moves, begins, ends, strict=True):
        if there == ward_id and max(from_at, course.opened_at) < min(to_at, leaves_at):
            yield Stay(max(from_at, course.opened_at), min(to_at, leaves_at))


def patient_days(stays: Mapping[Course, tuple[Stay, ...]]) -> float:
    """The days that patients lay on the ward, in elapsed time."""
    spans = (stay.to_at - stay.from_at for times in stays.values() for stay in times)
    return sum(spans, timedelta(0)) / DAY
