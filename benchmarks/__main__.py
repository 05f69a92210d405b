"""All figures of pages and engine in one table: `python -m benchmarks`.

A second table shows how a save and the pages of one course grow with its length.

On SQLite, and on PostgreSQL where DATABASE_URL names one. Exits with 1 where a limit is missed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from itertools import chain

import django


def measure() -> bool:
    """Every line on the database in use; whether all are within their limits."""
    import time_machine

    from benchmarks import drawing, engine, growth, pages
    from benchmarks.databases import new_database, where_and_when

    every_one = True
    with new_database() as vendor, time_machine.travel(pages.NOW, tick=True):
        nurse = pages.make_ward()
        for line in chain(
            engine.grading(pages.course_shown()),
            pages.pages(nurse),
            pages.saves(),
            drawing.drawn(nurse),
        ):
            print(line.line(vendor), flush=True)
            every_one &= line.is_within
        for grown in growth.growth():
            print(grown, flush=True)
    print(f"-- {where_and_when()}", flush=True)
    return every_one


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cartox_site.settings")
    if asked.measure:
        django.setup()
        from django.conf import settings

        settings.DEBUG = False  # Django would keep every query
        settings.ROOT_URLCONF = "benchmarks.urls"
        sys.exit(0 if measure() else 1)
    from benchmarks.arms import HEAD

    print(HEAD, flush=True)
    named = os.environ.get("DATABASE_URL", "")
    urls = ["sqlite:///benchmark", *([named] if named.startswith("postgres") else [])]
    sys.exit(max(_on(url) for url in urls))


def _on(url: str) -> int:
    """The exit code of the measurement, in a process of its own, on a new database of this kind."""
    command = [sys.executable, "-m", "benchmarks", "--measure"]
    return subprocess.run(command, env=os.environ | {"DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    main()
