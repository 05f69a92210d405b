"""The course document: one JSON form for command line, demo, published cases, import and export.

An absent key is unknown. An unknown key or word is an error, never ignored. A value outside the
hard limits is an error; nothing is converted from Fahrenheit or from a fraction.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from grading.documents.entry_reader import ENTRY_READERS, DocumentClock
from grading.documents.json_reader import (
    DocumentError,
    Node,
    a_boolean,
    a_date,
    a_list,
    a_moment,
    a_text,
    a_word,
    an_integer,
    show,
    within,
)
from grading.measures import (
    EARLIEST_BIRTH,
    EARLIEST_YEAR,
    LATEST_BIRTH,
    LATEST_YEAR,
    is_clinical_time,
)
from grading.record import RECORD_FIELDS, Baseline, Record
from grading.table.sections import LIMITS
from grading.vocabulary import ANALYTES, OxygenDevice, Sex

COURSE_FORMAT = "cartox-course-1"


@dataclass(slots=True)
class CourseDocument:
    """A course as received: what rules see is `record`, the rest is carried through unread."""

    record: Record
    id: str | None = None
    source: str | None = None
    mrn: str | None = None
    name: str | None = None
    published: Any = None
    zone_name: str | None = None


def parse_document(value: Any) -> CourseDocument:
    """A course document from parsed JSON; `DocumentError` names the path and the reason."""
    root = Node(value, "")
    form = root.need("format", a_text)
    if form != COURSE_FORMAT:
        raise DocumentError("format", f"{show(form)} is not {COURSE_FORMAT}")
    document = CourseDocument(Record(), root.take("id", a_text), root.take("source", a_text))
    document.published = root.take("published", lambda item, _path: item)
    record = document.record
    clock = _read_course(root.child("course"), document)
    _read_patient(root.child("patient"), document)
    record.baseline = _read_baseline(root.child("baseline"))
    entries: dict[str, Any] = {
        RECORD_FIELDS[kind]: tuple(
            read(node, clock, index) for index, node in enumerate(root.children(kind.section))
        )
        for kind, read in ENTRY_READERS.items()
    }
    document.record = replace(record, **entries)
    root.finish()
    return document


def _read_course(node: Node, document: CourseDocument) -> DocumentClock:
    record = document.record
    record.product = node.take("product", a_text)
    record.indication = node.take("indication", a_text)
    record.infused_at = node.take("infused_at", _infusion_time)
    clock = DocumentClock(record.infused_at)
    zone = node.take("time_zone", _zone)
    if zone is not None:
        record.zone, document.zone_name = zone, zone.key
    elif record.infused_at is not None:
        record.zone = record.infused_at.tzinfo
    record.later_infusions = tuple(
        clock.infusion(item, f"{node.at('later_infusions')}[{index}]")
        for index, item in enumerate(node.take("later_infusions", a_list) or [])
    )
    record.weight_kg = node.take("weight_kg", within(LIMITS["weight_kg"]))
    record.weighed = clock.read(node, "weighed_hour", "weighed_at")
    closed_at = node.take("closed_at", a_moment)
    if closed_at is not None:
        record.closed = clock.since(closed_at, node.at("closed_at"))
    record.last_follow_up_day = node.take("last_follow_up_day", an_integer)
    node.finish()
    return clock


def _infusion_time(value: Any, path: str) -> datetime:
    moment = a_moment(value, path)
    if not is_clinical_time(moment):
        raise DocumentError(path, f"{moment.year} is outside {EARLIEST_YEAR}–{LATEST_YEAR}")
    return moment


def _birth_date(value: Any, path: str) -> date:
    born = a_date(value, path)
    if not EARLIEST_BIRTH <= born <= LATEST_BIRTH:
        years = f"{EARLIEST_BIRTH.year}–{LATEST_BIRTH.year}"
        raise DocumentError(path, f"{born.year} is outside {years}")
    return born


def _zone(value: Any, path: str) -> ZoneInfo:
    name = a_text(value, path)
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise DocumentError(path, f"{show(name)} is not a known time zone") from None


def _read_patient(node: Node, document: CourseDocument) -> None:
    record = document.record
    record.age_years = node.take("age_years", within(LIMITS["age_years"]))
    record.birth_date = node.take("birth_date", _birth_date)
    if record.age_years is not None and record.birth_date is not None:
        raise DocumentError(node.at("birth_date"), "stands beside age_years; give one of them")
    infused_on = record.local_date(timedelta(0))
    if record.birth_date and infused_on and record.birth_date > infused_on:
        raise DocumentError(node.at("birth_date"), "is after the infusion")
    record.sex = node.take("sex", a_word(Sex))
    record.developmental_delay = node.take("developmental_delay", a_boolean)
    document.mrn = node.take("mrn", a_text)
    document.name = node.take("name", a_text)
    node.finish()


def _read_baseline(node: Node) -> Baseline:
    baseline = Baseline(
        systolic_mmhg=node.take("systolic_mmhg", within(LIMITS["systolic_mmhg"])),
        oxygen_device=node.take("oxygen_device", a_word(OxygenDevice)),
        oxygen_flow_l_min=node.take("oxygen_flow_l_min", within(LIMITS["oxygen_flow_l_min"])),
        spo2_percent=node.take("spo2_percent", within(LIMITS["spo2_percent"])),
        home_cpap=node.take("home_cpap", a_boolean),
        ice_total=_score(node, "ice_total"),
        capd_total=_score(node, "capd_total"),
        ferritin_ng_ml=node.take("ferritin_ng_ml", within(ANALYTES["ferritin"].limits)),
        immunosuppressed=node.take("immunosuppressed", a_boolean),
    )
    node.finish()
    return baseline


def _score(node: Node, name: str) -> int | None:
    total = node.take(name, within(LIMITS[name]))
    return None if total is None else int(total)
