"""The handover of one ward, written from what is stored at one moment.

Queries: a fixed number for the ward, and for each patient those of its course file, at most
twelve; none where this worker has read the file at this version before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from grading.guidelines.line import LineKind, Option
from patients.board.lines import BoardLine, board_line
from patients.chart.step.line_marks import OPEN, line_marks
from patients.models import BoardRow, Ward
from patients.reading.course_file import CourseFile, CourseVersion, file_of_version
from patients.reading.situation_now import options_of, situation_of
from patients.rounds.handover import highlights
from patients.rounds.handover.content import HandedNote, HandedPatient, HandoverContent
from patients.rounds.handover.news import News
from patients.rounds.handover.of_round import OfRound, words_of_rounds
from patients.rounds.handover.rows import accepted_of, notes_that_stand
from patients.rounds.models import Handover, HandoverNote
from patients.words import wording
from patients.words.identity import identity_of

FIRST_LOOKS_BACK = timedelta(hours=12)
"""The first handover of a ward has none before it to compare with."""
FIRST = "the last 12 hours: no handover of this ward was accepted before"
MOST_PROMPTS = 3
"""So many lines of the current step stand with a patient; the chart has all."""


@dataclass(frozen=True, slots=True)
class WrittenPatient:
    """One patient as written, its file, and what the order of the patients asks."""

    patient: HandedPatient
    file: CourseFile
    need: tuple[Any, ...]
    bed: tuple[Any, ...]


def content_of(ward: Ward, now: datetime, *, by_bed: bool = False) -> HandoverContent:
    """The handover of this ward at `now`: who needs most first, or by bed."""
    content, _ = content_and_files(ward, now, by_bed=by_bed)
    return content


def content_and_files(
    ward: Ward, now: datetime, *, by_bed: bool = False
) -> tuple[HandoverContent, list[CourseFile]]:
    """The handover, and the file of each of its patients in the same order."""
    accepted = accepted_of(ward)
    last = accepted.last
    before = None if last is None else HandoverContent.from_json(last.content)
    since = now - FIRST_LOOKS_BACK if before is None else before.written_at
    rows = list(
        BoardRow.objects.filter(
            course__ward=ward, course__closed_at=None, course__home_since=None
        ).select_related("course__patient", "course__ward")
    )
    files = [_file_of(row) for row in rows]
    befores = [_before(before, row, since) for row in rows]
    since_of = {row.course_id: each.since for row, each in zip(rows, befores, strict=True)}
    courses = [row.course for row in rows]
    # After the files: what is saved meanwhile is told twice rather than never.
    rounds = words_of_rounds(ward, courses, since_of, now)
    notes = notes_that_stand(courses, accepted.notes_from)
    written = [
        _written(row, News(file, each.since, now), each, rounds[row.course_id], notes)
        for row, file, each in zip(rows, files, befores, strict=True)
    ]
    written.sort(key=lambda each: each.bed if by_bed else each.need)
    content = HandoverContent(
        ward=ward.name,
        zone=ward.time_zone,
        written_at=now,
        since=FIRST if last is None else _since(last, now),
        after="" if last is None else str(last.uid),
        patients=tuple(each.patient for each in written),
    )
    return content, [each.file for each in written]


def _since(last: Handover, now: datetime) -> str:
    """the handover of 04 Jan 19:02 by Nina Nurse, accepted by Tom Night 19:06."""
    zone = ZoneInfo(last.ward.time_zone)
    at = wording.short_date_and_time(last.recorded_at, zone)
    accepted = "" if last.accepted_at is None else wording.time_of_day(last.accepted_at, zone)
    return f"the handover of {at} by {last.recorded_by}, accepted by {last.handed_to} {accepted}"


@dataclass(frozen=True, slots=True)
class _Before:
    """What the last handover knew of one patient, and the save up to which it knew it."""

    patient: HandedPatient | None
    since: datetime
    is_new_here: bool


def _before(content: HandoverContent | None, row: BoardRow, since: datetime) -> _Before:
    patient = None if content is None else content.of(str(row.course.uid))
    if patient is not None and patient.read_to:
        since = datetime.fromisoformat(patient.read_to)
    return _Before(patient, since, is_new_here=content is not None and patient is None)


def _file_of(row: BoardRow) -> CourseFile:
    """The file of a course; read anew only where this worker has not read this version."""
    file = file_of_version(CourseVersion(row.course.uid, row.version, row.course))
    return replace(file, course=row.course)


def _written(
    row: BoardRow,
    news: News,
    before: _Before,
    of_round: OfRound,
    notes: dict[int, list[HandoverNote]],
) -> WrittenPatient:
    course, file, now = row.course, news.file, news.now
    line, identity = board_line(row, now), identity_of(course, now)
    is_dead = file.death is not None
    patient = HandedPatient(
        uid=str(course.uid),
        bed=line.bed,
        name=line.name,
        who=line.who,
        born=identity.born,
        product=identity.product,
        day=identity.day,
        grades=highlights.grades(news, before.patient),
        died=", ".join(filter(None, (line.died, line.cause))),
        away=() if is_dead else of_round.away,
        background=_background(file, before),
        signs=() if is_dead else highlights.signs(line, news),
        running=() if is_dead else news.running(),
        changed=news.changed(),
        given=news.given(),
        labs=highlights.laboratory(news),
        due=() if is_dead else of_round.due,
        overdue=of_round.overdue,
        not_done=of_round.not_done,
        calls=of_round.calls,
        closed_calls=of_round.closed_calls,
        prompts=() if is_dead else prompts(file, now),
        notes=tuple(_note(each, news) for each in notes.get(course.pk, ())),
        read_to=max(row.updated_at, news.read_to).isoformat(),
    )
    return WrittenPatient(patient, file, _need(row, of_round, line), _bed(line))


def _background(file: CourseFile, before: _Before) -> str:
    """axicabtagene ciloleucel, infused 27 Nov 10:00; for LBCL; 72 kg; baseline ICE 10."""
    course, zone = file.course, file.course.zone
    at = wording.short_date_and_time(course.infused_at, zone)
    weight = file.record.weight_at(file.elapsed(course.infused_at))
    infusion = "infusion planned" if course.infusion_planned else "infused"
    parts = [
        f"{course.product}, {infusion} {at}",
        course.indication,
        "weight unknown" if weight is None else f"{wording.number(weight.kg)} kg",
        "" if course.baseline_ice_total is None else f"baseline ICE {course.baseline_ice_total}",
        "new on the ward since the last handover" if before.is_new_here else "",
    ]
    return wording.listed([part for part in parts if part])


def _note(note: HandoverNote, news: News) -> HandedNote:
    return HandedNote(str(note.uid), note.text, str(note.recorded_by), news.clock(note.recorded_at))


def prompts(file: CourseFile, now: datetime) -> tuple[str, ...]:
    """The first open lines "now" of the current step: options, never orders."""
    situation = situation_of(file, now)
    options = [each for each in options_of(situation) if not each.is_quiet]
    marks = line_marks(file, options, situation, now)
    lines = [
        _prompt(option)
        for option in options
        if option.kind is LineKind.NOW and not marks.get(option.code, OPEN).answer
    ]
    more = len(lines) - MOST_PROMPTS
    return (*lines[:MOST_PROMPTS], *([f"{more} more on the chart"] if more > 0 else ()))


def _prompt(option: Option) -> str:
    return option.text


def _need(row: BoardRow, of_round: OfRound, line: BoardLine) -> tuple[Any, ...]:
    """Who needs most first: unanswered calls, the highest grade, overdue, due next; deaths last."""
    grades = [each.sort for each in row.standings.values() if each.sort is not None]
    due_at = of_round.due_at or datetime.max.replace(tzinfo=row.course.infused_at.tzinfo)
    return (
        bool(line.died),
        not of_round.unanswered,
        -max(grades, default=0.5),
        not of_round.overdue,
        due_at,
        _bed(line),
    )


def _bed(line: BoardLine) -> tuple[Any, ...]:
    """Bed 3 before bed 12, beds with letters by their text."""
    digits = "".join(sign for sign in line.bed if sign.isdecimal())
    return (int(digits) if digits else 10**9, line.bed, line.name)
