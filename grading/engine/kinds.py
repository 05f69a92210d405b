"""The kind of a course and of each of its assessments, from what a rule declares to read."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Iterable, Sequence
from operator import itemgetter
from typing import Any

from grading.engine.reads import Limit, OfAssessment, Reads
from grading.local_rules import LocalRules
from grading.record import Findings, Record
from grading.table.fields import Each
from grading.table.findings import names_of

AGE = "age_years"
MOST_NUMBERS = 5_000
"""The most numbers remembered with their side, so that memory stays bounded."""
PLACES = {name: place for place, name in enumerate(Findings._fields)}
"""The fields of `Findings` with their place in it."""
_MAPS = frozenset(names_of(Each))

Kind = tuple[Hashable, ...]


class Layout:
    """What is read of a course and of an assessment, and the places where it stands."""

    def __init__(self, reads: Reads, local: LocalRules) -> None:
        in_findings = [name for name in reads.words if name in PLACES]
        plain = [PLACES[name] for name in in_findings if name not in _MAPS]
        self.local = local
        self.words_of = _getter(plain)
        self.maps = [PLACES[name] for name in in_findings if name in _MAPS]
        self.course_words = [name for name in reads.words if name not in PLACES]
        limits = {name: _Limits.of(each, local) for name, each in reads.sides.items()}
        self.age = limits.pop(AGE, None)
        self.sides = [(PLACES[name], each) for name, each in limits.items() if name in PLACES]
        self.course_sides = [each for each in limits.items() if each[0] not in PLACES]
        self.own_limits = [(place, name) for place, each in self.sides for name in each.of_baseline]
        self.worked_out = reads.worked_out


class _Limits:
    """The limits of one number, with the side of each number that came so far.

    `of_baseline` are further limits, which each course has of its own.
    """

    __slots__ = ("limits", "of_baseline", "sides")

    def __init__(self, limits: Iterable[Any], of_baseline: Sequence[str] = ()) -> None:
        self.limits, self.of_baseline = sorted(set(limits)), of_baseline
        self.sides = _Sides(self.limits)

    @classmethod
    def of(cls, limits: Iterable[Limit], local: LocalRules) -> _Limits:
        """The limits themselves, and those that the local rules name."""
        names = [limit for limit in limits if isinstance(limit, str)]
        of_local = [name for name in names if name.startswith("local.")]
        numbers = [limit for limit in limits if not isinstance(limit, str)]
        numbers += [getattr(local, name.removeprefix("local.")) for name in of_local]
        return cls(numbers, [name for name in names if name not in of_local])


class _Sides(dict[Any, int | None]):
    """The side of each number that came so far: below, at or above each limit; None of none."""

    def __init__(self, limits: Sequence[Any]) -> None:
        self.limits = limits

    def __missing__(self, number: Any) -> int | None:
        if number is None:
            return None
        if len(self) >= MOST_NUMBERS:
            self.clear()
        side = self[number] = bisect_left(self.limits, number) + bisect_right(self.limits, number)
        return side


class KindsOfCourse:
    """The kind of one course, and the function that gives the kind of each assessment in it.

    A map that is empty in the whole course, or a thing worked out of which it holds nothing, is
    no part of the kind of an assessment: that it is so is part of the kind of the course.
    """

    def __init__(self, layout: Layout, record: Record) -> None:
        words = [value_of(name, record) for name in layout.course_words]
        sides = [each.sides[value_of(name, record)] for name, each in layout.course_sides]
        maps = [any(map(itemgetter(place), record.findings)) for place in layout.maps]
        own = [(place, value_of(name, record)) for place, name in layout.own_limits]
        functions = [each.of_course(record, layout.local) for each in layout.worked_out]
        if layout.age is not None and record.birth_date is None:
            sides.append(layout.age.sides[record.age_years])
        elif layout.age is not None:
            functions.append(_age_side(record, layout.age.sides))
        holds = [limit is not None for _, limit in own]
        holds += [function is not None for function in functions]
        # With a birth date, a function takes the place of the side on which the age lies.
        self.kind: Kind = (record.birth_date is None, *words, *sides, *maps, *holds)
        self.kind_of = _kind_of_assessment(
            layout.words_of,
            [
                *((place, each.sides) for place, each in layout.sides),
                *((place, _Sides([limit])) for place, limit in own if limit is not None),
            ],
            [place for place, is_used in zip(layout.maps, maps, strict=True) if is_used],
            [function for function in functions if function is not None],
        )


def _kind_of_assessment(
    words_of: Callable[[Findings], tuple[Any, ...]],
    sides: Sequence[tuple[int, _Sides]],
    maps: Sequence[int],
    worked_out: Sequence[OfAssessment],
) -> Callable[[Findings], Kind]:
    """The function that gives the kind of an assessment: it runs for every one of a registry."""

    def kind_of(findings: Findings) -> Kind:
        key = [*words_of(findings), *[side_of[findings[place]] for place, side_of in sides]]
        for place in maps:
            each: Any = findings[place]
            key.append(tuple(each.items()) if each else None)
        key.extend([function(findings) for function in worked_out])
        return tuple(key)

    return kind_of


def _getter(places: Sequence[int]) -> Callable[[Findings], tuple[Any, ...]]:
    """The function that gives the values at these places."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda findings: tuple(findings[place] for place in places)


def value_of(name: str, record: Record) -> Any:
    """A value of the record by its name, one of its baseline as `baseline.oxygen_device`."""
    holder, _, field = name.rpartition(".")
    return getattr(record.baseline if holder == "baseline" else record, field)


def _age_side(record: Record, sides: _Sides) -> OfAssessment:
    return lambda findings: sides[record.age_at(findings.elapsed)]
