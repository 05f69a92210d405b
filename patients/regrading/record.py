"""From stored rows to the record that the rules read.

`record_of` reads the rows of one course and builds its record; `build_record` does the second
step alone, for those who have the rows already. A row is read as one text, and a text that came
before gives the entry that it gave then: both databases spend less on a text than on fifty values.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Context, Decimal
from functools import lru_cache, partial
from operator import attrgetter
from typing import Any, NamedTuple

from django.db import connection, models
from django.db.models import F, QuerySet, TextField, Value
from django.db.models.functions import Cast, JSONArray

from grading import record as record_types
from grading.kinds import ASSESSMENT, ENTRY_KINDS, EntryKind
from grading.record import ENTRY_TYPES, RECORD_FIELDS, Baseline
from grading.table.fields import Each, Number, SomeOf
from grading.table.findings import OBSERVATIONS, names_of
from patients.models import MODELS_BY_KIND, Assessment, ClinicalRow, Course
from patients.models.clinical_row import ClinicalQuerySet
from patients.models.people import PRODUCT_NOT_STATED


class LiveRow(NamedTuple):
    """One row that counts: its primary key, that of the row which it replaces, its entry."""

    id: int
    replaces_id: int | None
    entry: Any


@dataclass(slots=True)
class LiveRows:
    """The rows of one course that count: neither struck out nor replaced.

    The rows of one kind stand in the order of entry, a correction in the place of what it replaced.
    """

    assessments: list[LiveRow] = field(default_factory=list)
    labs: list[LiveRow] = field(default_factory=list)
    doses: list[LiveRow] = field(default_factory=list)
    events: list[LiveRow] = field(default_factory=list)
    adjudications: list[LiveRow] = field(default_factory=list)
    step_marks: list[LiveRow] = field(default_factory=list)

    def of(self, kind: EntryKind) -> list[LiveRow]:
        """The rows of one kind; the lists are named as the sections of the course document."""
        rows: list[LiveRow] = getattr(self, kind.section)
        return rows


def live_rows(course: Course) -> LiveRows:
    """Everything that counts for this course, in one query."""
    return live_rows_of([course])[course.pk]


def live_rows_of(courses: Sequence[Course]) -> dict[int, LiveRows]:
    """Everything that counts for each of these courses, in one query.

    One more is asked for a kind in which a correction has the time of another entry.
    """
    starts = {course.pk: course.infused_at for course in courses}
    by_course = {pk: LiveRows() for pk in starts}
    for section, course, key, replaced, text in _stored_texts(list(starts)):
        entry = ENTRY_READERS[section](text, starts[course])
        getattr(by_course[course], section).append(LiveRow(key, replaced, entry))
    for kind, model in MODELS_BY_KIND.items():
        of_kind = {pk: rows.of(kind) for pk, rows in by_course.items()}
        unordered = [pk for pk, rows in of_kind.items() if _has_correction_beside_another(rows)]
        first = first_entries(_links(model, unordered)) if unordered else {}
        for rows in of_kind.values():
            rows.sort(key=lambda row: first.get(row.id, row.id))
    return by_course


def _stored_texts(ids: Sequence[int]) -> list[tuple[str, int, int, int | None, str]]:
    """Every live row of these courses: section, course, its key, that of the replaced one, text."""
    if not ids:
        return []
    query, places = _query_of_texts(len(ids))
    with connection.cursor() as cursor:
        cursor.execute(query, [ids[each] if isinstance(each, int) else each for each in places])
        rows: list[tuple[str, int, int, int | None, str]] = cursor.fetchall()
    return rows


@lru_cache(maxsize=64)
def _query_of_texts(courses: int) -> tuple[str, tuple[str | int, ...]]:
    """The query of `_stored_texts` with its parameters, where a course is its place in the list.

    It is cached, since to name the columns of six tables takes longer than to read few rows.
    """
    first, *others = (_texts(kind).filter(course__in=range(courses)) for kind in ENTRY_KINDS)
    query, places = first.union(*others, all=True).query.sql_with_params()
    return query, tuple(places)


def first_entries(links: Iterable[tuple[int, int | None]]) -> dict[int, int]:
    """For each correction the entry that was the first of its corrections: the place it keeps.

    `links` are keys with those of the entries that they replace, in the order of entry.
    """
    first: dict[int, int] = {}
    for key, replaced in links:
        if replaced is not None:
            first[key] = first.get(replaced, replaced)
    return first


def _links(model: type[ClinicalRow], courses: list[int]) -> Iterable[tuple[int, int | None]]:
    rows: QuerySet[Any, Any] = ClinicalQuerySet(model)
    corrections = rows.filter(course__in=courses, replaces__isnull=False)
    return corrections.order_by("pk").values_list("pk", "replaces_id")


def _has_correction_beside_another(rows: Sequence[LiveRow]) -> bool:
    """Whether one of these rows of a course is a correction with the very time of another."""
    corrections = [row.entry.elapsed for row in rows if row.replaces_id is not None]
    if not corrections:
        return False
    entered = Counter(row.entry.elapsed for row in rows)
    return any(entered[elapsed] > 1 for elapsed in corrections)


def record_of(course: Course) -> record_types.Record:
    """The record of one course as it is stored."""
    return build_record(course, live_rows(course))


def build_record(course: Course, rows: LiveRows) -> record_types.Record:
    """The record of `course` for the rules, from rows already read."""
    start, patient = course.infused_at, course.patient
    return record_types.Record(
        age_years=patient.age_at_infusion_years,
        birth_date=patient.birth_date,
        sex=patient.sex,
        developmental_delay=patient.developmental_delay,
        product=None if course.product == PRODUCT_NOT_STATED else course.product,
        indication=course.indication or None,
        infused_at=start,
        zone=course.zone,
        later_infusions=tuple(moment - start for moment in course.later_infusion_times),
        weight_kg=course.weight_kg,
        weighed=_since(start, course.weighed_at),
        closed=_since(start, course.closed_at),
        last_follow_up_day=course.last_follow_up_day,
        baseline=Baseline(
            **{name: getattr(course, f"baseline_{name}") for name in Baseline.__slots__}
        ),
        **{RECORD_FIELDS[kind]: tuple(row.entry for row in rows.of(kind)) for kind in ENTRY_KINDS},
    )


def _since(start: datetime, moment: datetime | None) -> timedelta | None:
    return None if moment is None else moment - start


def _without_unknown(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _decimals(values: dict[str, float]) -> dict[str, Decimal]:
    """JSON keeps a rate as a number; a rule compares decimals."""
    return {name: Decimal(str(value)) for name, value in values.items() if value is not None}


def _holds_decimals(kind: Each) -> bool:
    return any(isinstance(value, Number) for value in kind.values.values())


STORED_AS = {
    "ended": "ended_at",
    "onset": "onset_at",
    "resolved": "resolved_at",
    "until": "until_at",
}
"""The values of an entry whose columns have another name, beside its time."""

OTHER_TIMES = frozenset({*STORED_AS, "holds_from"})
"""The times of an entry beside the one that grades go by."""

_CONVERTED: dict[str, Callable[[Any], Any]] = {
    "uid": str,
    **dict.fromkeys(names_of(SomeOf), tuple),
    **{
        field.name: _decimals if _holds_decimals(field.kind) else _without_unknown
        for field in OBSERVATIONS
        if isinstance(field.kind, Each)
    },
}
"""What a row holds otherwise than the record, with the function that converts it."""


MOST_ENTRIES = 8192
"""So many entries of each kind stay in the memory of a worker: those that were read last."""

EntryReader = Callable[[str, datetime], Any]
"""Makes an entry of the record of the text of a stored row and the time of the infusion."""


def _columns(kind: EntryKind) -> tuple[str, ...]:
    """The columns of a model that make an entry of the record, in its order: the time first."""
    names = list(ENTRY_TYPES[kind].__annotations__)[1:]
    return (kind.time_field, *(STORED_AS.get(name, name) for name in names))


def _texts(kind: EntryKind) -> QuerySet[Any, Any]:
    """The keys of every live row of a kind with its values as one text, a JSON array."""
    model = MODELS_BY_KIND[kind]
    stored = (model._meta.get_field(name) for name in _columns(kind))
    values = [
        Cast(column.name, TextField()) if isinstance(column, models.JSONField) else F(column.name)
        for column in stored
    ]
    section, text = Value(kind.section), Cast(JSONArray(*values), TextField())
    rows: ClinicalQuerySet[ClinicalRow] = ClinicalQuerySet(model)
    return rows.live().values_list(section, "course_id", "pk", "replaces_id", text)


_VALUES = json.JSONDecoder(parse_float=str).decode
"""The values in the text of a row; a number with a fraction stays text until it is a decimal."""


def _as_moment(text: str) -> datetime:
    """An aware datetime; a database without time zones keeps UTC."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _as_uid(text: str) -> str:
    """A uid with its hyphens, which a database without such a type leaves out."""
    if "-" in text:
        return text
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _as_decimal(column: models.DecimalField[Any, Any]) -> Callable[[int | str], Decimal]:
    """The function that gives a number of this column with all its decimal places, as models do."""
    stored, places = Context(prec=15), Decimal(1).scaleb(-column.decimal_places)
    return lru_cache(maxsize=4096)(
        lambda number: stored.create_decimal(number).quantize(places, context=column.context)
    )


