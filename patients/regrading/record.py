"""From stored rows to the record that the rules read.

`record_of` reads the rows of one course and builds its record; `build_record` does the second
step alone, for those who have the rows already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from operator import attrgetter
from typing import Any

from django.db.models import QuerySet

from grading import record as record_types
from grading.kinds import ASSESSMENT, DOSE, ENTRY_KINDS, EntryKind
from grading.record import ENTRY_TYPES, RECORD_FIELDS, Baseline
from grading.table.fields import Each, Number, SomeOf
from grading.table.findings import OBSERVATIONS, names_of
from patients.models import MODELS_BY_KIND, ClinicalRow, Course
from patients.models.clinical_row import ClinicalQuerySet
from patients.models.people import PRODUCT_NOT_STATED


@dataclass(slots=True)
class LiveRows:
    """The rows of one course that count: neither struck out nor replaced.

    Each is a model's row, saved or not, or what `live_rows` read of one: the same names, no more
    than the facts.
    """

    assessments: list[Any] = field(default_factory=list)
    labs: list[Any] = field(default_factory=list)
    doses: list[Any] = field(default_factory=list)
    events: list[Any] = field(default_factory=list)

    def of(self, kind: EntryKind) -> list[Any]:
        """The rows of one kind; the lists are named as the sections of the course document."""
        rows: list[Any] = getattr(self, kind.section)
        return rows

    def leave_out(self, replaced: ClinicalRow) -> None:
        """Drop the row that another one would replace."""
        rows = self.of(replaced.entry_kind)
        rows[:] = [row for row in rows if row.id != replaced.pk]


def live_rows(course: Course) -> LiveRows:
    """Everything that counts for this course, in four queries."""
    return live_rows_of([course])[course.pk]


def live_rows_of(courses: Sequence[Course]) -> dict[int, LiveRows]:
    """Everything that counts for each of these courses, in four queries for all together.

    Facts only: a model's row costs ten times as much, and every save reads a whole course.
    """
    by_course = {course.pk: LiveRows() for course in courses}
    for kind, model in MODELS_BY_KIND.items():
        for row in _facts(model).filter(course__in=list(by_course)):
            by_course[row.course_id].of(kind).append(row)
    return by_course


@cache
def _facts(model: type[ClinicalRow]) -> QuerySet[Any, Any]:
    """The entered values of every live row of a model; filtered before it is evaluated.

    The queryset is cached: to name sixty columns takes longer than to read them of a course.
    """
    left_out = (model.audit_fields | {"replaces", "copied_from"}) - {"id"}
    columns = (
        column.attname for column in model._meta.concrete_fields if column.name not in left_out
    )
    rows: ClinicalQuerySet[ClinicalRow] = ClinicalQuerySet(model)
    return rows.live().order_by("pk").values_list(*columns, named=True)


def record_of(
    course: Course,
    extra: Iterable[ClinicalRow] = (),
    replacing: ClinicalRow | None = None,
) -> record_types.Record:
    """The record of one course; `extra` are unsaved rows, `replacing` the row they correct."""
    rows = live_rows(course)
    for row in extra:
        replaced = row.replaces if replacing is None else replacing
        if replaced is not None:
            rows.leave_out(replaced)
        rows.of(row.entry_kind).append(row)
    return build_record(course, rows)


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


STORED_AS = {"ended": "ended_at"}
"""The values of an entry whose columns have another name, beside its time."""

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
    converted = [(names.index(name), _CONVERTED[name]) for name in names if name in _CONVERTED]

    def entry_of(row: Any, start: datetime) -> Any:
        values = list(values_of(row))
        for place, as_recorded in converted:
            if (stored := values[place]) is not None:
                values[place] = as_recorded(stored)
        entry = entry_type(time_of(row) - start, *values)
        if kind is DOSE:
            entry.ended = _since(start, entry.ended)
        return entry

    return entry_of


RECORD_ENTRIES = {kind: _entry_reader(kind) for kind in ENTRY_KINDS}
"""The functions that make a stored row of each kind an entry of the record."""
findings_of: Callable[[Any, datetime], record_types.Findings] = RECORD_ENTRIES[ASSESSMENT]
"""One assessment as the rules see it."""
