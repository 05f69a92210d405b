"""The sentence beside a lowered grade: which signs, put down to what, by whom, confirmed or not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from patients.words.put_aside import SignPutAside, put_aside_in_words, short_name

AT = datetime(2026, 1, 8, 11, 25, tzinfo=UTC)
LATER = datetime(2026, 1, 8, 12, 10, tzinfo=UTC)


def sign(name: str, cause: str = "sepsis", **other: Any) -> SignPutAside:
    facts = {"cause_in_words": "", "confirmed": False, "by": "N. Nowak", "at": AT} | other
    return SignPutAside(sign=name, cause=cause, **facts)


CONFIRMED = {"confirmed": True, "by": "P. Braun", "at": LATER}
SENTENCES = {
    "one sign": (
        [sign("hypotension")],
        (
            "hypotension put down to sepsis by N. Nowak 11:25, not confirmed by a physician; "
            "CRS would be 4"
        ),
    ),
    "two signs of one cause": (
        [sign("hypotension"), sign("hypoxia")],
        (
            "hypotension and hypoxia put down to sepsis by N. Nowak 11:25, not confirmed by a "
            "physician; CRS would be 4"
        ),
    ),
    "three signs of one cause": (
        [sign("fever"), sign("hypotension"), sign("hypoxia")],
        (
            "fever, hypotension and hypoxia put down to sepsis by N. Nowak 11:25, not confirmed by "
            "a physician; CRS would be 4"
        ),
    ),
    "confirmed": (
        [sign("hypotension", **CONFIRMED)],
        "hypotension put down to sepsis, confirmed by P. Braun 12:10; CRS would be 4",
    ),
    "one confirmed and one not": (
        [
            sign("hypotension", **CONFIRMED),
            sign("hypoxia", "pulmonary_edema_or_embolism"),
        ],
        (
            "hypotension put down to sepsis, confirmed by P. Braun 12:10; hypoxia put down to "
            "pulmonary edema or embolism by N. Nowak 11:25, not confirmed by a physician; "
            "CRS would be 4"
        ),
    ),
    "two causes of one person": (
        [sign("fever", "drug"), sign("hypoxia", "transfusion_reaction")],
        (
            "fever put down to a drug by N. Nowak 11:25, not confirmed by a physician; "
            "hypoxia put down to transfusion reaction by N. Nowak 11:25, not confirmed by a "
            "physician; CRS would be 4"
        ),
    ),
    "a cause in words": (
        [sign("fever", "other", cause_in_words="line infection")],
        (
            "fever put down to another cause (“line infection”) by N. Nowak 11:25, not confirmed "
            "by a physician; CRS would be 4"
        ),
    ),
    "an entry from before the cause was asked": (
        [sign("fever", "")],
        (
            "fever put down to another cause by N. Nowak 11:25, not confirmed by a physician; "
            "CRS would be 4"
        ),
    ),
    "signs of ICANS": (
        [sign("ice"), sign("motor"), sign("other_neuro")],
        (
            "ICE, weakness and other findings put down to sepsis by N. Nowak 11:25, not confirmed "
            "by a physician; CRS would be 4"
        ),
    ),
    "nobody is named": (
        [sign("fever", by="")],
        "fever put down to sepsis 11:25, not confirmed by a physician; CRS would be 4",
    ),
    "no sign": ([], ""),
}


@pytest.mark.parametrize("name", SENTENCES)
def test_the_sentence_names_sign_cause_person_time_and_the_higher_grade(name: str) -> None:
    signs, sentence = SENTENCES[name]
    assert put_aside_in_words(signs, "CRS", 4, lambda at: f"{at:%H:%M}") == sentence


def test_nothing_is_said_where_every_sign_counted_gives_no_other_grade() -> None:
    assert put_aside_in_words([sign("fever")], "CRS", None, str) == ""


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("Nina", "Nowak", "nina"), "N. Nowak"),
        (("", "Nowak", "nina"), "Nowak"),
        (("Nina", "", "nina"), "nina"),
        (("", "", "course-import"), "course-import"),
    ],
)
def test_a_person_is_named_in_short(names: tuple[str, str, str], expected: str) -> None:
    assert short_name(*names) == expected
