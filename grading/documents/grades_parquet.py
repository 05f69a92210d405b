"""The table of grades as Parquet: the columns of the CSV, each with its type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from typing import IO

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from pyarrow import compute, types

from grading.documents.course_csv import FORMULA

TYPES = {
    "hour": pa.float64(),
    "day": pa.int32(),
    "line": pa.int64(),
    **dict.fromkeys(("at_least", "review"), pa.bool_()),
    **dict.fromkeys(("ice_total", "grade", "would_be", "low", "high", "if_all_counted"), pa.int8()),
}
"""What is not a text, by what the column holds."""

ROW_GROUP_BYTES = 8_000_000
"""Bytes of CSV that become one group of rows: enough for a reader, little for our memory."""


@contextmanager
def parquet_grades(stream: IO[bytes], columns: Mapping[str, str]) -> Iterator[ParquetGrades]:
    """Parquet written to `stream`, whole at the end of the block."""
    schema = pa.schema([(name, TYPES.get(holds, pa.string())) for name, holds in columns.items()])
    with pyarrow.parquet.ParquetWriter(stream, schema, compression="zstd") as writer:
        grades = ParquetGrades(writer)
        yield grades
        grades.flush()


class ParquetGrades:
    """Takes the lines of a table of grades as they are graded."""

    def __init__(self, writer: pyarrow.parquet.ParquetWriter) -> None:
        self._writer = writer
        self._waiting: list[bytes] = []
        self._bytes = 0

    def write(self, text: str) -> None:
        """Lines of CSV, whole rows."""
        raw = text.encode(errors="backslashreplace")
        self._waiting.append(raw)
        self._bytes += len(raw)
        if self._bytes >= ROW_GROUP_BYTES:
            self.flush()

    def flush(self) -> None:
        """Write what waits as one group of rows."""
        if self._bytes:
            self._writer.write_table(_table(b"".join(self._waiting), self._writer.schema))
        self._waiting.clear()
        self._bytes = 0


def _table(lines: bytes, schema: pa.Schema) -> pa.Table:
    cells = pyarrow.csv.read_csv(
        BytesIO(lines),
        pyarrow.csv.ReadOptions(column_names=schema.names, use_threads=False),
        pyarrow.csv.ParseOptions(newlines_in_values=True),
        pyarrow.csv.ConvertOptions(column_types=schema, null_values=[""], strings_can_be_null=True),
    )
    return pa.table([_as_typed(column) for column in cells.columns], schema)


def _as_typed(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Texts without the apostrophe that keeps a spreadsheet from taking them for a formula."""
    if not types.is_string(column.type):
        return column
    return compute.replace_substring_regex(column, f"^'({FORMULA})", "\\1")
