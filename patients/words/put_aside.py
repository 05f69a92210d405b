"""The signs behind a lowered grade in words: which, put down to what, by whom and when.

hypotension and hypoxia put down to sepsis by N. Nowak 11:25, not confirmed by a physician;
CRS would be 4
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from grading.vocabulary import Sign
from patients.models.standing import SignPutAside
from patients.words import wording

ANOTHER_CAUSE = "another cause"
"""Of an entry from before the cause was asked, or of a document without one."""
NOT_CONFIRMED = "not confirmed by a physician"
IN_WORDS = "other"
"""The cause that is named in words."""


Clock = Callable[[datetime], str]
"""How a page writes a time."""


def put_aside_in_words(
    signs: Iterable[SignPutAside], name: str, counted: int | None, clock: Clock
) -> str:
    """The sentence beside a grade that is lower than with every sign counted; empty without one.

    `name` is that of the toxicity, `counted` the grade or would-be grade with every sign counted.
    """
    together: dict[tuple[str, str, datetime, bool], list[str]] = {}
    for each in signs:
        key = (cause_in_words(each), each.by, each.at, each.confirmed)
        together.setdefault(key, []).append(sign_in_words(each.sign))
    if not together or counted is None:
        return ""
    clauses = [
        _clause(names, cause, by, clock(at), is_confirmed=is_confirmed)
        for (cause, by, at, is_confirmed), names in together.items()
    ]
    return wording.listed([*clauses, f"{name} would be {counted}"])


def _clause(signs: Sequence[str], cause: str, by: str, at: str, *, is_confirmed: bool) -> str:
    """Some signs with one cause: hypotension put down to sepsis, confirmed by P. Braun 12:10."""
    who = " ".join(filter(None, ("by" if by else "", by, at)))
    put_down = f"{all_of(signs)} put down to {cause}"
    return f"{put_down}, confirmed {who}" if is_confirmed else f"{put_down} {who}, {NOT_CONFIRMED}"


def cause_in_words(sign: SignPutAside) -> str:
    """The cause in a sentence: sepsis; another cause (“line infection”)."""
    if sign.cause and sign.cause != IN_WORDS:
        return wording.words(sign.cause)
    return f"{ANOTHER_CAUSE} (“{sign.cause_in_words}”)" if sign.cause_in_words else ANOTHER_CAUSE


def sign_in_words(sign: str) -> str:
    """A sign in a sentence: hypotension, ICE, weakness."""
    word = Sign(sign)
    return word.in_sentence or word.label.lower()


def all_of(names: Sequence[str]) -> str:
    """Names in a sentence: fever, hypotension and hypoxia."""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def short_name(first_name: str, last_name: str, username: str) -> str:
    """A person beside a grade: N. Nowak; the user name where no family name is stored."""
    return f"{first_name[:1]}. {last_name}" if first_name and last_name else last_name or username
