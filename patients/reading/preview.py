"""The grades that saving the form as it stands would give. Reads, grades, never writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from grading.engine.course.standing import grade_that_stands, grade_to_follow
from grading.engine.result import Missing, Result, SystemGrades
from grading.engine.system import System
from grading.guidelines.after_death import died_at
from grading.record import Findings, Record
from grading.rules.reasons import grade_follows_oxygen, review_reason, sentence, waiver
from grading.rules.systems import PRIMARY, grade_record
from patients.models import Assessment
from patients.models.standing import with_most_aside
from patients.permissions import Visitor
from patients.reading.course_file import CourseFile, CourseVersion, file_of_version
from patients.reading.versions import version_of
from patients.regrading.early_signs import early_signs
from patients.regrading.graded import local_rules
from patients.words import wording
from patients.words.badges import Badge, assessment_badge, not_reassessed, system_badge
from patients.words.early_signs import early_signs_in_words, listed_signs
from patients.words.grades import grade_in_short, grade_in_words
from patients.words.put_aside import beside_grade, source_of, ward_clock


@dataclass(frozen=True, slots=True)
class SystemPreview:
    """One system's grade of the entry on the screen, in the words of the page.

    `to_act_on` is that of the patient as it would stand after saving: of a late entry too.
    """

    key: str
    label: str
    badge: Badge
    early_signs: str
    put_aside: str
    was: str
    review: str
    reasons: tuple[str, ...]
    waiver: str
    not_entered: str
    oxygen: str
    cautions: tuple[str, ...]
    to_act_on: int | None


def course_so_far(user: Visitor, uid: UUID) -> CourseFile | None:
    """The file of an open course that the user sees; None where there is none."""
    version = version_of(user, uid)
    return None if version is None else file_of_version(CourseVersion(uid, version))


def preview_of(row: Assessment, so_far: CourseFile, *, now: datetime) -> list[SystemPreview]:
    """Grade an unsaved row within its whole course, in place of the row that it replaces."""
    record = so_far.record_with(row)
    graded = grade_record(record, local_rules(), systems=PRIMARY)
    uid = str(row.uid)
    place = next(n for n, findings in enumerate(record.findings) if findings.uid == uid)
    sources = so_far.aside_sources() | {uid: source_of(row)}
    infused_at, zone = so_far.course.infused_at, so_far.course.zone

    def put_aside(system: System, result: Result | None) -> str:
        clock = ward_clock(now, zone)
        return beside_grade(result, system.name, sources, infused_at, clock)

    return [
        _preview(system, graded[key], record, place, put_aside) for key, system in PRIMARY.items()
    ]


def _preview(
    system: System,
    graded: SystemGrades,
    record: Record,
    place: int,
    put_aside: Callable[[System, Result | None], str],
) -> SystemPreview:
    here = record.findings[place]
    signs = early_signs(here, record, local_rules()).get(system.toxicity, {})
    result = graded.results[place] if system.has_part(here) else None
    earlier = _still_stands(system, graded, record, place) if result is not None else None
    review = ""
    if result is not None and result.review:
        review = review_reason(result) or "attribute the signs"
    return SystemPreview(
        key=system.key,
        label=system.label,
        badge=(
            assessment_badge(system, result, signs)
            if earlier is None
            else not_reassessed(system_badge(system, graded.results[earlier]))
        ),
        early_signs="" if result is None else early_signs_in_words(signs),
        put_aside=put_aside(
            system, with_most_aside(result, None if earlier is None else graded.results[earlier])
        ),
        was=(
            _was(system, graded, record, place)
            if earlier is None or result is None
            else _stays(result, graded.results[earlier], here, record.findings[earlier])
        ),
        review=review,
        reasons=() if result is None else tuple(sentence(met) for met in result.because),
        waiver="" if result is None else waiver(result),
        not_entered="" if result is None else ", ".join(_not_entered(result, here)),
        oxygen="" if result is None else grade_follows_oxygen(result),
        cautions=() if result is None else result.cautions,
        to_act_on=_to_act_on(system, graded, record),
    )


def _to_act_on(system: System, graded: SystemGrades, record: Record) -> int | None:
    """The grade to act on by the newest entries; none after a death."""
    pairs = zip(record.findings, graded.results, strict=True)
    results = [result for findings, result in pairs if system.has_part(findings)]
    if not results or died_at(record) is not None:
        return None
    return grade_to_follow(grade_that_stands(results).stands, results[-1])


def _still_stands(system: System, graded: SystemGrades, record: Record, place: int) -> int | None:
    """The place of the earlier grade that this entry would not replace; None where it would."""
    places = [n for n in range(place + 1) if system.has_part(record.findings[n])]
    standing = grade_that_stands([graded.results[n] for n in places])
    if standing.is_reassessed or standing.place is None:
        return None
    earlier = places[standing.place]
    before = early_signs(record.findings[earlier], record, local_rules())
    return None if system.toxicity in before else earlier


def _stays(result: Result, stands: Result, here: Findings, there: Findings) -> str:
    """The earlier grade that stays, and what this entry alone would give."""
    ago = wording.duration(here.elapsed - there.elapsed)
    alone = f"this entry alone: {grade_in_words(result)}"
    return f"{grade_in_words(stands)}, {ago} before, stays until a complete entry; {alone}"


def _not_entered(result: Result, here: Findings) -> list[str]:
    """The missing items, without those that are answered.

    Those have the reason why they were not done, or a device on which the saturation is low.
    """
    answered = {
        Missing.TEMPERATURE: here.vitals_not_done,
        Missing.ICE_SCORE: here.ice_not_done,
        Missing.CAPD: here.capd_not_done,
        Missing.OXYGEN_DEVICE: here.oxygen_device if grade_follows_oxygen(result) else None,
    }
    return [name for name in result.missing if answered.get(Missing(name)) is None]


def _was(system: System, graded: SystemGrades, record: Record, place: int) -> str:
    """The latest earlier grade, or the signs before the infusion, with how long ago that was."""
    findings = record.findings
    for n in reversed(range(place)):
        result = graded.results[n]
        if system.has_part(findings[n]) and result.shown is not None:
            ago = wording.duration(findings[place].elapsed - findings[n].elapsed)
            signs = early_signs(findings[n], record, local_rules()).get(system.toxicity, {})
            earlier = listed_signs(signs)
            return (
                f"{ago} before: {earlier}"
                if earlier
                else f"was {grade_in_short(result)}, {ago} before"
            )
    return ""
