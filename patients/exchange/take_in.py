"""Entering a course document that was read: a course of its patient, all or nothing.

A patient who is known already has to be the same person, and may learn from the document what
was not recorded; a contradiction, or another open course, refuses the document.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError

from grading.documents.json_reader import DocumentError
from grading.record import Record, completed_years
from patients import door
from patients.door.refusals import Refused
from patients.exchange.read_documents import Arrival
from patients.models import Course, Patient, User
from patients.regrading.record import LiveRows, build_record
from patients.write_queue import in_turn

REASON = "Imported from a course document."
SIGNER = "course-import"
"""The account that signs where nobody is named. It cannot sign in."""


def take_in(arrived: Arrival, *, by: User | None) -> bool:
    """Enter a document as a course of its patient, all or nothing, graded once.

    False where this very document was imported before: it is left as it is. `Refused` says
    why it cannot be entered.
    """
    try:
        return _take_in(arrived, by=by)
    except DocumentError as mistake:
        raise Refused(str(mistake)) from mistake
    except ValidationError as mistake:
        raise Refused(" ".join(mistake.messages)) from mistake
    except DatabaseError as mistake:
        if _known_already(arrived):  # somebody else imported it at this moment
            return False
        raise Refused(f"The database refused it: {mistake}".strip()) from mistake


@in_turn()
def _take_in(arrived: Arrival, *, by: User | None) -> bool:
    if _known_already(arrived):
        return False
    signer = _standing_signer() if by is None else by
    stored = Patient.objects.select_for_update().filter(mrn=arrived.patient.mrn).first()
    if stored is not None:
        _refuse_second_course(stored, arrived.course)
        if changes := _learned(stored, arrived):
            door.amend(stored, by=signer, reason=REASON, changes=changes)
    patient = arrived.patient if stored is None else stored
    door.admit_with(patient, arrived.course, arrived.rows, by=signer, reason=REASON)
    return True


def _known_already(arrived: Arrival) -> bool:
    """Whether this document is a course already; then that course stands in the arrival."""
    known = Course.objects.filter(uid=arrived.course.uid).first()
    if known is not None:
        arrived.course = known
    return known is not None


def _standing_signer() -> User:
    """The account that signs imports which nobody signs in person."""
    user = User.objects.filter(username=SIGNER).first()
    if user is None:
        user = User(username=SIGNER, first_name="Course", last_name="import", is_active=False)
        user.set_unusable_password()
        user.save()
    return user


def _refuse_second_course(patient: Patient, course: Course) -> None:
    courses = Course.objects.filter(patient=patient)
    standing = courses.filter(closed_at__isnull=True).first()
    if standing is not None:
        raise Refused(
            f"The patient with MRN {patient.mrn} has an open course: {_told(standing)}. "
            "Close it before another is imported."
        )
    same = courses.filter(infused_at=course.infused_at).first()
    if same is not None:
        raise Refused(
            f"The patient with MRN {patient.mrn} already has a course with this infusion: "
            f"{_told(same)}."
        )


def _told(course: Course) -> str:
    infused = course.infused_at.astimezone(course.zone)
    return f"{course.product}, infused {infused:%d %b %Y %H:%M}, {course.uid}"


def _learned(stored: Patient, arrived: Arrival) -> dict[str, Any]:
    """What the document adds about a known patient; a contradiction is refused."""
    new, changes = arrived.patient, {}
    for name in ("sex", "developmental_delay"):
        said, known = getattr(new, name), getattr(stored, name)
        if said is not None and known is None:
            changes[name] = said
        elif said is not None and said != known:
            raise _contradicts(f"patient.{name}", said, known, stored)
    return changes | _learned_name(stored, new) | _learned_age(stored, new, arrived.document.record)


def _learned_name(stored: Patient, new: Patient) -> dict[str, Any]:
    said = (new.family_name, new.given_name)
    known = (stored.family_name, stored.given_name)
    if not any(said):
        return {}
    if not any(known):
        return {"family_name": said[0], "given_name": said[1]}
    if [part.casefold() for part in said] != [part.casefold() for part in known]:
        raise _contradicts("patient.name", ", ".join(filter(None, said)), stored, stored)
    return {}


def _learned_age(stored: Patient, new: Patient, record: Record) -> dict[str, Any]:
    """A birth date, once known, stands for the age; the two have to agree."""
    said = new.birth_date or new.age_at_infusion_years
    known = stored.birth_date or stored.age_at_infusion_years
    if said is None or said == known:
        return {}
    if known is not None and not _agree(stored, new, record):
        path = "patient.age_years" if new.birth_date is None else "patient.birth_date"
        raise _contradicts(path, said, known, stored)
    if known is not None and new.birth_date is None:
        return {}
    return {name: getattr(new, name) for name in ("birth_date", "age_at_infusion_years")}


def _agree(stored: Patient, new: Patient, record: Record) -> bool:
    """Whether the birth date of the one gives the age of the other, at that one's infusion."""
    if new.birth_date is None:
        born, age, infused_on = stored.birth_date, new.age_at_infusion_years, _date(record)
    else:
        born, age = new.birth_date, stored.age_at_infusion_years
        first = Course.objects.filter(patient=stored).order_by("infused_at").first()
        infused_on = _date(record if first is None else build_record(first, LiveRows()))
    if born is None or age is None or infused_on is None:
        return False
    return age // 1 == completed_years(born, infused_on)


def _date(record: Record) -> date | None:
    return record.local_date(timedelta(0))


def _contradicts(path: str, said: Any, known: Any, patient: Patient) -> DocumentError:
    return DocumentError(
        path, f"{said} is not what is recorded for MRN {patient.mrn} ({known}); check the MRN"
    )
