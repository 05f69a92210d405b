"""The top of the chart: the current grade of every system, with its reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from grading.engine.result import Met
from grading.engine.system import System
from grading.rules.reasons import missing_sentence, review_reason, sentence, waiver
from grading.rules.systems import PRIMARY
from patients.models.standing import Death, SystemStanding
from patients.reading.course_file import CourseFile
from patients.regrading.graded import local_rules
from patients.words import wording
from patients.words.badges import Badge, standing_badge
from patients.words.early_signs import early_signs_in_words
from patients.words.grades import (
    grade_in_short,
    last_graded_ago,
    not_reassessed_in_words,
)
from patients.words.now.death import death_in_words
from patients.words.now.episode import episode_state, onset, stands_since
from patients.words.now.running import is_any_newer, running_in_words
from patients.words.put_aside import beside_standing


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
    died: str
    early_signs: str
    since: str
    onset: str
    episode: str
    at: datetime | None
    age: str
    direction: str
    peak: str
    last_graded: str
    put_aside: str
    asks: bool
    findings: str
    review: str
    missing: str
    waiver: str
    running: str
    reasons: tuple[Reason, ...]
    cautions: tuple[str, ...]


def headlines(file: CourseFile, now: datetime) -> list[Headline]:
    """The current grade of every system, with its reasons; after a death, the death."""
    if (death := file.death) is not None:
        return [_after_death(system, file, death) for system in PRIMARY.values()]
    return [_headline(system, file.standings[key], file, now) for key, system in PRIMARY.items()]


def _headline(
    system: System, standing: SystemStanding, file: CourseFile, now: datetime
) -> Headline:
    """The grade that stands with its reasons; where it is older, what the newest entry lacks."""
    result, peak, course = standing.stands or standing.current, standing.peak, file.course
    at = standing.stands_at or standing.assessed_at
    direction = "↑" if standing.rose else "↓" if standing.fell else ""
    met = () if result is None else result.because
    early_signs = early_signs_in_words(standing.early_signs)
    not_assessed = f"{system.name} was not assessed yet"
    return Headline(
        key=system.key,
        label=system.label,
        name=system.name,
        badge=standing_badge(system, standing),
        died="",
        early_signs=early_signs,
        since="" if early_signs else stands_since(system.name, standing, now, course),
        onset=onset(standing, course),
        episode=episode_state(standing, now, course, local_rules()),
        at=at,
        age="" if at is None else wording.duration(now - at),
        direction=f"{direction} was {standing.previous}" if direction else "",
        peak="" if peak is None else f"peak {peak}",
        last_graded=not_reassessed_in_words(standing, now, course.zone)
        or last_graded_ago(standing, now),
        put_aside=beside_standing(standing, system.name, now, course.zone),
        asks=standing.in_review or any(not sign.confirmed for sign in standing.put_aside),
        findings=wording.listed([sentence(each) for each in met]),
        review="" if result is None else review_reason(result),
        missing=not_assessed if result is None else missing_sentence(result),
        waiver="" if result is None else waiver(result),
        running=_running(system, standing, file, now),
        reasons=tuple(reason_of(system, each) for each in met),
        cautions=_cautions(standing),
    )


def _cautions(standing: SystemStanding) -> tuple[str, ...]:
    """The cautions of the newest entry, then those of the grade that stands."""
    results = (standing.current, standing.stands)
    cautions = (caution for result in results if result is not None for caution in result.cautions)
    return tuple(dict.fromkeys(cautions))


def _after_death(system: System, file: CourseFile, death: Death) -> Headline:
    """The death with its time and cause, and the last grade as what it was: nothing of now."""
    standing, course = file.standings[system.key], file.course
    result = standing.stands or standing.current
    assessed_at = standing.stands_at or standing.assessed_at
    last = f"{system.name} was not assessed"
    if result is not None and assessed_at is not None:
        at = wording.short_date_and_time(assessed_at, course.zone)
        last = f"last assessed {at}: {grade_in_short(result)}"
    return Headline(
        key=system.key,
        label=system.label,
        name=system.name,
        badge=standing_badge(system, standing),
        died=death_in_words(death, course.day(death.at), course.zone),
        early_signs=early_signs_in_words(standing.early_signs),
        since="",
        onset=onset(standing, course),
        episode="",
        at=None,
        age="",
        direction="",
        peak="" if standing.peak is None else f"peak {standing.peak}",
        last_graded=last,
        put_aside=beside_standing(standing, system.name, death.at, course.zone),
        asks=False,
        findings="",
        review="",
        missing="",
        waiver="",
        running="",
        reasons=() if result is None else tuple(reason_of(system, met) for met in result.because),
        cautions=() if result is None else result.cautions,
    )


def _running(system: System, standing: SystemStanding, file: CourseFile, now: datetime) -> str:
    """What runs, with its rate; a run that was started after the last assessment asks for one.

    Empty for a closed course, where nobody has to assess any more.
    """
    if system.toxicity != "crs" or not file.course.is_open():
        return ""
    runs = running_in_words(file.running, standing.assessed_at, now, file.course.zone)
    return f"{runs}: assess now" if is_any_newer(file.running, standing.assessed_at) else runs


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
