"""Where one course document ends and the next begins: a document, an array, or one per line.

Input is JSON lines when its first line that is not blank is by itself a complete JSON object, or
is broken and the next is by itself a course document. Then one line is read at a time. Otherwise
the whole input is one JSON value, an object or an array.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from grading.course_json import FORMAT
from grading.lines import LONGEST_LINE, Line, Lines, TooLongError, first_lines
from grading.reading import DocumentError, load_json

SIZE_OF_A_COURSE = 8192
"""Bytes, about: thirty assessments."""

GOES_ON = b"{[,:"
"""How a line ends that is part of a larger value."""


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
        where = "" if self.line is None else f"line {self.line}: "
        if self.error:
            raise ValueError(f"{where}{self.error}")
        if self.raw is None:
            return self.value
        try:
            return load_json(self.raw.decode())
        except UnicodeDecodeError:
            raise ValueError(f"{where}not UTF-8") from None
        except ValueError as error:
            raise ValueError(f"{where}not JSON: {error}") from None

    def explain(self, mistake: DocumentError) -> str:
        """Where a mistake stands, in the words of this kind of input."""
        return str(mistake)

    def size(self) -> int:
        """Bytes, to share out the work; a value that was read already counts as a course."""
        return SIZE_OF_A_COURSE if self.raw is None else len(self.raw)


def pieces(lines: Lines) -> Iterator[Piece]:
    """The course documents of an input, in order. An input without any gives one error."""
    return _one_by_one(lines) if _are_documents(first_lines(lines, 2)) else _of_whole(lines.rest())


def _are_documents(head: list[Line]) -> bool:
    """Whether each line is a document, by the first two of them."""
    if not head:
        return False
    if isinstance(_value_or_none(head[0][1]), dict):
        return True
    first = head[0][1].strip()
    if len(head) < 2 or first[:1] == b"[" or first[-1:] in GOES_ON:
        return False
    second = _value_or_none(head[1][1])
    return isinstance(second, dict) and second.get("format") == FORMAT


def _value_or_none(raw: bytes) -> Any:
    try:
        return load_json(raw.decode())
    except ValueError:
        return None


def _one_by_one(lines: Lines) -> Iterator[Piece]:
    while True:
        try:
            line = lines.next(LONGEST_LINE)
        except TooLongError as error:
            yield Piece(line=lines.number, error=str(error))
            continue
        if line is None:
            return
        number, raw = line
        if raw.strip():
            yield Piece(raw, number)


def _of_whole(raw: bytes) -> Iterator[Piece]:
    whole = Piece(raw)
    try:
        value = whole.read()
    except ValueError as error:
        yield Piece(error=str(error))
        return
    yield from (Piece(value=item) for item in (value if isinstance(value, list) else [value]))
