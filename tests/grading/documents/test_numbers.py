"""The numbers of a course document: JSON numbers only, each read exactly."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from grading.documents.reading.course_reader import read_document
from grading.documents.reading.mistakes import DocumentError

FIELDS = [
    "assessments[0].temperature_c",
    "assessments[0].vasopressor_hours",
    "assessments[0].ice_total",
    "assessments[0].papilledema_stage",
    "assessments[0].ice.naming",
    "assessments[0].organ_toxicity.cardiac",
    "assessments[0].vasopressor_rates.dopamine",
    "assessments[0].hour",
    "labs[0].value",
    "labs[0].upper_limit",
    "doses[0].amount",
    "doses[0].end_hour",
    "events[0].grade",
    "baseline.spo2_percent",
    "baseline.ferritin_ng_ml",
    "baseline.capd_total",
    "patient.age_years",
    "course.weight_kg",
    "course.weighed_hour",
    "course.last_follow_up_day",
]
"""One field of every kind of number, and of every part."""
NO_NUMBERS = ('"38.9"', '"NaN"', '" 38 "', '"1_0"', '"5"', '"٣"', "true", "false", "[]", "{}", '""')
NO_JSON = ("NaN", "Infinity", "-Infinity", "038", "38.", ".5", "+5", "0x10", "1_0", "5e", "3,8")
TOO_LARGE_OR_SMALL = ("1e-400", "-1e-400", "1e-16", "1e400", "1e16", "9" * 17, "1e999999999")


def with_number(path: str, number: str) -> bytes:
    """A course document with this number, as it is written, in a field."""
    value: dict[str, Any] = {"format": "cartox-course-1"}
    section, _, key = path.partition(".")
    outer, _, inner = key.partition(".")
    field = {outer: {inner: "X"} if inner else "X"}
    needed = {
        "assessments": {"hour": 1},
        "labs": {"hour": 1, "analyte": "crp", "value": 1},
        "doses": {"hour": 1, "agent": "norepinephrine"},
        "events": {"hour": 1, "kind": "mnt"},
    }
    name = section.partition("[")[0]
    value[name] = [needed[name] | field] if name in needed else field
    return json.dumps(value).replace('"X"', number).encode()


def refusal(path: str, number: str) -> str:
    with pytest.raises(DocumentError) as caught:
        read_document(with_number(path, number))
    (mistake,) = caught.value.mistakes
    return str(mistake)


def read(path: str, number: str) -> Any:
    """The value of a field of a record."""
    record = read_document(with_number(path, number)).record
    name = path.rpartition(".")[2]
    if path.startswith("labs"):
        return getattr(record.labs[0], name)
    if path.startswith("doses"):
        return getattr(record.doses[0], name)
    if path.startswith("assessments"):
        return getattr(record.findings[0], name)
    return getattr(record.baseline if path.startswith("baseline") else record, name)


@pytest.mark.parametrize("path", FIELDS)
def test_only_a_json_number_is_a_number(path: str) -> None:
    read_document(
        with_number(path, "1" if "spo2" not in path else "90").replace(b'_c": 1', b'_c": 37')
    )
    for number in NO_NUMBERS:
        assert refusal(path, number).startswith(f"{path}: ")
        assert " is not a number" in refusal(path, number)


@pytest.mark.parametrize("path", FIELDS)
@pytest.mark.parametrize("number", NO_JSON)
def test_what_json_does_not_know_is_no_json(path: str, number: str) -> None:
    with pytest.raises(ValueError) as caught:
        read_document(with_number(path, number))
    assert not isinstance(caught.value, DocumentError)


@pytest.mark.parametrize("path", FIELDS)
@pytest.mark.parametrize("number", TOO_LARGE_OR_SMALL)
def test_a_number_that_nothing_measures_is_refused(path: str, number: str) -> None:
    assert refusal(path, number).startswith(f"{path}: ")


@pytest.mark.parametrize(
    "number", ["37.99999999999999999999", "37.999999999999999", "38.0000000000000001"]
)
def test_a_number_next_to_a_threshold_is_on_its_own_side(number: str) -> None:
    temperature = read("assessments[0].temperature_c", number)
    assert temperature == Decimal(number)
    assert (temperature < 38) is number.startswith("37")


@pytest.mark.parametrize(
    ("path", "low", "high"),
    [
        ("assessments[0].temperature_c", "25", "45"),
        ("baseline.spo2_percent", "30", "100"),
        ("course.weight_kg", "1", "350"),
        ("patient.age_years", "0", "120"),
    ],
)
def test_a_limit_is_compared_exactly(path: str, low: str, high: str) -> None:
    for number in (low, f"{low}.0", f"{low}.00000000000000000", high, f"{high}.0"):
        assert read(path, number) == Decimal(number)
    below = "-0.00001" if low == "0" else f"{int(low) - 1}.99999999999999999999"
    for number in (below, f"{high}.0000000000000001", f"{high}.00000000000000000000000001"):
        assert refusal(path, number).startswith(f"{path}: {number} is outside ")


@pytest.mark.parametrize(
    "number",
    [
        "38.90",
        "1e2",
        "1.5E+3",
        "12e-1",
        "0.1",
        "0.30000000000000004",
        "123456789012345",
        "1234567890123456",
        "9007199254740993",
        "90071992547409.93",
        "12345678901234.565",
        "0.123456789012345678901234567890",
        "1e15",
        "1e-15",
        "0.000000000000001",
    ],
)
@pytest.mark.parametrize("path", ["labs[0].value", "doses[0].amount"])
def test_an_amount_is_read_exactly(path: str, number: str) -> None:
    assert read(path, number) == Decimal(number)


@pytest.mark.parametrize("zero", ["0", "0.0", "-0", "-0.0", "0e5", "0E-5", "0e999999999"])
@pytest.mark.parametrize("path", ["assessments[0].vasopressor_hours", "labs[0].value"])
def test_every_way_to_write_zero_is_zero(path: str, zero: str) -> None:
    assert str(read(path, zero)) == "0"


@pytest.mark.parametrize(("number", "points"), [("8", 8), ("8.0", 8), ("80e-1", 8), ("-0", 0)])
def test_points_may_be_written_as_any_whole_number(number: str, points: int) -> None:
    assert read("assessments[0].ice_total", number) == points


@pytest.mark.parametrize("number", ["7.5", "7.00000000000001", "7.9999999999999999"])
@pytest.mark.parametrize(
    "path", ["assessments[0].ice_total", "events[0].grade", "course.last_follow_up_day"]
)
def test_points_are_never_rounded(path: str, number: str) -> None:
    assert refusal(path, number) == f"{path}: {number} is not a whole number"


@pytest.mark.parametrize("order", [("38", "38.0"), ("38.0", "38"), ("3.8e1", "38.00")])
def test_what_was_read_before_does_not_change_a_number(order: tuple[str, str]) -> None:
    one, other = (read("assessments[0].temperature_c", number) for number in order)
    assert one == other == 38
