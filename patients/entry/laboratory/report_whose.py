"""Whether a pasted report names another patient than that of the form."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from grading.laboratory.report_person import ReportPerson
from patients.characters import normalized
from patients.models import Patient
from patients.words import wording

TITLES = frozenset(
    ("mr", "mrs", "ms", "miss", "mx", "dr", "prof", "herr", "frau", "sr", "sra", "mme", "mlle")
)


def question_whose(person: ReportPerson, patient: Patient) -> str:
    """What the report says that is not this patient's, as a question; empty where all fits.

    What the report or the patient's data do not say is not compared.
    """
    if not (others := list(dict.fromkeys(_not_theirs(person, patient)))):
        return ""
    theirs = f"{patient.display_name}, MRN {patient.mrn}"
    if patient.birth_date is not None:
        theirs = f"{theirs}, born {wording.calendar_date(patient.birth_date)}"
    return f"The report says {', '.join(others)}. This form is of {theirs}. Whose report is it?"


def _not_theirs(person: ReportPerson, patient: Patient) -> Iterator[str]:
    own = normalized(patient.mrn).casefold()
    numbers = [normalized(number) for number in person.mrns]
    if own not in {number.casefold() for number in numbers}:
        yield from (f"MRN {number[:40]}" for number in numbers)
    yield from (f"“{name[:80]}”" for name in person.names if not _is_name_of(patient, name))
    if patient.birth_date is not None:
        for days in person.birth_days:
            if patient.birth_date not in days:
                yield f"born {' or '.join(map(wording.calendar_date, days))}"


def _is_name_of(patient: Patient, printed: str) -> bool:
    """Whether a printed name has the first family name and the given name, or its initial."""
    words = [word for word in _words(printed) if word not in TITLES]
    family, given = _words(patient.family_name), _words(patient.given_name)
    if not words or not family:
        return True
    others = [word for word in words if word not in family]
    is_family = family[0] in words
    initials = {name[0] for name in given}
    is_given = not others or not given or any(w in given or w in initials for w in others)
    return is_family and is_given


def _words(name: str) -> list[str]:
    """The words of a name without capitals and accents, as laboratories print them."""
    plain = unicodedata.normalize("NFKD", normalized(name).casefold())
    return re.findall(r"[^\W\d_]+", "".join(c for c in plain if not unicodedata.combining(c)))
