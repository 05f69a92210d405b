"""The course document as a JSON Schema (draft 2020-12), for editors and for checks elsewhere.

The schema follows from the fields of `grading.table`; its description names what the reader checks
beside it. `docs/course-document.schema.json` holds it as a file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from grading.engine.result import to_json
from grading.kinds import ENTRY_KINDS
from grading.laboratory.analytes import ANALYTES
from grading.measures import FURTHEST_FROM_INFUSION
from grading.record import HOUR
from grading.table import fields as table
from grading.table.fields import Field, Kind
from grading.table.sections import COURSE_FORMAT, DOCUMENT, ENTRY_FIELDS, PARTS

Schema = dict[str, Any]

DESCRIPTION = (
    "A course of CAR T-cell therapy as Cartox reads it. A key that is absent or null is unknown. "
    "Cartox also checks what this schema cannot say: a laboratory value lies in the range of its "
    "analyte, and its lower limit below its upper limit; a dose is above 0; an agent outside the "
    "list of agents has a class, and any other has its own, none, or other; an event has "
    "a grade (1-5), a detail or an attribution only where its kind has one; an adjudication about "
    "a sign names it, one that is a final grade its toxicity and grade (0-5), and each has a "
    "reason, or, confirmed, a cause; a step mark has a code and a line_toxicity of lower case "
    "words, a text, a grade (0-5) or none, a reason where its answer is deferred or declined, and "
    "until only where it is deferred; a sign has a cause only where its attribution is other; "
    "age_years and birth_date, end_hour and end_at, weighed_hour and weighed_at, from_hour and "
    "from_at, onset_hour and onset_at, resolved_hour and resolved_at, until_hour and until_at, "
    "temperature_c and fever, ice and ice_total do not stand together; a score beside a not-done "
    "reason is 0; the diastolic is below the systolic pressure; a vasopressor with a rate is among "
    "the vasopressors; a time needs course.infused_at, has an offset or course.time_zone, and lies "
    "within 30 years of the infusion; a dose ends after it starts; no key stands twice. In names "
    "of agents and analytes Cartox looks neither at case nor at spaces, hyphens and underscores; "
    "this schema knows the names of analytes and vasopressors only as they are written in its "
    "lists."
)
ONE_TIME: list[Schema] = [
    {"required": ["hour"], "properties": {"hour": {"type": "number"}, "at": {"type": "null"}}},
    {"required": ["at"], "properties": {"at": {"type": "string"}, "hour": {"type": "null"}}},
]
"""An entry has exactly one of `hour` and `at`."""
FURTHEST = int(FURTHEST_FROM_INFUSION / HOUR)
PLAIN: dict[type[Kind], Schema] = {
    table.Amount: {"type": "number", "minimum": 0},
    table.Answer: {"type": "boolean"},
    table.Anything: {},
    table.CalendarDate: {"type": "string", "format": "date"},
    table.Hours: {
        "type": "number",
        "minimum": -FURTHEST,
        "maximum": FURTHEST,
        "description": "hours since the first infusion, negative before it",
    },
    table.Infusions: {
        "type": "array",
        "items": {"type": ["number", "string"], "exclusiveMinimum": 0, "maximum": FURTHEST},
        "description": "each as hours after the first infusion or as an ISO 8601 time",
    },
    table.Integer: {"type": "integer"},
    table.Moment: {
        "type": "string",
        "description": "ISO 8601, with an offset or in the time zone of the course",
    },
    table.Named: {"type": "string"},
    table.Text: {"type": "string"},
    table.Zone: {"type": "string", "description": "an IANA name"},
}
"""The schema of a value whose kind alone decides it."""
LONGEST_LINE_OF_SCHEMA = 300  # characters


def course_schema() -> Schema:
    """The schema of a whole document."""
    schema = _object(DOCUMENT)
    schema["properties"] |= {
        "format": {"const": COURSE_FORMAT},
        **{part: _or_null(_object(fields)) for part, fields in PARTS.items()},
        **{
            kind.section: _or_null(
                {"type": "array", "items": _object(ENTRY_FIELDS[kind]) | {"oneOf": ONE_TIME}}
            )
            for kind in ENTRY_KINDS
        },
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": COURSE_FORMAT,
        "description": DESCRIPTION,
        **schema,
    }


def printed_schema() -> str:
    """The schema as a file, each property on a line of its own."""
    return f"{_printed(course_schema())}\n"


def _printed(value: Any, margin: str = "") -> str:
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict) or len(line) <= LONGEST_LINE_OF_SCHEMA:
        return line
    inner = margin + " "
    lines = (f"{inner}{json.dumps(key)}: {_printed(item, inner)}" for key, item in value.items())
    return "{\n" + ",\n".join(lines) + f"\n{margin}}}"


def _object(fields: tuple[Field, ...]) -> Schema:
    return {
        "type": "object",
        "required": [field.name for field in fields if field.is_needed],
        "additionalProperties": False,
        "properties": {field.name: _schema_of_field(field) for field in fields},
    }


def _schema_of_field(field: Field) -> Schema:
    title = {"title": field.label} if field.label else {}
    schema = title | _schema_of(field.kind)
    return schema if field.is_needed else _or_null(schema)


def _or_null(schema: Schema) -> Schema:
    if "enum" in schema:
        return schema | {"enum": [*schema["enum"], None]}
    return schema | {"type": [schema["type"], "null"]} if "type" in schema else schema


def _schema_of(kind: Kind) -> Schema:
    """The schema of a value that is known."""
    match kind:
        case table.Number(limits) | table.Whole(limits):
            low, high = to_json(limits.hard_low), to_json(limits.hard_high)
            number = "integer" if limits.integer else "number"
            return {"type": number, "minimum": low, "maximum": high, "description": limits.unit}
        case table.OneOf(words):
            return {"enum": [word.value for word in words]}
        case table.SomeOf(words):
            return {"type": "array", "items": {"enum": [word.value for word in words]}}
        case table.Each(values):
            each = {key: _or_null(_schema_of(value)) for key, value in values.items()}
            return {"type": "object", "additionalProperties": False, "properties": each}
        case table.Named(listed_only=True):
            return {"enum": list(dict.fromkeys([*ANALYTES, *_other_names_of_analytes()]))}
    return PLAIN[type(kind)]


def _other_names_of_analytes() -> Iterator[str]:
    for analyte in ANALYTES.values():
        yield from (analyte.label, *analyte.other_names)
