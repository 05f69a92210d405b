"""A registry, graded: course documents in, lines of grades out, in the same order.

Courses are graded in batches, on several processors; what is read ahead is bounded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from grading.documents import Piece
from grading.grades_json import dumps, grade_piece
from grading.rules.local import DEFAULT, LocalRules
from grading.workers import in_order

BATCH_BYTES = 256 * 1024
"""About 25 courses of 30 assessments: long against what it costs to hand them over."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to make of each course."""

    local: LocalRules = DEFAULT


@dataclass(slots=True)
class Graded:
    """What came out of a batch: lines of text, and how it went."""

    text: str
    read: int
    assessments: int
    failed: bool


def grade_all(found: Iterable[Piece], wanted: Wanted, jobs: int) -> Iterator[Graded]:
    """Grade every course, batch by batch, in order."""
    return in_order(partial(grade_batch, wanted), batches(found), jobs)


def batches(found: Iterable[Piece]) -> Iterator[list[Piece]]:
    """Courses put together until they are worth handing to another process."""
    batch: list[Piece] = []
    size = 0
    for piece in found:
        batch.append(piece)
        size += piece.size()
        if size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def grade_batch(wanted: Wanted, batch: list[Piece]) -> Graded:
    """One line for each course."""
    graded = [grade_piece(piece, wanted.local) for piece in batch]
    return Graded(
        text="".join(dumps(document) + "\n" for document in graded),
        assessments=sum(len(document.get("assessments", ())) for document in graded),
        read=sum(piece.size() for piece in batch),
        failed=any("error" in document for document in graded),
    )