def _as_recorded(convert: Callable[[Any], Any], text: str) -> Any:
    """A list or map out of its own JSON text."""
    stored = json.loads(text)
    return None if stored is None else convert(stored)


def _value_reader(name: str, column: Any) -> Callable[[Any], Any] | None:
    """The function that makes a value of the record of the JSON value of a column; None: as is."""
    match column:
        case models.DecimalField():
            return _as_decimal(column)
        case models.BooleanField():
            return bool
        case models.DateTimeField():
            return _as_moment
        case models.JSONField():
            return lru_cache(maxsize=4096)(partial(_as_recorded, _CONVERTED[name]))
        case models.UUIDField():
            return _as_uid
    return None


def _entry_reader(kind: EntryKind) -> EntryReader:
    """The function that makes an entry of the text of a stored row; equal texts are read once."""
    entry_type, columns = ENTRY_TYPES[kind], _columns(kind)
    names = ["elapsed", *list(entry_type.__annotations__)[1:]]
    fields = [MODELS_BY_KIND[kind]._meta.get_field(column) for column in columns]
    readers = [
        (place, reader)
        for place, (name, column) in enumerate(zip(names, fields, strict=True))
        if (reader := _value_reader(name, column)) is not None
    ]
    times = [names.index(name) for name in names if name in OTHER_TIMES]

    @lru_cache(maxsize=MOST_ENTRIES)
    def entry_of(text: str, start: datetime) -> Any:
        values = _VALUES(text)
        for place, read in readers:
            if (stored := values[place]) is not None:
                values[place] = read(stored)
        values[0] -= start
        for place in times:
            values[place] = _since(start, values[place])
        return entry_type(*values)

    return entry_of


