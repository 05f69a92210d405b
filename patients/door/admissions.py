"""Open a course, and register its patient."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import IntegrityError

from patients.door.allowed import check_admission, check_registration
from patients.door.entries import enter_locked
from patients.door.locks import lock, regrade_locked
from patients.door.refusals import Refused
from patients.door.replays import repeated_admission
from patients.models import ClinicalRow, Course, GradeChange, Patient, User
from patients.write_queue import in_turn


@in_turn()
def add_patient(patient: Patient, *, by: User, reason: str = "admitted") -> Patient:
    """Register a patient who has no course yet."""
    check_registration(by=by)
    patient.full_clean()
    patient.write_with_history(by=by, reason=reason)
    return patient


def admit(patient: Patient, course: Course, *, by: User, reason: str = "admitted") -> Course:
    """Open a course, for a new patient or one who was here before; a replay opens nothing."""
    try:
        with in_turn():
            return _admit(patient, course, by=by, reason=reason)
    except (IntegrityError, ValidationError) as taken:
        if (stored := repeated_admission(patient, course, by=by)) is not None:
            return stored  # by the same form, which arrived twice at one moment
        if isinstance(taken, ValidationError):
            raise
        raise Refused(
            "Somebody admitted this patient at the same moment. Find the patient by the MRN."
        ) from taken


def _admit(patient: Patient, course: Course, *, by: User, reason: str) -> Course:
    check_admission(course, by=by)
    if (stored := repeated_admission(patient, course, by=by)) is not None:
        return stored
    if patient._state.adding:
        patient.full_clean()
    _open(patient, course, by=by, reason=reason)
    regrade_locked(course, entered=[course])
    return course


@in_turn()
def admit_with(
    patient: Patient, course: Course, rows: list[ClinicalRow], *, by: User, reason: str
) -> list[GradeChange]:
    """Open a course together with entries that were made elsewhere; graded once.

    The name of a new patient may be unknown.
    """
    check_admission(course, rows, by=by)
    if patient._state.adding:
        patient.full_clean(exclude=[] if patient.family_name else ["family_name"])
    _open(patient, course, by=by, reason=reason)
    return (
        enter_locked(lock(course), rows, by=by, even_closed=True)
        if rows
        else regrade_locked(course, entered=[course])
    )


def _open(patient: Patient, course: Course, *, by: User, reason: str) -> None:
    """Write a course, and its patient where new; the caller grades it."""
    if patient._state.adding:
        patient.write_with_history(by=by, reason=reason)
    else:
        patient = Patient.objects.select_for_update().get(pk=patient.pk)
    course.patient = patient
    course.full_clean()
    course.write_with_history(by=by, reason=reason)
