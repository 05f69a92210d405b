"""A course document is written here in its normal form: times as `at` if the course has dates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from grading.agents import AGENTS
from grading.documents.course_reader import COURSE_FORMAT, CourseDocument
from grading.engine.result import to_json
from grading.kinds import ASSESSMENT, DOSE, EVENT, LAB_RESULT, EntryKind
from grading.record import (
    RECORD_FIELDS,
    Baseline,
    Dose,
    Event,
    Findings,
    Lab,
    Record,
    hours_of,
)


def dump_document(document: CourseDocument) -> dict[str, Any]:
    """The document in normal form: times as `at` if the course has dates, no unknown fields."""
    record = document.record
    return _without_unknown(
        {
            "format": COURSE_FORMAT,
            "id": document.id,
            "source": document.source,
            "patient": _dump_patient(document),
            "course": _dump_course(document),
            "baseline": _without_unknown(
                {name: getattr(record.baseline, name) for name in Baseline.__slots__}
            ),
            **{
                kind.section: [
                    write(entry, record) for entry in getattr(record, RECORD_FIELDS[kind])
                ]
                for kind, write in ENTRY_WRITERS.items()
            },
            "published": document.published,
        }
    )


def _without_unknown(values: dict[str, Any]) -> dict[str, Any]:
    return {name: to_json(value) for name, value in values.items() if value is not None}


def _dump_time(
    elapsed: timedelta | None, record: Record, hour: str = "hour", at: str = "at"
) -> dict[str, Any]:
    if elapsed is None:
        return {}
    moment = _local(elapsed, record)
    return {hour: hours_of(elapsed)} if moment is None else {at: moment}


def _local(elapsed: timedelta, record: Record) -> str | None:
    moment = record.at(elapsed)
    return None if moment is None else moment.astimezone(record.zone or moment.tzinfo).isoformat()


def _dump_patient(document: CourseDocument) -> dict[str, Any]:
    record = document.record
    return _without_unknown(
        {
            "age_years": record.age_years,
            "birth_date": record.birth_date and record.birth_date.isoformat(),
            "sex": record.sex,
            "developmental_delay": record.developmental_delay,
            "mrn": document.mrn,
            "name": document.name,
        }
    )


def _dump_course(document: CourseDocument) -> dict[str, Any]:
    record = document.record
    later = [_local(item, record) or hours_of(item) for item in record.later_infusions]
    return _without_unknown(
        {
            "product": record.product,
            "indication": record.indication,
            "infused_at": _local(timedelta(0), record),
            "later_infusions": later or None,
            "time_zone": document.zone_name,
            "weight_kg": record.weight_kg,
            **_dump_time(record.weighed, record, "weighed_hour", "weighed_at"),
            "closed_at": None if record.closed is None else _local(record.closed, record),
            "last_follow_up_day": record.last_follow_up_day,
        }
    )


def _dump_findings(row: Findings, record: Record) -> dict[str, Any]:
    skipped = {"elapsed", "uid", "note", "attribution", "ice"}
    values = {name: getattr(row, name) for name in Findings.__slots__ if name not in skipped}
    return _without_unknown(
        {
            **_dump_time(row.elapsed, record),
            **values,
            "attribution": row.attribution or None,
            "ice": _without_unknown(row.ice or {}) or None,
            "vasopressor_rates": row.vasopressor_rates or None,
            "organ_toxicity": row.organ_toxicity or None,
            "note": row.note or None,
        }
    )


def _dump_lab(row: Lab, record: Record) -> dict[str, Any]:
    return _without_unknown(
        {
            **_dump_time(row.elapsed, record),
            "analyte": row.analyte,
            "value": row.value,
            "comparator": row.comparator,
            "unit": row.unit,
            "lower_limit": row.lower_limit,
            "upper_limit": row.upper_limit,
            "fasting": row.fasting,
            "note": row.note or None,
        }
    )


def _dump_dose(row: Dose, record: Record) -> dict[str, Any]:
    return _without_unknown(
        {
            **_dump_time(row.elapsed, record),
            "agent": row.agent,
            "class": None if row.agent in AGENTS else row.drug_class,
            "amount": row.amount,
            "unit": row.unit,
            "route": row.route,
            **_dump_time(row.ended, record, "end_hour", "end_at"),
            "note": row.note or None,
        }
    )


def _dump_event(row: Event, record: Record) -> dict[str, Any]:
    return _without_unknown(
        {
            **_dump_time(row.elapsed, record),
            "kind": row.kind,
            "attributed_to": row.attributed_to,
            "grade": row.grade,
            "detail": row.detail,
            "note": row.note or None,
        }
    )


ENTRY_WRITERS: dict[EntryKind, Callable[[Any, Record], dict[str, Any]]] = {
    ASSESSMENT: _dump_findings,
    LAB_RESULT: _dump_lab,
    DOSE: _dump_dose,
    EVENT: _dump_event,
}
"""The writer of one entry, by its kind."""
