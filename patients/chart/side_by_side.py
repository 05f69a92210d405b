"""Side by side: the grades of every system for the same findings, and their differences.

A matrix of systems by assessments, newest first. Nothing is graded here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grading.engine.result import Result
from grading.engine.system import System
from grading.record import Findings
from grading.rules.reasons import missing_sentence, review_reason, waiver
from grading.rules.systems import SYSTEMS
from grading.vocabulary import RATE_LIMITS
from patients.chart.differences import Comparison, comparison_of
from patients.chart.entries import neuro_score
from patients.chart.headline import Reason, reason_of
from patients.reading.course_file import CourseFile
from patients.words import wording
from patients.words.badges import Badge, assessment_badge
from patients.words.early_signs import early_signs_in_words

COLUMNS_SHOWN = 12
"""Assessments on one page of the matrix, as many as fit beside each other on a desk."""

APPROXIMATE = "approximate"
"""The first word of a caution about an estimate."""


@dataclass(frozen=True, slots=True)
class Column:
    """One assessment: its time, and a text for each of `FINDINGS`."""

    place: int
    time: str
    date: str
    clock: str
    day: str
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """The grade of one system at one assessment, with its reasons."""

    id: str
    time: str
    badge: Badge
    early_signs: str
    put_aside: str
    would_be: int | None
    approximate: bool
    reasons: tuple[Reason, ...]
    review: str
    missing: str
    waiver: str
    cautions: tuple[str, ...]
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One system over the assessments shown."""

    key: str
    label: str
    standard: str
    primary: bool
    cells: tuple[MatrixCell, ...]


@dataclass(frozen=True, slots=True)
class MatrixGroup:
    """The systems of one toxicity, and their comparison at each assessment shown."""

    name: str
    rows: tuple[MatrixRow, ...]
    comparisons: tuple[Comparison, ...]

    @property
    def has_several(self) -> bool:
        """Whether the ward is shown more than one system of this toxicity."""
        return len(self.rows) > 1

    @property
    def latest_difference(self) -> str:
        """The difference of the systems at the newest assessment shown; empty if they agree."""
        return self.comparisons[0].difference if self.comparisons else ""


@dataclass(frozen=True, slots=True)
class Matrix:
    """One page of the matrix."""

    columns: tuple[Column, ...]
    groups: tuple[MatrixGroup, ...]

    @property
    def width(self) -> int:
        """The number of columns of the table, that of the names included."""
        return len(self.columns) + 1

    @property
    def findings(self) -> list[tuple[str, tuple[str, ...]]]:
        """Each finding by name, over the assessments shown."""
        by_name = zip(*(column.findings for column in self.columns), strict=True)
        return list(zip(FINDINGS, by_name, strict=True))


FINDINGS = ("Temp °C", "BP", "SpO2", "Oxygen", "Vasopressors", "ICE")


def examined_places(file: CourseFile) -> list[int]:
    """The places of the assessments that have a column: a worry or a note alone has none."""
    findings = file.record.findings
    return [place for place, each in enumerate(findings) if each.is_examination()]


def matrix(file: CourseFile, *, start: int = 0, columns: int = COLUMNS_SHOWN) -> Matrix:
    """The assessments from the `start`-th newest on, by the systems that the ward sees."""
    newest_first = examined_places(file)[::-1]
    shown = tuple(_column(file, place) for place in newest_first[start : start + columns])
    by_toxicity: dict[str, list[System]] = {system.toxicity: [] for system in SYSTEMS.values()}
    for key, system in SYSTEMS.items():
        if file.course.ward.sees(key):
            by_toxicity[system.toxicity].append(system)
    groups = tuple(_group(systems, file, shown) for systems in by_toxicity.values() if systems)
    return Matrix(shown, groups)


def latest_differences(file: CourseFile) -> list[str]:
    """The differences of the systems at the newest assessment, a sentence for each toxicity."""
    newest = matrix(file, columns=1)
    return [
        f"{group.name}: {group.latest_difference}"
        for group in newest.groups
        if group.latest_difference
    ]


