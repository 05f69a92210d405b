"""Wards, patients and courses as a test needs them, stored through the door."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from patients import door
from patients.models import Assessment, Course, Patient, User, Ward
from patients.rights import IMPORTER

AssessmentAt = Callable[..., Assessment]
"""The fixture `assessment_at`: hours after the infusion, and what is not as in a well patient."""

AnyThing = TypeVar("AnyThing", Ward, Patient, Course)


def stored(thing: AnyThing) -> AnyThing:
    """Store a new ward, patient or course; it is signed as an import is."""
    if isinstance(thing, Ward):
        return door.save_ward(thing)
    if isinstance(thing, Patient):
        return door.add_patient(thing, by=importer())
    return door.admit(thing.patient, thing, by=importer())


def importer() -> User:
    """The account that signs imports; it has every ward and cannot sign in."""
    return User.objects.get_or_create(username=IMPORTER, is_active=False)[0]


def without_uids(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts of a grade without the uids of entries, which no document carries."""
    if "put_aside" not in facts:
        return facts
    return facts | {"put_aside": [{**sign, "uid": None} for sign in facts["put_aside"]]}
