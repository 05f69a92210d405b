"""The JSON Schema takes every document that the reader takes, and refuses what it can refuse."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from grading.documents.course_writer import dump_document
from grading.documents.reading.course_reader import CourseDocument, parse_document
from grading.documents.reading.json_reader import load_json
from grading.documents.reading.mistakes import DocumentError
from grading.pages.json_schema import course_schema
from grading.record import Record
from tests.grading.documents.many_faults import changed
from tests.grading.rules.many_courses import Dice, document, documents
from tests.grading.rules.test_properties import a_record

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/course-document.md").read_text(encoding="utf-8")
VALIDATOR = Draft202012Validator(course_schema())
EXAMPLE: dict[str, Any] = json.loads(re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)[0])
"""The document that the page shows."""


def is_read(value: Any) -> bool:
    try:
        parse_document(load_json(json.dumps(value)))
    except DocumentError:
        return False
    return True


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(course_schema())


def test_the_example_of_the_page_is_a_document() -> None:
    assert is_read(EXAMPLE)
    VALIDATOR.validate(EXAMPLE)


@pytest.mark.parametrize("path", sorted((ROOT / "grading/published").glob("*.json")), ids=str)
def test_a_published_course_is_a_document(path: Path) -> None:
    VALIDATOR.validate(json.loads(path.read_text(encoding="utf-8")))


def test_every_course_that_is_read_is_a_document() -> None:
    taken = [made for made in documents(100) if is_read(made)]
    assert len(taken) > 80
    for made in taken:
        VALIDATOR.validate(made)


def test_a_course_with_something_odd_in_it_that_is_read_is_a_document() -> None:
    dice = Dice(30_000)
    odd = [changed(dice, document(dice, seed)) for seed in range(400)]
    taken = [made for made in odd if is_read(made)]
    assert len(taken) > 50
    for made in taken:
        VALIDATOR.validate(made)


@given(a_record())
def test_every_course_that_is_written_is_a_document(record: Record) -> None:
    VALIDATOR.validate(dump_document(CourseDocument(record, "x")))


ASSESSMENT = EXAMPLE["assessments"][0]
NO_HOUR = {name: value for name, value in ASSESSMENT.items() if name != "hour"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"format": "cartox-course-2"},
        {"format": None},
        {"extra": 1},
        {"patient": {"age": 62}},
        {"patient": {"age_years": 121}},
        {"patient": {"sex": "f"}},
        {"patient": {"developmental_delay": "no"}},
        {"course": {"last_follow_up_day": 30.5}},
        {"course": {"later_infusions": [0]}},
        {"course": {"time_zone": 1}},
        {"baseline": {"oxygen_device": "none"}},
        {"assessments": {}},
        {"assessments": [None]},
        {"assessments": [NO_HOUR]},
        {"assessments": [ASSESSMENT | {"at": "2026-01-06T22:00:00+00:00"}]},
        {"assessments": [ASSESSMENT | {"hour": "36"}]},
        {"assessments": [ASSESSMENT | {"hour": 263521}]},
        {"assessments": [ASSESSMENT | {"temperature_c": 98.6}]},
        {"assessments": [ASSESSMENT | {"temperature_c": "38.9"}]},
        {"assessments": [ASSESSMENT | {"hypotension": 1}]},
        {"assessments": [ASSESSMENT | {"ice_total": 7.5}]},
        {"assessments": [ASSESSMENT | {"vasopressors": "norepinephrine"}]},
        {"assessments": [ASSESSMENT | {"vasopressors": [1]}]},
        {"assessments": [ASSESSMENT | {"attribution": {"hypoxia": "sepsis"}}]},
        {"assessments": [ASSESSMENT | {"organ_toxicity": {"skin": 1}}]},
        {"assessments": [ASSESSMENT | {"vasopressor_rates": {"norepinephrine": 501}}]},
        {"labs": [{"hour": 30, "analyte": "ferritine", "value": 1}]},
        {"labs": [{"hour": 30, "analyte": "ferritin"}]},
        {"labs": [{"hour": 30, "analyte": "ferritin", "value": -1}]},
        {"labs": [{"hour": 30, "analyte": "ferritin", "value": 1, "comparator": "~"}]},
        {"doses": [{"hour": 30, "agent": None}]},
        {"doses": [{"hour": 30, "agent": "tocilizumab", "class": "antibody"}]},
        {"events": [{"hour": 30}]},
        {"events": [{"hour": 30, "kind": "discharge"}]},
    ],
    ids=json.dumps,
)
def test_a_wrong_document_is_refused_by_schema_and_reader(wrong: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid(EXAMPLE | wrong)
    assert not is_read(EXAMPLE | wrong)
