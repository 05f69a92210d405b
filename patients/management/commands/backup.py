"""`manage.py backup FILE`: a copy of the SQLite database while the ward goes on working."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection


class Command(BaseCommand):
    help = "Copy the SQLite database into a new file, as of one moment, while it is in use."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the new file; an existing one is refused")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        if connection.vendor != "sqlite":
            raise CommandError(
                "This database is PostgreSQL, which has its own tool: pg_dump. "
                "The drill, with the way back, is in docs/running.md under Backup."
            )
        started = perf_counter()
        try:
            _copy_to(file)
        except (OSError, sqlite3.Error) as failed:
            raise CommandError(f"No backup was made: {failed}") from failed
        size = file.stat().st_size / 1e6
        self.stdout.write(f"{file}: {size:.1f} MB in {perf_counter() - started:.1f} s, checked.")


def _copy_to(file: Path) -> None:
    """Copy beside the name, check, and only then give it the name, all on disk."""
    if file.exists():
        raise FileExistsError(f"{file} exists already; backups are not overwritten.")
    part = file.with_name(f"{file.name}.part")
    os.close(os.open(part, os.O_CREAT | os.O_EXCL, 0o600))  # it holds what the ward holds
    try:
        _copy_and_check(part)
        _to_disk(part)
        os.link(part, file)  # unlike a rename, refused where the name was taken meanwhile
        _to_disk(file.parent)
    finally:
        part.unlink()


def _copy_and_check(part: Path) -> None:
    connection.ensure_connection()
    with closing(sqlite3.connect(part)) as copy:
        # All pages in one step: one moment. In WAL mode nobody waits for a reader.
        connection.connection.backup(copy, pages=-1)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, complete by itself
        faults = [row[0] for row in copy.execute("PRAGMA integrity_check") if row[0] != "ok"]
        faults += [f"reference of {row[0]}" for row in copy.execute("PRAGMA foreign_key_check")]
    if faults:
        raise sqlite3.DatabaseError(f"the copy is damaged: {'; '.join(faults[:3])}")


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
