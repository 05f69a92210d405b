"""Everything stored of one course, read once for a page: rows that count, rows that do not, grades.

Nothing is graded here: the stored grades and the board row are read back and laid beside the
record. A file is cached until the course's version rises; only the names of people are read anew.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache, partial
from itertools import chain
from operator import attrgetter
from typing import Any, overload
from uuid import UUID

from grading.engine.result import Result
from grading.record import RECORD_FIELDS, Record
from grading.rules.systems import COURSE_SYSTEMS, SYSTEMS
from patients.models import (
    CLINICAL_MODELS,
    Adjudication,
    Assessment,
    BoardRow,
    ClinicalRow,
    Course,
    Dose,
    Event,
    LabResult,
    StepMark,
    User,
)
from patients.models.standing import Death, SystemStanding
from patients.regrading.early_signs import Signs, early_signs
from patients.regrading.graded import local_rules
from patients.regrading.record import build_record, entry_of, first_entries, live_rows
from patients.regrading.stored_grades import Key, result_of_text, texts_of_grades
from patients.words import wording
from patients.words.put_aside import AsideSource, beside_grade, source_of

NOT_GRADED = Result()


class StoredResults(Sequence[Result]):
    """The stored results of one system for each assessment of the record.

    Each is made of its stored text when it is asked for: most pages show few of them.
    """

    def __init__(self, texts: Sequence[str | None]) -> None:
        self._texts = texts

    def __len__(self) -> int:
        return len(self._texts)

    @overload
    def __getitem__(self, place: int) -> Result: ...

    @overload
    def __getitem__(self, place: slice) -> StoredResults: ...

    def __getitem__(self, place: int | slice) -> Result | StoredResults:
        if isinstance(place, slice):
            return StoredResults(self._texts[place])
        text = self._texts[place]
        return NOT_GRADED if text is None else result_of_text(text)


@dataclass(slots=True)
class CourseFile:
    """One course with all its rows, newest first, its record, and the stored grades.

    `persons` are those named on the rows, by primary key; the rows share them.
    """

    course: Course
    assessments: list[Assessment]
    labs: list[LabResult]
    doses: list[Dose]
    events: list[Event]
    adjudications: list[Adjudication]
    step_marks: list[StepMark]
    record: Record
    results: dict[str, StoredResults]
    texts: dict[Key, str]
    summaries: dict[str, Result]
    of_course: dict[str, Result]
    standings: dict[str, SystemStanding]
    running: list[dict[str, Any]]
    persons: dict[int, User]

    def elapsed(self, at: datetime) -> timedelta:
        return at - self.course.infused_at

    def rows(self) -> Iterator[ClinicalRow]:
        """Every row, whatever its kind."""
        decided = (self.adjudications, self.step_marks)
        return chain(self.assessments, self.labs, self.doses, self.events, *decided)

    @property
    def death(self) -> Death | None:
        """The death of the patient; after it nothing is due and no option is shown."""
        return next((each.death for each in self.standings.values() if each.death), None)

    def record_with(self, *rows: ClinicalRow, without: Collection[ClinicalRow] = ()) -> Record:
        """The record with unsaved rows, each in the place of the one that it replaces.

        The rows of `without` are left out.
        """
        start = self.course.infused_at
        changed: dict[str, Any] = {}
        for kind in {row.entry_kind for row in (*rows, *without)}:
            stored: list[ClinicalRow] = getattr(self, kind.section)
            first = _first_entries(sorted(stored, key=attrgetter("pk")))
            places = {str(each.uid): first.get(each.pk, each.pk) for each in stored}
            left_out = {str(each.uid) for each in without}
            entries = list(getattr(self.record, RECORD_FIELDS[kind]))
            for row in (row for row in rows if row.entry_kind is kind):
                entered = entry_of(row, start)
                places[entered.uid] = sys.maxsize
                if row.replaces is not None:
                    places[entered.uid] = places.get(str(row.replaces.uid), row.replaces.pk)
                    left_out.add(str(row.replaces.uid))
                entries.append(entered)
            counting = (entry for entry in entries if entry.uid not in left_out)
            in_order = sorted(counting, key=lambda entry: places[entry.uid])
            changed[RECORD_FIELDS[kind]] = tuple(in_order)
        return replace(self.record, **changed)

    def result_of(self, system: str, row: Assessment) -> Result | None:
        """The stored result of one assessment; None for one that does not count."""
        text = self.texts.get((system, row.pk))
        return None if text is None else result_of_text(text)

    def early_signs(self, place: int) -> dict[str, Signs]:
        """The signs of an assessment before the infusion, by toxicity; later it has none."""
        return early_signs(self.record.findings[place], self.record, local_rules())

    def aside_sources(self) -> dict[str, AsideSource]:
        """Who made each entry and decision that may put a sign aside, by its uid."""
        rows: list[Assessment | Adjudication] = [*self.assessments, *self.adjudications]
        return {str(row.uid): source_of(row) for row in rows}

    def put_aside(
        self, name: str, result: Result | None, sources: Mapping[str, AsideSource]
    ) -> str:
        """The sentence beside a result of the system of this name, with whole dates."""
        clock = partial(wording.short_date_and_time, zone=self.course.zone)
        return beside_grade(result, name, sources, self.course.infused_at, clock)

    def has_links(self) -> bool:
        """Whether an entry was copied from or to another chart, whose patient it then names."""
        return any(
            row.copied_from_id is not None  # type: ignore[attr-defined]
            or (row.struck_out_at is not None and hasattr(row, "copied_to"))
            for row in self.rows()
        )

    def people(self) -> list[str]:
        """Everybody named on the entries."""
        return sorted(map(str, self.persons.values()))


MOST_FILES = 100
"""So many course files stay in the memory of a worker: those that were used last."""


@dataclass(frozen=True, slots=True)
class CourseVersion:
    """An open course at one version, which was asked for before the course itself was read.

    `course` is no part of the key: it saves a query where somebody has read it already.
    """

    uid: UUID
    version: int
    course: Course | None = field(default=None, compare=False)


@lru_cache(maxsize=MOST_FILES)
def file_of_version(of: CourseVersion) -> CourseFile:
    """The file of an open course, read once per version and shared, so that nobody changes it."""
    if of.course is not None:
        return course_file(of.course)
    return course_file(Course.objects.select_related("patient", "ward").get(uid=of.uid))


def course_file_at(course: Course, version: int | None) -> CourseFile:
    """The file of a course for a page, with the course and the names of people as they are now.

    `version` is `version_of` the course, None for a closed one. The file of a closed course is
    read anew each time, and so is one with links: it names the patients of other charts.
    """
    if version is None:
        return course_file(course)
    file = file_of_version(CourseVersion(course.uid, version, course))
    if file.course is course:
        return file  # read just now
    if file.has_links():
        return course_file(course)
    _name_anew(file)
    return replace(file, course=course)


def _name_anew(file: CourseFile) -> None:
    """Put in the people with their names of now: a name changes without any entry."""
    for pk, person in User.objects.in_bulk(list(file.persons)).items():
        vars(file.persons[pk]).update(vars(person))


def course_file(course: Course) -> CourseFile:
    """Read the file in ten queries, and two more for a kind with entries struck out or copied."""
    rows = {model: _rows(model, course) for model in CLINICAL_MODELS}
    persons = _name(chain.from_iterable(rows.values()))
    live = live_rows(course)
    record = build_record(course, live)
    texts = texts_of_grades(course)
    ids = {row.entry.uid: row.id for row in live.assessments}
    summaries = {system: result_of_text(text) for (system, of), text in texts.items() if of is None}
    board_row = BoardRow.objects.get(course=course)
    return CourseFile(
        course=course,
        assessments=rows[Assessment],
        labs=rows[LabResult],
        doses=rows[Dose],
        events=rows[Event],
        adjudications=rows[Adjudication],
        step_marks=rows[StepMark],
        record=record,
        results={
            key: StoredResults(
                [texts.get((key, ids[findings.uid])) for findings in record.findings]
            )
            for key in SYSTEMS
        },
        texts=texts,
        summaries=summaries,
        of_course={key: summaries[key] for key in COURSE_SYSTEMS if key in summaries},
        standings=board_row.standings,
        running=board_row.running,
        persons=persons,
    )


def _name(rows: Iterable[Any]) -> dict[int, User]:
    """Put each person named on the rows into them, once for all rows."""
    named = [
        (row, name, pk)
        for row in rows
        for name in ("recorded_by", "struck_out_by")
        if (pk := getattr(row, f"{name}_id")) is not None
    ]
    persons = User.objects.in_bulk({pk for _, _, pk in named})
    for row, name, pk in named:
        setattr(row, name, persons[pk])
    return persons


def _rows(model: type[Any], course: Course) -> list[Any]:
    """All rows of one kind, struck out and replaced ones included, newest first."""
    by_pk = {row.pk: row for row in model.objects.filter(course=course).order_by("pk")}
    first = _first_entries(by_pk.values())
    rows = sorted(
        by_pk.values(), key=lambda row: (row.at, first.get(row.pk, row.pk), row.pk), reverse=True
    )
    for row in rows:
        row.course = course
        for name in ("replaced_by", "copied_to"):  # none, unless read below
            model._meta.get_field(name).set_cached_value(row, None)
    for row in rows:
        if row.replaces_id in by_pk:  # a correction stays with its course
            by_pk[row.replaces_id].replaced_by = row
    _link(model, by_pk)
    return rows


def _link(model: type[Any], rows: dict[int, Any]) -> None:
    """Find the few entries that were copied here from another course, or from here to one.

    An entry is struck out where it was copied from, so most courses have none to look for.
    """
    others = model.objects.select_related("course__patient")
    copied = {row.copied_from_id: row for row in rows.values() if row.copied_from_id is not None}
    if copied:
        for other in others.filter(pk__in=list(copied)):
            copied[other.pk].copied_from = other
    struck = [pk for pk, row in rows.items() if row.struck_out_at is not None]
    if struck:
        for other in others.filter(copied_from__in=struck):
            rows[other.copied_from_id].copied_to = other


def _first_entries(rows: Iterable[ClinicalRow]) -> dict[int, int]:
    return first_entries((row.pk, row.replaces_id) for row in rows)  # type: ignore[attr-defined]
