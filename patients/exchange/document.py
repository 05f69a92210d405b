"""Between a stored course and its course document, both ways."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from grading import record as record_types
from grading.documents.course_reader import CourseDocument
from grading.engine.result import to_json
from grading.kinds import ASSESSMENT, DOSE, EVENT, LAB_RESULT, EntryKind
from grading.record import RECORD_FIELDS
from patients.models import Assessment, ClinicalRow, Course, Dose, Event, LabResult
from patients.regrading.record import build_record, live_rows


def document_of(course: Course) -> CourseDocument:
    """The live rows of this course as a course document; the caller holds the lock."""
    patient, carried = course.patient, course.carried
    return CourseDocument(
        record=build_record(course, live_rows(course)),
        id=carried.get("id") if carried else str(course.uid),
        source=carried.get("source"),
        mrn=patient.mrn,
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
    for number, (kind, as_row) in enumerate(STORED_ROWS.items()):
        first = (course_uid.int >> 32 << 32) + (number << 28)
        for entry in getattr(record, RECORD_FIELDS[kind]):
            row = as_row(entry, start)
            row.uid = UUID(int=first + int(entry.uid))
            yield f"{kind.section}[{int(entry.uid)}]", row


_AS_THEY_ARE = tuple(
    name
    for name in record_types.Findings.__slots__
    if name
    not in {
        "elapsed",
        "uid",
        "ice",
        "attribution",
        "vasopressors",
        "vasopressor_rates",
        "organ_toxicity",
        "icp",
        "other_neuro",
    }
)


def _assessment_row(findings: record_types.Findings, start: datetime) -> Assessment:
    points = {item: scored for item, scored in (findings.ice or {}).items() if scored is not None}
    return Assessment(
        observed_at=start + findings.elapsed,
        ice=points or None,
        attribution=dict(findings.attribution),
        vasopressors=_as_list(findings.vasopressors),
        icp=_as_list(findings.icp),
        other_neuro=_as_list(findings.other_neuro),
        vasopressor_rates=to_json(findings.vasopressor_rates),
        organ_toxicity=to_json(findings.organ_toxicity),
        **{name: getattr(findings, name) for name in _AS_THEY_ARE},
    )


def _as_list(words: tuple[str, ...] | None) -> list[str] | None:
    return None if words is None else list(words)


def _lab_row(lab: record_types.Lab, start: datetime) -> LabResult:
    return LabResult(
        collected_at=start + lab.elapsed,
        analyte=lab.analyte,
        value=lab.value,
        comparator=lab.comparator,
        unit=lab.unit,
        lower_limit=lab.lower_limit,
        upper_limit=lab.upper_limit,
        fasting=lab.fasting,
        note=lab.note,
    )


def _dose_row(dose: record_types.Dose, start: datetime) -> Dose:
    return Dose(
        given_at=start + dose.elapsed,
        ended_at=None if dose.ended is None else start + dose.ended,
        agent=dose.agent,
        drug_class=dose.drug_class,
        amount=dose.amount,
        unit=dose.unit,
        route=dose.route,
        note=dose.note,
    )


def _event_row(event: record_types.Event, start: datetime) -> Event:
    return Event(
        happened_at=start + event.elapsed,
        kind=event.kind,
        attributed_to=event.attributed_to,
        grade=event.grade,
        detail=event.detail,
        note=event.note,
    )


STORED_ROWS: dict[EntryKind, Callable[[Any, datetime], ClinicalRow]] = {
    ASSESSMENT: _assessment_row,
    LAB_RESULT: _lab_row,
    DOSE: _dose_row,
    EVENT: _event_row,
}
"""The row of an entry, by its kind; the uids of imported rows depend on this order."""
