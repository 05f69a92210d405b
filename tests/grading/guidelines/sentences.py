"""Reads `cases/*.csv`: sentences of the review, each as a situation with its lines.

sentence   quoted from the review, with its place
situation  in the words of `situation_words.py`
must       the codes of the lines that stand
must_not   the codes of the lines that do not
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from grading.guidelines.step import LINES
from tests.grading.guidelines.situation_words import situation_of
from tests.grading.guidelines.situations import codes

SENTENCE_FILES = Path(__file__).parent / "cases"


@dataclass(frozen=True)
class Sentence:
    """One row of a file."""

    sentence: str
    situation: str
    must: tuple[str, ...]
    must_not: tuple[str, ...]

    def check(self) -> None:
        """The lines that must stand do, the others do not, and every code is that of a line."""
        standing = set(codes(situation_of(self.situation)))
        named = {*self.must, *self.must_not}
        assert named, "no line is named"
        assert named <= {line.code for line in LINES}, named - {line.code for line in LINES}
        assert set(self.must) <= standing, f"missing: {set(self.must) - standing}"
        assert not set(self.must_not) & standing, f"stands: {set(self.must_not) & standing}"

    def __str__(self) -> str:
        return f"{self.sentence[:60]} | {self.situation}"


def sentences(name: str) -> list[Sentence]:
    """The rows of one file, in its order."""
    with (SENTENCE_FILES / name).open(encoding="utf-8", newline="") as file:
        return [
            Sentence(
                row["sentence"],
                row["situation"],
                tuple(row["must"].split()),
                tuple(row["must_not"].split()),
            )
            for row in csv.DictReader(file, strict=True)
        ]
