"""The top of the chart: the current grade of every system, with its reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from grading.engine.result import Met, Result
from grading.engine.system import System
from grading.rules.reasons import missing_sentence, review_reason, sentence, waiver
from grading.rules.systems import PRIMARY
from patients.models.standing import SystemStanding
from patients.reading.course_file import CourseFile
from patients.words import wording
from patients.words.badges import Badge, system_badge
from patients.words.grades import last_graded_ago, newly_running


@dataclass(frozen=True, slots=True)
class Reason:
    """One criterion that was met: its finding, and the line of the table that it meets."""

    text: str
    wording: str
    grade: int
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Headline:
    """One system at the top of the chart."""

    key: str
    label: str
    name: str
    badge: Badge
    since: str
    at: datetime | None
    age: str
    direction: str
    peak: str
    last_graded: str
    findings: str
    review: str
    missing: str
    waiver: str
    newly_running: str
    reasons: tuple[Reason, ...]
    cautions: tuple[str, ...]


def headlines(file: CourseFile, now: datetime) -> list[Headline]:
    """The current grade of every system, with its reasons."""
    return [_headline(system, file.standings[key], file, now) for key, system in PRIMARY.items()]


def _headline(
    system: System, standing: SystemStanding, file: CourseFile, now: datetime
) -> Headline:
    result, at, peak = standing.current, standing.assessed_at, standing.peak
    return Headline(
        key=system.key,
        label=system.label,
        name=system.name,
        badge=system_badge(system, result),
        since=_since(standing, file, now),
        at=at,
        age="" if at is None else wording.duration(now - at),
        direction=_direction(standing),
        peak="" if peak is None else f"peak {peak}",
        last_graded=last_graded_ago(standing, now),
        findings=""
        if result is None
        else wording.listed([sentence(met) for met in result.because]),
        review="" if result is None else review_reason(result),
        missing=_missing(system, result),
        waiver="" if result is None else waiver(result),
        newly_running=_newly_running(system, standing, file),
        reasons=() if result is None else tuple(reason_of(system, met) for met in result.because),
        cautions=() if result is None else result.cautions,
    )


def _missing(system: System, result: Result | None) -> str:
    if result is None:
        return f"{system.name} was not assessed yet"
    return missing_sentence(result)


def _newly_running(system: System, standing: SystemStanding, file: CourseFile) -> str:
    """The vasopressors that were started after the assessment behind this grade of CRS.

    Empty for a closed course, where nobody has to assess any more.
    """
    if system.toxicity != "crs" or not file.course.is_open():
        return ""
    runs = newly_running(file.running, standing.assessed_at, file.course.zone)
    return f"{runs}: assess now" if runs else ""


def _since(standing: SystemStanding, file: CourseFile, now: datetime) -> str:
    at = standing.since
    if at is None:
        return ""
    return f"since {wording.short_moment(at, file.course.zone)} ({wording.duration(now - at)})"


def _direction(standing: SystemStanding) -> str:
    if not standing.rose and not standing.fell:
        return ""
    return f"{'↑' if standing.rose else '↓'} was {standing.previous}"


def reason_of(system: System, met: Met) -> Reason:
    """A criterion that was met, with its line in the printed table."""
    criterion = next(item for item in system.criteria if item.code == met.code)
    return Reason(
        text=sentence(met),
        wording=criterion.wording,
        grade=met.grade,
        source=str(criterion.source),
        confidence=criterion.source.confidence,
    )
