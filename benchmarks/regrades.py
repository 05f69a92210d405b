"""The time of `regrade --check` against the plain fetch: `python -m benchmarks.regrades`.

The plain fetch reads the same columns of the same rows in the same batches, and does nothing
with them. Each size is measured in a process of its own, so that its peak of memory is its own.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import django

HEAD = (
    "assessments   grades fetch s check s  ratio "
    "fetch CPU s check CPU s CPU ratio fetch MB check MB"
)


def fetch() -> None:
    """Read everything that a regrade reads, and do nothing with it."""
    from patients.management.commands.regrade import BATCH
    from patients.models import BoardRow, Course
    from patients.regrading.record import live_rows_of
    from patients.regrading.stored_grades import standing_grades
    from patients.rounds.models import RoundRow

    ids = list(Course.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        of_batch = Course.objects.filter(pk__in=ids[start : start + BATCH])
        courses = list(of_batch.select_related("patient", "ward"))
        live_rows_of(courses)
        standing_grades(courses)
        list(BoardRow.objects.filter(course__in=courses))
        list(RoundRow.objects.filter(course__in=courses))


def check() -> None:
    """`regrade --check`; ends the program where it finds a difference."""
    from django.core.management import call_command

    call_command("regrade", "--check", stdout=io.StringIO())


def timed(do: Callable[[], None]) -> tuple[float, float]:
    """Seconds on the clock, and of processor time, which depends less on other work."""
    started, of_processor = time.perf_counter(), time.process_time()
    do()
    return time.perf_counter() - started, time.process_time() - of_processor


def peak_mb() -> float:
    """The peak memory of this process in MB; `getrusage` would count its parent's too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    match = re.search(r"VmHWM:\s+(\d+) kB", status)
    return float("nan") if match is None else int(match[1]) / 1024


def measure() -> str:
    """One line of the table."""
    from patients.models import Assessment, GradeRecord

    assessments, grades = Assessment.objects.count(), GradeRecord.objects.live().count()
    fetched, fetched_cpu = timed(fetch)
    fetch_peak = peak_mb()
    checked, checked_cpu = timed(check)
    return (
        f"{assessments:>11} {grades:>8} {fetched:>7.1f} {checked:>7.1f} {checked / fetched:>6.2f} "
        f"{fetched_cpu:>11.1f} {checked_cpu:>11.1f} {checked_cpu / fetched_cpu:>9.2f} "
        f"{fetch_peak:>8.0f} {peak_mb():>8.0f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assessments", type=int, nargs="+", default=[28_000, 280_000])
    parser.add_argument("--entered", type=int, default=20, help="courses that are not copies")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cartox_site.settings")
    django.setup()
    from django.conf import settings

    settings.DEBUG = False  # Django would keep every query
    if asked.measure:
        print(measure())
        return
    from benchmarks.databases import new_database, where_and_when
    from benchmarks.wards import PER_COURSE, fill

    with new_database():
        print(where_and_when())
        print(HEAD, flush=True)
        filled = 0
        for size in sorted(asked.assessments):
            fill(size // PER_COURSE - filled, asked.entered)
            filled = size // PER_COURSE
            subprocess.run([sys.executable, "-m", "benchmarks.regrades", "--measure"], check=True)


if __name__ == "__main__":
    main()
