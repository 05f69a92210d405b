"""Judges changes inside functions: their code is exchanged in a process that has all tests ready.

Rules and tests are imported and collected once. Each mutant gets a fork in which the code of its
functions is another, and only the tests that call one of them are run, the quickest first. What
is called while the rules are imported has left its traces in tables by then, so such a change is
handed back (AT_IMPORT) to be judged from the start, in a process that has imported nothing yet.
"""

from __future__ import annotations

import gc
import importlib
import inspect
import os
import pickle
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import _lru_cache_wrapper
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any, NamedTuple

import django
import pytest
from _pytest.runner import runtestprotocol

from tests.mutation.judge import (
    BY_CASE,
    BY_ORACLE,
    BY_ROW,
    QUIET,
    SURVIVED,
    agrees,
    all_cases,
    comparisons,
    is_as_printed,
)
from tests.mutation.mutants import Mutant

AT_IMPORT, NOTHING_CHANGED = 20, 21
LONGEST_OF_CASES_S, LONGEST_OF_ORACLE_S = 120, 400  # of the processor
MOST_MEMORY = 4 << 30
GRADING = str(Path("grading").resolve())


class Place(NamedTuple):
    """Which function: its file, name and line."""

    file: str
    name: str
    line: int


Test = Callable[[], bool]


class Timed(NamedTuple):
    """A test, how long it took and what of the rules it called."""

    test: Test
    seconds: float
    called: frozenset[Place]


def place_of(code: CodeType) -> Place:
    return Place(code.co_filename, code.co_qualname, code.co_firstlineno)


class Called:
    """Notes the functions of the rules that are called."""

    def __init__(self) -> None:
        self.codes: set[CodeType] = set()

    def __call__(self, frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(GRADING):
            self.codes.add(frame.f_code)

    def __enter__(self) -> Called:
        sys.setprofile(self)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)

    @property
    def places(self) -> frozenset[Place]:
        return frozenset(map(place_of, self.codes))


class Session:
    """A pytest plugin that judges mutants where pytest would run the tests."""

    def __init__(
        self,
        judge_all: Callable[[Callable[[Mutant], int]], None],
        rows: list[tuple[Any, Any]],
        called_at_import: frozenset[Place],
        *,
        tables: bool,
    ) -> None:
        self.judge_all, self.rows, self.called_at_import = judge_all, rows, called_at_import
        self.tables = tables
        self.live: dict[Place, list[FunctionType]] = {}
        self.cases: list[Timed] = []
        self.documents: list[frozenset[Place]] = []
        self.long: list[Timed] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        at_last = [str(Path(file).resolve()) for file in comparisons()]
        long = [item for item in session.items if str(item.path) in at_last]
        cases = [item for item in session.items if str(item.path) not in at_last]
        self.live = live_functions()
        self.cases = timed([is_as_printed, *map(outcome_of, cases)])
        self.long = timed(list(map(outcome_of, long))) if self.tables else []
        self.documents = in_a_fork(lambda: called_by(self.rows))
        gc.freeze()
        self.judge_all(self.judge)
        return True

    def judge(self, mutant: Mutant) -> int:
        """Who noticed the mutant first. Runs in a process of its own."""
        signal.setitimer(signal.ITIMER_PROF, LONGEST_OF_CASES_S)
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        swaps = changed_functions(mutant)
        if not swaps:
            return NOTHING_CHANGED
        changed = {place_of(old) for old, _ in swaps}
        if changed & self.called_at_import or not self.exchange(swaps):
            return AT_IMPORT
        if not all(test() for test, _, called in self.cases if called & changed):
            return BY_CASE
        signal.setitimer(signal.ITIMER_PROF, LONGEST_OF_ORACLE_S)
        rows = [
            row for row, called in zip(self.rows, self.documents, strict=True) if called & changed
        ]
        if not agrees(rows):
            return BY_ROW
        noticed = not all(test() for test, _, called in self.long if called & changed)
        return BY_ORACLE if noticed else SURVIVED

    def exchange(self, swaps: list[tuple[CodeType, CodeType]]) -> bool:
        """Give every function that has the old code the new; False where one cannot take it."""
        for old, new in swaps:
            for function in self.live.get(place_of(old), []):
                try:
                    function.__code__ = new
                except ValueError:
                    return False
        return True


def live_functions() -> dict[Place, list[FunctionType]]:
    """Every function of the rules there is, by where it was written."""
    live: dict[Place, list[FunctionType]] = {}
    for thing in gc.get_objects():
        if type(thing) is FunctionType and thing.__code__.co_filename.startswith(GRADING):
            live.setdefault(place_of(thing.__code__), []).append(thing)
    return live


