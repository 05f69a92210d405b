"""No system is silent about a result that it would have used, or that it used with a doubt."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from grading.documents.grades_writer import grades_document
from grading.documents.reading.course_reader import CourseDocument, parse_document
from grading.documents.reading.json_reader import load_json
from grading.local_rules import DEFAULT

BEDSIDE = {
    "temperature_c": 38.5,
    "hypotension": False,
    "vasopressors": [],
    "oxygen_device": "room_air",
}
VALUES = {
    "platelets": (60, "10^9/l"),
    "anc": (0.4, "G/l"),
    "hemoglobin": (8, "g/dl"),
    "crp": (90, "mg/l"),
    "ferritin": (2500, "ng/ml"),
    "ldh": (900, "U/l"),
    "creatinine": (1.4, "mg/dl"),
    "ast": (900, "U/l"),
    "fibrinogen": (1.2, "g/l"),
    "triglycerides": (3.4, "mmol/l"),
}
HOURS = (-130, 0, 30, 24 * 33)
OLDER_CRS = ("crs_lee_2014", "crs_penn_2018", "crs_cartox_2018", "crs_ctcae_4_03")
USERS = {
    "anc": ("icaht_early", "icaht_late", "car_hematotox", "iec_hs", "hlh_2004"),
    "platelets": ("car_hematotox", "easix", "m_easix", "iec_hs", "hlh_2004", "h_score"),
    "ferritin": ("car_hematotox", "iec_hs", "cartox_hlh", "hlh_2004", "h_score"),
    "ldh": ("easix", "m_easix", "iec_hs"),
    "crp": ("car_hematotox", "m_easix"),
    "creatinine": ("easix", "cartox_hlh", *OLDER_CRS),
    "ast": ("iec_hs", "cartox_hlh", "h_score", *OLDER_CRS),
}
"""Systems that would have used each analyte; those of each assessment are asked at hour 30."""


def read(document: dict[str, Any]) -> CourseDocument:
    return parse_document(load_json(json.dumps(document)))


def graded(analyte: str, **changed: Any) -> dict[str, Any]:
    """A course with all of these results, those of one analyte changed."""
    labs = [
        {"hour": hour, "analyte": name, "value": value, "unit": unit}
        | (changed if name == analyte else {})
        for hour in HOURS
        for name, (value, unit) in VALUES.items()
    ]
    document = {
        "format": "cartox-course-1",
        "id": "x",
        "course": {"last_follow_up_day": 110},
        "assessments": [{"hour": 30, **BEDSIDE}],
        "labs": labs,
    }
    return grades_document(read(document), DEFAULT)


def results_of(grades: dict[str, Any], key: str) -> Any:
    """Everything that one system says: on the course, or where it grades assessments, on one."""
    assessed = grades["assessments"][0]["grades"]
    return assessed[key] if key in assessed else grades["course"][key]


def texts_in(value: Any, key: str) -> Iterator[Any]:
    """The values of a key wherever it stands."""
    if isinstance(value, dict):
        for name, item in value.items():
            if name == key:
                yield item
            yield from texts_in(item, key)
    elif isinstance(value, list):
        for item in value:
            yield from texts_in(item, key)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"unit": "furlongs"}, "came in furlongs: not used"),
        ({"unit": None}, "came without a unit: not used"),
        ({"specimen": "hemolyzed"}, "came from a hemolyzed specimen: not used"),
    ],
    ids=["unit", "no unit", "specimen"],
)
def test_every_system_names_what_it_could_not_use_and_does_not_miss_it(
    changed: dict[str, Any], words: str
) -> None:
    for analyte, keys in USERS.items():
        grades = graded(analyte, **changed)
        for key in keys:
            result = results_of(grades, key)
            reasons = [met for listed in texts_in(result, "because") for met in listed]
            named = {met["saw"]["analyte"] for met in reasons if met["code"] == "result_not_used"}
            assert analyte in named, (analyte, key)
            cautions = [text for listed in texts_in(result, "cautions") for text in listed]
            assert any(words in text for text in cautions), (analyte, key)
            assert any(words in met.get("text", "") for met in reasons), (analyte, key)
            missing = [name for listed in texts_in(result, "missing") for name in listed]
            assert not any(analyte in name for name in missing), (analyte, key)


def test_nothing_is_said_of_results_that_can_be_used() -> None:
    grades = graded("none")
    assert "not used" not in str(grades)
    assert "result_" not in str(grades)


def test_every_system_says_of_a_preliminary_result_that_it_is_one() -> None:
    for analyte, keys in USERS.items():
        grades = graded(analyte, status="preliminary")
        for key in keys:
            cautions = [
                text for listed in texts_in(results_of(grades, key), "cautions") for text in listed
            ]
            assert any("is preliminary" in text for text in cautions), (analyte, key)


@pytest.mark.parametrize(
    ("analyte", "changed", "caution"),
    [
        ("anc", {"value": 40}, "ANC 40 G/l of Day 1 is unusual"),
        ("anc", {"value": 0.3, "unit": "/µL"}, "ANC 0.3 /µL of Day 1 is very low"),
        ("creatinine", {"value": 4.1}, "creatinine 4.1 mg/dl of Day 1 is unusual"),
        ("ferritin", {"value": 10001}, "ferritin 10001 ng/ml of Day 33 is unusual"),
        ("platelets", {"value": 0.5}, "platelets 0.5 10^9/l of Day 1 is very low"),
    ],
)
def test_what_a_form_asks_about_is_a_caution_of_every_system_that_used_it(
    analyte: str, changed: dict[str, Any], caution: str
) -> None:
    grades = graded(analyte, **changed)
    of_day_1 = {"icaht_early", "crs_lee_2014", "m_easix"} & set(USERS[analyte])
    assert caution in str(grades), caution
    for key in of_day_1:
        assert any(caution in text for text in texts_in(results_of(grades, key), "cautions")), key
