"""The time of backup and restore: `python -m benchmarks.backups [--courses 300]`.

The drill of docs/running.md on a new database: on SQLite the command `backup`, on PostgreSQL
pg_dump and pg_restore. Every row of every table is compared, and what was restored proves itself
with `check` and `regrade --check`.
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import django

HEAD = (
    "courses    rows      MB backup s backup MB restore s compared lost added triggers "
    "regrade --check s"
)


def timed(do: Callable[[], object]) -> float:
    started = time.perf_counter()
    do()
    return time.perf_counter() - started


@contextmanager
def by_command(folder: Path) -> Iterator[tuple[Path, float, float, str]]:
    """SQLite: the copy, the seconds there and back, and the URL of what was restored."""
    from django.core.management import call_command

    copy, restored = folder / "copy.sqlite3", folder / "restored.sqlite3"
    there = timed(lambda: call_command("backup", str(copy), stdout=io.StringIO()))
    back = timed(lambda: shutil.copyfile(copy, restored))
    yield copy, there, back, f"sqlite:///{restored}"


@contextmanager
def by_dump(folder: Path) -> Iterator[tuple[Path, float, float, str]]:
    """PostgreSQL: the same by pg_dump and pg_restore."""
    from django.db import connection

    from benchmarks.databases import run_postgres

    name, dump, here = connection.settings_dict["NAME"], folder / "dump", os.environ["DATABASE_URL"]
    restored = f"{name}_restored"
    run_postgres("dropdb", "--if-exists", restored)
    there = timed(lambda: run_postgres("pg_dump", "--format=custom", f"--file={dump}", name))

    def restore() -> None:
        run_postgres("createdb", restored)
        to = f"--dbname={restored}"
        run_postgres("pg_restore", "--exit-on-error", "--no-owner", to, str(dump))

    try:
        back = timed(restore)
        yield dump, there, back, here.removesuffix(f"/{name}") + f"/{restored}"
    finally:
        run_postgres("dropdb", "--if-exists", restored)


def drill(courses: int) -> str:
    """Fill, back up, restore, compare; one line of the table."""
    from django.core.management import call_command
    from django.db import connection

    from benchmarks.databases import megabytes, prints_of_all_rows, use
    from benchmarks.wards import fill
    from patients.models import triggers

    fill(courses)
    here, size, stored = os.environ["DATABASE_URL"], megabytes(), prints_of_all_rows()
    copy_and_restore = by_command if connection.vendor == "sqlite" else by_dump
    with (
        tempfile.TemporaryDirectory(prefix="cartox-benchmark-") as folder,
        copy_and_restore(Path(folder)) as (copy, there, back, restored_url),
    ):
        use(restored_url)
        restored, trigger_count = prints_of_all_rows(), len(triggers.installed(connection))
        call_command("check", databases=["default"], fail_level="WARNING", stdout=io.StringIO())
        proof = timed(lambda: call_command("regrade", "--check", stdout=io.StringIO()))
        use(here)
        copied = copy.stat().st_size / 1e6
    rows = {(table, *row) for table, prints in stored.items() for row in prints.items()}
    restored_rows = {(table, *row) for table, prints in restored.items() for row in prints.items()}
    return (
        f"{courses:>7} {len(rows):>7} {size:>7.1f} {there:>8.1f} {copied:>9.1f} {back:>9.1f} "
        f"{len(rows & restored_rows):>8} "
        f"{len(rows - restored_rows):>4} {len(restored_rows - rows):>5} {trigger_count:>8} "
        f"{proof:>17.1f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--courses", type=int, nargs="+", default=[300])
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cartox_site.settings")
    django.setup()
    from django.conf import settings

    from benchmarks.databases import new_database, where_and_when

    settings.DEBUG = False  # Django would keep every query
    for courses in asked.courses:
        with new_database():
            print(where_and_when(), HEAD, sep="\n")
            print(drill(courses), flush=True)


if __name__ == "__main__":
    main()
