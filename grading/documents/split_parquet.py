"""A registry in Parquet is cut into courses here: each of its rows becomes a row of a table.

Columns and words are those of the table (CSV). A number is what the file holds: a decimal digit by
digit, a float as the shortest number that stands for it. The rest is read as a table is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import chain
from typing import BinaryIO

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from pyarrow import compute, types

from grading.documents.course_csv import (
    EMPTY,
    FORMULA,
    ROW,
    TABLE_COLUMNS,
    Header,
    a_cell_text,
    id_place_in,
)
from grading.documents.lines import LineReader
from grading.documents.reading.mistakes import DocumentError, Mistake
from grading.documents.split_csv import TablePiece, courses_of_rows
from grading.documents.split_json import Piece

ROWS_AT_ONCE = 4096
BUFFER_BYTES = 1 << 16
"""Bytes of each column that are read at once, so that memory does not grow with a row group."""
COMMA = ","
_NEEDS_QUOTES = re.compile(r'[",\r\n]')
_TEXT_COLUMNS = {name for name, read in TABLE_COLUMNS.items() if read is a_cell_text} - {ROW}
_PLAIN = (
    types.is_boolean,
    types.is_integer,
    types.is_floating,
    types.is_decimal,
    types.is_string,
    types.is_large_string,
    types.is_string_view,
    types.is_binary,
    types.is_date,
    types.is_timestamp,
    types.is_null,
)
"""The kinds of value that Arrow writes as the cell of a table has them."""
_LISTS = (types.is_list, types.is_large_list, types.is_fixed_size_list)


def parquet_pieces(stream: BinaryIO) -> Iterator[Piece]:
    """The courses of a Parquet file, in the order in which each begins."""
    if not stream.seekable():
        yield Piece(error="Parquet is read from a file, not from a pipe")
        return
    stream.seek(0)
    try:
        file = pyarrow.parquet.ParquetFile(stream, pre_buffer=False, buffer_size=BUFFER_BYTES)
        header = _header_of(file.schema_arrow)
        batches = file.iter_batches(ROWS_AT_ONCE, use_threads=False)
        yield from courses_of_rows(LineReader(_Rows(batches, header)), header)
    except DocumentError as error:
        yield TablePiece(in_header=error.mistakes)
    except (pa.ArrowException, OSError) as error:
        yield Piece(error=f"this Parquet cannot be read, or not to its end: {error}")


def _header_of(schema: pa.Schema) -> Header:
    names = tuple(schema.names)
    id_place = id_place_in(names, "columns")
    refused = [
        Mistake("columns", f'"{field.name}" holds {field.type}, which no cell of a table holds')
        for field in schema
        if _as_text(field.type) is None
    ]
    if refused:
        raise DocumentError.of(refused)
    return Header(names, COMMA, id_place, "row")


def _as_text(kind: pa.DataType) -> pa.DataType | None:
    """The type that holds the same as texts; None where no cell can hold it."""
    if types.is_dictionary(kind):
        return _as_text(kind.value_type)
    if any(is_kind(kind) for is_kind in _PLAIN):
        return pa.string()
    if any(is_kind(kind) for is_kind in _LISTS) and _as_text(kind.value_type) == pa.string():
        return pa.list_(pa.string())
    if types.is_map(kind) and _as_text(kind.item_type) == pa.string():
        return pa.map_(pa.string(), pa.string())
    if types.is_struct(kind) and all(_as_text(field.type) == pa.string() for field in kind):
        return pa.struct([(field.name, pa.string()) for field in kind])
    return None


class _Rows:
    """The rows of a file as lines of CSV, each a whole row even where a cell has several lines."""

    def __init__(self, batches: Iterable[pa.RecordBatch], header: Header) -> None:
        self._rows = chain.from_iterable(_lines_of(batch, header) for batch in batches)

    def readline(self, _limit: int = -1, /) -> bytes:
        return next(self._rows, b"")

    def read(self) -> bytes:
        return b"".join(self._rows)


def _lines_of(batch: pa.RecordBatch, header: Header) -> Iterable[bytes]:
    cells = [_cells_of(batch.column(place), name) for place, name in enumerate(header.names)]
    options = pyarrow.csv.WriteOptions(include_header=False, quoting_style="none")
    out = BytesIO()
    try:
        pyarrow.csv.write_csv(pa.table(cells, header.names), out, options)
    except pa.ArrowInvalid:  # a cell with a comma, a quote or the end of a line in it
        return [
            COMMA.join(map(_quoted, row)).encode() + b"\n"
            for row in zip(*(column.to_pylist() for column in cells), strict=True)
        ]
    return out.getvalue().splitlines(keepends=True)


def _quoted(cell: str | None) -> str:
    if cell is None:
        return ""
    if _NEEDS_QUOTES.search(cell) is None:
        return cell
    doubled = cell.replace('"', '""')
    return f'"{doubled}"'


def _cells_of(column: pa.Array, name: str) -> pa.Array:
    """A column as texts. Texts get the apostrophe that reading a table takes away from them."""
    texts = column.cast(_as_text(column.type))
    if types.is_nested(texts.type):
        return pa.array(map(_nested_cell, texts.to_pylist(maps_as_pydicts="strict")), pa.string())
    if name not in _TEXT_COLUMNS:
        return texts
    return compute.replace_substring_regex(texts, f"^({FORMULA})", "'\\1")


def _nested_cell(value: list[str | None] | dict[str, str | None] | None) -> str | None:
    """A list as words with spaces between them, a struct or map as pairs of key=value."""
    if value is None:
        return None
    if isinstance(value, dict):
        pairs = value.items()
        return " ".join(f"{key}={_word(item)}" for key, item in pairs if item is not None)
    return " ".join("null" if item is None else _word(item) for item in value) or EMPTY


def _word(item: str) -> str:
    """A word with spaces in it stays one word; the drugs and words of a list are known so too."""
    return item.strip().replace(" ", "_")
