"""Organ toxicity by CTCAE from laboratory results, at both sides of every cut-off."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from grading.local_rules import DEFAULT
from grading.record import Findings, Lab, Record
from grading.rules.signs.organ_toxicity import LABS_NOT_COUNTED, ORGANS_DERIVED, Organs, organ_index
from grading.rules.systems import grade_record

AT = timedelta(hours=48)
UNITS = {"ast": "U/L", "alt": "U/L", "bilirubin_total": "mg/dL", "creatinine": "mg/dL"}


def lab(analyte: str, value: str, hours: float = 48, **more: Any) -> Lab:
    return Lab(timedelta(hours=hours), analyte, Decimal(value), **{"unit": UNITS[analyte], **more})


def organs(*labs: Lab, labs_count: bool = True, **recorded: int) -> Organs:
    findings = Findings(AT, organ_toxicity=recorded or None)
    index = organ_index(Record(labs=labs), DEFAULT)
    return index.at(findings, labs_count=labs_count)


@pytest.mark.parametrize(
    ("analyte", "organ", "limit", "cells"),
    [
        ("ast", "transaminases", "40", ("40", "120", "200", "800")),
        ("alt", "transaminases", "50", ("50", "150", "250", "1000")),
        ("bilirubin_total", "bilirubin", "1.0", ("1.0", "1.5", "3.0", "10.0")),
        ("creatinine", "creatinine", "1.0", ("1.0", "1.5", "3.0", "6.0")),
    ],
)
def test_each_cut_off_belongs_to_the_lower_grade(
    analyte: str, organ: str, limit: str, cells: tuple[str, ...]
) -> None:
    for grade, cell in enumerate(cells):
        at = lab(analyte, cell, upper_limit=Decimal(limit))
        above = lab(analyte, str(Decimal(cell) + Decimal("0.01")), upper_limit=Decimal(limit))
        assert organs(at).grades == {organ: grade}
        assert organs(above).grades == {organ: grade + 1}


@pytest.mark.parametrize(("value", "grade"), [("0.75", 0), ("0.76", 2), ("1.5", 2), ("1.51", 3)])
def test_creatinine_is_compared_with_the_last_before_the_infusion(value: str, grade: int) -> None:
    toxicity = organs(lab("creatinine", "0.5", -24), lab("creatinine", value))
    assert toxicity.grades == {
        "creatinine": max(grade, 1 if Decimal(value) > Decimal("1.2") else 0)
    }


def test_a_result_of_a_day_ago_counts_and_an_older_one_does_not() -> None:
    assert organs(lab("ast", "300", 24)).grades == {"transaminases": 3}
    assert organs(lab("ast", "300", 23.9)).grades == {}


def test_a_later_result_is_not_known_yet() -> None:
    assert organs(lab("ast", "300", 48.1)).grades == {}


def test_the_worse_of_ast_and_alt_counts() -> None:
    assert organs(lab("ast", "50"), lab("alt", "300")).grades == {"transaminases": 3}


def test_a_censored_result_is_what_it_can_be() -> None:
    assert organs(lab("ast", "800", comparator=">")).grades == {"transaminases": 4}
    assert organs(lab("bilirubin_total", "1.2", comparator="<")).grades == {"bilirubin": 0}


def test_a_recorded_grade_stands_before_the_laboratory() -> None:
    assert organs(lab("ast", "300"), transaminases=1).grades == {"transaminases": 1}


def test_all_three_organs_have_to_be_known() -> None:
    two = [lab("ast", "30"), lab("bilirubin_total", "0.5")]
    assert not organs(*two).complete
    assert organs(*two, lab("creatinine", "0.8")).complete
    assert organs(*two, creatinine=0).complete


def test_an_assumed_limit_and_the_derivation_are_cautions() -> None:
    own = organs(lab("ast", "300", upper_limit=Decimal(40))).cautions
    assumed = organs(lab("ast", "300")).cautions
    assert own == (ORGANS_DERIVED,)
    assert assumed == (ORGANS_DERIVED, "AST: no upper limit came with the result, 40 U/L assumed")
    assert organs(lab("ast", "30")).cautions == ()


def test_a_laboratory_result_alone_is_no_syndrome() -> None:
    normal = {"hypotension": False, "vasopressors": (), "oxygen_device": "room_air"}
    labs = (lab("ast", "300"), lab("bilirubin_total", "0.5"), lab("creatinine", "0.8"))
    afebrile = Findings(AT, temperature_c=Decimal("36.8"), **normal)
    febrile = Findings(AT, temperature_c=Decimal("38.0"), **normal)
    without = grade_record(Record(findings=(afebrile,), labs=labs), DEFAULT)[
        "crs_lee_2014"
    ].results[0]
    beside = grade_record(Record(findings=(febrile,), labs=labs), DEFAULT)["crs_lee_2014"].results[
        0
    ]
    assert (without.grade, without.at_least, without.cautions) == (0, False, (LABS_NOT_COUNTED,))
    assert (beside.low, beside.high) == (2, 3)


def test_a_result_that_cannot_be_used_is_named_while_nothing_fresher_can() -> None:
    wrong = lab("ast", "300", 40, unit="furlongs")
    assert [result.caution for result in organs(wrong).not_used] == [
        "AST of Day 1 came in furlongs: not used"
    ]
    assert organs(wrong, lab("ast", "30", 39)).not_used != ()
    assert organs(wrong, lab("ast", "30", 41)).not_used == ()
    assert organs(lab("ast", "300", 23, unit="furlongs")).not_used == ()  # too old to count
    assert organs(wrong, transaminases=1).not_used == ()
    assert organs(wrong, labs_count=False).not_used == ()


def test_a_doubtful_value_that_was_used_has_its_remark() -> None:
    assert organs(lab("creatinine", "4.1")).remarks == ("creatinine 4.1 mg/dL of Day 2 is unusual",)
    assert organs(lab("creatinine", "4.0")).remarks == ()
    assert organs(lab("creatinine", "4.1"), creatinine=1).remarks == ()
