"""The identity strip on every page and print about a patient, and the menu beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from patients.models import Course
from patients.permissions import Visitor, can_decide, can_enter
from patients.words import wording


@dataclass(frozen=True, slots=True)
class Identity:
    """The texts of the strip; `day` is the day on which the page was made."""

    name: str
    mrn: str
    born: str
    bed: str
    ward: str
    product: str
    product_name: str
    day: str


def identity_of(course: Course, now: datetime) -> Identity:
    """The strip of one course; reads the patient and the ward."""
    patient = course.patient
    return Identity(
        name=patient.display_name,
        mrn=patient.mrn,
        born=_born(course),
        bed=course.bed or wording.NOTHING,
        ward=course.ward.name,
        product=wording.short(course.product),
        product_name=course.product,
        day=wording.day(course.day(now)),
    )


def _born(course: Course) -> str:
    patient = course.patient
    if patient.birth_date is not None:
        return wording.calendar_date(patient.birth_date)
    if patient.age_at_infusion_years is None:
        return "unknown"
    return f"unknown; {wording.number(int(patient.age_at_infusion_years))} y at infusion"


def patient_menu(user: Visitor, course: Course) -> list[tuple[str, str]]:
    """The changes that this person may make to the patient and the course: words and address."""
    if not can_enter(user):
        return []
    infusion = "Record or correct the infusion" if course.infusion_planned else ""
    correcting = [
        (infusion or "Correct the course", "course_correct"),
        ("Correct name, MRN or birth date", "patient_correct"),
    ]
    other = _open_menu(user) if course.is_open() else _closed_menu(user, course)
    offered = [*correcting, *other]
    return [(words, reverse(name, kwargs={"uid": course.uid})) for words, name in offered]


def _open_menu(user: Visitor) -> list[tuple[str, str]]:
    closing = [("Close the course", "close")] if can_decide(user) else []
    return [("Move to another bed or ward", "move"), *closing]


def _closed_menu(user: Visitor, course: Course) -> list[tuple[str, str]]:
    if course.patient.courses.filter(closed_at__isnull=True).exists():
        return []
    reopening = [("Reopen this course", "reopen")] if can_decide(user) else []
    return [("Admit again: a new course", "readmit"), *reopening]
