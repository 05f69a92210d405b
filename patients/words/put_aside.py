"""The signs behind a lowered grade in words: which, put down to what, by whom and when.

hypotension and hypoxia put down to sepsis by N. Nowak 11:25, not confirmed by a physician;
CRS would be 4
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import partial

from grading.engine.put_aside import PutAside
from grading.engine.result import Result
from grading.vocabulary import AttributedCause, Sign
from patients.models import Adjudication, Assessment
from patients.models.standing import SignPutAside, SystemStanding
from patients.words import wording

ANOTHER_CAUSE = "another cause"
"""Of an entry from before the cause was asked, or of a document without one."""
NOT_CONFIRMED = "not confirmed by a physician"


@dataclass(frozen=True, slots=True)
class AsideSource:
    """Who made the entry or the decision that puts a sign aside, and the cause as it was typed."""

    by: str
    cause_in_words: str = ""


NOBODY_NAMED = AsideSource("")

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
        key = (cause_in_words(each.cause, each.cause_in_words), each.by, each.at, each.confirmed)
        together.setdefault(key, []).append(sign_in_words(each.sign))
    if not together or counted is None:
        return ""
    clauses = []
    for (cause, by, at, is_confirmed), names in together.items():
        attributed = attributed_in_words(cause, by, clock(at), is_confirmed=is_confirmed)
        waits = "" if is_confirmed else f", {NOT_CONFIRMED}"
        clauses.append(f"{joined_with_and(names)} {attributed}{waits}")
    return wording.listed([*clauses, f"{name} would be {counted}"])


def beside_standing(standing: SystemStanding, name: str, now: datetime, zone: tzinfo) -> str:
    """The sentence beside the grade that stands, from what the standing has stored."""
    counted = None if standing.aside is None else standing.aside.if_all_counted
    return put_aside_in_words(standing.put_aside, name, counted, ward_clock(now, zone))


def ward_clock(now: datetime, zone: tzinfo) -> Clock:
    """Times of today without their date."""
    return partial(wording.clock_or_date, now=now, zone=zone)


def beside_grade(
    result: Result | None,
    name: str,
    sources: Mapping[str, AsideSource],
    infused_at: datetime,
    clock: Clock,
) -> str:
    """The sentence beside this result; `sources` are by the uid of their rows."""
    if result is None:
        return ""
    signs = [with_source(aside, sources, infused_at) for aside in result.put_aside]
    return put_aside_in_words(signs, name, result.if_all_counted, clock)


def with_source(
    aside: PutAside, sources: Mapping[str, AsideSource], infused_at: datetime
) -> SignPutAside:
    """A sign that is put aside, with the person behind it."""
    source = sources.get(aside.uid, NOBODY_NAMED)
    return SignPutAside(
        sign=str(aside.sign),
        cause="" if aside.cause is None else str(aside.cause),
        cause_in_words=source.cause_in_words,
        confirmed=aside.confirmed,
        by=source.by,
        at=infused_at + aside.elapsed,
    )


def with_all_counted_in_short(grade: str, result: Result) -> str:
    """A grade for a cell with the one of every sign counted: 1, would be 4."""
    return grade if result.if_all_counted is None else f"{grade}, would be {result.if_all_counted}"


def attributed_in_words(cause: str, by: str, at: str, *, is_confirmed: bool) -> str:
    """What is said of a sign: put down to sepsis, confirmed by P. Braun 12:10."""
    who = " ".join(filter(None, ("by" if by else "", by, at)))
    return f"put down to {cause}{', confirmed' if is_confirmed else ''} {who}"


def source_of(row: Assessment | Adjudication) -> AsideSource:
    """Who made an entry or a decision, and the other cause as it was typed."""
    person = row.recorded_by
    by = short_name(person.first_name, person.last_name, person.username)
    if isinstance(row, Adjudication):
        is_in_words = row.cause in (None, AttributedCause.OTHER)
        return AsideSource(by, row.reason if is_in_words else "")
    return AsideSource(by, row.attribution_words or "")


def cause_in_words(cause: str, typed: str) -> str:
    """The cause in a sentence: sepsis; another cause (“line infection”), where that was typed."""
    if cause and cause != AttributedCause.OTHER:
        return spoken_cause(cause)
    return f"{ANOTHER_CAUSE} (“{typed}”)" if typed else ANOTHER_CAUSE


def spoken_cause(cause: str) -> str:
    """A cause of the closed list in a sentence: sepsis, a drug."""
    word = AttributedCause(cause)
    return word.in_sentence or wording.words(word)


def sign_in_words(sign: str) -> str:
    """A sign in a sentence: hypotension, ICE, weakness."""
    word = Sign(sign)
    return word.in_sentence or word.label.lower()


def joined_with_and(names: Sequence[str]) -> str:
    """Names in a sentence: fever, hypotension and hypoxia."""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def short_name(first_name: str, last_name: str, username: str) -> str:
    """A person beside a grade: N. Nowak; the user name where no family name is stored."""
    return f"{first_name[:1]}. {last_name}" if first_name and last_name else last_name or username
