"""The answer of an older scale: a grade, or a range where its literal text allows several."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from tests.oracle.answer import Span, raising


class Scaled(NamedTuple):
    """What is compared; `low` and `high` stand only where `grade` is open by the text itself."""

    grade: int | None
    at_least: bool
    low: int | None
    high: int | None
    missing: frozenset[str]
    if_all_counted: int | None = None
    put_aside: frozenset[str] = frozenset()


def not_gradable(missing: Iterable[str]) -> Scaled:
    return Scaled(None, False, None, None, frozenset(missing))


def zero_unless(missing: Iterable[str]) -> Scaled:
    """0 where everything is known, else null."""
    names = frozenset(missing)
    return not_gradable(names) if names else Scaled(0, False, None, None, names)


def literal(low: int, high: int) -> Span:
    """A cell of the table that allows several grades, whatever else is known."""
    return Span(low, high)


def worst(spans: Iterable[Span]) -> Scaled:
    """The highest of the spans: unknowns make it "at least", an open text a range."""
    every = tuple(spans)
    low = max(span.low for span in every)
    high = max(low, *(span.high for span in every if not span.missing), 0)
    could_raise = raising(every, high)
    if low < high:
        return Scaled(None, bool(could_raise), low, high, could_raise)
    return Scaled(low, bool(could_raise), None, None, could_raise)
