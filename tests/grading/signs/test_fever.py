"""Fever from 38.0 °C, by the number or else by the answer, unless it has another cause."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from grading.local_rules import DEFAULT
from grading.record import Findings
from grading.rules.signs.fever import fever_of
from grading.vocabulary import Attribution, Sign

AT = timedelta(hours=30)


@pytest.mark.parametrize(("temperature", "expected"), [("37.9", False), ("38.0", True)])
def test_fever_begins_at_38_0(temperature: str, expected: bool) -> None:
    assert fever_of(Findings(AT, temperature_c=Decimal(temperature)), DEFAULT) is expected


@pytest.mark.parametrize("answer", [True, False, None])
def test_the_answer_counts_where_no_number_was_recorded(answer: bool | None) -> None:
    assert fever_of(Findings(AT, fever=answer), DEFAULT) is answer


def test_a_number_outweighs_the_answer() -> None:
    findings = Findings(AT, temperature_c=Decimal("37.2"), fever=True)
    assert fever_of(findings, DEFAULT) is False


def test_fever_of_another_cause_does_not_count() -> None:
    attribution = {Sign.FEVER: Attribution.OTHER}
    findings = Findings(AT, temperature_c=Decimal(39), attribution=attribution)
    assert fever_of(findings, DEFAULT) is False
