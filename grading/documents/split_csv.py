"""A table of courses (CSV) is cut into courses here: the rows of one course stand together.

A course is handed on as its lines, uncut, so that reading them is the work of whoever grades it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import StringIO

import msgspec

from grading.documents.course_csv import (
    ID,
    TABLE_COLUMNS,
    Assembled,
    Header,
    as_typed,
    delimiter_of,
)
from grading.documents.foreign_tables import looks_like_a_table
from grading.documents.lines import (
    LONGEST_LINE,
    LineReader,
    NumberedLine,
    TooLongError,
    first_lines,
)
from grading.documents.reading.course_reader import CourseDocument, read_document
from grading.documents.reading.mistakes import DocumentError, Mistake
from grading.documents.split_json import Piece

MOST_LINES_OF_A_ROW = 100
"""A quoted cell may go over so many lines; a quote that nobody closed ends there."""

UNCLOSED = "unexpected end of data"
"""What `csv` says of a quote that is not closed."""

LONGEST_HEADER = 1 << 16
"""Bytes of a first line by which a table is known."""

BLANK = b",;\t \r\n"

_TO_JSON = msgspec.json.Encoder(decimal_format="number")

NO_ID = f"no {ID}: which course is it?"
APART = (
    "other rows of this course stand further above and were graded without these; "
    "put the rows of a course together"
)


@dataclass(slots=True)
class TablePiece(Piece):
    """The rows of one course as they stand in the table, each with its line."""

    rows: list[NumberedLine] = field(default_factory=list)
    header: Header | None = None
    assembled: Assembled | None = None
    in_header: Sequence[Mistake] = ()
    """What is wrong with the header."""

    def course(self) -> CourseDocument:
        """The course that the rows make."""
        if self.in_header:
            raise DocumentError.of(self.in_header)
        if self.header is None:
            raise ValueError(f"line {self.line}: {self.error}")
        if self.error:
            raise ValueError(f"{self.header.place(self.line)}: {self.error}")
        self.assembled = Assembled(self.header, self.id or "")
        for number, row in self.rows:
            self.assembled.add(_cells_in(row, number, self.header), number)
        mistakes = self.assembled.mistakes
        try:
            course = read_document(_TO_JSON.encode(self.assembled.value))
        except DocumentError as error:
            mistakes.extend(error.mistakes)
        if mistakes:
            raise DocumentError.of(mistakes)
        return course

    def explain(self, mistake: Mistake) -> str:
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
        raise ValueError(f"{header.place(number)}: not UTF-8") from None
    except csv.Error as error:
        reason = "a quote is not closed" if str(error) == UNCLOSED else error
        raise ValueError(f"{header.place(number)}: not CSV: {reason}") from None
    if len(cells) != len(header.names):
        counted = f"{len(cells)} cells, the header has {len(header.names)}"
        raise ValueError(f"{header.place(number)}: {counted}")
    return cells


def _cells(text: str, delimiter: str) -> list[str]:
    if '"' not in text:
        return text.rstrip("\r\n").split(delimiter)
    return next(csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True))


def is_table(lines: LineReader) -> bool:
    """Whether the input begins with the header of a table: one of courses, or of anything else."""
    head = [raw[:LONGEST_HEADER] for _, raw in first_lines(lines, 2)]
    texts = [raw.decode(errors="replace") for raw in head] or [""]
    delimiter = delimiter_of(texts[0])
    first, *others = [[cell.strip(' "\r\n') for cell in text.split(delimiter)] for text in texts]
    return looks_like_a_table(first, others[0] if others else (), TABLE_COLUMNS.keys())


def table_pieces(lines: LineReader) -> Iterator[Piece]:
    """The courses of a table, in the order in which each begins."""
    try:
        line = lines.next()
        while line is not None and not line[1].strip():
            line = lines.next()
        if line is None:
            return
        header = Header.of(line[1].decode(), lines.number, _cells)
    except UnicodeDecodeError:
        yield TablePiece(line=lines.number, error="not UTF-8")
    except TooLongError as error:
        yield TablePiece(line=lines.number, error=str(error))
    except csv.Error as error:
        yield TablePiece(line=lines.number, error=f"not CSV: {error}")
    except DocumentError as error:
        yield TablePiece(line=lines.number, in_header=error.mistakes)
    else:
        yield from courses_of_rows(lines, header)


def courses_of_rows(lines: LineReader, header: Header) -> Iterator[Piece]:
    """The courses of the rows below a header."""
    ids: set[bytes] = set()
    block = _Block(b"", 0)
    while True:
        try:
            row = _next_row(lines, header)
        except TooLongError as error:
            yield from block.pieces(header)
            block = _Block(b"", 0)
            yield TablePiece(line=lines.number, error=str(error), header=header)
            continue
        if row is None:
            break
        line, course = row
        if course.startswith(b"'"):
            course = as_typed(course.decode(errors="surrogateescape")).encode(
                errors="surrogateescape"
            )
        if course != block.course or not course:
            yield from block.pieces(header)
            refusal = "" if course and course not in ids else APART if course else NO_ID
            block = _Block(course, line[0], refusal)
            ids.add(course)
        block.add(line)
    yield from block.pieces(header)


@dataclass(slots=True)
class _Block:
    """Rows of one course that stand together, while they are collected."""

    course: bytes
    line: int
    error: str = ""
    rows: list[NumberedLine] = field(default_factory=list)
    size: int = 0

    def add(self, line: NumberedLine) -> None:
        """Take in a row; the rows of a course that is refused are dropped."""
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


def _next_row(lines: LineReader, header: Header) -> tuple[NumberedLine, bytes] | None:
    """The next row that is not blank, as it stands in the table, and the id of its course."""
    line = lines.next()
    while line is not None and not line[1].strip(BLANK):
        line = lines.next()
    if line is None:
        return None
    if b'"' not in line[1]:
        return line, _id_of_unquoted(line[1], header)
    row = _QuotedRow(lines, line)
    cells = row.cells(header.delimiter)
    raw = b"".join(part for _, part in row.lines)
    if len(cells) <= header.id_place:
        return (line[0], raw), _id_of_unquoted(raw, header)
    return (line[0], raw), cells[header.id_place].strip().encode(errors="surrogateescape")


def _id_of_unquoted(row: bytes, header: Header) -> bytes:
    """The cell that names the course, in a row without quotes or with broken ones."""
    parts = row.split(header.delimiter.encode(), header.id_place + 1)
    return parts[header.id_place].strip().strip(b'"') if len(parts) > header.id_place else b""


class _QuotedRow:
    """A row with quotes in it: one line, or several where a quoted cell goes on."""

    def __init__(self, lines: LineReader, first: NumberedLine) -> None:
        self.lines = [first]
        self._reader = lines
        self._is_open = False

    def cells(self, delimiter: str) -> list[str]:
        """The cells, none where the quotes are broken. A quote nobody closed ends with its line."""
        try:
            return next(csv.reader(self._texts(), delimiter=delimiter, strict=True))
        except csv.Error:
            if self._is_open:
                self._reader.put_back(self.lines[1:])
                del self.lines[1:]
            return []

    def _texts(self) -> Iterator[str]:
        """The lines of the row, each read when `csv` asks for it since a cell is still open."""
        yield from _texts_of(self.lines[0][1])
        while len(self.lines) <= MOST_LINES_OF_A_ROW:
            line = self._reader.next()
            if line is None:
                break
            self.lines.append(line)
            yield from _texts_of(line[1])
        self._is_open = True


def _texts_of(line: bytes) -> Iterator[str]:
    """A line as `csv` takes it, cut at each end of a line as `_cells` cuts it."""
    return StringIO(line.decode(errors="surrogateescape"), newline="")
