"""Before a row is stored, the database is asked about all its checks at once."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.storing import AssessmentAt


def asked(queries: CaptureQueriesContext) -> list[str]:
    return [query["sql"] for query in queries if query["sql"].startswith("SELECT")]


def test_a_row_that_keeps_its_checks_takes_one_query(assessment_at: AssessmentAt) -> None:
    row = assessment_at(30)
    with CaptureQueriesContext(connection) as queries:
        row.validate_constraints()
    assert len(asked(queries)) == 1


def test_every_broken_check_is_named(assessment_at: AssessmentAt) -> None:
    row = assessment_at(30, temperature_c=Decimal(90), ice_total=11)
    with pytest.raises(ValidationError) as refused:
        row.validate_constraints()
    assert len(refused.value.messages) == 2


def test_a_field_left_out_is_not_judged_and_the_others_are(assessment_at: AssessmentAt) -> None:
    row = assessment_at(30, temperature_c=Decimal(90), ice_total=11)
    with pytest.raises(ValidationError) as refused:
        row.validate_constraints(exclude={"ice_total"})
    assert len(refused.value.messages) == 1
    row.validate_constraints(exclude={"ice_total", "temperature_c"})


def test_what_is_unknown_breaks_no_check(assessment_at: AssessmentAt) -> None:
    row = assessment_at(30)
    for field in row._meta.concrete_fields:
        if field.null:
            setattr(row, field.attname, None)
    row.validate_constraints()
