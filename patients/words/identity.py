"""The identity strip on every page and print about a patient, and the menu beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse

from patients.models import Course
from patients.permissions import Visitor, can_enter, has_right
from patients.rights import CLOSE
from patients.words import wording
from patients.words.namesakes import namesakes_beside


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
    course: Course = field(repr=False)

    @property
    def namesakes(self) -> str:
        """The warning where somebody of a similar name lies on the ward: asks the database."""
        return namesakes_beside(self.course)

    @property
    def in_one_line(self) -> str:
        """Whom a form is about, for a page that has no strip."""
        return f"{self.name} · MRN {self.mrn} · {self.ward}, bed {self.bed}"


def _bed(course: Course) -> str:
    return "at home" if course.home_since is not None else course.bed or wording.DASH


def identity_of(course: Course, now: datetime) -> Identity:
    """The strip of one course; reads the patient and the ward."""
    patient = course.patient
    born, age_years = "unknown", patient.age_at_infusion_years
    if patient.birth_date is not None:
        born = wording.calendar_date(patient.birth_date)
    elif age_years is not None:
        born = f"unknown; {wording.number(int(age_years))} y at infusion"
    return Identity(
        name=patient.display_name,
        mrn=patient.mrn,
        born=born,
        bed=_bed(course),
        ward=course.ward.name,
        product=wording.short(course.product),
        product_name=wording.of_batch(course.product, course.product_batch),
        day=wording.day(course.day(now)),
        course=course,
    )


def patient_menu(user: Visitor, course: Course) -> list[tuple[str, str]]:
    """The changes that this person may make to the patient and the course: words and address."""
    if not can_enter(user):
        return []
    planned = course.infusion_planned
    offered = [
        ("Record or correct the infusion" if planned else "Correct the course", "course_correct"),
        ("Correct name, MRN or birth date", "patient_correct"),
        ("Sentence, objects and language of ICE", "ice_settings"),
    ]
    if course.is_open():
        if course.home_since is None:
            offered.append(("Move to another bed or ward", "move"))
            offered.append(("Goes home, course open", "go_home"))
        else:
            offered.append(("Back on the ward", "back_on_ward"))
            offered.append(("Correct since when at home", "go_home"))
            offered.append(("Calendar at home", "home_calendar"))
        if has_right(user, CLOSE):
            offered.append(("Close the course", "close"))
    elif not course.patient.courses.filter(closed_at__isnull=True).exists():
        offered.append(("Admit again: a new course", "readmit"))
        if has_right(user, CLOSE):
            offered.append(("Reopen this course", "reopen"))
    return [(words, reverse(name, kwargs={"uid": course.uid})) for words, name in offered]
