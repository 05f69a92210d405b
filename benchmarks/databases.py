"""A new, migrated database for a benchmark, gone at its end; never the one of a ward.

Also what a benchmark of backups needs: the programs of PostgreSQL, and every row as it is stored.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection, connections, transaction

from cartox_site.settings import database

Prints = dict[str, dict[Any, bytes]]
"""Of every table, by its primary key: a digest of each row."""
_made: list[str] = []
"""The URLs of the databases that were made here."""


def require_new() -> None:
    """Refuse to go on in a database that was not made for a benchmark."""
    if os.environ.get("DATABASE_URL") not in _made:
        raise RuntimeError("This fills a database past the door. It needs a new one.")


@contextmanager
def new_database() -> Iterator[str]:
    """Turn Django to a new database of the kind that DATABASE_URL names; its vendor."""
    if connection.vendor == "sqlite":
        with tempfile.TemporaryDirectory(prefix="cartox-benchmark-") as folder:
            yield from _turned_to(f"sqlite:///{Path(folder) / 'benchmark.sqlite3'}")
        return
    name = connection.settings_dict["NAME"]
    temporary = f"{name}_benchmark"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{temporary}"')
        cursor.execute(f'CREATE DATABASE "{temporary}"')
    before = os.environ["DATABASE_URL"]
    try:
        yield from _turned_to(before.removesuffix(f"/{name}") + f"/{temporary}")
    finally:
        use(before)
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{temporary}"')


def _turned_to(url: str) -> Iterator[str]:
    _made.append(url)
    use(url)
    call_command("migrate", verbosity=0)
    yield connection.vendor
    connections.close_all()


def where_and_when() -> str:
    """The head of a table: database, day, machine, and how busy it is with other work."""
    load = f"load {os.getloadavg()[0]:.1f} before"
    return f"{connection.vendor}, {time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, {load}"


def use(url: str) -> None:
    """Turn Django to the database at `url`."""
    os.environ["DATABASE_URL"] = url  # what a process started from here reads
    connections.close_all()
    connections.settings["default"] = connections.configure_settings({"default": database(url)})[
        "default"
    ]
    del connections["default"]


def execute_and_commit(statement: str, values: Sequence[Any]) -> None:
    """One statement by the driver alone, in a transaction of its own."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


# Backups


def postgres_program(name: str) -> str | None:
    """A program of PostgreSQL: of the newest version here, else the one on the path."""
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(installed[-1]) if installed else shutil.which(name)


def run_postgres(name: str, *arguments: str) -> None:
    """Run a program of PostgreSQL on the server that Django is turned to."""
    program = postgres_program(name)
    if program is None:
        raise FileNotFoundError(f"{name} is not on this computer")
    options = connection.get_connection_params()
    quiet = {"PGOPTIONS": "-c client_min_messages=warning"}
    environment = (
        os.environ
        | quiet
        | {
            variable: str(options[key])
            for variable, key in (
                ("PGHOST", "host"),
                ("PGPORT", "port"),
                ("PGUSER", "user"),
                ("PGPASSWORD", "password"),
            )
            if options.get(key)
        }
    )
    subprocess.run([program, *arguments], env=environment, check=True, timeout=3600)


def prints_of_all_rows() -> Prints:
    """A digest of every row, as the driver reads it; the first column is the primary key."""
    with connection.cursor() as cursor:
        prints: Prints = {}
        for table in connection.introspection.table_names(cursor):
            # our own tables
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608  # nosec B608
            prints[table] = {
                row[0]: hashlib.sha256(repr(row).encode()).digest()
                for rows in iter(lambda: cursor.fetchmany(2000), [])
                for row in rows
            }
        return prints


def megabytes() -> float:
    """The size of the database on disk, in MB."""
    if connection.vendor == "sqlite":
        name = Path(connection.settings_dict["NAME"])
        return sum(file.stat().st_size for file in name.parent.glob(f"{name.name}*")) / 1e6
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return float(cursor.fetchone()[0]) / 1e6
