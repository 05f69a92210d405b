"""The cells of the tables on the reference pages: a value in words, its source and its doubts."""

from __future__ import annotations

from dataclasses import dataclass

from patients.models.products import Sourced

NOT_PRINTED = "not printed"


@dataclass(frozen=True, slots=True)
class Basis:
    """A source, and the confidence of its reading."""

    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Note:
    """A doubt about one cell, with its own source."""

    id: str
    about: str
    kind: str
    text: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class ReferenceCell:
    """One value in words; `is_missing` where there is none."""

    text: str
    is_missing: bool = False
    more: str = ""
    note: Note | None = None


def basis_of(row: Sourced) -> Basis:
    return Basis(row.source, row.confidence)
