"""A course document is written here in its normal form: times as `at` if the course has dates."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from grading.agents import AGENTS
from grading.documents.reading.course_reader import CourseDocument
from grading.engine.result import to_json
from grading.kinds import ENTRY_KINDS
from grading.record import RECORD_FIELDS, Adjudication, Dose, Record, StepMark, hours_of
from grading.table.fields import CalendarDate, Each, Field, Hours, Infusions, Moment
from grading.table.sections import COURSE_FORMAT, ENTRY_FIELDS, PARTS

RECORD_NAMES = {
    "hour": "elapsed",
    "at": "elapsed",
    "end_hour": "ended",
    "end_at": "ended",
    "class": "drug_class",
    "from_hour": "holds_from",
    "from_at": "holds_from",
    "onset_hour": "onset",
    "onset_at": "onset",
    "resolved_hour": "resolved",
    "resolved_at": "resolved",
    "until_hour": "until",
    "until_at": "until",
    "weighed_hour": "weighed",
    "weighed_at": "weighed",
    "closed_at": "closed",
    "time_zone": "zone_name",
}
"""The fields that have another name in the record."""


def dump_document(document: CourseDocument) -> dict[str, Any]:
    """The document in normal form: times as `at` if the course has dates, no unknown fields."""
    record = document.record
    once = {**_values(document), **_values(record), **_values(record.baseline)}
    return {
        "format": COURSE_FORMAT,
        **_without_unknown({"id": document.id, "source": document.source}),
        **{part: _dump(fields, once, record) for part, fields in PARTS.items()},
        **{
            kind.section: [
                _dump(ENTRY_FIELDS[kind], _values_of_entry(entry), record)
                for entry in getattr(record, RECORD_FIELDS[kind])
            ]
            for kind in ENTRY_KINDS
        },
        **_without_unknown({"published": to_json(document.published)}),
    }


def _values(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in type(row).__annotations__}


def _values_of_entry(row: Any) -> dict[str, Any]:
    """The values of an entry, without an empty text and without the class of a known agent."""
    values = _values(row)
    values["note"] = row.note or None
    if isinstance(row, Adjudication | StepMark):
        values["reason"] = row.reason or None
    if isinstance(row, Dose) and row.agent in AGENTS:
        values["drug_class"] = None
    return values


def _without_unknown(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _dump(fields: tuple[Field, ...], values: dict[str, Any], record: Record) -> dict[str, Any]:
    recorded = [
        (field, value)
        for field in fields
        if (value := values[RECORD_NAMES.get(field.name, field.name)]) is not None
    ]
    return _without_unknown(
        {field.name: _json_of(field, value, record) for field, value in recorded}
    )


def _json_of(field: Field, value: Any, record: Record) -> Any:
    """The JSON value of a field; None where it is empty, or written as the other kind of time."""
    match field.kind:
        case Hours():
            return hours_of(value) if record.infused_at is None else None
        case Moment():
            return _local(value, record)
        case CalendarDate():
            return value.isoformat()
        case Infusions():
            return [_local(later, record) or hours_of(later) for later in value] or None
        case Each():
            return to_json(_without_unknown(value)) or None
    return to_json(value)


def _local(time: timedelta | datetime, record: Record) -> str | None:
    """A time in the course's zone; None where the course has no dates."""
    moment = time if isinstance(time, datetime) else record.at(time)
    return None if moment is None else moment.astimezone(record.zone or moment.tzinfo).isoformat()
