"""Between a stored course and its course document, both ways."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from grading import record as record_types
from grading.documents.reading.course_reader import CourseDocument
from grading.engine.result import to_json
from grading.kinds import ENTRY_KINDS, EntryKind
from grading.record import RECORD_FIELDS
from patients.models import MODELS_BY_KIND, ClinicalRow, Course
from patients.regrading.record import STORED_AS, build_record, live_rows


def document_of(course: Course) -> CourseDocument:
    """The live rows of this course as a course document; the caller holds the lock."""
    patient, carried = course.patient, course.carried
    return CourseDocument(
        record=build_record(course, live_rows(course)),
        id=carried.get("id") if carried else str(course.uid),
        source=carried.get("source"),
        mrn=patient.mrn,
        product_batch=course.product_batch or None,
        name=", ".join(filter(None, (patient.family_name, patient.given_name))) or None,
        published=carried.get("published"),
        zone_name=course.time_zone,
    )


def new_rows(record: record_types.Record, course_uid: UUID) -> Iterator[tuple[str, ClinicalRow]]:
    """The rows of a document that was read, each with its path there, not saved yet.

    Their uids follow from the course's and rise in the order of the document, so that rows of
    one moment keep it.
    """
    start = record.infused_at
    if start is None:
        raise ValueError("a course on a ward has dates")
    for number, kind in enumerate(ENTRY_KINDS):
        first = (course_uid.int >> 32 << 32) + (number << 28)
        for entry in getattr(record, RECORD_FIELDS[kind]):
            row = _row(kind, entry, start)
            row.uid = UUID(int=first + int(entry.uid))
            yield f"{kind.section}[{int(entry.uid)}]", row


def _row(kind: EntryKind, entry: Any, start: datetime) -> ClinicalRow:
    """An entry as a row, with no value where the entry has none or an empty map."""
    columns = {"elapsed": kind.time_field, **STORED_AS}
    values = {
        columns.get(name, name): _stored(getattr(entry, name), start)
        for name in type(entry).__annotations__
        if name != "uid"
    }
    return MODELS_BY_KIND[kind](
        **{name: value for name, value in values.items() if value not in (None, {})}
    )


def _stored(value: Any, start: datetime) -> Any:
    """A value of the record as its column holds it."""
    match value:
        case timedelta():
            return start + value
        case dict():
            return to_json({name: item for name, item in value.items() if item is not None})
        case tuple():
            return list(value)
    return value
