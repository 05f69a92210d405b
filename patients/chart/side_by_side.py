"""Side by side: what every system says of the same findings, and which finding parts them.

A matrix of systems by assessments, newest first. Nothing is graded here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from grading.engine.result import Met, Result
from grading.engine.system import System
from grading.record import Findings
from grading.rules.reasons import missing_sentence, review_reason, sentence, waiver
from grading.rules.systems import SYSTEMS
from patients.chart.headline import Reason, reason_of
from patients.reading.course_file import CourseFile
from patients.regrading.board_row import ice_points
from patients.words import wording
from patients.words.badges import Badge, system_badge
from patients.words.grades import bounded, from_to

COLUMNS = 12
"""Assessments on one page of the matrix: what a desk shows without scrolling sideways."""

APPROXIMATE = "approximate"
"""How a caution begins that rests on an estimate."""


@dataclass(frozen=True, slots=True)
class Column:
    """One assessment: when, and what was found, a line for each of `FINDINGS`."""

    place: int
    time: str
    date: str
    clock: str
    day: str
    found: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """What one system says of one assessment, with its reasons."""

    id: str
    time: str
    badge: Badge
    approximate: bool
    reasons: tuple[Reason, ...]
    review: str
    missing: str
    waiver: str
    cautions: tuple[str, ...]
    compared: bool
    """Whether another system has a grade of the same assessment, too."""

    difference: str


@dataclass(frozen=True, slots=True)
class Row:
    """One system over the assessments shown."""

    key: str
    label: str
    standard: str
    primary: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The systems of one toxicity, and where they part; `differences` follow the columns."""

    name: str
    rows: tuple[Row, ...]
    differences: tuple[str, ...]

    @property
    def parts(self) -> bool:
        """Whether there is anything to compare."""
        return len(self.rows) > 1

    @property
    def latest_difference(self) -> str:
        """What is said above the matrix: of the newest assessment shown."""
        return self.differences[0] if self.differences else ""


@dataclass(frozen=True, slots=True)
class Matrix:
    """One page of the matrix; `newer` and `older` are where to go on, None at an end."""

    columns: tuple[Column, ...]
    groups: tuple[Group, ...]
    newer: int | None
    older: int | None

    @property
    def width(self) -> int:
        """Columns of the table, that of the names included."""
        return len(self.columns) + 1

    @property
    def findings(self) -> list[tuple[str, tuple[str, ...]]]:
        """Each finding by name, over the assessments shown."""
        found = zip(*(column.found for column in self.columns), strict=True)
        return list(zip(FINDINGS, found, strict=True))


FINDINGS = ("Temp °C", "BP", "SpO2", "Oxygen", "Vasopressors", "ICE")


def matrix(file: CourseFile, *, start: int = 0, columns: int = COLUMNS) -> Matrix:
    """The assessments from the `start`-th newest on, by the systems that the ward sees."""
    newest_first = list(reversed(range(len(file.record.findings))))
    shown = tuple(_column(file, place) for place in newest_first[start : start + columns])
    seen = [system for key, system in SYSTEMS.items() if file.course.ward.sees(key)]
    by_toxicity = groupby(sorted(seen, key=_toxicity_rank), key=lambda system: system.toxicity)
    groups = tuple(_group(list(systems), file, shown) for _, systems in by_toxicity)
    more = start + columns < len(newest_first)
    return Matrix(
        columns=shown,
        groups=groups,
        newer=max(0, start - columns) if start > 0 else None,
        older=start + columns if more else None,
    )


def latest_differences(file: CourseFile) -> list[str]:
    """Where the systems part at the newest assessment, a sentence for each toxicity."""
    newest = matrix(file, columns=1)
    return [
        f"{group.name}: {group.latest_difference}"
        for group in newest.groups
        if group.latest_difference
    ]


def _toxicity_rank(system: System) -> int:
    """Toxicities in the order of the registry; within one its own order stays, ASTCT first."""
    return list(dict.fromkeys(item.toxicity for item in SYSTEMS.values())).index(system.toxicity)


def _column(file: CourseFile, place: int) -> Column:
    found = file.record.findings[place]
    time = wording.short_moment(file.course.infused_at + found.elapsed, file.course.zone)
    return Column(
        place=place,
        time=time,
        date=time[:6],
        clock=time[7:],
        day=wording.day(file.record.day(found.elapsed)),
        found=_found(found),
    )


def _found(found: Findings) -> tuple[str, ...]:
    oxygen = wording.oxygen_short(found.oxygen_device, found.oxygen_flow_l_min)
    fraction = (
        ""
        if found.fio2_percent is None
        else f"{wording.number(found.fio2_percent)}\N{NO-BREAK SPACE}%"
    )
    return (
        _temperature(found),
        wording.pressure(found.systolic_mmhg, found.diastolic_mmhg),
        wording.number(found.spo2_percent),
        f"{oxygen} {fraction}".strip(),
        _vasopressors(found),
        _examination(found),
    )


def _temperature(found: Findings) -> str:
    if found.temperature_c is None and found.fever is not None:
        return "fever" if found.fever else "no fever"
    return wording.temperature(found.temperature_c)


def _vasopressors(found: Findings) -> str:
    if found.vasopressors is None:
        return wording.NOTHING
    rates = found.vasopressor_rates or {}
    told = [
        f"{wording.words(agent)} {wording.number(rates[agent])} {wording.rate_unit(agent)}"
        if agent in rates
        else wording.words(agent)
        for agent in found.vasopressors
    ]
    return ", ".join(told) or "none"


