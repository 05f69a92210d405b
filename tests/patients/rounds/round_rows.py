"""Rounds by hand: facts of a course as a regrade would store them, for tests of the pages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from patients.models import Course, Patient, User, Ward
from patients.rounds.due.interruptions import leave_out, leave_ward
from patients.rounds.home.acts import plan_contacts
from patients.rounds.models import HomeContact, Omission, Pause
from patients.rounds.rules.calls import Call
from patients.rounds.rules.clocks import CourseFacts
from patients.rounds.rules.schedule import DEFAULT_PANEL
from patients.rounds.writing import holding, raise_version, store_round_row
from tests.conftest import INFUSED_AT
from tests.storing import stored


def done_at(at: datetime, **other: Any) -> dict[str, Any]:
    """Facts of a course of which every part was done whole at this moment, but for `other`."""
    done: dict[str, Any] = {
        "starts_at": INFUSED_AT,
        "infused_at": INFUSED_AT,
        "vitals_at": at,
        "neuro_at": at,
        "labs_at": dict.fromkeys(DEFAULT_PANEL, at),
    }
    return done | other


def has_round(course: Course, call: Call | None = None, **facts: Any) -> None:
    """Store what a regrade would have stored for this course."""
    with holding(course) as (locked, at):
        held = None if call is None else call.to_json()
        store_round_row(locked, at=at, facts=CourseFacts(**facts).to_json(), call=held)
        raise_version(locked, at=at)


def away(course: Course, *, by: User) -> Pause:
    """The patient is at imaging for an hour."""
    pause = Pause(course=course, reason="imaging")
    leave_ward(pause, lasting=hours(1), by=by)
    return pause


def planned_visit(course: Course, *, by: User) -> HomeContact:
    """A visit that should have been an hour ago."""
    visit = HomeContact(kind="visit", due_at=timezone.now() - hours(1))
    plan_contacts(course, [visit], by=by)
    return visit


def left_out(course: Course, part: str, *, by: User) -> Omission:
    """A part that is due was refused."""
    omission = Omission(course=course, clock=part, reason="refused")
    leave_out(omission, after=None, by=by)
    return omission


def admit(ward: Ward, bed: str, family_name: str = "") -> Course:
    name = family_name or f"Name{bed}"
    patient = stored(Patient(mrn=f"M{bed}{name}", family_name=name, given_name="Jo"))
    placed = {"bed": bed, "product": "axi-cel", "infused_at": INFUSED_AT}
    return stored(Course(patient=patient, ward=ward, opened_at=INFUSED_AT, **placed))


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def in_order(page: str, courses: Iterable[Course], prefix: str = "line-") -> list[str]:
    """The beds of these courses in the order in which the page has them."""
    places = sorted((page.index(f'id="{prefix}{course.uid}"'), course.bed) for course in courses)
    return [bed for _, bed in places]
