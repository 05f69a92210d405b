"""A stored row makes the entry that its values make, digit for digit, on every database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from grading.kinds import ENTRY_KINDS, EntryKind
from grading.measures import Limits
from grading.record import RECORD_FIELDS, Record
from grading.table.fields import Each, Kind, Number, OneOf, SomeOf, Text, Whole
from grading.table.findings import OBSERVATION, OBSERVATIONS
from patients.models import (
    MODELS_BY_KIND,
    Adjudication,
    Assessment,
    ClinicalRow,
    Course,
    Dose,
    Event,
    LabResult,
    StepMark,
    User,
)
from patients.models.guarded import unguarded
from patients.regrading.record import STORED_AS, findings_of, record_of
from patients.regrading.regrade import regrade

ODD_TEXT = 'a "quoted" \\ back\nslash, µ, 38,5 and \x7f'


def in_limits(limits: Limits) -> Iterator[Decimal]:
    """Both limits, and numbers between them with one, two and four decimal places."""
    yield from (limits.hard_low, limits.hard_high)
    for fraction in ("0.1", "0.25", "0.0001"):
        yield limits.hard_low + Decimal(fraction)


def some_of(kind: Kind) -> Iterator[Any]:
    """Values of one kind as the model of assessments takes them."""
    match kind:
        case Number(limits):
            yield from in_limits(limits)
        case Whole(limits):
            yield from (int(limits.hard_low), int(limits.hard_high))
        case OneOf(words):
            yield str(next(iter(words)))
        case SomeOf(words):
            yield from ([], [str(word) for word in words])
        case Each(values):
            each = {name: next(iter(some_of(of))) for name, of in values.items()}
            as_json = {k: float(v) if isinstance(v, Decimal) else v for k, v in each.items()}
            yield from (
                {},
                as_json,
                dict.fromkeys(list(as_json)[:1]) | dict([*as_json.items()][1:]),
            )
        case Text():
            yield ODD_TEXT
        case _:
            yield from (True, False)


def assessments() -> list[Assessment]:
    """An assessment for each value of each observation, with no other value in it."""
    return [
        Assessment(**{field.name: value}) for field in OBSERVATIONS for value in some_of(field.kind)
    ]


def others(start: datetime) -> list[ClinicalRow]:
    """Results, doses, events and decisions with all of their values, and with as few as can be."""
    later = start + timedelta(hours=99, microseconds=1)
    number, small = Decimal("123456789.123456"), Decimal("0.000001")
    return [
        LabResult(analyte="crp", value=small),
        LabResult(
            analyte="ferritin",
            value=number,
            unit="U/L",
            comparator=">",
            lower_limit=small,
            upper_limit=number,
            fasting=False,
            status="preliminary",
            specimen="hemolyzed",
            note=ODD_TEXT,
        ),
        Dose(agent="tocilizumab", drug_class="anti_cytokine"),
        Dose(
            agent="norepinephrine",
            drug_class="vasopressor",
            amount="0.125",
            unit="mcg/kg/min",
            route="IV",
            ended_at=later,
        ),
        Event(kind="icu_in"),
        Event(kind="marrow", hemophagocytosis=False),
        Event(kind="death", attributed_to="crs", note=ODD_TEXT),
        Adjudication(decision="confirmed", sign="fever", cause="sepsis", holds_from=start),
        Adjudication(
            decision="final_grade",
            toxicity="crs",
            grade=2,
            onset_at=start,
            resolved_at=later,
            reason=ODD_TEXT,
        ),
        StepMark(code="cultures", line_toxicity="crs", answer="done", text=ODD_TEXT),
        StepMark(
            code="tocilizumab",
            line_toxicity="iec_hs",
            grade=2,
            answer="deferred",
            until_at=later,
            text="Tocilizumab 8 mg/kg",
            reason=ODD_TEXT,
        ),
    ]


@pytest.fixture
def record(course: Course, nurse: User) -> Record:
    """A course with every value of every kind of row, each row in a minute of its own.

    They do not come through the door, which would refuse some of them without other values.
    """
    rows: list[ClinicalRow] = [*assessments(), *others(course.infused_at)]
    for number, row in enumerate(rows):
        at = course.infused_at + timedelta(minutes=number, microseconds=number % 3)
        setattr(row, row.entry_kind.time_field, at)
        row.course, row.recorded_at, row.recorded_by = course, at, nurse
    for model in MODELS_BY_KIND.values():
        unguarded(model).bulk_create(row for row in rows if type(row) is model)
    return record_of(course)


@pytest.mark.parametrize("kind", ENTRY_KINDS, ids=lambda kind: kind.noun)
def test_a_stored_row_makes_the_entry_of_its_values(
    record: Record, course: Course, kind: EntryKind
) -> None:
    rows = MODELS_BY_KIND[kind].objects.filter(course=course).order_by(kind.time_field)
    entries = getattr(record, RECORD_FIELDS[kind])
    assert len(entries) == len(rows) > 0
    columns = {"elapsed": kind.time_field, **STORED_AS}
    for row, entry in zip(rows, entries, strict=True):
        names = type(entry).__annotations__
        expected = {
            name: as_recorded(name, getattr(row, columns.get(name, name)), course.infused_at)
            for name in names
        }
        assert repr({name: getattr(entry, name) for name in names}) == repr(expected)


def as_recorded(name: str, value: Any, start: datetime) -> Any:
    """A value of a model as an entry of the record holds it."""
    match value:
        case UUID():
            return str(value)
        case datetime():
            return value - start
        case list():
            return tuple(value)
        case dict():
            kinds = OBSERVATION[name].kind.values
            return {
                key: Decimal(str(of_key)) if isinstance(kinds[key], Number) else of_key
                for key, of_key in value.items()
                if of_key is not None
            }
    return value


def test_an_assessment_that_is_not_stored_makes_the_same_entry(
    record: Record, course: Course
) -> None:
    rows = Assessment.objects.filter(course=course).order_by("observed_at")
    entries = [findings_of(row, course.infused_at) for row in rows]
    assert repr(entries) == repr(list(record.findings))


def test_grading_leaves_the_entries_as_they_were_read(record: Record, course: Course) -> None:
    """Entries are shared by all who read their rows, so that nobody may change one."""
    before = repr(record)
    regrade(course, at=course.infused_at + timedelta(days=9))
    assert repr(record_of(course)) == before


def test_another_time_of_infusion_moves_every_entry(record: Record, course: Course) -> None:
    course.infused_at -= timedelta(hours=1)
    for kind in RECORD_FIELDS.values():
        moved = [each.elapsed - timedelta(hours=1) for each in getattr(record_of(course), kind)]
        assert moved == [each.elapsed for each in getattr(record, kind)]
