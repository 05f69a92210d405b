"""Patients of one ward whose family names are the same or nearly the same.

Accents, capitals, hyphens and spaces make no difference. Nearly the same is a name in which one
letter is another, is left out, is added or has changed places with the next; and a double name
that begins with the same name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from patients.models import Course

SHORTEST_NEARLY = 4
"""Shorter names have too many neighbors: they are told apart unless they are the same."""
MOST_NAMED = 3
"""So many beds or names are listed; a warning that is too long is not read."""
LETTERS = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
"""Letters that no Unicode form takes apart."""
PARTICLES = frozenset(
    re.findall(
        r"\w+", "al bin ben da das de del den der di do dos du el la le les ten ter van von zu"
    )
)
"""Short words before a name, with which two names may both begin."""


class Neighbor(NamedTuple):
    """Who lies on a ward: its key, that of the patient, the bed, the names."""

    ward_id: int
    patient_id: int
    bed: str
    family_name: str
    given_name: str


def neighbors_on(ward_id: int) -> list[Neighbor]:
    """Everyone with an open course on the ward."""
    lying = Course.objects.filter(ward=ward_id, closed_at=None, home_since=None)
    names = ("patient__family_name", "patient__given_name")
    return [
        Neighbor(*facts)
        for facts in lying.order_by("bed", "pk").values_list("ward", "patient", "bed", *names)
    ]


def namesakes_beside(course: Course) -> str:
    """The warning for one course, in one query."""
    patient = course.patient
    own = Neighbor(course.ward_id, patient.pk, course.bed, patient.family_name, patient.given_name)
    return namesakes_in_words(own, neighbors_on(course.ward_id))


@lru_cache(maxsize=64)
def namesakes_of_all(neighbors: tuple[Neighbor, ...]) -> dict[int, str]:
    """The warning for each patient of these wards, by key; empty where nobody has a similar name.

    Kept, since the board is asked again and again and its names seldom change.
    """
    return {own.patient_id: namesakes_in_words(own, neighbors) for own in neighbors}


def namesakes_in_words(own: Neighbor, others: Iterable[Neighbor]) -> str:
    """“another DOE on this ward: bed 14; similar name: DOW, bed 3”; empty where there is nobody."""
    name = letters_of(own.family_name)
    same, similar = [], []
    for other in others:
        is_beside = other.ward_id == own.ward_id and other.patient_id != own.patient_id
        if not name or not is_beside:
            continue
        if letters_of(other.family_name) == name:
            same.append(other)
        elif are_alike(name, letters_of(other.family_name)) or _begin_alike(own, other):
            similar.append(other)
    twins = [other for other in same if _given(other) == _given(own)]
    called = own.family_name.upper()
    if twins and len(twins) == len(same):
        called = ", ".join(filter(None, (called, own.given_name)))
    sentences = [f"another {called} on this ward: {_beds(same)}"] if same else []
    if similar:
        named = [f"{other.family_name.upper()}, {_beds([other])}" for other in similar[:MOST_NAMED]]
        word = "name" if len(similar) == 1 else "names"
        sentences.append(f"similar {word} on this ward: {'; '.join(named + _more(similar))}")
    return "; ".join(sentences)


@lru_cache(maxsize=4096)
def letters_of(name: str) -> str:
    """The name without accents, capitals, spaces and signs: “Núñez-Díaz” is nunezdiaz."""
    return "".join(filter(str.isalnum, _plain(name)))


@lru_cache(maxsize=4096)
def first_name_of(family_name: str) -> str:
    """The first of the names that a family name is made of: “de la Cruz Gil” begins with cruz."""
    words = re.findall(r"\w+", _plain(family_name))
    return next((word for word in words if word not in PARTICLES), "")


def are_alike(one: str, other: str) -> bool:
    """Whether one letter makes the difference, or two neighbors that changed places."""
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) < SHORTEST_NEARLY or len(longer) - len(shorter) > 1:
        return False
    if not (one.isalpha() and other.isalpha()):
        return False  # a number makes it no name
    at = next((n for n, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), None)
    if at is None:
        return True
    if len(shorter) < len(longer):
        return shorter[at:] == longer[at + 1 :]
    is_swapped = shorter[at : at + 2] == longer[at : at + 2][::-1]
    return shorter[at + 1 :] == longer[at + 1 :] or (
        is_swapped and shorter[at + 2 :] == longer[at + 2 :]
    )


def _begin_alike(own: Neighbor, other: Neighbor) -> bool:
    first = first_name_of(own.family_name)
    return len(first) >= SHORTEST_NEARLY and first == first_name_of(other.family_name)


def _plain(name: str) -> str:
    apart = unicodedata.normalize("NFKD", name).casefold().translate(LETTERS)
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", bare)


def _given(neighbor: Neighbor) -> str:
    return letters_of(neighbor.given_name)


def _beds(neighbors: Sequence[Neighbor]) -> str:
    beds = [neighbor.bed or "not recorded" for neighbor in neighbors[:MOST_NAMED]]
    word = "bed" if len(neighbors) == 1 else "beds"
    return f"{word} {', '.join(beds + _more(neighbors))}"


def _more(neighbors: Sequence[Neighbor]) -> list[str]:
    more = len(neighbors) - MOST_NAMED
    return [f"{more} more"] if more > 0 else []
