"""A key that stands twice in one object is refused, wherever it stands and however written."""

from __future__ import annotations

import json

import pytest

from grading.documents.reading.course_reader import read_document
from grading.documents.reading.mistakes import DocumentError
from grading.documents.reading.quick_reader import Unsure, quickly_decoded

HEAD = '{"format": "cartox-course-1", '
NOTES = [
    'seen at 10:00: "awake": yes',
    '{"hour": 1, "hour": 2}',
    'ends with a quote"',
    "a backslash \\ and a \\: colon",
    '":":":":',
]
PLACES = {
    "id": HEAD + "%s}",
    "source": HEAD + "%s}",
    "patient.sex": HEAD + '"patient": {%s}}',
    "patient.birth_date": HEAD + '"patient": {%s}}',
    "course.product": HEAD + '"course": {"weight_kg": 70, %s}}',
    "baseline.home_cpap": HEAD + '"baseline": {%s}}',
    "assessments[1].fever": HEAD + '"assessments": [{"hour": 1}, {"hour": 2, %s}]}',
    "assessments[0].ice.year": HEAD + '"assessments": [{"hour": 1, "ice": {"naming": 1, %s}}]}',
    "assessments[0].attribution.fever": HEAD + '"assessments": [{"hour": 1, "attribution": {%s}}]}',
    "assessments[0].vasopressor_rates.dopamine": HEAD
    + '"assessments": [{"hour": 1, "vasopressor_rates": {%s}}]}',
    "labs[0].unit": HEAD + '"labs": [{"hour": 1, "analyte": "crp", "value": 1, %s}]}',
    "doses[0].route": HEAD + '"doses": [{"hour": 1, "agent": "tocilizumab", %s}]}',
    "events[0].note": HEAD + '"events": [{"hour": 1, "kind": "relapse", %s}]}',
}
VALUES = {
    "sex": '"F"',
    "birth_date": '"1960-01-01"',
    "home_cpap": "true",
    "year": "1",
    "dopamine": "5",
    "attribution.fever": '"other"',
    "assessments[1].fever": "true",
}


def pair(path: str) -> tuple[str, str]:
    key = path.rpartition(".")[2]
    return key, next((value for end, value in VALUES.items() if path.endswith(end)), '"text"')


def refusals(text: str) -> list[str]:
    with pytest.raises(Unsure):
        quickly_decoded(text.encode())
    with pytest.raises(DocumentError) as caught:
        read_document(text.encode())
    return [str(mistake) for mistake in caught.value.mistakes]


@pytest.mark.parametrize("path", PLACES)
@pytest.mark.parametrize("written", ["twice", "null first", "null last", "both null"])
@pytest.mark.parametrize("key_as", ["plain", "escaped", "spaced"])
def test_a_repeated_key_is_refused_wherever_it_stands(path: str, written: str, key_as: str) -> None:
    key, value = pair(path)
    first = "null" if written in ("null first", "both null") else value
    last = "null" if written in ("null last", "both null") else value
    again = {
        "plain": f'"{key}": {last}',
        "escaped": f'"\\u{ord(key[0]):04x}{key[1:]}":{last}',
        "spaced": f'"{key}" \n\t: {last}',
    }[key_as]
    text = PLACES[path] % f'"{key}": {first}, {again}'
    assert refusals(text) == [f"{path}: stands twice"]
    once = PLACES[path] % f'"{key}": {first}'
    read_document(once.encode())


@pytest.mark.parametrize("part", ["patient", "course", "baseline"])
def test_a_repeated_part_is_refused(part: str) -> None:
    for first, last in (("{}", "{}"), ("null", "{}"), ("{}", "null")):
        assert refusals(f'{HEAD}"{part}": {first}, "{part}": {last}}}') == [f"{part}: stands twice"]


@pytest.mark.parametrize("section", ["assessments", "labs", "doses", "events"])
def test_a_repeated_list_is_refused(section: str) -> None:
    assert refusals(f'{HEAD}"{section}": [], "{section}": []}}') == [f"{section}: stands twice"]


def test_a_repeated_format_is_refused() -> None:
    assert refusals(HEAD + '"format": "cartox-course-1"}') == ["format: stands twice"]


@pytest.mark.parametrize("note", NOTES)
def test_a_repeated_key_is_found_beside_notes_full_of_colons(note: str) -> None:
    text = (
        f'{HEAD}"source": {json.dumps(note)}, "assessments": [{{"hour": 1, "hour": 1, '
        f'"note": {json.dumps(note)}}}]}}'
    )
    assert refusals(text) == ["assessments[0].hour: stands twice"]


def test_an_escaped_colon_in_a_time_hides_no_repeated_key() -> None:
    text = (
        f'{HEAD}"course": {{"infused_at": "2026-01-05T10\\u003a00:00Z", "product": "a", '
        '"product": "b"}}'
    )
    assert refusals(text) == ["course.product: stands twice"]


def test_a_document_full_of_colons_quotes_and_nulls_is_read() -> None:
    entry = {"hour": None, "at": "2026-01-06T10:00:00+01:00", "ice": {"year": None}, "fever": None}
    for note in NOTES:
        value = {
            "format": "cartox-course-1",
            "id": note,
            "source": None,
            "published": {note: [note, {note: None}]},
            "patient": {"name": note, "mrn": None},
            "course": {"infused_at": "2026-01-05T10:00:00+01:00", "product": note},
            "baseline": None,
            "assessments": [entry | {"note": note}] * 2,
            "labs": None,
        }
        for indent in (None, 1):
            document = read_document(json.dumps(value, indent=indent).encode())
            assert document.record.findings[1].note == note
            assert document.published == value["published"]