ENTRY_READERS = {kind.section: _entry_reader(kind) for kind in ENTRY_KINDS}
"""The functions that make an entry of the text of a stored row, by the section of its kind."""

_FINDINGS_OF_ROW = attrgetter(*_columns(ASSESSMENT))


def findings_of(row: Assessment, start: datetime) -> record_types.Findings:
    """One assessment, stored or not, as the rules see it."""
    values = dict(zip(record_types.Findings._fields, _FINDINGS_OF_ROW(row), strict=True))
    for name, as_recorded in _CONVERTED.items():
        if (entered := values[name]) is not None:
            values[name] = as_recorded(entered)
    values["elapsed"] -= start
    return record_types.Findings(**values)


def entry_of(row: ClinicalRow, start: datetime) -> Any:
    """One row of any kind, stored or not, as the rules see it."""
    if isinstance(row, Assessment):
        return findings_of(row, start)
    kind = row.entry_kind
    names = ("elapsed", *list(ENTRY_TYPES[kind].__annotations__)[1:])
    columns = (getattr(row, column) for column in _columns(kind))
    values = dict(zip(names, columns, strict=True))
    values |= {"elapsed": row.at - start, "uid": str(row.uid)}
    values |= {name: _since(start, values[name]) for name in OTHER_TIMES & values.keys()}
    return ENTRY_TYPES[kind](**values)
