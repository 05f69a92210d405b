"""A line that is enormous or nested without end costs itself only, wherever it stands."""

from __future__ import annotations

import io
import json
import tracemalloc
from collections.abc import Iterator

import pytest

from grading.documents.lines import BYTE_ORDER_MARK, LONGEST_LINE, LineReader
from grading.documents.split_csv import is_table
from grading.documents.split_json import pieces

DEEP = 10_000
HUGE = 100_000_000
COURSE = b'{"format": "cartox-course-1", "id": "%s", "assessments": [{"hour": 1}]}\n'


class Parts(io.RawIOBase):
    """A stream of parts that are made one at a time, so that it takes no memory itself."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts, self._left = parts, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        self._left = self._left or next(self._parts, b"")
        taken = self._left[: len(buffer)]
        buffer[: len(taken)] = taken
        self._left = self._left[len(taken) :]
        return len(taken)


def huge_line(begin: bytes) -> Iterator[bytes]:
    yield begin
    for _ in range(HUGE // 1_000_000):
        yield b"x" * 1_000_000
    yield b'"}\n'


def answers(stream: io.BufferedIOBase) -> list[str]:
    """The id of each course, or what is said of it."""
    ids = []
    lines = LineReader(stream)  # type: ignore[arg-type]
    assert not is_table(lines)
    for piece in pieces(lines):
        try:
            ids.append(str(piece.course().id))
        except ValueError as error:
            ids.append(str(error))
    return ids


@pytest.mark.parametrize("before", [0, 1, 2])
@pytest.mark.parametrize("mark", [b"", BYTE_ORDER_MARK])
def test_a_line_of_100_mb_costs_itself_only_and_little_memory(before: int, mark: bytes) -> None:
    def parts() -> Iterator[bytes]:
        yield mark
        for place in range(before):
            yield COURSE % str(place).encode()
        yield from huge_line(b'{"format": "cartox-course-1", "id": "')
        yield COURSE % b"after"

    tracemalloc.start()
    ids = answers(io.BufferedReader(Parts(part for part in parts() if part)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    refusal = f"line {before + 1}: longer than {LONGEST_LINE} bytes"
    assert ids == [*map(str, range(before)), refusal, "after"]
    assert peak < 5 * LONGEST_LINE


@pytest.mark.parametrize("begin", [b"x", b'"', b'{"id": "'])
def test_a_first_line_too_long_to_be_a_course_is_refused_whatever_it_is(begin: bytes) -> None:
    raw = begin + b"x" * LONGEST_LINE + b"\n" + COURSE % b"b"
    assert answers(io.BytesIO(raw)) == [f"line 1: longer than {LONGEST_LINE} bytes", "b"]


@pytest.mark.parametrize("longer", [-1, 0, 1])
def test_a_line_may_be_as_long_as_the_longest(longer: int) -> None:
    line = (COURSE % b"a").replace(b'"a"', b'"a", "source": "%s"')
    line %= b"x" * (LONGEST_LINE + longer - len(line) + 2)
    assert len(line) == LONGEST_LINE + longer
    first, second = answers(io.BytesIO(BYTE_ORDER_MARK + line + COURSE % b"b"))
    assert first == ("a" if longer <= 0 else f"line 1: longer than {LONGEST_LINE} bytes")
    assert second == "b"


def test_a_long_array_in_one_line_is_read_whole() -> None:
    one = json.loads(COURSE % b"a") | {"source": "x" * (LONGEST_LINE // 2)}
    assert answers(io.BytesIO(json.dumps([one, one, one]).encode())) == ["a", "a", "a"]


@pytest.mark.parametrize(
    "deep",
    [
        b"[" * DEEP + b"]" * DEEP,
        b'{"a":' * DEEP + b"1" + b"}" * DEEP,
        b'{"format": "cartox-course-1", "published": ' + b"[" * DEEP + b"]" * DEEP + b"}",
    ],
)
@pytest.mark.parametrize("before", [0, 1])
def test_a_line_nested_very_deep_costs_itself_only(deep: bytes, before: int) -> None:
    ids = answers(io.BytesIO(COURSE % b"a" * before + deep + b"\n" + COURSE % b"b"))
    refusal = f"line {before + 1}: not JSON: nested too deeply"
    assert ids == ["a"] * before + [refusal, "b"]
