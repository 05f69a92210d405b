"""The table of findings, the record and the model of assessments hold the same fields."""

from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from grading.measures import Limits
from grading.record import Baseline, Findings
from grading.table.fields import (
    Answer,
    Each,
    Field,
    Kind,
    Number,
    OneOf,
    SomeOf,
    Text,
    Whole,
)
from grading.table.findings import OBSERVATION, OBSERVATIONS, names_of
from grading.table.sections import BASELINE
from patients.models import Assessment, Course

IN_RECORD: dict[type, Any] = {
    Number: Decimal,
    Whole: int,
    Answer: bool,
    OneOf: str,
    SomeOf: tuple[str, ...],
    Text: str,
}
IN_MODEL: dict[type, type] = {
    Number: models.DecimalField,
    Whole: models.PositiveSmallIntegerField,
    Answer: models.BooleanField,
    OneOf: models.CharField,
    SomeOf: models.JSONField,
    Each: models.JSONField,
    Text: models.TextField,
}
NEVER_NULL = ("attribution", "note")
OF_EVERY_ROW = {"uid", "course", "replaces", "copied_from", "observed_at", *Assessment.audit_fields}
OF_EVERY_ROW |= {"handwriting"}  # no finding: no rule reads it
EACH = pytest.mark.parametrize("field", OBSERVATIONS, ids=lambda field: field.name)


def test_the_record_has_the_findings_of_the_table_in_its_order() -> None:
    assert list(Findings._fields) == ["elapsed", "uid", *OBSERVATION]


def test_the_model_has_the_findings_of_the_table_in_its_order() -> None:
    columns = [column.name for column in Assessment._meta.concrete_fields]
    observed = [name for name in columns if name not in {*OF_EVERY_ROW, "note"}]
    assert [*observed, "note"] == list(OBSERVATION)


def test_record_and_course_have_the_baseline_of_the_table() -> None:
    names = [field.name for field in BASELINE]
    assert [field.name for field in fields(Baseline)] == names
    columns = [column.name for column in Course._meta.concrete_fields]
    in_course = [name for name in columns if name.startswith("baseline_")]
    assert in_course == [f"baseline_{name}" for name in names]


@EACH
def test_the_record_holds_a_finding_as_its_kind_says(field: Field) -> None:
    hint, kind = get_type_hints(Findings)[field.name], field.kind
    assert (NoneType in get_args(hint)) == (field.name not in NEVER_NULL)
    if not isinstance(kind, Each):
        assert _type(hint) == IN_RECORD[type(kind)]
        return
    assert issubclass(get_origin(_type(hint)), Mapping)
    name, value = get_args(_type(hint))
    assert name is str
    assert {IN_RECORD[type(item)] for item in kind.values.values()} == {_type(value)}


@EACH
def test_the_model_has_a_column_of_the_kind(field: Field) -> None:
    column = _column(field.name)
    assert column.blank
    assert column.null == (field.name not in NEVER_NULL)
    assert type(column) is IN_MODEL[type(field.kind)]


@pytest.mark.parametrize("name", names_of(Number, Whole))
def test_the_model_keeps_a_number_within_the_limits_of_the_table(name: str) -> None:
    limits = _limits(OBSERVATION[name].kind)
    own = {type(check): check.limit_value for check in _column(name)._validators}
    assert own == {MinValueValidator: limits.hard_low, MaxValueValidator: limits.hard_high}
    inside = Q(**{f"{name}__gte": limits.hard_low, f"{name}__lte": limits.hard_high})
    condition = Q(**{f"{name}__isnull": True}) | inside
    assert _constraints("within_limits")[name].condition == condition


@pytest.mark.parametrize("name", names_of(OneOf))
def test_the_model_takes_the_words_of_the_table(name: str) -> None:
    kind = OBSERVATION[name].kind
    assert isinstance(kind, OneOf)
    assert [word for word, _ in _column(name).choices] == list(kind.words)
    condition = Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__in": list(kind.words)})
    assert _constraints("known_word")[name].condition == condition


def test_the_model_limits_nothing_else() -> None:
    assert set(_constraints("within_limits")) == set(names_of(Number, Whole))
    assert set(_constraints("known_word")) == set(names_of(OneOf))
    with_words = [column.name for column in Assessment._meta.concrete_fields if column.choices]
    assert with_words == list(names_of(OneOf))


def _type(hint: Any) -> Any:
    """The type of a value that was recorded: without None."""
    if not isinstance(hint, UnionType):
        return hint
    (recorded,) = (option for option in get_args(hint) if option is not NoneType)
    return recorded


def _column(name: str) -> Any:
    return Assessment._meta.get_field(name)


def _limits(kind: Kind) -> Limits:
    assert isinstance(kind, Number | Whole)
    return kind.limits


def _constraints(end: str) -> dict[str, models.CheckConstraint]:
    """The constraints of one sort, by the column they are about."""
    return {
        constraint.name.removeprefix("assessment_").removesuffix(f"_{end}"): constraint
        for constraint in Assessment._meta.constraints
        if isinstance(constraint, models.CheckConstraint) and constraint.name.endswith(f"_{end}")
    }
