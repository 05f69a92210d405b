"""Where one course ends and the next begins in a table (CSV): rows of one course stand together.

A course is handed on as its lines, uncut, so that reading them is the work of whoever grades it.
"""

from __future__ import annotations

import csv
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

from grading.documents.course_csv import COLUMNS, ID, Assembled, Header
from grading.documents.json_reader import DocumentError
from grading.documents.lines import LONGEST_LINE, Line, Lines, TooLongError, first_lines
from grading.documents.split_json import Piece

MOST_LINES_OF_A_ROW = 100
"""A quoted cell may go over so many lines; a quote that nobody closed ends there."""

BLANK = b",;\t \r\n"


@dataclass(slots=True)
class TablePiece(Piece):
    """The rows of one course as they stand in the table, each with its line."""

    rows: list[Line] = field(default_factory=list)
    header: Header | None = None
    assembled: Assembled | None = None

    def read(self) -> Any:
        """The course document that the rows make."""
        if self.error or self.header is None:
            raise ValueError(f"line {self.line}: {self.error}")
        self.assembled = Assembled(self.header, self.id or "")
        for number, row in self.rows:
            self.assembled.add(_cells_in(row, number, self.header), number)
        return self.assembled.value

    def explain(self, mistake: DocumentError) -> str:
        """The line and the column."""
        return str(mistake) if self.assembled is None else self.assembled.explain(mistake)

    def size(self) -> int:
        """Bytes of the rows."""
        return sum(len(row) for _, row in self.rows)


def _cells_in(row: bytes, number: int, header: Header) -> list[str]:
    try:
        text = row.decode()
        cells = _cells(text, header.delimiter)
    except UnicodeDecodeError:
        raise ValueError(f"line {number}: not UTF-8") from None
    except csv.Error as error:
        raise ValueError(f"line {number}: not CSV: {error}") from None
    if len(cells) != len(header.names):
        raise ValueError(f"line {number}: {len(cells)} cells, the header has {len(header.names)}")
    return cells


def _cells(text: str, delimiter: str) -> list[str]:
    if '"' not in text:
        return text.rstrip("\r\n").split(delimiter)
    return next(csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True))


def is_table(lines: Lines) -> bool:
    """Whether the input begins with the header of a table: the course's id and another column."""
    head = first_lines(lines, 1)
    text = head[0][1].decode(errors="replace") if head else ""
    names = {name.strip(' "\r\n') for name in text.replace(";", ",").replace("\t", ",").split(",")}
    return ID in names and len(names & COLUMNS.keys()) > 1


def table_pieces(lines: Lines) -> Iterator[Piece]:
    """The courses of a table, in the order in which each begins."""
    line = lines.next()
    while line is not None and not line[1].strip():
        line = lines.next()
    if line is None:
        return
    try:
        header = Header.of(line[1].decode(), _cells)
    except UnicodeDecodeError:
        yield TablePiece(line=lines.number, error="not UTF-8")
    except (ValueError, csv.Error) as error:
        yield TablePiece(line=lines.number, error=str(error))
    else:
        yield from _courses(lines, header)


def _courses(lines: Lines, header: Header) -> Iterator[Piece]:
    seen = _Seen()
    block = _Block(b"", 0)
    place = header.names.index(ID)
    while True:
        try:
            line = _next_row(lines, header.delimiter)
        except TooLongError as error:
            yield from block.pieces(header)
            block = _Block(b"", 0)
            yield TablePiece(line=lines.number, error=str(error))
            continue
        if line is None:
            break
        course = _id_in(line[1], place, header.delimiter)
        if course != block.course or not course:
            yield from block.pieces(header)
            block = _Block(course, line[0], error=_refusal(course, seen))
        block.add(line)
    yield from block.pieces(header)


@dataclass(slots=True)
class _Block:
    """Rows of one course that stand together, while they are collected."""

    course: bytes
    line: int
    error: str = ""
    rows: list[Line] = field(default_factory=list)
    size: int = 0

    def add(self, line: Line) -> None:
        """Take in a row; a course that nobody can have is not kept."""
        self.size += len(line[1])
        if self.size > LONGEST_LINE and not self.error:
            self.error = f"more than {LONGEST_LINE} bytes in one course"
        if self.error:
            self.rows.clear()
        else:
            self.rows.append(line)

    def pieces(self, header: Header) -> Iterator[Piece]:
        """The course; nothing where no row was collected."""
        if self.line:
            name = self.course.decode(errors="replace") or None
            yield TablePiece(None, self.line, None, self.error, name, self.rows, header)


def _refusal(course: bytes, seen: _Seen) -> str:
    if not course:
        return f"no {ID}: which course is it?"
    if seen.add(course):
        return ""
    return (
        "other rows of this course stand further above and were graded without these; "
        "put the rows of a course together"
    )


class _Seen:
    """Which courses have been: 8 to 24 bytes each, by a hash of 64 bits."""

    def __init__(self) -> None:
        self._slots = array("Q", bytes(8 * 1024))
        self._count = 0

    def add(self, course: bytes) -> bool:
        """False where it has been before."""
        if 2 * self._count >= len(self._slots):
            before = self._slots
            self._slots = array("Q", bytes(8 * 2 * len(before)))
            for mark in before:
                if mark:
                    self._slots[self._find(mark)] = mark
        mark = hash(course) & 0xFFFF_FFFF_FFFF_FFFF or 1
        slot = self._find(mark)
        if self._slots[slot] == mark:
            return False
        self._slots[slot] = mark
        self._count += 1
        return True

    def _find(self, mark: int) -> int:
        size = len(self._slots)
        slot = mark % size
        while self._slots[slot] not in (0, mark):
            slot = (slot + 1) % size
        return slot


def _next_row(lines: Lines, delimiter: str) -> Line | None:
    """The next row that is not blank: one line, or several where a quoted cell goes on."""
    line = lines.next(LONGEST_LINE)
    while line is not None and not line[1].strip(BLANK):
        line = lines.next(LONGEST_LINE)
    if line is None or b'"' not in line[1]:
        return line
    row = line[1]
    further: list[Line] = []
    while not _is_complete(row, delimiter):
        more = lines.next(LONGEST_LINE) if len(further) < MOST_LINES_OF_A_ROW else None
        if more is None:
            lines.put_back(further)
            return line
        further.append(more)
        row += more[1]
    return line[0], row


def _is_complete(row: bytes, delimiter: str) -> bool:
    """Whether every quoted cell is closed."""
    try:
        _cells(row.decode(errors="replace"), delimiter)
    except csv.Error as error:
        return "unexpected end of data" not in str(error)
    return True


def _id_in(row: bytes, place: int, delimiter: str) -> bytes:
    """The cell that names the course, as far as it can be found in a row that is broken."""
    if b'"' in row:
        try:
            cells = _cells(row.decode(errors="surrogateescape"), delimiter)
            return cells[place].strip().encode(errors="surrogateescape")
        except (csv.Error, IndexError):
            pass
    parts = row.split(delimiter.encode(), place + 1)
    return parts[place].strip().strip(b'"') if len(parts) > place else b""
