"""Where one course document ends and the next begins: a document, an array, or one per line.

Input is JSON lines when its first line that is not blank is by itself a complete JSON object, or
is broken and the next is by itself a course document. Then one line is read at a time. Otherwise
the whole input is one JSON value, an object or an array.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from grading.course_json import FORMAT
from grading.reading import load_json

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
LONGEST_LINE = 16 * 1024 * 1024
"""Bytes of one line after the first two: more than any course has, so that memory stays flat."""

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

    def size(self) -> int:
        """Bytes, to share out the work; a value that was read already counts as a course."""
        return SIZE_OF_A_COURSE if self.raw is None else len(self.raw)


def pieces(stream: BinaryIO) -> Iterator[Piece]:
    """The course documents of an input, in order. An input without any gives one error."""
    head, skipped = _head(stream)
    if _are_lines(head):
        yield from (Piece(raw, line) for line, raw in head)
        yield from _lines(stream, after=head[-1][0])
    else:
        yield from _of_whole(skipped + b"".join(raw for _, raw in head) + stream.read())


def _head(stream: BinaryIO) -> tuple[list[tuple[int, bytes]], bytes]:
    """The first two lines that are not blank, with their numbers, and the blank ones before."""
    head: list[tuple[int, bytes]] = []
    skipped = b""
    number = 0
    while len(head) < 2 and (raw := stream.readline()):
        number += 1
        if number == 1:
            raw = raw.removeprefix(BYTE_ORDER_MARK)
        if raw.strip():
            head.append((number, raw))
        elif not head:
            skipped += raw
        else:
            head[-1] = (head[-1][0], head[-1][1] + raw)
    return head, skipped


def _are_lines(head: list[tuple[int, bytes]]) -> bool:
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


def _lines(stream: BinaryIO, after: int) -> Iterator[Piece]:
    number = after
    while raw := stream.readline(LONGEST_LINE + 1):
        number += 1
        if len(raw) > LONGEST_LINE:
            _skip_the_rest(stream)
            yield Piece(line=number, error=f"longer than {LONGEST_LINE} bytes")
        elif raw.strip():
            yield Piece(raw, number)


def _skip_the_rest(stream: BinaryIO) -> None:
    while part := stream.readline(1 << 20):
        if part.endswith(b"\n"):
            return


def _of_whole(raw: bytes) -> Iterator[Piece]:
    whole = Piece(raw)
    try:
        value = whole.read()
    except ValueError as error:
        yield Piece(error=str(error))
        return
    yield from (Piece(value=item) for item in (value if isinstance(value, list) else [value]))
