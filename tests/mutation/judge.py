"""Whether any test notices a mutant, from the import of the rules on.

First the page of rules and the named cases; then the oracle: seeded course documents, and for
what survives them every comparison that the suite makes.
"""

from __future__ import annotations

import contextlib
import importlib.abc
import importlib.machinery
import importlib.util
import io
import signal
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import pytest

from grading.local_rules import DEFAULT
from tests.mutation.mutants import Mutant

SURVIVED, BY_CASE, BY_ROW, BY_ORACLE = 0, 10, 11, 12
WORDS = {
    SURVIVED: "survived",
    BY_CASE: "killed by a named case",
    BY_ROW: "killed by a document of the oracle",
    BY_ORACLE: "killed by the oracle's tables",
    -signal.SIGPROF: "killed by its time",
    -signal.SIGALRM: "killed by the clock",
}
TIMES_UP = (-signal.SIGPROF, -signal.SIGALRM)
FIRST_ROWS = 300

CASES, ORACLE = Path("tests/grading"), Path("tests/oracle")
NOT_CASES = (
    "test_properties",
    "test_day_series_properties",
    "test_memo",
    "test_grade_many",
    "test_json_schema",
)
"""Long comparisons: too slow to ask of every mutant."""
COMMANDS = ("test_commands", "test_course_csv")
"""What reads files, and asks for Django."""
COMPARISONS = (CASES / "engine" / "test_memo.py", CASES / "batch" / "test_grade_many.py")
"""Asked last, with the tables of the oracle."""

NO = ("django", "randomly", "playwright", "xdist", "cacheprovider", "timeout")
QUIET = ("-q", "-x", "--noconftest", "-m", "not hypothesis", *(f"-pno:{name}" for name in NO))


class Mutated(importlib.abc.MetaPathFinder):
    """Gives the mutant's source where its module is imported."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != self.mutant.module:
            return None
        loader = MutatedLoader(name, str(self.mutant.path.resolve()))
        loader.source = self.mutant.source
        return importlib.util.spec_from_file_location(name, loader.path, loader=loader)


class MutatedLoader(importlib.machinery.SourceFileLoader):
    """Loads a source that stands in no file."""

    source: str

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.source, self.path, "exec", dont_inherit=True)


def judge(mutant: Mutant, rows: list[tuple[Any, Any]], *, tables: bool) -> int:
    """Who noticed the mutant first. What notices most at least cost is asked first."""
    sys.meta_path.insert(0, Mutated(mutant))
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        if not is_as_printed():
            return BY_CASE
        if not agrees(rows[:FIRST_ROWS]):
            return BY_ROW
        if not passes(all_cases(*COMMANDS)):
            return BY_CASE
        if not agrees(rows[FIRST_ROWS:]):
            return BY_ROW
        return BY_ORACLE if tables and not passes(comparisons()) else SURVIVED


def is_as_printed() -> bool:
    """Whether docs/rules.md, which a clinician signs, still says what the rules say."""
    from grading.pages.rules_page import printed

    return printed(DEFAULT) == Path("docs/rules.md").read_text(encoding="utf-8")


def all_cases(*left_out: str) -> list[str]:
    """The files of named cases, in their order."""
    files = sorted(CASES.rglob("test_*.py"))
    return [str(file) for file in files if file.stem not in (*NOT_CASES, *left_out)]


def comparisons() -> list[str]:
    """The tables of the oracle, and the other long comparisons."""
    oracle = sorted(map(str, ORACLE.glob("test_*.py")))
    return [*oracle, *map(str, COMPARISONS)]


def passes(files: list[str]) -> bool:
    return pytest.main([*QUIET, *files]) == pytest.ExitCode.OK


def agrees(rows: list[tuple[Any, Any]]) -> bool:
    """Whether the grades of these documents, with and without reasons, are the oracle's."""
    from tests.oracle.compare import graded_document

    for document, expected in rows:
        for engine, oracle in zip(graded_document(document), expected, strict=True):
            if any(answer != oracle[system] for system in oracle for answer in engine[system]):
                return False
    return True
