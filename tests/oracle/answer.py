"""How an oracle answers, and the span of grades that one domain allows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple


class Span(NamedTuple):
    """The lowest and the highest grade that one domain can have, and what would settle it."""

    low: int
    high: int
    missing: tuple[str, ...] = ()


NOTHING = Span(0, 0)


class Answer(NamedTuple):
    """What is compared with the engine; `missing` as a set, its order is the engine's own.

    `low` and `high` are set only where the printed text of an older system allows several grades;
    `if_all_counted` only where a sign of another cause lowers the grade, with the signs behind it.
    """

    grade: int | None
    at_least: bool
    review: bool
    would_be: int | None
    missing: frozenset[str]
    low: int | None = None
    high: int | None = None
    if_all_counted: int | None = None
    put_aside: frozenset[str] = frozenset()


def exactly(grade: int) -> Span:
    return Span(grade, grade)


def raising(spans: Iterable[Span], grade: int) -> frozenset[str]:
    """What is unknown and could still make it worse than this grade."""
    return frozenset(name for span in spans if span.high > grade for name in span.missing)


def positive(grade: int, could_raise: frozenset[str]) -> Answer:
    return Answer(grade, bool(could_raise), False, None, could_raise)


def cannot_tell(missing: Iterable[str]) -> Answer:
    return Answer(None, False, False, None, frozenset(missing))


def between(low: int, high: int, could_raise: frozenset[str], *, at_least: bool) -> Answer:
    """No grade, but the lowest and the highest that the printed text allows."""
    return Answer(None, at_least, False, None, could_raise, low, high)


def to_review(would_be: int, could_raise: frozenset[str], also: Iterable[str] = ()) -> Answer:
    return Answer(None, bool(could_raise), True, would_be, could_raise | frozenset(also))


def zero_unless(missing: Iterable[str]) -> Answer:
    """0 where everything is known, else null: never 0 by absence."""
    names = frozenset(missing)
    return cannot_tell(names) if names else Answer(0, False, False, None, names)


def _bounds(answer: Any) -> tuple[int, int]:
    """The lowest and the highest that an answer says, in review what it would be; null is 0."""
    number = answer.would_be if getattr(answer, "review", False) else answer.grade
    return (answer.low or 0, answer.high or 0) if number is None else (number, number)


NO_SIGN = {
    "symptoms": "no",
    "organs": "none",
    "iv": "no",
    "coagulopathy": "no",
    "response": "unknown",
}
"""What makes a grade without a sign that can be put down to another cause, absent."""


def beside_all_counted(judge: Callable[..., Any]) -> Callable[..., Any]:
    """`judge` of a row, with the highest that it says where every sign counts, if that is more.

    What belongs to another cause has the class "other" in a dimension that ends with `_from`. The
    signs behind the higher grade are those of another cause that make a grade by themselves.
    """

    def grade(row: dict[str, str], *about: str) -> Any:
        answer = judge(row, *about)
        every = {name for name in row if name.endswith("_from")}
        away = {name for name in every if row[name] == "other"}
        if not away:
            return answer
        counted = {name: "car_t" if name == "fever_from" else "counts" for name in away}
        whole = judge({**row, **counted}, *about)
        (low, high), (whole_low, whole_high) = _bounds(answer), _bounds(whole)
        only_in_review = getattr(answer, "review", False) and not getattr(whole, "review", False)
        if whole_low <= low and whole_high <= high and not only_in_review:
            return answer
        quiet = {name: NO_SIGN[name] for name in row if name in NO_SIGN}
        nothing = {**row, **quiet, **dict.fromkeys(every, "other")}
        without = _bounds(judge(nothing, *about))
        alone = {name: _bounds(judge({**nothing, name: "counts"}, *about)) for name in away}
        present = {name for name in away if alone[name] > without} or away
        aside = frozenset(name.removesuffix("_from") for name in present)
        return answer._replace(if_all_counted=whole_high, put_aside=aside)

    return grade
