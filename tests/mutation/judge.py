"""Whether any test notices a mutant. Runs in a process of its own, which it ends.

First the named cases, those of the mutated module before the others; then the oracle: seeded
course documents, and for what survives them every comparison that the suite makes.
"""

from __future__ import annotations

import contextlib
import importlib.abc
import importlib.machinery
import importlib.util
import io
import os
import signal
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import pytest

from tests.mutation.mutants import Mutant

SURVIVED, BY_CASE, BY_ROW, BY_ORACLE = 0, 10, 11, 12
WORDS = {
    SURVIVED: "survived",
    BY_CASE: "killed by a named case",
    BY_ROW: "killed by a document of the oracle",
    BY_ORACLE: "killed by the oracle's tables",
    -signal.SIGALRM: "killed by its time",
}
LONGEST_S = 300

CASES = Path("tests/grading")
NOT_CASES = (
    "test_properties",
    "test_day_series_properties",
    "test_fast",
    "test_grade_stream",
    "test_commands",
    "test_course_table",
)
"""Long comparisons, and what starts processes or commands: too slow to ask of every mutant."""

ORACLE = Path("tests/oracle")
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


def judge(mutant: Mutant | None, rows: list[tuple[Any, Any]]) -> int:
    """Who noticed the mutant first; None is the code as it stands, which nobody may notice."""
    if mutant is not None:
        sys.meta_path.insert(0, Mutated(mutant))
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        if not all(map(passes, cases_for(mutant))):
            return BY_CASE
        if not agrees(rows):
            return BY_ROW
        return SURVIVED if passes(sorted(map(str, ORACLE.glob("test_*.py")))) else BY_ORACLE


def end_with(mutant: Mutant | None, rows: list[tuple[Any, Any]]) -> None:
    """Judge and end this process; the kernel ends one that goes round and round."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(LONGEST_S)
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    try:
        verdict = judge(mutant, rows)
    except BaseException:  # noqa: BLE001 - a module that cannot even be imported is noticed
        verdict = BY_CASE
    os._exit(verdict)


def cases_for(mutant: Mutant | None) -> list[list[str]]:
    """The files of named cases: those named like the module by themselves, then the others."""
    files = [file for file in sorted(CASES.glob("test_*.py")) if file.stem not in NOT_CASES]
    words = set() if mutant is None else set(mutant.path.stem.split("_"))
    alike = [str(file) for file in files if words & set(file.stem.split("_")[1:])]
    others = [str(file) for file in files if str(file) not in alike]
    return [group for group in (alike, others) if group]


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
