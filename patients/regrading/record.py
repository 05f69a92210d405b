"""From stored rows to the record that the rules read.

`record_of` reads the rows of one course and builds its record; `build_record` does the second
step alone, for those who have the rows already.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from operator import attrgetter
from typing import Any

from django.db.models import QuerySet

from grading import record as record_types
from grading.kinds import ASSESSMENT, ENTRY_KINDS, EntryKind
from grading.record import ENTRY_TYPES, RECORD_FIELDS, Baseline
from grading.table.fields import Each, Number, SomeOf
from grading.table.findings import OBSERVATIONS, names_of
from patients.models import MODELS_BY_KIND, ClinicalRow, Course
from patients.models.clinical_row import ClinicalQuerySet
from patients.models.people import PRODUCT_NOT_STATED


@dataclass(slots=True)
class LiveRows:
    """The rows of one course that count: neither struck out nor replaced.

    Each is a model's row, or what `live_rows` read of one: the same names, no more than the facts.
    The rows of one kind stand in the order of entry, a correction in the place of what it replaced.
    """

    assessments: list[Any] = field(default_factory=list)
    labs: list[Any] = field(default_factory=list)
    doses: list[Any] = field(default_factory=list)
    events: list[Any] = field(default_factory=list)
    adjudications: list[Any] = field(default_factory=list)

    def of(self, kind: EntryKind) -> list[Any]:
        """The rows of one kind; the lists are named as the sections of the course document."""
        rows: list[Any] = getattr(self, kind.section)
        return rows


def live_rows(course: Course) -> LiveRows:
    """Everything that counts for this course, in a query for each kind."""
    return live_rows_of([course])[course.pk]


def live_rows_of(courses: Sequence[Course]) -> dict[int, LiveRows]:
    """Everything that counts for each of these courses, in a query of each kind for all together.

    One more is asked for a kind in which a correction has the time of another entry. Facts only:
    a model's row costs ten times as much, and every save reads a whole course.
    """
    by_course = {course.pk: LiveRows() for course in courses}
    for kind, model in MODELS_BY_KIND.items():
        rows = list(_facts(model).filter(course__in=list(by_course)))
        if _has_correction_beside_another(rows, kind):
            first = first_entries(_links(model, list(by_course)))
            rows = sorted(rows, key=lambda row: first.get(row.id, row.id))
        for row in rows:
            by_course[row.course_id].of(kind).append(row)
    return by_course


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


def _has_correction_beside_another(rows: Sequence[Any], kind: EntryKind) -> bool:
    """Whether a correction has the very time of another entry of its course."""
    corrections = [row for row in rows if row.replaces_id is not None]
    if not corrections:
        return False
    time_of = attrgetter("course_id", kind.time_field)
    entered = Counter(map(time_of, rows))
    return any(entered[time_of(row)] > 1 for row in corrections)


@cache
def _facts(model: type[ClinicalRow]) -> QuerySet[Any, Any]:
    """The entered values of every live row of a model; filtered before it is evaluated.

    The queryset is cached: to name sixty columns takes longer than to read them of a course.
    """
    left_out = (model.audit_fields | {"copied_from"}) - {"id"}
    columns = (
        column.attname for column in model._meta.concrete_fields if column.name not in left_out
    )
    rows: ClinicalQuerySet[ClinicalRow] = ClinicalQuerySet(model)
    return rows.live().order_by("pk").values_list(*columns, named=True)


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
        **{
            RECORD_FIELDS[kind]: tuple(as_entry(row, start) for row in rows.of(kind))
            for kind, as_entry in RECORD_ENTRIES.items()
        },
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


STORED_AS = {"ended": "ended_at", "onset": "onset_at", "resolved": "resolved_at"}
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


def _entry_reader(kind: EntryKind) -> Callable[[Any, datetime], Any]:
    """The function that makes a stored row of this kind an entry of the record."""
    entry_type, time_of = ENTRY_TYPES[kind], attrgetter(kind.time_field)
    names = list(entry_type.__annotations__)[1:]
    values_of = attrgetter(*(STORED_AS.get(name, name) for name in names))
    times = [names.index(name) for name in names if name in OTHER_TIMES]
    converted = [(names.index(name), _CONVERTED[name]) for name in names if name in _CONVERTED]

    def entry_of(row: Any, start: datetime) -> Any:
        values = list(values_of(row))
        for place, as_recorded in converted:
            if (stored := values[place]) is not None:
                values[place] = as_recorded(stored)
        for place in times:
            values[place] = _since(start, values[place])
        return entry_type(time_of(row) - start, *values)

    return entry_of


RECORD_ENTRIES = {kind: _entry_reader(kind) for kind in ENTRY_KINDS}
"""The functions that make a stored row of each kind an entry of the record."""
findings_of: Callable[[Any, datetime], record_types.Findings] = RECORD_ENTRIES[ASSESSMENT]
"""One assessment as the rules see it."""
