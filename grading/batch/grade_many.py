"""A registry, graded: courses in, lines of grades out, in the same order.

Courses are graded in batches, on several processors; what is read ahead is bounded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

from grading.batch.optional import needs_package
from grading.batch.workers import map_in_order
from grading.documents.grades_csv import columns, course_lines, error_line, header
from grading.documents.grades_writer import (
    AS_PRINTED,
    OptionsWanted,
    course_in,
    dumps,
    error_of_fault,
    grades_line,
)
from grading.documents.lines import LineReader, first_lines
from grading.documents.reading.course_reader import CourseDocument
from grading.documents.split_csv import is_table, table_pieces
from grading.documents.split_json import Piece, pieces
from grading.engine.system import System
from grading.local_rules import DEFAULT, LocalRules
from grading.rules.systems import SYSTEMS

MEGABYTE = 1_000_000
PARQUET_BEGINS = b"PAR1"
BATCH_BYTES = 128 * 1024
"""About 12 courses of 30 assessments: long against what it costs to hand them over."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The form of the answer: JSON or a table, with reasons or not, by which systems.

    No system named means all of them, those of the whole course included.
    """

    table: bool = False
    reasons: bool = True
    systems: tuple[str, ...] = ()
    local: LocalRules = DEFAULT
    options: OptionsWanted = AS_PRINTED

    def per_assessment(self) -> dict[str, System]:
        """The systems that grade each assessment, in the order of `SYSTEMS`."""
        wanted = self.systems or tuple(SYSTEMS)
        return {key: system for key, system in SYSTEMS.items() if key in wanted}

    def columns(self) -> dict[str, str]:
        """The columns of a table, each with what it holds."""
        return columns(self.per_assessment(), reasons=self.reasons)

    def first_line(self) -> str:
        """The header of a table."""
        return header(self.per_assessment(), reasons=self.reasons) if self.table else ""


@dataclass(slots=True)
class GradedBatch:
    """A graded batch: lines of text, bytes read, assessments, and whether a course failed."""

    text: str
    read_bytes: int
    assessments: int
    failed: bool


@dataclass(slots=True)
class GradedSoFar:
    """The progress through an input; `total_bytes` is None where its size is unknown."""

    total_bytes: int | None
    read_bytes: int = 0
    assessments: int = 0
    failed: bool = False

    def add(self, graded: GradedBatch) -> None:
        """Count one more batch."""
        self.read_bytes += graded.read_bytes
        self.assessments += graded.assessments
        self.failed = self.failed or graded.failed

    def share(self) -> float | None:
        """The share of the bytes that is graded, 0–1; None where the size is unknown."""
        return min(1.0, self.read_bytes / self.total_bytes) if self.total_bytes else None

    def in_words(self, seconds: float) -> str:
        """The share or the bytes, the assessments, and how many of them a second."""
        rate = self.assessments / seconds if seconds else 0.0
        share = self.share()
        done = f"{self.read_bytes / MEGABYTE:,.0f} MB" if share is None else f"{share:4.0%}"
        return f"{done}, {self.assessments:,} assessments, {rate:,.0f}/s"


def courses_of_input(stream: BinaryIO) -> Iterator[Piece]:
    """The courses of one input, which is Parquet, a table (CSV) or JSON by how it begins."""
    lines = LineReader(stream)
    if any(raw.startswith(PARQUET_BEGINS) for _, raw in first_lines(lines, 1)):
        with needs_package("pyarrow", "Parquet", "requirements-parquet.txt"):
            from grading.documents.split_parquet import parquet_pieces
        return parquet_pieces(stream)
    return table_pieces(lines) if is_table(lines) else pieces(lines)


def grade_all(
    courses: Iterable[Piece], wanted: Wanted, jobs: int, on: str | None = None
) -> Iterator[GradedBatch]:
    """Grade every course, batch by batch, in order: in `jobs` processes, or on a Dask cluster."""
    if on is None:
        return map_in_order(partial(grade_batch, wanted), batches(courses), jobs)
    with needs_package("distributed", "--on", "requirements-dask.txt"):
        from grading.batch.cluster import grade_on_cluster
    return grade_on_cluster(partial(grade_batch, wanted), batches(courses), on)


def batches(courses: Iterable[Piece]) -> Iterator[list[Piece]]:
    """Courses put together until they are worth handing to another process."""
    batch: list[Piece] = []
    size = 0
    for piece in courses:
        batch.append(piece)
        size += piece.size()
        if size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def grade_batch(wanted: Wanted, batch: list[Piece]) -> GradedBatch:
    """One line for each course, or in a table one for each assessment."""
    systems = wanted.per_assessment()
    graded = GradedBatch("", 0, 0, failed=False)
    lines = []
    for piece in batch:
        graded.read_bytes += piece.size()
        name = piece.id
        try:
            course = course_in(piece)
            if isinstance(course, CourseDocument):
                name = course.id
                graded.assessments += len(course.record.findings)
                lines.append(_graded_text(course, wanted, systems))
                continue
        except Exception as fault:  # noqa: BLE001 - one course must not end a registry
            course = error_of_fault(name, piece, fault)
        graded.failed = True
        if wanted.table:
            lines.append(error_line(course, systems, reasons=wanted.reasons))
        else:
            lines.append(dumps(course) + "\n")
    graded.text = "".join(lines)
    return graded


def _graded_text(document: CourseDocument, wanted: Wanted, systems: Mapping[str, System]) -> str:
    if wanted.table:
        return course_lines(document, systems, wanted.local, reasons=wanted.reasons)
    chosen = systems if wanted.systems else None
    line = grades_line(
        document, wanted.local, chosen, reasons=wanted.reasons, options=wanted.options
    )
    return line + "\n"
