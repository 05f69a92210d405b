"""An input in JSON is cut into documents here: one document, an array, or one per line.

Input is JSON lines when its first line that is not blank is by itself a complete JSON object, is
longer than any course and begins no array, or is broken and one of the next few is by itself a
course document. Then one line is read at a time.
Otherwise the whole input is one JSON value, an object or an array.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from grading.documents.lines import (
    LONGEST_LINE,
    LineReader,
    NumberedLine,
    TooLongError,
    first_lines,
)
from grading.documents.reading.course_reader import CourseDocument, parse_document, read_document
from grading.documents.reading.json_reader import load_json
from grading.documents.reading.mistakes import DocumentError, Mistake
from grading.table.sections import COURSE_FORMAT

Read = TypeVar("Read")

LINES_TRIED = 20
"""The lines by which JSON lines are recognized, however many of them are broken."""

SIZE_OF_A_COURSE = 8192
"""Bytes, about: thirty assessments."""

ENDS_OF_OPEN_LINES = b"{[,:"
"""A line that ends with one of these is part of a larger value."""


@dataclass(slots=True)
class Piece:
    """One course document, not yet read: its bytes and line, or its value, or why it is none."""

    raw: bytes | None = None
    line: int | None = None
    value: Any = None
    error: str = ""
    id: str | None = None

    def read(self) -> Any:
        """The JSON value. ValueError says why there is none, and in which line."""
        return self._each(lambda raw: load_json(raw.decode().strip()), lambda value: value)

    def course(self) -> CourseDocument:
        """The course. `DocumentError` says what is wrong with it, ValueError why there is none."""
        return self._each(read_document, parse_document)

    def _each(self, of_raw: Callable[[bytes], Read], of_value: Callable[[Any], Read]) -> Read:
        where = "" if self.line is None else f"line {self.line}: "
        if self.error:
            raise ValueError(f"{where}{self.error}")
        if self.raw is None:
            return of_value(self.value)
        try:
            return of_raw(self.raw)
        except DocumentError:
            raise
        except UnicodeDecodeError:
            raise ValueError(f"{where}not UTF-8") from None
        except json.JSONDecodeError as error:
            place = f"column {error.colno}"
            if self.line is None:
                place = f"line {error.lineno} {place}"
            raise ValueError(f"{where}not JSON: {error.msg}: {place}") from None
        except ValueError as error:
            raise ValueError(f"{where}not JSON: {error}") from None

    def explain(self, mistake: Mistake) -> str:
        """The mistake with its place, in the words of this kind of input."""
        return str(mistake)

    def size(self) -> int:
        """Bytes, to share out the work; a value that was read already counts as a course."""
        return SIZE_OF_A_COURSE if self.raw is None else len(self.raw)


def pieces(lines: LineReader) -> Iterator[Piece]:
    """The course documents of an input, in order. An input without any gives one error."""
    for _, raw in first_lines(lines, 1):
        is_array = raw.lstrip().startswith(b"[")
        if not is_array and (len(raw) > LONGEST_LINE or isinstance(_value_or_none(raw), dict)):
            return _one_by_one(lines)
    follow = _are_documents(first_lines(lines, LINES_TRIED))
    return _one_by_one(lines) if follow else _of_whole(lines.rest())


def _are_documents(head: list[NumberedLine]) -> bool:
    """Whether any line after a broken first one is by itself a course document."""
    if not head:
        return False
    first = head[0][1].strip()
    if (first[:1] == b"[" and first[-1:] != b"]") or first[-1:] in ENDS_OF_OPEN_LINES:
        return False
    values = (_value_or_none(raw) for _, raw in head[1:])
    return any(isinstance(item, dict) and item.get("format") == COURSE_FORMAT for item in values)


def _value_or_none(raw: bytes) -> Any:
    try:
        return load_json(raw.decode())
    except ValueError:
        return None


def _one_by_one(lines: LineReader) -> Iterator[Piece]:
    while True:
        try:
            line = lines.next()
        except TooLongError as error:
            yield Piece(line=lines.number, error=str(error))
            continue
        if line is None:
            return
        number, raw = line
        if raw.strip():
            yield Piece(raw, number)


def _of_whole(raw: bytes) -> Iterator[Piece]:
    if not raw.strip():
        yield Piece(error="there is no course document in it")
        return
    if not raw.lstrip().startswith(b"["):
        yield Piece(raw)
        return
    try:
        items = msgspec.json.decode(raw, type=list[msgspec.Raw])
        yield from (Piece(bytes(item)) for item in items)
    except (msgspec.MsgspecError, RecursionError, ValueError):
        yield from _of_array(Piece(raw))


def _of_array(whole: Piece) -> Iterator[Piece]:
    """The documents of an array that only the standard library reads, or what is wrong with it."""
    try:
        yield from (Piece(value=item) for item in whole.read())
    except ValueError as error:
        yield Piece(error=str(error))
