"""The quick reader of documents and the slow one agree on every text, right or damaged."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from grading.documents.reading.course_reader import CourseDocument, parse_document, read_document
from grading.documents.reading.decoded import DecodedCourse
from grading.documents.reading.explained_reader import explained
from grading.documents.reading.json_reader import load_json
from grading.documents.reading.mistakes import DocumentError, Mistake
from grading.documents.reading.quick_reader import Unsure, quickly_decoded
from tests.grading.documents.many_faults import changed
from tests.grading.rules.many_courses import Dice, document

HEAD = b'{"format": "cartox-course-1", '
LIKE_A_KEY = (
    'seen at 10:00, "awake": yes',
    '{"hour": 1}',
    "a\\b",
    "\u00e4\u2028",
    "x" * 20,
    "0" * 20,
)
TIMES = ("2026-01-07T10:00:00+01:00", "2026-01-07T10:00", "2026-10-25T02:30", "2026-01-09")
NUMBERS = (
    "38.90",
    "1e2",
    "100.0",
    "-0.0",
    "0.0",
    "0",
    "-0",
    "0e5",
    "1e-400",
    "-1E-400",
    "90071992547409.93",
    "1e400",
    "1e99999999999999999999",
    "37.99999999999999999999",
    "44.9999999999999999",
    "45.0000000000000001",
    "123456789012345",
    "1234567890123456",
    "9" * 30,
    "9999999999999999",
    "1e15",
    "1e16",
    "1e-15",
    "1e-16",
    "0.000000000000001",
    "NaN",
    "Infinity",
    "038",
    "38.",
    "+38",
    "1_0",
    "true",
    "null",
    '"38"',
    '" 38 "',
    '""',
)


def with_short_numbers(value: Any) -> Any:
    """The value with every number rounded, so that it is one for the quick reader."""
    return json.loads(json.dumps(value), parse_float=lambda text: round(float(text), 4))


def made_text(dice: Dice, seed: int) -> str:
    """A small course document, right or with something put wrong in it, as somebody writes it."""
    made = {
        key: value[:3] if isinstance(value, list) else value
        for key, value in with_short_numbers(document(dice, seed)).items()
    }
    for entry in (*made["assessments"], *made["labs"], *made["doses"], *made["events"]):
        if dice.is_so(0.1):
            entry["note"] = dice.one(LIKE_A_KEY)
        if dice.is_so(0.2) and "infused_at" in made["course"]:
            entry |= {"at": dice.one(TIMES), "hour": None}
        elif dice.is_so(0.1):
            entry["hour"] = dice.one((1, 2.5, -0.0, 24.25))
        if dice.is_so(0.1):
            entry["unit" if "analyte" in entry else "note"] = None
    if dice.is_so(0.2):
        made["published"] = {"a:b": [1.5, None, {"c": LIKE_A_KEY[0]}], "d": dice.one(LIKE_A_KEY)}
    for _ in range(dice.one((0, 0, 0, 1, 2))):
        made = changed(dice, made)
    return json.dumps(
        made,
        ensure_ascii=dice.is_so(0.5),
        indent=dice.one((None, None, 1)),
        separators=dice.one(((", ", ": "), (",", ":"), (" ,", " : "))),
    )


def with_other_number(dice: Dice, text: str) -> str:
    """The text with one of its numbers written in another way."""
    numbers = list(re.finditer(r"(?<=: )-?\d[\d.e+-]*", text))
    if not numbers:
        return text
    number = dice.one(numbers)
    place = dice.one(range(number.start(), number.end() + 1))
    other = dice.one(
        (
            *NUMBERS,
            f'"{number[0]}"',
            f"{number[0]}.0",
            f"{number[0]}{'0' * 16}",
            f"{number[0]}.{'0' * 16}1",
            number[0][: place - number.start()] + "0." + number[0][place - number.start() :],
        )
    )
    return text[: number.start()] + other + text[number.end() :]


def with_repeated_key(dice: Dice, text: str) -> str:
    """The text with one of its keys a second time, perhaps with an escape or a space in it."""
    pairs = list(re.finditer(r'"([a-z_]+)"\s*:\s*(-?\d[\d.]*|true|false|null|"[^"\\]*")', text))
    if not pairs:
        return text
    pair = dice.one(pairs)
    key, value = pair[1], pair[2]
    key = dice.one((key, key, f"\\u{ord(key[0]):04x}{key[1:]}"))
    again = f'"{key}"{dice.one(("", " ", chr(10)))}: {dice.one((value, value, "null"))}'
    here, there = dice.one(((again, pair[0]), (pair[0], again)))
    return f"{text[: pair.start()]}{here}, {there}{text[pair.end() :]}"


def with_escape(dice: Dice, text: str) -> str:
    """The text with one of its letters as an escape."""
    letters = [match.start() for match in re.finditer("[a-z]", text)]
    if not letters:
        return text
    place = dice.one(letters)
    return f"{text[:place]}\\u{ord(text[place]):04x}{text[place + 1 :]}"


def with_other_character(dice: Dice, text: str) -> str:
    """The text with a character put in, taken away or turned into another."""
    place = dice.one(range(len(text)))
    new = dice.one(
        (*' \t\n"{}[],:0.\\-e', "", "null", "\x0c", "\x00", "\xa0", "//", '""', "\udcff")
    )
    return text[:place] + new + text[place + dice.one((0, 1)) :]


DAMAGES: tuple[Callable[[Dice, str], str], ...] = (
    with_other_number,
    with_repeated_key,
    with_escape,
    with_other_character,
)


def made_raw(seed: int) -> bytes:
    """A text that may be damaged in any way."""
    dice = Dice(seed)
    text = made_text(dice, seed)
    for _ in range(dice.one((0, 0, 1, 1, 2))):
        text = dice.one(DAMAGES)(dice, text)
    return text.encode(errors="surrogateescape")


texts = st.integers(0, 10**9).map(made_raw)


def slow_answer(raw: bytes) -> CourseDocument | str | list[str]:
    """The course by the slow reader alone, or what it says."""
    return answer(lambda: parse_document(load_json(raw.decode().strip())))


def answer(read: Callable[[], CourseDocument]) -> CourseDocument | str | list[str]:
    try:
        return read()
    except DocumentError as error:
        return [str(mistake) for mistake in error.mistakes]
    except ValueError as error:
        return str(error)


def slowly_decoded(raw: bytes) -> DecodedCourse | None:
    """The values by the slow reader; None where it refuses for a matter of form."""
    mistakes: list[Mistake] = []
    try:
        decoded = explained(load_json(raw.decode().strip()), mistakes)
    except ValueError:
        return None
    return None if mistakes else decoded


def plain(decoded: DecodedCourse) -> list[Any]:
    """The values in lists, with the types of true and false, so that 1 is not true."""
    columns = [as_lists(entries.columns) for entries in decoded.entries.values()]
    places = [list(entries.places) for entries in decoded.entries.values()]
    return [as_lists(decoded.top), as_lists(list(decoded.parts.values())), columns, places]


def as_lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: as_lists(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [as_lists(item) for item in value]
    return (value,) if isinstance(value, bool) else value


def in_lab(number: bytes) -> bytes:
    return HEAD + b'"labs": [{"hour": 1, "analyte": "crp", "value": %s}]}' % number


def every_example(examples: list[bytes]) -> Callable[[Any], Any]:
    def with_examples(test: Any) -> Any:
        for raw in examples:
            test = example(raw)(test)
        return test

    return with_examples


EXAMPLES = [
    HEAD + b'"format": "cartox-course-1"}',
    HEAD + b'"id": "a", "id" : null}',
    HEAD + b'"assessments": [{"hour": 1, "fever": true, "fever": null}]}',
    HEAD + b'"assessments": [{"hour": 1, "ice": {"year": 1, "ye\\u0061r": 1}}]}',
    HEAD + b'"published": {"a": 1, "\\u0061": 1}}',
    HEAD + b'"published": {"x": 1e400}, "source": "a: b"}',
    HEAD + b'"published": 0.1}',
    HEAD + b'"published": 1e99999999999999999999}',
    HEAD + b'"published": ' + b"[" * 900 + b"]" * 900 + b', "source": "a: b"}',
    HEAD + b'"published": ' + b"[" * 9_000 + b"]" * 9_000 + b"}",
    HEAD
    + b'"course": {"infused_at": "2026-01-05T10\\u003a00:00Z", "product": "a", "product": "b"}}',
    *(
        HEAD + b'"assessments": [{"hour": 1, %s}]}' % finding
        for finding in (
            b'"fever": 1',
            b'"fever": "true"',
            b'"ice_total": true',
            b'"ice_total": 11',
            b'"ice_total": 8.0',
            b'"temperature_c": 45.1',
            b'"temperature_c": 24.9',
            b'"temperature_c": 46',
            b'"vasopressors": ["vasopressin", "vasopressin"]',
            b'"vasopressors": "vasopressin"',
            b'"vasopressors": [null]',
            b'"ice": {}',
            b'"ice": {"year": null}',
            b'"vasopressor_rates": {"vasopressin": 0.0}',
        )
    ),
    HEAD + b'"id": "\xed\xa0\x80"}',
    HEAD + b'"id": "\\ud800"}',
    b'{"format": "cartox-course-2"}',
    b'{"format": null}',
    b'{"assessments": [{"hour": 1}]}',
    *(in_lab(number.encode()) for number in NUMBERS),
    *(
        in_lab(b"5").replace(b'"value": 5', b'"value": 5, "upper_limit": %s' % number.encode())
        for number in NUMBERS
    ),
]


@given(texts)
@every_example(EXAMPLES)
@settings(max_examples=400)
def test_a_course_or_its_mistakes_are_those_of_the_slow_reader(raw: bytes) -> None:
    assert answer(lambda: read_document(raw)) == slow_answer(raw)


@given(texts)
@every_example(EXAMPLES)
@settings(max_examples=400)
def test_the_quick_reader_takes_only_what_the_slow_one_takes_and_alike(raw: bytes) -> None:
    try:
        quick = quickly_decoded(raw)
    except Unsure:
        return
    slow = slowly_decoded(raw)
    assert slow is not None
    assert plain(quick) == plain(slow)


@pytest.mark.parametrize(("begin", "end"), [(b"[", b"]"), (b'{"a":', b"}"), (b'[{"a":', b"}]")])
def test_a_document_is_read_or_refused_however_deep_it_is_nested(begin: bytes, end: bytes) -> None:
    for deep in range(850, 1_010):
        raw = HEAD + b'"source": "a: b", "published": ' + begin * deep + b"1" + end * deep + b"}"
        result = answer(lambda raw=raw: read_document(raw))  # type: ignore[misc]
        assert isinstance(result, CourseDocument) or result == "nested too deeply"


@pytest.mark.parametrize("seed", range(20))
def test_an_ordinary_document_is_read_quickly(seed: int) -> None:
    raw = json.dumps(with_short_numbers(document(Dice(seed), seed))).encode()
    slow = slowly_decoded(raw)
    assert slow is not None
    assert plain(quickly_decoded(raw)) == plain(slow)
