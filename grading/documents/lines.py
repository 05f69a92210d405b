"""The lines of an input, numbered, one at a time; what was read too far can be put back."""

from __future__ import annotations

from collections import deque
from typing import Protocol

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
LONGEST_LINE = 16 * 1024 * 1024
"""Bytes of one line that is read by itself, or of one course in rows: more than any course has,
so that memory stays flat."""

NumberedLine = tuple[int, bytes]


class TooLongError(ValueError):
    """A line is longer than any course; the next line can be read."""


class ByteLines(Protocol):
    """What a binary stream has, and whatever else gives one line of bytes after another."""

    def readline(self, limit: int = -1, /) -> bytes:
        """The next line with its end, or no more than `limit` bytes of it; empty after the last."""

    def read(self) -> bytes:
        """All that is left."""


class LineReader:
    """The lines of a binary stream. `number` is that of the line read last, from 1 on."""

    def __init__(self, stream: ByteLines) -> None:
        self.number = 0
        self._stream = stream
        self._put_back: deque[NumberedLine] = deque()

    def beginning(self) -> NumberedLine | None:
        """The next line, None after the last; of one that is too long no more than its beginning.

        Such a beginning has to be put back before anything else is read.
        """
        if self._put_back:
            self.number, raw = self._put_back.popleft()
            return self.number, raw
        raw = self._stream.readline(LONGEST_LINE + len(BYTE_ORDER_MARK) + 1)
        if not raw:
            return None
        self.number += 1
        return self.number, raw.removeprefix(BYTE_ORDER_MARK) if self.number == 1 else raw

    def next(self) -> NumberedLine | None:
        """The next line with its end, None after the last. A line that is too long is passed by."""
        line = self.beginning()
        if line is not None and len(line[1]) > LONGEST_LINE:
            raw = line[1]
            while raw and not raw.endswith(b"\n"):  # the rest of the line
                raw = self._stream.readline(1 << 20)
            raise TooLongError(f"longer than {LONGEST_LINE} bytes")
        return line

    def put_back(self, lines: list[NumberedLine]) -> None:
        """Let these lines, in this order, be the next."""
        self._put_back.extendleft(reversed(lines))

    def rest(self) -> bytes:
        """All bytes that were not read yet."""
        raw = b"".join(line for _, line in self._put_back) + self._stream.read()
        return raw if self.number or self._put_back else raw.removeprefix(BYTE_ORDER_MARK)


def first_lines(lines: LineReader, count: int) -> list[NumberedLine]:
    """The first `count` lines that are not blank; all of them are still to be read afterwards.

    The beginning of a line that is too long is the last of them.
    """
    read: list[NumberedLine] = []
    with_text: list[NumberedLine] = []
    while len(with_text) < count and (line := lines.beginning()) is not None:
        read.append(line)
        if line[1].strip():
            with_text.append(line)
        if len(line[1]) > LONGEST_LINE:
            break
    lines.put_back(read)
    return with_text
