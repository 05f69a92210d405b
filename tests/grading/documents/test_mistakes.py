"""What a refused document is told: every mistake, what stands there, and what was perhaps meant."""

from __future__ import annotations

import json
import pickle
from io import BytesIO
from typing import Any

import pytest

from grading.batch.grade_many import courses_of_input
from grading.documents.grades_writer import course_in
from grading.documents.reading.mistakes import MOST_LISTED

NOTHING = ("NA", "N/A", "n/a", "NULL", "null", "-", ".", "", " ", "nan", "#N/A", "unknown")


def document(**parts: Any) -> dict[str, Any]:
    return {"format": "cartox-course-1", "id": "a", **parts}


def refused(raw: bytes) -> dict[str, Any]:
    """The error object of the one course in an input."""
    (answer,) = map(course_in, courses_of_input(BytesIO(raw)))
    assert isinstance(answer, dict)
    assert answer["error"] == answer["errors"][0]
    return answer


def errors(value: Any) -> list[str]:
    listed = refused(json.dumps(value).encode())["errors"]
    assert isinstance(listed, list)
    return listed


def of_assessment(**fields: Any) -> list[str]:
    return errors(document(assessments=[{"hour": 1, **fields}]))


def of_table(*lines: str) -> list[str]:
    listed = refused("\n".join(lines).encode())["errors"]
    assert isinstance(listed, list)
    return listed


# All of them at once


def test_every_mistake_of_a_document_is_listed_with_its_path() -> None:
    value = document(
        patient={"age_years": 130, "sex": "W"},
        course={"weight_kg": "80", "time_zone": "Mars/Base"},
        assessments=[
            {"hour": 1, "temperature_c": 98.6, "motor": "weak"},
            {"hour": 2, "temperature_c": 38, "fever": True},
            {"temperature_c": 38},
        ],
        labs=[{"hour": 1, "analyte": "gold", "value": 1}],
        doses=[{"hour": 1}],
        events=[{"hour": 1, "kind": "relapse", "grade": 2}],
    )
    assert [text.partition(": ")[0] for text in errors(value)] == [
        "patient.age_years",
        "patient.sex",
        "course.weight_kg",
        "assessments[0].temperature_c",
        "assessments[0].motor",
        "doses[0].agent",
        "assessments[2].hour",
        "assessments[1].fever",
        "labs[0].analyte",
        "events[0].grade",
    ]


@pytest.mark.parametrize(("wrong", "listed"), [(19, 19), (20, 20), (21, 20), (300, 20)])
def test_at_most_20_mistakes_of_a_document_are_listed(wrong: int, listed: int) -> None:
    entry = {"hour": 1, "temperature_c": 98.6}
    assert len(errors(document(assessments=[entry] * wrong))) == listed
    assert MOST_LISTED == 20


def test_a_document_of_another_format_is_told_only_that() -> None:
    value = {"format": "cartox-course-2", "patient": 1, "x": 2}
    assert errors(value) == ['format: "cartox-course-2" is not "cartox-course-1"']
    assert errors({"patient": 1}) == ['format: is needed: "cartox-course-1"']
    assert errors([1]) == ["1 is not an object"]


def test_every_mistake_of_a_table_is_listed_with_line_and_column() -> None:
    assert of_table(
        "id,row,hour,temperature_c,analyte,value,sex,hypotension",
        "a,course,,,,,W,",
        "a,,1,98.6,,,,maybe",
        "a,lab,2,38,crp,x,,",
        "a,labs,2,,crp,5,,",
        "a,,3,,,,F,",
    ) == [
        (
            'line 5: row: "labs" is not one of assessment, lab, dose, event, '
            "adjudication, step_mark, course; did you mean lab?"
        ),
        'line 6: sex: "F" differs from "W" in line 2',
        'line 2: sex: "W" is not one of F, M, X',
        "line 3: temperature_c: 98.6 is outside 25–45; enter °C",
        'line 3: hypotension: "maybe" is neither true nor false',
        "line 4: temperature_c: does not belong to a lab row",
        'line 4: value: "x" is not a number',
    ]


