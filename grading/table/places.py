"""The places where a patient is observed."""

from __future__ import annotations

from grading.vocabulary import Word, word


class PlaceOfCare(Word):
    """Where the patient was when something was observed."""

    WARD = word("ward", "ward", in_sentence="on the ward")
    CLINIC = word("clinic", "clinic", in_sentence="in the clinic")
    HOME = word("home", "home", in_sentence="at home")
