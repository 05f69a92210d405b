"""`current` of a grades document: the grade that stands after the last entry."""

from __future__ import annotations

import json
from typing import Any

import pytest

from grading.documents.grades_writer import grade_text, grades_document
from grading.documents.reading.course_reader import parse_document
from grading.local_rules import DEFAULT

CRS, ICANS = "crs_astct_2019", "icans_astct_2019"
FEVER = {"temperature_c": 39, "hypotension": False, "vasopressors": [], "oxygen_device": "room_air"}
CRS_3 = FEVER | {"hypotension": True, "vasopressors": ["norepinephrine"]}
VITALS = {"temperature_c": 37, "systolic_mmhg": 118, "heart_rate": 96, "spo2_percent": 95}


def course(*assessments: dict[str, Any]) -> dict[str, Any]:
    return {
        "format": "cartox-course-1",
        "id": "current",
        "patient": {"age_years": 50},
        "course": {"infused_at": None},
        "assessments": list(assessments),
    }


def current(*assessments: dict[str, Any]) -> dict[str, Any]:
    (graded,) = grade_text(json.dumps(course(*assessments)), DEFAULT)
    return {key: summary["current"] for key, summary in graded["course"].items() if key in NAMES}


NAMES = (CRS, ICANS, "crs_lee_2014")

ENDS: dict[str, tuple[tuple[dict[str, Any], ...], tuple[Any, ...]]] = {
    "complete": (({"hour": 20, **CRS_3},), (3, False, 20, True, 20)),
    "vital signs alone": (
        ({"hour": 20, **CRS_3}, {"hour": 22, **VITALS}),
        (3, False, 20, False, 22),
    ),
    "a bound below": (
        ({"hour": 20, **CRS_3}, {"hour": 22, **FEVER, "oxygen_device": None}),
        (3, False, 20, False, 22),
    ),
    "a bound above": (
        ({"hour": 20, **FEVER}, {"hour": 22, **CRS_3, "vasopressors": None}),
        (2, True, 22, True, 22),
    ),
    "an entry of the other part": (
        ({"hour": 20, **CRS_3}, {"hour": 22, "ice_total": 9}),
        (3, False, 20, True, 20),
    ),
}


@pytest.mark.parametrize("name", ENDS)
def test_the_grade_that_stands_has_its_hour_and_says_whether_it_was_reassessed(name: str) -> None:
    assessments, expected = ENDS[name]
    stands = current(*assessments)[CRS]
    names = ("grade", "at_least", "hour", "reassessed", "newest_hour")
    assert tuple(stands[key] for key in names) == expected


def test_every_system_has_its_own_and_null_before_the_first_grade() -> None:
    stands = current({"hour": 20, **CRS_3}, {"hour": 22, **VITALS})
    assert stands[ICANS] is None
    assert (stands["crs_lee_2014"]["grade"], stands["crs_lee_2014"]["hour"]) == (2, 20)


def test_it_is_the_same_without_reasons() -> None:
    document = parse_document(course({"hour": 20, **CRS_3}, {"hour": 22, **VITALS}))
    (full, bare) = (grades_document(document, DEFAULT, reasons=each) for each in (True, False))
    assert {key: full["course"][key]["current"] for key in NAMES} == {
        key: bare["course"][key]["current"] for key in NAMES
    }


def test_a_lower_bound_told_twice_does_not_replace_the_range_of_the_first() -> None:
    """Two entries of one kind share their result; they are still two."""
    seizure = {"seizure_kind": "nonconvulsive", "seizure_multiple": False}
    document = parse_document(course({"hour": 47, **seizure}, {"hour": 140, **seizure}))
    stands = grades_document(document, DEFAULT)["course"]["seizure_ctcae_4_03"]["current"]
    assert stands["low"] < stands["high"]
    assert (stands["hour"], stands["reassessed"], stands["newest_hour"]) == (47, False, 140)
