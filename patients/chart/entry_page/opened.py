"""One entry as its page shows it: every value that was typed, who entered it, and its history."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from grading.rules.systems import PRIMARY
from patients.chart.entries import OtherChart, link_of, out_of_count
from patients.chart.handwriting.samples import Sample, samples_of
from patients.forms.submit import correct_url
from patients.models import Assessment, ClinicalRow, Dose, LabResult
from patients.reading.course_file import CourseFile
from patients.words import entry_words, wording
from patients.words.grades import grade_in_short
from patients.words.late import late_in_words


@dataclass(frozen=True, slots=True)
class Version:
    """An entry that this one replaced, with what was changed then."""

    uid: UUID
    headline: str
    by: str
    entered: str
    changed: list[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class OpenedEntry:
    """One entry with all its values.

    `out` says why it no longer counts, `newer` is then the entry in its place. `correct_url` is
    empty where it is not corrected on a page of its own.
    """

    kind: str
    uid: UUID
    headline: str
    lines: list[tuple[str, str]]
    grades: list[str]
    entered: str
    by: str
    late: str
    ended: str
    out: str
    newer: UUID | None
    link: OtherChart | None
    versions: list[Version]
    correct_url: str
    written: list[Sample]


def opened_entries(file: CourseFile, kind: str, uid: UUID) -> list[OpenedEntry]:
    """The entry of this uid; of laboratory results all of its time, itself first."""
    rows: list[ClinicalRow] = [row for row in getattr(file, kind) if row.uid == uid]
    for row in rows[:1]:
        if isinstance(row, LabResult):
            rows += [lab for lab in file.labs if lab.at == row.at and lab is not row]
    return [_opened(file, row) for row in rows]


def _opened(file: CourseFile, row: Any) -> OpenedEntry:
    zone, newer = file.course.zone, getattr(row, "replaced_by", None)
    return OpenedEntry(
        kind=row.entry_kind.section,
        uid=row.uid,
        headline=_capitalized(entry_words.headline(row)),
        lines=list(entry_words.lines(row).items()),
        grades=list(_grades(file, row)),
        entered=wording.long_date_and_time(row.recorded_at, zone),
        by=str(row.recorded_by),
        late=late_in_words(row),
        ended=_end_recorded(file, row),
        out=out_of_count(row, zone),
        newer=None if newer is None else newer.uid,
        link=link_of(row),
        versions=list(_versions(row, file)),
        correct_url=correct_url(row) if row.is_live() else "",
        written=samples_of(file, [row]) if getattr(row, "handwriting_id", None) else [],
    )


def _capitalized(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _grades(file: CourseFile, row: ClinicalRow) -> Iterator[str]:
    """The grades that the entry gave, of one that counts."""
    if isinstance(row, Assessment):
        for key, system in PRIMARY.items():
            if (result := file.result_of(key, row)) is not None:
                yield f"{system.name} {grade_in_short(result)}"


def _end_recorded(file: CourseFile, row: ClinicalRow) -> str:
    """Who recorded the end of a run, and when, where that was another save than its start."""
    if not isinstance(row, Dose) or row.end_recorded_at is None:
        return ""
    at = wording.long_date_and_time(row.end_recorded_at, file.course.zone)
    return f"End recorded {at} by {row.end_recorded_by}"


def _versions(row: Any, file: CourseFile) -> Iterator[Version]:
    """What the entry was before each correction, newest first."""
    newer, older = row, row.replaces
    while older is not None:
        yield Version(
            uid=older.uid,
            headline=_capitalized(entry_words.headline(older)),
            by=str(older.recorded_by),
            entered=wording.long_date_and_time(older.recorded_at, file.course.zone),
            changed=entry_words.compared(older, newer),
        )
        newer, older = older, older.replaces
