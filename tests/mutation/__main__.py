"""Mutation testing of `grading/`: `python -m tests.mutation [--sample 500] [--seed 1] [FILE…]`.

Every mutant, or a random sample of them, is judged in a process of its own. Prints how many
were noticed, and each that was not; for those a test is added, or the reason stands in
docs/validation.md why they change nothing. One that does not come to an end in its time counts as
noticed, and is printed too. With `--again FILE` all that an earlier run printed are judged anew.
Ends with 1 where fewer are noticed than asked for.
"""

from __future__ import annotations

import argparse
import os
import pickle
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.mutation import swapped
from tests.mutation.judge import BY_CASE, SURVIVED, TIMES_UP, WORDS, judge
from tests.mutation.mutants import Mutant, mutants_of

GRADING = Path("grading")
NOT_RULES = ("management", "batch", "lines", "sources", "systems")
"""How a command runs, and who is cited: no grade comes of it."""
LEAST_NOTICED = 0.95
ROWS = 5_000
LONGEST_S, LONGEST_OF_ALL_S = 600, 1_800
"""Of the processor, which a busy machine does not change; and by the clock, for what only waits."""
SURVIVOR, OUT_OF_TIME = "survived ", "out of time "

Judge = Callable[[Mutant], int]


def main() -> None:
    asked = arguments()
    rows = oracle_rows(asked.seed)
    mutants = chosen(asked)
    inside: Counter[int] = Counter()
    at_import: Counter[int] = Counter()
    left = judge_functions(mutants, rows, asked, inside)
    share("inside functions", inside)
    tables = not asked.first_look
    judge_all(left, lambda mutant: judge(mutant, rows, tables=tables), asked.jobs, at_import)
    share("at import", at_import)
    noticed = share("in all", inside + at_import)
    sys.exit(0 if noticed >= LEAST_NOTICED else 1)


def share(where: str, counts: Counter[int]) -> float:
    """The share that was noticed, told with who noticed them."""
    del counts[swapped.NOTHING_CHANGED]
    noticed = 1 - counts[SURVIVED] / max(1, counts.total())
    print(f"{where}: {counts.total():,}, {noticed:.1%} noticed", flush=True)
    for verdict, count in counts.most_common():
        print(f"{count:>6,} {WORDS.get(verdict, f'killed by signal {-verdict}')}", flush=True)
    return noticed


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, help="modules; all of grading/ by default")
    parser.add_argument("--sample", type=int, help="so many mutants at random instead of all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--first-look", action="store_true", help="not the tables of the oracle")
    parser.add_argument("--again", type=Path, help="only the survivors that this output names")
    return parser.parse_args()


def chosen(asked: argparse.Namespace) -> list[Mutant]:
    """The mutants to judge, in random order, so that a run that is ended is a sample too."""
    mutants = [mutant for path in asked.files or modules() for mutant in mutants_of(path)]
    made = len(mutants)
    if asked.again:
        lines = set(asked.again.read_text(encoding="utf-8").splitlines())
        prefixes = (SURVIVOR, OUT_OF_TIME)
        mutants = [
            mutant for mutant in mutants if any(f"{prefix}{mutant}" in lines for prefix in prefixes)
        ]
    random.Random(asked.seed).shuffle(mutants)
    mutants = mutants[: asked.sample]
    print(f"{len(mutants):,} of {made:,} mutants, --seed {asked.seed}", flush=True)
    return mutants


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


def judge_functions(
    mutants: list[Mutant],
    rows: list[tuple[Any, Any]],
    asked: argparse.Namespace,
    counts: Counter[int],
) -> list[Mutant]:
    """Judge all that change a function alone; gives back those that take effect at import."""

    def in_a_session() -> tuple[Counter[int], list[Mutant]]:
        at_import: list[Mutant] = []
        swapped.run(
            swapped.Session(
                lambda judge: at_import.extend(judge_all(mutants, judge, asked.jobs, counts)),
                rows,
                swapped.places_called_at_import(),
                tables=not asked.first_look,
            )
        )
        return counts, at_import

    judged, at_import = swapped.in_a_fork(in_a_session)
    counts.update(judged)
    return list(at_import)


def judge_all(mutants: list[Mutant], judge: Judge, jobs: int, counts: Counter[int]) -> list[Mutant]:
    """Count the verdicts, so many at a time; gives back those it cannot judge.

    Each survivor is printed when it is known, and each that was stopped.
    """
    running: dict[int, Mutant] = {}
    handed_back = []
    started, done = time.monotonic(), 0
    left = iter(mutants)
    mutant = next(left, None)
    while mutant is not None or running:
        while mutant is not None and len(running) < jobs:
            running[start(lambda mutant=mutant: judge(mutant))] = mutant  # type: ignore[misc]
            mutant = next(left, None)
        pid, status = os.wait()
        judged, verdict = running.pop(pid), os.waitstatus_to_exitcode(status)
        done += 1
        if verdict == swapped.AT_IMPORT:
            handed_back.append(judged)
        else:
            counts[verdict] += 1
        if verdict == SURVIVED:
            print(f"{SURVIVOR}{judged}", flush=True)
        if verdict in TIMES_UP:
            print(f"{OUT_OF_TIME}{judged}", flush=True)
        if done % 100 == 0:
            minutes = (time.monotonic() - started) / 60
            progress = (
                f"-- {done:,} in {minutes:.0f} min: {dict(counts)}, {len(handed_back)} at import"
            )
            print(progress, file=sys.stderr, flush=True)
    return handed_back


def start(work: Callable[[], int]) -> int:
    """Judge in a fork of this process, which ends with the verdict."""
    pid = os.fork()
    if pid == 0:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(LONGEST_OF_ALL_S)
        signal.setitimer(signal.ITIMER_PROF, LONGEST_S)
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        try:
            verdict = work()
        except BaseException:  # noqa: BLE001 - what cannot even be imported is noticed
            verdict = BY_CASE
        os._exit(verdict)
    return pid


if __name__ == "__main__":
    main()
