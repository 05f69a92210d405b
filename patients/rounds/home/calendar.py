"""The calendars of patients at home as pages read them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from patients.models import Assessment, Course
from patients.rounds.models import HomeContact
from patients.rounds.rules.contacts import (
    EARLY,
    Contact,
    ContactKind,
    Observation,
    Planned,
    contacts_at,
)


def contacts_of(courses: Sequence[Course], now: datetime) -> dict[int, list[Contact]]:
    """The contacts of these courses by the key of the course, in two queries."""
    planned: dict[int, list[Planned]] = defaultdict(list)
    rows = HomeContact.objects.filter(course__in=courses, withdrawn_at=None)
    for row in rows.select_related("done_by").order_by("due_at", "pk"):
        by = "" if row.done_by is None else str(row.done_by)
        kind = ContactKind(row.kind)
        planned[row.course_id].append(Planned(str(row.uid), kind, row.due_at, row.done_at, by))
    observed: dict[int, list[Observation]] = defaultdict(list)
    since = Q(pk__in=[])
    for key, contacts in planned.items():
        since |= Q(course=key, observed_at__gte=contacts[0].due_at - EARLY)
    for entry in Assessment.objects.live().filter(since).order_by("observed_at"):
        observed[entry.course_id].append(Observation(entry.observed_at, _kinds_of(entry)))
    return {
        course.pk: contacts_at(planned[course.pk], observed[course.pk], now) for course in courses
    }


def _kinds_of(row: Assessment) -> frozenset[ContactKind]:
    """Of which contacts an entry is the observation; a visit is marked by hand."""
    kinds = set()
    if row.temperature_c is not None or row.fever is not None:
        kinds.add(ContactKind.TEMPERATURE)
    if row.ice is not None or row.ice_total is not None or row.capd_total is not None:
        kinds.add(ContactKind.TELE_ICE)
    return frozenset(kinds)
