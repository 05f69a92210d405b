"""The grades that striking out or correcting entries would change, before it is done.

Takes   the file of a course, the rows that would go, and the unsaved rows that would come.
Gives   each grade that would be another one: of an assessment by the systems that drive the board,
        of the course by every other system. Nothing is written, and no query is asked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from grading.engine.result import Result
from grading.record import Record
from grading.rules.systems import COURSE_SYSTEMS, PRIMARY, grade_course, grade_record
from patients.models import ClinicalRow
from patients.reading.course_file import CourseFile
from patients.reading.foreseen.impact import ChangedGrade
from patients.regrading.early_signs import early_signs
from patients.regrading.graded import local_rules
from patients.words import wording
from patients.words.early_signs import early_signs_in_words
from patients.words.grades import from_to, grade_in_short
from patients.words.put_aside import with_all_counted_in_short

COUNTS_NO_MORE = "counts no more"
WHOLE_COURSE = "The whole course"
SUSPECTED = {True: "suspected", False: "not suspected", None: "cannot be told"}
FULFILLED = {True: "fulfilled", False: "not fulfilled", None: "open"}


@dataclass(frozen=True, slots=True)
class EntryEffect:
    """The grades that would change. `key` names exactly these."""

    lines: tuple[ChangedGrade, ...]

    @property
    def key(self) -> str:
        return hashlib.sha256(repr(self.lines).encode()).hexdigest()[:24]


def effect_of(
    file: CourseFile, into: Sequence[ClinicalRow] = (), *, without: Collection[ClinicalRow] = ()
) -> EntryEffect:
    """What would change if the rows `into` were entered and those of `without` counted no more."""
    record = file.record_with(*into, without=without)
    results = grade_record(record, local_rules())
    of_course = grade_course(record, results, local_rules())
    before = _of_assessments(file, file.record, file.results)
    after = _of_assessments(file, record, {key: results[key].results for key in PRIMARY})
    newer = {str(row.replaces.uid): str(row.uid) for row in into if row.replaces is not None}
    lines = [
        *_changed_assessments(file, before, after, newer),
        *_changed_course(file.of_course, of_course),
    ]
    return EntryEffect(tuple(lines))


GradesByEntry = dict[tuple[str, str], tuple[timedelta, str]]
"""By the uid of an assessment and the key of a system: its time, and its grade in words."""


def _of_assessments(
    file: CourseFile, record: Record, results: Mapping[str, Sequence[Result]]
) -> GradesByEntry:
    grades: GradesByEntry = {}
    for place, findings in enumerate(record.findings):
        signs = early_signs(findings, record, local_rules())
        for key, system in PRIMARY.items():
            if system.has_part(findings):
                result = results[key][place]
                grade = with_all_counted_in_short(grade_in_short(result), result)
                early = early_signs_in_words(signs.get(system.toxicity, {}))
                grades[findings.uid, key] = findings.elapsed, early or grade
    return grades


def _changed_assessments(
    file: CourseFile, before: GradesByEntry, after: GradesByEntry, newer: Mapping[str, str]
) -> list[ChangedGrade]:
    """The grades that differ, by time; a correction stands beside what it replaces."""
    pairs = {(newer.get(uid, uid), key): grade for (uid, key), grade in before.items()}
    counting = {uid for uid, _ in after}
    changes = []
    for entry, system in sorted({*pairs, *after}, key=lambda each: each[1]):
        was, would_be = pairs.get((entry, system)), after.get((entry, system))
        at, _ = would_be or was or (timedelta(0), "")
        gone = wording.DASH if entry in counting else COUNTS_NO_MORE
        words = [wording.DASH if was is None else was[1], gone if would_be is None else would_be[1]]
        if words[0] != words[1]:
            changes.append((at, _line(file, at, PRIMARY[system].name, *words)))
    return [line for _, line in sorted(changes, key=lambda change: change[0])]


def _line(file: CourseFile, at: timedelta, system: str, was: str, would_be: str) -> ChangedGrade:
    moment = file.course.infused_at + at
    time = wording.short_date_and_time(moment, file.course.zone)
    day = wording.day(file.course.day(moment))
    return ChangedGrade(time=time, system=system, was=was, would_be=would_be, day=day)


def _changed_course(
    before: Mapping[str, Result], after: Mapping[str, Result]
) -> Iterator[ChangedGrade]:
    for key, system in COURSE_SYSTEMS.items():
        was, would_be = (_of_course_in_words(results.get(key)) for results in (before, after))
        if was != would_be:
            yield ChangedGrade(
                time=WHOLE_COURSE, system=system.label, was=was, would_be=would_be, day=""
            )


def _of_course_in_words(result: Result | None) -> str:
    """A grade, a score or a count of the whole course; a dash without any."""
    if result is None:
        return wording.DASH
    values = result.values
    parts = []
    if result.has_grade():
        parts.append(grade_in_short(result))
    if "suspected" in values:
        parts.append(SUSPECTED[values["suspected"]])
    if "fulfilled" in values:
        parts.append(f"{values['met']} of {values['of']} items, {FULFILLED[values['fulfilled']]}")
    if not parts and values.get("low") is not None:
        parts.append(f"{from_to(values['low'], values['high'])} points")
    parts += [words for entry in values.get("entries", ()) if (words := _entry_in_words(entry))]
    return "; ".join(parts) or wording.DASH


def _entry_in_words(entry: Mapping[str, Any]) -> str:
    """One window of an index with its value, or one count with its grade."""
    if "window" in entry:
        value = entry["value"]
        shown = "" if value is None else wording.number(Decimal(f"{value:.3g}"))
        return shown and f"{wording.words(entry['window'])}: {shown}"
    graded = from_to(entry["low"], entry["high"])
    return f"{wording.words(entry['analyte'])}, {entry['which']}: {graded}"
