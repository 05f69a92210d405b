"""The time of a save while others save: `python -m benchmarks.saves [--writers 8] …`.

Runs on a database of its own: a new SQLite file, or a new database beside the one that
DATABASE_URL names. Prints p50, p99 and the longest, and fdatasync and fsync per save (strace).
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

import django

ONE_BY_ONE = 50
"""Saves of one writer under strace."""


def percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def measure(
    writers: int, seconds: float, courses: int, *, messages: int | None, drafts: int
) -> str:
    """One line of the table; with `messages`, a worker sends so many beside the writers.

    With `drafts`, so many are written beside them each second.
    """
    from benchmarks.drafting import drafts_beside
    from benchmarks.sending import worker_beside
    from benchmarks.writers import acknowledged, make_ward, write_together
    from patients.models import Assessment

    before = Assessment.objects.count()
    with tempfile.TemporaryDirectory() as folder:
        ward, nurse = make_ward(courses)
        beside = nullcontext() if messages is None else worker_beside(ward[0], nurse, messages)
        typing = drafts_beside(ward[0], nurse, drafts) if drafts else nullcontext()
        with beside, typing:
            codes = write_together(writers, seconds, ward, nurse, Path(folder))
        saves = acknowledged(Path(folder))
    times = [save.seconds * 1000 for save in saves]
    stored = Assessment.objects.count() - before
    return (
        f"{writers:>7} {len(saves):>6} {len(saves) - stored:>5} {sum(map(bool, codes)):>6} "
        f"{len(saves) / seconds:>7.1f} {percentile(times, 0.5):>7.0f} "
        f"{percentile(times, 0.99):>7.0f} {max(times):>7.0f}"
    )


def save_alone() -> None:
    """Saves of one writer on a new ward, between two marks in the output of strace."""
    import random

    from benchmarks.writers import assessment, make_ward
    from patients import door

    [course], nurse = make_ward(1)
    os.write(2, b"begin\n")
    for number in range(ONE_BY_ONE):
        door.enter(course, [assessment(random.Random(number))], by=nurse)  # noqa: S311
    os.write(2, b"end\n")


def syncs_per_save() -> str:
    """Flushes to disk by this process; PostgreSQL flushes in its own, which this cannot see."""
    strace = shutil.which("strace")
    if strace is None:
        return "strace is not installed: fdatasync not counted"
    traced = subprocess.run(
        [strace, "-f", "-e", "trace=fdatasync,fsync,write", "-e", "signal=none",
         sys.executable, "-m", "benchmarks.saves", "--alone"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    between = re.search(r'"begin\\n".*?"end\\n"', traced.stderr, re.DOTALL)
    if between is None:
        raise RuntimeError("strace printed no begin and end")
    count = len(re.findall(r"\b(?:fdatasync|fsync)\(", between[0]))
    return f"{count / ONE_BY_ONE:.2f} fdatasync or fsync per save of one writer"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--writers", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--courses", type=int, default=40)
    parser.add_argument(
        "--messages", type=int, help="a worker looks every second, and sends so many at first"
    )
    parser.add_argument("--drafts", type=int, default=0, help="drafts written each second")
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cartox_site.settings")
    django.setup()
    if asked.alone:
        save_alone()
        return
    from benchmarks.databases import new_database, where_and_when

    with new_database() as vendor:
        print(where_and_when())
        print("writers  saves  lost failed   per s  p50 ms  p99 ms  max ms")
        for writers in asked.writers:
            size = (writers, asked.seconds, asked.courses)
            print(measure(*size, messages=asked.messages, drafts=asked.drafts), flush=True)
        if vendor == "sqlite":
            print(syncs_per_save())


if __name__ == "__main__":
    main()
