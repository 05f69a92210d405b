"""The kind of a course and of each of its assessments, from what a rule declares to read."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from grading.engine.reads import Limit, OfAssessment, Reads
from grading.local_rules import LocalRules
from grading.record import Findings, Record
from grading.table.fields import Each
from grading.table.findings import names_of

AGE = "age_years"
PLACES = {name: place for place, name in enumerate(Findings._fields)}
"""The fields of `Findings` with their place in it."""
_MAPS = frozenset(names_of(Each))

Kind = tuple[Hashable, ...]


class KindsOfCourse:
    """The kind of one course, and the function that gives the kind of each assessment in it."""

    def __init__(self, reads: Reads, record: Record, local: LocalRules) -> None:
        layout = _layout(reads)
        limits = {name: _in_order(each, record, local) for name, each in reads.sides.items()}
        words = [_plain(value_of(name, record, local)) for name in layout.course_words]
        sides = [_side(value_of(name, record, local), limits[name]) for name in layout.course_sides]
        functions = [each.of_course(record, local) for each in reads.worked_out]
        self._worked_out = [function for function in functions if function is not None]
        if AGE in limits and record.birth_date is None:
            sides.append(_side(record.age_years, limits[AGE]))
        elif AGE in limits:
            self._worked_out.append(_age_side(record, limits[AGE]))
        self._words_of, self._maps = layout.words_of, layout.maps
        self._sides = [(PLACES[name], limits[name]) for name in layout.sides]
        works = tuple(function is not None for function in functions)
        self.kind: Kind = (local, record.birth_date is None, works, *words, *sides)

    def kind_of(self, findings: Findings) -> Kind:
        """The kind of an assessment of this course."""
        return (
            *self._words_of(findings),
            *[_plain(findings[place]) for place in self._maps],
            *[_side(findings[place], limits) for place, limits in self._sides],
            *[worked_out(findings) for worked_out in self._worked_out],
        )


class _Layout(NamedTuple):
    """Which names are of the assessment, with their places, and which of the course."""

    words_of: Callable[[Findings], tuple[Any, ...]]
    maps: tuple[int, ...]
    sides: tuple[str, ...]
    course_words: tuple[str, ...]
    course_sides: tuple[str, ...]


@lru_cache(maxsize=64)
def _layout_of(words: tuple[str, ...], sides: tuple[str, ...]) -> _Layout:
    plain = tuple(PLACES[name] for name in words if name in PLACES and name not in _MAPS)
    return _Layout(
        words_of=itemgetter(*plain)
        if len(plain) > 1
        else lambda each: each[plain[0] : plain[0] + 1] if plain else (),
        maps=tuple(PLACES[name] for name in words if name in _MAPS),
        sides=tuple(name for name in sides if name in PLACES),
        course_words=tuple(name for name in words if name not in PLACES),
        course_sides=tuple(name for name in sides if name not in PLACES and name != AGE),
    )


def _layout(reads: Reads) -> _Layout:
    return _layout_of(reads.words, tuple(reads.sides))


def value_of(name: str, record: Record, local: LocalRules) -> Any:
    """A value of the record, of its baseline or of the local rules, by its dotted name."""
    holder, _, field = name.rpartition(".")
    if holder == "local":
        return getattr(local, field)
    return getattr(record.baseline if holder == "baseline" else record, field)


def _in_order(limits: Iterable[Limit], record: Record, local: LocalRules) -> list[Any]:
    """The limits as numbers, those that are not recorded left out, lowest first."""
    numbers = (
        value_of(limit, record, local) if isinstance(limit, str) else limit for limit in limits
    )
    return sorted({number for number in numbers if number is not None})


def _side(number: Any, limits: Sequence[Any]) -> int | None:
    """Where a number falls: below, at or above each limit; None where it was not recorded."""
    if number is None:
        return None
    return bisect_left(limits, number) + bisect_right(limits, number)


def _age_side(record: Record, limits: Sequence[Any]) -> OfAssessment:
    return lambda findings: _side(record.age_at(findings.elapsed), limits)


def _plain(value: Any) -> Hashable:
    """A value that can be part of a key: a map as its pairs."""
    return tuple(value.items()) if isinstance(value, dict) else value