def changed_functions(mutant: Mutant) -> list[tuple[CodeType, CodeType]]:
    """Outermost code that the mutant changes, old and new; a function has all that is in it."""
    file = str(mutant.path.resolve())
    old = compile(mutant.path.read_bytes(), file, "exec", dont_inherit=True)
    return list(differing(old, compile(mutant.source, file, "exec", dont_inherit=True)))


def differing(old: CodeType, new: CodeType) -> Iterator[tuple[CodeType, CodeType]]:
    """Pairs that differ themselves, with what lies within those; the text alone is nothing."""
    within = list(zip(inner(old), inner(new), strict=False))
    if says(old) != says(new):
        yield old, new
        yield from ((a, b) for a, b in within if a.co_qualname == b.co_qualname)
        return
    for a, b in within:
        below = list(differing(a, b))
        if below and not is_run_by_itself(old):
            yield old, new
        yield from below


def is_run_by_itself(code: CodeType) -> bool:
    """The body of a module or a class: what is in it is made once, and lives on."""
    return not code.co_flags & inspect.CO_OPTIMIZED


def inner(code: CodeType) -> list[CodeType]:
    return [const for const in code.co_consts if isinstance(const, CodeType)]


def says(code: CodeType) -> tuple[object, ...]:
    """What a piece of code does by itself, wherever it stands."""
    consts = tuple(repr(const) for const in code.co_consts if not isinstance(const, CodeType))
    return (
        code.co_name,
        code.co_code,
        consts,
        len(inner(code)),
        code.co_names,
        code.co_varnames,
        code.co_freevars,
        code.co_cellvars,
        code.co_flags,
    )


def outcome_of(item: pytest.Item) -> Test:
    """A collected test as a question: does it pass?"""
    return lambda: all(
        not report.failed for report in runtestprotocol(item, nextitem=None, log=False)
    )


def timed(tests: list[Test]) -> list[Timed]:
    """The tests, quickest first, with what they call; those that fail as it is are an error."""
    return sorted(
        (
            Timed(test, seconds, called)
            for test, (seconds, called) in zip(tests, in_a_fork(lambda: tried(tests)), strict=True)
        ),
        key=lambda test: test.seconds,
    )


def tried(tests: list[Test]) -> list[tuple[float, frozenset[Place]]]:
    """How long each takes, and what it calls when nothing is remembered from before."""
    forget = forgetful()
    result = []
    for test in tests:
        forget()
        started = time.monotonic()
        with Called() as called:
            passed = test()
        if not passed:
            raise RuntimeError("A test fails without any change. Mend that first.")
        result.append((time.monotonic() - started, called.places))
    return result


def called_by(rows: list[tuple[Any, Any]]) -> list[frozenset[Place]]:
    """What of the rules each document of the oracle calls."""
    forget = forgetful()
    result = []
    for row in rows:
        forget()
        with Called() as called:
            agreed = agrees([row])
        if not agreed:
            raise RuntimeError("The oracle disagrees without any change. Mend that first.")
        result.append(called.places)
    return result


def forgetful() -> Callable[[], None]:
    """Makes the rules forget what they were asked before."""
    caches = [
        thing
        for thing in gc.get_objects()
        if type(thing) is _lru_cache_wrapper and thing.__module__.startswith("grading")
    ]

    def forget() -> None:
        for cache in caches:
            cache.cache_clear()

    return forget


def in_a_fork(work: Callable[[], Any]) -> Any:
    """The result of work that leaves no trace in this process."""
    with tempfile.TemporaryFile() as file:
        pid = os.fork()
        if pid == 0:
            try:
                pickle.dump(work(), file)
                file.flush()
                os._exit(0)
            except BaseException as fault:  # noqa: BLE001 - told to whoever waits
                print(fault, file=sys.__stderr__, flush=True)
                os._exit(1)
        if os.waitpid(pid, 0)[1]:
            sys.exit("Not ready to judge.")
        file.seek(0)
        return pickle.load(file)  # noqa: S301 - written a line above


def places_called_at_import() -> frozenset[Place]:
    """What runs while the rules are imported; asked in a process that has imported none."""

    def places() -> frozenset[Place]:
        with Called() as called:
            import_all()
        return called.places

    return frozenset(in_a_fork(places))


def import_all() -> None:
    """Import every rule, those too that a test would import only when it runs."""
    for path in sorted(Path("grading").rglob("*.py")):
        if "management" not in path.parts:
            importlib.import_module(".".join(path.with_suffix("").parts))


def run(session: Session) -> None:
    """Collect the tests and judge."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cartox_site.settings")
    django.setup()
    import_all()
    pytest.main([*QUIET, "-s", *all_cases(), *comparisons()], plugins=[session])