def test_every_mistake_of_a_header_is_listed() -> None:
    assert of_table("id,hour,temprature_c,ward,hour", "a,1,38,3,1") == [
        'line 1: the column "hour" stands twice',
        'line 1: "temprature_c" is not a known column; did you mean temperature_c?',
        'line 1: "ward" is not a known column',
    ]


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        (
            "vasopressor_rates",
            "5",
            'vasopressor_rates: "5" is not pairs of key=value, each key once',
        ),
        ("ice", "year=1 year=1", 'ice: "year=1 year=1" is not pairs of key=value, each key once'),
        ("ice", "year=x", 'ice.year: "x" is not a number'),
        ("note", '"open', "not CSV: a quote is not closed"),
    ],
)
def test_a_cell_that_cannot_be_read_is_told_in_words_of_a_table(
    column: str, cell: str, reason: str
) -> None:
    assert of_table(f"id,hour,{column}", f"a,1,{cell}") == [f"line 2: {reason}"]


def test_what_is_wrong_with_a_header_can_be_handed_to_another_process() -> None:
    (piece,) = courses_of_input(BytesIO(b"id,hour,hour,ward\na,1,1,3\n"))
    assert pickle.loads(pickle.dumps(piece)) == piece  # noqa: S301


# What was perhaps meant


@pytest.mark.parametrize(
    ("fields", "meant"),
    [
        ({"consciousness": "asleap"}, None),
        ({"ice_not_done": "asleap"}, "asleep"),
        ({"ice_not_done": "Asleep"}, "asleep"),
        ({"oxygen_device": "nasal_canula"}, "nasal_cannula"),
        ({"oxygen_device": "bipa"}, "bipap"),
        ({"vasopressors": ["norepinefrine"]}, "norepinephrine"),
        ({"temperture_c": 38}, "temperature_c"),
        ({"Temperature_C": 38}, "temperature_c"),
        ({"ice": {"namin": 3}}, "naming"),
        ({"vasopressor_rates": {"dopamne": 3}}, "dopamine"),
        ({"xyz": 1}, None),
        ({"oxygen_device": "xyz"}, None),
    ],
)
def test_the_nearest_word_is_asked_about(fields: dict[str, Any], meant: str | None) -> None:
    (error,) = of_assessment(**fields)
    assert error.partition("; did you mean ")[2] == ("" if meant is None else f"{meant}?")


@pytest.mark.parametrize(
    ("part", "error"),
    [
        (
            {"labs": [{"hour": 1, "analyte": "feritin", "value": 1}]},
            'labs[0].analyte: "feritin" is not a known analyte; did you mean ferritin?',
        ),
        (
            {"doses": [{"hour": 1, "agent": "tocilizumap"}]},
            'doses[0].agent: "tocilizumap" is not a known agent; did you mean tocilizumab? If not',
        ),
        (
            {"doses": [{"hour": 1, "agent": "Actmra"}]},
            'doses[0].agent: "Actmra" is not a known agent; did you mean tocilizumab? If not',
        ),
        (
            {"labs": [{"hour": 1, "analyte": "neutrophil", "value": 1}]},
            'labs[0].analyte: "neutrophil" is not a known analyte; did you mean anc?',
        ),
        (
            {"doses": [{"hour": 1, "agent": "lecanemab"}]},
            'doses[0].agent: "lecanemab" is not a known agent; add its "class", one of antipyretic',
        ),
        ({"assesments": []}, "assesments: unknown key; did you mean assessments?"),
        (
            {"events": [{"hour": 1, "kind": "deth"}]},
            'events[0].kind: "deth" is not one of death, ',
        ),
    ],
)
def test_a_misspelled_name_is_told_the_one_it_is_like(part: dict[str, Any], error: str) -> None:
    (refusal,) = errors(document(**part))
    assert refusal.startswith(error)


