"""Entering a course document that was read: a course of its patient, all or nothing.

If the MRN is stored already, it must be that of the same person; the document may add facts that
were not recorded. A contradiction, or another open course, refuses the document.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError

from grading.documents.reading.mistakes import DocumentError
from grading.record import Record, completed_years
from patients import door
from patients.door.refusals import Refused
from patients.exchange.read_documents import Arrival
from patients.models import Course, Patient, User
from patients.regrading.record import LiveRows, build_record
from patients.rights import IMPORTER
from patients.write_queue import in_turn

REASON = "Imported from a course document."


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
        if _was_imported(arrived):  # somebody else imported it at this moment
            return False
        raise Refused(f"The database refused it: {mistake}".strip()) from mistake


@in_turn()
def _take_in(arrived: Arrival, *, by: User | None) -> bool:
    if _was_imported(arrived):
        return False
    signer = _standing_signer() if by is None else by
    stored = Patient.objects.select_for_update().filter(mrn__iexact=arrived.patient.mrn).first()
    if stored is not None:
        _refuse_second_course(stored, arrived.course)
        if changes := _added_facts(stored, arrived):
            door.amend(stored, by=signer, reason=REASON, changes=changes)
    patient = arrived.patient if stored is None else stored
    door.admit_with(patient, arrived.course, arrived.rows, by=signer, reason=REASON)
    return True


def _was_imported(arrived: Arrival) -> bool:
    """Whether this document was imported before; its course then replaces that of the arrival."""
    imported = Course.objects.filter(uid=arrived.course.uid).first()
    if imported is not None:
        arrived.course = imported
    return imported is not None


def _standing_signer() -> User:
    """The account that signs imports which nobody signs in person."""
    user = User.objects.filter(username=IMPORTER).first()
    if user is None:
        user = User(username=IMPORTER, first_name="Course", last_name="import", is_active=False)
        user.set_unusable_password()
        user.save()
    return user


def _refuse_second_course(patient: Patient, course: Course) -> None:
    courses = Course.objects.filter(patient=patient)
    standing = courses.filter(closed_at__isnull=True).first()
    if standing is not None:
        raise Refused(
            f"The patient with MRN {patient.mrn} has an open course: {_course_in_words(standing)}. "
            "Close it before another is imported."
        )
    same = courses.filter(infused_at=course.infused_at).first()
    if same is not None:
        raise Refused(
            f"The patient with MRN {patient.mrn} already has a course with this infusion: "
            f"{_course_in_words(same)}."
        )


def _course_in_words(course: Course) -> str:
    infused = course.infused_at.astimezone(course.zone)
    return f"{course.product}, infused {infused:%d %b %Y %H:%M}, {course.uid}"


def _added_facts(stored: Patient, arrived: Arrival) -> dict[str, Any]:
    """The facts that the document adds to a stored patient; a contradiction is refused."""
    new, changes = arrived.patient, {}
    for name in ("sex", "developmental_delay"):
        in_document, recorded = getattr(new, name), getattr(stored, name)
        if in_document is not None and recorded is None:
            changes[name] = in_document
        elif in_document is not None and in_document != recorded:
            raise _contradicts(f"patient.{name}", in_document, recorded, stored)
    return changes | _added_name(stored, new) | _added_age(stored, new, arrived.document.record)


def _added_name(stored: Patient, new: Patient) -> dict[str, Any]:
    in_document = (new.family_name, new.given_name)
    recorded = (stored.family_name, stored.given_name)
    if not any(in_document):
        return {}
    if not any(recorded):
        return {"family_name": in_document[0], "given_name": in_document[1]}
    if [part.casefold() for part in in_document] != [part.casefold() for part in recorded]:
        raise _contradicts("patient.name", ", ".join(filter(None, in_document)), stored, stored)
    return {}


def _added_age(stored: Patient, new: Patient, record: Record) -> dict[str, Any]:
    """The birth date or age; once a birth date is recorded, an age only has to agree with it."""
    in_document = new.birth_date or new.age_at_infusion_years
    recorded = stored.birth_date or stored.age_at_infusion_years
    if in_document is None or in_document == recorded:
        return {}
    if recorded is not None and not _agree(stored, new, record):
        path = "patient.age_years" if new.birth_date is None else "patient.birth_date"
        raise _contradicts(path, in_document, recorded, stored)
    if recorded is not None and new.birth_date is None:
        return {}
    return {name: getattr(new, name) for name in ("birth_date", "age_at_infusion_years")}


def _agree(stored: Patient, new: Patient, record: Record) -> bool:
    """Whether the birth date in one of the rows gives the age at infusion in the other."""
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


def _contradicts(path: str, in_document: Any, recorded: Any, patient: Patient) -> DocumentError:
    return DocumentError(
        path,
        f"{in_document} is not what is recorded for MRN {patient.mrn} ({recorded}); check the MRN",
    )
