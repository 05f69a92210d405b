"""A form that arrives a second time, sent again after a lost answer: an entry, or an admission.

It is recognized by the `uid` that the form made. The same content is answered as it was the first
time and stored once; other content under the same `uid` is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from patients.door.refusals import AlreadyAdmitted, AlreadyEntered, UnusableNumber
from patients.models import ClinicalRow, Course, Dose, GradeChange, Patient, User
from patients.models.clinical_row import CLOCK_TOLERANCE
from patients.models.guarded import unguarded
from patients.permissions import courses_visible_to
from patients.regrading.regrade import changes_at
from patients.words.change_words import differing

READMITTED = "readmitted"
"""The reason in the history of a course that was opened for a patient of an earlier one."""

TAKEN_AS_NOW_WITHIN = timedelta(minutes=2)
"""A form rounds the present time to the minute and then waits for the door, so that the time in
the form and the time of arrival differ by up to this much."""


def stored_rows(rows: Sequence[ClinicalRow]) -> dict[UUID, ClinicalRow]:
    """The rows with these uids that are stored already; a kind is read where there is one."""
    stored: dict[UUID, ClinicalRow] = {}
    for model in {type(row) for row in rows}:
        same = unguarded(model).filter(uid__in=[row.uid for row in rows if type(row) is model])
        if same.exists():
            stored |= {row.uid: row for row in same}
    return stored


def is_repeat_or_refuse(row: ClinicalRow, stored: ClinicalRow | None) -> bool:
    """Whether `row` repeats `stored`, whose values it then takes; False for a new row.

    The same uid with other content, or on another course, is refused.
    """
    if stored is None:
        return False
    if stored.course_id != row.course_id:
        raise UnusableNumber
    if not _has_same_content(row, stored):
        raise AlreadyEntered([(stored, row)])
    become_stored_row(row, stored)
    return True


def refuse_other_rows(rows: Sequence[ClinicalRow], of_form: Sequence[UUID]) -> None:
    """Refuse a form that was saved before, unless it makes the very rows that it made then.

    `of_form` are the uids of all rows that the form could make; none are stored of a new form.
    """
    sent = {row.uid: row for row in rows}
    stored = {
        row.uid: row
        for model in {type(row) for row in rows}
        for row in unguarded(model).select_related("recorded_by").filter(uid__in=of_form)
    }
    if any(row.course_id != rows[0].course_id for row in stored.values()):
        raise UnusableNumber
    pairs = [(stored.get(uid), sent.get(uid)) for uid in of_form if uid in stored or uid in sent]
    if stored and not all(
        ours is not None and theirs is not None and _has_same_content(ours, theirs)
        for theirs, ours in pairs
    ):
        raise AlreadyEntered(pairs)


def _has_same_content(row: ClinicalRow, stored: ClinicalRow) -> bool:
    entered, before = _comparable(row), _comparable(stored)
    ended_later = isinstance(stored, Dose) and stored.end_recorded_at is not None
    if ended_later and entered["ended_at"] is None:
        before["ended_at"] = None  # the run was stored without an end, which came since
    return all(is_same_value(entered[name], before[name], stored.recorded_at) for name in before)


def _comparable(row: ClinicalRow) -> dict[str, Any]:
    """The values entered, with lists for tuples, as JSON columns give them back."""
    facts = row.facts()
    return {name: list(fact) if isinstance(fact, tuple) else fact for name, fact in facts.items()}


def is_same_value(entered: Any, stored: Any, recorded_at: datetime) -> bool:
    """Whether two values are equal.

    A time a little ahead of the clock was stored as the time of its arrival: it is equal too.
    """
    if not isinstance(entered, datetime) or not isinstance(stored, datetime):
        return bool(entered == stored)
    was_set_back = timedelta(0) <= recorded_at - stored < TAKEN_AS_NOW_WITHIN
    latest = recorded_at + CLOCK_TOLERANCE if was_set_back else stored
    return stored <= entered <= latest


def become_stored_row(row: ClinicalRow, stored: ClinicalRow) -> None:
    """Give a repeated row every value of the stored one, its primary key included."""
    for field in row._meta.concrete_fields:
        setattr(row, field.attname, getattr(stored, field.attname))
    row._state.adding = False


def first_answer(
    course: Course, rows: Iterable[ClinicalRow], ended: Iterable[Dose] = ()
) -> list[GradeChange]:
    """The changes of grades that the first arrival of these rows and ends was answered with."""
    ends = {run.end_recorded_at for run in ended if run.end_recorded_at is not None}
    arrivals = sorted({row.recorded_at for row in rows} | ends)
    return [change for arrival in arrivals for change in changes_at(course, arrival)]


def repeated_admission(patient: Patient, course: Course, *, by: User) -> Course | None:
    """The course that this form opened before; None where it opened none yet.

    The same content, by the same user, is that of the first arrival or what stands now. Other
    content is refused, and so is the uid of a course that the user may not see.
    """
    stored = admission_of(course.uid, by=by)
    if stored is None:
        return None
    first = stored.history.earliest("history_id")
    of_patient = stored.patient.history.filter(history_date__lte=first.history_date)
    person = of_patient.order_by("history_id").last() or stored.patient
    same_user = first.history_user_id == by.pk
    wanted = _admission_values(patient, course, first, stored.patient)
    if same_user and not (
        _different(person, first, wanted, first)
        and _different(stored.patient, stored, wanted, first)
    ):
        return stored
    different = _different(stored.patient, stored, wanted, first)
    raise AlreadyAdmitted(course=stored, different=different, first=first)


def admission_of(uid: UUID, *, by: User) -> Course | None:
    """The course with this uid; refused where `by` may not see it."""
    stored = Course.objects.select_related("patient", "ward").filter(uid=uid).first()
    if stored is None or courses_visible_to(by).filter(pk=stored.pk).exists():
        return stored
    raise UnusableNumber


def _admission_values(
    patient: Patient, course: Course, first: Any, stored: Patient
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The values of patient and course that the form asks to store.

    Where the first arrival readmitted a patient, its names and birth date stayed as they were:
    of a form that names the patient anew, the MRN and the family name count. A form of the chart
    of this patient names nobody.
    """
    names = Patient.AMENDABLE
    if patient.pk == stored.pk:
        names = frozenset()
    elif patient._state.adding and first.history_change_reason == READMITTED:
        names = frozenset({"mrn", "family_name"})
    person = {name: getattr(patient, name) for name in sorted(names)}
    if names is not Patient.AMENDABLE:
        person = {name: _as_stored(typed, getattr(stored, name)) for name, typed in person.items()}
    later = {"closed_at", "outcome"} if course.time_zone else {"closed_at", "outcome", "time_zone"}
    treatment = {name: getattr(course, name) for name in sorted(Course.AMENDABLE - later)}
    return person, treatment


def _as_stored(typed: str, stored: str) -> str:
    """A name as it is stored, where only capitals differ."""
    return stored if typed.casefold() == stored.casefold() else typed


def _different(
    person: Any, treatment: Any, wanted: tuple[dict[str, Any], dict[str, Any]], first: Any
) -> dict[str, tuple[Any, Any]]:
    """The stored and the wanted value of each field that differs."""
    pairs = differing(person, wanted[0]) | differing(treatment, wanted[1])
    return {
        name: (stored, typed)
        for name, (stored, typed) in pairs.items()
        if not is_same_value(typed, stored, first.opened_at)
    }
