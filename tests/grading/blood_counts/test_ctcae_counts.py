"""Counts by CTCAE 5.0 and 6.0: every limit, latest and lowest, what is assumed or not used."""

from __future__ import annotations

import csv
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from grading.local_rules import DEFAULT
from grading.record import Dose, Lab, Record
from grading.rules.systems import COURSE_SYSTEMS
from tests.grading.rules.case_files import CASES

SYSTEMS = {"CTCAE 5.0": "counts_ctcae_5_0", "CTCAE 6.0": "counts_ctcae_6_0"}
ASSUMED = "no lower limit came with the result"
ROWS = list(csv.DictReader((CASES / "ctcae_counts.csv").open(encoding="utf-8", newline="")))


def lab(hour: float, analyte: str, text: str, **more: Any) -> Lab:
    comparator = text[0] if text[0] in "<>" else "="
    unit = more.pop("unit", "10*9/L")
    value = Decimal(text.lstrip("<>"))
    return Lab(timedelta(hours=hour), analyte, value, comparator=comparator, unit=unit, **more)


def document(system: str, *labs: Lab, doses: tuple[Dose, ...] = ()) -> Any:
    record = Record(labs=labs, doses=doses)
    result = COURSE_SYSTEMS[system].compute(record, {}, DEFAULT)
    return None if result is None else COURSE_SYSTEMS[system].document(result)


def shown(entry: dict[str, Any]) -> str:
    low, high = entry["low"], entry["high"]
    assert entry["grade"] == (low if low == high else None)
    assumed = " assumed" if any(ASSUMED in text for text in entry["cautions"]) else ""
    return (f"{low}" if low == high else f"{low}-{high}") + assumed


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["case"])
def test_case_has_the_grade_of_each_edition(row: dict[str, str]) -> None:
    limit = Decimal(row["lower limit"]) if row["lower limit"] else None
    result = lab(24, row["analyte"], row["result"], lower_limit=limit)
    for name, system in SYSTEMS.items():
        latest, lowest = document(system, result)["entries"]
        assert (latest["which"], lowest["which"]) == ("latest", "lowest")
        assert shown(latest) == shown(lowest) == row[name], name


def test_the_lowest_is_looked_for_from_the_infusion_on() -> None:
    labs = (lab(-48, "anc", "0.05"), lab(30, "anc", "0.2"), lab(60, "anc", "0.9"))
    entries = document("counts_ctcae_6_0", *labs)["entries"]
    assert [(entry["which"], entry["day"], entry["grade"]) for entry in entries] == [
        ("latest", 2, 2),
        ("lowest", 1, 3),
    ]


def test_before_the_infusion_there_is_a_latest_count_alone() -> None:
    (entry,) = document("counts_ctcae_6_0", lab(-48, "anc", "0.05"))["entries"]
    assert (entry["which"], entry["grade"]) == ("latest", 4)


def test_a_bound_below_is_lower_than_a_number_above_it() -> None:
    entries = document("counts_ctcae_6_0", lab(24, "anc", "<0.1"), lab(30, "anc", "0.1"))["entries"]
    assert [entry["comparator"] for entry in entries] == ["=", "<"]


def test_a_count_in_a_unit_that_cannot_be_read_is_named() -> None:
    answer = document("counts_ctcae_5_0", lab(24, "platelets", "9", unit="furlong"))
    assert answer["entries"] == []
    assert "furlong: not used" in answer["cautions"][0]
    assert answer["because"][0]["code"] == "result_not_used"


@pytest.mark.parametrize(("hour", "is_named"), [(0, True), (24, True), (72.5, False)])
def test_platelets_given_near_a_count_are_named_by_6_0(hour: float, is_named: bool) -> None:
    doses = (Dose(timedelta(hours=hour), "platelet_transfusion"),)
    for system, names in (("counts_ctcae_5_0", False), ("counts_ctcae_6_0", is_named)):
        entries = document(system, lab(24, "platelets", "60"), doses=doses)["entries"]
        is_told = any("indicated transfusion is grade 3" in text for text in entries[0]["cautions"])
        assert is_told is names


def test_without_a_count_there_is_no_result() -> None:
    assert document("counts_ctcae_6_0", lab(24, "hemoglobin", "8", unit="g/dL")) is None
    assert COURSE_SYSTEMS["counts_ctcae_6_0"].nothing["entries"] == []


# The oracle: what the two editions print, as ranges that tile.

PRINTED: dict[tuple[str, str], tuple[tuple[str, str, int], ...]] = {
    ("anc", "counts_ctcae_5_0"): (
        ("0", "0.5", 4), ("0.5", "1.0", 3), ("1.0", "1.5", 2), ("1.5", "2.0", 1), ("2.0", "99", 0),
    ),
    ("anc", "counts_ctcae_6_0"): (
        ("0", "0.1", 4), ("0.1", "0.5", 3), ("0.5", "1.0", 2), ("1.0", "1.5", 1), ("1.5", "99", 0),
    ),
    ("platelets", "counts_ctcae_5_0"): (
        ("0", "25", 4), ("25", "50", 3), ("50", "75", 2), ("75", "140", 1), ("140", "999", 0),
    ),
    ("platelets", "counts_ctcae_6_0"): (
        ("0", "10", 4), ("10", "50", 3), ("50", "75", 2), ("75", "140", 1), ("140", "999", 0),
    ),
}  # fmt: skip
"""From, to (not included), grade; with lower limits of normal of 2.0 and 140."""


@pytest.mark.parametrize(("analyte", "system"), PRINTED)
def test_every_count_falls_into_the_printed_range(analyte: str, system: str) -> None:
    step, most, limit = {"anc": ("0.05", 60, "2.0"), "platelets": ("1", 180, "140")}[analyte]
    for times in range(most):
        value = times * Decimal(step)
        (expected,) = [
            grade
            for low, high, grade in PRINTED[analyte, system]
            if Decimal(low) <= value < Decimal(high)
        ]
        result = lab(24, analyte, f"{value}", lower_limit=Decimal(limit))
        assert document(system, result)["entries"][0]["grade"] == expected, value
