"""Mutation testing of `grading/`: `python -m tests.mutation [--sample 500] [--seed 1] [FILE…]`.

Every mutant, or a random sample of them, is judged in a process of its own. Prints how many
were noticed, and each that was not; for those a test is added, or the reason stands in
docs/validation.md why they change nothing. Ends with 1 where fewer are noticed than asked for.
"""

from __future__ import annotations

import argparse
import os
import pickle
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.mutation.judge import SURVIVED, WORDS, end_with
from tests.mutation.mutants import Change, Mutant, changes_of

GRADING = Path("grading")
NOT_RULES = ("management", "progress", "workers", "streaming", "lines", "sources", "registry")
"""How a command runs, and who is cited: no grade comes of it."""
LEAST_NOTICED = 0.95
ROWS = 5_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, help="modules; all of grading/ by default")
    parser.add_argument("--sample", type=int, help="so many mutants at random instead of all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args()
    rows = oracle_rows(asked.seed)
    if run(None, rows) != SURVIVED:
        sys.exit("The tests fail without any change. Mend that first.")
    changes = [change for path in asked.files or modules() for change in changes_of(path)]
    chosen = changes
    if asked.sample is not None and asked.sample < len(changes):
        chosen = random.Random(asked.seed).sample(changes, asked.sample)
    print(f"{len(chosen):,} of {len(changes):,} mutants, --seed {asked.seed}", flush=True)
    counts = judge_all(chosen, rows, asked.jobs)
    noticed = 1 - counts[SURVIVED] / max(1, counts.total())
    for verdict, count in counts.most_common():
        print(f"{count:>6,} {WORDS.get(verdict, f'killed by signal {-verdict}')}")
    print(f"{noticed:.1%} noticed")
    sys.exit(0 if noticed >= LEAST_NOTICED else 1)


def modules() -> list[Path]:
    return [
        path
        for path in sorted(GRADING.rglob("*.py"))
        if not {path.stem, *path.parts} & set(NOT_RULES)
    ]


def oracle_rows(seed: int) -> list[tuple[Any, Any]]:
    """Documents with the oracle's answers, made elsewhere: this process imports no rule."""
    with tempfile.NamedTemporaryFile() as file:
        make = (
            "import pickle, sys; from tests.oracle.rows import rows; "
            "seed, count, path = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]; "
            "made = [(row.document, row.expected) for row in rows(seed, count)]; "
            "pickle.dump(made, open(path, 'wb'))"
        )
        command = [sys.executable, "-c", make, str(seed), str(ROWS), file.name]
        subprocess.run(command, check=True)
        made: list[tuple[Any, Any]] = pickle.load(file)  # noqa: S301 - made a line above
        return made


def judge_all(changes: list[Change], rows: list[tuple[Any, Any]], jobs: int) -> Counter[int]:
    """The verdicts, so many at a time; each survivor is printed when it is known."""
    counts: Counter[int] = Counter()
    running: dict[int, Mutant] = {}
    started = time.monotonic()
    left = (mutant for change in changes if (mutant := change.mutant()) is not None)
    mutant = next(left, None)
    while mutant is not None or running:
        while mutant is not None and len(running) < jobs:
            running[start(mutant, rows)] = mutant
            mutant = next(left, None)
        pid, status = os.wait()
        judged, verdict = running.pop(pid), os.waitstatus_to_exitcode(status)
        counts[verdict] += 1
        if verdict == SURVIVED:
            print(f"survived {judged}", flush=True)
        if counts.total() % 100 == 0:
            minutes = (time.monotonic() - started) / 60
            print(f"-- {counts.total():,} judged in {minutes:.0f} min", file=sys.stderr, flush=True)
    return counts


def start(mutant: Mutant | None, rows: list[tuple[Any, Any]]) -> int:
    """Judge a mutant in a fork of this process, in which no rule was imported yet."""
    pid = os.fork()
    if pid == 0:
        end_with(mutant, rows)
    return pid


def run(mutant: Mutant | None, rows: list[tuple[Any, Any]]) -> int:
    _, status = os.waitpid(start(mutant, rows), 0)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    main()