def test_a_misspelled_key_is_not_also_missing() -> None:
    entry = {"hour": 1, "analyt": "crp", "value": 5}
    assert errors(document(labs=[entry])) == ["labs[0].analyt: unknown key; did you mean analyte?"]


# What stands there


@pytest.mark.parametrize("text", NOTHING)
@pytest.mark.parametrize(
    "field", ["temperature_c", "ice_total", "heart_rate", "hypotension", "motor"]
)
def test_a_word_for_nothing_is_to_be_left_out(field: str, text: str) -> None:
    (error,) = of_assessment(**{field: text})
    assert error.startswith(f"assessments[0].{field}: {json.dumps(text)} is n")
    assert error.endswith("; leave it out where nothing was measured")


@pytest.mark.parametrize("text", [text for text in NOTHING if text.strip()])
@pytest.mark.parametrize("field", ["temperature_c", "ice_total", "hypotension", "motor"])
def test_in_a_table_the_cell_is_to_be_left_empty(field: str, text: str) -> None:
    (error,) = of_table(f"id,hour,{field}", f"a,1,{text}")
    assert error.startswith(f'line 2: {field}: "{text}" is n')
    assert error.endswith("; leave the cell empty where nothing was measured")


@pytest.mark.parametrize("field", ["oxygen_device", "hypotension", "vasopressors", "temperature_c"])
def test_none_is_not_taken_for_what_was_not_measured(field: str) -> None:
    (error,) = of_assessment(**{field: "none"})
    assert "leave it out" not in error


def test_a_list_that_is_none_is_told_how_to_say_it() -> None:
    refusal = 'assessments[0].vasopressors: "none" is not a list; [] says that there was none'
    assert of_assessment(vasopressors="none") == [refusal]
    assert errors(document(labs="none")) == ['labs: "none" is not a list']


@pytest.mark.parametrize(
    ("lab", "error"),
    [
        (
            {"analyte": "hemoglobin", "value": 8, "unit": "g/L"},
            "labs[0].value: hemoglobin 8 g/L is 0.8 g/dL, which is outside 1.5–25",
        ),
        (
            {"analyte": "Hb", "value": 80, "unit": "g/dL"},
            "labs[0].value: Hb 80 g/dL is outside 1.5–25",
        ),
    ],
)
def test_a_result_outside_its_limits_says_what_stands_there(
    lab: dict[str, Any], error: str
) -> None:
    assert errors(document(labs=[{"hour": 1, **lab}])) == [error]


@pytest.mark.parametrize(
    ("written", "quoted"),
    [
        ("98.60", "98.60"),
        ("1e30", "1e+30"),
        ('"ab\\"c"', '"ab\\"c"'),
        ('"' + "x" * 100 + '"', '"' + "x" * 55 + '..."'),
        ("[1, 2]", "[1, 2]"),
        ("true", "true"),
    ],
)
def test_a_value_is_quoted_as_it_is_written(written: str, quoted: str) -> None:
    text = json.dumps(document(assessments=[{"hour": 1, "temperature_c": "X"}]))
    error = refused(text.replace('"X"', written).encode())["error"]
    assert error.startswith(f"assessments[0].temperature_c: {quoted} is ")


def test_what_is_no_json_is_told_where() -> None:
    assert refused(b'{"id": }')["errors"] == ["not JSON: Expecting value: line 1 column 8"]
    lines = json.dumps(document()).encode() + b'\n{"id": }\n'
    _, answer = map(course_in, courses_of_input(BytesIO(lines)))
    assert isinstance(answer, dict)
    assert answer["errors"] == ["line 2: not JSON: Expecting value: column 8"]


def test_an_event_without_details_says_so() -> None:
    event = {"hour": 1, "kind": "relapse", "detail": "brain"}
    assert errors(document(events=[event])) == ["events[0].detail: relapse has no detail"]