def _examination(found: Findings) -> str:
    if found.capd_total is not None:
        return f"CAPD {found.capd_total}"
    points = ice_points(found)
    if points is not None:
        return str(points)
    reason = found.ice_not_done or found.capd_not_done
    return wording.words(reason) if reason else wording.NOTHING


def _group(systems: Sequence[System], file: CourseFile, columns: Sequence[Column]) -> Group:
    results = {
        system.key: [_result(system, file, column.place) for column in columns]
        for system in systems
    }
    differences = tuple(
        difference([(system, results[system.key][n]) for system in systems])
        for n in range(len(columns))
    )
    compared = [
        sum(_graded(system, results[system.key][n]) is not None for system in systems) > 1
        for n in range(len(columns))
    ]
    rows = tuple(
        Row(
            key=system.key,
            label=system.label,
            standard=_standard(system),
            primary=system.primary,
            cells=tuple(
                _cell(system, column, result, (several, told))
                for column, result, several, told in zip(
                    columns, results[system.key], compared, differences, strict=True
                )
            ),
        )
        for system in systems
    )
    return Group(systems[0].name, rows, differences)


def _standard(system: System) -> str:
    """How its row is named; a scale of one sign alone says which."""
    name = f"{system.standard} {system.year}"
    is_of_one_sign = len({criterion.domain for criterion in system.criteria}) == 1
    return f"{system.name}, {name}" if is_of_one_sign else name


def _result(system: System, file: CourseFile, place: int) -> Result | None:
    """None where this part was not assessed."""
    has_part = system.has_part(file.record.findings[place])
    return file.results[system.key][place] if has_part else None


def _cell(system: System, column: Column, result: Result | None, beside: tuple[bool, str]) -> Cell:
    compared, told = beside
    return Cell(
        id=f"cell-{system.key}-{column.place}",
        time=column.time,
        badge=system_badge(system, result),
        approximate=result is not None and _is_approximate(result),
        reasons=() if result is None else tuple(reason_of(system, met) for met in result.because),
        review="" if result is None else review_reason(result),
        missing="this part was not assessed" if result is None else missing_sentence(result),
        waiver="" if result is None else waiver(result),
        cautions=() if result is None else result.cautions,
        compared=compared,
        difference=told,
    )


def _is_approximate(result: Result) -> bool:
    return any(caution.startswith(APPROXIMATE) for caution in result.cautions)


# Where systems differ


@dataclass(frozen=True, slots=True)
class _Graded:
    """A system with the lowest and highest grade that it may give."""

    system: System
    result: Result
    low: int
    high: int

    @property
    def told(self) -> str:
        grade = bounded(from_to(self.low, self.high), at_least=self.result.at_least)
        return f"{self.system.standard} grade {grade}"


def difference(results: Iterable[tuple[System, Result | None]]) -> str:
    """Which finding parts the highest and the lowest of these systems; empty where they agree.

    The first of equals speaks: ASTCT, where it is one of them.
    """
    graded = [found for found in (_graded(*pair) for pair in results) if found is not None]
    if len(graded) < 2:
        return ""
    highest = max(graded, key=lambda one: (one.high, one.low))
    others = [one for one in graded if one is not highest and _looks_there(one.system, highest)]
    if not others:
        return ""
    lowest = min(others, key=lambda one: (one.low, one.high))
    if (highest.low, highest.high) == (lowest.low, lowest.high):
        return ""
    return f"{_both(highest, lowest)}: {_parting(highest, lowest)}."


def _looks_there(system: System, highest: _Graded) -> bool:
    """A scale of one sign alone, seizures say, does not part from others by another sign."""
    domains = {str(criterion.domain).casefold() for criterion in system.criteria}
    if len(domains) > 1 or not highest.result.because:
        return True
    return _domain(highest.system, highest.result.because[0]) in domains


def _graded(system: System, result: Result | None) -> _Graded | None:
    if result is None:
        return None
    shown = result.shown
    low, high = (result.low, result.high) if shown is None else (shown, shown)
    return None if low is None or high is None else _Graded(system, result, low, high)


def _both(highest: _Graded, lowest: _Graded) -> str:
    """Both grades, ASTCT first."""
    pair = sorted((highest, lowest), key=lambda one: not one.system.primary)
    return ", ".join(one.told for one in pair)


def _parting(highest: _Graded, lowest: _Graded) -> str:
    """The finding behind the highest grade, and what the lowest system makes of it."""
    if not highest.result.because:
        return f"{highest.system.standard} met no single criterion"
    top = highest.result.because[0]
    said = _counts(top, highest)
    lower = _same_domain(highest.system, top, lowest)
    if lower is not None:
        return f"{said}, {_counts(lower, lowest)}"
    if lowest.result.because:
        return f"{said}, {_counts(lowest.result.because[0], lowest)}"
    return f"{said}; {lowest.system.standard} counts nothing of it"


def _counts(met: Met, graded: _Graded) -> str:
    return f"“{sentence(met)}” is grade {met.grade} by {graded.system.standard}"


def _same_domain(system: System, met: Met, other: _Graded) -> Met | None:
    """What the other system met in the domain of this criterion."""
    wanted = _domain(system, met)
    return next((own for own in other.result.because if _domain(other.system, own) == wanted), None)


def _domain(system: System, met: Met) -> str:
    return next(
        (str(item.domain).casefold() for item in system.criteria if item.code == met.code), ""
    )
