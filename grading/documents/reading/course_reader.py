"""The course document: one JSON form for command line, demo, published cases, import and export.

An absent key is unknown. An unknown key or word is an error, never ignored. A value outside the
hard limits is an error; nothing is converted from Fahrenheit or from a fraction. A text is read
quickly; one that the quick reader does not vouch for is read again, and every mistake is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from grading.documents.reading.course_times import CourseClock, moment_of
from grading.documents.reading.decoded import DecodedCourse, Values
from grading.documents.reading.entry_reader import ENTRY_READERS
from grading.documents.reading.explained_reader import explained
from grading.documents.reading.json_reader import load_json
from grading.documents.reading.mistakes import (
    DocumentError,
    EnoughMistakes,
    Mistake,
    Mistakes,
    nearest,
    show,
)
from grading.documents.reading.quick_reader import Unsure, quickly_decoded
from grading.measures import (
    EARLIEST_BIRTH,
    EARLIEST_YEAR,
    LATEST_BIRTH,
    LATEST_YEAR,
    is_clinical_time,
)
from grading.record import INFUSION, RECORD_FIELDS, Baseline, Record


@dataclass(slots=True)
class CourseDocument:
    """A course as received: what rules see is `record`, the rest is carried through unread.

    `cautions` say what was read otherwise than it stands in the document.
    """

    record: Record
    id: str | None = None
    source: str | None = None
    mrn: str | None = None
    name: str | None = None
    product_batch: str | None = None
    published: Any = None
    zone_name: str | None = None
    cautions: tuple[str, ...] = ()


def read_document(raw: bytes) -> CourseDocument:
    """A course document from its JSON. `DocumentError` names what is wrong with the course.

    ValueError says where the text is not JSON, or not UTF-8.
    """
    try:
        mistakes = Mistakes()
        document = _built(quickly_decoded(raw), mistakes)
        if not mistakes:
            return document
    except (Unsure, EnoughMistakes):
        pass
    return parse_document(load_json(raw.decode().strip()))


def parse_document(value: Any) -> CourseDocument:
    """A course document from parsed JSON with exact decimals."""
    mistakes = Mistakes()
    with suppress(EnoughMistakes):
        decoded = explained(value, mistakes)
        if decoded is not None:
            document = _built(decoded, mistakes)
            if not mistakes:
                return document
    error = DocumentError.of(mistakes)
    name = value.get("id") if isinstance(value, dict) else None
    error.course_id = name if isinstance(name, str) else None
    raise error


def _built(decoded: DecodedCourse, mistakes: list[Mistake]) -> CourseDocument:
    """The course of these values. What is wrong between them is added to `mistakes`."""
    _, name, source, published = decoded.top
    record = Record()
    document = CourseDocument(record, name, source, published=published)
    clock = _read_course(decoded.parts["course"], document, mistakes)
    _read_patient(decoded.parts["patient"], document, mistakes)
    baseline = decoded.parts["baseline"]
    if baseline is not None:
        record.baseline = Baseline(*baseline)
    for kind, read in ENTRY_READERS.items():
        setattr(record, RECORD_FIELDS[kind], read(decoded.entries[kind], clock))
    record.put_in_order()
    document.cautions = tuple(dict.fromkeys(clock.cautions))
    return document


def _read_course(
    values: Values | None, document: CourseDocument, mistakes: list[Mistake]
) -> CourseClock:
    if values is None:
        return CourseClock(None, None, mistakes, is_known=False)
    product, indication, infused_at, zone_name, later = values[:5]
    weight_kg, weighed_hour, weighed_at, closed_at, last_day, batch = values[5:]
    record = document.record
    record.product, record.indication = product, indication
    record.weight_kg, record.last_follow_up_day = weight_kg, last_day
    document.product_batch = batch or None
    clock = CourseClock(None, None, mistakes)
    if zone_name is not None:
        record.zone = clock.zone = _zone(zone_name, mistakes)
        document.zone_name = zone_name
        clock.is_known = clock.zone is not None
    if infused_at is not None and clock.is_known:
        _read_infusion(infused_at, clock)
        record.infused_at = clock.infused_at
        if record.zone is None and clock.infused_at is not None:
            record.zone = clock.infused_at.tzinfo
    record.later_infusions = tuple(_later_infusions(later or (), clock))
    record.weighed = clock.elapsed(
        weighed_hour, weighed_at, "course", ("weighed_hour", "weighed_at")
    )
    if closed_at is not None:
        record.closed = clock.since(closed_at, "course.closed_at")
    return clock


def _read_infusion(text: str, clock: CourseClock) -> None:
    """The time of the infusion, in the years of clinical times."""
    reason = ""
    try:
        clock.infused_at = moment_of(text, clock.zone)
    except ValueError as error:
        reason = str(error)
    else:
        if not is_clinical_time(clock.infused_at):
            reason = f"{clock.infused_at.year} is outside {EARLIEST_YEAR}–{LATEST_YEAR}"
    if reason:
        clock.mistakes.append(Mistake("course.infused_at", reason))
        clock.is_known = False


def _later_infusions(items: Iterable[Any], clock: CourseClock) -> Iterator[timedelta]:
    for place, item in enumerate(items):
        path = f"course.later_infusions[{place}]"
        elapsed = (clock.since if isinstance(item, str) else clock.after)(item, path)
        if elapsed is not None and elapsed <= INFUSION and clock.is_known:
            reason = f"{show(item)} is not after the first infusion"
            clock.mistakes.append(Mistake(path, reason))
        elif elapsed is not None:
            yield elapsed


def _zone(name: str, mistakes: list[Mistake]) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        reason = f"{show(name)} is not a known time zone{nearest(name, _zone_names())}"
        mistakes.append(Mistake("course.time_zone", reason))
        return None


@lru_cache(maxsize=1)
def _zone_names() -> list[str]:
    return sorted(available_timezones())


def _read_patient(values: Values | None, document: CourseDocument, mistakes: list[Mistake]) -> None:
    if values is None:
        return
    age_years, birth_date, sex, developmental_delay, mrn, name = values
    record = document.record
    record.age_years, record.sex, record.developmental_delay = age_years, sex, developmental_delay
    document.mrn, document.name = mrn, name
    if birth_date is None:
        return
    try:
        record.birth_date = _birth_date(birth_date, record)
    except ValueError as error:
        mistakes.append(Mistake("patient.birth_date", str(error)))


def _birth_date(text: str, record: Record) -> date:
    """A birth date that can be, before the infusion. ValueError says what is wrong."""
    try:
        born = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{show(text)} is not a date (YYYY-MM-DD)") from None
    if not EARLIEST_BIRTH <= born <= LATEST_BIRTH:
        raise ValueError(f"{born.year} is outside {EARLIEST_BIRTH.year}–{LATEST_BIRTH.year}")
    if record.age_years is not None:
        raise ValueError("stands beside age_years; give one of them")
    infused_on = record.local_date(INFUSION)
    if infused_on is not None and born > infused_on:
        raise ValueError("is after the infusion")
    return born