def _column(file: CourseFile, place: int) -> Column:
    findings = file.record.findings[place]
    time = wording.short_date_and_time(file.course.infused_at + findings.elapsed, file.course.zone)
    oxygen = wording.oxygen_short(findings.oxygen_device, findings.oxygen_flow_l_min)
    if findings.fio2_percent is not None:
        oxygen += f" {wording.number(findings.fio2_percent)}\N{NO-BREAK SPACE}%"
    reason = findings.ice_not_done or findings.capd_not_done
    not_done = wording.words(reason) if reason else wording.DASH
    return Column(
        place=place,
        time=time,
        date=time[:6],
        clock=time[7:],
        day=wording.day(file.record.day(findings.elapsed)),
        findings=(
            wording.temperature_or_fever(findings.temperature_c, findings.fever),
            wording.pressure(findings.systolic_mmhg, findings.diastolic_mmhg),
            wording.number(findings.spo2_percent),
            oxygen,
            _vasopressors(findings),
            neuro_score(findings) or not_done,
        ),
    )


def _vasopressors(findings: Findings) -> str:
    if findings.vasopressors is None:
        return wording.DASH
    agents = []
    for agent in findings.vasopressors:
        shown, rate = wording.words(agent), (findings.vasopressor_rates or {}).get(agent)
        if rate is not None:
            shown += f" {wording.number(rate)} {wording.bedside_unit(RATE_LIMITS[agent])}"
        agents.append(shown)
    return ", ".join(agents) or "none"


def _group(systems: Sequence[System], file: CourseFile, columns: Sequence[Column]) -> MatrixGroup:
    comparisons = tuple(
        comparison_of((system, _compared(system, file, column.place)) for system in systems)
        for column in columns
    )
    rows = tuple(
        MatrixRow(
            key=system.key,
            label=system.label,
            standard=_standard(system),
            primary=system.primary,
            cells=tuple(
                _cell(system, column, _result(system, file, column.place), comparison, file)
                for column, comparison in zip(columns, comparisons, strict=True)
            ),
        )
        for system in systems
    )
    return MatrixGroup(systems[0].name, rows, comparisons)


def _standard(system: System) -> str:
    """The name of the row of a system; that of a scale of one sign alone names the sign."""
    name = f"{system.standard} {system.year}"
    is_of_one_sign = len({criterion.domain for criterion in system.criteria}) == 1
    return f"{system.name}, {name}" if is_of_one_sign else name


def _result(system: System, file: CourseFile, place: int) -> Result | None:
    """The stored result of a system; None where its part was not assessed."""
    has_part = system.has_part(file.record.findings[place])
    return file.results[system.key][place] if has_part else None


def _compared(system: System, file: CourseFile, place: int) -> Result | None:
    """As `_result`; a 0 beside signs before the infusion is no grade to compare."""
    is_early = system.toxicity in file.early_signs(place)
    return None if is_early else _result(system, file, place)


def _cell(
    system: System, column: Column, result: Result | None, comparison: Comparison, file: CourseFile
) -> MatrixCell:
    signs = file.early_signs(column.place).get(system.toxicity, {})
    sources = file.aside_sources() if result is not None and result.put_aside else {}
    return MatrixCell(
        id=f"cell-{system.key}-{column.place}",
        time=column.time,
        badge=assessment_badge(system, result, signs),
        early_signs=early_signs_in_words(signs),
        put_aside=file.put_aside(system.name, result, sources),
        would_be=None if result is None else result.if_all_counted,
        approximate=result is not None
        and any(caution.startswith(APPROXIMATE) for caution in result.cautions),
        reasons=() if result is None else tuple(reason_of(system, met) for met in result.because),
        review="" if result is None else review_reason(result),
        missing="this part was not assessed" if result is None else missing_sentence(result),
        waiver="" if result is None else waiver(result),
        cautions=() if result is None else result.cautions,
        comparison=comparison,
    )
