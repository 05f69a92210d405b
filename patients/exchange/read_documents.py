"""Course documents on their way in: each read and checked whole, as the rows it will become.

Missing values are filled in before a document is read: the infusion time and the MRN that the
command gives, and the ward's time zone. A mistake names its path in the document.

The command reads and checks every file twice: first all of them, so that one mistake imports
nothing, then each again as it is entered, so that only one document is in memory at a time.
Each row is validated here, so that a mistake has its path in the document, and again by the
door, which trusts no caller.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError

from grading.documents.course_writer import dump_document
from grading.documents.grades_writer import documents_in
from grading.documents.lines import LineReader
from grading.documents.reading.course_reader import CourseDocument, parse_document
from grading.documents.reading.course_times import moment_of
from grading.documents.reading.mistakes import DocumentError, show
from grading.documents.split_csv import LONGEST_HEADER, is_table
from grading.engine.result import to_json
from grading.kinds import ENTRY_KINDS
from grading.record import Baseline
from patients import clock
from patients.door.entries import NOT_TYPED
from patients.exchange.document import new_rows
from patients.models import ClinicalRow, Course, LabResult, Patient, Ward
from patients.models.clinical_row import CLOCK_TOLERANCE, EARLIEST_BEFORE_INFUSION
from patients.models.people import PRODUCT_NOT_STATED

DOCUMENT_COURSES = UUID("6b0f8f5e-2a55-4e0c-9d5b-6f2a3f1c9e01")
"""The name space of the uids of imported courses: the same document has the same uid."""

NO_TABLES = "this is a table (CSV); only course documents in JSON are imported"

DEEPEST = 50  # levels of a document; the format itself has four
BEYOND_STORAGE = Decimal(10**9)  # the columns keep nine digits before the point


@dataclass(slots=True)
class ImportTarget:
    """The ward, and the MRN and infusion time that the command gives for its documents."""

    ward: Ward
    mrn: str | None = None
    infused_at: datetime | None = None


@dataclass(slots=True)
class Arrival:
    """A document that was read and checked, as the rows it will become; nothing is saved yet."""

    document: CourseDocument
    patient: Patient
    course: Course
    rows: list[ClinicalRow]
    other_mrn: str | None
    """The MRN that the document carries, where the command gives another."""


def arrivals(text: str, target: ImportTarget) -> Iterator[Arrival | str]:
    """Each document of a file, ready to be entered, or what is wrong with it."""
    if is_table(LineReader(BytesIO(text[:LONGEST_HEADER].encode(errors="replace")))):
        yield NO_TABLES
        return
    for document in documents_in(text):
        if "error" in document:
            yield document["error"]
            continue
        try:
            yield arrival(document["value"], target)
        except DocumentError as mistake:
            yield "\n  ".join(map(str, mistake.mistakes))


def arrival(value: Any, target: ImportTarget) -> Arrival:
    """One document as rows; `DocumentError` names the path of a mistake."""
    _refuse_unstorable(value)
    other_mrn = _fill_in(value, target)
    document = parse_document(value)
    if document.zone_name is None:  # only now, since a time without an offset is in no ward's zone
        document.zone_name = target.ward.time_zone
        document.record.zone = ZoneInfo(document.zone_name)
    _refuse_without_a_place(document)
    uid = uid_of(document)
    course = _course(document, target.ward, uid)
    patient = _patient(document)
    _check(patient, exclude=[] if patient.family_name else ["family_name"])
    _check(course, exclude=["patient", "ward", "carried", "later_infusions"])
    rows = []
    for path, row in new_rows(document.record, uid):
        _check_row(row, course, path)
        rows.append(row)
    return Arrival(document, patient, course, rows, other_mrn)


def uid_of(document: CourseDocument) -> UUID:
    """The uid of the course that a document becomes: the same for the same normal form."""
    return uuid5(DOCUMENT_COURSES, json.dumps(dump_document(document), sort_keys=True))


# Reading


def _fill_in(value: Any, target: ImportTarget) -> str | None:
    """Add what the document leaves open; the answer is an MRN of its own that does not count."""
    course, patient = _part(value, "course"), _part(value, "patient")
    if target.infused_at is not None:
        _fill_in_infusion(course, target.infused_at)
    stated = patient.get("mrn")
    if target.mrn is None:
        return None
    if stated is not None and not isinstance(stated, str):
        return None  # the reader says what is wrong with it
    patient["mrn"] = target.mrn
    return stated if stated != target.mrn else None


def _part(value: Any, name: str) -> dict[str, Any]:
    """An object of the document, made where absent. What is no object is left to the reader."""
    if not isinstance(value, dict):
        return {}
    if value.get(name) is None:
        value[name] = {}
    part = value[name]
    return part if isinstance(part, dict) else {}


def _fill_in_infusion(course: dict[str, Any], infused_at: datetime) -> None:
    stated = course.get("infused_at")
    if stated is None:
        course["infused_at"] = infused_at.isoformat()
        return
    try:
        zone = ZoneInfo(course["time_zone"]) if "time_zone" in course else None
        same = moment_of(stated, zone) == infused_at
    except (TypeError, ValueError, KeyError, OSError):
        return  # the reader says what is wrong with it
    if not same:
        raise DocumentError(
            "course.infused_at", f"{show(stated)} stands in the document; leave out --infused-at"
        )


def _refuse_without_a_place(document: CourseDocument) -> None:
    """Refuse a document without an MRN or an infusion time: a ward needs both."""
    document.mrn = (document.mrn or "").strip()
    if not document.mrn:
        raise DocumentError("patient.mrn", "is needed; give --mrn")
    if document.record.infused_at is None:
        raise DocumentError("course.infused_at", "is needed on a ward; give --infused-at")
    document.name = document.name or None
    document.record.product = document.record.product or None
    document.record.indication = document.record.indication or None


def _refuse_unstorable(value: Any) -> None:
    """Refuse characters, numbers and depths that no database stores as they are."""
    waiting = [("", value, 0)]
    while waiting:
        path, item, depth = waiting.pop()
        if depth > DEEPEST:
            raise DocumentError(path[:60], "is nested too deeply")
        if isinstance(item, dict):
            for key, inner in item.items():
                _refuse_text(key, path)
                waiting.append((f"{path}.{key}" if path else key, inner, depth + 1))
        elif isinstance(item, list):
            waiting += [(f"{path}[{n}]", inner, depth + 1) for n, inner in enumerate(item)]
        elif isinstance(item, str):
            _refuse_text(item, path)
        elif isinstance(item, Decimal) and path.startswith("published"):
            _refuse_inexact(item, path)


def _refuse_text(text: str, path: str) -> None:
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise DocumentError(path, f"{show(text)} has a character that cannot be stored")


def _refuse_inexact(number: Decimal, path: str) -> None:
    """Refuse a number of `published` that a JSON column would not store exactly."""
    if abs(number.adjusted()) > 300 or Decimal(repr(float(number))) != number:
        raise DocumentError(path, f"{show(number)} has more digits than can be kept")


# Rows


def _patient(document: CourseDocument) -> Patient:
    """The patient; a name without a comma between two parts is the family name as a whole."""
    record, name = document.record, document.name or ""
    family, _, given = name.partition(", ")
    return Patient(
        mrn=document.mrn or "",
        family_name=family if family and given else name,
        given_name=given if family and given else "",
        birth_date=record.birth_date,
        age_at_infusion_years=record.age_years,
        sex=record.sex,
        developmental_delay=record.developmental_delay,
    )


def _course(document: CourseDocument, ward: Ward, uid: UUID) -> Course:
    record = document.record
    start = record.infused_at
    if start is None:
        raise ValueError("a course on a ward has dates")
    now = clock.now()
    closed_at = None if record.closed is None else start + record.closed
    if closed_at is not None:
        _refuse_future(closed_at, now, "course.closed_at")
    return Course(
        uid=uid,
        ward=ward,
        product=record.product or PRODUCT_NOT_STATED,
        indication=record.indication or "",
        infused_at=start,
        later_infusions=[(start + later).isoformat() for later in record.later_infusions],
        weight_kg=record.weight_kg,
        weighed_at=None if record.weighed is None else start + record.weighed,
        last_follow_up_day=record.last_follow_up_day,
        product_batch=document.product_batch or "",
        time_zone=document.zone_name or ward.time_zone,
        opened_at=min(start, now),
        closed_at=closed_at,
        carried={
            "id": document.id,
            "source": document.source,
            "published": to_json(document.published),
        },
        **{f"baseline_{name}": getattr(record.baseline, name) for name in Baseline.__slots__},
    )


_KEYS = {
    "family_name": "name",
    "given_name": "name",
    "age_at_infusion_years": "age_years",
    **{kind.time_field: "at" for kind in ENTRY_KINDS},
    "ended_at": "end_at",
    "drug_class": "class",
}
"""The keys of a document by the columns that have another name."""


def _check(model: Patient | Course, *, exclude: list[str]) -> None:
    """The fields of patient or course, with the path of what does not fit."""
    try:
        model.clean_fields(exclude=exclude)
    except ValidationError as mistake:
        name, messages = next(iter(mistake.message_dict.items()))
        path = f"{model._meta.model_name}.{_KEYS.get(name, name)}"
        path = path.replace("course.baseline_", "baseline.")
        raise DocumentError(path, " ".join(messages)) from mistake


def _check_row(row: ClinicalRow, course: Course, path: str) -> None:
    """One entry, as the door will check it again, and its time."""
    try:
        row.clean_fields(exclude=NOT_TYPED)
        row.fill_in()
        row.clean()
    except ValidationError as mistake:
        name, messages = next(iter(mistake.message_dict.items()))
        raise DocumentError(f"{path}.{_KEYS.get(name, name)}", " ".join(messages)) from mistake
    if isinstance(row, LabResult) and (row.canonical_value or Decimal(0)) >= BEYOND_STORAGE:
        raise DocumentError(f"{path}.value", f"{row.value} {row.unit} is too large")
    _refuse_future(row.at, clock.now(), f"{path}.at")
    if row.at < course.infused_at - EARLIEST_BEFORE_INFUSION:
        time = row.at.isoformat(timespec="minutes")
        raise DocumentError(f"{path}.at", f"{time} is more than two years before the infusion")


def _refuse_future(moment: datetime, now: datetime, path: str) -> None:
    if moment > now + CLOCK_TOLERANCE:
        time = moment.isoformat(timespec="minutes")
        raise DocumentError(path, f"{time} is in the future; check it and the infusion time")
