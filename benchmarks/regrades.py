"""How long `regrade --check` takes against the plain fetch: `python -m benchmarks.regrades`.

The plain fetch reads the same rows and grades, course by course in the same batches, and does
nothing with them. Prints both, their ratio, and the peak of memory after each half of the run.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import resource
import time

import django

PER_COURSE = 56
BATCH = 50


def fill(assessments: int) -> None:
    """Courses of 56 assessments each, entered through the door."""
    from benchmarks.writers import assessment, make_ward

    courses, nurse = make_ward(max(1, assessments // PER_COURSE))
    for course in courses:
        chance = random.Random(course.pk)  # noqa: S311 - repeatable
        course.enter([assessment(chance) for _ in range(PER_COURSE)], by=nurse)


def fetch() -> float:
    """Seconds for reading everything that a regrade reads."""
    from patients.models import Course
    from patients.regrade import standing_facts
    from patients.transfer import live_rows_of

    started = time.perf_counter()
    courses = list(Course.objects.order_by("pk").select_related("patient", "ward"))
    for start in range(0, len(courses), BATCH):
        live_rows_of(courses[start : start + BATCH])
        standing_facts(courses[start : start + BATCH])
    return time.perf_counter() - started


def check() -> float:
    from django.core.management import call_command

    started = time.perf_counter()
    call_command("regrade", "--check", stdout=io.StringIO())
    return time.perf_counter() - started


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assessments", type=int, default=280_000)
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cartox_site.settings")
    django.setup()
    from django.conf import settings

    from benchmarks.databases import new_database

    settings.DEBUG = False  # Django would keep every query
    with new_database() as vendor:
        for share in (2, 1):
            fill(asked.assessments // 2)
            fetched, checked = fetch(), check()
            print(
                f"{vendor}, {asked.assessments // share} assessments: "
                f"fetch {fetched:.1f} s, regrade --check {checked:.1f} s, "
                f"ratio {checked / fetched:.2f}, peak {peak_mb():.0f} MB",
                flush=True,
            )


if __name__ == "__main__":
    main()
